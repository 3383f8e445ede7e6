"""Who does what to whom, compared between statement and passage."""

from collections.abc import Iterator, Sequence

from app.answering.verification.alignment import Aligned
from app.answering.verification.frames import Argument, Frame, argument_of, frames_of
from app.answering.verification.ground import Atom
from app.answering.verification.phrases import Phrase
from app.answering.verification.pool import Pool, pool_of
from app.answering.verification.sentence import Sentence
from app.answering.verification.terms import Term
from app.answering.verification.verdict import Reason

_NO_PART = frozenset({"", "with", "loc", "as"})


def role_reasons(statement: Sentence, aligned: Sequence[Aligned]) -> Iterator[Reason]:
    """Name each phrase that plays another part in the passage than in the statement."""
    for unit in aligned:
        yield from _owner_reasons(statement, unit)
        yield from _direction_reasons(statement, unit)
        sources = [
            f for atom in unit.sentence_atoms for f in frames_of(atom.sentence, atom.unit, _carried(atom))
        ]
        for said in frames_of(statement, unit.unit, []):
            matches = [f for f in sources if _same_act(said, f)]
            found = [list(_conflicts(said, source)) for source in matches]
            if found and all(found):
                yield min(found, key=len)[0]


def _owner_reasons(statement: Sentence, unit: Aligned) -> Iterator[Reason]:
    """委託先の承認 where the passage has 委託元の承認, and 委託先 elsewhere in the same sentence."""
    for phrase in statement.phrases:
        if phrase.unit != unit.unit or not phrase.terms or phrase.terms[-1].light:
            continue
        said = argument_of(statement, phrase, 0, sure=True)
        if not said.modifiers:
            continue
        there = list(_owned(unit.atom, said.words[-1])) if unit.atom else []
        if there and not any(_shared(said, other) for _, other in there):
            source, other = there[0]
            beside = [p for p in statement.phrases if p.role in {"loc", "dat", ""}]  # 報告書は日本語で
            mine = pool_of((t for p in beside for t in p.terms), ())
            parts = all(
                any(p.role and pool_of(p.terms, ()).holds(t) for p in source.phrases) for t in said.modifiers
            )
            if parts and not any(mine.holds(t) for t in other.modifiers):
                yield Reason("role", said.printed, other.printed)


def _direction_reasons(statement: Sentence, unit: Aligned) -> Iterator[Reason]:
    """取引先からの where the passage has 取引先への."""
    for phrase in statement.phrases:
        if phrase.unit != unit.unit or not phrase.direction or phrase.role != "gen":
            continue
        words = pool_of(phrase.terms, ())
        there = [p for a in unit.atoms for p in a.sentence.phrases if p.role == "gen" and p.direction]
        there = [p for p in there if p.terms and all(words.holds(t) for t in p.terms)]
        if there and all(p.direction != phrase.direction for p in there):
            printed = "".join(t.surface for t in phrase.terms)
            yield Reason("role", f"{printed}{phrase.direction}の", f"{printed}{there[0].direction}の")


def _owned(atom: Atom, word: Term) -> Iterator[tuple[Sentence, Argument]]:
    for phrase in atom.sentence.phrases:
        if phrase.unit == atom.unit and phrase.terms and _same_head(word, phrase.terms[-1]):
            yield atom.sentence, argument_of(atom.sentence, phrase, 0, sure=True)


def _same_head(said: Term, source: Term) -> bool:
    """事前承認 and 承認 have one head."""
    pool = pool_of((source,), ())
    return pool.holds(said) or bool(said.parts and not said.parts[-1].isdisjoint(pool.ids))


def _shared(said: Argument, other: Argument) -> bool:
    """Whether the two have a modifier in common; a compound or a bare word says nothing either way."""
    wide = pool_of((*other.modifiers, *other.words[:-1]), ())
    return not other.modifiers or any(wide.holds(t) for t in (*said.modifiers, *said.words[:-1]))


def _carried(atom: Atom) -> list[Phrase]:
    """The agent that an earlier unit of the sentence named."""
    if any(p.role == "topic" for p in atom.topics):
        return []
    before = [p for p in atom.sentence.phrases if p.role == "topic" and p.unit < atom.unit]
    return before[-1:]


