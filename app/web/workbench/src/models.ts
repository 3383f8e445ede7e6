// What the service sends, as far as the workbench shows it. It is our own service: shapes are not checked again.

export type State = "new" | "chosen" | "reserve" | "declined";
export type DraftState = "proposed" | "edited" | "approved" | "rejected" | "published";
export type Needs = "ready" | "check" | "no_source";
export type Support = "verified" | "partial" | "unsupported";

export interface Meeting {
  id: string;
  title: string;
  theme: string | null;
  held_on: string | null;
  version: number;
}

export interface Progress {
  queued: number;
  running: number;
  done: number;
  failed: number;
}

export interface MeetingState {
  meeting: Meeting;
  progress: Progress;
  drafts: Record<DraftState, number>;
  needs: Record<Needs, number>;
  failures: Record<string, string>;
}

export interface Question {
  id: string;
  text: string | null;
  state: State;
  reason: string | null;
  position: number | null;
  theme: string | null;
  item_nos: number[];
  duplicate_of: string | null;
  origin: { kind: "file" | "paste" | "mail" | "chat"; sheet_no: number | null; row: number | null; part: number | null };
  version: number;
}

export interface Span {
  start: number;
  end: number;
  original: string;
  replacement: string;
  kind: string;
  why: string;
  sure: boolean;
}

export interface Diff {
  question: Question;
  original: string | null;
  spans: Span[];
  text: string | null;
}

export interface Column {
  index: number;
  name: string;
  role: string;
  sure: boolean;
  why: string;
  samples: string[];
}

export interface ColumnPlan {
  sheet_no: number;
  sheet: string | null;
  header_rows: [number, number] | null;
  columns: Column[];
  used: boolean;
}

export interface Preview {
  plans: ColumnPlan[];
  questions: number;
  skipped: number;
  skips: { sheet_no: number; row: number; why: string }[];
  notes: string[];
}

export interface Citation {
  n: number;
  source_id: string;
  title: string;
  publisher: string | null;
  edition: string | null;
  question_no: number | null;
  page: number | null;
  page_label: string | null;
  heading: string[];
  quote: string;
  url: string | null;
}

export interface Line {
  text: string;
  citations: number[];
  support: Support | null;
  message: string;
  nowhere: string[];
}

export interface Draft {
  id: string;
  meeting_id: string;
  question_id: string;
  question: string;
  answer: { cautions: { code: string; message: string; citation: number | null }[] };
  content: { text: string; citations: Citation[]; note: string };
  lines: Line[];
  triage: { needs: Needs; why: string[] };
  state: DraftState;
  reason: string | null;
  approved_by: string | null;
  published_no: number | null;
  updated_at: string;
  version: number;
}

export interface Change {
  version: number;
  action: string;
  changed_by: string;
  changed_at: string;
  before: { content?: { text?: string }; state?: DraftState };
  after: { content?: { text?: string; note?: string }; state?: DraftState; reason?: string | null };
}

export interface Comment {
  number: number;
  written_by: string;
  written_at: string;
  text: string;
}

export interface Hit {
  source_id: string;
  title: string;
  page: number | null;
  question_no: number | null;
  text: string;
}

export interface Impact {
  draft_id: string;
  meeting_id: string;
  question: string;
  state: DraftState;
  n: number;
  title: string;
  why: string;
  message: string;
  old: string;
  new: string | null;
  newer_title: string | null;
}
