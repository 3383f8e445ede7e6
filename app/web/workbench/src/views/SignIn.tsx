// Who works here: a person who has logged in, or whoever holds an organiser's key.

import { useState } from "preact/hooks";
import { useDoing } from "../hooks";
import { Service } from "../service";
import { Trouble } from "./parts";

export interface Who {
  key: string | null; // null: the login counts
  name: string;
}

export function SignIn({ lost, login, onEnter }: { lost: boolean; login: boolean; onEnter: (who: Who) => void }) {
  const [key, setKey] = useState("");
  const doing = useDoing();
  const enter = async (event: Event) => {
    event.preventDefault();
    const given = key.trim();
    const found = await doing.run(() => new Service(given).get("/meetings", { limit: 1 }));
    if (found) onEnter({ key: given, name: "キーで利用中" });
  };
  return (
    <main class="narrow">
      <h1>よろず <small>相談会の準備</small></h1>
      <p>相談会に届いた質問を取り込み、会社名などを伏せ、取り上げる質問を選び、出典つきの回答を仕上げて公開するまでの作業台です。</p>
      {lost && <p class="notice" role="alert">キーかログインが使えなくなりました。入り直してください。保存していない文章は、このタブに残っています。</p>}
      {login && <p><a class="go" href="/login?after=/organiser">ログインする</a></p>}
      <form class="form" onSubmit={(event) => void enter(event)}>
        <label class="entry">主催者用のAPIキー<span class="hint">管理者から受け取った yz_ で始まる文字列です。変更の履歴には、このキーの名前が残ります。タブを閉じると消えます</span>
          <input type="password" required autocomplete="off" value={key} onInput={(event) => setKey(event.currentTarget.value)} />
        </label>
        <button type="submit" class="go" disabled={doing.busy || !key.trim()}>{doing.busy ? "確認しています" : "始める"}</button>
        <Trouble error={doing.error} />
      </form>
      <details>
        <summary>キーがないとき</summary>
        <p>管理者に、次のコマンドで、お一人に1つずつ主催者用のキーを作るよう依頼してください。</p>
        <pre>yorozu keys create 事務局・山田 --scope organiser</pre>
      </details>
    </main>
  );
}