def _same_act(said: Frame, source: Frame) -> bool:
    """One verb in another form; a synonym may take its phrases otherwise (加わる, 追加する)."""
    same = said.head.norm == source.head.norm or bool(said.head.kanji & source.head.kanji)
    return same and pool_of((source.head,), ()).holds(said.head)


def _conflicts(said: Frame, source: Frame) -> Iterator[Reason]:
    for role, arguments in said.arguments.items():
        there = source.arguments.get(role, [])
        agreed = {a.group for a in arguments if any(_agrees(a, other, role, said, source) for other in there)}
        for argument in arguments:
            if agreed or not _held(argument, source.words):
                continue
            if there and _takes_part(argument, source) and not _said_otherwise(argument, role, said, source):
                yield Reason("role", argument.printed, there[0].printed)
            elif (
                not there
                and role == "agent"
                and argument.sure
                and (goal := _goal_of_another(argument, source))
            ):
                yield Reason("role", argument.printed, goal)
            elif not there and (other := _elsewhere(argument, role, said, source)):
                yield Reason("role", argument.printed, other.printed)


def _held(argument: Argument, pool: Pool) -> bool:
    return all(pool.holds(t) for t in argument.words) and all(pool.has_fact(f) for f in argument.facts)


def _takes_part(argument: Argument, source: Frame) -> bool:
    """Whether the words have a part of their own in the source's sentence, so that the two were exchanged."""
    parts = (p for p in source.phrases if p.role not in _NO_PART and (p.role != "gen" or p.direction))
    return any(_held(argument, pool_of(p.terms, p.facts)) for p in parts)


def _agrees(argument: Argument, other: Argument, role: str, said: Frame, source: Frame) -> bool:
    """情報システム部門 is 部門, unless the passage gives just this 情報システム部門 another part."""
    if not _same(argument, other):
        return False
    whole = _held(argument, other.pool)
    return whole or _elsewhere(argument, role, said, source) is None


def _same(one: Argument, other: Argument) -> bool:
    if one.modifiers and other.modifiers and not any(other.around.holds(t) for t in one.modifiers):
        return False
    wide = pool_of((*other.words, *other.modifiers), other.facts)
    mine = pool_of((*one.words, *one.modifiers), one.facts)
    return _held(one, wide) or _held(other, mine)


def _unclear(role: str, other: str, said: Frame, source: Frame) -> bool:
    """Two roles that one and the same phrase may have in two ways of saying it."""
    if said.causative or source.causative:
        return True  # 来客に使わせる, 来客が使う
    pairs = {
        ("goal", "agent"): said.passive,  # 取引先に求められる: by them
        ("agent", "source"): True,  # 事務局から連絡する, 事務局が連絡する
        ("source", "agent"): True,
        ("agent", "object"): "object" not in said.arguments,  # 注意点が加わる, 注意点を加える
    }
    return pairs.get((role, other), False)


def _said_otherwise(argument: Argument, role: str, said: Frame, source: Frame) -> bool:
    """Whether the passage has the phrase in a role that comes to the same."""
    return any(
        _unclear(role, name, said, source) and _held(argument, other.pool)
        for name, others in source.arguments.items()
        for other in others
    )


def _goal_of_another(argument: Argument, source: Frame) -> str:
    """社長が確認し where the passage has 確認し、社長に報告する."""
    goals = (p for p in source.phrases if p.role == "dat" and p.terms and not p.terms[-1].light)
    held = (p for p in goals if _held(argument, pool_of(p.terms, ())) and not argument.modifiers)
    named = any(p.role in {"subj", "topic"} and _held(argument, pool_of(p.terms, ())) for p in source.phrases)
    phrase = None if named else next(held, None)
    return "".join(t.surface for t in phrase.terms) if phrase else ""


def _elsewhere(argument: Argument, role: str, said: Frame, source: Frame) -> Argument | None:
    """The same words in another part of the same predicate."""
    for other_role, others in source.arguments.items():
        if other_role == role or _unclear(role, other_role, said, source):
            continue
        for other in others:
            sure = other.sure and argument.sure and not argument.modifiers
            if sure and _held(argument, other.pool):
                return other
    return None
