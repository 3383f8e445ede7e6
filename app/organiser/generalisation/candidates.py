"""A stretch of text that may identify someone, as one of the finders sees it."""

import unicodedata
from dataclasses import dataclass

from app.organiser.models import SpanKind


@dataclass(frozen=True, slots=True)
class Candidate:
    """One finding. Where two overlap the higher `weight` wins, then the longer.

    Attributes:
        start, end: offsets into the text, end excluded.
        kind: what it is taken for.
        why: in Japanese, for the person who accepts.
        weight: how much the evidence says: 3 a pattern, 2 a form of name in its place,
            1 a model's or a dictionary's word alone.
        own: whether it is the asker's own company or name.
        whole: replacement, where the finder knows it better than the list of letters.
    """

    start: int
    end: int
    kind: SpanKind
    why: str
    weight: int = 2
    own: bool = False
    whole: str | None = None


def narrow(text: str) -> str:
    """The text with full-width letters, digits and signs made narrow, every offset kept."""
    return "".join(n if len(n := unicodedata.normalize("NFKC", char)) == 1 else char for char in text)


def settled(candidates: list[Candidate]) -> list[Candidate]:
    """Those that remain when overlaps are settled, in order."""
    taken: list[Candidate] = []
    for one in sorted(candidates, key=lambda c: (-c.weight, c.start - c.end, c.start)):
        if one.end > one.start and all(one.end <= other.start or other.end <= one.start for other in taken):
            taken.append(one)
    return sorted(taken, key=lambda c: c.start)
