// Where a question is typed.

import { useEffect } from "preact/hooks";
import type { Texts } from "../texts";
import { SendIcon } from "./icons";

interface Props {
  box: { current: HTMLTextAreaElement | null };
  texts: Texts;
  busy: boolean;
  draft: string;
  followUp: boolean;
  onDraft: (text: string) => void;
  onAsk: (question: string) => void;
  onStop: () => void;
}

export function Composer({ box, texts, busy, draft, followUp, onDraft, onAsk, onStop }: Props) {
  useEffect(() => grow(box.current), [draft]);
  const send = () => {
    if (busy || !draft.trim()) return;
    onDraft("");
    onAsk(draft);
  };
  const key = (event: KeyboardEvent) => {
    // While an input method is composing, Enter chooses a word. 229 is what Safari says just after.
    if (event.key !== "Enter" || event.shiftKey || event.isComposing || event.keyCode === 229) return;
    event.preventDefault();
    send();
  };
  return (
    <form class="composer" autocomplete="off" onSubmit={(event) => { event.preventDefault(); send(); }}>
      <div class="column">
        <div class="field">
          <label class="unseen" for="question">{texts.question}</label>
          <textarea id="question" ref={box} rows={1} enterkeyhint="send" aria-describedby="hint" value={draft}
            placeholder={followUp ? texts.followUp : texts.placeholder}
            onInput={(event) => onDraft(event.currentTarget.value)} onKeyDown={key} />
          {busy
            ? <button type="button" class="send stop" onClick={onStop}>{texts.stop}</button>
            : <button type="submit" class="send" disabled={!draft.trim()}><SendIcon /><span>{texts.send}</span></button>}
        </div>
        <p class="small" id="hint">{texts.hint}</p>
      </div>
    </form>
  );
}

/** Grow with the text; the style sheet says how far. */
function grow(box: HTMLTextAreaElement | null): void {
  if (!box) return;
  box.style.height = "auto";
  box.style.height = `${box.scrollHeight + box.offsetHeight - box.clientHeight}px`;
}
