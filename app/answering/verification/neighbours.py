"""Which sentences of a passage speak of the same thing, so that one lends the other its words."""

import re
from collections.abc import Iterator, Sequence

from app.answering.verification.ground import Atom
from app.answering.verification.pool import pool_of
from app.answering.verification.terms import Term

POINTERS = (
    "この",
    "その",
    "これ",
    "それ",
    "同",
    "当該",
    "上記",
    "両者",
    "両社",
    "いずれ",
    "前述",
    "右記",
    "以上の",
    "そこで",
)
_CONTRAST = re.compile(r"(?:その|それ)(?:他|ほか|以外)|(?:他|ほか)の|一方|反対に|逆に|これに対し|それに対し")
_BOTH = ("両", "いずれも", "どちらも", "双方")


def around(rows: Sequence[Sequence[Atom]], row: int) -> Iterator[Atom]:
    """Other sentences of the passage that speak of the same thing as this one."""
    here = rows[row][0].sentence
    if here.is_item:
        lead = next((r for r in range(row - 1, -1, -1) if not rows[r][0].sentence.is_item), None)
        if lead is not None:
            yield from rows[lead]
    elif (
        row
        and not rival_topics(rows[row], rows[row - 1])
        and (_leans_back(rows[row]) or _goes_on(rows[row], rows[row - 1]))
    ):
        yield from rows[row - 1]
        if row > 1 and here.text.startswith(_BOTH):
            yield from rows[row - 2]
    for other, units in enumerate(rows):
        if rival_topics(rows[row], units):
            continue
        same = other != row and (_about(rows[row], units) or (other < row and _about(units, rows[row])))
        listed = (
            other > row and units[0].sentence.is_item and not units[0].topics and _leads(rows, row, other)
        )
        if same or listed:
            yield from units


def items_of_list(rows: Sequence[Sequence[Atom]], row: int) -> Iterator[Atom]:
    """Items of the list that this sentence opens which have a topic of their own (付録2は…)."""
    for other in range(row + 1, len(rows)):
        if rows[other][0].sentence.is_item and rows[other][0].topics and _leads(rows, row, other):
            yield rows[other][0]


def topic_chain(rows: Sequence[Sequence[Atom]], row: int) -> Iterator[Atom]:
    """Units that set the topic with which the sentences up to this one go on."""
    relational = bool(rows[row][0].topics) and _leans_back(rows[row])  # 内容は…: of what was said further up
    while row and not rows[row][0].sentence.is_item:
        if not (relational or _leans_back(rows[row]) or _goes_on(rows[row], rows[row - 1])):
            return
        row -= 1
        if rows[row][0].topics:
            yield rows[row][0]


def _goes_on(units: Sequence[Atom], before: Sequence[Atom]) -> bool:
    """Whether the topic takes up what the sentence before said (…の提出をお願いする。提出の締切は…)."""
    topic = units[0].sentence.topic_of(0)
    if topic is None or before[0].sentence.is_item or _CONTRAST.match(units[0].sentence.text):
        return False
    first, stop = units[0].sentence.topic_span(topic)
    taken = [t for t in units[0].terms if first <= t.begin < stop and (not t.light or t.kind == "predicate")]
    earlier = before[0].sentence.topic_of(0)
    end = earlier.end if earlier else 0
    comment = pool_of([t for u in before for t in u.terms if t.begin >= end], ())
    topic_words = pool_of([t for u in before for t in u.terms if t.begin < end], ())
    return any(comment.holds(t) and not topic_words.holds(t) for t in taken)


def rival_topics(units: Sequence[Atom], other: Sequence[Atom]) -> bool:
    """平時の参考資料は and 有事の参考資料は: the same of two things; neither lends the other a word."""
    one, two = _topic_terms(units), _topic_terms(other)
    here, there = pool_of(one, ()), pool_of(two, ())
    shared = any(there.holds(t) for t in one)
    return shared and not all(there.holds(t) for t in one) and not all(here.holds(t) for t in two)


def _topic_terms(units: Sequence[Atom]) -> list[Term]:
    topic = units[0].sentence.topic_of(0)
    if topic is None:
        return []
    first, stop = units[0].sentence.topic_span(topic)
    return [t for t in units[0].terms if first <= t.begin < stop and not t.light]


def _leads(rows: Sequence[Sequence[Atom]], row: int, other: int) -> bool:
    """Whether the item in row `other` belongs to the list that the sentence in `row` opens."""
    return not rows[row][0].sentence.is_item and all(
        rows[r][0].sentence.is_item for r in range(row + 1, other)
    )


def _leans_back(units: Sequence[Atom]) -> bool:
    """A sentence without a topic, or with a pointing word in front, goes on with the one before it."""
    if _CONTRAST.match(units[0].sentence.text):
        return False
    if units[0].sentence.text.startswith((*POINTERS, *_BOTH)):
        return True
    topics = [p for unit in units[:1] for p in unit.topics]
    return all(not p.facts and all(t.light for t in p.terms) for p in topics)  # 適用できない場合は


def _about(units: Sequence[Atom], other: Sequence[Atom]) -> bool:
    """Whether the topic of `other` is mentioned in `units`."""
    if _CONTRAST.match(units[0].sentence.text) or _CONTRAST.match(other[0].sentence.text):
        return False
    topics = [phrase for unit in other[:1] for phrase in unit.topics[:1]]
    wanted = [t for phrase in topics for t in phrase.terms if not t.light]
    facts = [f for phrase in topics for f in phrase.facts]
    if not wanted and not facts:
        return False
    return all(any(u.own.holds(t) for u in units) for t in wanted) and all(
        any(u.own.has_fact(f) for u in units) for f in facts
    )
