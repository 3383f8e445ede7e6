// Conversations in this browser, and nowhere else. Bounded: the oldest go first.

import { isRecord, toAnswer, type Answer } from "./models";

export const MOST_CONVERSATIONS = 30;
export const MOST_TURNS = 50;
export const MOST_CHARACTERS = 1_000_000; // of JSON; browsers give an origin about five million

export interface Turn {
  key: string;
  question: string;
  answer: Answer | null;
  verdict: "helpful" | "wrong" | null;
  receipt: string | null;
}

export interface Conversation {
  key: string;
  at: string;
  conversationId: string | null;
  turns: Turn[];
}

export class History {
  constructor(private readonly storage: Storage | null, private readonly name: string) {}

  /** Newest first. What does not look like a conversation is passed over. */
  all(): Conversation[] {
    try {
      const raw: unknown = JSON.parse(this.storage?.getItem(this.name) ?? "[]");
      return Array.isArray(raw) ? raw.map(toConversation).filter((one) => one !== null) : [];
    } catch {
      return []; // not ours, or the browser keeps nothing
    }
  }

  save(conversation: Conversation): void {
    const turns = conversation.turns.filter((turn) => turn.answer).slice(-MOST_TURNS);
    if (!turns.length) return;
    const others = this.all().filter((one) => one.key !== conversation.key);
    this.write([{ ...conversation, turns }, ...others].slice(0, MOST_CONVERSATIONS));
  }

  remove(key: string): void {
    this.write(this.all().filter((one) => one.key !== key));
  }

  clear(): void {
    try {
      this.storage?.removeItem(this.name);
    } catch {
      // nothing was kept either
    }
  }

  private write(list: Conversation[]): void {
    for (let kept = list; kept.length; kept = kept.slice(0, -1)) {
      const text = JSON.stringify(kept);
      if (text.length > MOST_CHARACTERS) continue;
      try {
        this.storage?.setItem(this.name, text);
        return;
      } catch {
        // full: with one conversation less
      }
    }
    this.clear();
  }
}

function toConversation(raw: unknown): Conversation | null {
  if (!isRecord(raw) || typeof raw.key !== "string" || !Array.isArray(raw.turns)) return null;
  const turns = raw.turns.map(toTurn).filter((turn) => turn !== null);
  if (!turns.length) return null;
  return {
    key: raw.key,
    at: typeof raw.at === "string" ? raw.at : "",
    conversationId: typeof raw.conversationId === "string" ? raw.conversationId : null,
    turns,
  };
}

function toTurn(raw: unknown): Turn | null {
  if (!isRecord(raw) || typeof raw.key !== "string" || typeof raw.question !== "string") return null;
  const answer = toAnswer(raw.answer);
  if (!answer) return null;
  return {
    key: raw.key,
    question: raw.question,
    answer,
    verdict: raw.verdict === "helpful" || raw.verdict === "wrong" ? raw.verdict : null,
    receipt: typeof raw.receipt === "string" ? raw.receipt : null,
  };
}

/** The browser's storage; null where a page may not use it. */
export function storageOrNull(which: "localStorage" | "sessionStorage"): Storage | null {
  try {
    return window[which];
  } catch {
    return null;
  }
}
