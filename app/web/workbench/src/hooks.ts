// Loading and doing: what is under way, and what went wrong.

import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import { ServiceError } from "./service";

export interface Loaded<T> {
  data: T | null;
  error: string | null;
  reload(): Promise<void>;
}

/** Load something now and again on `reload`; what was there stays while the new comes. */
export function useLoad<T>(load: () => Promise<T>, on: readonly unknown[]): Loaded<T> {
  const [data, setData] = useState<T | null>(null);
  const [error, setError] = useState<string | null>(null);
  const turn = useRef(0);
  const reload = useCallback(async () => {
    const mine = ++turn.current;
    try {
      const found = await load();
      if (mine !== turn.current) return;
      setData(found);
      setError(null);
    } catch (caught) {
      if (!(caught instanceof ServiceError)) throw caught;
      if (mine === turn.current) setError(caught.message);
    }
  }, on);
  useEffect(() => {
    setData(null);
    setError(null);
    void reload();
    return () => void ++turn.current;
  }, [reload]);
  return { data, error, reload };
}

export interface Doing {
  busy: boolean;
  error: ServiceError | null;
  clear(): void;
  run<T>(act: () => Promise<T>): Promise<T | undefined>;
}

/** One thing at a time; a failure is kept to be shown, and undefined returned. */
export function useDoing(): Doing {
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<ServiceError | null>(null);
  const under = useRef(false);
  const run = useCallback(async <T,>(act: () => Promise<T>): Promise<T | undefined> => {
    if (under.current) return undefined;
    under.current = true;
    setBusy(true);
    setError(null);
    try {
      return await act();
    } catch (caught) {
      if (!(caught instanceof ServiceError)) throw caught;
      setError(caught);
      return undefined;
    } finally {
      under.current = false;
      setBusy(false);
    }
  }, []);
  return { busy, error, clear: () => setError(null), run };
}
