import { describe, expect, it } from "vitest";
import { History, MOST_CHARACTERS, MOST_CONVERSATIONS, MOST_TURNS, type Conversation } from "../src/history";
import { toAnswer } from "../src/models";
import { ANSWER, FakeStorage } from "./fakes";

function conversation(key: string, turns = 1, quote = "x"): Conversation {
  const citations = [{ ...ANSWER.citations[0], quote }];
  const one = (n: number) => ({
    key: `${key}-${n}`, question: `質問${n}`, answer: toAnswer({ ...ANSWER, citations }), verdict: null, receipt: null,
  });
  return { key, at: "2026-11-25T00:00:00Z", conversationId: "c", turns: Array.from({ length: turns }, (_, n) => one(n)) };
}

describe("history", () => {
  it("keeps the newest first and the same conversation once", () => {
    const history = new History(new FakeStorage(), "h");
    history.save(conversation("a"));
    history.save(conversation("b"));
    history.save(conversation("a", 2));
    expect(history.all().map((one) => [one.key, one.turns.length])).toEqual([["a", 2], ["b", 1]]);
    history.remove("a");
    expect(history.all().map((one) => one.key)).toEqual(["b"]);
    history.clear();
    expect(history.all()).toEqual([]);
  });

  it("is bounded in conversations, turns and characters", () => {
    const storage = new FakeStorage();
    const history = new History(storage, "h");
    for (let n = 0; n < MOST_CONVERSATIONS + 5; n += 1) history.save(conversation(`c${n}`));
    expect(history.all()).toHaveLength(MOST_CONVERSATIONS);
    expect(history.all()[0]?.key).toBe(`c${MOST_CONVERSATIONS + 4}`);
    history.save(conversation("long", MOST_TURNS + 5));
    expect(history.all()[0]?.turns).toHaveLength(MOST_TURNS);
    history.save(conversation("big", 1, "x".repeat(MOST_CHARACTERS - 3000)));
    expect(history.all().map((one) => one.key)).toContain("big");
    expect(storage.getItem("h")!.length).toBeLessThanOrEqual(MOST_CHARACTERS);
  });

  it("makes room when the browser has none left", () => {
    const size = JSON.stringify([conversation("a")]).length;
    const history = new History(new FakeStorage(size * 2 + 10), "h");
    for (const key of ["a", "b", "c"]) history.save(conversation(key));
    expect(history.all().map((one) => one.key)).toEqual(["c", "b"]);
  });

  it("passes over what others wrote in its place", () => {
    for (const text of ["{", "null", '{"a":1}', '[1,null,{"key":"x"},{"key":"y","turns":[{"key":"z","question":"q","answer":{}}]}]']) {
      const storage = new FakeStorage();
      storage.setItem("h", text);
      expect(new History(storage, "h").all()).toEqual([]);
    }
  });

  it("does without a storage", () => {
    const history = new History(null, "h");
    history.save(conversation("a"));
    expect(history.all()).toEqual([]);
  });
});
