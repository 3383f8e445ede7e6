"""Words of the statement that stand nowhere in the passages, or only where something else is spoken of."""

from collections.abc import Iterable, Iterator

from app.answering.verification.alignment import Aligned, Item, agrees, holds, weight_of
from app.answering.verification.facts import Fact
from app.answering.verification.ground import Atom, Ground
from app.answering.verification.lexicon import ids_of_word, is_shell, opposed, opposites_of
from app.answering.verification.opposites import exchanged, opposite_of
from app.answering.verification.pool import BODIES, Pool, pool_of
from app.answering.verification.terms import LIMITS, Term
from app.answering.verification.verdict import Reason

_OWN_WORDS = 0.3  # of the weight of a unit may be words that the passage does not have
_RANKS = frozenset("副元前新旧準正")  # 副部門長 is not 部門長
_OWN_KINDS = frozenset({"adverb", "predicate", "quality", "state"})
_CLAIMS = frozenset({"action", "predicate", "noun"})
# Places in which one thing may stand for another: が and は, に and へ, lists and what they belong to.
_PLACES = {
    "subj": {"subj", "topic", "also", "by"},
    "topic": {"subj", "topic", "also", "by"},
    "also": {"subj", "topic", "also"},
    "by": {"by", "subj", "topic"},
    "obj": {"obj", "with"},
    "with": {"with", "obj", "subj", "gen"},
    "gen": {"gen", "with"},
}


def word_reasons(aligned: Iterable[Aligned], ground: Ground, also: Pool) -> Iterator[Reason]:
    """Say of each word that is missing whether it stands nowhere or with something else.

    What the citations say of themselves (`also`) may be named.
    """
    for unit in aligned:
        excused = _excused(unit, ground)
        for item in unit.missing:
            named = isinstance(item, Term) and also.holds(item) and not ground.everything.holds(item)
            if item not in excused and not named:
                yield from _reason(item, unit, ground)
        for item in unit.adrift:
            if where := _where(item, ground):
                yield _elsewhere(item, where)
        yield from exchanged(unit)
        for term in unit.terms:
            if term not in unit.missing and (opposite := opposite_of(term, unit)):
                yield Reason("opposite", term.surface, opposite)


def _elsewhere(item: Item, where: str) -> Reason:
    if isinstance(item, Fact):
        return Reason("fact_elsewhere", item.printed, where)
    return Reason("word_elsewhere", item.surface, where)


def _excused(unit: Aligned, ground: Ground) -> set[Item]:
    """Words that a faithful sentence may have of its own: few, no names, in no other word's place."""
    if unit.atom is None:
        return set()
    new = [i for i in unit.missing if isinstance(i, Term) and not ground.everything.holds(i)]
    if len(new) < len(unit.missing) or any(_replaces(t, unit) or _contrary(t, ground) for t in new):
        return set()
    weight = sum(map(weight_of, new))
    total = sum(map(weight_of, unit.items))
    return set(new) if weight <= _OWN_WORDS * total else set()


def _replaces(term: Term, unit: Aligned, *, lenient: bool = True) -> bool:
    """Whether the word stands where the passage has another one: 警備会社が for 総務課が."""
    assert unit.atom is not None
    since = term.surface == "後" and "から" in unit.atom.sentence.text  # 導入後半年で, 導入から半年で
    fixed = (
        term.kind == "name"
        or term.surface[-1] in BODIES
        or (term.norm in LIMITS and term.surface not in {"前", "後"})
    )
    claim = term.kind == "quality" and term == unit.terms[-1]  # …すれば十分です
    if not since and (fixed or claim or opposite_of(term, unit)):
        return True
    role = next((p.role for p in unit.phrases if term in p.terms), "")
    framing = role == "as" or (lenient and is_shell(term.norm, term.surface))  # 対策としては, …の割合は
    framing = framing or term.surface in {"前", "後"}  # the opposite of it is looked for by itself
    if since or framing or term.kind in _OWN_KINDS:
        return False
    said = pool_of(unit.terms, unit.facts)
    sentence = unit.atom.sentence
    if not role:
        return any(t.kind in _CLAIMS and not t.light and not said.holds(t) for t in sentence.terms)
    rivals = [p for p in sentence.phrases if p.unit == unit.atom.unit and p.role in _PLACES.get(role, {role})]
    return any(not t.light and not said.holds(t) for p in rivals for t in p.terms) or any(
        not said.has_fact(f) for p in rivals for f in p.facts
    )


def _reason(item: Item, unit: Aligned, ground: Ground) -> Iterator[Reason]:
    if isinstance(item, Fact):
        if ground.everything.has_fact(item):
            yield _elsewhere(item, _where(item, ground))
    elif opposite := opposite_of(item, unit):
        yield Reason("opposite", item.surface, opposite)
    elif ground.everything.holds(item):
        if _belongs(item, unit, ground) or _nearby(item, unit, ground):
            return
        if item.kind == "predicate" and unit.atom is not None:
            return  # a verb is common to many things; what it is said of is compared elsewhere
        yield _elsewhere(item, _where(item, ground))
    else:
        yield Reason("name_missing" if item.kind == "name" else "word_missing", item.surface)


def _nearby(item: Term, unit: Aligned, ground: Ground) -> bool:
    """A word of a neighbouring sentence, where the aligned one has nothing in its place."""
    atom = unit.atom
    if (
        atom is None
        or item.kind not in {"noun", "action", "state", "quality"}
        or _replaces(item, unit, lenient=False)
    ):
        return False
    listed = atom.sentence.is_item
    near = [a for a in ground.atoms if a.passage == atom.passage and abs(a.row - atom.row) <= 1]
    near = [] if listed else [a for a in near if not a.sentence.is_item]
    return any(a.own.holds(item) and agrees(a, item, unit.items) for a in near)


def _belongs(item: Term, unit: Aligned, ground: Ground) -> bool:
    """CSIRT in CSIRTのメンバー, where the sentence before named it and this one says メンバー."""
    atom = unit.atom
    if atom is not None and item.kind in {"noun", "action"} and _is_subject(item, atom, ground):
        free = any(item in p.terms and p.role in {"topic", "gen"} for p in unit.phrases)
        return free or not _replaces(item, unit)
    if atom is None or not any(item in p.terms and p.role == "gen" for p in unit.phrases):
        return False
    if any(t.kind == "name" for t in atom.sentence.terms):
        return False
    before = [a for a in ground.atoms if a.passage == atom.passage and a.row == atom.row - 1]
    return any(a.own.holds(item) for a in before)


def _is_subject(item: Term, atom: Atom, ground: Ground) -> bool:
    """ログ in what follows ログの保存期間について: the passage speaks of nothing else."""
    first = next((a for a in ground.atoms if a.passage == atom.passage and a.row == 0), None)
    topic = next((p for p in first.topics if p.terms), None) if first else None
    if first is None or topic is None or topic.facts or any(t.kind == "name" for t in topic.terms):
        return False
    begin, end = first.sentence.topic_span(topic)
    words = [t for t in first.terms if begin <= t.begin < end]
    return pool_of(words, ()).holds(item) and not any(opposed(item.norm, t.norm) for t in atom.sentence.terms)


def _where(item: Item, ground: Ground) -> str:
    return next((a.text.rstrip("、。") for a in ground.atoms if holds(a, item)), "")


def _contrary(term: Term, ground: Ground) -> bool:
    """Whether the passages have the opposite of the word, or a synonym of that (あらかじめ for 事後)."""
    return any(not ids_of_word(word).isdisjoint(ground.everything.ids) for word in opposites_of(term.norm))
