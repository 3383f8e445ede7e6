// 役に立った or 違う; the second asks why.

import { useState } from "preact/hooks";
import type { LiveTurn, Session } from "../session";
import type { Texts } from "../texts";
import { focusOnce, useFocusAfter } from "./focus";
import { Trouble, useSending } from "./sending";

export function Judging({ turn, session, texts }: { turn: LiveTurn; session: Session; texts: Texts }) {
  const [asking, setAsking] = useState(false);
  const sending = useSending();
  const after = useFocusAfter<HTMLButtonElement>(asking);
  const judge = (verdict: "helpful" | "wrong", reason = "") =>
    void sending.run(() => session.judge(turn, verdict, reason), () => setAsking(false));
  return (
    <div class="judging">
      <div class="actions">
        <button type="button" class="quiet" aria-pressed={turn.verdict === "helpful"} disabled={sending.busy}
          onClick={() => judge("helpful")}>{texts.helpful}</button>
        <button type="button" class="quiet" ref={after} aria-pressed={turn.verdict === "wrong"} aria-expanded={asking} disabled={sending.busy}
          onClick={() => setAsking(!asking)}>{texts.wrong}</button>
        <span role="status" class="said">{!asking && turn.verdict && texts.thanks}</span>
      </div>
      {asking && <Why texts={texts} busy={sending.busy} onCancel={() => setAsking(false)} onSend={(reason) => judge("wrong", reason)} />}
      <Trouble error={sending.error} />
    </div>
  );
}

interface WhyProps {
  texts: Texts;
  busy: boolean;
  onSend: (reason: string) => void;
  onCancel: () => void;
}

function Why({ texts, busy, onSend, onCancel }: WhyProps) {
  const [chosen, setChosen] = useState("");
  const [detail, setDetail] = useState("");
  const send = (event: Event) => {
    event.preventDefault();
    onSend([chosen, detail.trim()].filter(Boolean).join("：").slice(0, 1000));
  };
  return (
    <form class="form" onSubmit={send}>
      <fieldset>
        <legend>{texts.why}</legend>
        {texts.reasons.map((one, index) => (
          <label class="choice" key={one}>
            <input type="radio" name="why" checked={chosen === one} ref={index === 0 ? focusOnce : null}
              onChange={() => setChosen(one)} />{one}
          </label>
        ))}
      </fieldset>
      <label class="entry">{texts.detail}
        <textarea rows={2} maxLength={900} value={detail} onInput={(event) => setDetail(event.currentTarget.value)} />
      </label>
      <div class="actions">
        <button type="submit" class="go" disabled={busy}>{texts.sendVerdict}</button>
        <button type="button" class="quiet" onClick={onCancel}>{texts.cancel}</button>
      </div>
    </form>
  );
}
