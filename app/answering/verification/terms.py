"""Content words of a sentence, with everything that makes two words the same."""

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

from app.answering.verification.facts import Fact
from app.answering.verification.lexicon import ids_of, ids_of_word, is_light, kanji_of, opposites_of
from app.answering.verification.morphs import Morph

_DENIED = re.compile(r"は?(?:な[いかく]|ありませ)")
_ENDINGS = frozenset({"的", "化", "性", "用", "等", "時", "別", "毎"})
_NEGATIVE = frozenset("不未非無")
_CONTENT = frozenset({"名詞", "動詞", "形容詞", "形状詞", "副詞", "接頭辞", "接尾辞", "記号"})
_ALNUM = re.compile(r"[^\W_]")
_KANJI = re.compile(r"[㐀-鿿々]")
_NAME = re.compile(r"[a-z]")
_KINDS = {
    "形容詞": "quality",
    "形状詞": "quality",
    "連体詞": "quality",
    "動詞": "predicate",
    "副詞": "adverb",
    "接頭辞": "affix",
    "接尾辞": "affix",
}
_QUOTED = re.compile(r"「[^「」]{1,80}」|『[^『』]{1,80}』")
LIMITS = frozenset(
    {"以上", "以下", "未満", "以内", "以降", "以前", "超える", "越える", "前", "後", "末", "中", "内"}
)
_NUMBER_NAMES = frozenset(
    {"p", "pp", "p.", "pp.", "no", "no.", "第", "ver", "ver.", "rev", "rev.", "v", "項番"}
)


@dataclass(frozen=True, slots=True)
class Term:
    """A content word. `parts` are the ids of its short units."""

    surface: str
    norm: str
    ids: frozenset[str]
    parts: tuple[frozenset[str], ...]
    kanji: frozenset[str]
    kind: str  # "name", "noun", "action" (with する), "predicate", "quality", "state", "adverb", "affix"
    light: bool
    unit: int
    begin: int
    end: int
    denied: bool  # 少なくない is not 少ない
    quoted: bool  # inside 「…」 or 『…』
    run: str  # the word with the words written together with it


def terms_of(
    text: str,
    morphs: Sequence[Morph],
    facts: Sequence[Fact],
    starts: tuple[int, ...],
    marks: Sequence[tuple[int, int]],
) -> list[Term]:
    """The content words, in order; `marks` are the places of words of modality, which are compared apart."""
    terms = []
    quotes = [m.span() for m in _QUOTED.finditer(text)]
    for index, m in enumerate(morphs):
        if m.is_number or not _is_content(m) or _in_fact(m, facts) or _is_number_name(m, facts):
            continue
        behind = morphs[index + 1] if index + 1 < len(morphs) else None
        negated = (
            index > 0 and morphs[index - 1].pos[0] == "接頭辞" and morphs[index - 1].surface in _NEGATIVE
        )
        denied = m.pos[0] in {"形容詞", "形状詞"} and bool(_DENIED.match(text, m.end))
        modal = any(begin <= m.begin < end for begin, end in marks)
        terms.append(
            Term(
                surface=m.surface,
                norm=m.norm,
                ids=_ids(m, negated=negated, denied=denied),
                parts=() if negated or (m.parts and m.parts[0].norm in _NEGATIVE) else _parts(m),
                kanji=kanji_of(m.norm),
                kind=_kind(m, behind),
                light=_orders(morphs, index)
                or (
                    not _under_way(morphs, index)
                    and (modal or is_light(m.norm, m.surface) or m.surface in _NEGATIVE)
                ),
                unit=bisect_right(starts, m.begin) - 1,
                begin=m.begin,
                end=m.end,
                denied=denied,
                quoted=any(a <= m.begin < b for a, b in quotes),
                run=_run(morphs, index),
            )
        )
    return terms


def _orders(morphs: Sequence[Morph], index: int) -> bool:
    """接続する|前に, 達成した|後に: which act comes first is compared by itself."""
    after_verb = index > 0 and morphs[index - 1].pos[0] in {"動詞", "助動詞"}
    return after_verb and morphs[index].surface in {"前", "後", "あと", "のち"}


def _under_way(morphs: Sequence[Morph], index: int) -> bool:
    """整備|中 is not 整備|済み; 年度|中 and 会議|中 say when."""
    return (
        index > 0
        and morphs[index].surface in {"中", "済み", "済", "前", "後"}
        and "サ変" in morphs[index - 1].pos[2]
    )


def _parts(m: Morph) -> tuple[frozenset[str], ...]:
    """一元化 and 一元的 are one stem with two endings."""
    return tuple(ids_of(part) for part in m.parts if part.norm not in _ENDINGS)


def _ids(m: Morph, *, negated: bool, denied: bool) -> frozenset[str]:
    """不合格 is not 合格; 少なくない is 多い, and 少ない as well: the denial is compared by itself."""
    ids = ids_of(m)
    if negated:
        return frozenset(f"not {i}" for i in ids) | {f"不{i}" for i in ids if ":" not in i}
    if denied:
        return ids.union(*(ids_of_word(word) for word in opposites_of(m.norm)))
    return ids


def _run(morphs: Sequence[Morph], index: int) -> str:
    """持|出し as it is written, so that another cut of the same characters is still found."""
    first = last = index
    while first > 0 and _is_content(morphs[first - 1]):
        first -= 1
    while last + 1 < len(morphs) and _is_content(morphs[last + 1]):
        last += 1
    return "".join(m.surface for m in morphs[first : last + 1])


def _is_content(m: Morph) -> bool:
    if m.surface == "同じ":
        return True
    if m.pos[0] not in _CONTENT or not _ALNUM.search(m.surface):
        return False
    if m.pos[1] == "助動詞語幹":
        return False
    if m.pos[1] == "非自立可能":
        return bool(_KANJI.search(m.surface))
    return True


def _in_fact(m: Morph, facts: Sequence[Fact]) -> bool:
    """Whether the word is part of a fact (90日) or the limit that belongs to it (以内)."""
    return any(
        (f.begin < m.end and m.begin < f.end) or (f.bound and f.end == m.begin and m.norm in LIMITS)
        for f in facts
    )


def _is_number_name(m: Morph, facts: Sequence[Fact]) -> bool:
    """P in P54 and No in No17."""
    return m.surface in _NUMBER_NAMES and any(
        f.slot in {"p", "no", "版"} and f.begin - m.end in {0, 1} for f in facts
    )


def _kind(m: Morph, behind: Morph | None) -> str:
    if _NAME.search(m.surface) or m.pos[1] == "固有名詞":
        return "name"
    if m.pos[0] == "形状詞" and behind is not None and behind.pos[0] == "名詞":
        return "noun"  # 重要資産
    if m.pos[0] in _KINDS:
        return _KINDS[m.pos[0]]
    return {"形状詞可能": "state", "サ変可能": "action", "サ変形状詞可能": "action"}.get(m.pos[2], "noun")
