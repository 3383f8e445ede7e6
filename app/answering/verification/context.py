"""What the context lends to each atom of a passage: topic, subject, predicate, list, sentences nearby."""

from collections.abc import Iterator, Sequence

from app.answering.verification.facts import Fact
from app.answering.verification.ground import Atom, atom_of
from app.answering.verification.neighbours import POINTERS, around, items_of_list, topic_chain
from app.answering.verification.pool import pool_of
from app.answering.verification.sentence import Sentence
from app.answering.verification.terms import Term

_ACTS = frozenset({"action", "predicate"})


def atoms_of(passage: int, sentences: Sequence[Sentence]) -> list[Atom]:
    """Cut one passage into atoms and let each know its context."""
    rows = [
        [atom_of(passage, row, s, unit) for unit in range(len(s.starts))] for row, s in enumerate(sentences)
    ]
    for row, units in enumerate(rows):
        asked = [a for a in rows[row - 1] if row and a.asks]
        for atom in units:
            atom.asked = asked
            carried = [*_carried(atom, units), *((a.terms, a.facts) for a in _frames(atom, units))]
            own = [
                *atom.terms,
                *(t for a in asked for t in a.terms),
                *(t for terms, _ in carried for t in terms),
            ]
            atom.own = pool_of(own, [*atom.facts, *(f for _, facts in carried for f in facts)])
            lenders = [*_in_sentence(atom, units), *around(rows, row)]
            atom.lenders = list(
                {id(lender): lender for lender in lenders if lender is not atom and not lender.asks}.values()
            )
            terms = [t for a in atom.lenders for t in a.terms]
            facts = [f for a in atom.lenders for f in a.facts]
            atom.leads = (
                row + 1 < len(rows) and rows[row + 1][0].sentence.is_item and not atom.sentence.is_item
            )
            terms += _shared_subject(atom, units)
            for earlier in topic_chain(rows, row):
                terms += [t for t in earlier.terms if t.end <= earlier.topics[0].end]
            for item in items_of_list(rows, row):
                end = item.topics[0].end
                terms += [t for t in item.terms if t.end <= end]
                facts += [f for f in item.facts if f.end <= end]
            atom.lent = pool_of(terms, facts)
    return [atom for units in rows for atom in units]


def _in_sentence(atom: Atom, units: Sequence[Atom]) -> Iterator[Atom]:
    """Units before and behind that have the same topic, because they name none of their own."""
    for step in (-1, 1):
        here = atom.unit
        while 0 <= here + step < len(units):
            later = units[max(here, here + step)]
            if later.topics and not later.text.startswith(POINTERS):
                break
            here += step
            yield units[here]


def _carried(atom: Atom, units: Sequence[Atom]) -> Iterator[tuple[tuple[Term, ...], tuple[Fact, ...]]]:
    """The topic that an earlier unit set, and the predicate that a later one has for a unit without any."""
    if not any(p.role == "topic" and (p.facts or not all(t.light for t in p.terms)) for p in atom.topics):
        before = next(
            (u for u in reversed(units[: atom.unit]) if any(p.role == "topic" for p in u.topics)), None
        )
        for phrase in before.sentence.phrases if before else ():
            if before and phrase.unit == before.unit and phrase.end <= before.topics[0].end:
                yield phrase.terms, phrase.facts
    if _is_bare(atom):
        later = next((u for u in units[atom.unit + 1 :] if not _is_bare(u)), None)
        if later is not None:
            start = max((p.end for p in later.topics), default=later.sentence.starts[later.unit])
            yield tuple(t for t in later.terms if t.begin >= start and t.kind in _ACTS), ()


def _frames(atom: Atom, units: Sequence[Atom]) -> list[Atom]:
    """回答した128社のうち、 holds for all that follows."""
    return [unit for unit in units[: atom.unit] if unit.text.endswith("うち、")]


def _shared_subject(atom: Atom, units: Sequence[Atom]) -> list[Term]:
    """基本値が9.0以上のものは7日以内、7.0以上のものは30日以内: what is measured is said once."""
    if atom.unit == 0 or not units[0].topics:
        return []
    before = [p for p in units[0].sentence.phrases if p.unit == 0 and p.end < units[0].topics[0].begin]
    return [t for p in before if p.role in {"subj", "gen"} and not p.facts for t in p.terms]


def _is_bare(atom: Atom) -> bool:
    return any(m.bare and m.unit == atom.unit for m in atom.sentence.modals)
