import { describe, expect, it } from "vitest";
import { serverEvents, type ServerEvent } from "../src/sse";

async function read(pieces: (string | Uint8Array)[]): Promise<ServerEvent[]> {
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      for (const piece of pieces) controller.enqueue(typeof piece === "string" ? new TextEncoder().encode(piece) : piece);
      controller.close();
    },
  });
  const events: ServerEvent[] = [];
  for await (const event of serverEvents(body)) events.push(event);
  return events;
}

describe("server-sent events", () => {
  const whole = 'event: statement\ndata: {"text":"規程"}\n\n: still here\n\nevent: answer\r\ndata: 1\r\ndata: 2\r\n\r\n';
  const expected = [{ name: "statement", data: '{"text":"規程"}' }, { name: "answer", data: "1\n2" }];

  it("come out the same however the bytes are cut", async () => {
    const bytes = new TextEncoder().encode(whole);
    for (let size = 1; size < 12; size += 1) {
      const pieces = [];
      for (let at = 0; at < bytes.length; at += size) pieces.push(bytes.slice(at, at + size));
      expect(await read(pieces)).toEqual(expected);
    }
  });

  it("leave out a block that was cut off", async () => {
    expect(await read([whole, "event: answer\ndata: half"])).toEqual(expected);
  });

  it("have a name when none is given, and no event without data", async () => {
    expect(await read(["data:x\n\nevent: nothing\n\ndata\n\n"])).toEqual([
      { name: "message", data: "x" }, { name: "message", data: "" },
    ]);
  });
});
