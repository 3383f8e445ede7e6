"""Negation and modality of each predicate: must, should, may, need not, must not, cannot, not, perhaps."""

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, replace

from app.answering.verification.marks import FORBIDDEN, marks_of
from app.answering.verification.morphs import Morph
from app.answering.verification.predicates import is_predicate, reaches

_TAIL = 12  # characters of grammar behind the last predicate: しています。, と思います。
# What a statement may say of what the passage says. A request is not made an obligation, nor a wish a fact.
_ALLOWED: dict[str, frozenset[str]] = {
    "must": frozenset({"must", "directive", "request", "plain"}),
    "directive": frozenset({"must", "directive", "request", "plain"}),
    "request": frozenset({"request", "directive", "should", "plain"}),
    "should": frozenset({"should", "request", "view"}),
    "should_not": frozenset({"should_not"}),
    "may": frozenset({"may", "can"}),
    "can": frozenset({"can", "may", "plain"}),
    "need_not": frozenset({"need_not", "not"}),
    "must_not": frozenset({"must_not", "cannot", "not"}),
    "cannot": frozenset({"cannot", "must_not", "not", "hard"}),
    "hard": frozenset({"hard", "cannot", "not"}),
    "not": frozenset({"not", "cannot", "need_not", "must_not"}),
    "perhaps": frozenset({"perhaps", "may"}),
    "view": frozenset({"view", "plain", "should", "request", "perhaps", "can"}),
    "plain": frozenset({"plain", "must", "directive", "request", "can", "perhaps", "view"}),
}
_NEGATIVE = frozenset({"must_not", "need_not", "cannot", "not", "should_not", "hard"})
_SPREADING = frozenset({"must", "should", "request", "directive", "may", "can", "perhaps"})
_CONJUNCTIVE = re.compile(r"(?:[しりきぎみびいちえけせてねめれげべ]|し?て|して)?、")
_NOMINALISED = re.compile(r"(?:する|した|[うくすつぬむるぐぶたいん])?(?:こと|の)(?:まで)?[をがはも]")
_INSIDE = frozenset({"view", "must", "directive", "request", "should", "can", "may", "plain"})


@dataclass(frozen=True, slots=True)
class Modal:
    """A predicate: what is said about it, and the stretch of text whose words it is said of."""

    kind: str
    printed: str
    begin: int  # of the stretch
    end: int
    unit: int
    final: bool  # nothing is said after it in this unit
    mark: tuple[int, int]  # place of the words that carry the modality; empty for a plain predicate
    bare: bool = False  # no predicate at all: 対象である, 全50項目。
    headless: bool = False  # words of modality alone, with no predicate before them: 対象ではない
    nested: bool = False  # only what another predicate speaks of: 導入することを in 導入することを求める


@dataclass(frozen=True, slots=True)
class _End:
    """Where a predicate ends."""

    end: int
    kind: str
    mark: tuple[int, int]
    bare: bool = False
    headless: bool = False
    outer: bool = True  # 多い, 推奨される say something of what is done; 確認する is done itself


def modals(text: str, morphs: Sequence[Morph], starts: tuple[int, ...]) -> list[Modal]:
    """Return every predicate of a sentence in order with its modality."""
    marks = marks_of(text)
    ends: list[_End] = []
    used: set[int] = set()
    covered = 0
    for index, morph in enumerate(morphs):
        if not is_predicate(morphs, index) or morph.begin < covered:
            continue
        mark = next((m for m in marks if m.end > morph.begin and reaches(text, morph, m, morphs)), None)
        if mark is None:
            outer = morph.pos[0] != "動詞" and morph.pos[2] != "サ変可能"
            ends.append(_End(morph.end, "plain", (morph.end, morph.end), outer=outer))
        elif mark.begin not in used:
            ends.append(_End(max(mark.end, morph.end), mark.kind, (mark.begin, mark.end)))
            covered = mark.end
            used.add(mark.begin)
    ends += [_End(m.end, m.kind, (m.begin, m.end), headless=True) for m in marks if m.begin not in used]
    for unit, start in enumerate(starts):
        stop = starts[unit + 1] if unit + 1 < len(starts) else len(text)
        if not any(start < e.end <= stop and len(text[e.end : stop]) <= _TAIL for e in ends):
            ends.append(_End(stop, "plain", (stop, stop), bare=True))
    return _inherit(_stretches(sorted(ends, key=lambda e: e.end), text, starts), text, starts)


def _about(inner: str, outer: str) -> str:
    """管理できないことが多い is still a cannot; 使わないことを勧める is a should not."""
    if outer == "plain":
        return "view" if inner in {"plain", "request", "directive"} else inner  # 4月に行うのが現実的です
    if outer == "not":
        return "plain" if inner in {"not", "cannot"} else "not"
    if inner in {"not", "cannot"}:
        return FORBIDDEN.get(outer, outer)
    return outer


def _inherit(found: list[Modal], text: str, starts: tuple[int, ...]) -> list[Modal]:
    """使用を中止し、交換することが望ましい: the modality at the end is that of both."""
    result = list(found)
    for index in range(len(found) - 2, -1, -1):
        modal = found[index]
        later = next((m for m in result[index + 1 :] if m.unit == modal.unit + 1 and m.final), None)
        stop = starts[modal.unit + 1] if modal.unit + 1 < len(starts) else len(text)
        if text.startswith("たり", modal.end) or text.startswith("したり", modal.end):
            end = next((m for m in result[index + 1 :] if m.final), None)
            result[index] = replace(modal, kind=end.kind) if end else modal  # 編集したり使ったりできない
            continue
        joined = (
            modal.final
            and modal.kind == "plain"
            and not modal.bare
            and _CONJUNCTIVE.fullmatch(text[modal.end : stop])
        )
        if joined and later is not None and later.kind in _SPREADING:
            result[index] = replace(modal, kind=later.kind)
    return result


def _stretches(ends: list[_End], text: str, starts: tuple[int, ...]) -> list[Modal]:
    found: list[Modal] = []
    for index, e in enumerate(ends):
        unit = bisect_right(starts, max(e.end - 1, 0)) - 1
        before = ends[index - 1].end if index else 0
        unit_end = starts[unit + 1] if unit + 1 < len(starts) else len(text)
        final = index + 1 == len(ends) or ends[index + 1].end > unit_end
        printed = text[slice(*e.mark)]
        kind = e.kind
        if found and found[-1].unit == unit and _NOMINALISED.match(text[found[-1].end :]):
            if e.outer:
                kind = _about(found[-1].kind, kind)
            found[-1] = replace(found[-1], nested=True)
            before = found[-1].begin  # 導入することまでを求める: what is asked for is the whole
        found.append(
            Modal(kind, printed, max(before, starts[unit]), e.end, unit, final, e.mark, e.bare, e.headless)
        )
    return found


def compatible(said: Modal, source: Modal) -> bool:
    """Whether a statement may say `said` where the passage says `source` of the same thing."""
    if said.kind in _ALLOWED[source.kind] or (said.bare and source.kind not in _NEGATIVE):
        return True
    if not said.final and source.kind == "perhaps":
        return said.kind not in _NEGATIVE or said.kind == "hard"  # 困難かもしれない … 困難な場合は
    loose = not said.final or (not source.final and "plain" in {said.kind, source.kind})
    return loose and {said.kind, source.kind} <= _INSIDE


def is_negative(modal: Modal) -> bool:
    """Whether it denies, forbids or releases."""
    return modal.kind in _NEGATIVE
