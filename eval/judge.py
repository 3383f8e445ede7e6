"""Judges one answer against what its question demands."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import takewhile

from app.answering.models import Answer
from eval.question_set import Question
from ingest.errors import YorozuError
from ingest.text.normalise import fold
from ingest.text.sentences import begins_item

_BLANKS = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class Verdict:
    """What came of one question. `why` is empty when the answer is right."""

    question: Question
    why: tuple[str, ...]
    abstained: bool = False
    cited: bool = False  # one of gold (all of all_of) is among the citations
    cited_first: bool = False  # the first citation is one of gold or all_of
    facts_found: int = 0
    fact_first: bool = False  # one of the facts stands in the first sentence, or in the list below it
    statements: int = 0
    supported: int = 0  # statements that stand word for word in a quote that they cite
    confidence: float | None = None  # None where the outcome was an error

    @property
    def right(self) -> bool:
        """Nothing is wrong with the answer."""
        return not self.why


def judge(question: Question, outcome: Answer | YorozuError) -> Verdict:
    """Judge the answer to a question, or the error that it ended in."""
    if isinstance(outcome, YorozuError):
        why = [] if question.expect == "error" else [f"error: {outcome.code}"]
        why += [f"never: {bad}" for bad in _present(question.never, [outcome.message])]
        return Verdict(question, tuple(why))
    return _judge_answer(question, outcome)


def _judge_answer(question: Question, answer: Answer) -> Verdict:
    numbers = [c.question_no for c in answer.citations if c.question_no is not None]
    cited = _cited(question, set(numbers))
    wanted = {*question.gold, *question.all_of}
    first = answer.citations[0].question_no if answer.citations else None
    shown = _shown(answer)
    quotes = [citation.quote for citation in answer.citations]
    said = [statement.text for statement in answer.statements]
    missing = [alts for alts in question.facts if not _present(alts, [*shown, *quotes])]

    why = _wrong_kind(question, answer)
    if question.expect == "answer" and not cited:
        why.append(f"citation: {sorted(wanted)} wanted, {numbers} cited")
    why += [f"fact: {' / '.join(alternatives)}" for alternatives in missing]
    why += [f"never: {bad}" for bad in _present(question.never, [*shown, *said])]
    return Verdict(
        question=question,
        why=tuple(why),
        abstained=answer.status == "insufficient_evidence",
        cited=cited,
        cited_first=first is not None and first in wanted,
        facts_found=len(question.facts) - len(missing),
        fact_first=any(_present(alternatives, _beginning(answer)) for alternatives in question.facts),
        statements=len(answer.statements),
        supported=_supported(answer),
        confidence=answer.confidence,
    )


def _wrong_kind(question: Question, answer: Answer) -> list[str]:
    if question.expect == "error":
        return [f"expect: error, got {answer.status}"]
    wanted = "answered" if question.expect == "answer" else "insufficient_evidence"
    return [] if answer.status == wanted else [f"expect: {question.expect}, got {answer.status}"]


def _cited(question: Question, numbers: set[int]) -> bool:
    one = not question.gold or bool(numbers.intersection(question.gold))
    return one and numbers.issuperset(question.all_of)


def _shown(answer: Answer) -> list[str]:
    references = (part for r in answer.references for part in (r.label, r.url or ""))
    return [answer.text, *references]


def _beginning(answer: Answer) -> list[str]:
    """The first sentence of an answer with the items of the list that it leads."""
    said = [statement.text for statement in answer.statements]
    items = takewhile(begins_item, said[1:])
    return [*said[:1], *items]


def _present(wanted: Iterable[str], places: Iterable[str]) -> list[str]:
    texts = [_key(place) for place in places]
    return [string for string in wanted if any(_key(string) in text for text in texts)]


def _supported(answer: Answer) -> int:
    quotes = {citation.n: fold(citation.quote) for citation in answer.citations}
    # The empty string stands in everything.
    said = [(fold(statement.text), statement.citations) for statement in answer.statements]
    return sum(bool(text) and any(text in quotes.get(n, "") for n in cited) for text, cited in said)


def _key(text: str) -> str:
    """NFKC and no blanks, as the contract has it: upper and lower case stay different here."""
    return _BLANKS.sub("", unicodedata.normalize("NFKC", text))
