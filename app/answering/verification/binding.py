"""Values that stand in the passage, but as the values of something else."""

import re
from collections.abc import Iterable, Iterator, Sequence

from app.answering.verification.alignment import Aligned
from app.answering.verification.facts import Fact
from app.answering.verification.ground import Ground
from app.answering.verification.lexicon import is_shell
from app.answering.verification.pool import keys_of
from app.answering.verification.sentence import Sentence
from app.answering.verification.verdict import Reason

_QUOTED = re.compile(r"「[^「」]{1,80}」")


def binding_reasons(statement: Sentence, aligned: Sequence[Aligned], ground: Ground) -> Iterator[Reason]:
    """A value that stands in the aligned sentence, but nearer to these words another one of its kind does."""
    sources = [(a.sentence, f) for a in ground.atoms for f in a.facts]
    for unit in aligned:
        sole = (
            unit.own
            and all({g.value for g in unit.atom.facts if g.slot == f.slot} == {f.value} for f in unit.facts)
            if unit.atom
            else False
        )
        for fact in unit.facts:
            if fact.slot in {"url", "mail", "tel", "()"} or sole:
                continue
            here = _neighbours(statement, fact)
            same, other = 0.0, 0.0
            wrong: Fact | None = None
            for sentence, source in sources:
                if source.slot != fact.slot:
                    continue
                score = _closeness(here, _neighbours(sentence, source))
                if fact.key in keys_of(source):
                    same = max(same, score)
                elif score > other:
                    other, wrong = score, source
            if wrong is not None and same > 0 and other > same * 1.2 + 0.1:
                yield Reason("fact_elsewhere", fact.printed, wrong.printed)


def _neighbours(sentence: Sentence, fact: Fact) -> list[tuple[frozenset[str], float]]:
    """Words and facts around, with how near they stand."""
    found: list[tuple[frozenset[str], float]] = []
    things: list[tuple[int, frozenset[str], float]] = [
        (t.begin, t.ids, 1.0) for t in sentence.terms if not t.light and not is_shell(t.norm, t.surface)
    ] + [(f.begin, frozenset({f"={f.value}{f.bound}"}), 2.0) for f in sentence.facts if f is not fact]
    for begin, ids, weight in things:
        between = _QUOTED.sub("「」", sentence.text[min(begin, fact.begin) : max(begin, fact.begin)])
        distance = len(between) + 12 * between.count("、") + 30 * between.count("。")
        side = 1.0 if begin < fact.begin else 0.6
        found.append((ids, side * weight / (1 + distance / 10)))
    return found


def _closeness(
    here: Iterable[tuple[frozenset[str], float]], there: Sequence[tuple[frozenset[str], float]]
) -> float:
    score = 0.0
    for ids, near in here:
        score += max((near * other for words, other in there if not ids.isdisjoint(words)), default=0.0)
    return score
