import { afterEach, describe, expect, it, vi } from "vitest";
import { Client } from "../src/client";
import { History } from "../src/history";
import { Session } from "../src/session";
import { TEXTS } from "../src/texts";
import { ANSWER, eventBody, FakeStorage } from "./fakes";

const events = { "Content-Type": "text/event-stream" };

function session(storage = new FakeStorage(), tab = new FakeStorage()) {
  const client = new Client("", null, TEXTS.ja);
  return new Session(client, new History(storage, "h"), tab);
}

function serve(answer: object) {
  const fetched = vi.fn(async (_address: string, _init: RequestInit) =>
    new Response(eventBody([["citations", ANSWER.citations], ["statement", ANSWER.statements[0]], ["answer", answer]]), { headers: events }));
  vi.stubGlobal("fetch", fetched);
  return () => fetched.mock.calls.map(([, init]) => JSON.parse(init.body as string) as Record<string, string>);
}

afterEach(() => vi.unstubAllGlobals());

describe("a conversation", () => {
  it("keeps its id from question to question, and a new one has another", async () => {
    const sent = serve(ANSWER);
    const one = session();
    await one.ask("あ");
    await one.ask("い");
    one.fresh();
    await one.ask("う");
    const ids = sent().map((body) => body.conversation_id);
    expect(ids[0]).toMatch(/^[0-9a-f]{32}$/);
    expect(ids[1]).toBe(ids[0]);
    expect(ids[2]).not.toBe(ids[0]);
  });

  it("takes over the id that the service gives", async () => {
    const sent = serve({ ...ANSWER, conversation_id: "cnv_1" });
    const one = session();
    await one.ask("あ");
    await one.ask("い");
    expect(sent()[1]?.conversation_id).toBe("cnv_1");
  });

  it("is there again on the next page of the same tab, and not in another tab", async () => {
    serve(ANSWER);
    const storage = new FakeStorage();
    const tab = new FakeStorage();
    await session(storage, tab).ask("あ");
    expect(session(storage, tab).turns.map((turn) => turn.question)).toEqual(["あ"]);
    expect(session(storage).turns).toEqual([]);
  });

  it("shows nothing of an answer that was cut off, and can be tried again", async () => {
    vi.stubGlobal("fetch", async () => new Response(eventBody([["statement", ANSWER.statements[0]]]), { headers: events }));
    const one = session();
    await one.ask("あ");
    const [turn] = one.turns;
    expect(turn).toMatchObject({ state: "failed", statements: [], failure: { message: TEXTS.ja.cutOff } });
    serve(ANSWER);
    await one.retry(turn!);
    expect(turn).toMatchObject({ state: "done", failure: null });
    expect(one.turns).toHaveLength(1);
  });

  it("can be stopped", async () => {
    vi.stubGlobal("fetch", (_address: string, { signal }: RequestInit) => new Promise((_, reject) => {
      signal!.addEventListener("abort", () => reject(signal!.reason as Error));
    }));
    const one = session();
    const asking = one.ask("あ");
    expect(one.busy).toBe(true);
    await one.ask("い"); // one at a time
    one.stop();
    await asking;
    expect(one.turns.map((turn) => turn.state)).toEqual(["stopped"]);
    expect(one.busy).toBe(false);
  });

  it("asks nothing when there is nothing to ask", async () => {
    const one = session();
    await one.ask(" \n");
    expect(one.turns).toEqual([]);
  });
});
