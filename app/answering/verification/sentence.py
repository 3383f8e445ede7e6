"""One sentence taken apart: content words, facts, phrases with their roles, units that each say one thing."""

import re
from bisect import bisect_right
from dataclasses import dataclass, field

from app.answering.verification.facts import Fact, facts_of
from app.answering.verification.morphs import Analyser, Morph, normal_text
from app.answering.verification.phrases import Phrase, phrases_of
from app.answering.verification.polarity import Modal, modals
from app.answering.verification.terms import Term, terms_of
from app.answering.verification.units import unit_starts
from ingest.text.normalise import fold

_NUMERAL = re.compile(r"^\d+$")
_ONCE = re.compile(r"(?<=[にで年月週日])一[度回](?!に)")


@dataclass(frozen=True, slots=True)
class Sentence:
    """What verification knows about a sentence."""

    printed: str
    text: str
    key: str  # folded, for word-for-word comparison
    morphs: tuple[Morph, ...]
    terms: tuple[Term, ...]
    facts: tuple[Fact, ...]
    phrases: tuple[Phrase, ...]
    modals: tuple[Modal, ...]
    starts: tuple[int, ...]  # where each unit begins
    is_item: bool = field(default=False)

    def unit_of(self, position: int) -> int:
        """Number of the unit that a place in the text lies in."""
        return bisect_right(self.starts, position) - 1

    def topic_of(self, unit: int, *, carried: bool = False) -> Phrase | None:
        """The last topic of a unit that names something; with `carried`, else that of an earlier unit."""
        topics = [p for p in self.phrases if p.is_topic and self._names_something(p)]
        here = [p for p in topics if p.unit == unit] or [p for p in topics if carried and p.unit < unit]
        return here[-1] if here else None

    def _names_something(self, phrase: Phrase) -> bool:
        """フリーメールの利用 does, 適用できない場合 does not."""
        place = self.phrases.index(phrase)
        while not self.phrases[place].facts and all(t.light for t in self.phrases[place].terms):
            if place == 0 or self.phrases[place - 1].role != "gen":
                return False
            place -= 1
        return True

    def topic_span(self, topic: Phrase) -> tuple[int, int]:
        """The topic with what modifies it: from the 、 before it on."""
        start = self.starts[topic.unit]
        comma = self.text.rfind("、", start, topic.begin)
        while comma >= 0 and any(p.role == "with" and p.end == comma for p in self.phrases):
            comma = self.text.rfind("、", start, comma)  # A、B、Cは
        return max(start, comma + 1), topic.end


def parse(printed: str, analyser: Analyser, *, is_item: bool = False) -> Sentence:
    """Take one sentence apart."""
    text, morphs = _with_digits(normal_text(printed), analyser)
    facts = facts_of(text, morphs)
    starts = unit_starts(morphs, facts)
    found = tuple(modals(text, morphs, starts))
    terms = terms_of(text, morphs, facts, starts, [m.mark for m in found])
    return Sentence(
        printed=printed,
        text=text,
        key=fold(printed),
        morphs=tuple(morphs),
        terms=tuple(terms),
        facts=tuple(facts),
        phrases=tuple(phrases_of(text, terms, facts, starts)),
        modals=found,
        starts=starts,
        is_item=is_item,
    )


def _with_digits(text: str, analyser: Analyser) -> tuple[str, list[Morph]]:
    """十二文字 as 12文字, 三営業日 as 3営業日; 十分 and 第三者 are words and stay."""
    text = _ONCE.sub("1回", text)
    morphs = analyser.morphs(text)
    swaps = [m for m in morphs if m.is_number and not m.surface[0].isdigit() and _NUMERAL.match(m.norm)]
    if not swaps:
        return text, morphs
    for m in reversed(swaps):
        text = text[: m.begin] + m.norm + text[m.end :]
    return text, analyser.morphs(text)
