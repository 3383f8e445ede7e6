"""Compose an answer out of sentences that stand in the passages; no model writes anything here."""

from collections.abc import Generator, Sequence
from dataclasses import dataclass

from app.answering.compose import Material
from app.answering.findings import Finding
from app.answering.meant_for import meant_for_reader
from app.answering.models import Engine, Statement
from app.answering.narrow import narrow, telling
from app.answering.order import Unit, goes_on_from, in_order, is_item
from ingest.models import Passage
from ingest.text.normalise import fold
from ingest.text.sentences import ends_sentence, split_sentences
from ingest.text.words import Tokenizer

WHOLE_UP_TO = 24  # sentences and list items; an answer of the meeting is given whole up to here
SELECTED = 6  # sentences taken from a longer one
SMALL = 2  # sentences of which none is left out
TEXT_WHOLE_UP_TO, TEXT_SELECTED = 4, 3  # a passage of a guideline was not written as an answer: less of it


@dataclass(frozen=True, slots=True)
class ExtractiveComposer:
    """The `Composer` that needs no model and never fails."""

    tokenizer: Tokenizer
    engine: Engine = "extractive"
    model: str | None = None

    def compose(self, material: Material) -> Generator[Statement]:
        """Yield the statements of every finding."""
        for finding in material.findings:
            yield from statements_of(finding, material.numbers, self.tokenizer)

    def close(self) -> None:
        """Nothing runs."""


def statements_of(finding: Finding, numbers: dict[str, int], tokenizer: Tokenizer) -> list[Statement]:
    """Return the statements for one finding, each with the number of the passage that it stands in.

    Args:
        finding: passages that answer one part.
        numbers: citation number of each passage by its id.
        tokenizer: for choosing sentences where there are too many.
    """
    units = [(sentence, passage) for passage in finding.passages for sentence in sentences_of(passage)]
    if finding.focus:
        units = [unit for unit in units if unit[0] in finding.focus] or units
    of_text = finding.passages[0].question is None
    whole, selected = (TEXT_WHOLE_UP_TO, TEXT_SELECTED) if of_text else (WHOLE_UP_TO, SELECTED)
    small = finding.focus or len(units) <= SMALL
    keep = set() if small else _answering(finding, units, tokenizer)
    if keep and (len(keep) <= whole or not of_text):
        units = [unit for position, unit in enumerate(units) if position in keep]
    elif len(units) > whole:
        keep = _choose(units, finding.part, tokenizer, selected)
        units = [unit for position, unit in enumerate(units) if position in keep]
    if not (of_text or finding.focus):
        asked = () if _is_asked_again(finding) else (finding.part, *finding.also)
        units = in_order(units, asked, tokenizer)
    return [
        Statement(text=sentence, citations=[numbers[passage.id]], support="unsupported")
        for sentence, passage in units
    ]


def _is_asked_again(finding: Finding) -> bool:
    """Whether it is the very question of the meeting: its answer was put in order for it."""
    return fold(finding.part) in fold(finding.passages[0].question or "")


def _answering(finding: Finding, units: list[Unit], tokenizer: Tokenizer) -> set[int]:
    """Positions of what answers narrow questions, each with its list and what it leans on; else none.

    Where one of the parts that the place answers is open, the whole is for it.
    """
    keep: set[int] = set()
    # What is taken out later, since it speaks to a program, must not push out the sentence that answers.
    sentences = [s if meant_for_reader(s, [passage.text]) else "" for s, passage in units]
    for part in (finding.part, *finding.also):
        told = [telling(asked, sentences, tokenizer) for asked in narrow(part, tokenizer)]
        if not told or not all(told):
            return set()
        for position in (p for positions in told for p in positions):
            keep.update(_in_context(units, position, tokenizer))
    return keep


def _in_context(units: list[Unit], position: int, tokenizer: Tokenizer) -> range:
    """A list whole, and the sentence before one that begins with ただし or その."""
    listed = with_list(units, position)
    return range(goes_on_from(units, listed[0], tokenizer), listed[-1] + 1)


def sentences_of(passage: Passage) -> list[str]:
    """Sentences to show: without the headings in front, without the half of one that a page break leaves."""
    if passage.columns:
        return passage.text.split("\n")  # a row of a table is one statement: 列名：値／列名：値
    sentences = split_sentences(passage.text)
    titles = set(passage.heading)
    while len(sentences) > 1 and sentences[0] in titles:
        sentences.pop(0)
    if passage.question is None and passage.page is not None:
        while len(sentences) > 1 and not ends_sentence(sentences[-1]) and ends_sentence(sentences[-2]):
            sentences.pop()
    return sentences


def _choose(units: list[Unit], question: str, tokenizer: Tokenizer, selected: int) -> set[int]:
    """Positions of the sentences that share most words with the question, each with the list it leads."""
    wanted = set(tokenizer.words(question))
    overlap = [len(wanted & set(tokenizer.words(sentence))) for sentence, _ in units]
    ranked = sorted(range(len(units)), key=lambda i: (-overlap[i], i))
    keep: set[int] = set()
    for position in ranked:
        if len(keep) >= selected:
            break
        keep.update(with_list(units, position))
    return keep


def with_list(units: Sequence[Unit], position: int) -> range:
    """A list is shown whole or not at all: its items and the sentence in front of them."""
    first = last = position
    while first > 0 and is_item(*units[first]):
        first -= 1
    while last + 1 < len(units) and is_item(*units[last + 1]):
        last += 1
    return range(first, last + 1)
