// The frame: who works here, where one is, and what is shown.

import { useEffect, useMemo, useState } from "preact/hooks";
import { logOut, mayUse, readSession, type Session } from "../../../shared/session";
import { recall, remember, setTheme, theme, type Theme } from "../kept";
import { hrefOf, useRoute, type Route } from "../route";
import { Service } from "../service";
import { DraftView } from "./DraftView";
import { ImpactList } from "./ImpactList";
import { MeetingList } from "./MeetingList";
import { MeetingView } from "./MeetingView";
import { SignIn, type Who } from "./SignIn";

export function App() {
  const [who, setWho] = useState<Who | null>(() => recall<Who>("who"));
  const [lost, setLost] = useState(false);
  const [session, setSession] = useState<Session | null | undefined>(undefined); // undefined: not known yet
  const route = useRoute();
  useEffect(() => void readSession().then(setSession, () => setSession(null)), []);
  useEffect(() => {
    if (!who && !lost && session && mayUse(session, "organiser")) setWho({ key: null, name: session.person?.name ?? "" });
  }, [session]);
  const service = useMemo(
    () => (who ? new Service(who.key, () => { setLost(true); setWho(null); remember("who", null); }) : null),
    [who],
  );
  const enter = (one: Who) => {
    remember("who", one); // only a key: a login is the browser's to remember
    setLost(false);
    setWho(one);
  };
  const leave = () => {
    if (who?.key === null) return void logOut();
    remember("who", null);
    setWho(null);
  };
  if (!who && session === undefined) return null;
  if (!service || !who) return <SignIn lost={lost} login={canLogIn(session)} onEnter={enter} />;
  return (
    <>
      <a class="skip" href="#main" onClick={(event) => { event.preventDefault(); document.getElementById("main")?.focus(); }}>本文へ</a>
      <Header route={route} name={who.name} onLeave={leave} />
      <main id="main" class="wide" tabIndex={-1}><Place route={route} service={service} /></main>
    </>
  );
}

function canLogIn(session: Session | null | undefined): boolean {
  return Boolean(session && (session.ways.account || session.ways.oidc));
}

function Place({ route, service }: { route: Route; service: Service }) {
  // A new place is read from its beginning.
  const key = route.at === "draft" ? route.draft : route.at === "meeting" ? `${route.id}/${route.step}` : route.at;
  useEffect(() => scrollTo(0, 0), [key]);
  if (route.at === "impact") return <ImpactList service={service} />;
  if (route.at === "draft") return <DraftView key={route.draft} service={service} meetingId={route.id} draftId={route.draft} />;
  if (route.at === "meeting") return <MeetingView key={route.id} service={service} id={route.id} step={route.step} />;
  return <MeetingList service={service} />;
}

function Header({ route, name, onLeave }: { route: Route; name: string; onLeave: () => void }) {
  const [look, setLook] = useState<Theme>(theme);
  const choose = (one: Theme) => {
    setTheme(one);
    setLook(one);
  };
  return (
    <header class="top">
      <div class="wide">
        <p class="brand">よろず <span>相談会の準備</span></p>
        <nav aria-label="全体">
          <a href={hrefOf({ at: "meetings" })} aria-current={route.at === "meetings" ? "page" : undefined}>相談会</a>
          <a href={hrefOf({ at: "impact" })} aria-current={route.at === "impact" ? "page" : undefined}>資料の変更</a>
          <a href="/">チャット</a>
        </nav>
        <div class="who">
          <label class="unseen" for="look">画面の明るさ</label>
          <select id="look" value={look} onChange={(event) => choose(event.currentTarget.value as Theme)}>
            <option value="auto">明るさ：自動</option>
            <option value="light">明るい</option>
            <option value="dark">暗い</option>
          </select>
          <span class="name">{name}</span>
          <button type="button" class="quiet" onClick={onLeave}>終了</button>
        </div>
      </div>
    </header>
  );
}
