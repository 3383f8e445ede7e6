// Step 4: have answers drafted, see how far that is, and which of them need a person.

import { useEffect, useState } from "preact/hooks";
import { useDoing, useLoad } from "../hooks";
import type { Draft, MeetingState, Needs, Progress } from "../models";
import { hrefOf } from "../route";
import { everything, type Service } from "../service";
import { DRAFT_STATES, NEEDS } from "../words";
import type { StepProps } from "./MeetingView";
import { AskFirst, Badge, Empty, Loading, Trouble } from "./parts";

const EVERY_MS = 1000;
const TONE: Record<Needs, "good" | "warn" | "bad"> = { ready: "good", check: "warn", no_source: "bad" };

export function loadDrafts(service: Service, id: string): Promise<Draft[]> {
  return everything(async (limit, offset) => {
    const found = await service.get<{ total: number; drafts: Draft[] }>("/drafts", { meeting_id: id, limit, offset });
    return { total: found.total, items: found.drafts };
  });
}

export function DraftList({ service, id, whole, reload }: StepProps) {
  const list = useLoad(() => loadDrafts(service, id), [service, id]);
  const [progress, setProgress] = useState<Progress>(whole.state.progress);
  const [needs, setNeeds] = useState<Needs | null>(null);
  const doing = useDoing();
  const path = `/meetings/${encodeURIComponent(id)}`;
  const under = progress.queued + progress.running > 0;
  useEffect(() => {
    if (!under) return;
    const timer = setInterval(() => {
      void doing.run(() => service.get<MeetingState>(path)).then(async (state) => {
        if (!state) return;
        setProgress(state.progress);
        await list.reload();
        if (state.progress.queued + state.progress.running === 0) await reload();
      });
    }, EVERY_MS);
    return () => clearInterval(timer);
  }, [under, path]);
  const start = async (redo: boolean) => {
    const begun = await doing.run(() => service.act<Progress>("POST", `${path}/drafts`, { redo }));
    if (begun) {
      setProgress(begun);
      await Promise.all([list.reload(), reload()]);
    }
  };
  const chosen = whole.questions.filter((one) => one.state === "chosen" && one.text);
  const failures = Object.entries(whole.state.failures);
  if (!chosen.length) {
    return <Empty><p>取り上げる質問がまだありません。</p><p><a href={hrefOf({ at: "meeting", id, step: "choose" })}>質問を選ぶ</a>と、回答の下書きを作れます。</p></Empty>;
  }
  return (
    <Loading from={list}>
      {(every) => {
        const drafts = inOrder(every.filter((one) => chosen.some((question) => question.id === one.question_id)), chosen.map((one) => one.id));
        const missing = chosen.filter((one) => !every.some((draft) => draft.question_id === one.id)).length;
        const shown = needs ? drafts.filter((one) => one.triage.needs === needs) : drafts;
        return (
          <>
            <p class="lead">資料に書かれていることだけから回答の下書きを作り、確認のしかたで仕分けます。下書きを開いて文章を直し、承認してください。</p>
            <div class="bar-actions">
              {missing > 0 && <button type="button" class="go" disabled={doing.busy || under} onClick={() => void start(false)}>下書きを作る（{missing}件）</button>}
              {drafts.length > 0 && !under && (
                <AskFirst label="すべて作り直す" question="承認済み・公開済みを除く下書きを作り直します。今の文章は履歴に残ります。" yes="作り直す" busy={doing.busy} danger onYes={() => void start(true)} />
              )}
            </div>
            <Trouble error={doing.error} />
            <ProgressBar progress={progress} under={under} />
            {failures.length > 0 && (
              <div class="notice">
                <p>作れなかった下書きが{failures.length}件あります。質問を短くするか、時間をおいて作り直してください。</p>
                <ul class="plainlist">{failures.map(([question, code]) => <li key={question}>{whole.questions.find((one) => one.id === question)?.text ?? question}（{code}）</li>)}</ul>
              </div>
            )}
            {drafts.length > 0 && (
              <div class="tabs" role="group" aria-label="仕分けで絞り込む">
                <button type="button" aria-pressed={needs === null} onClick={() => setNeeds(null)}>すべて {drafts.length}</button>
                {(Object.keys(NEEDS) as Needs[]).map((one) => (
                  <button key={one} type="button" aria-pressed={needs === one} onClick={() => setNeeds(one)}>{NEEDS[one]} {drafts.filter((draft) => draft.triage.needs === one).length}</button>
                ))}
              </div>
            )}
            {drafts.length > 0 && shown.length === 0 && <Empty><p>この仕分けの下書きはありません。</p></Empty>}
            <ol class="cards">{shown.map((one) => <li key={one.id}><Row draft={one} no={drafts.indexOf(one) + 1} id={id} /></li>)}</ol>
          </>
        );
      }}
    </Loading>
  );
}

function ProgressBar({ progress, under }: { progress: Progress; under: boolean }) {
  const total = progress.queued + progress.running + progress.done + progress.failed;
  const over = progress.done + progress.failed;
  return (
    <div role="status">
      {under && (
        <div class="progress">
          <label for="progress">下書きを作っています（{over}／{total}件）。この画面を閉じても続きます。</label>
          <progress id="progress" max={total} value={over} />
        </div>
      )}
    </div>
  );
}

function Row({ draft, no, id }: { draft: Draft; no: number; id: string }) {
  return (
    <a class="card link" href={hrefOf({ at: "draft", id, draft: draft.id })}>
      <span class="small">質問{no}　<Badge tone={draft.state === "approved" || draft.state === "published" ? "good" : draft.state === "rejected" ? "bad" : undefined}>{DRAFT_STATES[draft.state]}</Badge> <Badge tone={TONE[draft.triage.needs]}>{NEEDS[draft.triage.needs]}</Badge></span>
      <strong>{draft.question}</strong>
      {draft.triage.why.map((why) => <span key={why} class="small">・{why}</span>)}
    </a>
  );
}

/** In the order of the day. */
export function inOrder(drafts: Draft[], ids: string[]): Draft[] {
  const places = new Map(ids.map((id, at) => [id, at]));
  return [...drafts].sort((a, b) => (places.get(a.question_id) ?? Infinity) - (places.get(b.question_id) ?? Infinity));
}
