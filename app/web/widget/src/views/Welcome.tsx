// What stands there before anything was asked.

import type { Texts } from "../texts";

interface Props {
  texts: Texts;
  examples: string[];
  onAsk: (question: string) => void;
}

export function Welcome({ texts, examples, onAsk }: Props) {
  return (
    <section class="welcome">
      <h3 class="big">{texts.welcome}</h3>
      <p>{texts.about}</p>
      {examples.length > 0 && <h4>{texts.examplesTitle}</h4>}
      <ul class="asks" lang="ja">
        {examples.map((one) => (
          <li key={one}><button type="button" class="ask" onClick={() => onAsk(one)}>{one}</button></li>
        ))}
      </ul>
    </section>
  );
}
