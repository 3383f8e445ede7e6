"""Does the statement affirm, deny, demand and allow what the passage does?"""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from app.answering.verification.alignment import Aligned
from app.answering.verification.facts import Fact
from app.answering.verification.polarity import Modal, compatible, is_negative
from app.answering.verification.pool import pool_of
from app.answering.verification.predicates import FUNCTION_VERBS
from app.answering.verification.sentence import Sentence
from app.answering.verification.terms import Term
from app.answering.verification.verdict import Reason

_HEAD = 2.5  # the predicate itself counts this much more than the words around it
_ENOUGH = 0.5  # of the weight: below it the passage says nothing about this predicate
_SOME = 0.25  # what a denial must share with a denial of the passage
_SOME_INSIDE = 0.4  # the same for a predicate inside a sentence
_CLOSE, _CLOSE_IN_CONDITION = 0.12, 0.5  # how far below the best a predicate still counts
_ACTS = frozenset({"action", "predicate"})
_CONDITION = re.compile(
    r"[ぁ-ん]{0,4}(?:場合|とき|時|際|前に|後に|まで)|[ぁ-ん]{0,4}(?:て|で)も|(?:[ぁ-ん]{0,6}[ばら]、)"
)
_ONLY = re.compile(r"のみ|だけ|に限")
_LOOKING = frozenset(
    {"確認", "参照", "見る", "御覧", "利用", "活用", "使う"}
)  # 確認できます, 確認してください
_SUPPOSED = re.compile(r"(?:て|で|と)も|[ぁ-ん]{0,3}(?:場合|とき)|[ぁ-ん]{0,2}[ばら]、")
_STRONG = frozenset({"must_not", "need_not", "cannot", "not", "should_not"})


class _Scope(NamedTuple):
    """Words and numbers that a predicate is said of."""

    terms: list[Term]
    facts: list[Fact]


class _Source(NamedTuple):
    """A predicate of the passages and how much of the statement's predicate it is said of."""

    score: float
    sentence: Sentence
    modal: Modal


def modality_reasons(statement: Sentence, aligned: Sequence[Aligned]) -> Iterator[Reason]:
    """Compare each predicate of the statement with those of the aligned atoms that share its words."""
    for unit in aligned:
        for said in statement.modals:
            if said.unit == unit.unit and not said.nested:
                yield from _compare(statement, said, unit)


def _compare(statement: Sentence, said: Modal, unit: Aligned) -> Iterator[Reason]:
    scope = _scope(statement, said)
    in_condition = bool(not said.final and _CONDITION.match(statement.text[said.end :]))
    sources = _sources(said, scope, unit)
    excepted = _excepted(statement, said, sources)
    if not (scope.terms or scope.facts) or excepted or (in_condition and not is_negative(said)):
        return  # 利用する場合は claims nothing
    best = max((s.score for s in sources), default=0.0)
    inside = not said.final and is_negative(said) and any(is_negative(s.modal) for s in _own(sources, unit))
    if inside or (best < _ENOUGH and in_condition):
        return  # 映らないように, 使わずに: what is left out there is left out here
    if best < _ENOUGH:
        denials = [s.modal for s in _own(sources, unit) if s.modal.kind in _STRONG and s.score >= _SOME]
        if said.kind in _STRONG and not any(compatible(said, m) for m in denials):
            yield Reason("polarity", _printed(statement, said), "")
        return
    close = _CLOSE_IN_CONDITION if in_condition else _CLOSE
    near = [s for s in sources if s.score >= max(best - close, _ENOUGH)]
    if said.bare and not any(s.modal.bare or s.modal.headless for s in near):
        return  # 自己評価は34点: a number of the sentence, not what it says
    if not _agrees(said, scope, near, _own(sources, unit)):
        nearest = max(sources, key=lambda s: s.score)
        yield Reason("polarity", _printed(statement, said), _printed(nearest.sentence, nearest.modal))


def _excepted(statement: Sentence, said: Modal, sources: list[_Source]) -> bool:
    """管理者ではない人 and 管理者以外の人, 対策以外には使えない and 対策にのみ使える say the same."""
    if not said.final and said.kind == "not":
        return any("以外" in s.sentence.text for s in sources)
    if "しか" in statement.text and any("以外" in s.sentence.text for s in sources):
        return True
    return (
        is_negative(said) and "以外" in statement.text and any(_ONLY.search(s.sentence.text) for s in sources)
    )


