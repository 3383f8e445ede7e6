"""Facts that stand nowhere, limits that run the other way, counts that do not fit the list."""

from collections.abc import Iterator, Sequence

from app.answering.verification.facts import Fact, same_limit
from app.answering.verification.ground import Ground
from app.answering.verification.pool import Pool, keys_of
from app.answering.verification.sentence import Sentence
from app.answering.verification.verdict import Reason

_DATES = frozenset({"年度", "date"})
_UPPER_WORDS = ("期限", "期間", "まで", "最大", "上限", "以内", "締切", "限度", "年限", "中に", "末")


def fact_reasons(statement: Sentence, ground: Ground, also: Pool) -> Iterator[Reason]:
    """Check each fact of the statement against all facts of the passages.

    Args:
        statement: the sentence to check.
        ground: the passages.
        also: facts of the citation itself (edition, pages, address), which a statement may name as well.
    """
    sources = [f for atom in ground.atoms for f in atom.facts]
    for fact in statement.facts:
        same = [f for f in sources if fact.key in keys_of(f)]
        same += _loosely(fact, sources)
        if same:
            if not any(_fits(fact, f, statement.text) for f in same):
                yield Reason(
                    "limit_changed", _printed(fact, statement.text), _printed(same[0], _text(same[0], ground))
                )
        elif also.has_fact(fact) or _counted(fact, ground) or _in_other_words(fact, sources, statement):
            continue
        else:
            code = "count" if fact.slot == "unit:個" and ground.lists else "fact_missing"
            yield Reason("count" if code == "count" else "fact_missing", fact.printed)


def _fits(said: Fact, source: Fact, text: str) -> bool:
    """Whether the limits agree; 3か月 stands for 3か月以内 only where the text speaks of a limit."""
    if not same_limit(said, source.bound):
        return False
    return (
        said.bound == source.bound
        or said.slot in _DATES
        or not source.bound
        or any(w in text for w in _UPPER_WORDS)
    )


def _loosely(fact: Fact, sources: Sequence[Fact]) -> list[Fact]:
    """A number whose kind cannot be told on one side is known by its value alone."""
    if fact.slot in {"", "()"}:
        return [f for f in sources if fact.value in f.value.split("-")]
    return [f for f in sources if f.value == fact.value and not f.slot]


def _counted(fact: Fact, ground: Ground) -> bool:
    if fact.slot != "unit:個" or not fact.value.isdecimal():
        return False
    return fact.value == "1" or (
        not fact.bound and int(fact.value) in ground.lists
    )  # 一つの方法: no count is meant


def _in_other_words(fact: Fact, sources: Sequence[Fact], statement: Sentence) -> bool:
    """4つの段階 for 4段階."""
    units = {
        f.slot.removeprefix("unit:") for f in sources if f.value == fact.value and f.slot.startswith("unit:")
    }
    return fact.slot == "unit:個" and any(t.norm in units or t.surface in units for t in statement.terms)


def _printed(fact: Fact, text: str) -> str:
    return text[fact.begin : fact.end + 2].rstrip("、。にでのをがは") if fact.bound else fact.printed


def _text(fact: Fact, ground: Ground) -> str:
    return next((a.sentence.text for a in ground.atoms if any(f is fact for f in a.facts)), fact.printed)
