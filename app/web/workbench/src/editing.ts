// What is being written: kept in this tab until it is saved, checked as it is typed, never lost to another's change.

import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import { useDoing, type Doing } from "./hooks";
import { recall, remember } from "./kept";
import type { Draft, Line } from "./models";
import { ServiceError, type Service } from "./service";

const CHECK_AFTER_MS = 400;

interface Typed {
  version: number;
  text: string;
  note: string;
  /** What was stored when the typing began. */
  from: { text: string; note: string };
}

/** Somebody was faster: theirs is stored, ours is still here. */
export interface Clash {
  version: number;
  by: string;
  at: string;
  text: string;
}

export interface Editing {
  draft: Draft;
  text: string;
  note: string;
  lines: Line[];
  checking: boolean;
  dirty: boolean;
  clash: Clash | null;
  doing: Doing;
  /** What was typed before somebody else's text was taken instead. */
  dropped: string | null;
  setText(text: string): void;
  setNote(note: string): void;
  save(): Promise<Draft | undefined>;
  /** Change the draft on the server; what is typed is saved first where that is asked for. */
  change(path: string, body: object, saveFirst?: boolean): Promise<Draft | undefined>;
  /** Take what is stored; what was typed is laid aside. */
  takeTheirs(): Promise<void>;
  /** Store ours on top of theirs, which stays in the history. */
  keepOurs(): Promise<void>;
}

export function useEditing(service: Service, given: Draft): Editing {
  const name = `draft:${given.id}`;
  const [kept] = useState(() => recall<Typed>(name));
  const old = kept !== null && kept.version !== given.version;
  const [draft, setDraft] = useState(given);
  const [text, setText] = useState(typedOr(kept, given, "text"));
  const [note, setNote] = useState(typedOr(kept, given, "note"));
  const [lines, setLines] = useState(given.lines);
  const [checking, setChecking] = useState(false);
  const [clash, setClash] = useState<Clash | null>(() => (old && text !== given.content.text ? clashOf(given) : null));
  const [dropped, setDropped] = useState(() => recall<string>(`dropped:${given.id}`));
  const doing = useDoing();
  const dirty = text !== draft.content.text || note !== draft.content.note;

  useEffect(() => remember(name, dirty ? { version: clash ? 0 : draft.version, text, note, from: { text: draft.content.text, note: draft.content.note } } : null), [name, dirty, clash, draft.version, text, note]);
  useEffect(() => {
    if (!dirty) return;
    const warn = (event: BeforeUnloadEvent) => event.preventDefault();
    addEventListener("beforeunload", warn);
    return () => removeEventListener("beforeunload", warn);
  }, [dirty]);
  useChecks(service, draft, text, setLines, setChecking);

  const settle = useCallback((now: Draft, typed: "typed is saved" | "typed stays") => {
    setDraft(now);
    setClash(null);
    if (typed === "typed stays") return;
    setText(now.content.text);
    setNote(now.content.note);
    setLines(now.lines);
  }, []);
  const guarded = async (act: () => Promise<Draft>): Promise<Draft | undefined> =>
    doing.run(async () => {
      try {
        return await act();
      } catch (caught) {
        if (caught instanceof ServiceError && caught.code === "draft_changed") {
          if (dirty) setClash(clashOfError(caught));
          else settle(await service.get<Draft>(`/drafts/${draft.id}`), "typed is saved"); // nothing of ours to lose
        }
        throw caught;
      }
    });
  const patch = (version: number) => {
    const body = { version, ...(text !== draft.content.text ? { text } : {}), ...(note !== draft.content.note ? { note } : {}) };
    return service.act<Draft>("PATCH", `/drafts/${draft.id}`, body);
  };
  const save = async () => {
    if (!dirty) return draft;
    const saved = await guarded(() => patch(draft.version));
    if (saved) settle(saved, "typed is saved");
    return saved;
  };
  const change = async (path: string, body: object, saveFirst = true) => {
    const done = await guarded(async () => {
      let base = draft;
      if (saveFirst && dirty) {
        base = await patch(draft.version);
        settle(base, "typed is saved");
      }
      return service.act<Draft>("POST", `/drafts/${draft.id}/${path}`, { version: base.version, ...body });
    });
    if (done) settle(done, saveFirst || !dirty ? "typed is saved" : "typed stays");
    return done;
  };
  const takeTheirs = async () => {
    const now = await doing.run(() => service.get<Draft>(`/drafts/${draft.id}`));
    if (!now) return;
    if (text !== draft.content.text && text !== now.content.text) {
      setDropped(text);
      remember(`dropped:${draft.id}`, text);
    }
    settle(now, "typed is saved");
  };
  const keepOurs = async () => {
    if (!clash) return;
    const saved = await guarded(() => patch(clash.version));
    if (saved) settle(saved, "typed is saved");
  };
  return { draft, text, note, lines, checking, dirty, clash, doing, dropped, setText, setNote, save, change, takeTheirs, keepOurs };
}

/** Ask for the verdicts of what is typed, once the typing pauses; only the last answer counts. */
function useChecks(service: Service, draft: Draft, text: string, show: (lines: Line[]) => void, setChecking: (on: boolean) => void): void {
  const turn = useRef(0);
  useEffect(() => {
    const mine = ++turn.current;
    if (text === draft.content.text) {
      show(draft.lines);
      setChecking(false);
      return;
    }
    setChecking(true);
    const timer = setTimeout(() => {
      service.post<{ lines: Line[] }>(`/drafts/${draft.id}/check`, { text }).then(
        ({ lines }) => { if (mine === turn.current) { show(lines); setChecking(false); } },
        () => { if (mine === turn.current) setChecking(false); }, // saving will say what is wrong
      );
    }, CHECK_AFTER_MS);
    return () => clearTimeout(timer);
  }, [service, draft, text]);
}

/** What was typed here before; what was not touched is as it is stored now. */
function typedOr(kept: Typed | null, given: Draft, field: "text" | "note"): string {
  return kept && kept[field] !== kept.from[field] ? kept[field] : given.content[field];
}

function clashOf(now: Draft): Clash {
  return { version: now.version, by: "", at: now.updated_at, text: now.content.text };
}

function clashOfError({ detail }: ServiceError): Clash {
  return { version: Number(detail.version), by: String(detail.changed_by ?? ""), at: String(detail.changed_at ?? ""), text: String(detail.text ?? "") };
}
