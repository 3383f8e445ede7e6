// The proof that a call which changes something comes from a page of ours: what the server put into a readable cookie.

export function csrfToken(cookies: string = document.cookie): string | null {
  return /(?:^|;\s*)(?:__Host-)?yorozu_csrf=([0-9a-f]{64})(?:;|$)/.exec(cookies)?.[1] ?? null;
}
