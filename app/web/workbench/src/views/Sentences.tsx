// The answer sentence by sentence: does what it cites say it?

import type { Line, Support } from "../models";
import { SUPPORT } from "../words";
import { Badge } from "./parts";

const TONE: Record<Support, "good" | "warn" | "bad"> = { verified: "good", partial: "warn", unsupported: "bad" };
const SIGN: Record<Support, string> = { verified: "○", partial: "△", unsupported: "×" };

export function Sentences({ lines, checking }: { lines: Line[]; checking: boolean }) {
  const said = lines.filter((one) => one.support !== null);
  const doubtful = said.filter((one) => one.support !== "verified").length;
  return (
    <section aria-labelledby="check" aria-busy={checking}>
      <h3 id="check">文ごとの照合</h3>
      <p class="small" role="status">{checking ? "照合しています" : said.length === 0 ? "回答がまだありません。" : doubtful ? `${said.length}文のうち${doubtful}文は、引用元の裏付けがありません。` : `${said.length}文すべてが引用元と一致しています。`}</p>
      <ol class="sentences">
        {lines.map((line, at) => line.support === null
          ? <li key={at} class="heading">{line.text}</li>
          : (
            <li key={at} class={TONE[line.support]}>
              <span class="sign" aria-hidden="true">{SIGN[line.support]}</span>
              <div>
                <p>{line.text}{line.citations.map((n) => <span key={n} class="mark">{n}</span>)}</p>
                {line.support !== "verified" && <p class="small"><Badge tone={TONE[line.support]}>{SUPPORT[line.support]}</Badge> {line.message}</p>}
                {line.nowhere.length > 0 && <p class="small">引用元に見当たらない語：{line.nowhere.join("、")}</p>}
              </div>
            </li>
          ))}
      </ol>
    </section>
  );
}
