// Step 5: files to hand out, and the approved answers into the corpus and out of it.

import { useState } from "preact/hooks";
import { useDoing } from "../hooks";
import { hrefOf } from "../route";
import type { StepProps } from "./MeetingView";
import { AskFirst, Empty, Trouble } from "./parts";

const FORMS = [
  ["pptx", "スライド（PowerPoint）", "表紙、進行と注意事項、質問一覧、質問ごとの回答と参考資料"],
  ["docx", "文書（Word）", "同じ内容を、文書として"],
  ["md", "Markdown", "同じ内容を、テキストとして"],
  ["json", "データ（JSON）", "回答と引用を、ほかのシステムに渡す形で"],
] as const;

export function Output(props: StepProps) {
  const { proposed, edited, rejected, approved, published } = props.whole.state.drafts;
  const open = proposed + edited;
  if (open + rejected + approved + published === 0) {
    return <Empty><p>配布・公開できる回答がまだありません。</p><p><a href={hrefOf({ at: "meeting", id: props.id, step: "drafts" })}>下書きを作って承認</a>すると、ここから配布・公開できます。</p></Empty>;
  }
  return (
    <div class="pair">
      <Files {...props} open={open} />
      <Publishing {...props} open={open + rejected} approved={approved} published={published} />
    </div>
  );
}

function Files({ service, id, open }: StepProps & { open: number }) {
  const [made, setMade] = useState("");
  const doing = useDoing();
  const write = async (form: string) => {
    setMade("");
    const blob = await doing.run(() => service.file(`/meetings/${encodeURIComponent(id)}/export?format=${form}`));
    if (!blob) return;
    const link = document.createElement("a");
    link.href = URL.createObjectURL(blob);
    link.download = `${id}.${form}`;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
    setMade(`${id}.${form} を書き出しました。`);
  };
  return (
    <section aria-labelledby="files">
      <h2 id="files">配布する資料</h2>
      {open > 0 && <p class="notice">承認していない下書きが{open}件あります。資料には、それらも含まれます。</p>}
      <ul class="cards">
        {FORMS.map(([form, name, about]) => (
          <li key={form} class="card row">
            <div><strong>{name}</strong><p class="small">{about}</p></div>
            <button type="button" class="quiet" disabled={doing.busy} aria-label={`${name}を書き出す`} onClick={() => void write(form)}>書き出す</button>
          </li>
        ))}
      </ul>
      <p role="status">{doing.busy ? "作っています" : made}</p>
      <Trouble error={doing.error} />
    </section>
  );
}

interface PublishingProps extends StepProps {
  open: number;
  approved: number;
  published: number;
}

function Publishing({ service, id, reload, open, approved, published }: PublishingProps) {
  const [said, setSaid] = useState("");
  const doing = useDoing();
  const step = async (name: "publish" | "unpublish") => {
    setSaid("");
    const done = await doing.run(() => service.act<{ questions: number }>("POST", `/meetings/${encodeURIComponent(id)}/${name}`));
    if (done) setSaid(name === "publish" ? `${done.questions}件を公開しています。チャットで質問すると、この回答が出典として示されます。` : "公開を取り消しました。下書きは承認済みに戻りました。");
    await reload();
  };
  return (
    <section aria-labelledby="publishing">
      <h2 id="publishing">チャットへの公開</h2>
      <p>承認した回答だけが公開されます。開催日と、もとの資料とともに引用され、いつでも取り消せます。</p>
      <dl class="counts">
        <div><dt>公開済み</dt><dd>{published}件</dd></div>
        <div><dt>承認済み・未公開</dt><dd>{approved}件</dd></div>
        <div><dt>承認待ち・差し戻し</dt><dd>{open}件</dd></div>
      </dl>
      <div class="actions">
        {approved > 0 && <AskFirst label={`承認済みの${approved}件を公開する`} question="チャットを使うすべての方に、すぐに答えられるようになります。" yes="公開する" busy={doing.busy} onYes={() => void step("publish")} />}
        {published > 0 && <AskFirst label="公開を取り消す" question="この相談会の回答は、チャットで引用されなくなります。" yes="取り消す" busy={doing.busy} danger onYes={() => void step("unpublish")} />}
      </div>
      {approved === 0 && published === 0 && <p class="notice">承認済みの回答がありません。先に下書きを承認してください。</p>}
      <div role="status">
        {doing.busy && <p class="waiting">資料を読み込み直しています。数十秒かかることがあります</p>}
        {said && <p class="notice good">{said} {published > 0 && <a href="/">チャットを開く</a>}</p>}
      </div>
      <Trouble error={doing.error} />
    </section>
  );
}
