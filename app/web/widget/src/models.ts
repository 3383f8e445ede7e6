// What the service sends, and a tolerant reader of it: a part that is missing is empty, never an exception.

export interface Statement {
  text: string;
  citations: number[];
  support: string;
}

export interface Citation {
  n: number;
  source_id: string;
  kind: string;
  title: string;
  publisher: string | null;
  edition: string | null;
  file: string | null;
  question_no: number | null;
  question: string | null;
  item_nos: number[];
  page: number | null;
  page_end: number | null;
  page_label: string | null;
  heading: string[];
  sheet: string | null;
  row: number | null;
  quote: string;
  url: string | null;
  as_of: string | null;
}

export interface Answer {
  id: string;
  status: string;
  question: string;
  text: string;
  statements: Statement[];
  citations: Citation[];
  references: { label: string; url: string | null }[];
  cautions: { code: string; message: string; citation: number | null }[];
  related: { source_id: string; question_no: number | null; question: string }[];
  missing: { message: string; looked_for: string[]; ask: string } | null;
  engine: string;
  model: string | null;
  conversation_id: string | null;
  asked_as: string | null;
}

type Raw = Record<string, unknown>;

export function isRecord(value: unknown): value is Raw {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

const text = (value: unknown): string => (typeof value === "string" ? value : "");
const textOrNull = (value: unknown): string | null => (typeof value === "string" && value ? value : null);
const numberOrNull = (value: unknown): number | null =>
  typeof value === "number" && Number.isFinite(value) ? value : null;
const list = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);
const records = (value: unknown): Raw[] => list(value).filter(isRecord);
const numbers = (value: unknown): number[] => list(value).filter((one) => typeof one === "number");
const texts = (value: unknown): string[] => list(value).filter((one) => typeof one === "string");

export function toStatement(raw: unknown): Statement {
  const one = isRecord(raw) ? raw : {};
  return { text: text(one.text), citations: numbers(one.citations), support: text(one.support) };
}

export function toCitations(raw: unknown): Citation[] {
  return records(raw).map((one, index) => ({
    n: numberOrNull(one.n) ?? index + 1,
    source_id: text(one.source_id),
    kind: text(one.kind),
    title: text(one.title),
    publisher: textOrNull(one.publisher),
    edition: textOrNull(one.edition),
    file: textOrNull(one.file),
    question_no: numberOrNull(one.question_no),
    question: textOrNull(one.question),
    item_nos: numbers(one.item_nos),
    page: numberOrNull(one.page),
    page_end: numberOrNull(one.page_end),
    page_label: textOrNull(one.page_label),
    heading: texts(one.heading),
    sheet: textOrNull(one.sheet),
    row: numberOrNull(one.row),
    quote: text(one.quote),
    url: textOrNull(one.url),
    as_of: textOrNull(one.as_of),
  }));
}

/** Read an answer; null where it is none. */
export function toAnswer(raw: unknown): Answer | null {
  if (!isRecord(raw) || typeof raw.id !== "string" || typeof raw.status !== "string") return null;
  const missing = isRecord(raw.missing) ? raw.missing : null;
  return {
    id: raw.id,
    status: raw.status,
    question: text(raw.question),
    text: text(raw.text),
    statements: list(raw.statements).map(toStatement),
    citations: toCitations(raw.citations),
    references: records(raw.references).map((one) => ({ label: text(one.label), url: textOrNull(one.url) })),
    cautions: records(raw.cautions).map((one) => ({
      code: text(one.code), message: text(one.message), citation: numberOrNull(one.citation),
    })),
    related: records(raw.related).map((one) => ({
      source_id: text(one.source_id), question_no: numberOrNull(one.question_no), question: text(one.question),
    })),
    missing: missing && {
      message: text(missing.message), looked_for: texts(missing.looked_for), ask: text(missing.ask),
    },
    engine: text(raw.engine),
    model: textOrNull(raw.model),
    conversation_id: textOrNull(raw.conversation_id),
    asked_as: textOrNull(raw.asked_as),
  };
}
