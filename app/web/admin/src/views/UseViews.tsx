// How the service is used: questions without an answer, verdicts, keys, people, the audit log.

import { useState } from "preact/hooks";
import type { AuditLine, Judged, Key, Person, UnansweredList } from "../models";
import { actionText, SCOPES, timeText, whoText } from "../texts";
import { Empty, Show, Table, Tag, useLoaded } from "./parts";

const PIECE = 50;

export function UnansweredView() {
  const [before, setBefore] = useState<number | null>(null);
  const loaded = useLoaded<UnansweredList>(`/api/v1/admin/unanswered?limit=${PIECE}${before ? `&before=${before}` : ""}`);
  return (
    <Show loaded={loaded}>
      {({ questions_kept, questions, next }) => {
        if (!questions_kept) return <Empty>質問の文面を残さない設定のため、表示しません。表示するには、利用者に知らせたうえで YOROZU_LOG_QUESTIONS=true を設定してください。</Empty>;
        if (questions.length === 0) return <Empty>答えのなかった質問はありません。</Empty>;
        return (
          <>
            <Table caption="答えのなかった質問" heads={["日時", "質問"]}>
              {questions.map((one) => <tr key={one.number}><td class="when">{timeText(one.created_at)}</td><td>{one.question}</td></tr>)}
            </Table>
            <More before={before} next={next} onGo={setBefore} />
          </>
        );
      }}
    </Show>
  );
}

export function FeedbackView() {
  const [offset, setOffset] = useState(0);
  const loaded = useLoaded<{ feedback: Judged[]; more: boolean }>(`/api/v1/admin/feedback?limit=${PIECE}&offset=${offset}`);
  return (
    <Show loaded={loaded}>
      {({ feedback, more }) => feedback.length === 0 && offset === 0
        ? <Empty>評価はまだありません。</Empty>
        : (
          <>
            <Table caption="回答の評価" heads={["日時", "評価", "理由", "質問", "回答のID"]}>
              {feedback.map((one) => (
                <tr key={one.answer_id}>
                  <td class="when">{timeText(one.created_at)}</td>
                  <td><Tag kind={one.verdict === "helpful" ? "good" : "bad"}>{one.verdict === "helpful" ? "役に立った" : "違う"}</Tag></td>
                  <td>{one.reason ?? "―"}</td>
                  <td>{one.question ?? "―"}</td>
                  <td><code>{one.answer_id}</code></td>
                </tr>
              ))}
            </Table>
            <More before={offset || null} next={more ? offset + PIECE : null} onGo={(to) => setOffset(to ?? 0)} />
          </>
        )}
    </Show>
  );
}

export function KeysView() {
  const keys = useLoaded<{ keys: Key[] }>("/api/v1/admin/keys");
  const people = useLoaded<{ people: Person[] }>("/api/v1/admin/people");
  return (
    <>
      <h2>利用者</h2>
      <Show loaded={people}>
        {(data) => data.people.length === 0 ? <Empty>まだだれもいません。「yorozu accounts create 名前」で作れます。</Empty> : (
          <Table caption="利用者" heads={["名前", "権限", "状態", "最終ログイン", "ログインの方法"]}>
            {data.people.map((one) => (
              <tr key={one.id}>
                <th scope="row">{one.name}</th>
                <td>{SCOPES[one.scope] ?? one.scope}</td>
                <td><Tag kind={one.disabled_at ? "bad" : "good"}>{one.disabled_at ? "停止中" : "有効"}</Tag></td>
                <td class="when">{timeText(one.last_login_at)}</td>
                <td>{one.issuer === "local" ? "パスワード" : one.issuer}</td>
              </tr>
            ))}
          </Table>
        )}
      </Show>
      <h2>APIキー</h2>
      <Show loaded={keys}>
        {(data) => data.keys.length === 0 ? <Empty>キーはまだありません。「yorozu keys create 名前」で作れます。</Empty> : (
          <Table caption="APIキー" heads={["名前", "権限", "状態", "最終利用", "ID"]}>
            {data.keys.map((one) => <KeyRow key={one.id} one={one} />)}
          </Table>
        )}
      </Show>
    </>
  );
}

function KeyRow({ one }: { one: Key }) {
  const past = one.expires_at !== null && Date.parse(one.expires_at) <= Date.now();
  const state = one.revoked_at ? "無効" : past ? "期限切れ" : one.expires_at ? `${timeText(one.expires_at)} まで` : "有効";
  return (
    <tr>
      <th scope="row">{one.name}</th>
      <td>{SCOPES[one.scope] ?? one.scope}</td>
      <td><Tag kind={one.revoked_at || past ? "bad" : "good"}>{state}</Tag></td>
      <td class="when">{timeText(one.last_used_at)}</td>
      <td><code>{one.id}</code></td>
    </tr>
  );
}

export function AuditView() {
  const [before, setBefore] = useState<number | null>(null);
  const loaded = useLoaded<{ lines: AuditLine[]; next: number | null }>(`/api/v1/audit?limit=${PIECE}${before ? `&before=${before}` : ""}`);
  return (
    <Show loaded={loaded}>
      {({ lines, next }) => lines.length === 0 ? <Empty>記録はまだありません。</Empty> : (
        <>
          <Table caption="監査記録" heads={["日時", "だれが", "何をしたか", "対象", "補足"]}>
            {lines.map((one) => (
              <tr key={one.number}>
                <td class="when">{timeText(one.at)}</td>
                <td>{whoText(one.who, one.name)}</td>
                <td>{actionText(one.action)}</td>
                <td>{one.subject ? <code>{one.subject}</code> : "―"}</td>
                <td class="soft">{Object.entries(one.detail).map(([name, value]) => `${name}=${String(value)}`).join(" ")}</td>
              </tr>
            ))}
          </Table>
          <More before={before} next={next} onGo={setBefore} />
        </>
      )}
    </Show>
  );
}

function More({ before, next, onGo }: { before: number | null; next: number | null; onGo: (to: number | null) => void }) {
  return (
    <div class="row">
      {before !== null && <button type="button" class="quiet" onClick={() => onGo(null)}>新しいものに戻る</button>}
      {next !== null && <button type="button" class="quiet" onClick={() => onGo(next)}>さらに古いもの</button>}
    </div>
  );
}
