// What the copy buttons put on the clipboard.

import type { Answer, Citation } from "./models";
import { officialAddress } from "./links";
import type { Texts } from "./texts";

/** The answer's sentences with their numbers, and the list of sources. */
export function plainText(answer: Answer, texts: Texts): string {
  const said = answer.statements.length
    ? answer.statements.map((one) => one.text + one.citations.map((n) => `[${n}]`).join("")).join("\n")
    : [answer.missing?.message, answer.missing?.ask].filter(Boolean).join("\n");
  const cautions = answer.cautions.map((one) => `${texts.caution}：${one.message}`).join("\n");
  const sources = answer.citations.map((one) => {
    const url = officialAddress(one);
    return [`[${one.n}] ${sourceName(one)} ${place(one, texts)}`.trim(), url].filter(Boolean).join("\n    ");
  });
  const list = sources.length ? `${texts.sources}\n${sources.join("\n")}` : "";
  return [cautions, said, list].filter(Boolean).join("\n\n");
}

export function sourceName(citation: Citation): string {
  return [citation.title, citation.edition].filter(Boolean).join(" ");
}

/** 質問7 / P54（ファイルの56～60ページ目）/ シート「一覧」12行目 */
export function place(citation: Citation, texts: Texts): string {
  const parts: string[] = [];
  if (citation.question_no !== null) parts.push(texts.questionNo(citation.question_no));
  if (citation.page !== null) {
    const pages = citation.page_end !== null && citation.page_end !== citation.page
      ? `${citation.page}～${citation.page_end}` : `${citation.page}`;
    parts.push(citation.page_label ? texts.labelledPage(citation.page_label, pages) : texts.page(pages));
  }
  if (citation.sheet) parts.push(texts.sheet(citation.sheet, citation.row));
  return parts.join(" ");
}

/** Browsers offer the clipboard only over https and on localhost; an intranet is often neither. */
export async function copied(text: string, near: Node): Promise<boolean> {
  if (navigator.clipboard) {
    const done = await navigator.clipboard.writeText(text).then(() => true, () => false);
    if (done) return true;
  }
  const carrier = document.createElement("textarea");
  carrier.value = text;
  carrier.className = "unseen";
  near.appendChild(carrier);
  carrier.select();
  const done = document.execCommand("copy");
  carrier.remove();
  return done;
}
