"""Leads labelled conversations and reports how many of the follow-ups are understood and answered rightly."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from app.answering.conversation.turns import TURNS_KEPT, Turn
from app.answering.models import Answer
from eval.judge import judge
from eval.lines import LineError, text_field
from eval.metrics import wilson_interval
from eval.question_set import Question, question_of
from eval.record_set import read_records
from ingest.text.normalise import fold


class Ask(Protocol):
    """What answers: `AnswerService.answer`."""

    def __call__(self, question: str, *, conversation_id: str | None = None) -> Answer:
        """Answer one turn."""
        ...


@dataclass(slots=True)
class InMemory:
    """Conversations that last as long as the measurement."""

    kept: dict[str, list[Turn]] = field(default_factory=dict)

    def turns(self, conversation_id: str) -> Sequence[Turn]:
        """Return the last turns of a conversation."""
        return self.kept.get(conversation_id, [])[-TURNS_KEPT:]

    def add(self, conversation_id: str, turn: Turn) -> None:
        """Keep one more turn."""
        self.kept.setdefault(conversation_id, []).append(turn)


@dataclass(frozen=True, slots=True)
class DialogueTurn:
    """One question; `follows`: whether it is to be read as a follow-up, None where both are right."""

    question: Question
    follows: bool | None


@dataclass(frozen=True, slots=True)
class Dialogue:
    """Questions in their order. Ids begin with the half of the set: `built` or `held`."""

    id: str
    kind: str
    turns: tuple[DialogueTurn, ...]


@dataclass(frozen=True, slots=True)
class TurnVerdict:
    """What came of one turn; `why` is empty where nothing is wrong."""

    dialogue: Dialogue
    number: int  # from 1
    why: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ConversationReport:
    """The verdicts on all turns, in order."""

    verdicts: tuple[TurnVerdict, ...]

    def as_json(self) -> dict[str, Any]:
        """Return counts and shares by half and kind, and what went wrong."""
        wrong = [v for v in self.verdicts if v.why]
        later = [v for v in self.verdicts if v.number > 1]
        return {
            "dialogues": len({v.dialogue.id for v in self.verdicts}),
            "turns": len(self.verdicts),
            "follow_ups": _share(later),
            "by_half": _shares(later, lambda v: v.dialogue.id.partition("-")[0]),
            "by_kind": _shares(later, lambda v: v.dialogue.kind),
            "failures": [{"id": v.dialogue.id, "turn": v.number, "why": "; ".join(v.why)} for v in wrong],
        }

    def as_table(self) -> str:
        """Return the table for people, with 95% intervals."""
        told = self.as_json()
        lines = [f"会話 {told['dialogues']}、質問 {told['turns']}", "", "2つ目以降の質問の正答率"]
        rows = {"all": told["follow_ups"], **told["by_half"], **told["by_kind"]}
        lines += [_row(name, row["right"], row["n"]) for name, row in rows.items()]
        lines += ["", *(f"  {f['id']} ({f['turn']}): {f['why']}" for f in told["failures"])]
        return "\n".join(lines)


def read_dialogues(path: Path) -> list[Dialogue]:
    """Return the dialogues of a JSONL file.

    Raises:
        YorozuError: QUESTION_SET_INVALID with the line and what is wrong there.
    """
    return read_records(path, _dialogue, "会話")


def run_dialogues(dialogues: Sequence[Dialogue], ask: Ask) -> ConversationReport:
    """Lead every dialogue from its first question to its last, whatever comes of those before."""
    verdicts: list[TurnVerdict] = []
    for dialogue in dialogues:
        conversation_id = None
        for number, turn in enumerate(dialogue.turns, 1):
            answer = ask(turn.question.question, conversation_id=conversation_id)
            conversation_id = answer.conversation_id
            verdicts.append(
                TurnVerdict(dialogue, number, (*judge(turn.question, answer).why, *_wrong(turn, answer)))
            )
    return ConversationReport(tuple(verdicts))


def _wrong(turn: DialogueTurn, answer: Answer) -> Iterable[str]:
    """A fact has to be said: that it stands somewhere in the cited Q&A is no answer to a follow-up."""
    if turn.follows is not None and turn.follows != (answer.asked_as is not None):
        yield f"follows: {turn.follows} wanted, read as {answer.asked_as}"
    references = (reference.label for reference in answer.references)
    said = fold("\n".join((*(statement.text for statement in answer.statements), *references)))
    for alternatives in turn.question.facts:
        if not any(fold(fact) in said for fact in alternatives):
            yield f"not said: {' / '.join(alternatives)}"


def _dialogue(place: str, record: dict[str, Any]) -> Dialogue:
    given = record.get("turns")
    if not isinstance(given, list) or not all(isinstance(turn, dict) for turn in given) or not given:
        raise LineError(f"{place}: turns が質問の並びではありません")
    name, kind = text_field(place, record, "id"), text_field(place, record, "kind")
    turns = [
        _turn(f"{place} の{n}つ目", turn | {"id": f"{name}.{n}", "kind": kind})
        for n, turn in enumerate(given, 1)
    ]
    return Dialogue(name, kind, tuple(turns))


def _turn(place: str, record: dict[str, Any]) -> DialogueTurn:
    follows = record.get("follows")
    if follows is not None and not isinstance(follows, bool):
        raise LineError(f"{place}: follows が true・false・null のどれでもありません")
    return DialogueTurn(question_of(place, record), follows)


def _shares(verdicts: Sequence[TurnVerdict], key: Callable[[TurnVerdict], str]) -> dict[str, dict[str, Any]]:
    groups: dict[str, list[TurnVerdict]] = {}
    for verdict in verdicts:
        groups.setdefault(key(verdict), []).append(verdict)
    return {name: _share(group) for name, group in groups.items()}


def _share(verdicts: Sequence[TurnVerdict]) -> dict[str, Any]:
    right = sum(not v.why for v in verdicts)
    return {"n": len(verdicts), "right": right, "share": round(right / max(1, len(verdicts)), 4)}


def _row(name: str, right: int, n: int) -> str:
    low, high = wilson_interval(right, n)
    return f"{name:<14}{right / max(1, n):>7.3f}{n:>5}   {low:.3f}–{high:.3f}"
