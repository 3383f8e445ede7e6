// Asking the service. Every failure becomes an AskError with a message that can be shown as it is.

import { events } from "./events.js";

const ADDRESS = "/api/v1/answers";
const PATIENCE_MS = 60_000;
// Asking the same again would end the same; the question has to change.
const OF_THE_QUESTION = new Set(["question_empty", "question_too_long"]);

export class AskError extends Error {
  /** `again`: asking the same once more may help; otherwise the question itself has to change. */
  constructor(message, { again, requestId = null }) {
    super(message);
    this.again = again;
    this.requestId = requestId;
  }
}

/**
 * Returns the whole answer. `conversation` is the conversation_id of the answer before, null for none. Until then `onPart` is called with what is known so far, `{citations, statements}`,
 * each time that it changes.
 */
export async function ask(question, conversation, onPart) {
  const patience = new Patience();
  try {
    const response = await send(question, conversation, patience.signal);
    const requestId = response.headers.get("X-Request-ID");
    if (!response.headers.get("Content-Type")?.startsWith("text/event-stream")) throw await refused(response, requestId);
    return await read(response, requestId, onPart, patience);
  } catch (error) {
    throw error instanceof AskError ? error : unreachable(patience);
  } finally {
    patience.end();
  }
}

async function read(response, requestId, onPart, patience) {
  const part = { citations: [], statements: [] };
  for await (const [name, data] of events(response)) {
    patience.renew();
    if (name === "answer") return data;
    if (name === "error") throw new AskError(data.error.message, { again: !OF_THE_QUESTION.has(data.error.code), requestId });
    if (name === "citations") part.citations = data;
    else if (name === "statement") part.statements.push(data);
    else if (name === "reset") part.statements = [];
    else continue;
    onPart(part);
  }
  throw new AskError("回答の途中で接続が切れました。もう一度お試しください。", { again: true, requestId });
}

async function refused(response, requestId) {
  const body = await response.json().catch(() => null);
  const message = body?.error?.message ?? `サーバーから正しい応答がありませんでした（${response.status}）。時間をおいてもう一度お試しください。`;
  return new AskError(message, { again: response.status >= 500 || response.ok, requestId });
}

function unreachable(patience) {
  const message = patience.signal.aborted
    ? "時間内に回答が届きませんでした。混み合っているかもしれません。もう一度お試しください。"
    : "サーバーに接続できませんでした。ネットワークを確認して、もう一度お試しください。";
  return new AskError(message, { again: true });
}

function send(question, conversation, signal) {
  return fetch(ADDRESS, {
    method: "POST",
    headers: { "Content-Type": "application/json", Accept: "text/event-stream" },
    body: JSON.stringify({ question, conversation_id: conversation }),
    signal,
  });
}

/** Gives up when no event has come for a while. */
class Patience {
  #controller = new AbortController();
  #timer;
  signal = this.#controller.signal;

  constructor() {
    this.renew();
  }

  renew() {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#controller.abort(), PATIENCE_MS);
  }

  end() {
    clearTimeout(this.#timer);
  }
}
