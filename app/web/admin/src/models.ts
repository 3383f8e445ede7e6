// What /api/v1/admin and /api/v1/audit send.

export interface Generation { name: string; created: string; passages: number; qas: number; embedder: string | null; current: boolean }
export interface Counts { answers: number; helpful: number; wrong: number; sent: number }
export interface IngestCounts { files: number; failed: number; qas: number; passages: number; embedded: number; deleted: number; generation: string }
export interface Ingest {
  state: "idle" | "running" | "done" | "failed";
  stage: "load" | "read" | "embed" | "words" | null;
  done: number;
  total: number;
  started_at: string | null;
  ended_at: string | null;
  result: IngestCounts | null;
  error: { code: string; message: string } | null;
}
export interface Overview { generations: Generation[]; counts: Counts; questions_kept: boolean; ingest: Ingest }
export type State = "indexed" | "left_out" | "unread" | "missing";
export interface SourceState {
  id: string; title: string; publisher: string | null; edition: string | null; url: string | null; state: State;
  passages: number; files: string[]; superseded_by: string | null;
}
export interface FileState {
  file: string; state: State; passages: number; qas: number; left_out: string | null; code: string | null;
  message: string | null; warnings: string[];
}
export interface Unanswered { number: number; answer_id: string; question: string; created_at: string }
export interface UnansweredList { questions_kept: boolean; questions: Unanswered[]; next: number | null }
export interface Judged { answer_id: string; verdict: "helpful" | "wrong"; reason: string | null; created_at: string; question: string | null }
export interface Key {
  id: string; name: string; scope: string; created_at: string; expires_at: string | null; revoked_at: string | null;
  last_used_at: string | null;
}
export interface Person {
  id: string; issuer: string; name: string; scope: string; last_login_at: string | null; disabled_at: string | null;
}
export interface AuditLine {
  number: number; at: string; who: string; name: string | null; action: string; subject: string | null;
  detail: Record<string, unknown>;
}
