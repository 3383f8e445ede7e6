// Step 1: a file or text, looked at, confirmed, taken in.

import { useRef, useState } from "preact/hooks";
import { useDoing } from "../hooks";
import type { ColumnPlan, Preview } from "../models";
import { hrefOf } from "../route";
import { ServiceError } from "../service";
import { Columns } from "./Columns";
import type { StepProps } from "./MeetingView";
import { Trouble } from "./parts";
import { SentQuestions, type TakenOver } from "./SentQuestions";

interface Given {
  name?: string;
  content?: string;
  text?: string;
}

interface Taken {
  added: number;
  known: number;
  skipped: number;
}

const ACCEPT = ".xlsx,.csv,.tsv,.docx,.txt,.md,.eml";
const MOST_BYTES = 15_000_000; // as base64 a third more

export function Intake({ service, id, whole, reload }: StepProps) {
  const [given, setGiven] = useState<Given | null>(null);
  const [preview, setPreview] = useState<Preview | null>(null);
  const [taken, setTaken] = useState<Taken | null>(null);
  const doing = useDoing();
  const path = `/meetings/${encodeURIComponent(id)}/intake`;

  const look = async (one: Given, plans?: ColumnPlan[]) => {
    setTaken(null);
    const found = await doing.run(() => service.post<Preview>(`${path}/preview`, plans ? { ...one, plans } : one));
    if (!found) return;
    setGiven(one);
    setPreview(found);
  };
  const take = async () => {
    if (!given || !preview) return;
    const plans = preview.plans.length ? { plans: preview.plans } : {};
    const done = await doing.run(() => service.act<Taken>("POST", path, { ...given, ...plans }));
    if (!done) return;
    setTaken(done);
    setGiven(null);
    setPreview(null);
    await reload();
  };
  const takenOver = async (counts: TakenOver) => {
    setTaken({ ...counts, skipped: 0 });
    await reload();
  };
  const waiting = whole.questions.filter((one) => !one.text && one.state !== "declined").length;
  return (
    <>
      <div role="status">
        {taken && (
          <p class="notice good">
            {taken.added}件を取り込みました{taken.known ? `（${taken.known}件は登録済みでした）` : ""}。
            {taken.skipped ? `質問のない${taken.skipped}行は読み飛ばしました。` : ""}
          </p>
        )}
      </div>
      {!preview && <Source busy={doing.busy} onLook={(one) => void look(one)} onFile={(file) => void doing.run(() => fileOf(file)).then((one) => one && look(one))} />}
      {!preview && <SentQuestions service={service} id={id} onTaken={(counts) => void takenOver(counts)} />}
      {doing.busy && <p class="waiting" role="status">{preview ? "取り込んでいます。質問が多いと数十秒かかります" : "読み取っています"}</p>}
      <Trouble error={doing.error} />
      {preview && given && (
        <Confirm preview={preview} name={given.name ?? ""} busy={doing.busy} onTake={() => void take()}
          onPlans={(plans) => void look(given, plans)} onBack={() => { setPreview(null); doing.clear(); }} />
      )}
      {!preview && waiting > 0 && (
        <p class="next"><a class="go" href={hrefOf({ at: "meeting", id, step: "generalise" })}>次へ：会社名などを伏せる（{waiting}件）</a></p>
      )}
    </>
  );
}

function Source({ busy, onLook, onFile }: { busy: boolean; onLook: (given: Given) => void; onFile: (file: File) => void }) {
  const [text, setText] = useState("");
  const [over, setOver] = useState(false);
  const picker = useRef<HTMLInputElement>(null);
  const drop = (event: DragEvent) => {
    event.preventDefault();
    setOver(false);
    const file = event.dataTransfer?.files[0];
    if (file) onFile(file);
  };
  return (
    <div class="pair">
      <div class={`form drop ${over ? "over" : ""}`} onDragOver={(event) => { event.preventDefault(); setOver(true); }} onDragLeave={() => setOver(false)} onDrop={drop}>
        <h2>ファイルから</h2>
        <p class="small">質問票（Excel・CSV）、Word、テキスト、メール（.eml）を読み取ります。ここに置くか、選んでください。読み方を確認してから取り込みます。</p>
        <label class="unseen" for="file">質問のファイル</label>
        <input id="file" ref={picker} class="unseen" type="file" accept={ACCEPT} disabled={busy} onChange={(event) => {
          const file = event.currentTarget.files?.[0];
          if (file) onFile(file);
          event.currentTarget.value = "";
        }} />
        <button type="button" class="go" disabled={busy} onClick={() => picker.current?.click()}>ファイルを選ぶ</button>
      </div>
      <form class="form" onSubmit={(event) => { event.preventDefault(); onLook({ text }); }}>
        <h2>文章を貼り付ける</h2>
        <label class="entry">メールや文章<span class="hint">番号や箇条書きごとに、一つの質問として読み取ります</span>
          <textarea rows={6} value={text} onInput={(event) => setText(event.currentTarget.value)} />
        </label>
        <button type="submit" class="go" disabled={busy || !text.trim()}>読み取る</button>
      </form>
    </div>
  );
}

interface ConfirmProps {
  preview: Preview;
  name: string;
  busy: boolean;
  onTake: () => void;
  onPlans: (plans: ColumnPlan[]) => void;
  onBack: () => void;
}

function Confirm({ preview, name, busy, onTake, onPlans, onBack }: ConfirmProps) {
  return (
    <div class="form">
      <h2>読み方の確認{name && <span class="small">　{name}</span>}</h2>
      <p class="big"><strong>{preview.questions}件</strong>の質問が見つかりました{preview.skipped ? `（質問のない${preview.skipped}行は読み飛ばします）` : ""}。</p>
      {preview.notes.map((note) => <p key={note} class="notice">{note}</p>)}
      {preview.plans.map((plan, at) => (
        <Columns key={plan.sheet_no} plan={plan} many={preview.plans.length > 1} busy={busy}
          onChange={(changed) => onPlans(preview.plans.map((one, other) => (other === at ? changed : one)))} />
      ))}
      {preview.skips.length > 0 && (
        <details>
          <summary>読み飛ばす行</summary>
          <ul class="plainlist">{preview.skips.map((one) => <li key={`${one.sheet_no}-${one.row}`}>{preview.plans.length > 1 ? `シート${one.sheet_no} ` : ""}{one.row}行目：{one.why}</li>)}</ul>
        </details>
      )}
      <div class="actions">
        <button type="button" class="go" disabled={busy || preview.questions === 0} onClick={onTake}>この読み方で取り込む</button>
        <button type="button" class="quiet" disabled={busy} onClick={onBack}>やめる</button>
      </div>
    </div>
  );
}

async function fileOf(file: File): Promise<Given> {
  if (file.size > MOST_BYTES) throw new ServiceError("ファイルが大きすぎます（上限 15 MB）。分割してください。");
  const bytes = new Uint8Array(await file.arrayBuffer());
  const pieces: string[] = [];
  for (let at = 0; at < bytes.length; at += 0x8000) pieces.push(String.fromCharCode(...bytes.subarray(at, at + 0x8000)));
  return { name: file.name, content: btoa(pieces.join("")) };
}
