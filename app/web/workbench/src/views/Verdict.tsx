// What becomes of a draft: approved, sent back, reopened, as first proposed, made anew.

import { useState } from "preact/hooks";
import type { Editing } from "../editing";
import { useDoing } from "../hooks";
import type { Draft, Progress } from "../models";
import type { Service } from "../service";
import { AskFirst, focused, Trouble } from "./parts";

export function Verdict({ editing, service }: { editing: Editing; service: Service }) {
  const { draft, lines, doing, clash } = editing;
  const [asking, setAsking] = useState<"approved" | "rejected" | null>(null);
  const unsupported = lines.filter((one) => one.support !== null && one.support !== "verified").length;
  const off = doing.busy || editing.checking || clash !== null;
  const to = (state: string, reason?: string) => void editing.change("state", { state, ...(reason ? { reason } : {}) });
  const approve = () => (unsupported ? setAsking("approved") : to("approved"));
  const open = draft.state === "proposed" || draft.state === "edited";
  if (draft.state === "published") return <p class="notice good">公開済みです。直すときは、先に相談会の公開を取り消してください。</p>;
  return (
    <section class="verdict" aria-label="承認と差し戻し">
      <div class="actions">
        {(open || (draft.state === "rejected" && editing.dirty)) && <button type="button" class="go" disabled={off} onClick={approve}>承認</button>}
        {draft.state !== "rejected" && <button type="button" class="quiet" disabled={off} aria-expanded={asking === "rejected"} onClick={() => setAsking(asking === "rejected" ? null : "rejected")}>差し戻す</button>}
        {!open && <button type="button" class="quiet" disabled={off} onClick={() => to("edited")}>編集に戻す</button>}
        {draft.state === "edited" && (
          <AskFirst label="最初の案に戻す" question="今の文章は履歴に残ります。" yes="戻す" busy={off} danger onYes={() => void editing.change("state", { state: "proposed" })} />
        )}
        {draft.state !== "approved" && <Redo editing={editing} service={service} off={off} />}
      </div>
      {asking && (
        <Reason key={asking} state={asking} count={unsupported} busy={off} onGo={(reason) => to(asking, reason)} onClose={() => setAsking(null)} />
      )}
    </section>
  );
}

interface ReasonProps {
  state: "approved" | "rejected";
  count: number;
  busy: boolean;
  onGo: (reason: string) => void;
  onClose: () => void;
}

function Reason({ state, count, busy, onGo, onClose }: ReasonProps) {
  const [reason, setReason] = useState("");
  const approving = state === "approved";
  return (
    <form class="form" onSubmit={(event) => { event.preventDefault(); onGo(reason.trim()); }}>
      {approving && <p>引用元の裏付けがない文が{count}件あります。このまま承認するときは、その理由を残してください。配布資料では、出典のない文に「主催者による回答」と付きます。</p>}
      <label class="entry">{approving ? "このまま承認する理由" : "差し戻す理由"}
        <textarea rows={2} required maxLength={500} ref={focused} value={reason} onInput={(event) => setReason(event.currentTarget.value)} />
      </label>
      <div class="actions">
        <button type="submit" class="go" disabled={busy || !reason.trim()}>{approving ? "理由を付けて承認" : "差し戻す"}</button>
        <button type="button" class="quiet" onClick={onClose}>やめる</button>
      </div>
    </form>
  );
}

const WAIT_MS = 500;
const MOST_WAITS = 240;

/** Draft the question anew, and show what came of it. */
function Redo({ editing, service, off }: { editing: Editing; service: Service; off: boolean }) {
  const doing = useDoing();
  const { draft } = editing;
  const redo = () => void doing.run(async () => {
    await service.act<Progress>("POST", `/drafts/${draft.id}/redo`);
    for (let waits = 0; waits < MOST_WAITS; waits++) {
      await new Promise((later) => setTimeout(later, WAIT_MS));
      const now = await service.get<Draft>(`/drafts/${draft.id}`);
      if (now.version !== draft.version) return editing.takeTheirs();
    }
  });
  return (
    <>
      <AskFirst label={doing.busy ? "作り直しています" : "作り直す"} question="資料からもう一度下書きを作ります。今の文章は履歴に残ります。" yes="作り直す" busy={off || doing.busy || editing.dirty} danger onYes={redo} />
      <Trouble error={doing.error} />
    </>
  );
}
