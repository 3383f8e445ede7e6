// One meeting: its steps with what is still to do in each, and the step that is open.

import { useLoad, type Loaded } from "../hooks";
import type { MeetingState, Question } from "../models";
import { hrefOf, STEPS, type Step } from "../route";
import { everything, type Service } from "../service";
import { day } from "../words";
import { Choose } from "./Choose";
import { DraftList } from "./DraftList";
import { Generalise } from "./Generalise";
import { Intake } from "./Intake";
import { Output } from "./Output";
import { Loading } from "./parts";

export interface Whole {
  state: MeetingState;
  questions: Question[];
}

export interface StepProps {
  service: Service;
  id: string;
  whole: Whole;
  reload: () => Promise<void>;
}

const NAMES: Record<Step, string> = {
  intake: "質問を取り込む", generalise: "会社名などを伏せる", choose: "選んで並べる", drafts: "回答を仕上げる", output: "配布・公開する",
};

export function loadWhole(service: Service, id: string): Promise<Whole> {
  const at = `/meetings/${encodeURIComponent(id)}`;
  const questions = everything(async (limit, offset) => {
    const found = await service.get<{ total: number; questions: Question[] }>("/questions", { meeting_id: id, limit, offset });
    return { total: found.total, items: found.questions };
  });
  return Promise.all([service.get<MeetingState>(at), questions]).then(([state, list]) => ({ state, questions: list }));
}

export function MeetingView({ service, id, step }: { service: Service; id: string; step: Step }) {
  const whole: Loaded<Whole> = useLoad(() => loadWhole(service, id), [service, id]);
  return (
    <Loading from={whole}>
      {(data) => {
        const props: StepProps = { service, id, whole: data, reload: whole.reload };
        return (
          <>
            <div class="head">
              <h1>{data.state.meeting.title}</h1>
              <p class="small">{day(data.state.meeting.held_on)}{data.state.meeting.theme ? `　テーマ：${data.state.meeting.theme}` : ""}</p>
            </div>
            <Steps id={id} current={step} whole={data} />
            <section aria-label={NAMES[step]}>
              {step === "intake" && <Intake {...props} />}
              {step === "generalise" && <Generalise {...props} />}
              {step === "choose" && <Choose {...props} />}
              {step === "drafts" && <DraftList {...props} />}
              {step === "output" && <Output {...props} />}
            </section>
          </>
        );
      }}
    </Loading>
  );
}

function Steps({ id, current, whole }: { id: string; current: Step; whole: Whole }) {
  return (
    <nav class="steps" aria-label="準備の手順">
      <ol>
        {STEPS.map((step, at) => (
          <li key={step}>
            <a href={hrefOf({ at: "meeting", id, step })} aria-current={step === current ? "step" : undefined}>
              <span class="no">{at + 1}</span><span class="what">{NAMES[step]}<span class="left">{stillTo(step, whole)}</span></span>
            </a>
          </li>
        ))}
      </ol>
    </nav>
  );
}

/** What a step has done or waits for, in a few characters. */
function stillTo(step: Step, { state, questions }: Whole): string {
  const count = (test: (one: Question) => boolean) => questions.filter(test).length;
  if (step === "intake") return `${questions.length}件`;
  if (step === "generalise") return `確認待ち ${count((one) => !one.text && one.state !== "declined")}`;
  if (step === "choose") return `取り上げる ${count((one) => one.state === "chosen")}`;
  const { proposed, edited, approved, rejected, published } = state.drafts;
  if (step === "drafts") return `承認 ${approved + published}／${proposed + edited + rejected + approved + published}`;
  return `公開 ${published}`;
}
