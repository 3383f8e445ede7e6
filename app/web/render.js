// From what the service says to what the reader sees. Nothing here fetches anything.

import { citationCards } from "./citations.js";
import { button, el, link } from "./dom.js";

const SUPPORT = { partial: "資料が裏づけるのは一部です", unsupported: "資料での裏づけがありません" };

/** The place of one question in the log; `show` replaces what stands under it. */
export function turn(question) {
  const body = el("div", { class: "body" });
  const element = el("article", { class: "turn" },
    el("p", { class: "label" }, "質問内容"), el("h2", { class: "asked" }, question), body);
  const show = (...content) => body.replaceChildren(...content.filter((part) => part !== null));
  return { element, show };
}

export function waiting() {
  return el("p", { class: "waiting" }, "資料を調べています");
}

export function failure(error, { onRetry, onEdit }) {
  return el("div", { class: "failure", role: "alert" },
    el("p", {}, error.message),
    error.again && error.requestId ? el("p", { class: "small" }, `request_id: ${error.requestId}`) : null,
    error.again ? button("もう一度試す", onRetry) : button("質問を直す", onEdit));
}

/** Everything that stands under a question, for either status. `key` keeps ids apart between turns. */
export function answerParts(answer, key, { onAsk, onCopy }) {
  const found = answer.status === "answered";
  return [
    answer.asked_as ? el("p", { class: "small understood" }, answer.asked_as) : null,
    cautions(answer, key),
    found ? statements(answer, key) : missing(answer),
    references(answer.references),
    found ? citations(answer, key) : null,
    related(answer.related, onAsk),
    el("footer", { class: "foot" }, found ? origin(answer) : null, copyButton(answer, onCopy)),
  ];
}

/** What is there of an answer that is still being made. */
export function partParts(part, key) {
  return part.statements.length ? [statements(part, key), citations(part, key), waiting()] : [waiting()];
}

function cautions(answer, key) {
  if (!answer.cautions.length) return null;
  return el("ul", { class: "cautions", "aria-label": "注意" }, ...answer.cautions.map((caution) =>
    el("li", { class: "caution" }, el("strong", {}, "注意"),
      el("span", {}, caution.message, caution.citation == null ? null : mark(caution.citation, answer, key)))));
}

function statements(answer, key) {
  return el("section", { class: "answer" }, el("h3", {}, "回答"), ...answer.statements.map((statement) =>
    el("p", { class: "statement" }, statement.text,
      ...statement.citations.map((n) => mark(n, answer, key)),
      SUPPORT[statement.support] ? el("span", { class: "doubt" }, SUPPORT[statement.support]) : null)));
}

/** [n] as a button that opens its card; plain text where there is no such card. */
function mark(n, answer, key) {
  if (!answer.citations.some((citation) => citation.n === n)) return el("span", {}, `[${n}]`);
  const label = `引用${n}を開く`;
  const open = (event) => light(document.getElementById(cardId(key, n)), event.currentTarget);
  return button(`[${n}]`, open, { class: "mark", "aria-label": label, title: label, "data-mark": `${key}-${n}` });
}

function light(card) {
  for (const other of document.querySelectorAll(".card.lit")) other.classList.remove("lit");
  card.open = true;
  card.classList.add("lit");
  card.querySelector("summary").focus({ preventScroll: true });
  card.scrollIntoView({ block: "center" });
}

function citations(answer, key) {
  const back = (n) => document.querySelector(`.statement [data-mark="${key}-${n}"]`)?.focus();
  return el("section", {}, el("h3", {}, "引用"), citationCards(answer.citations, (n) => cardId(key, n), back));
}

function cardId(key, n) {
  return `citation-${key}-${n}`;
}

function missing(answer) {
  const { message, looked_for: words, ask } = answer.missing;
  return el("section", { class: "missing" },
    el("h3", {}, "回答"),
    el("p", { class: "statement" }, message),
    words.length ? el("dl", {}, el("dt", {}, "探した言葉"), el("dd", {}, words.join("、"))) : null,
    el("p", { class: "statement" }, ask));
}

function references(list) {
  if (!list.length) return null;
  return el("section", {}, el("h3", {}, "参考資料"), el("ul", { class: "references" }, ...list.map((line) =>
    el("li", {}, line.label ? el("span", {}, line.label) : null, line.url ? link(line.url, line.url) : null))));
}

function related(list, onAsk) {
  if (!list.length) return null;
  return el("section", {}, el("h3", {}, "関連する質問"), el("ul", { class: "asks" }, ...list.map((one) =>
    el("li", {}, button(one.question, () => onAsk(one.question), { class: "ask" })))));
}

function origin(answer) {
  const text = answer.engine === "llm"
    ? `文章はAI${answer.model ? `（${answer.model}）` : ""}が整え、資料と照合しました。`
    : "資料にある文をそのまま引用した回答です。";
  return el("span", {}, text);
}

function copyButton(answer, onCopy) {
  return button("回答をコピー", (event) => onCopy(answer.text, event.currentTarget), { class: "quiet" });
}
