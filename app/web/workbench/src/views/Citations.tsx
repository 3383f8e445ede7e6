// What the answer rests on, with the sources' own words; and a search for more.

import { useState } from "preact/hooks";
import type { Editing } from "../editing";
import { useDoing } from "../hooks";
import type { Citation, Hit } from "../models";
import type { Service } from "../service";
import { place } from "../words";
import { Empty, Trouble } from "./parts";

interface Props {
  editing: Editing;
  service: Service;
  fixed: boolean;
  onInsert: (n: number) => void;
}

const MOST = 8;

export function Citations({ editing, service, fixed, onInsert }: Props) {
  const { citations } = editing.draft.content;
  const used = new Set(editing.lines.flatMap((line) => line.citations));
  return (
    <section aria-labelledby="cites">
      <h2 id="cites">引用</h2>
      {citations.length === 0 && <Empty><p>引用はまだありません。下の検索で資料の一節を探して加えられます。</p></Empty>}
      <ol class="cites">
        {citations.map((one) => (
          <li key={one.n} class="card">
            <Source one={one} />
            <blockquote tabIndex={0}>{one.quote}</blockquote>
            {!fixed && (
              <div class="actions">
                <button type="button" class="quiet" aria-label={`[${one.n}] を文章に入れる`} onClick={() => onInsert(one.n)}>[{one.n}] を文章に入れる</button>
                {!used.has(one.n) && <span class="small">どの文にも使われていません</span>}
              </div>
            )}
          </li>
        ))}
      </ol>
      {!fixed && <Finder editing={editing} service={service} />}
    </section>
  );
}

function Source({ one }: { one: Citation }) {
  const safe = one.url && /^https?:\/\//.test(one.url) ? one.url : null;
  return (
    <p class="source">
      <span class="mark">{one.n}</span> {one.publisher ? `${one.publisher}：` : ""}{one.title} {place(one)}
      {safe && <> <a href={safe} target="_blank" rel="noopener noreferrer">原本<span class="unseen">（新しいタブで開きます）</span></a></>}
    </p>
  );
}

function Finder({ editing, service }: { editing: Editing; service: Service }) {
  const [words, setWords] = useState(editing.draft.question.slice(0, 200));
  const [hits, setHits] = useState<Hit[] | null>(null);
  const doing = useDoing();
  const search = async (event: Event) => {
    event.preventDefault();
    const found = await doing.run(() => service.get<{ results: Hit[] }>("/search", { q: words, k: MOST }));
    if (found) setHits(found.results);
  };
  const known = (hit: Hit) => editing.draft.content.citations.find((one) => one.source_id === hit.source_id && one.quote === hit.text);
  return (
    <div class="finder">
      <h3>資料から探して引用に加える</h3>
      <form class="oneline" onSubmit={(event) => void search(event)}>
        <label class="entry"><span class="unseen">探す言葉</span>
          <input type="search" required maxLength={500} value={words} onInput={(event) => setWords(event.currentTarget.value)} />
        </label>
        <button type="submit" class="quiet" disabled={doing.busy || !words.trim()}>探す</button>
      </form>
      <Trouble error={doing.error} />
      {doing.busy && <p class="waiting" role="status">探しています</p>}
      {hits?.length === 0 && <Empty><p>見つかりませんでした。別の言葉でお試しください。</p></Empty>}
      <ol class="cites">
        {hits?.map((hit, at) => {
          const there = known(hit);
          return (
            <li key={at} class="card">
              <p class="source">{hit.title} {place(hit)}</p>
              <blockquote tabIndex={0}>{hit.text}</blockquote>
              {there
                ? <p class="small">引用 {there.n} に入っています</p>
                : (
                  <button type="button" class="quiet" disabled={editing.doing.busy || editing.clash !== null}
                    onClick={() => void editing.change("citations", { source_id: hit.source_id, passage: hit.text }, false)}>引用に加える</button>
                )}
            </li>
          );
        })}
      </ol>
    </div>
  );
}
