import { describe, expect, it } from "vitest";
import type { Draft, Span } from "../src/models";
import { hrefOf, routeOf, type Route } from "../src/route";
import { everything } from "../src/service";
import { letter } from "../src/views/Columns";
import { applied, rowsFor } from "../src/views/DiffCard";
import { inOrder } from "../src/views/DraftList";
import { day, place } from "../src/words";

const span = (start: number, end: number, replacement: string): Span =>
  ({ start, end, replacement, original: "", kind: "company", why: "", sure: true });

describe("a diff", () => {
  it("replaces every span and leaves the rest", () => {
    expect(applied("甲社は乙社に頼みます", [span(0, 2, "弊社"), span(3, 5, "A社")])).toBe("弊社はA社に頼みます");
    expect(applied("そのまま", [])).toBe("そのまま");
  });
  it("counts characters as the service does, not halves of them", () => {
    expect(applied("𠮷野家と甲社", [span(4, 6, "A社")])).toBe("𠮷野家とA社");
    expect(applied("😀甲社", [span(1, 3, "弊社")])).toBe("😀弊社");
  });
  it("gives long texts more rows, up to a limit", () => {
    expect(rowsFor("短い")).toBe(2);
    expect(rowsFor("あ".repeat(200))).toBe(6);
    expect(rowsFor("\n".repeat(99))).toBe(12);
  });
});

describe("addresses", () => {
  const routes: Route[] = [
    { at: "meetings" }, { at: "impact" }, { at: "meeting", id: "m1", step: "choose" }, { at: "draft", id: "a/b#c", draft: "drf_1" },
  ];
  it("lead back to where they came from", () => {
    for (const route of routes) expect(routeOf(hrefOf(route))).toEqual(route);
  });
  it("that mean nothing lead to the beginning", () => {
    for (const hash of ["", "#", "#/none", "#/meetings/", "#/%"]) expect(routeOf(hash)).toEqual({ at: "meetings" });
    expect(routeOf("#/meetings/m1/none")).toEqual({ at: "meeting", id: "m1", step: "intake" });
  });
});

describe("lists", () => {
  it("are read to their end", async () => {
    const all = Array.from({ length: 450 }, (_, at) => at);
    const asked: number[] = [];
    const found = await everything(async (limit, offset) => {
      asked.push(offset);
      return { total: all.length, items: all.slice(offset, offset + limit) };
    });
    expect(found).toEqual(all);
    expect(asked).toEqual([0, 200, 400]);
  });
  it("that shrink meanwhile end as well", async () => {
    expect(await everything(async (_, offset) => ({ total: 9, items: offset ? [] : [1] }))).toEqual([1]);
  });
  it("of drafts follow the order of the day", () => {
    const drafts = ["b", "x", "a"].map((id) => ({ question_id: id }) as Draft);
    expect(inOrder(drafts, ["a", "b"]).map((one) => one.question_id)).toEqual(["a", "b", "x"]);
  });
});

describe("words", () => {
  it("name columns as spreadsheets do", () => {
    expect([0, 25, 26, 51, 52, 701, 702].map(letter)).toEqual(["A", "Z", "AA", "AZ", "BA", "ZZ", "AAA"]);
  });
  it("say days and places", () => {
    expect(day("2026-12-05")).toBe("2026年12月5日");
    expect(day(null)).toBe("日付未定");
    expect(place({ question_no: 7, page: null, edition: "第4.0版" })).toBe("第4.0版 質問7");
    expect(place({ question_no: null, page: 56, page_label: "P54" })).toBe("P54");
  });
});
