// What all views share: loading, failing, being empty, and tables.

import type { ComponentChildren } from "preact";
import { useCallback, useEffect, useState } from "preact/hooks";
import { ApiError, call, goToLogin } from "../../../shared/api";

export interface Loaded<T> { data: T | null; error: ApiError | null; again: () => void }

/** Read something when a view is shown. Who is logged out meanwhile goes to the login page. */
export function useLoaded<T>(path: string): Loaded<T> {
  const [data, setData] = useState<T | null>(null);
  const [error, setError] = useState<ApiError | null>(null);
  const again = useCallback(() => {
    setError(null);
    call<T>("GET", path).then(setData, (failure: ApiError) => {
      if (failure.status === 401) goToLogin();
      setError(failure);
    });
  }, [path]);
  useEffect(again, [again]);
  return { data, error, again };
}

export function Show<T>({ loaded, children }: { loaded: Loaded<T>; children: (data: T) => ComponentChildren }) {
  if (loaded.error) return <Trouble error={loaded.error} again={loaded.again} />;
  if (loaded.data === null) return <p class="soft" role="status">読み込んでいます…</p>;
  return <>{children(loaded.data)}</>;
}

export function Trouble({ error, again }: { error: ApiError; again?: () => void }) {
  return (
    <div class="trouble" role="alert">
      <p>{error.message}</p>
      {error.status >= 500 && error.requestId && <p class="soft">問い合わせ番号 {error.requestId}</p>}
      {again && <button type="button" class="quiet" onClick={again}>もう一度読み込む</button>}
    </div>
  );
}

export function Empty({ children }: { children: ComponentChildren }) {
  return <p class="empty">{children}</p>;
}

/** A table that scrolls sideways by itself, with the keyboard as well. */
export function Table({ caption, heads, children }: { caption: string; heads: string[]; children: ComponentChildren }) {
  return (
    <div class="scroll" tabIndex={0} role="region" aria-label={caption}>
      <table>
        <thead><tr>{heads.map((head) => <th key={head} scope="col">{head}</th>)}</tr></thead>
        <tbody>{children}</tbody>
      </table>
    </div>
  );
}

export function Tag({ kind, children }: { kind: "good" | "bad" | "plain"; children: ComponentChildren }) {
  return <span class={`tag ${kind}`}>{children}</span>;
}
