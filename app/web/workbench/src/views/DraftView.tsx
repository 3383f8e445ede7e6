// One draft: what was asked, the answer in the making, what it rests on, and what becomes of it.

import { useRef } from "preact/hooks";
import { useEditing } from "../editing";
import { useLoad } from "../hooks";
import type { Draft } from "../models";
import { hrefOf } from "../route";
import type { Service } from "../service";
import { DRAFT_STATES, moment, NEEDS } from "../words";
import { Citations } from "./Citations";
import { ClashView } from "./ClashView";
import { rowsFor } from "./DiffCard";
import { inOrder, loadDrafts } from "./DraftList";
import { loadWhole } from "./MeetingView";
import { Badge, Loading, Trouble } from "./parts";
import { Remarks } from "./Remarks";
import { Sentences } from "./Sentences";
import { Verdict } from "./Verdict";

interface Props {
  service: Service;
  meetingId: string;
  draftId: string;
}

export function DraftView({ service, meetingId, draftId }: Props) {
  const draft = useLoad(() => service.get<Draft>(`/drafts/${encodeURIComponent(draftId)}`), [service, draftId]);
  return (
    <>
      <Beside service={service} meetingId={meetingId} draftId={draftId} />
      <Loading from={draft}>{(data) => <Desk service={service} given={data} />}</Loading>
    </>
  );
}

/** The way back, and to the drafts before and after. */
function Beside({ service, meetingId, draftId }: Props) {
  const list = useLoad(async () => {
    const [whole, drafts] = await Promise.all([loadWhole(service, meetingId), loadDrafts(service, meetingId)]);
    const chosen = whole.questions.filter((one) => one.state === "chosen").map((one) => one.id);
    return { title: whole.state.meeting.title, drafts: inOrder(drafts.filter((one) => chosen.includes(one.question_id)), chosen) };
  }, [service, meetingId]);
  const drafts = list.data?.drafts ?? [];
  const at = drafts.findIndex((one) => one.id === draftId);
  const [before, after] = [drafts[at - 1], at < 0 ? undefined : drafts[at + 1]];
  return (
    <nav class="beside" aria-label="下書きの移動">
      <a href={hrefOf({ at: "meeting", id: meetingId, step: "drafts" })}>← {list.data?.title ?? "下書きの一覧"}</a>
      <span>
        {before && <a href={hrefOf({ at: "draft", id: meetingId, draft: before.id })}>前の質問</a>}
        {at >= 0 && <span class="small">質問{at + 1}／{drafts.length}</span>}
        {after && <a href={hrefOf({ at: "draft", id: meetingId, draft: after.id })}>次の質問</a>}
      </span>
    </nav>
  );
}

function Desk({ service, given }: { service: Service; given: Draft }) {
  const editing = useEditing(service, given);
  const { draft, text, note, dirty, doing, clash } = editing;
  const box = useRef<HTMLTextAreaElement>(null);
  const fixed = draft.state === "approved" || draft.state === "published";
  const insert = (n: number) => {
    const at = box.current?.selectionEnd ?? text.length;
    editing.setText(`${text.slice(0, at)}[${n}]${text.slice(at)}`);
    box.current?.focus();
  };
  return (
    <>
      <div class="head">
        <h1 class="asked">{draft.question}</h1>
        <p class="small">
          <Badge tone={fixed ? "good" : draft.state === "rejected" ? "bad" : undefined}>{DRAFT_STATES[draft.state]}</Badge> 版{draft.version}　{moment(draft.updated_at)}
          {draft.approved_by && `　承認：${draft.approved_by}`}{draft.reason && `　理由：${draft.reason}`}
        </p>
      </div>
      <Why draft={draft} />
      {clash && <ClashView editing={editing} clash={clash} />}
      <div class="pair desk">
        <section aria-labelledby="answer">
          <h2 id="answer">回答</h2>
          <label class="unseen" for="text">回答の文章</label>
          <textarea id="text" ref={box} class="text" rows={rowsFor(text) + 2} maxLength={8000} readOnly={fixed} value={text} aria-describedby="how"
            onInput={(event) => editing.setText(event.currentTarget.value)}
            onKeyDown={(event) => { if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) { event.preventDefault(); void editing.save(); } }} />
          <p id="how" class="small">{fixed ? "承認済みの文章は変えられません。直すときは「編集に戻す」を押してください。" : "文の後ろに [1] の形で引用の番号を付けます。【】の行は見出しです。Ctrl＋Enter で保存します。"}</p>
          <div class="actions">
            <button type="button" class="go" disabled={!dirty || doing.busy || clash !== null} onClick={() => void editing.save()}>保存</button>
            <span class="small" role="status">{doing.busy ? "送信しています" : dirty ? "保存していない変更があります（このタブに控えています）" : "保存済み"}</span>
          </div>
          {!clash && <Trouble error={doing.error} />}
          {editing.dropped && !clash && (
            <details class="aside">
              <summary>使わなかったあなたの文章</summary>
              <p class="both">{editing.dropped}</p>
              {!fixed && <button type="button" class="quiet" onClick={() => editing.setText(editing.dropped ?? "")}>この文章を編集欄に戻す</button>}
            </details>
          )}
          <Sentences lines={editing.lines} checking={editing.checking} />
          <label class="entry">当日の口頭での補足<span class="hint">公開するとき、回答の後ろに付きます</span>
            <textarea rows={2} maxLength={8000} readOnly={draft.state === "published"} value={note} onInput={(event) => editing.setNote(event.currentTarget.value)} />
          </label>
          <Verdict key={draft.version} editing={editing} service={service} />
        </section>
        <Citations editing={editing} service={service} onInsert={insert} fixed={fixed} />
      </div>
      <Remarks service={service} draft={draft} />
    </>
  );
}

/** Why a person is needed, and what the reader of the answer must know. */
function Why({ draft }: { draft: Draft }) {
  const { needs, why } = draft.triage;
  return (
    <div class={`notice ${needs === "ready" ? "good" : ""}`}>
      <p><strong>{NEEDS[needs]}</strong>{why.length === 0 && "：引用元と一致しています。内容を読んで承認してください。"}</p>
      {why.length > 0 && <ul class="plainlist">{why.map((one) => <li key={one}>{one}</li>)}</ul>}
      {draft.answer.cautions.length > 0 && (
        <ul class="plainlist">{draft.answer.cautions.map((one, at) => <li key={at}>注意：{one.message}{one.citation ? `（引用 ${one.citation}）` : ""}</li>)}</ul>
      )}
    </div>
  );
}
