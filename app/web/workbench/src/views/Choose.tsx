// Step 3: groups with their representative; taken up, in reserve or declined; the order of the day.

import { useState } from "preact/hooks";
import { useDoing } from "../hooks";
import type { Question, State } from "../models";
import { hrefOf } from "../route";
import { STATES } from "../words";
import { Candidate } from "./Candidate";
import type { StepProps } from "./MeetingView";
import { Order } from "./Order";
import { Empty, Trouble } from "./parts";

export interface Acts {
  busy: boolean;
  decide: (question: Question, state: State, reason?: string) => Promise<void>;
  describe: (question: Question, change: { theme?: string | null; duplicate_of?: string | null }) => Promise<void>;
  lead: (question: Question, group: Question[]) => Promise<void>;
}

export function Choose({ service, id, whole, reload }: StepProps) {
  const doing = useDoing();
  const [shown, setShown] = useState<Exclude<State, "chosen">>("new");
  const [said, setSaid] = useState("");
  const open = whole.questions.filter((one) => one.text);
  const run = async (act: () => Promise<unknown>) => {
    setSaid("");
    await doing.run(act);
    await reload(); // also where somebody was faster: what is there now is shown below the message
  };
  const describe = (question: Question, change: { theme?: string | null; duplicate_of?: string | null }) =>
    service.act<Question>("PATCH", `/questions/${question.id}`, {
      version: question.version, theme: question.theme, duplicate_of: question.duplicate_of, ...change,
    });
  const acts: Acts = {
    busy: doing.busy,
    decide: (question, state, reason) =>
      run(() => service.act("POST", `/questions/${question.id}/decision`, { version: question.version, state, ...(reason ? { reason } : {}) })),
    describe: (question, change) => run(() => describe(question, change)),
    lead: (question, group) => run(async () => {
      await describe(question, { duplicate_of: null });
      for (const other of group) if (other.id !== question.id) await describe(other, { duplicate_of: question.id });
    }),
  };
  const group = async () => {
    setSaid("");
    const found = await doing.run(() => service.act<{ groups: { members: string[] }[] }>("POST", `/meetings/${encodeURIComponent(id)}/groups`));
    if (found) {
      const joined = found.groups.filter((one) => one.members.length > 1).length;
      setSaid(joined ? `似た質問を${joined}組にまとめました。` : "似た質問は見つかりませんでした。");
    }
    await reload();
  };
  if (!open.length) {
    return <Empty><p>選べる質問がまだありません。</p><p><a href={hrefOf({ at: "meeting", id, step: "generalise" })}>会社名などを伏せた文を確定</a>すると、ここに並びます。</p></Empty>;
  }
  const chosen = open.filter((one) => one.state === "chosen");
  const rest = open.filter((one) => one.state === shown);
  const choosable: Exclude<State, "chosen">[] = ["new", "reserve", "declined"];
  return (
    <>
      <p class="lead">取り上げる質問を選び、当日の順に並べます。似た質問をまとめると、代表の質問だけに答えれば済みます。</p>
      <Trouble error={doing.error} />
      <div role="status">{said && <p class="notice good">{said}</p>}</div>
      <div class="pair">
        <section aria-labelledby="candidates">
          <div class="bar-actions">
            <h2 id="candidates">候補</h2>
            <button type="button" class="quiet" disabled={doing.busy} onClick={() => void group()}>似た質問をまとめる</button>
          </div>
          <div class="tabs" role="group" aria-label="表示する候補">
            {choosable.map((state) => (
              <button key={state} type="button" aria-pressed={state === shown} onClick={() => setShown(state)}>{STATES[state]} {open.filter((one) => one.state === state).length}</button>
            ))}
          </div>
          <Candidates shown={rest} every={open} acts={acts} state={shown} />
        </section>
        <section aria-labelledby="chosen">
          <div class="bar-actions"><h2 id="chosen">本日取り上げさせて頂くご質問一覧</h2></div>
          <Order service={service} id={id} version={whole.state.meeting.version} chosen={chosen} every={open} acts={acts} reload={reload} />
          {chosen.length > 0 && <p class="next"><a class="go" href={hrefOf({ at: "meeting", id, step: "drafts" })}>次へ：回答を仕上げる（{chosen.length}件）</a></p>}
        </section>
      </div>
    </>
  );
}

function Candidates({ shown, every, acts, state }: { shown: Question[]; every: Question[]; acts: Acts; state: State }) {
  const byId = new Map(every.map((one) => [one.id, one]));
  const heads = shown.filter((one) => !one.duplicate_of || byId.get(one.duplicate_of)?.state !== state);
  if (!heads.length) return <Empty><p>{state === "new" ? "未定の質問はありません。" : `「${STATES[state]}」の質問はありません。`}</p></Empty>;
  const themes = [...new Set(heads.map((one) => one.theme ?? ""))].sort((a, b) => Number(!a) - Number(!b));
  return (
    <>
      {themes.map((theme) => (
        <section key={theme} class="theme">
          {(theme || themes.length > 1) && <h3>{theme || "テーマなし"}</h3>}
          <ul class="cards">
            {heads.filter((one) => (one.theme ?? "") === theme).map((one) => (
              <li key={one.id}><Candidate question={one} members={every.filter((other) => other.duplicate_of === one.id)} head={one.duplicate_of ? byId.get(one.duplicate_of) : undefined} acts={acts} /></li>
            ))}
          </ul>
        </section>
      ))}
    </>
  );
}
