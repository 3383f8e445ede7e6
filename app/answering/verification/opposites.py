"""Words that say the contrary of the passage, or change places with their opposite."""

from collections.abc import Iterator, Sequence

from app.answering.verification.alignment import Aligned
from app.answering.verification.lexicon import is_light, opposed
from app.answering.verification.terms import Term
from app.answering.verification.verdict import Reason


def exchanged(unit: Aligned) -> Iterator[Reason]:
    """委託元 said twice where the passage says 委託元 and 委託先; レベル2 for レベル1 and レベル2."""
    if unit.atom is None:
        return
    said = [(t.surface, t.ids, t.norm) for t in unit.terms if t.kanji]
    there = [(t.surface, t.ids, t.norm) for t in unit.atom.terms if t.kanji]
    for surface, ids, norm in said:
        rivals = [t for t in there if opposed(norm, t[2])]
        if (
            rivals
            and _count(said, ids) > _count(there, ids) > 0
            and any(_count(said, rival[1]) < _count(there, rival[1]) for rival in rivals)
        ):
            yield Reason("opposite", surface, rivals[0][0])
    for fact in unit.facts:
        same = [f for f in unit.atom.facts if f.slot == fact.slot]
        lost = [f for f in same if f.value not in {g.value for g in unit.facts if g.slot == f.slot}]
        often = sum(f.value == fact.value for f in unit.facts if f.slot == fact.slot)
        if fact.slot not in {"", "()"} and lost and often > sum(f.value == fact.value for f in same) > 0:
            yield Reason("fact_elsewhere", fact.printed, lost[0].printed)


def _count(words: Sequence[tuple[str, frozenset[str], str]], ids: frozenset[str]) -> int:
    return sum(not ids.isdisjoint(other) for _, other, _ in words)


def _stands_free(term: Term) -> bool:
    """入館 in 入館時, not in 入館証."""
    return term.run.endswith(term.surface) or is_light(term.run.split(term.surface)[-1])


def opposite_of(item: Term, unit: Aligned) -> str:
    """A word of the aligned atom that says the contrary (社外 for 社内), where the word itself does not."""
    if not item.kanji or unit.atom is None or item.denied:
        return ""
    compounds = {t.run for atom in unit.atoms for t in atom.terms}
    if (
        len(item.run) > len(item.surface)
        and item.run not in compounds
        and (turned := next((run for run in compounds if opposed(item.run, run)), ""))
    ):
        return turned  # 受信元 for 送信元, where somebody receives something as well
    if any(item.norm == t.norm and _stands_free(t) for t in unit.atom.terms):
        return ""
    there = unit.atom.terms if item not in unit.missing else [t for atom in unit.atoms for t in atom.terms]
    said = [t.norm for t in unit.terms]
    rivals = (t for t in there if opposed(item.norm, t.norm) and t.kind != "name")
    return next((t.surface for t in rivals if not any(t.norm == norm for norm in said)), "")
