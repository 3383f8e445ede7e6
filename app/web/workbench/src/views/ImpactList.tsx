// What has become outdated: answers whose source changed or has a newer edition, old and new side by side.

import { useLoad } from "../hooks";
import type { Impact } from "../models";
import { hrefOf } from "../route";
import { everything, type Service } from "../service";
import { DRAFT_STATES } from "../words";
import { Badge, Empty, Loading } from "./parts";

export function ImpactList({ service }: { service: Service }) {
  const list = useLoad(() => everything(async (limit, offset) => {
    const found = await service.get<{ total: number; impacts: Impact[] }>("/impact", { limit, offset });
    return { total: found.total, items: found.impacts };
  }), [service]);
  return (
    <>
      <div class="head"><h1>資料の変更の影響</h1></div>
      <p class="lead">引用した資料の文が変わった、または新しい版が出た回答です。新旧を見比べて、下書きを直すか、公開を取り消してください。</p>
      <Loading from={list}>
        {(impacts) => impacts.length === 0
          ? <Empty><p>影響を受ける回答はありません。引用した文は、すべて今の資料にあります。</p></Empty>
          : <ul class="cards">{impacts.map((one) => <li key={`${one.draft_id}-${one.n}-${one.why}`}><Entry one={one} /></li>)}</ul>}
      </Loading>
    </>
  );
}

function Entry({ one }: { one: Impact }) {
  return (
    <article class="card">
      <p class="small"><Badge tone={one.state === "published" ? "bad" : undefined}>{DRAFT_STATES[one.state]}</Badge> <Badge tone="warn">{one.message}</Badge></p>
      <h2 class="words">{one.question}</h2>
      <p class="source"><span class="mark">{one.n}</span> {one.title}{one.newer_title && ` → ${one.newer_title}`}</p>
      <div class="pair">
        <div><h3>引用した文</h3><p class="both">{one.old}</p></div>
        <div><h3>今の資料の近い文</h3><p class="both">{one.new ?? "（近い一節はありません）"}</p></div>
      </div>
      <a class="quiet" href={hrefOf({ at: "draft", id: one.meeting_id, draft: one.draft_id })}>この回答を開く</a>
    </article>
  );
}
