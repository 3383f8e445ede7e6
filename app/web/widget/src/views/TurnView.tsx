// One question and all that stands under it. Cautions come before the answer, so that nobody misses them.

import type { Citation } from "../models";
import type { LiveTurn, Session } from "../session";
import type { Texts } from "../texts";
import { webAddress } from "../links";
import { CautionIcon } from "./icons";
import { CitationList } from "./CitationList";
import { Copying } from "./Copying";
import { Judging } from "./Judging";
import { Meeting } from "./Meeting";

interface Props {
  turn: LiveTurn;
  session: Session;
  texts: Texts;
  onAsk: (question: string) => void;
  onEdit: (turn: LiveTurn) => void;
  onOpenCitation: (citation: Citation, turn: LiveTurn) => void;
}

export function TurnView(props: Props) {
  const { turn, texts } = props;
  const busy = turn.state === "waiting" || turn.state === "streaming";
  const open = (n: number) => {
    const found = turn.citations.find((one) => one.n === n);
    return found && (() => props.onOpenCitation(found, turn));
  };
  return (
    <article class="turn" aria-busy={busy} aria-labelledby={`asked-${turn.key}`}>
      <p class="label">{texts.asked}</p>
      <h3 class="asked" id={`asked-${turn.key}`}>{turn.question}</h3>
      {turn.answer?.asked_as && <p class="asked-as" lang="ja">{turn.answer.asked_as}</p>}
      {turn.answer && <Cautions turn={turn} texts={texts} open={open} />}
      {turn.statements.length > 0 && <Statements turn={turn} texts={texts} open={open} />}
      {turn.answer?.missing && <Missing {...props} />}
      {busy && <p class="waiting">{turn.withdrawn ? texts.withdrawn : texts.waiting}</p>}
      {turn.state === "stopped" && (
        <p class="stopped">{texts.stopped} <button type="button" class="quiet" onClick={() => void props.session.retry(turn)}>{texts.retry}</button></p>
      )}
      {turn.failure && <Failure {...props} />}
      {turn.citations.length > 0 && (
        <CitationList citations={turn.citations} texts={texts} onOpen={(one) => props.onOpenCitation(one, turn)} />
      )}
      {turn.answer && <After {...props} />}
    </article>
  );
}

type Opener = (n: number) => (() => void) | undefined;

function Cautions({ turn, texts, open }: { turn: LiveTurn; texts: Texts; open: Opener }) {
  const cautions = turn.answer?.cautions ?? [];
  if (!cautions.length) return null;
  return (
    <ul class="cautions" aria-label={texts.caution}>
      {cautions.map((one) => (
        <li class="caution" key={one.message}>
          <CautionIcon />
          <p><strong>{texts.caution}</strong> <span lang="ja">{one.message}</span>
            {one.citation !== null && <Mark n={one.citation} texts={texts} open={open(one.citation)} />}</p>
        </li>
      ))}
    </ul>
  );
}

function Statements({ turn, texts, open }: { turn: LiveTurn; texts: Texts; open: Opener }) {
  const doubts: Record<string, string> = { partial: texts.partial, unsupported: texts.unsupported };
  return (
    <section class="answer">
      <h4>{texts.answer}</h4>
      {turn.statements.map((one, index) => (
        <p class="statement" key={index}>
          <span lang="ja">{one.text}</span>
          {one.citations.map((n) => <Mark key={n} n={n} texts={texts} open={open(n)} />)}
          {doubts[one.support] && <span class="doubt">{doubts[one.support]}</span>}
        </p>
      ))}
    </section>
  );
}

/** [n] opens its citation; plain text where there is none. */
function Mark({ n, texts, open }: { n: number; texts: Texts; open: (() => void) | undefined }) {
  if (!open) return <span>[{n}]</span>;
  return <button type="button" class="mark" aria-label={texts.openCitation(n)} title={texts.openCitation(n)} onClick={open}>{n}</button>;
}

function Missing({ turn, texts }: Props) {
  const missing = turn.answer?.missing;
  if (!missing) return null;
  return (
    <section class="missing">
      <h4>{texts.answer}</h4>
      <p lang="ja">{missing.message}</p>
      {missing.looked_for.length > 0 && (
        <dl><dt>{texts.lookedFor}</dt><dd lang="ja">{missing.looked_for.join("、")}</dd></dl>
      )}
      <p lang="ja">{missing.ask}</p>
    </section>
  );
}

function Failure({ turn, session, texts, onEdit }: Props) {
  const failure = turn.failure;
  if (!failure) return null;
  return (
    <div class="failure" role="alert">
      <CautionIcon />
      <div>
        <p>{failure.message}</p>
        {failure.again && failure.requestId && <p class="small">{texts.requestId}: {failure.requestId}</p>}
        {failure.again
          ? <button type="button" class="quiet" onClick={() => void session.retry(turn)}>{texts.retry}</button>
          : <button type="button" class="quiet" onClick={() => onEdit(turn)}>{texts.edit}</button>}
      </div>
    </div>
  );
}

/** What follows the answer is not read out by itself: whoever wants it goes there. */
function After(props: Props) {
  const { turn, session, texts, onAsk } = props;
  const answer = turn.answer;
  if (!answer) return null;
  const found = answer.status === "answered";
  return (
    <div aria-live="off">
      {answer.references.length > 0 && (
        <section class="references">
          <h4>{texts.references}</h4>
          <ul lang="ja">
            {answer.references.map((line, index) => {
              const address = webAddress(line.url);
              return (
                <li key={index}>
                  {line.label && <span>{line.label}</span>}
                  {address
                    ? <a href={address.href} target="_blank" rel="noopener noreferrer">{line.url}</a>
                    : line.url && <span>{line.url}</span>}
                </li>
              );
            })}
          </ul>
        </section>
      )}
      {(!found || turn.verdict === "wrong") && <Meeting turn={turn} session={session} texts={texts} />}
      {answer.related.length > 0 && (
        <section>
          <h4>{texts.related}</h4>
          <ul class="asks" lang="ja">
            {answer.related.map((one) => (
              <li key={one.question}><button type="button" class="ask" onClick={() => onAsk(one.question)}>{one.question}</button></li>
            ))}
          </ul>
        </section>
      )}
      <footer class="foot">
        {found && <p class="small">{answer.engine === "llm" ? texts.worded(answer.model) : texts.extracted}</p>}
        {found && <Judging turn={turn} session={session} texts={texts} />}
        <Copying answer={answer} texts={texts} />
      </footer>
    </div>
  );
}
