// Earlier conversations, and how things look.

import { useState } from "preact/hooks";
import type { Conversation } from "../history";
import type { Theme } from "../preferences";
import type { Lang } from "../texts";
import type { AppProps } from "./App";
import { focusOnce } from "./focus";
import { BackIcon, CloseIcon } from "./icons";

type Props = AppProps & { onOpenConversation: (one: Conversation) => void; onBack: () => void };

export function Menu(props: Props) {
  const { texts, choosable, onBack } = props;
  return (
    <div class="log" tabIndex={0}>
      <div class="column menu">
        <button type="button" class="quiet" onClick={onBack} ref={focusOnce}><BackIcon />{texts.back}</button>
        <HistoryList {...props} />
        {(choosable.lang || choosable.theme) && <Display {...props} />}
      </div>
    </div>
  );
}

function HistoryList({ session, texts, onOpenConversation }: Props) {
  const { history } = session;
  const [list, setList] = useState(() => history?.all() ?? []);
  const [sure, setSure] = useState(false);
  if (!history) return <section><h3>{texts.historyTitle}</h3><p>{texts.historyOff}</p></section>;
  const remove = (key: string) => {
    history.remove(key);
    setList(history.all());
  };
  const clear = () => {
    if (!sure) return setSure(true);
    history.clear();
    session.fresh();
    setList([]);
    setSure(false);
  };
  return (
    <section>
      <h3>{texts.historyTitle}</h3>
      <p class="small">{list.length ? texts.historyAbout : texts.historyEmpty}</p>
      <ul class="past">
        {list.map((one) => {
          const question = one.turns[0]?.question ?? "";
          return (
            <li key={one.key}>
              <button type="button" class="ask" onClick={() => onOpenConversation(one)}>
                <span class="line" lang="ja">{question}</span><time class="small" dateTime={one.at}>{day(one.at)}</time>
              </button>
              <button type="button" class="tool bare" aria-label={texts.remove(question)} onClick={() => remove(one.key)}><CloseIcon /></button>
            </li>
          );
        })}
      </ul>
      {list.length > 0 && (
        <button type="button" class={sure ? "go danger" : "quiet"} onClick={clear}>{sure ? texts.clearSure : texts.clear}</button>
      )}
    </section>
  );
}

function Display({ texts, lang, theme, choosable, onPrefer }: Props) {
  return (
    <section>
      <h3>{texts.display}</h3>
      {choosable.lang && (
        <label class="entry">{texts.language}
          <select value={lang} onChange={(event) => onPrefer({ lang: event.currentTarget.value as Lang })}>
            <option value="ja" lang="ja">日本語</option>
            <option value="en" lang="en">English</option>
          </select>
        </label>
      )}
      {choosable.theme && (
        <label class="entry">{texts.theme}
          <select value={theme} onChange={(event) => onPrefer({ theme: event.currentTarget.value as Theme })}>
            {(["auto", "light", "dark"] as const).map((one) => <option key={one} value={one}>{texts.themes[one]}</option>)}
          </select>
        </label>
      )}
    </section>
  );
}

function day(at: string): string {
  const date = new Date(at);
  return Number.isNaN(date.getTime()) ? "" : date.toLocaleDateString("ja-JP");
}
