"""What the cited passages say, cut into atoms: units that each say one thing."""

from dataclasses import dataclass, field

from app.answering.verification.facts import Fact
from app.answering.verification.phrases import Phrase
from app.answering.verification.pool import Pool, pool_of
from app.answering.verification.sentence import Sentence
from app.answering.verification.terms import Term


@dataclass(slots=True)
class Atom:
    """One unit of one sentence of one passage."""

    sentence: Sentence
    unit: int
    passage: int
    row: int  # number of the sentence in its passage
    terms: tuple[Term, ...]
    facts: tuple[Fact, ...]
    topics: tuple[Phrase, ...]
    own: Pool
    lent: Pool = field(default_factory=lambda: pool_of((), ()))
    leads: bool = False  # it opens a list
    asks: bool = False  # a question affirms nothing; the sentence behind it answers
    asked: list["Atom"] = field(default_factory=list)  # the question that it answers
    lenders: list["Atom"] = field(default_factory=list)

    @property
    def phrases(self) -> list[Phrase]:
        """The noun phrases of the unit."""
        return [p for p in self.sentence.phrases if p.unit == self.unit and p.role]

    @property
    def text(self) -> str:
        """The words of the unit."""
        starts = self.sentence.starts
        stop = starts[self.unit + 1] if self.unit + 1 < len(starts) else len(self.sentence.text)
        return self.sentence.text[starts[self.unit] : stop]


@dataclass(frozen=True, slots=True)
class Ground:
    """All cited passages of one statement."""

    atoms: tuple[Atom, ...]
    everything: Pool
    lists: frozenset[int]  # how many items the lists in the passages have


def atom_of(passage: int, row: int, sentence: Sentence, unit: int) -> Atom:
    """One unit of a sentence, without any context yet."""
    terms = tuple(t for t in sentence.terms if t.unit == unit)
    facts = tuple(f for f in sentence.facts if sentence.unit_of(f.begin) == unit)
    topics = tuple(p for p in sentence.phrases if p.unit == unit and p.is_topic)
    asks = sentence.text.rstrip("」』)").endswith(("?", "か。", "か"))
    return Atom(sentence, unit, passage, row, terms, facts, topics, pool_of(terms, facts), asks=asks)
