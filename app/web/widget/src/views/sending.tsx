// Sending something small: busy while it is under way, and what went wrong.

import { useState } from "preact/hooks";
import { ServiceError } from "../client";

export function useSending() {
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<string | null>(null);
  const run = async (send: () => Promise<void>, done: () => void) => {
    if (busy) return;
    setBusy(true);
    setError(null);
    try {
      await send();
      done();
    } catch (caught) {
      if (!(caught instanceof ServiceError)) throw caught;
      setError(caught.message);
    } finally {
      setBusy(false);
    }
  };
  return { busy, error, run };
}

export function Trouble({ error }: { error: string | null }) {
  return error ? <p class="trouble" role="alert">{error}</p> : null;
}
