// The admin page: one view at a time, named by the address after "#".

import { render } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { ApiError, goToLogin } from "../../shared/api";
import { mayUse, readSession, type Session } from "../../shared/session";
import { SiteHeader } from "../../shared/SiteHeader";
import { IndexView } from "./views/IndexView";
import { Trouble } from "./views/parts";
import { FilesView, SourcesView } from "./views/SourceViews";
import { AuditView, FeedbackView, KeysView, UnansweredView } from "./views/UseViews";

const VIEWS = [
  { name: "index", label: "状態と取り込み", View: IndexView },
  { name: "sources", label: "資料", View: SourcesView },
  { name: "files", label: "読めないファイル", View: FilesView },
  { name: "unanswered", label: "答えのなかった質問", View: UnansweredView },
  { name: "feedback", label: "評価", View: FeedbackView },
  { name: "keys", label: "利用者とキー", View: KeysView },
  { name: "audit", label: "監査記録", View: AuditView },
] as const;

const named = () => VIEWS.find(({ name }) => `#${name}` === location.hash) ?? VIEWS[0];

function Admin() {
  const [view, setView] = useState(named);
  const title = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    const turn = () => {
      setView(named());
      title.current?.focus();
    };
    addEventListener("hashchange", turn);
    return () => removeEventListener("hashchange", turn);
  }, []);
  const { View } = view;
  return (
    <div class="columns">
      <nav class="side" aria-label="管理の項目">
        <ul>
          {VIEWS.map(({ name, label }) => (
            <li key={name}><a href={`#${name}`} aria-current={name === view.name ? "page" : undefined}>{label}</a></li>
          ))}
        </ul>
      </nav>
      <main>
        <h1 tabIndex={-1} ref={title}>{view.label}</h1>
        <View key={view.name} />
      </main>
    </div>
  );
}

function Page() {
  const [session, setSession] = useState<Session | null>(null);
  const [error, setError] = useState<ApiError | null>(null);
  useEffect(() => {
    readSession().then((read) => (read.person ? setSession(read) : goToLogin()), setError);
  }, []);
  if (error) return <main><Trouble error={error} /></main>;
  if (!session) return <main><p class="soft" role="status">読み込んでいます…</p></main>;
  return (
    <>
      <SiteHeader here="admin" session={session} />
      {mayUse(session, "admin")
        ? <Admin />
        : <main><h1>管理</h1><p class="empty">このページを開く権限がありません。必要なときは管理者に依頼してください。</p></main>}
    </>
  );
}

const place = document.getElementById("admin");
if (place) render(<Page />, place);
