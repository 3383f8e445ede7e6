"""Which words are predicates, and which words of modality belong to each."""

import re
from collections.abc import Sequence

from app.answering.verification.marks import Mark
from app.answering.verification.morphs import Morph

_GAP = re.compile(r"^(?:[ぁ-ん]|必要な|可能性?|言|思|考){0,14}$")
_NOUN_MARK = re.compile(r"^[一-龠]")
_ATTRIBUTIVE = "うくすつぬふむゆるぐずづぶただ"  # 入れる|必要
_CASES = frozenset("をがはのもやに")
_NOMINAL = re.compile(r"[ことのはがをもと]")
# Verbs that relate words or help other verbs: between a predicate and its modality, and no claim themselves.
FUNCTION_VERBS = frozenset({
    "言う", "思う", "考える", "つく", "因る", "依る", "拠る", "よる", "就く", "対する", "関する", "於く",
    "基づく", "伴う", "応ずる", "応じる", "成る", "為る", "有る", "居る", "致す", "下さる", "頂く", "貰う",
    "呉れる", "とる", "係わる", "関わる", "拘る", "止む", "得る", "通ずる", "際する", "沿う", "踏まえる",
    "除く", "限る", "存ずる",
})  # fmt: skip
_COPULAS = frozenset({"です", "でし", "だ", "だっ", "で", "。"})
_DUTIES = frozenset({"必要", "必須", "不要", "任意", "可能", "不可"})  # marks of modality themselves
_ADVERB = re.compile(r"もちろん|原則として|必ずしも|特に|必ず|とても|強く|、")


def is_predicate(morphs: Sequence[Morph], index: int) -> bool:
    """Whether the word says something: 報告する, 開く, 重要だ; not 持出しを, 重要資産, 申請の."""
    m = morphs[index]
    behind = morphs[index + 1] if index + 1 < len(morphs) else None
    if m.pos[0] == "動詞":
        if behind is not None and behind.surface in _CASES and m.surface[-1] not in _ATTRIBUTIVE:
            return False  # 持出しを
        return m.pos[1] != "非自立可能" and m.norm not in FUNCTION_VERBS
    if m.pos[2] == "形状詞可能":
        return behind is not None and behind.surface in _COPULAS and m.norm not in _DUTIES  # 現実的です
    if m.pos[0] in {"形容詞", "形状詞"}:
        idle = behind is not None and (
            behind.pos[0] == "名詞" or behind.surface == "とも"
        )  # 重要資産, 少なくとも
        return m.pos[1] == "一般" and not idle
    if m.pos[2] in {"サ変可能", "サ変形状詞可能"}:
        return behind is None or behind.norm in {"為る", "出来る", "。", "致す", "下さる", "頂く"}
    return False


def reaches(text: str, head: Morph, mark: Mark, morphs: Sequence[Morph]) -> bool:
    """Whether the modality at `mark` is that of the predicate `head`: nothing but grammar lies between."""
    if mark.begin < head.end:
        return True
    between = text[head.end : mark.begin]
    linked = head.surface[-1] in _ATTRIBUTIVE or _NOMINAL.search(between)  # 除き|禁止 are two predicates
    if head.pos[0] == "動詞" and _NOUN_MARK.match(text[mark.begin :]) and not linked:
        return False
    gap = _ADVERB.sub("", text[head.end : mark.begin])
    if not _GAP.match(gap):
        return False
    return not any(
        m.pos[0] == "動詞" and m.pos[1] != "非自立可能" and m.norm not in FUNCTION_VERBS
        for m in morphs
        if head.end <= m.begin < mark.begin
    )
