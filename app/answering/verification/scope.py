"""How far a sentence reaches: all, some, only, always, in principle; and under which conditions."""

import re
from collections.abc import Iterator, Sequence

from app.answering.verification.alignment import Aligned
from app.answering.verification.ground import Atom
from app.answering.verification.pool import Pool, pool_of
from app.answering.verification.sentence import Sentence
from app.answering.verification.verdict import Reason

_SCOPES: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("all", re.compile(r"すべて|全て|全部(?!で)|どのような[^。、]{1,8}も|どんな[^。、]{1,8}も|いつでも|[誰だ]れでも|誰でも|全員|全件|全社(?!横断)|全(?=[一-龠ァ-ヶ]{2})(?!く|般|社横|体)|いずれ(?:も|の場合も)|あらゆる|例外なく|を問わず|問わない|にかかわらず|限らず|両(?=[社者])|(?<=[社者])とも")),
    ("some", re.compile(r"一部(?!署)|いずれか|半数|一方のみ|部分的")),
    ("only", re.compile(r"のみ(?!なら)|(?<![たるい])だけ(?!で(?:は)?なく|の|では)|に限[りるっら]|(?<=[者員内名方])限り|限定|しか(?=[^し])|専ら")),
    ("always", re.compile(r"必ず(?!し)|常(?:に|設|時)|絶対|一切|いかなる|完全に|確実に|決して")),
    ("free", re.compile(r"自由に|無条件|無制限|制限なく|際限なく|の定めなく|の上限なく|条件なし")),
    ("except", re.compile(r"以外(?!に)|を除[きいく]|でない|ではない|別の|対象外")),
    ("principle", re.compile(r"原則")),
)  # fmt: skip
_EXCEPT = re.compile(r"以外(?!に)")
_SAME = {
    "all": {"all", "always"},
    "always": {"all", "always"},
    "only": {"only", "except"},
}  # 理由を問わず, いかなる理由でも
_CONDITION = re.compile(
    r"(?:場合|とき)(?!が|も(?:あ|、?同)|に応)|限り|を除[きい]|によっては|(?<=[たなけ])(?:ら|れば)(?=、)"
)
_CLAUSE = re.compile(
    r"場合|とき|時|際|限り|除|によって|[たな]ら|れば|えば|けば|せば|ければ|と、|うえ|上で|のみ|だけ|限"
)
_LIMITS = re.compile(r"に限[りるっら]|に限定|のみ(?:と|で|が|に)")
_DEMANDS = frozenset({"must", "must_not", "may", "should", "directive", "need_not"})
_NEAR = 12  # characters
_SHARE = 0.34  # of the words of a condition: fewer and the condition was dropped


def scope_reasons(statement: Sentence, aligned: Sequence[Aligned]) -> Iterator[Reason]:
    """Name every all, some, only and always that the passage does not say of this."""
    for unit in aligned:
        if unit.atom is None:
            continue
        said = _unit_text(statement, unit.unit)
        sources = " ".join(atom.sentence.text for atom in unit.atoms)
        for name, pattern in _SCOPES:
            match = (_EXCEPT if name == "except" else pattern).search(said)
            place = match.start() + statement.starts[unit.unit] if match else -1
            if match and name == "only" and any(f.end == place for f in statement.facts):
                continue  # 1名だけ
            if match and name == "only" and "最小限" in sources:
                continue
            if match and not any(p.search(sources) for n, p in _SCOPES if n in _SAME.get(name, {name})):
                yield Reason("scope", _around(said, match))
        for name, pattern in _SCOPES:
            lost = pattern.search(unit.atom.text)
            lost = lost if lost and _speaks_of(statement, unit.atom, lost) else None
            if (
                lost
                and (name == "principle" or (name == "only" and _LIMITS.search(unit.atom.text)))
                and not pattern.search(statement.text)
            ):
                yield Reason("condition", "", _around(unit.atom.text, lost))


def _speaks_of(statement: Sentence, atom: Atom, lost: re.Match[str]) -> bool:
    """Whether the statement has the words in front of the limit (品質課の社員 in 品質課の社員に限る)."""
    end = atom.sentence.starts[atom.unit] + lost.start()
    near = [t for t in atom.terms if end - _NEAR <= t.begin < end and not t.light]
    pool = pool_of(statement.terms, statement.facts)
    return lost.group() == "原則" or (bool(near) and all(pool.holds(t) for t in near[-1:]))


def _bare(statement: Sentence, unit: int) -> bool:
    return any(m.unit == unit and m.final and m.bare for m in statement.modals)


def condition_reasons(statement: Sentence, aligned: Sequence[Aligned]) -> Iterator[Reason]:
    """Name each condition of the passage that the statement leaves out."""
    pool = pool_of(statement.terms, statement.facts)
    if _CLAUSE.search(statement.text):
        return
    for unit in aligned:
        if unit.atom is None or not _demands(statement, unit):
            continue
        for begin, end in _conditions(unit.atom):
            if _dropped(unit, begin, end, pool):
                yield Reason("condition", "", unit.atom.sentence.text[begin:end].strip("、"))


def _demands(statement: Sentence, unit: Aligned) -> bool:
    """Only what one must, may or should do is different without its condition."""
    return any(m.unit == unit.unit and m.final and m.kind in _DEMANDS for m in statement.modals)


def _conditions(atom: Atom) -> Iterator[tuple[int, int]]:
    starts = atom.sentence.starts
    begin = starts[atom.unit]
    stop = starts[atom.unit + 1] if atom.unit + 1 < len(starts) else len(atom.sentence.text)
    for match in _CONDITION.finditer(atom.sentence.text, begin, stop):
        yield begin, match.end()


def _dropped(unit: Aligned, begin: int, end: int, pool: Pool) -> bool:
    """Whether the statement has what stands behind the condition, but hardly any word of the condition."""
    assert unit.atom is not None
    condition = [t for t in unit.atom.terms if begin <= t.begin < end and not t.light]
    rest = [t for t in unit.atom.terms if t.begin >= end and not t.light]
    if not condition or not rest:
        return False
    if sum(pool.holds(t) for t in rest) < len(rest) * _SHARE:
        return False
    return sum(pool.holds(t) for t in condition) < len(condition) * _SHARE


def _unit_text(statement: Sentence, unit: int) -> str:
    stop = statement.starts[unit + 1] if unit + 1 < len(statement.starts) else len(statement.text)
    return statement.text[statement.starts[unit] : stop]


def _around(text: str, match: re.Match[str]) -> str:
    return text[max(0, match.start() - 6) : match.end() + 4].strip("、。")
