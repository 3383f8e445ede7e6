// The cards under an answer: which source, where in it, and its own words.

import { button, el, link, webAddress } from "./dom.js";

const KINDS = { consultation: "相談会", guideline: "ガイドライン", appendix: "付録", web: "Webページ" };

export function citationCards(citations, idOf, goBack) {
  return el("ul", { class: "cards" }, ...citations.map((citation) => el("li", {}, card(citation, idOf, goBack))));
}

function card(citation, idOf, goBack) {
  const summary = el("summary", {},
    el("span", { class: "number" }, `[${citation.n}]`),
    el("span", {}, [citation.title, citation.edition].filter(Boolean).join(" "), " ",
      el("span", { class: "place" }, place(citation))));
  return el("details", { id: idOf(citation.n), class: "card" }, summary,
    el("dl", {}, ...facts(citation).flatMap(([name, value]) => [el("dt", {}, name), el("dd", {}, value)])),
    el("blockquote", {}, citation.quote),
    el("p", { class: "actions" },
      webAddress(citation.url) ? link(atPage(citation), "資料を開く") : null,
      button("回答の文に戻る", () => goBack(citation.n), { class: "quiet" })));
}

function facts(citation) {
  return [
    ["種類", KINDS[citation.kind] ?? citation.kind],
    ["発行者", citation.publisher],
    ["質問", citation.question],
    ["項目番号", citation.item_nos?.map((no) => `No${no}`).join("、")],
    ["見出し", citation.heading?.join(" ＞ ")],
    ["いつ時点", citation.as_of],
    ["ファイル", citation.url ? null : citation.file],
  ].filter(([, value]) => value);
}

/** 質問7 / P54（ファイルの56～60ページ目）/ シート「一覧」12行目 */
function place(citation) {
  const parts = [];
  if (citation.question_no != null) parts.push(`質問${citation.question_no}`);
  if (citation.page != null) {
    const end = citation.page_end != null && citation.page_end !== citation.page ? `～${citation.page_end}` : "";
    const pages = `${citation.page}${end}ページ`;
    parts.push(citation.page_label ? `${citation.page_label}（ファイルの${pages}目）` : pages);
  }
  if (citation.sheet) parts.push(`シート「${citation.sheet}」${citation.row != null ? `${citation.row}行目` : ""}`);
  return parts.join(" ");
}

/** PDF viewers open at the cited page when the address names it. */
function atPage(citation) {
  const address = webAddress(citation.url);
  if (citation.page != null && !address.hash && address.pathname.toLowerCase().endsWith(".pdf")) {
    address.hash = `page=${citation.page}`;
  }
  return address.href;
}
