// Talking to the service. Every failure becomes a ServiceError with a message that can be shown as it is.

import { isRecord, toAnswer, toCitations, toStatement, type Answer, type Citation, type Statement } from "./models";
import { csrfToken } from "../../shared/csrf";
import { serverEvents } from "./sse";
import type { Texts } from "./texts";

const PATIENCE_MS = 90_000; // without an event
// An error event has no status: its code says whether the question itself has to change.
const ABOUT_THE_QUESTION = /^(question_|request_too_large|invalid_request)/;

export class ServiceError extends Error {
  /** `again`: the same once more may help; otherwise what was sent has to change. */
  constructor(message: string, readonly again: boolean, readonly requestId: string | null = null) {
    super(message);
  }
}

/** What is told while an answer comes in. */
export interface Progress {
  citations(list: Citation[]): void;
  statement(one: Statement): void;
  reset(): void;
}

export interface Receipt {
  number: number | null;
  id: string;
}

export class Client {
  constructor(readonly base: string, private readonly key: string | null, private readonly texts: Texts) {}

  /** Links cannot carry a key: what needs one is shown here, not opened elsewhere. */
  get hasKey(): boolean {
    return this.key !== null;
  }

  /** Ask, and hear the answer sentence by sentence. */
  async ask(question: string, conversationId: string | null, progress: Progress, stop: AbortSignal): Promise<Answer> {
    const body = conversationId ? { question, conversation_id: conversationId } : { question };
    const patience = new Patience();
    try {
      const signal = AbortSignal.any([stop, patience.signal]);
      const response = await this.send("/api/v1/answers", { ...json(body, "text/event-stream"), signal });
      const answer = response.headers.get("Content-Type")?.startsWith("text/event-stream")
        ? await this.follow(response, progress, patience)
        : toAnswer(await response.json().catch(() => null));
      if (!answer) throw new ServiceError(this.texts.cutOff, true, requestId(response));
      return answer;
    } finally {
      patience.end();
    }
  }

  async feedback(answerId: string, verdict: "helpful" | "wrong", reason: string): Promise<void> {
    const path = `/api/v1/answers/${encodeURIComponent(answerId)}/feedback`;
    await this.send(path, json(reason ? { verdict, reason } : { verdict }));
  }

  async sendQuestion(question: string, note: string, answerId: string): Promise<Receipt> {
    const body = { question, answer_id: answerId, ...(note ? { note } : {}) };
    const response = await this.send("/api/v1/questions", json(body));
    const raw: unknown = await response.json().catch(() => null);
    if (!isRecord(raw) || typeof raw.id !== "string") throw new ServiceError(this.texts.badReply, true);
    return { id: raw.id, number: typeof raw.number === "number" ? raw.number : null };
  }

  /** Read JSON; null where the reply is none. */
  async read(path: string, stop: AbortSignal): Promise<unknown> {
    const response = await this.send(path, { signal: stop });
    return response.json().catch(() => null);
  }

  /** The picture of a page. Fetched, not linked: an image element could not carry the key. */
  async picture(path: string, stop: AbortSignal): Promise<{ blob: Blob; highlighted: string | null }> {
    const response = await this.send(path, { signal: stop });
    const blob = await response.blob();
    if (!blob.type.startsWith("image/")) throw new ServiceError(this.texts.noPicture, false);
    return { blob, highlighted: response.headers.get("X-Highlight") };
  }

  private async follow(response: Response, progress: Progress, patience: Patience): Promise<Answer | null> {
    if (!response.body) return null;
    try {
      for await (const { name, data } of serverEvents(response.body)) {
        patience.renew();
        const raw: unknown = JSON.parse(data);
        if (name === "citations") progress.citations(toCitations(raw));
        if (name === "statement") progress.statement(toStatement(raw));
        if (name === "reset") progress.reset();
        if (name === "answer") return toAnswer(raw);
        if (name === "error") throw this.failure(raw, 500, requestId(response));
      }
    } catch (error) {
      throw this.explained(error);
    }
    return null;
  }

  private async send(path: string, init: RequestInit): Promise<Response> {
    const headers = new Headers(init.headers);
    if (this.key) headers.set("Authorization", `Bearer ${this.key}`);
    // On a page of the service itself a person may be logged in; elsewhere their cookie does not come along.
    const token = !this.key && init.method === "POST" && sameOrigin(this.base) ? csrfToken() : null;
    if (token) headers.set("X-CSRF-Token", token);
    const response = await fetch(this.base + path, { ...init, headers }).catch((error: unknown) => {
      throw this.explained(error);
    });
    if (response.ok) return response;
    const raw: unknown = await response.json().catch(() => null);
    throw this.failure(raw, response.status, requestId(response), response.headers.get("Retry-After"));
  }

  private failure(raw: unknown, status: number, id: string | null, wait: string | null = null): ServiceError {
    const error = isRecord(raw) && isRecord(raw.error) ? raw.error : null;
    const said = error && typeof error.message === "string" ? error.message : this.texts.badReply;
    const seconds = wait && /^\d{1,5}$/.test(wait) ? this.texts.waitSeconds(Number(wait)) : "";
    const code = error && typeof error.code === "string" ? error.code : "";
    const again = (status >= 500 || status === 429 || status === 401) && !ABOUT_THE_QUESTION.test(code);
    return new ServiceError([said, seconds].filter(Boolean).join(" "), again, id);
  }

  private explained(error: unknown): unknown {
    if (error instanceof ServiceError) return error;
    if (!(error instanceof Error)) return new ServiceError(this.texts.noConnection, true);
    if (error.name === "AbortError") return error; // the reader stopped it
    if (error.name === "TimeoutError") return new ServiceError(this.texts.tooSlow, true);
    return new ServiceError(error.name === "SyntaxError" ? this.texts.badReply : this.texts.noConnection, true);
  }
}

/** Gives up when no event has come for a while. */
class Patience {
  private readonly controller = new AbortController();
  private timer: ReturnType<typeof setTimeout> | undefined;
  readonly signal = this.controller.signal;

  constructor() {
    this.renew();
  }

  renew(): void {
    clearTimeout(this.timer);
    const late = new DOMException("no event in time", "TimeoutError");
    this.timer = setTimeout(() => this.controller.abort(late), PATIENCE_MS);
  }

  end(): void {
    clearTimeout(this.timer);
  }
}

function json(body: object, accept = "application/json"): RequestInit {
  return {
    method: "POST",
    headers: { "Content-Type": "application/json", Accept: accept },
    body: JSON.stringify(body),
  };
}

function sameOrigin(base: string): boolean {
  return typeof location !== "undefined" && new URL(base || "/", location.href).origin === location.origin;
}

function requestId(response: Response): string | null {
  return response.headers.get("X-Request-ID");
}
