"""Typed facts of a sentence in one normal form: addresses, dates, quantities, named numbers."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from app.answering.verification.calendar_facts import days, frequencies
from app.answering.verification.morphs import Morph
from app.answering.verification.numbers import Found, numbers

_ADDRESS = re.compile(
    r"(?P<tel>(?<![\d-])0\d{1,4}-\d{1,4}-\d{3,4}(?![\d-]))|(?P<mail>[a-z0-9._%+-]{1,64}@[a-z0-9.-]{3,120})"
    r"|https?:/{2}(?P<url>[a-z0-9.\-_~:/?#@!$&*+,;=%]{3,400})"
    r"|(?<![a-z0-9.@/_-])(?P<host>(?:[a-z0-9-]{1,63}\.){1,6}(?:jp|com|org|net|gov|io|eu|live|info)(?![a-z0-9])(?:/[a-z0-9.\-_~/?#&=%]{0,300})?)"
)


@dataclass(frozen=True, slots=True)
class Fact:
    """One fact: `slot` says what kind of thing has the `value`, so that facts of one slot exclude each other."""

    slot: str  # "p", "no", "レベル", "版", "unit:日", "年度", "date", "freq", "url", "mail"
    value: str
    bound: str  # "ge", "gt", "le", "lt", "from", "before" or ""
    printed: str
    begin: int
    end: int

    @property
    def key(self) -> tuple[str, str]:
        """What makes two facts the same, but for the bound."""
        return self.slot, self.value


_RANK = re.compile(
    r"(?P<first>最も(?!長|短|遅|早)|最多|第[一1]に|[一1]番(?:目に)?(?=多)|[1一]位)|(?P<second>次いで|(?:^|(?<=、))次[がは](?![^、。]{0,12}とおり)|[がに]続[いく]|次に多|第[二2]に|[二2]番目|[2二]位)"
)
_DATES = frozenset({"年度", "date"})
_PLACES = frozenset({"p", "no", "版", "()", "url", "mail"})  # from there on, up to there: no limit


def same_limit(said: Fact, bound: str) -> bool:
    """Whether the statement's limit may stand for `bound` of the passage; none may stand for an upper one."""
    if said.bound == bound or said.slot in _PLACES:
        return True
    if said.slot in _DATES:
        return {said.bound, bound} <= {"", "le"} or (said.bound == "" and bound == "from")
    return not said.bound and bound == "le"


def facts_of(text: str, morphs: Sequence[Morph]) -> list[Fact]:
    """Return the facts of a sentence in normal form, in order of place; none overlaps another."""
    taken = bytearray(len(text) + 1)
    found: list[Fact] = []
    for finder in (_addresses(text), _ranks(text), days(text), frequencies(text), numbers(text, morphs)):
        for item in finder:
            here = slice(item.begin, item.end)
            if any(taken[here]):
                continue
            taken[here] = b"\1" * (item.end - item.begin)
            printed = text[here]
            found.append(Fact(item.slot, item.value, item.bound, printed, item.begin, item.end))
    return sorted(found, key=lambda fact: fact.begin)


def _ranks(text: str) -> Iterator[Found]:
    """Which comes first: 最も多い, 次いで, 第二に."""
    for m in _RANK.finditer(text):
        yield Found("rank", "1" if m["first"] else "2", "", m.start(), m.end())


def _addresses(text: str) -> Iterator[Found]:
    for m in _ADDRESS.finditer(text):
        kind = "mail" if m["mail"] else "tel" if m["tel"] else "url"
        value = (m["mail"] or m["tel"] or m["url"] or m["host"]).rstrip("/.,:;")
        yield Found(kind, value, "", m.start(), m.start() + len(m.group().rstrip(".,:;")))
