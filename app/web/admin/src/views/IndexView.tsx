// The index in use, the numbers, a new ingest with its progress, and the way back.

import { useEffect, useState } from "preact/hooks";
import { ApiError, call } from "../../../shared/api";
import type { Counts, Generation, Ingest, Overview } from "../models";
import { countText, STAGES, timeText } from "../texts";
import { Empty, Show, Table, Tag, Trouble, useLoaded } from "./parts";

const POLL_MS = 1000;

export function IndexView() {
  const loaded = useLoaded<Overview>("/api/v1/admin/overview");
  return (
    <Show loaded={loaded}>
      {(overview) => (
        <>
          <Numbers counts={overview.counts} current={overview.generations.find(({ current }) => current)} />
          <IngestPart first={overview.ingest} onEnd={loaded.again} />
          <Generations generations={overview.generations} onChange={loaded.again} />
        </>
      )}
    </Show>
  );
}

function Numbers({ counts, current }: { counts: Counts; current: Generation | undefined }) {
  const numbers: [string, string][] = [
    ["質問と回答", current ? countText(current.qas) : "―"],
    ["一節", current ? countText(current.passages) : "―"],
    ["保存している回答", countText(counts.answers)],
    ["役に立った／違う", `${countText(counts.helpful)}／${countText(counts.wrong)}`],
    ["相談会に送られた質問", countText(counts.sent)],
  ];
  return <dl class="numbers">{numbers.map(([name, value]) => <div key={name}><dt>{name}</dt><dd>{value}</dd></div>)}</dl>;
}

function IngestPart({ first, onEnd }: { first: Ingest; onEnd: () => void }) {
  const [ingest, setIngest] = useState(first);
  const [rebuild, setRebuild] = useState(false);
  const [error, setError] = useState<ApiError | null>(null);
  const running = ingest.state === "running";
  useEffect(() => {
    if (!running) return;
    const timer = setInterval(() => {
      call<Ingest>("GET", "/api/v1/admin/ingest").then((now) => {
        setIngest(now);
        if (now.state !== "running") onEnd();
      }, setError);
    }, POLL_MS);
    return () => clearInterval(timer);
  }, [running]);
  const start = () => {
    setError(null);
    call<Ingest>("POST", "/api/v1/admin/ingest", { rebuild }).then(setIngest, setError);
  };
  return (
    <section aria-labelledby="ingest">
      <h2 id="ingest">資料の取り込み</h2>
      <p>フォルダーの資料を読み直して、索引の新しい世代を作ります。その間も、質問には今の世代から答えます。</p>
      <div class="row">
        <button type="button" class="go" disabled={running} onClick={start}>{running ? "取り込んでいます…" : "取り込みを始める"}</button>
        <label class="check"><input type="checkbox" checked={rebuild} disabled={running} onChange={(event) => setRebuild(event.currentTarget.checked)} />変更がなくても、すべて読み直す</label>
      </div>
      {error && <Trouble error={error} />}
      <div role="status" class="progress"><Progress ingest={ingest} /></div>
    </section>
  );
}

function Progress({ ingest }: { ingest: Ingest }) {
  if (ingest.state === "running") {
    const label = STAGES[ingest.stage ?? "load"];
    return (
      <>
        <p>{label}{ingest.total > 0 && `（${countText(ingest.done)} / ${countText(ingest.total)}）`}</p>
        <progress aria-label={label} {...(ingest.total > 0 ? { value: ingest.done, max: ingest.total } : {})} />
      </>
    );
  }
  if (ingest.state === "failed") return <p class="bad">取り込めませんでした。{ingest.error?.message}</p>;
  if (ingest.state !== "done" || !ingest.result) return null;
  const { files, failed, passages, embedded, deleted, generation } = ingest.result;
  return (
    <p>
      取り込みが終わりました（{timeText(ingest.ended_at)}）。ファイル {countText(files)}、読めないファイル {countText(failed)}、
      一節 {countText(passages)}（新しい文 {countText(embedded)}、除いた一節 {countText(deleted)}）、世代 {generation}。
      {failed > 0 && <a href="#files">読めないファイルを見る</a>}
    </p>
  );
}

function Generations({ generations, onChange }: { generations: Generation[]; onChange: () => void }) {
  const [asking, setAsking] = useState(false);
  const [said, setSaid] = useState("");
  const [error, setError] = useState<ApiError | null>(null);
  const place = generations.findIndex(({ current }) => current);
  const before = place < 0 ? undefined : generations[place + 1];
  const back = () => {
    setAsking(false);
    setError(null);
    call<{ generation: string }>("POST", "/api/v1/admin/rollback").then(({ generation }) => {
      setSaid(`世代 ${generation} に戻しました。`);
      onChange();
    }, setError);
  };
  return (
    <section aria-labelledby="generations">
      <h2 id="generations">索引の世代</h2>
      {generations.length === 0 && <Empty>索引がまだありません。「取り込みを始める」で作ってください。</Empty>}
      {generations.length > 0 && (
        <Table caption="索引の世代" heads={["世代", "作成", "質問と回答", "一節", "埋め込みモデル"]}>
          {generations.map((one) => (
            <tr key={one.name}>
              <th scope="row">{one.name} {one.current && <Tag kind="good">使用中</Tag>}</th>
              <td>{timeText(one.created)}</td>
              <td class="count">{countText(one.qas)}</td>
              <td class="count">{countText(one.passages)}</td>
              <td>{one.embedder ?? "使わない（語の一致だけ）"}</td>
            </tr>
          ))}
        </Table>
      )}
      {before && !asking && <button type="button" class="quiet" onClick={() => setAsking(true)}>前の世代に戻す</button>}
      {before && asking && (
        <div class="row confirm" role="group" aria-label="確認">
          <p>世代 {before.name} に戻しますか。次の取り込みまで、この世代から答えます。</p>
          <button type="button" class="go danger" onClick={back}>戻す</button>
          <button type="button" class="quiet" onClick={() => setAsking(false)}>やめる</button>
        </div>
      )}
      <p role="status">{said}</p>
      {error && <Trouble error={error} />}
    </section>
  );
}