def _sources(said: Modal, scope: _Scope, unit: Aligned) -> list[_Source]:
    """Predicates to compare with; what the aligned sentence says comes before its neighbours."""
    pairs = [(a.sentence, m) for a in unit.atoms for m in a.sentence.modals if m.unit == a.unit]
    pairs += [(a.sentence, m) for a in unit.asked for m in a.sentence.modals if not m.final]
    scored = [_Source(_overlap(scope, s, m), s, m) for s, m in pairs if not m.nested and _claims(s, m)]
    own = _own(scored, unit)
    mine = [s for s in own if unit.atom and s.modal.unit == unit.atom.unit and s.modal.bare == said.bare]
    if any(s.score >= _ENOUGH for s in mine):
        return mine
    if any(s.score >= _ENOUGH for s in own):
        return own
    return [s for s in scored if s in own or said.kind in _STRONG or s.score < _ENOUGH]


def _own(sources: list[_Source], unit: Aligned) -> list[_Source]:
    """Those of the aligned sentence and of the question that it answers."""
    own = {id(a.sentence) for a in (*unit.sentence_atoms, *unit.asked)}
    return [s for s in sources if id(s.sentence) in own]


def _claims(sentence: Sentence, modal: Modal) -> bool:
    """支払う場合 and 支払っても claim nothing."""
    return modal.final or modal.kind != "plain" or not _SUPPOSED.match(sentence.text, modal.end)


def _agrees(said: Modal, scope: _Scope, near: list[_Source], own: list[_Source]) -> bool:
    """Whether one of the nearest predicates allows what the statement says."""
    telling = [s for s in near if not s.modal.bare]
    if telling and not said.bare:
        near = telling  # レベル3は29項目で、任意とする: only the second says how binding it is
    same = [s for s in near if _same_head(scope, s)]
    inner = [s for s in own if s.score >= _SOME_INSIDE and _same_head(scope, s)]
    if any(said.final != s.modal.final and compatible(said, s.modal) for s in inner):
        return True  # 適用されていなかった更新プログラムを適用した
    if not same and not is_negative(said) and not any(is_negative(s.modal) for s in near):
        # Another verb (確認できる, 利用する) says it otherwise; what is demanded must be demanded somewhere.
        whole = said.printed.startswith("必要") and any(
            s.score * _full(scope) >= len(scope.terms) for s in near
        )
        return said.kind != "must" or whole or any(s.modal.kind in {"must", "directive"} for s in near)
    if scope.terms and scope.terms[-1].norm in _LOOKING and said.kind == "directive":
        return any(compatible(said, s.modal) or s.modal.kind == "can" for s in same or near)
    return any(compatible(said, s.modal) for s in same or near)


def _full(scope: _Scope) -> float:
    """The score of all words without the one for the predicate."""
    return len(scope.terms) + len(scope.facts) + (_HEAD - 1)


def _same_head(scope: _Scope, source: _Source) -> bool:
    words = _scope(source.sentence, source.modal).terms
    return not scope.terms or not words or pool_of(words[-1:], ()).holds(scope.terms[-1])


def _scope(sentence: Sentence, modal: Modal) -> _Scope:
    """What the predicate is said of; a topic belongs to the last predicate of its unit."""
    topic = sentence.topic_of(modal.unit, carried=modal.final)
    first, stop = sentence.topic_span(topic) if topic else (0, 0)

    def within(begin: int) -> bool:
        if first <= begin < stop:
            return modal.final or (modal.begin <= begin < modal.end <= stop)
        return modal.begin <= begin < modal.end

    inside = [t for t in sentence.terms if within(t.begin) and t.norm not in FUNCTION_VERBS]
    acts = [t for t in inside if t.kind in _ACTS and t.end <= modal.mark[0]]
    terms = [t for t in inside if not t.light or t in acts[-1:]]  # 使わない: a common verb, but the predicate
    facts = [f for f in sentence.facts if within(f.begin)]
    if not terms and not facts and modal.final:  # …できない形にする: only light words, said of the whole unit
        terms = [t for t in sentence.terms if t.unit == modal.unit and not t.light and t.begin < modal.end]
    return _Scope(terms, facts)


def _overlap(scope: _Scope, sentence: Sentence, modal: Modal) -> float:
    """Share of the words that the source says this predicate of; the last one is the predicate."""
    said = _scope(sentence, modal)
    there, head = pool_of(said.terms, said.facts), pool_of(said.terms[-1:], ())
    score = float(sum(there.holds(t) for t in scope.terms) + sum(there.has_fact(f) for f in scope.facts))
    total = float(len(scope.terms) + len(scope.facts))
    if scope.terms:
        score += (_HEAD - 1) * head.holds(scope.terms[-1])
        total += _HEAD - 1
    return score / (total or 1.0)


def _printed(sentence: Sentence, modal: Modal) -> str:
    return sentence.text[modal.begin : modal.end].lstrip("、")
