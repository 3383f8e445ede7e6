// The head of every page of ours: where one can go, who is logged in, logging out.

import { useState } from "preact/hooks";
import { ApiError } from "./api";
import { logOut, mayUse, type Scope, type Session } from "./session";

export type Place = "chat" | "organiser" | "admin";

const PLACES: { place: Place; href: string; label: string; needed: Scope | null }[] = [
  { place: "chat", href: "/", label: "チャット", needed: null },
  { place: "organiser", href: "/organiser", label: "相談会の準備", needed: "organiser" },
  { place: "admin", href: "/admin", label: "管理", needed: "admin" },
];

export function SiteHeader({ here, session }: { here: Place; session: Session }) {
  const [trouble, setTrouble] = useState("");
  const leave = () => logOut().catch((error: ApiError) => setTrouble(error.message));
  // Not the part after "#": where people come from is enough.
  const change = `/password?after=${encodeURIComponent(location.pathname)}`;
  const places = PLACES.filter(({ needed }) => needed === null || mayUse(session, needed));
  return (
    <header class="site">
      <nav aria-label="ページ">
        <ul>
          {places.map(({ place, href, label }) => (
            <li key={place}><a href={href} aria-current={place === here ? "page" : undefined}>{label}</a></li>
          ))}
        </ul>
      </nav>
      <div class="who">
        {trouble && <span role="alert">{trouble}</span>}
        {session.person
          ? <>
              <span class="name">{session.person.name}</span>
              {session.person.account && <a href={change}>パスワードを変更</a>}
              <button type="button" class="quiet" onClick={leave}>ログアウト</button>
            </>
          : <a href="/login">ログイン</a>}
      </div>
    </header>
  );
}
