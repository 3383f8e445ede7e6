"""Two sources that say different things about the same: another number, date, level or obligation."""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from app.answering.models import Caution, Citation, Statement
from app.answering.verification.facts import Fact
from app.answering.verification.morphs import Analyser
from app.answering.verification.sentence import Sentence, parse
from ingest.models import Passage, Source
from ingest.text.sentences import split_sentences

_WORD = re.compile(r"[\u30a1-\u30fa\u3400-\u9fff々ー]+|[A-Za-z]{2,}")
_COUNT = re.compile(
    r"[0-9〇一二三四五六七八九十百千万]+\s?(?:年度|[年月日回名人週分時]|[かヶヵカケ箇]月|日間|時間)?間?|毎[年月週日]|末"
)
_SAME = 0.75  # of the shorter sentence's pairs of characters, numbers and modality set aside
_ALIKE = 0.5  # of all their pairs: a long sentence may hold the short one and speak of something else
_FEWEST = 4  # pairs; with fewer two sentences are about the same by chance, unless they share all
_FEWEST_EQUAL = 2
_LONGEST = 300  # characters of a sentence that is taken apart
_MOST = 40  # sentences of other sources that are compared
# Words that carry modality, not the matter: they may differ, that is what is looked for.
_MODAL_WORDS = re.compile(r"必須|不要|必要|任意|推奨|禁止|義務|可能|望まし\w*|原則|以上|以下|以内|未満")
# A number in these slots says how many or when; in any other (No, 付録, 版) it names what is spoken of.
_STATES = ("unit:", "date", "年度", "freq")
_LEVEL = "レベル"
# Kinds of modality that cannot both be meant.
_APART = (
    ({"must", "directive"}, {"need_not", "must_not", "should", "may", "not"}),
    ({"plain", "request"}, {"need_not", "must_not", "not", "should_not"}),
    ({"must_not"}, {"can", "may", "should", "need_not"}),
    ({"should"}, {"need_not", "should_not"}),
)
_SHORT = 40


@dataclass(frozen=True, slots=True)
class _Said:
    """A sentence, who says it, and the pairs of characters of what it is about."""

    printed: str
    source_id: str
    about: frozenset[str]


class Disagreements:
    """Looks for them. Safe to use from several threads."""

    def __init__(self, analyser: Analyser | None = None) -> None:
        self._analyser = analyser

    def cautions(
        self,
        statements: Sequence[Statement],
        citations: Sequence[Citation],
        near: Sequence[Passage],
        sources: dict[str, Source],
    ) -> list[Caution]:
        """Name each statement that a passage of another source contradicts, once.

        Args:
            statements: of the answer.
            citations: that they cite.
            near: passages that were cited or found nearby.
            sources: by id, for their titles.
        """
        by_n = {citation.n: citation for citation in citations}
        others = [said for passage in near for said in _sentences(passage)]
        found: dict[tuple[str, str], Caution] = {}
        for statement in statements:
            citation = by_n.get(statement.citations[0]) if statement.citations else None
            if citation is None:
                continue
            mine = _Said(statement.text, citation.source_id, _about(statement.text))
            for other in others[:_MOST]:
                if self._differs(mine, other):
                    key = (min(mine.source_id, other.source_id), max(mine.source_id, other.source_id))
                    found.setdefault(key, _caution(mine, other, citation, sources))
        return list(found.values())

    def _differs(self, one: _Said, other: _Said) -> bool:
        if one.source_id == other.source_id or not _same_matter(one.about, other.about):
            return False
        return _contradict(self._parsed(one.printed), self._parsed(other.printed))

    def _parsed(self, text: str) -> Sentence:
        if self._analyser is None:
            self._analyser = Analyser()
        return parse(text[:_LONGEST], self._analyser)


def _sentences(passage: Passage) -> Iterator[_Said]:
    lines = passage.text.split("\n") if passage.columns else split_sentences(passage.text)
    for sentence in lines:
        about = _about(sentence)
        if len(about) >= _FEWEST_EQUAL:
            yield _Said(sentence, passage.source_id, about)


def _about(text: str) -> frozenset[str]:
    """Pairs of neighbouring characters of the words, and single characters, without what may differ."""
    plain = _COUNT.sub("／", _MODAL_WORDS.sub("／", unicodedata.normalize("NFKC", text))).lower()
    return frozenset(word[i : i + 2] for word in _WORD.findall(plain) for i in range(max(len(word) - 1, 1)))


def _same_matter(one: frozenset[str], other: frozenset[str]) -> bool:
    shared = len(one & other)
    if one == other:
        return shared >= _FEWEST_EQUAL
    if shared < _FEWEST:
        return False
    return shared >= _SAME * min(len(one), len(other)) and shared >= _ALIKE * len(one | other)


def _contradict(one: Sentence, other: Sentence) -> bool:
    """Whether both state something of the same kind, differently, and name the same things."""
    mine, theirs = _values(one.facts), _values(other.facts)
    named, named_there = _named(mine), _named(theirs)
    levels = named.pop(_LEVEL, None), named_there.pop(_LEVEL, None)
    if named != named_there:
        return False
    if None not in levels and levels[0] != levels[1]:
        return "no" in named  # an item belongs to one level; else each level is a matter of its own
    mine, theirs = _stated(mine), _stated(theirs)
    for slot in mine.keys() & theirs.keys():
        if len(mine[slot]) == len(theirs[slot]) and not mine[slot] & theirs[slot]:
            return True
    return mine == theirs and _apart(_modality(one), _modality(other))


def _values(facts: Sequence[Fact]) -> dict[str, set[str]]:
    values: dict[str, set[str]] = {}
    for fact in facts:
        values.setdefault(fact.slot, set()).add(fact.value)
    return values


def _stated(values: dict[str, set[str]]) -> dict[str, set[str]]:
    return {slot: held for slot, held in values.items() if slot.startswith(_STATES)}


def _named(values: dict[str, set[str]]) -> dict[str, set[str]]:
    return {slot: held for slot, held in values.items() if not slot.startswith(_STATES) and slot != "p"}


def _modality(sentence: Sentence) -> str | None:
    final = [modal.kind for modal in sentence.modals if modal.final and not modal.nested]
    return final[-1] if final else None


def _apart(one: str | None, other: str | None) -> bool:
    return any((one in left and other in right) or (other in left and one in right) for left, right in _APART)


def _caution(mine: _Said, other: _Said, citation: Citation, sources: dict[str, Source]) -> Caution:
    source = sources.get(other.source_id)
    title = " ".join(part for part in (source.title, source.edition) if part) if source else other.source_id
    return Caution(
        code="sources_disagree",
        message=f"資料によって記載が異なります。この回答の「{_short(mine.printed)}」に対して、"
        f"『{title}』には「{_short(other.printed)}」とあります。どちらによるかを事務局でご確認ください。",
        citation=citation.n,
    )


def _short(text: str) -> str:
    one_line = " ".join(text.split())
    return one_line if len(one_line) <= _SHORT else one_line[: _SHORT - 1] + "…"
