// What things are called in front of people.

import type { DraftState, Needs, State, Support } from "./models";

export const STATES: Record<State, string> = { new: "未定", chosen: "取り上げる", reserve: "予備", declined: "取り上げない" };

export const DRAFT_STATES: Record<DraftState, string> = {
  proposed: "案", edited: "編集中", approved: "承認済み", rejected: "差し戻し", published: "公開済み",
};

export const NEEDS: Record<Needs, string> = { ready: "確認のみ", check: "検討が必要", no_source: "根拠なし" };

export const SUPPORT: Record<Support, string> = {
  verified: "引用と一致", partial: "一部だけ一致", unsupported: "引用と一致しません",
};

export const ROLES: Record<string, string> = {
  question: "質問", number: "番号", item_no: "項目番号", company: "会社名", department: "部署", person: "氏名",
  mail: "メール", phone: "電話", address: "住所", size: "規模", date: "日付", theme: "テーマ", answer: "回答", other: "使わない",
};

export const KINDS: Record<string, string> = {
  company: "会社名", person: "氏名", department: "部署", place: "地名", product: "製品・システム名", phone: "電話",
  mail: "メール", address: "住所", url: "URL", size: "規模", code: "番号・記号",
};

export const ACTIONS: Record<string, string> = {
  propose: "下書きを作成", edit: "文章を編集", note: "口頭の補足を編集", cite: "引用を追加", approve: "承認", reject: "差し戻し",
  reopen: "編集に戻した", restore: "最初の案に戻した", publish: "公開", unpublish: "公開を取り消し",
};

export function day(iso: string | null): string {
  if (!iso) return "日付未定";
  const [year, month, date] = iso.split("-").map(Number);
  return year && month && date ? `${year}年${month}月${date}日` : iso;
}

export function moment(iso: string): string {
  const date = new Date(iso);
  if (Number.isNaN(date.getTime())) return "";
  return date.toLocaleString("ja-JP", { month: "numeric", day: "numeric", hour: "2-digit", minute: "2-digit" });
}

/** Where in its source a citation stands. */
export function place(one: { question_no: number | null; page: number | null; page_label?: string | null; edition?: string | null }): string {
  const page = one.page_label ?? (one.page ? `${one.page}ページ` : null);
  return [one.edition, one.question_no ? `質問${one.question_no}` : null, page].filter(Boolean).join(" ");
}
