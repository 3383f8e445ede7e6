// Asking the service. Every failure becomes an AskError with a message that can be shown as it is.

const ADDRESS = "/api/v1/answers";
const PATIENCE_MS = 60_000;

export class AskError extends Error {
  /** `again`: asking the same once more may help; otherwise the question itself has to change. */
  constructor(message, { again, requestId = null }) {
    super(message);
    this.again = again;
    this.requestId = requestId;
  }
}

export async function ask(question) {
  const response = await send(question);
  const requestId = response.headers.get("X-Request-ID");
  const body = await response.json().catch(() => null);
  if (response.ok && body) return body;
  const message = body?.error?.message ?? `サーバーから正しい応答がありませんでした（${response.status}）。時間をおいてもう一度お試しください。`;
  throw new AskError(message, { again: response.status >= 500 || response.ok, requestId });
}

async function send(question) {
  try {
    return await fetch(ADDRESS, {
      method: "POST",
      headers: { "Content-Type": "application/json", Accept: "application/json" },
      body: JSON.stringify({ question }),
      signal: AbortSignal.timeout(PATIENCE_MS),
    });
  } catch (error) {
    const message = error.name === "TimeoutError"
      ? "時間内に回答が届きませんでした。混み合っているかもしれません。もう一度お試しください。"
      : "サーバーに接続できませんでした。ネットワークを確認して、もう一度お試しください。";
    throw new AskError(message, { again: true });
  }
}
