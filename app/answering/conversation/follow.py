"""A question in its conversation: what it means after what was said, and what was found for that meaning."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from app.answering.asked_for import asked_for
from app.answering.conversation.focus import around, focus
from app.answering.conversation.items import item_of, unmarked
from app.answering.conversation.leaning import Leaning, leaning
from app.answering.conversation.turns import Place, Turn
from app.answering.evidence import answer_text
from app.answering.filters import Filters
from app.answering.findings import Finder, Finding, Findings, passages_for, related_to
from app.answering.held import covered, holds
from app.answering.named_numbers import unknown_names
from app.answering.retrieve import Candidate, Retrieved
from app.answering.understand import Part, Question
from ingest.index.reader import Index
from ingest.models import Passage
from ingest.text.words import Tokenizer

_SURE = 0.8  # a question that points back but is surely answered by itself has changed the topic


class Rewriter(Protocol):
    """Words a follow-up as a question that stands by itself."""

    def rewrite(self, turns: Sequence[Turn], question: str) -> str | None:
        """Return the question, None where that cannot be done in time."""
        ...


@dataclass(frozen=True, slots=True)
class Followed:
    """How a follow-up was understood and what was found for it.

    Attributes:
        findings: with or without an answer.
        about: what it goes on from, in words for the reader.
        wording: the question as it would be asked by itself; for a language model.
        topic: what the next follow-up goes on from.
    """

    findings: Findings
    about: str
    wording: str
    topic: str


@dataclass(frozen=True, slots=True)
class FollowUps:
    """Reads questions in their conversation."""

    finder: Finder
    tokenizer: Tokenizer
    rewriter: Rewriter | None = None

    def read(
        self, index: Index, asked: Question, turns: Sequence[Turn], filters: Filters, *, rewrite: bool
    ) -> Followed | Findings:
        """Return what was found, for the question by itself or for its meaning in the conversation.

        Args:
            index: where to look.
            asked: the question.
            turns: what was said before, the latest last; may be empty.
            filters: of the request.
            rewrite: whether a language model may word the question.
        """
        lean = leaning(asked.text, self.tokenizer)
        if not turns or not lean.leans or (asked.item_nos and not lean.points):
            return self.finder.find(index, asked, filters)
        if lean.ordinal is not None and turns[-1].statements:
            return self._item(index, asked, turns[-1], lean, filters)
        return self._leaning(index, asked, turns, lean, filters, rewrite=rewrite)

    def _leaning(
        self,
        index: Index,
        asked: Question,
        turns: Sequence[Turn],
        lean: Leaning,
        filters: Filters,
        *,
        rewrite: bool,
    ) -> Followed | Findings:
        """Where the answer before holds what is asked, that; else the question alone, then with its topic."""
        last = turns[-1]
        joined = self._joined(index, asked, last, lean, filters) if lean.points or lean.thin else None
        if joined is not None and _where_it_was(joined, last):
            return joined
        alone = self.finder.find(index, asked, filters)
        if _stands_alone(lean, alone):
            return alone
        joined = joined or self._joined(index, asked, last, lean, filters)
        if joined.findings.answered:
            return joined
        worded = self._worded(index, asked, turns, lean, filters) if rewrite else None
        needs_it = lean.points or lean.others or lean.of_something
        by_itself = not needs_it and (lean.own or alone.answered)
        return worded or (alone if by_itself else joined)

    def _joined(self, index: Index, asked: Question, last: Turn, lean: Leaning, filters: Filters) -> Followed:
        """The question together with the one before it, the places cited then first."""
        wording = last.topic if lean.others else f"{last.topic} {asked.text}"
        result = self.finder.search(index, wording, asked.item_nos, filters)
        cited = [c for place in last.places for c in _at(result, place)]
        found = None
        for first in self._others(result, last) if lean.others else self._places(index, result, cited):
            if self._answers(index, first, asked.text, lean):
                found = self._finding(index, result, first, asked, lean)
                break
        about = f"前のご質問「{_short(last.topic)}」の続きとして、「{_short(asked.text)}」"
        return Followed(_findings(asked, result, found), about, wording, last.topic)

    def _places(self, index: Index, result: Retrieved, cited: list[Candidate]) -> Iterator[Candidate]:
        yield from cited
        best = result.candidates[:1]
        if best and best[0] not in cited and self._enough(index, result):
            yield best[0]

    def _others(self, result: Retrieved, last: Turn) -> Iterator[Candidate]:
        """What is nearest among what was not cited; whether it is near enough is for `_finding`."""
        yield from [c for c in result.candidates if _place(c) not in last.places][:1]

    def _enough(self, index: Index, result: Retrieved) -> bool:
        return self.finder.probability(index, result) >= self.finder.evidence.threshold

    def _answers(self, index: Index, candidate: Candidate, question: str, lean: Leaning) -> bool:
        """Whether the place holds what the follow-up itself asks for: the topic alone is no answer."""
        text = answer_text(index, candidate)
        wanted = asked_for(question)
        if (wanted is not None and not wanted.stands_in(text)) or unknown_names(question, text):
            return False
        return holds(lean.own, "\n".join((text, *candidate.passage.wordings)), self.tokenizer)

    def _finding(
        self, index: Index, result: Retrieved, first: Candidate, asked: Question, lean: Leaning
    ) -> Finding | None:
        rest = tuple(c for c in result.candidates if _place(c) != _place(first))
        confidence = self.finder.probability(index, replace(result, candidates=(first, *rest)))
        if lean.others and confidence < self.finder.evidence.threshold:
            return None
        passages = passages_for(index, first.passage)
        shown = focus(passages, lean.own, asked_for(asked.text), self.tokenizer)
        return Finding(asked.text, passages, confidence, shown)

    def _item(self, index: Index, asked: Question, last: Turn, lean: Leaning, filters: Filters) -> Followed:
        """The item of the previous answer that the question names by its place."""
        assert lean.ordinal is not None
        item = item_of(last.statements, lean.ordinal, lean.marked)
        place = "最後" if lean.ordinal < 0 else lean.marked or f"{lean.ordinal}番目"
        wording = f"{item or last.topic} {asked.text}"
        result = self.finder.search(index, f"{last.topic} {item or ''}", asked.item_nos, filters)
        found = None
        for candidate in (c for p in last.places for c in _at(result, p)) if item else ():
            passages = passages_for(index, candidate.passage)
            shown = around(passages, item or "", self.tokenizer)
            wanted = asked_for(asked.text)
            if shown and (wanted is None or any(wanted.stands_in(text) for text in shown)):
                confidence = self.finder.probability(index, replace(result, candidates=(candidate,)))
                found = Finding(asked.text, passages, confidence, shown)
                break
        about = (
            f"前の回答の{place}「{_short(unmarked(item))}」について、「{_short(asked.text)}」" if item else ""
        )
        about = about or f"前の回答の{place}に当たる箇所がないまま、「{_short(asked.text)}」"
        return Followed(_findings(asked, result, found), about, wording, item or last.topic)

    def _worded(
        self, index: Index, asked: Question, turns: Sequence[Turn], lean: Leaning, filters: Filters
    ) -> Followed | None:
        """The question as a language model words it. It has to keep every word that was typed."""
        wording = self.rewriter.rewrite(turns, asked.text) if self.rewriter is not None else None
        if wording is None or len(covered(lean.own, wording, self.tokenizer)) < len(lean.own):
            return None
        result = self.finder.search(index, wording, asked.item_nos, filters)
        first = result.candidates[:1]
        if not first or not self._enough(index, result):
            return None
        if not self._answers(index, first[0], asked.text, lean):
            return None
        found = self._finding(index, result, first[0], asked, lean)
        return Followed(
            _findings(asked, result, found), f"「{_short(wording)}」というご質問", wording, wording
        )


def _stands_alone(lean: Leaning, alone: Findings) -> bool:
    """Whether the question is answered without its conversation."""
    if not alone.answered or lean.others or lean.thin:
        return False
    return not lean.points or min(finding.confidence for finding in alone.answered) >= _SURE


def _where_it_was(followed: Followed, last: Turn) -> bool:
    """Whether the answer stands in what the previous one cites."""
    first = next((f.passages[0] for f in followed.findings.answered), None)
    return first is not None and _place_of(first) in last.places


def _place(candidate: Candidate) -> Place:
    return _place_of(candidate.passage)


def _place_of(passage: Passage) -> Place:
    page = passage.page if passage.question_no is None else None
    return Place(source_id=passage.source_id, question_no=passage.question_no, page=page)


def _at(result: Retrieved, place: Place) -> list[Candidate]:
    return [c for c in result.candidates if _place(c) == place][:1]


def _findings(asked: Question, result: Retrieved, found: Finding | None) -> Findings:
    answered = (found,) if found is not None else ()
    return Findings(
        answered=answered,
        open_parts=() if answered else (asked.text,),
        best=found.confidence if found is not None else 0.0,
        unknown_items=(),
        related=related_to([result], answered),
        by_words_alone=result.by_words_alone,
        words_lost=None,
    )


def _short(text: str, limit: int = 60) -> str:
    one_line = " ".join(text.split())
    return one_line if len(one_line) <= limit else one_line[: limit - 1] + "…"


def as_one(question: Question) -> Question:
    """Return the question as a single part: a follow-up is answered as a whole."""
    return replace(question, parts=(Part(question.text, (), question.text),))
