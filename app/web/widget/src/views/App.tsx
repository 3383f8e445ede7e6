// The whole widget: a button in the corner and a panel, or a full page.

import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import type { Preferences, Theme } from "../preferences";
import type { LiveTurn, Session } from "../session";
import type { Lang, Texts } from "../texts";
import type { Citation } from "../models";
import { Composer } from "./Composer";
import { touch, useFocusAfter } from "./focus";
import { ChatIcon } from "./icons";
import { Header } from "./Header";
import { Menu } from "./Menu";
import { TurnView } from "./TurnView";
import { Viewer, type Cited } from "./Viewer";
import { Welcome } from "./Welcome";

const MARGIN_PX = 12;

export interface AppProps {
  session: Session;
  texts: Texts;
  lang: Lang;
  theme: Theme;
  mode: "panel" | "page";
  open: boolean;
  heading: string;
  examples: string[];
  choosable: { lang: boolean; theme: boolean };
  onOpen: (open: boolean) => void;
  onPrefer: (change: Preferences) => void;
}

export function App(props: AppProps) {
  const { session, texts, lang, theme, mode, open, heading } = props;
  const [, redraw] = useState(0);
  const [menu, setMenu] = useState(false);
  const [cited, setCited] = useState<Cited | null>(null);
  const [draft, setDraft] = useState("");
  const box = useRef<HTMLTextAreaElement>(null);
  const launcher = useRef<HTMLButtonElement>(null);
  const log = useRef<HTMLDivElement>(null);
  const panel = useRef<HTMLElement>(null);
  const menuButton = useFocusAfter<HTMLButtonElement>(menu);
  useEffect(() => session.onChange(() => redraw((n) => n + 1)), [session]);
  useFocusOnOpening(open, mode, { box, launcher, panel });
  useScrollToNewTurn(session, log);

  const ask = useCallback((question: string) => {
    setMenu(false);
    void session.ask(question);
    // On a touch screen the keyboard would cover the answer.
    if (touch()) box.current?.blur();
    else box.current?.focus({ preventScroll: true });
  }, [session]);
  const edit = (turn: LiveTurn) => {
    setDraft(turn.question);
    box.current?.focus();
  };
  const close = () => props.onOpen(false);
  const openCitation = (citation: Citation, turn: LiveTurn) => setCited({ citation, answerId: turn.answer?.id ?? null });
  const escape = (event: KeyboardEvent) => {
    if (event.key !== "Escape" || event.isComposing || cited) return;
    event.stopPropagation(); // a dialog of the host page stays open
    if (menu) setMenu(false);
    else if (mode === "panel") close();
  };

  return (
    <div class="root" lang={lang} data-theme={theme} data-mode={mode}>
      {mode === "panel" && !open && (
        <button type="button" class="launcher" ref={launcher} aria-expanded="false" aria-label={texts.open}
          onClick={() => props.onOpen(true)}>
          <ChatIcon /><span>{texts.launch}</span>
        </button>
      )}
      {open && (
        <section class="panel" role={mode === "panel" ? "dialog" : undefined} aria-label={heading} ref={panel} tabIndex={-1} onKeyDown={escape}>
          <Header texts={texts} heading={heading} mode={mode} menu={menu} menuButton={menuButton} started={session.turns.length > 0}
            onMenu={() => setMenu(!menu)} onClose={close}
            onFresh={() => { setMenu(false); session.fresh(); box.current?.focus({ preventScroll: true }); }} />
          {menu
            ? <Menu {...props} onOpenConversation={(one) => { session.open(one); setMenu(false); }} onBack={() => setMenu(false)} />
            : (
              <div class="log" ref={log} role="log" aria-label={texts.log} aria-live="polite" tabIndex={0}>
                <div class="column">
                  {session.turns.length === 0 && <Welcome texts={texts} examples={props.examples} onAsk={ask} />}
                  {session.turns.map((turn) => (
                    <TurnView key={turn.key} turn={turn} session={session} texts={texts} onAsk={ask} onEdit={edit}
                      onOpenCitation={openCitation} />
                  ))}
                </div>
              </div>
            )}
          <p class="unseen" role="status">{status(session, texts)}</p>
          {!menu && (
            <Composer box={box} texts={texts} busy={session.busy} draft={draft} onDraft={setDraft}
              followUp={session.turns.length > 0} onAsk={ask} onStop={() => session.stop()} />
          )}
        </section>
      )}
      {cited && <Viewer cited={cited} client={session.client} texts={texts} onClose={() => setCited(null)} />}
    </div>
  );
}

/** What a screen reader says about the turn under way. */
function status(session: Session, texts: Texts): string {
  const turn = session.turns.at(-1);
  if (!turn) return "";
  if (turn.state === "waiting") return turn.withdrawn ? texts.withdrawn : texts.waiting;
  if (turn.state === "stopped") return texts.stopped;
  if (turn.state !== "done" || !turn.answer) return "";
  return turn.answer.status === "answered"
    ? texts.arrived(turn.answer.statements.length, turn.answer.cautions.length)
    : texts.arrivedMissing;
}

type Place = { current: HTMLElement | null };

function useFocusOnOpening(open: boolean, mode: string, to: { box: Place; launcher: Place; panel: Place }): void {
  const before = useRef(open);
  useEffect(() => {
    const changed = before.current !== open;
    before.current = open;
    if (mode === "page" ? touch() : !changed) return;
    const target = open ? (touch() ? to.panel : to.box) : to.launcher;
    target.current?.focus({ preventScroll: true });
  }, [open, mode]);
}

/** A new question comes to the top of the log, so that its answer is read from the beginning. */
function useScrollToNewTurn(session: Session, log: { current: HTMLElement | null }): void {
  const key = session.turns.at(-1)?.key;
  const seen = useRef<string | undefined>(undefined);
  useEffect(() => {
    if (!key || key === seen.current || !log.current) return;
    seen.current = key;
    const turns = log.current.querySelectorAll<HTMLElement>(".turn");
    const last = turns[turns.length - 1];
    // Not scrollIntoView: that would move the host page as well.
    if (last) log.current.scrollTo({ top: last.offsetTop - MARGIN_PX });
  });
}
