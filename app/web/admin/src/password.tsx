// The page where people with an account of this service change their own password.

import { render } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { ApiError, call, goToLogin, pathAfterLogin } from "../../shared/api";
import { readSession, type Session } from "../../shared/session";

type Person = NonNullable<Session["person"]>;
type Field = "current" | "new" | "again";

// Where to go on typing after what went wrong.
const FIELDS: Record<string, Field> = { password_wrong: "current", login_limited: "current", password_weak: "new" };
const LOGGED_OUT = new Set(["session_expired", "key_missing"]);
const DIFFERENT = "新しいパスワードと、確認のためにもう一度入力したパスワードが違います。同じものを入力してください。";

function Page() {
  const [person, setPerson] = useState<Person | null>(null);
  const [trouble, setTrouble] = useState("");
  const [done, setDone] = useState(false);
  const title = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    readSession().then((read) => (read.person ? setPerson(read.person) : goToLogin()), (error: ApiError) => setTrouble(error.message));
  }, []);
  useEffect(() => {
    if (done) title.current?.focus(); // the button that had it is gone
  }, [done]);
  const after = pathAfterLogin(location.search);
  return (
    <div class="box">
      <h1 tabIndex={-1} ref={title}>{done ? "パスワードを変更しました" : "パスワードの変更"}</h1>
      <p class="trouble" role="alert" id="trouble">{trouble}</p>
      {!person && !trouble && <p class="soft" role="status">読み込んでいます…</p>}
      {person && done && <p>次からは、新しいパスワードでログインしてください。ほかのブラウザーでのログインは、すべて終わりました。</p>}
      {person && !done && (person.account
        ? <Form person={person} onTrouble={setTrouble} onDone={() => setDone(true)} />
        : <p>{person.name} さんは、会社のアカウントでログインしています。パスワードは、会社の認証サーバーで変更してください。</p>)}
      <p><a href={after}>{done ? "続ける" : "変更せずに戻る"}</a></p>
    </div>
  );
}

interface FormProps {
  person: Person;
  onTrouble: (message: string) => void;
  onDone: () => void;
}

function Form({ person, onTrouble, onDone }: FormProps) {
  const [busy, setBusy] = useState(false);
  const [wrong, setWrong] = useState<Field | null>(null);
  const form = useRef<HTMLFormElement>(null);
  const fail = (message: string, field: Field | null) => {
    onTrouble(message);
    setWrong(field);
    const input = form.current?.querySelector<HTMLInputElement>(`[name=${field}]`);
    input?.focus();
    input?.select();
  };
  const send = async (event: Event) => {
    event.preventDefault();
    if (busy || !form.current) return;
    const given = new FormData(form.current);
    fail("", null);
    if (given.get("new") !== given.get("again")) return fail(DIFFERENT, "again");
    setBusy(true);
    try {
      await call("PUT", "/api/v1/session/password", { current: given.get("current"), new: given.get("new") });
      onDone();
    } catch (error) {
      const { code, message } = error as ApiError;
      if (LOGGED_OUT.has(code)) return goToLogin();
      setBusy(false);
      fail(message, FIELDS[code] ?? null);
    }
  };
  const field = (name: Field, complete: "current-password" | "new-password", about: string) => ({
    name, type: "password", autocomplete: complete, required: true, maxLength: 300,
    "aria-invalid": wrong === name, "aria-describedby": wrong === name ? `trouble ${about}`.trim() : about || undefined,
  } as const);
  return (
    <form ref={form} onSubmit={send}>
      <p>{person.name} さんのパスワードを変更します。変更すると、ほかのブラウザーでのログインはすべて終わります。</p>
      <input type="text" autocomplete="username" value={person.name} readOnly hidden />
      <label>今のパスワード<input {...field("current", "current-password", "")} autofocus /></label>
      <label>新しいパスワード<input {...field("new", "new-password", "rules")} /></label>
      <p class="soft" id="rules">
        12文字以上、256文字以内で、長くて覚えやすいものにしてください。文字の種類は自由です。アカウントの名前を含むもの、よく使われる言葉や、キーや数字の並びだけのものは使えません。
      </p>
      <label>新しいパスワード（もう一度）<input {...field("again", "new-password", "")} /></label>
      <button class="go wide" disabled={busy}>{busy ? "変更しています…" : "変更する"}</button>
      <p class="soft">今のパスワードをお忘れのときは、管理者に設定のし直しを依頼してください。</p>
    </form>
  );
}

const place = document.getElementById("password");
if (place) render(<Page />, place);
