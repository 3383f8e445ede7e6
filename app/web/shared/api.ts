// Calls of our own pages. Every failure becomes an ApiError with a message that can be shown as it is.

import { csrfToken } from "./csrf";

export class ApiError extends Error {
  constructor(message: string, readonly code: string, readonly status: number, readonly requestId: string | null) {
    super(message);
  }
}

export async function call<T>(method: "GET" | "POST" | "PUT" | "DELETE", path: string, body?: object): Promise<T> {
  const headers = new Headers({ Accept: "application/json" });
  if (body) headers.set("Content-Type", "application/json");
  const token = csrfToken();
  if (token && method !== "GET") headers.set("X-CSRF-Token", token);
  const init: RequestInit = { method, headers, ...(body ? { body: JSON.stringify(body) } : {}) };
  const response = await fetch(path, init).catch(() => {
    throw new ApiError("接続できません。ネットワークを確認して、もう一度お試しください。", "", 0, null);
  });
  const said: unknown = await response.json().catch(() => null);
  if (response.ok) return said as T;
  const error = (said as { error?: { code?: unknown; message?: unknown } } | null)?.error;
  const message = typeof error?.message === "string" ? error.message : "応答を読み取れませんでした。時間をおいてお試しください。";
  throw new ApiError(message, String(error?.code ?? ""), response.status, response.headers.get("X-Request-ID"));
}

/** To the login page, and back here afterwards. */
export function goToLogin(): void {
  location.assign(`/login?after=${encodeURIComponent(location.pathname)}`);
}

/** A path of ours that a login may lead to; anything else leads to the chat. */
export function pathAfterLogin(search: string): string {
  const after = new URLSearchParams(search).get("after") ?? "/";
  return /^\/(?![/\\])[\w\-./~%?=&]{0,299}$/.test(after) ? after : "/";
}
