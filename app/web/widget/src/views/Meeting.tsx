// この質問を相談会に送る: to people, where the material has no answer.

import { useState } from "preact/hooks";
import type { LiveTurn, Session } from "../session";
import type { Texts } from "../texts";
import { focusOnce, useFocusAfter } from "./focus";
import { Trouble, useSending } from "./sending";

interface Props {
  turn: LiveTurn;
  session: Session;
  texts: Texts;
}

export function Meeting({ turn, session, texts }: Props) {
  const [open, setOpen] = useState(false);
  const after = useFocusAfter<HTMLElement>(open);
  return (
    <section class="meeting" ref={after} tabIndex={-1}>
      <div role="status">{turn.receipt && <p class="receipt">{texts.receipt(turn.receipt)}</p>}</div>
      {!turn.receipt && !open && (
        <button type="button" class="go" onClick={() => setOpen(true)}>{texts.toMeeting}</button>
      )}
      {!turn.receipt && open && <Entry turn={turn} session={session} texts={texts} onClose={() => setOpen(false)} />}
    </section>
  );
}

function Entry({ turn, session, texts, onClose }: Props & { onClose: () => void }) {
  const [question, setQuestion] = useState(turn.question);
  const [note, setNote] = useState("");
  const sending = useSending();
  const send = (event: Event) => {
    event.preventDefault();
    void sending.run(() => session.sendToMeeting(turn, question.trim(), note.trim()), onClose);
  };
  return (
    <form class="form" onSubmit={send}>
      <h4>{texts.meetingTitle}</h4>
      <p class="small">{texts.meetingAbout}</p>
      <label class="entry">{texts.question}
        <textarea rows={3} required value={question} ref={focusOnce} onInput={(event) => setQuestion(event.currentTarget.value)} />
      </label>
      <label class="entry">{texts.note}
        <textarea rows={2} maxLength={1000} value={note} onInput={(event) => setNote(event.currentTarget.value)} />
      </label>
      <div class="actions">
        <button type="submit" class="go" disabled={sending.busy || !question.trim()}>{texts.sendQuestion}</button>
        <button type="button" class="quiet" onClick={onClose}>{texts.cancel}</button>
      </div>
      <Trouble error={sending.error} />
    </form>
  );
}
