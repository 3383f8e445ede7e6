// Who works here: a key of the organisers, and the name that the history shows.

import { useState } from "preact/hooks";
import { useDoing } from "../hooks";
import { Service } from "../service";
import { Trouble } from "./parts";

export interface Who {
  key: string;
  name: string;
}

export function SignIn({ lost, onEnter }: { lost: boolean; onEnter: (who: Who) => void }) {
  const [key, setKey] = useState("");
  const [name, setName] = useState("");
  const doing = useDoing();
  const enter = async (event: Event) => {
    event.preventDefault();
    const who = { key: key.trim(), name: name.trim() };
    const found = await doing.run(() => new Service(who.key, who.name).get("/meetings", { limit: 1 }));
    if (found) onEnter(who);
  };
  return (
    <main class="narrow">
      <h1>よろず <small>相談会の準備</small></h1>
      <p>相談会に届いた質問を取り込み、会社名などを伏せ、取り上げる質問を選び、出典つきの回答を仕上げて公開するまでの作業台です。</p>
      {lost && <p class="notice" role="alert">キーが使えなくなりました。入力し直してください。保存していない文章は、このタブに残っています。</p>}
      <form class="form" onSubmit={(event) => void enter(event)}>
        <label class="entry">お名前<span class="hint">変更の履歴に残ります</span>
          <input type="text" required maxLength={100} autocomplete="name" value={name} onInput={(event) => setName(event.currentTarget.value)} />
        </label>
        <label class="entry">主催者用のAPIキー<span class="hint">管理者から受け取った yz_ で始まる文字列です。このタブを閉じると消えます</span>
          <input type="password" required autocomplete="off" value={key} onInput={(event) => setKey(event.currentTarget.value)} />
        </label>
        <button type="submit" class="go" disabled={doing.busy || !key.trim() || !name.trim()}>{doing.busy ? "確認しています" : "始める"}</button>
        <Trouble error={doing.error} />
      </form>
      <details>
        <summary>キーがないとき</summary>
        <p>管理者に、次のコマンドで主催者用のキーを作るよう依頼してください。</p>
        <pre>yorozu keys create 事務局 --scope organiser</pre>
      </details>
    </main>
  );
}
