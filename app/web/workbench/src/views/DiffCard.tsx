// One question: the original with what is to go, what stands in its place, and the text that comes of it.

import { useState } from "preact/hooks";
import { useDoing } from "../hooks";
import type { Diff, Span } from "../models";
import { KINDS } from "../words";
import { Badge, Trouble } from "./parts";

interface Props {
  diff: Diff;
  accepted?: string | null;
  onAccept: (text: string) => Promise<void>;
  onDone: (message: string) => void;
}

export function DiffCard({ diff, accepted, onAccept, onDone }: Props) {
  const { original, spans } = diff;
  const [off, setOff] = useState<ReadonlySet<number>>(new Set());
  const [own, setOwn] = useState<string | null>(accepted ?? (original === null ? "" : null));
  const doing = useDoing();
  const on = spans.filter((_, at) => !off.has(at));
  const text = own ?? applied(original ?? "", on);
  const left = [...new Set(spans.map((one) => one.original).filter((one) => text.includes(one)))];
  const toggle = (at: number) => {
    const next = new Set(off);
    if (!next.delete(at)) next.add(at);
    setOff(next);
    setOwn(null);
  };
  const accept = async () => {
    const done = await doing.run(async () => { await onAccept(text); return true; });
    if (done) onDone("確定しました。");
  };
  return (
    <article class="card diff">
      {original === null
        ? <p class="notice">原文は消去されています。</p>
        : <p class="original" aria-label="原文と置き換え">{pieces(original, spans, off)}</p>}
      {spans.length > 0
        ? (
          <ul class="spans">
            {spans.map((span, at) => (
              <li key={at} class={span.sure ? "" : "unsure"}>
                <label class="choice">
                  <input type="checkbox" checked={!off.has(at)} onChange={() => toggle(at)} />
                  <span><b>{span.original}</b> → <b>{span.replacement}</b> <span class="small">{KINDS[span.kind] ?? ""}・{span.why}</span> {!span.sure && <Badge tone="warn">推定・要確認</Badge>}</span>
                </label>
              </li>
            ))}
          </ul>
        )
        : original !== null && <p class="small">置き換える言葉は見つかりませんでした。会社が分かる言葉が残っていないか確認してください。</p>}
      <label class="entry">確定する文
        <textarea rows={rowsFor(text)} maxLength={2000} value={text} onInput={(event) => setOwn(event.currentTarget.value)} />
      </label>
      {left.length > 0 && <p class="notice">置き換え案の言葉が残っています：{left.join("、")}</p>}
      <div class="actions">
        <button type="button" class="go" disabled={doing.busy || !text.trim()} onClick={() => void accept()}>この文で確定</button>
        {own !== null && original !== null && <button type="button" class="quiet" onClick={() => setOwn(null)}>案に戻す</button>}
      </div>
      <Trouble error={doing.error} />
    </article>
  );
}

/** The text with these spans replaced; offsets count characters, not UTF-16 units. */
export function applied(original: string, spans: Span[]): string {
  const characters = [...original];
  let position = 0;
  let out = "";
  for (const span of spans) {
    out += characters.slice(position, span.start).join("") + span.replacement;
    position = span.end;
  }
  return out + characters.slice(position).join("");
}

function pieces(original: string, spans: Span[], off: ReadonlySet<number>) {
  const characters = [...original];
  const out = [];
  let position = 0;
  for (const [at, span] of spans.entries()) {
    out.push(characters.slice(position, span.start).join(""));
    out.push(
      off.has(at)
        ? <span key={at} class="keeps">{span.original}</span>
        : <span key={at} class={span.sure ? "swap" : "swap unsure"}><del>{span.original}</del><ins>{span.replacement}</ins></span>,
    );
    position = span.end;
  }
  out.push(characters.slice(position).join(""));
  return out;
}

export function rowsFor(text: string): number {
  return Math.min(12, Math.max(2, text.split("\n").reduce((sum, line) => sum + Math.ceil((line.length + 1) / 40), 0)));
}
