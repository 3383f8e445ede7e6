"""How many things a passage lists."""

import re
from collections.abc import Iterable, Sequence

from app.answering.verification.sentence import Sentence

_MARKS = re.compile(r"[①-⑳]|[(（]\d{1,2}[)）]")
_QUOTED = re.compile(r"「[^「」]{1,80}」")
_QUOTED_RUN = re.compile(r"(?:「[^「」]{1,80}」[、と・や]?){2,20}")


def list_sizes(passages: Iterable[Sequence[Sentence]]) -> frozenset[int]:
    """How many items the lists have: lines with a mark, and things named one after the other (A、B、C)."""
    sizes: set[int] = set()
    for sentences in passages:
        run = 0
        for sentence in sentences:
            sizes |= {len(_QUOTED.findall(m.group())) for m in _QUOTED_RUN.finditer(sentence.text)}
            sizes.add(len(_MARKS.findall(sentence.printed)))
            run = run + 1 if sentence.is_item else 0
            sizes.add(run)
            sizes |= _enumerations(sentence)
    return frozenset(sizes - {0, 1})


def _enumerations(sentence: Sentence) -> set[int]:
    sizes, run = set(), 1
    for phrase in sentence.phrases:
        if phrase.role == "with":
            run += 1
        else:
            sizes.add(run)
            run = 1
    return sizes
