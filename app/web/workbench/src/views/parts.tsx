// Small parts that every view uses.

import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import type { Loaded } from "../hooks";

export function Trouble({ error }: { error: { message: string } | null }) {
  return error ? <p class="trouble" role="alert">{error.message}</p> : null;
}

/** What is loaded, or that it is coming, or why not. */
export function Loading<T>({ from, children }: { from: Loaded<T>; children: (data: T) => ComponentChildren }) {
  if (from.data !== null) return <>{from.error && <Trouble error={{ message: from.error }} />}{children(from.data)}</>;
  if (from.error) {
    return (
      <div class="empty">
        <p class="trouble" role="alert">{from.error}</p>
        <button type="button" class="quiet" onClick={() => void from.reload()}>もう一度読み込む</button>
      </div>
    );
  }
  return <p class="waiting" role="status">読み込んでいます</p>;
}

export function Empty({ children }: { children: ComponentChildren }) {
  return <div class="empty">{children}</div>;
}

export function Badge({ tone, children }: { tone?: "good" | "warn" | "bad" | undefined; children: ComponentChildren }) {
  return <span class={`badge ${tone ?? ""}`}>{children}</span>;
}

interface Sure {
  label: string;
  question: string;
  yes: string;
  busy: boolean;
  onYes: () => void;
  danger?: boolean;
}

/** A button for what is not taken back by a click: it asks once more, in its own place. */
export function AskFirst({ label, question, yes, busy, onYes, danger }: Sure) {
  const [open, setOpen] = useState(false);
  if (!open) return <button type="button" class={danger ? "quiet danger" : "go"} disabled={busy} onClick={() => setOpen(true)}>{label}</button>;
  return (
    <div class="sure" role="group" aria-label={label}>
      <p>{question}</p>
      <div class="actions">
        <button type="button" class={danger ? "quiet danger" : "go"} disabled={busy} ref={focused} onClick={() => { setOpen(false); onYes(); }}>{yes}</button>
        <button type="button" class="quiet" onClick={() => setOpen(false)}>やめる</button>
      </div>
    </div>
  );
}

/** Give a new element the focus, once. */
export function focused(element: HTMLElement | null): void {
  if (element && !element.dataset.met) {
    element.dataset.met = "yes";
    element.focus();
  }
}
