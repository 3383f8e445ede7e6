// Somebody else was faster: both texts side by side, and nothing is lost whichever is taken.

import type { Clash, Editing } from "../editing";
import { moment } from "../words";
import { focused, Trouble } from "./parts";

export function ClashView({ editing, clash }: { editing: Editing; clash: Clash }) {
  const { doing } = editing;
  return (
    <section class="clash" role="alert" aria-labelledby="clash" tabIndex={-1} ref={focused}>
      <h2 id="clash">ほかの方が先に変更しました</h2>
      <p>{clash.by ? `${clash.by}さんが` : ""}{moment(clash.at)}に版{clash.version}を保存しました。<strong>あなたの文章は、まだ保存されていませんが、下に残っています。</strong>見比べて、どちらを使うか選んでください。どちらを選んでも、もう一方の文章は残ります。</p>
      <div class="pair">
        <div><h3>あなたの文章（未保存）</h3><p class="both mine">{editing.text}</p></div>
        <div><h3>保存されている文章（{clash.by || "ほかの方"}）</h3><p class="both theirs">{clash.text}</p></div>
      </div>
      <div class="actions">
        <button type="button" class="go" disabled={doing.busy} onClick={() => void editing.keepOurs()}>あなたの文章を新しい版として保存</button>
        <button type="button" class="quiet" disabled={doing.busy} onClick={() => void editing.takeTheirs()}>保存されている文章を使う</button>
      </div>
      <p class="small">下の欄で、あなたの文章を直してから保存することもできます。</p>
      {doing.error && doing.error.code !== "draft_changed" && <Trouble error={doing.error} />}
    </section>
  );
}
