// One question that may be taken up, with those that ask the same.

import { useState } from "preact/hooks";
import type { Question } from "../models";
import type { Acts } from "./Choose";
import { Badge, focused } from "./parts";

interface Props {
  question: Question;
  members: Question[];
  head: Question | undefined;
  acts: Acts;
}

export function Candidate({ question, members, head, acts }: Props) {
  const [open, setOpen] = useState<"decline" | "theme" | null>(null);
  const text = question.text ?? "";
  return (
    <article class="card">
      <p class="words">{text}</p>
      <p class="small">
        {[where(question), question.item_nos.length ? `項目番号 ${question.item_nos.join("・")}` : ""].filter(Boolean).join("　")}
        {members.length > 0 && <> <Badge>似た質問 {members.length}件の代表</Badge></>}
      </p>
      {head && <p class="like small">{head.state === "chosen" ? "取り上げる質問と似ています" : "似た質問があります"}：{head.text}</p>}
      {question.reason && <p class="small">理由：{question.reason}</p>}
      <div class="actions">
        <button type="button" class={head ? "quiet" : "go"} disabled={acts.busy} aria-label={`${head ? "別に" : ""}取り上げる：${text}`} onClick={() => void acts.decide(question, "chosen")}>{head ? "別に取り上げる" : "取り上げる"}</button>
        {question.state !== "reserve" && <button type="button" class="quiet" disabled={acts.busy} aria-label={`予備にする：${text}`} onClick={() => void acts.decide(question, "reserve")}>予備</button>}
        {question.state !== "declined" && <button type="button" class="quiet" disabled={acts.busy} aria-expanded={open === "decline"} aria-label={`取り上げない：${text}`} onClick={() => setOpen(open === "decline" ? null : "decline")}>取り上げない</button>}
        {question.state !== "new" && <button type="button" class="quiet" disabled={acts.busy} aria-label={`未定に戻す：${text}`} onClick={() => void acts.decide(question, "new")}>未定に戻す</button>}
        <button type="button" class="bare" disabled={acts.busy} aria-expanded={open === "theme"} aria-label={`テーマを変える：${text}`} onClick={() => setOpen(open === "theme" ? null : "theme")}>テーマ</button>
      </div>
      {open === "decline" && (
        <OneLine label="取り上げない理由" hint="後から見返せるように残ります" go="取り上げないことにする" busy={acts.busy} onGo={(reason) => void acts.decide(question, "declined", reason)} />
      )}
      {open === "theme" && (
        <OneLine label="テーマ" start={question.theme ?? ""} go="変える" busy={acts.busy} empty onGo={(theme) => { setOpen(null); void acts.describe(question, { theme: theme || null }); }} />
      )}
      {members.length > 0 && (
        <details>
          <summary>似た質問を見る</summary>
          <ul class="rows">
            {members.map((one) => (
              <li key={one.id}>
                <p>{one.text}</p>
                <div class="actions">
                  <button type="button" class="quiet" disabled={acts.busy} aria-label={`代表にする：${one.text}`} onClick={() => void acts.lead(one, [question, ...members])}>代表にする</button>
                  <button type="button" class="quiet" disabled={acts.busy} aria-label={`まとまりから外す：${one.text}`} onClick={() => void acts.describe(one, { duplicate_of: null })}>外す</button>
                </div>
              </li>
            ))}
          </ul>
        </details>
      )}
    </article>
  );
}

interface OneLineProps {
  label: string;
  hint?: string;
  start?: string;
  go: string;
  busy: boolean;
  empty?: boolean;
  onGo: (text: string) => void;
}

export function OneLine({ label, hint, start, go, busy, empty, onGo }: OneLineProps) {
  const [text, setText] = useState(start ?? "");
  return (
    <form class="oneline" onSubmit={(event) => { event.preventDefault(); onGo(text.trim()); }}>
      <label class="entry">{label}{hint && <span class="hint">{hint}</span>}
        <input type="text" maxLength={100} required={!empty} ref={focused} value={text} onInput={(event) => setText(event.currentTarget.value)} />
      </label>
      <button type="submit" class="go" disabled={busy || (!empty && !text.trim())}>{go}</button>
    </form>
  );
}

function where({ origin }: Question): string {
  const kinds = { file: "", paste: "貼り付け", mail: "メール", chat: "チャットから" };
  return [kinds[origin.kind], origin.row ? `${origin.row}行目` : "", origin.part ? `${origin.part}つ目` : ""].filter(Boolean).join(" ");
}
