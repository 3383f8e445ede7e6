// Talking to the service with an organiser's key, or as the person who has logged in. Every failure is a ServiceError with words for people.

import { csrfToken } from "../../shared/csrf";

export class ServiceError extends Error {
  constructor(
    message: string,
    readonly code: string = "",
    readonly status: number = 0,
    readonly detail: Record<string, unknown> = {},
  ) {
    super(message);
  }

  /** Whether the key or the login itself is what is wrong. */
  get aboutKey(): boolean {
    return this.status === 401 || this.code === "scope_missing";
  }
}

type Query = Record<string, string | number | undefined>;

export class Service {
  /** Without a key the login counts. Whose name the history shows is the service's to know: the key's or the person's. */
  constructor(private readonly key: string | null, private readonly onLost: () => void = () => {}) {}

  get<T>(path: string, query: Query = {}): Promise<T> {
    const given = Object.entries(query).filter((pair): pair is [string, string | number] => pair[1] !== undefined);
    const search = new URLSearchParams(given.map(([name, value]) => [name, String(value)]));
    return this.json<T>("GET", search.size ? `${path}?${search}` : path);
  }

  post<T>(path: string, body: object = {}): Promise<T> {
    return this.json<T>("POST", path, body);
  }

  act<T>(method: "POST" | "PATCH" | "PUT", path: string, body: object = {}): Promise<T> {
    return this.json<T>(method, path, body);
  }

  async file(path: string): Promise<Blob> {
    return (await this.send("GET", path)).blob();
  }

  private async json<T>(method: string, path: string, body?: object): Promise<T> {
    const response = await this.send(method, path, body);
    try {
      return (await response.json()) as T;
    } catch {
      throw new ServiceError("応答を読み取れませんでした。もう一度お試しください。");
    }
  }

  private async send(method: string, path: string, body?: object): Promise<Response> {
    const headers = new Headers({ Accept: "application/json" });
    const proof = csrfToken();
    if (this.key) headers.set("Authorization", `Bearer ${this.key}`);
    else if (proof && method !== "GET") headers.set("X-CSRF-Token", proof);
    if (body) headers.set("Content-Type", "application/json");
    const init: RequestInit = { method, headers, ...(body ? { body: JSON.stringify(body) } : {}) };
    let response: Response;
    try {
      response = await fetch(`/api/v1${path}`, init);
    } catch {
      throw new ServiceError("サーバーに接続できません。ネットワークを確認して、もう一度お試しください。");
    }
    if (response.ok) return response;
    const failure = await failureOf(response);
    if (failure.aboutKey) this.onLost();
    throw failure;
  }
}

async function failureOf(response: Response): Promise<ServiceError> {
  const raw = (await response.json().catch(() => null)) as
    { error?: { code?: string; message?: string; detail?: Record<string, unknown> } } | null;
  const { code = "", message, detail = {} } = raw?.error ?? {};
  const errors = Array.isArray(detail.errors) ? (detail.errors as { field: string; reason: string }[]) : [];
  const shown = errors.length ? `入力を確認してください（${errors.map((one) => `${one.field}: ${one.reason}`).join("、")}）。` : message;
  return new ServiceError(shown ?? "うまくいきませんでした。時間をおいて、もう一度お試しください。", code, response.status, detail);
}

/** All of a list that comes in pieces. */
export async function everything<T>(piece: (limit: number, offset: number) => Promise<{ total: number; items: T[] }>): Promise<T[]> {
  const size = 200;
  const all: T[] = [];
  for (;;) {
    const { total, items } = await piece(size, all.length);
    all.push(...items);
    if (!items.length || all.length >= total) return all;
  }
}
