// Step 2: what identifies somebody, as a diff. Nothing is final before a person accepts it.

import { useState } from "preact/hooks";
import { useDoing, useLoad } from "../hooks";
import type { Diff } from "../models";
import { hrefOf } from "../route";
import { DiffCard } from "./DiffCard";
import type { StepProps } from "./MeetingView";
import { Empty, Loading, Trouble } from "./parts";

const PIECE = 10;

export function Generalise({ service, id, whole, reload }: StepProps) {
  const list = useLoad(
    () => service.get<{ total: number; diffs: Diff[] }>(`/meetings/${encodeURIComponent(id)}/generalisations`, { limit: PIECE }),
    [service, id],
  );
  const [said, setSaid] = useState("");
  const doing = useDoing();
  const accept = async (diff: Diff, text: string) => {
    const { id: question, version } = diff.question;
    await service.act("POST", `/questions/${question}/generalisation`, { version, text });
  };
  const again = async (message: string) => {
    setSaid(message);
    await Promise.all([list.reload(), reload()]);
  };
  const acceptSure = async (diffs: Diff[]) => {
    const done = await doing.run(async () => {
      for (const diff of diffs) await accept(diff, diff.text ?? "");
      return diffs.length;
    });
    await again(done === undefined ? "" : `${done}件を確定しました。`);
  };
  const accepted = whole.questions.filter((one) => one.text);
  return (
    <>
      <p class="lead">会社名・人名・地名・システム名など、質問した会社が分かる言葉の置き換え案です。<strong>原文が表示されるのは、この画面だけです</strong>（開いたことは記録されます）。確定した文だけが、下書き・配布資料・公開に使われます。</p>
      <div role="status">{said && <p class="notice good">{said}</p>}</div>
      <Trouble error={doing.error} />
      <Loading from={list}>
        {({ total, diffs }) => {
          const sure = diffs.filter((one) => one.original !== null && one.spans.every((span) => span.sure));
          if (total === 0) {
            return (
              <Empty>
                <p>{accepted.length ? `すべて確定しました（${accepted.length}件）。` : "確認を待つ質問はありません。先に質問を取り込んでください。"}</p>
                {accepted.length > 0 && <p class="next"><a class="go" href={hrefOf({ at: "meeting", id, step: "choose" })}>次へ：選んで並べる</a></p>}
              </Empty>
            );
          }
          return (
            <>
              <div class="bar-actions">
                <p>確認待ち <strong>{total}件</strong>{total > diffs.length ? `（うち${diffs.length}件を表示）` : ""}</p>
                {sure.length > 1 && (
                  <button type="button" class="quiet" disabled={doing.busy} onClick={() => void acceptSure(sure)}>表示中の、推定を含まない{sure.length}件をまとめて確定</button>
                )}
              </div>
              <ul class="cards">
                {diffs.map((diff) => (
                  <li key={diff.question.id}>
                    <DiffCard diff={diff} onAccept={(text) => accept(diff, text)} onDone={(message) => void again(message)} />
                  </li>
                ))}
              </ul>
            </>
          );
        }}
      </Loading>
      {accepted.length > 0 && <Accepted service={service} questions={accepted} onDone={(message) => void again(message)} />}
    </>
  );
}

/** What has been accepted can be looked at again and corrected. */
function Accepted({ service, questions, onDone }: { service: StepProps["service"]; questions: StepProps["whole"]["questions"]; onDone: (message: string) => void }) {
  const [open, setOpen] = useState<Diff | null>(null);
  const doing = useDoing();
  return (
    <details class="accepted">
      <summary>確定した質問（{questions.length}件）</summary>
      <Trouble error={doing.error} />
      <ul class="rows">
        {questions.map((one) => (
          <li key={one.id}>
            {open?.question.id === one.id
              ? (
                <DiffCard diff={open} accepted={one.text} onDone={(message) => { setOpen(null); onDone(message); }}
                  onAccept={async (text) => { await service.act("POST", `/questions/${one.id}/generalisation`, { version: open.question.version, text }); }} />
              )
              : (
                <>
                  <p>{one.text}</p>
                  <button type="button" class="quiet" disabled={doing.busy} aria-label={`見直す：${one.text}`}
                    onClick={() => void doing.run(() => service.get<Diff>(`/questions/${one.id}/generalisation`)).then((diff) => diff && setOpen(diff))}>見直す</button>
                </>
              )}
          </li>
        ))}
      </ul>
    </details>
  );
}
