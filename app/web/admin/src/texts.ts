// Codes of the service in the words of the page, and times as people read them.

import type { Ingest, State } from "./models";

export const STATES: Record<State, string> = {
  indexed: "索引にあります", left_out: "別のファイルで代用", unread: "読めません", missing: "ファイルがありません",
};
export const SCOPES: Record<string, string> = { reader: "閲覧", organiser: "相談会の準備", admin: "管理" };
export const STAGES: Record<NonNullable<Ingest["stage"]>, string> = {
  load: "モデルを準備しています", read: "資料を読み取っています", embed: "文を埋め込んでいます", words: "単語を数えています",
};
const ACTIONS: Record<string, string> = {
  "answer.asked": "質問した", "key.created": "キーを作成", "key.rotated": "キーを更新", "key.revoked": "キーを無効化",
  "login.succeeded": "ログイン", "login.failed": "ログインに失敗", logout: "ログアウト", "account.created": "アカウントを作成",
  "account.password": "パスワードを設定",
  "account.password_refused": "パスワードの変更に失敗", "account.changed": "権限を変更", "account.disabled": "アカウントを停止",
  "account.enabled": "アカウントを再開", "person.met": "初めてのログイン", "ingest.started": "取り込みを開始",
  "ingest.ended": "取り込みが終了", "index.rolled_back": "前の世代に戻した",
};
const WHO: Record<string, string> = { anonymous: "ログインなし", local: "コマンド" };

export const actionText = (action: string) => ACTIONS[action] ?? action;
export const whoText = (who: string, name: string | null) => name ?? WHO[who] ?? who;

const FORMAT = new Intl.DateTimeFormat("ja-JP", {
  year: "numeric", month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit", hour12: false,
});

/** 2026/11/25 09:05 in the reader's time zone; a dash where there is no time. */
export function timeText(iso: string | null): string {
  const time = iso === null ? NaN : Date.parse(iso);
  return Number.isNaN(time) ? "―" : FORMAT.format(time);
}

export const countText = (count: number) => count.toLocaleString("ja-JP");
