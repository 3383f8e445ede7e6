// One conversation: what was asked, what came, what is under way. Tells a listener whenever something changed.

import { ServiceError, type Client } from "./client";
import type { Conversation, History, Turn } from "./history";
import type { Citation, Statement } from "./models";

export interface LiveTurn extends Turn {
  state: "waiting" | "streaming" | "done" | "failed" | "stopped";
  withdrawn: boolean;
  citations: Citation[];
  statements: Statement[];
  failure: ServiceError | null;
}

const CURRENT = "yorozu-chat:current";

export class Session {
  turns: LiveTurn[] = [];
  private key = randomKey();
  private conversationId = randomKey();
  private running: AbortController | null = null;
  private listener: () => void = () => undefined;

  constructor(public client: Client, readonly history: History | null, private readonly tab: Storage | null) {
    const current = read(tab);
    const found = current && history?.all().find((one) => one.key === current);
    if (found) this.show(found);
  }

  onChange(listener: () => void): void {
    this.listener = listener;
  }

  get busy(): boolean {
    return this.running !== null;
  }

  async ask(question: string): Promise<void> {
    if (this.busy || !question.trim()) return;
    const turn = newTurn(question.trim());
    this.turns = [...this.turns, turn];
    await this.run(turn);
  }

  async retry(turn: LiveTurn): Promise<void> {
    if (this.busy) return;
    Object.assign(turn, newTurn(turn.question), { key: turn.key });
    await this.run(turn);
  }

  stop(): void {
    this.running?.abort();
  }

  /** Begin a new conversation; the one before stays in the history. */
  fresh(): void {
    this.stop();
    this.turns = [];
    this.key = randomKey();
    this.conversationId = randomKey();
    this.remember();
    this.listener();
  }

  open(conversation: Conversation): void {
    this.stop();
    this.show(conversation);
    this.remember();
    this.listener();
  }

  async judge(turn: LiveTurn, verdict: "helpful" | "wrong", reason: string): Promise<void> {
    if (!turn.answer) return;
    await this.client.feedback(turn.answer.id, verdict, reason);
    turn.verdict = verdict;
    this.keep();
  }

  async sendToMeeting(turn: LiveTurn, question: string, note: string): Promise<void> {
    if (!turn.answer) return;
    const receipt = await this.client.sendQuestion(question, note, turn.answer.id);
    turn.receipt = receipt.number === null ? receipt.id : String(receipt.number);
    this.keep();
  }

  private async run(turn: LiveTurn): Promise<void> {
    const running = new AbortController();
    this.running = running;
    this.listener();
    try {
      turn.answer = await this.client.ask(turn.question, this.conversationId, this.progress(turn), running.signal);
      turn.citations = turn.answer.citations;
      turn.statements = turn.answer.statements;
      if (this.running === running) this.conversationId = turn.answer.conversation_id ?? this.conversationId;
      turn.state = "done";
    } catch (error) {
      turn.state = running.signal.aborted ? "stopped" : "failed";
      if (turn.state === "failed" && !(error instanceof ServiceError)) throw error;
      turn.failure = error instanceof ServiceError ? error : null;
      turn.statements = []; // half an answer is none
      turn.citations = [];
    } finally {
      if (this.running === running) {
        this.running = null;
        this.keep();
      }
    }
  }

  private progress(turn: LiveTurn) {
    const change = (changes: Partial<LiveTurn>): void => {
      Object.assign(turn, changes);
      this.listener();
    };
    return {
      citations: (citations: Citation[]) => change({ citations }),
      statement: (one: Statement) => change({ statements: [...turn.statements, one], state: "streaming" }),
      reset: () => change({ statements: [], state: "waiting", withdrawn: true }),
    };
  }

  private show(conversation: Conversation): void {
    this.key = conversation.key;
    this.conversationId = conversation.conversationId ?? randomKey();
    this.turns = conversation.turns.map((turn) => ({
      ...newTurn(turn.question),
      ...turn,
      state: "done",
      citations: turn.answer?.citations ?? [],
      statements: turn.answer?.statements ?? [],
    }));
  }

  private keep(): void {
    const turns = this.turns.map(({ key, question, answer, verdict, receipt }) => ({
      key, question, answer, verdict, receipt,
    }));
    const at = new Date().toISOString();
    this.history?.save({ key: this.key, at, conversationId: this.conversationId, turns });
    this.remember();
    this.listener();
  }

  /** The next page that this tab opens shows the same conversation again. */
  private remember(): void {
    try {
      this.tab?.setItem(CURRENT, this.key);
    } catch {
      // then it begins anew
    }
  }
}

function newTurn(question: string): LiveTurn {
  return {
    key: randomKey(), question, answer: null, verdict: null, receipt: null,
    state: "waiting", withdrawn: false, citations: [], statements: [], failure: null,
  };
}

/** `crypto.randomUUID` is missing on plain http, which many intranets are. */
function randomKey(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

function read(tab: Storage | null): string | null {
  try {
    return tab?.getItem(CURRENT) ?? null;
  } catch {
    return null;
  }
}
