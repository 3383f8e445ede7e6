import { describe, expect, it } from "vitest";
import { AA, contrast, mix, readable, textOn, TINT, type Rgb } from "../src/colour";
import { place, plainText } from "../src/copying";
import { officialAddress, webAddress } from "../src/links";
import { toAnswer, type Citation } from "../src/models";
import { highlight, pagePath } from "../src/pages";
import { langOf, TEXTS } from "../src/texts";
import { ANSWER } from "./fakes";

const citation = toAnswer(ANSWER)!.citations[0]!;

describe("addresses", () => {
  it.each(["javascript:alert(1)", "data:text/html,x", "file:///etc/passwd", "//x", "", "x y", null])("%s is no link", (url) => {
    expect(webAddress(url)).toBeNull();
  });

  it("open a PDF at its page, and leave others alone", () => {
    expect(officialAddress(citation)).toBe("https://example.test/a.pdf#page=56");
    const of = (url: string) => officialAddress({ ...citation, url });
    expect(of("https://example.test/a.pdf#x")).toBe("https://example.test/a.pdf#x");
    expect(of("https://example.test/a.html")).toBe("https://example.test/a.html");
  });

  it("never carry a source's id as a path", () => {
    const path = pagePath({ ...citation, source_id: "../../x?y" }, "ans_1", 3, ".png");
    expect(path).toBe("/api/v1/sources/..%2F..%2Fx%3Fy/pages/3.png?highlight=ans_1%3A1");
    expect(highlight({ ...citation, quote: "字".repeat(3000) }, null)).toHaveLength(2000);
  });
});

describe("words", () => {
  it("say where a citation stands", () => {
    const at = (changes: Partial<Citation>, lang: "ja" | "en" = "ja") =>
      place({ ...citation, page: null, page_end: null, page_label: null, ...changes }, TEXTS[lang]);
    expect(place(citation, TEXTS.ja)).toBe("P54（ファイルの56～60ページ目）");
    expect(at({ page: 3, page_end: 3 })).toBe("3ページ");
    expect(at({ question_no: 7 })).toBe("質問7");
    expect(at({ question_no: 7 }, "en")).toBe("Question 7");
    expect(at({ sheet: "一覧", row: 12 })).toBe("シート「一覧」12行目");
    expect(at({})).toBe("");
  });

  it("are the same set in both languages", () => {
    expect(Object.keys(TEXTS.en).sort()).toEqual(Object.keys(TEXTS.ja).sort());
    expect(TEXTS.en.reasons).toHaveLength(TEXTS.ja.reasons.length);
    expect([langOf("en-GB"), langOf("EN"), langOf("ja"), langOf("english"), langOf(null)]).toEqual(["en", "en", "ja", "ja", "ja"]);
  });

  it("are copied with cautions first and sources last", () => {
    expect(plainText(toAnswer(ANSWER)!, TEXTS.ja)).toBe(
      "注意：新しい版があります。\n\n決めます。[1]\n\n出典\n[1] 手引き 第3.1版 P54（ファイルの56～60ページ目）\n    https://example.test/a.pdf#page=56",
    );
  });
});

describe("colour", () => {
  const paper: Rgb = [255, 255, 255];
  const night: Rgb = [28, 35, 36];

  it("can be read, whatever the host page chose", () => {
    for (let r = 0; r < 256; r += 51) for (let g = 0; g < 256; g += 51) for (let b = 0; b < 256; b += 51) {
      for (const ground of [paper, night]) {
        const colour = readable([r, g, b], [ground]);
        expect(contrast(colour, ground)).toBeGreaterThanOrEqual(AA);
        expect(contrast(colour, mix(ground, colour, TINT))).toBeGreaterThanOrEqual(AA);
        expect(contrast(textOn(colour), colour)).toBeGreaterThanOrEqual(AA);
      }
    }
  });

  it("is left as it is where it can be read", () => {
    expect(readable([11, 78, 130], [paper])).toEqual([11, 78, 130]);
  });
});
