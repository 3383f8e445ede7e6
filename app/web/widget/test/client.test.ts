import { afterEach, describe, expect, it, vi } from "vitest";
import { Client, ServiceError } from "../src/client";
import type { Statement } from "../src/models";
import { TEXTS } from "../src/texts";
import { ANSWER, eventBody } from "./fakes";

const client = new Client("https://yorozu.test", "secret", TEXTS.ja);
const events = { "Content-Type": "text/event-stream; charset=utf-8", "X-Request-ID": "r1" };

function reply(body: string, status = 200, headers: Record<string, string> = events) {
  const fetched = vi.fn(async () => new Response(body, { status, headers }));
  vi.stubGlobal("fetch", fetched);
  return fetched;
}

async function ask(conversationId: string | null = null) {
  const said: Statement[] = [];
  const progress = { citations: vi.fn(), statement: (one: Statement) => said.push(one), reset: () => { said.length = 0; } };
  const answer = await client.ask("規程は", conversationId, progress, new AbortController().signal);
  return { answer, said, progress };
}

async function failure(): Promise<ServiceError> {
  const error = await ask().catch((caught: unknown) => caught);
  expect(error).toBeInstanceOf(ServiceError);
  return error as ServiceError;
}

afterEach(() => vi.unstubAllGlobals());

describe("asking", () => {
  const [statement] = ANSWER.statements;

  it("sends the key and the conversation, and asks for events alone", async () => {
    const fetched = reply(eventBody([["answer", ANSWER]]));
    await ask("c1");
    const [address, init] = fetched.mock.calls[0] as unknown as [string, RequestInit];
    const headers = new Headers(init.headers);
    expect(address).toBe("https://yorozu.test/api/v1/answers");
    expect(headers.get("Authorization")).toBe("Bearer secret");
    expect(headers.get("Accept")).toBe("text/event-stream");
    expect(JSON.parse(init.body as string)).toEqual({ question: "規程は", conversation_id: "c1" });
  });

  it("hears sentences, takes back what was withdrawn, and passes over what it does not know", async () => {
    reply(eventBody([["citations", ANSWER.citations], ["statement", statement], ["reset", {}], ["novelty", 1],
      ["statement", statement], ["answer", ANSWER]]));
    const { answer, said, progress } = await ask();
    expect(said).toEqual([statement]);
    expect(progress.citations).toHaveBeenCalledOnce();
    expect(answer.related).toEqual([]);
    expect(answer.citations[0]?.page_label).toBe("P54");
  });

  it("takes a whole answer where a proxy or an older server sends no events", async () => {
    reply(JSON.stringify(ANSWER), 200, { "Content-Type": "application/json" });
    expect((await ask()).answer.id).toBe("ans_1");
  });

  it.each([
    ["an error event", eventBody([["error", { error: { code: "engine_unavailable", message: "使えません。" } }]]), "使えません。"],
    ["a stream that ends early", eventBody([["statement", statement]]), TEXTS.ja.cutOff],
    ["an event that is no JSON", "event: answer\ndata: {\n\n", TEXTS.ja.badReply],
    ["an answer that is none", eventBody([["answer", { nothing: true }]]), TEXTS.ja.cutOff],
  ])("says %s", async (_name, body, message) => {
    reply(body);
    expect(await failure()).toMatchObject({ message, again: true });
  });

  it("says how long to wait beyond a limit", async () => {
    const body = JSON.stringify({ error: { code: "too_many", message: "混み合っています。" } });
    reply(body, 429, { "Content-Type": "application/json", "Retry-After": "7" });
    expect(await failure()).toMatchObject({ message: "混み合っています。 7秒ほどお待ちください。", again: true });
  });

  it("says that the question has to change", async () => {
    reply(JSON.stringify({ error: { message: "長すぎます。" } }), 413, { "X-Request-ID": "r2" });
    expect(await failure()).toMatchObject({ message: "長すぎます。", again: false, requestId: "r2" });
  });

  it("says that there is no connection", async () => {
    vi.stubGlobal("fetch", async () => { throw new TypeError("Failed to fetch"); });
    expect(await failure()).toMatchObject({ message: TEXTS.ja.noConnection, again: true });
  });

  it("gives up when nothing comes, but not while something does", async () => {
    vi.useFakeTimers();
    let push: (event: [string, unknown]) => void = () => undefined;
    vi.stubGlobal("fetch", async (_address: string, { signal }: RequestInit) => new Response(new ReadableStream({
      start(controller) {
        push = (event) => controller.enqueue(new TextEncoder().encode(eventBody([event])));
        signal!.addEventListener("abort", () => controller.error(signal!.reason));
      },
    }), { headers: events }));
    const failing = failure();
    for (let n = 0; n < 5; n += 1) {
      await vi.advanceTimersByTimeAsync(60_000);
      push(["statement", statement]);
    }
    await vi.advanceTimersByTimeAsync(91_000);
    expect(await failing).toMatchObject({ message: TEXTS.ja.tooSlow, again: true });
    vi.useRealTimers();
  });

  it("survives a page of a proxy in place of JSON", async () => {
    reply("<html>502</html>", 502, { "Content-Type": "text/html" });
    expect(await failure()).toMatchObject({ message: TEXTS.ja.badReply, again: true });
  });
});

describe("pictures", () => {
  it("are pictures or nothing", async () => {
    reply("<html>", 200, { "Content-Type": "text/html" });
    await expect(client.picture("/x.png", new AbortController().signal)).rejects.toThrow(TEXTS.ja.noPicture);
  });
});
