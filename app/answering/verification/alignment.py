"""Which atom of the passages a unit of the statement speaks of, and what of the unit does not stand there."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.answering.verification.facts import Fact
from app.answering.verification.ground import Atom, Ground
from app.answering.verification.lexicon import is_shell, opposed
from app.answering.verification.phrases import Phrase
from app.answering.verification.pool import pool_of
from app.answering.verification.sentence import Sentence
from app.answering.verification.terms import Term

_FACT_WEIGHT = 2.0
_WEIGHTS = {
    "name": 1.5,
    "noun": 1.0,
    "action": 1.0,
    "predicate": 0.8,
    "quality": 0.8,
    "state": 1.0,
    "adverb": 0.6,
    "affix": 0.5,
}
_KINDS = (
    "期間", "期限", "期日", "年限", "頻度", "回数", "件数", "人数", "日数", "時間", "時期", "割合",
    "点数", "総数", "日付", "日", "番号", "数", "リンク", "url", "アドレス", "ページ", "ページ数",
    "締切", "締め切り", "合計", "長さ", "料金", "費用", "価格", "金額", "年数", "下限", "上限",
)  # fmt: skip
_SYNONYM = 0.85  # what another word for the same is worth
_LENT = 0.5  # what a word of the items is worth to the sentence that opens their list
_NEAR = 0.35  # of the unit's weight: how much worse than the best an atom may be and still be considered


Item = Term | Fact


@dataclass(frozen=True, slots=True)
class Aligned:
    """One unit of the statement with the atom that it speaks of."""

    unit: int
    terms: tuple[Term, ...]
    facts: tuple[Fact, ...]
    atom: Atom | None
    missing: tuple[Item, ...]
    phrases: tuple[Phrase, ...] = ()
    adrift: tuple[Item, ...] = ()  # the topic carried from an earlier unit, where the atom has another

    @property
    def items(self) -> tuple[Item, ...]:
        """Words and facts of the unit."""
        return (*self.terms, *self.facts)

    @property
    def own(self) -> bool:
        """Whether the atom has all of it without its context."""
        return self.atom is not None and all(holds(self.atom, item) for item in self.items)

    @property
    def atoms(self) -> list[Atom]:
        """The atom and those that lend it words."""
        return [self.atom, *self.atom.lenders] if self.atom else []

    @property
    def sentence_atoms(self) -> list[Atom]:
        """The atom and what its own sentence lends it."""
        return [a for a in self.atoms if self.atom and a.sentence is self.atom.sentence]

    @property
    def asked(self) -> list[Atom]:
        """The question that the atom answers."""
        return self.atom.asked if self.atom else []


def align(statement: Sentence, ground: Ground) -> list[Aligned]:
    """Find the atom for each unit of the statement."""
    aligned = []
    for unit in range(len(statement.starts)):
        terms = tuple(t for t in statement.terms if t.unit == unit and not t.light)
        facts = tuple(f for f in statement.facts if statement.unit_of(f.begin) == unit)
        carried = [] if unit == 0 else _carried(statement, unit)
        phrases = tuple(p for p in statement.phrases if p.unit == unit)
        aligned.append(_best(unit, terms, facts, carried, phrases, ground))
    return aligned


def _carried(statement: Sentence, unit: int) -> list[Item]:
    """The topic that an earlier unit set, for a unit that sets none."""
    topics = [p for p in statement.phrases if p.role == "topic" and p.unit <= unit]
    if not topics or topics[-1].unit == unit:
        return []
    return [*(t for t in topics[-1].terms if t.kind == "name"), *topics[-1].facts]


def _best(
    unit: int,
    terms: Sequence[Term],
    facts: Sequence[Fact],
    carried: Sequence[Item],
    phrases: tuple[Phrase, ...],
    ground: Ground,
) -> Aligned:
    items: list[Item] = [*terms, *facts]
    total = sum(map(weight_of, items)) or 1.0
    scored = [(sum(_nearness(a, i) * weight_of(i) for i in items), a) for a in ground.atoms if not a.asks]
    top = max((score for score, _ in scored), default=0.0)
    best: tuple[float, float, Aligned] | None = None
    for score, atom in scored:
        if score < top - _NEAR * total:
            continue
        missing = [
            i for i in items if not _covered(i, items, atom) or _stands_in_for(i, items, phrases, atom)
        ]
        adrift = [i for i in carried if not holds(atom, i) and not _lent(atom, i)]
        loss = sum(map(weight_of, missing)) + sum(map(weight_of, adrift)) / 2
        if best is None or (loss, -score) < best[:2]:
            here = Aligned(unit, tuple(terms), tuple(facts), atom, tuple(missing), phrases, tuple(adrift))
            best = (loss, -score, here)
    if best is None or (items and best[1] == 0):
        return Aligned(unit, tuple(terms), tuple(facts), None, tuple(items))
    return best[2]


def _covered(item: Item, items: Sequence[Item], atom: Atom) -> bool:
    if isinstance(item, Fact) and not holds(atom, item) and _rivals(item, items, atom):
        return False
    if not holds(atom, item):
        holders = [lender for lender in atom.lenders if holds(lender, item)]
        if holders and not any(agrees(h, item, items) and _merges(h, item, items, atom) for h in holders):
            return False
    return (
        holds(atom, item) or _lent(atom, item) or (isinstance(item, Term) and _names_fact(item, items, atom))
    )


def _stands_in_for(item: Item, items: Sequence[Item], phrases: tuple[Phrase, ...], atom: Atom) -> bool:
    """Whether the word is the topic of the statement and the atom has quite another topic of its own."""
    if holds(atom, item) or not any(p.role == "topic" and item in (*p.terms, *p.facts) for p in phrases):
        return False
    if isinstance(item, Term) and (_names_fact(item, items, atom) or is_shell(item.norm, item.surface)):
        return False
    topics = [t for p in atom.topics if p.role == "topic" for t in p.terms if not t.light]
    said = pool_of([i for i in items if isinstance(i, Term)], ())
    return bool(topics) and not any(said.holds(t) for t in topics)


def agrees(lender: Atom, item: Item, items: Sequence[Item]) -> bool:
    """Whether the lender of the word or fact has no other value for what else the statement says."""
    others = [i for i in items if isinstance(i, Fact) and i is not item and not lender.own.has_fact(i)]
    values = {f.value for f in lender.facts}
    return not any(_rivals(other, items, lender) for other in others if other.value not in values)


def _merges(lender: Atom, item: Item, items: Sequence[Item], atom: Atom) -> bool:
    """Whether a fact of another sentence comes with words of that sentence, which the atom does not have."""
    if isinstance(item, Term) or lender.sentence is atom.sentence or lender.sentence.is_item:
        return True
    others = [i for i in items if i is not item and not holds(atom, i)]
    return any(holds(lender, i) for i in others)


def _rivals(fact: Fact, items: Sequence[Item], atom: Atom) -> bool:
    """Whether the atom itself gives other values of this kind and the statement none of those."""
    if fact.slot in {"", "()"}:
        return False
    there = {f.value for f in atom.facts if f.slot == fact.slot}
    if fact.value in there:
        return not atom.own.has_fact(fact)  # 7.0以上 where the atom says 7.0未満
    return bool(there) and not any(
        isinstance(i, Fact) and i.slot == fact.slot and i.value in there for i in items
    )


def _names_fact(term: Term, items: Sequence[Item], atom: Atom) -> bool:
    """期間 in 保存期間は1年間: the word only says what kind of thing the fact is."""
    fact = any(isinstance(i, Fact) for i in items)
    if fact and (term.norm in _KINDS or any(f.slot == f"unit:{term.norm}" for f in atom.facts)):
        return True
    if not fact and not term.norm.endswith(("先", "元")):
        return False
    head = next((kind for kind in (*_KINDS, "先", "元", "者") if term.run.endswith(kind)), "")
    if head == "者" and not any(f.slot == "unit:人" for f in atom.facts):
        return False  # 参加者は412名, 社員412名が参加した
    if any(opposed(term.norm, t.norm) for t in atom.terms):
        return False  # 委託先, where the passage has 委託元
    rest = term.run.removesuffix(head)
    return bool(head and rest) and (rest in atom.own.text or rest in atom.lent.text)


def weight_of(item: Item) -> float:
    """How much a word or fact counts."""
    return _FACT_WEIGHT if isinstance(item, Fact) else _WEIGHTS[item.kind]


def _nearness(atom: Atom, item: Item) -> float:
    if isinstance(item, Term) and item.norm not in atom.own.ids and holds(atom, item):
        return _SYNONYM
    return 1.0 if holds(atom, item) else _LENT if atom.leads and _lent(atom, item) else 0.0


def holds(atom: Atom, item: Item) -> bool:
    """Whether the atom itself has the word or fact."""
    return atom.own.has_fact(item) if isinstance(item, Fact) else atom.own.holds(item)


def _lent(atom: Atom, item: Item) -> bool:
    return atom.lent.has_fact(item) if isinstance(item, Fact) else atom.lent.holds(item)
