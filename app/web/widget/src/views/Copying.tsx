// Two ways to take an answer along.

import { useRef, useState } from "preact/hooks";
import { copied, plainText } from "../copying";
import type { Answer } from "../models";
import type { Texts } from "../texts";

const SAID_MS = 2000;

export function Copying({ answer, texts }: { answer: Answer; texts: Texts }) {
  const [said, setSaid] = useState<string | null>(null);
  const place = useRef<HTMLDivElement>(null);
  const copy = async (text: string) => {
    if (!place.current) return;
    setSaid((await copied(text, place.current)) ? texts.copied : texts.notCopied);
    setTimeout(() => setSaid(null), SAID_MS);
  };
  return (
    <div class="actions" ref={place}>
      <button type="button" class="quiet" onClick={() => void copy(plainText(answer, texts))}>{texts.copyText}</button>
      <button type="button" class="quiet" onClick={() => void copy(answer.text)}>{texts.copyForm}</button>
      <span role="status" class="said">{said}</span>
    </div>
  );
}
