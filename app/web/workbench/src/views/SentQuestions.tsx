// What staff sent from the chat: how much waits, and taking it into this meeting.

import { useDoing, useLoad } from "../hooks";
import type { Service } from "../service";
import { Trouble } from "./parts";

interface Waiting {
  total: number;
}

export interface TakenOver {
  added: number;
  known: number;
}

interface Props {
  service: Service;
  id: string;
  onTaken: (counts: TakenOver) => void;
}

export function SentQuestions({ service, id, onTaken }: Props) {
  const waiting = useLoad(() => service.get<Waiting>("/sent-questions", { limit: 1 }), [service]);
  const doing = useDoing();
  const take = async () => {
    const counts = await doing.run(() => service.act<TakenOver>("POST", `/meetings/${encodeURIComponent(id)}/sent-questions`));
    if (counts) onTaken(counts);
    await waiting.reload();
  };
  if (!waiting.data?.total && !doing.error) return null;
  return (
    <div class="form">
      <h2>チャットから届いた質問</h2>
      <p class="small">
        「この質問を相談会に送る」で届き、まだどの相談会にも取り込まれていない質問が<strong>{waiting.data?.total ?? 0}件</strong>あります。
        取り込むと、会社名などを伏せる手順に進みます。
      </p>
      <button type="button" class="go" disabled={doing.busy || !waiting.data?.total} onClick={() => void take()}>
        {doing.busy ? "取り込んでいます" : `チャットの質問を取り込む（${waiting.data?.total ?? 0}件）`}
      </button>
      <Trouble error={doing.error} />
    </div>
  );
}
