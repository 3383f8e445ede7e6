// The chat page: what happens when. History lives in the page alone.

import { ask } from "./api.js";
import { answerParts, failure, partParts, turn, waiting } from "./render.js";

const COPIED_MS = 2000;

const form = document.getElementById("form");
const box = document.getElementById("question");
const sendButton = document.getElementById("send");
const log = document.getElementById("log");
const welcome = document.getElementById("welcome");

let turns = 0;
let busy = false;
let conversation = null; // what a follow-up goes on from; forgotten with the page

form.addEventListener("submit", (event) => {
  event.preventDefault();
  const question = box.value.trim();
  if (!question || busy) return;
  box.value = "";
  fit();
  start(question);
});

box.addEventListener("input", fit);
box.addEventListener("keydown", (event) => {
  // While an input method is composing, Enter chooses a word. 229 is what Safari says just after.
  if (event.key !== "Enter" || event.shiftKey || event.isComposing || event.keyCode === 229) return;
  event.preventDefault();
  form.requestSubmit();
});

for (const example of welcome.querySelectorAll("button.ask")) {
  example.addEventListener("click", () => start(example.textContent));
}

// On a touch screen this would open the keyboard over the page before anyone has read it.
if (matchMedia("(pointer: fine)").matches) box.focus({ preventScroll: true });

function start(question) {
  if (busy) return;
  welcome.hidden = true;
  turns += 1;
  const place = turn(question);
  log.append(place.element);
  answerIn(place, question, turns);
  box.focus({ preventScroll: true });
}

async function answerIn(place, question, key) {
  setBusy(true);
  place.element.setAttribute("aria-busy", "true");
  place.show(waiting());
  place.element.scrollIntoView({ block: "start" });
  try {
    const answer = await ask(question, conversation, (part) => place.show(...partParts(part, key)));
    conversation = answer.conversation_id ?? null;
    place.show(...answerParts(answer, key, { onAsk: start, onCopy: copy }));
  } catch (error) {
    place.show(failure(error, {
      onRetry: () => !busy && answerIn(place, question, key),
      onEdit: () => edit(question),
    }));
  } finally {
    place.element.removeAttribute("aria-busy");
    place.element.scrollIntoView({ block: "start" });
    setBusy(false);
  }
}

function edit(question) {
  box.value = question;
  fit();
  box.focus();
}

function setBusy(value) {
  busy = value;
  sendButton.disabled = value;
}

/** Grow with the text; the style sheet says how far. */
function fit() {
  box.style.height = "auto";
  box.style.height = `${box.scrollHeight + box.offsetHeight - box.clientHeight}px`;
}

async function copy(text, from) {
  const label = from.textContent;
  from.textContent = (await copied(text)) ? "コピーしました" : "コピーできませんでした";
  setTimeout(() => { from.textContent = label; }, COPIED_MS);
}

/** Browsers offer the clipboard only over https and on localhost; an intranet is often neither. */
async function copied(text) {
  if (navigator.clipboard) return navigator.clipboard.writeText(text).then(() => true, () => false);
  const carrier = document.createElement("textarea");
  carrier.value = text;
  carrier.className = "unseen";
  document.body.append(carrier);
  carrier.select();
  const done = document.execCommand("copy");
  carrier.remove();
  return done;
}
