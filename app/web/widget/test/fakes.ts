// Stand-ins for what a browser brings.

export class FakeStorage implements Storage {
  private readonly kept = new Map<string, string>();
  constructor(private readonly room = Infinity) {}
  get length() { return this.kept.size; }
  key(index: number) { return [...this.kept.keys()][index] ?? null; }
  getItem(name: string) { return this.kept.get(name) ?? null; }
  setItem(name: string, value: string) {
    if (value.length > this.room) throw new DOMException("full", "QuotaExceededError");
    this.kept.set(name, value);
  }
  removeItem(name: string) { this.kept.delete(name); }
  clear() { this.kept.clear(); }
}

export const ANSWER = {
  id: "ans_1", status: "answered", question: "規程は", text: "質問内容：規程は\n回答：\n決めます。[1]",
  statements: [{ text: "決めます。", citations: [1], support: "verified" }],
  citations: [{
    n: 1, source_id: "a", kind: "guideline", title: "手引き", edition: "第3.1版", page: 56, page_end: 60,
    page_label: "P54", quote: "決めます。", url: "https://example.test/a.pdf",
  }],
  cautions: [{ code: "older_edition", message: "新しい版があります。", citation: 1 }],
};

export function eventBody(events: [string, unknown][]): string {
  return events.map(([name, data]) => `event: ${name}\ndata: ${JSON.stringify(data)}\n\n`).join("");
}
