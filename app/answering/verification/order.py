"""What comes first: 変更してから接続する, 接続する前に変更する, 確認した後に送る."""

import re
from collections.abc import Iterator, Sequence

from app.answering.verification.alignment import Aligned
from app.answering.verification.pool import pool_of
from app.answering.verification.sentence import Sentence
from app.answering.verification.terms import Term
from app.answering.verification.verdict import Reason

_FIRST = re.compile(
    r"[ぁ-ん]{0,3}(?:てから|た(?:後|あと|のち)|の?後に|た(?:うえ|上)で)"
)  # what stands before it comes first
_LAST = re.compile(r"[ぁ-ん]{0,3}の?前に|[ぁ-ん]{0,3}までに")  # what stands before it comes last
_ACTS = frozenset({"action", "predicate"})


def order_reasons(statement: Sentence, aligned: Sequence[Aligned]) -> Iterator[Reason]:
    """Name each pair of acts that the passage puts the other way round."""
    for first, then in _pairs(statement):
        if _is(first, then):
            continue
        for unit in aligned:
            for atom in unit.atoms:
                if any(_is(a, then) and _is(b, first) for a, b in _pairs(atom.sentence)):
                    yield Reason(
                        "opposite", f"{first.surface}→{then.surface}", f"{then.surface}→{first.surface}"
                    )
                    return


def _pairs(sentence: Sentence) -> Iterator[tuple[Term, Term]]:
    acts = [t for t in sentence.terms if t.kind in _ACTS]
    for place, one in enumerate(acts):
        later = acts[place + 1 :]
        if _FIRST.match(sentence.text, one.end):
            yield from ((one, other) for other in later)
        elif _LAST.match(sentence.text, one.end):
            yield from ((other, one) for other in later)


def _is(one: Term, other: Term) -> bool:
    return pool_of((one,), ()).holds(other)
