// The login page: by an account, by the company's provider, or both.

import { render } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { ApiError, call, pathAfterLogin } from "../../shared/api";
import { readSession, type Session } from "../../shared/session";

// What can go wrong at the provider: the way back carries nothing but the code.
const FAILURES: Record<string, string> = {
  login_stale: "ログインの手続きが途中で切れました。もう一度お試しください。",
  login_not_allowed: "このアカウントには、このサービスの利用が許可されていません。必要なときは管理者に依頼してください。",
  login_limited: "ログインの操作が続いたため、しばらく受け付けません。少し待ってからお試しください。",
  login_needs_https: "暗号化されていないアドレスではログインできません。管理者に https での公開を依頼してください。",
  oidc_unavailable: "会社の認証サーバーに接続できません。時間をおいてお試しください。続くときは管理者に伝えてください。",
  oidc_refused: "会社の認証サーバーの応答を確認できませんでした。もう一度お試しください。続くときは管理者に伝えてください。",
};

function Page() {
  const [session, setSession] = useState<Session | null>(null);
  const [trouble, setTrouble] = useState(() => {
    const code = new URLSearchParams(location.search).get("error");
    return code === null ? "" : FAILURES[code] ?? "ログインできませんでした。もう一度お試しください。";
  });
  useEffect(() => {
    readSession().then(setSession, (error: ApiError) => setTrouble(error.message));
  }, []);
  return (
    <div class="box">
      <h1>よろずにログイン</h1>
      <p class="trouble" role="alert">{trouble}</p>
      {session && <Ways session={session} onTrouble={setTrouble} />}
      {!session && !trouble && <p class="soft">読み込んでいます…</p>}
    </div>
  );
}

function Ways({ session, onTrouble }: { session: Session; onTrouble: (message: string) => void }) {
  const after = pathAfterLogin(location.search);
  const { account, oidc } = session.ways;
  if (session.person) {
    return (
      <>
        <p>{session.person.name} さんとしてログインしています。<a href={after}>続ける</a></p>
        {session.person.account && <p><a href="/password">パスワードを変更</a></p>}
      </>
    );
  }
  if (!account && !oidc) {
    return <p>ログインの方法がまだ設定されていません。管理者に「yorozu accounts create 名前」の実行か、認証サーバーの設定を依頼してください。</p>;
  }
  return (
    <>
      {oidc && <a class="go wide" href={`/auth/oidc/start?after=${encodeURIComponent(after)}`}>{oidc}</a>}
      {oidc && account && <p class="or">または</p>}
      {account && <Form after={after} onTrouble={onTrouble} />}
      {session.anonymous && <p class="soft"><a href="/">ログインせずに質問する</a></p>}
    </>
  );
}

function Form({ after, onTrouble }: { after: string; onTrouble: (message: string) => void }) {
  const [busy, setBusy] = useState(false);
  const form = useRef<HTMLFormElement>(null);
  const send = async (event: Event) => {
    event.preventDefault();
    if (busy || !form.current) return;
    const given = new FormData(form.current);
    setBusy(true);
    onTrouble("");
    try {
      await call("POST", "/api/v1/session", { name: given.get("name"), password: given.get("password") });
      location.assign(after);
    } catch (error) {
      onTrouble((error as ApiError).message);
      setBusy(false);
      form.current.querySelector<HTMLInputElement>("[name=password]")?.select();
    }
  };
  return (
    <form ref={form} onSubmit={send}>
      <label>名前<input name="name" autocomplete="username" required maxLength={100} autofocus /></label>
      <label>パスワード<input name="password" type="password" autocomplete="current-password" required maxLength={300} /></label>
      <button class="go wide" disabled={busy}>{busy ? "確認しています…" : "ログイン"}</button>
      <p class="soft">パスワードをお忘れのときは、管理者に設定のし直しを依頼してください。</p>
    </form>
  );
}

const place = document.getElementById("login");
if (place) render(<Page />, place);
