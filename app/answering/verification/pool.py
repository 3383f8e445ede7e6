"""A bag of words and facts that answers: does it hold this one?"""

from collections.abc import Iterable
from dataclasses import dataclass

from app.answering.verification.calendar_facts import wider_dates
from app.answering.verification.facts import Fact, same_limit
from app.answering.verification.terms import Term

BODIES = frozenset("者員長部課係先元会社側官省庁局室")
_ACTS = frozenset({"action", "predicate", "quality", "state"})
_SHORTEST = 2  # characters of a word that may be found inside a longer one


@dataclass(frozen=True, slots=True)
class Pool:
    """Words and facts of some stretch of text."""

    ids: frozenset[str]
    runs: tuple[frozenset[str], ...]  # ids of words that are written together
    stems: frozenset[frozenset[str]]  # kanji of what can be done
    facts: frozenset[tuple[str, str, str]]  # slot, value, limit
    text: str

    def holds(self, term: Term) -> bool:
        """Whether the word stands here: itself, a synonym, all its parts, or a predicate of the same stem."""
        if not term.ids.isdisjoint(self.ids):
            return True
        if term.parts and self._holds_parts(term):
            return True
        if any(
            len(w) >= _SHORTEST and not w.isascii() and _inside(w, self.text)
            for w in {term.surface, term.run}
        ):
            return True
        if term.kind in {"noun", "action", "affix"} and _spelled(term.run, self.text):
            return True
        if term.kind not in _ACTS or not term.kanji:
            return False
        return any(1 in {len(term.kanji), len(stem)} and term.kanji & stem for stem in self.stems)

    def _holds_parts(self, term: Term) -> bool:
        """従業|員: all parts stand here; a person or a body (利用|者) must be one word here as well."""
        if term.surface[-1] in BODIES:
            return any(all(not ids.isdisjoint(run) for ids in term.parts) for run in self.runs)
        return all(not ids.isdisjoint(self.ids) for ids in term.parts)

    def has_fact(self, fact: Fact) -> bool:
        """Whether the fact stands here, with a limit that runs the same way."""
        if fact.slot == "unit:個" and fact.value == "1":
            return True  # 一つの方法: no count is meant
        return any(
            value == fact.value
            and (slot == fact.slot or not slot or not fact.slot)
            and same_limit(fact, bound)
            for slot, value, bound in self.facts
        )


def _inside(word: str, text: str) -> bool:
    """Whether `word` stands in `text`, and not behind a 不 that makes it its opposite."""
    place = text.find(word)
    return place >= 0 and not (place and text[place - 1] in "不未非無")


def _spelled(run: str, text: str) -> bool:
    """溶解処理業者 is made of 溶解処理 and 業者, however the dictionary cuts it."""
    place = 0
    while place < len(run):
        size = next((n for n in range(len(run) - place, 1, -1) if _inside(run[place : place + n], text)), 0)
        if not size:
            return False
        place += size
    return not run.isascii()


def pool_of(terms: Iterable[Term], facts: Iterable[Fact]) -> Pool:
    """Collect words and facts."""
    terms = list(terms)
    ids = {i for t in terms for i in t.ids} | {i for t in terms for part in t.parts for i in part}
    stems = {t.kanji for t in terms if t.kind in _ACTS and t.kanji}
    return Pool(frozenset(ids), _runs(terms), frozenset(stems), _keys(facts), _joined(terms))


def _keys(facts: Iterable[Fact]) -> frozenset[tuple[str, str, str]]:
    return frozenset((slot, value, f.bound) for f in facts for slot, value in keys_of(f))


def keys_of(fact: Fact) -> list[tuple[str, str]]:
    """The fact in all forms that it also answers for: a date its year, a range of items each item."""
    if fact.slot == "date":
        return [("date", value) for value in wider_dates(fact.value)]
    if fact.slot == "no" and "-" in fact.value:
        low, high = (int(part.split(".")[0]) for part in fact.value.split("-")[:2])
        return [fact.key, *(("no", str(n)) for n in range(low, min(high, low + 200) + 1))]
    if "-" in fact.value and fact.slot not in {"url", "mail"}:
        return [fact.key, *((fact.slot, end) for end in fact.value.split("-"))]
    return [fact.key]


def _runs(terms: list[Term]) -> tuple[frozenset[str], ...]:
    runs: list[set[str]] = []
    end = -1
    for term in terms:
        if term.begin != end:
            runs.append(set())
        runs[-1] |= {i for ids in (term.ids, *term.parts) for i in ids}
        end = term.end
    return tuple(frozenset(run) for run in runs)


def _joined(terms: list[Term]) -> str:
    """Neighbouring words written together, so that a word cut differently is still found."""
    text, end = [], -1
    for term in terms:
        text.append(term.surface if term.begin == end else " " + term.surface)
        end = term.end
    return "".join(text)
