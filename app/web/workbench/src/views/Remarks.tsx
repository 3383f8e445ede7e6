// What organisers say to each other about a draft, and everything that was done to it.

import { useState } from "preact/hooks";
import { useDoing, useLoad } from "../hooks";
import type { Change, Comment, Draft } from "../models";
import type { Service } from "../service";
import { ACTIONS, moment } from "../words";
import { Loading, Trouble } from "./parts";

export function Remarks({ service, draft }: { service: Service; draft: Draft }) {
  return (
    <div class="pair">
      <Comments service={service} id={draft.id} />
      <History service={service} id={draft.id} version={draft.version} />
    </div>
  );
}

function Comments({ service, id }: { service: Service; id: string }) {
  const path = `/drafts/${id}/comments`;
  const list = useLoad(() => service.get<{ comments: Comment[] }>(path), [service, path]);
  const [text, setText] = useState("");
  const doing = useDoing();
  const send = async (event: Event) => {
    event.preventDefault();
    const sent = await doing.run(() => service.act<Comment>("POST", path, { text: text.trim() }));
    if (!sent) return;
    setText("");
    await list.reload();
  };
  return (
    <section aria-labelledby="comments">
      <h2 id="comments">コメント</h2>
      <Loading from={list}>
        {({ comments }) => (
          <>
            {comments.length === 0 && <p class="small">まだありません。確認してほしいことを書き残せます。</p>}
            <ul class="rows">{comments.map((one) => <li key={one.number}><p class="small">{one.written_by}　{moment(one.written_at)}</p><p class="words">{one.text}</p></li>)}</ul>
          </>
        )}
      </Loading>
      <form onSubmit={(event) => void send(event)}>
        <label class="entry">コメントを書く
          <textarea rows={2} maxLength={2000} value={text} onInput={(event) => setText(event.currentTarget.value)} />
        </label>
        <button type="submit" class="quiet" disabled={doing.busy || !text.trim()}>書き込む</button>
        <Trouble error={doing.error} />
      </form>
    </section>
  );
}

function History({ service, id, version }: { service: Service; id: string; version: number }) {
  const list = useLoad(() => service.get<{ changes: Change[] }>(`/drafts/${id}/history`), [service, id, version]);
  return (
    <section aria-labelledby="history">
      <h2 id="history">履歴</h2>
      <Loading from={list}>
        {({ changes }) => (
          <ol class="rows">
            {[...changes].reverse().map((one) => (
              <li key={one.version}>
                <p><strong>{ACTIONS[one.action] ?? one.action}</strong>　<span class="small">版{one.version}　{one.changed_by}　{moment(one.changed_at)}</span></p>
                {one.after.reason && <p class="small">理由：{one.after.reason}</p>}
                <Texts change={one} />
              </li>
            ))}
          </ol>
        )}
      </Loading>
    </section>
  );
}

function Texts({ change }: { change: Change }) {
  const [before, after] = [change.before.content?.text, change.after.content?.text];
  if (before === undefined || after === undefined || before === after) return null;
  return (
    <details>
      <summary>変更前と変更後</summary>
      <div class="pair small-pair">
        <div><h3>前</h3><p class="both">{before || "（空）"}</p></div>
        <div><h3>後</h3><p class="both">{after || "（空）"}</p></div>
      </div>
    </details>
  );
}
