"""Where a sentence falls into units that each say one thing of one topic."""

from collections.abc import Sequence

from app.answering.verification.facts import Fact
from app.answering.verification.morphs import Morph

_RELATING = frozenset(
    {
        "就く",
        "つく",
        "対する",
        "於く",
        "関する",
        "因る",
        "依る",
        "拠る",
        "基づく",
        "応ずる",
        "応じる",
        "従う",
        "とる",
        "通ずる",
    }
)
_CLOSING = frozenset("」』)")
_FRAMES = frozenset(
    {"場合", "時", "際", "うち", "内", "上", "中", "前", "後", "ため", "為", "点", "面", "方"}
)
_CLAUSE_ENDS = frozenset({"て", "で", "が", "けれど", "けれども", "ので", "から", "し", "つつ", "ながら"})


def unit_starts(morphs: Sequence[Morph], facts: Sequence[Fact]) -> tuple[int, ...]:
    """A unit ends at a 、 behind a predicate, and at one between two things said of two topics."""
    starts = [0]
    topic_seen = subject_seen = False
    for index, m in enumerate(morphs):
        if m.surface == "、" and 0 < index < len(morphs) - 1:
            if _ends_clause(morphs, index) or _ends_equation(
                morphs, index, facts, topic_seen=topic_seen, subject_seen=subject_seen
            ):
                starts.append(m.end)
        elif m.surface == "は" and m.pos[1] == "係助詞":
            topic_seen = topic_seen or (index > 0 and morphs[index - 1].pos[0] != "助詞")
        elif m.surface == "が" and m.pos[1] == "格助詞":
            subject_seen = True
    return tuple(starts)


def _ends_equation(
    morphs: Sequence[Morph], comma: int, facts: Sequence[Fact], *, topic_seen: bool, subject_seen: bool
) -> bool:
    """Whether the words in front end what is said of one topic: 全50項目で、 30日以内、 (それ以外は…)."""
    before = morphs[comma - 1]
    ends = {f.end for f in facts}
    if before.surface == "で" and (before.begin in ends or _is_state(morphs[comma - 2])):
        return True
    if before.surface in {"うち", "内"} and comma > 1 and morphs[comma - 2].surface == "の":
        return True  # 128社のうち、
    number = bool(ends & {before.begin, before.end})
    if number and subject_seen and _particle_ahead(morphs, comma + 1, "が"):
        return True
    if number and topic_seen and (_topic_ahead(morphs, comma + 1, "が") or _topic_ahead(morphs, comma + 1)):
        return True
    if before.surface in _CLOSING and topic_seen and _topic_ahead(morphs, comma + 1):
        return True  # 条件は「…」、基準は「…」
    named = before.pos[0] == "名詞" and before.norm not in _FRAMES and before.pos[2] != "副詞可能"
    return named and topic_seen and _topic_ahead(morphs, comma + 1)


def _particle_ahead(morphs: Sequence[Morph], start: int, particle: str) -> bool:
    """Whether the particle comes before a further 、."""
    for m in morphs[start:]:
        if m.surface == particle and m.pos[0] == "助詞":
            return True
        if m.surface == "、":
            return False
    return False


def _is_state(m: Morph) -> bool:
    """必須で and 任意で say something of the topic."""
    return (
        m.pos[0] == "形状詞"
        or m.pos[2] == "形状詞可能"
        or m.surface in {"任意", "不要", "不可", "禁止", "義務"}
    )


def _ends_clause(morphs: Sequence[Morph], comma: int) -> bool:
    before = morphs[comma - 1]
    lead = [m.norm for m in morphs[max(0, comma - 3) : comma - 1]]
    if before.surface == "て" and (
        lead[-1:] == ["として"] or lead == ["と", "為る"] or set(lead[-1:]) & _RELATING
    ):
        return False  # として、 に対して、
    if before.pos[0] == "助詞":
        return before.surface in _CLAUSE_ENDS and before.pos[1] == "接続助詞" and before.surface != "と"
    if before.pos[0] == "助動詞":
        return before.surface in {"で", "ず", "た", "だ", "です", "ます", "れ", "られ", "ない", "なく"}
    if before.pos[0] == "形容詞" and before.norm == "無い":
        return True  # 必須ではなく、
    return before.pos[0] == "動詞" and not (
        comma > 1 and morphs[comma - 2].surface == "の"
    )  # 身代金の支払い、


def _topic_ahead(morphs: Sequence[Morph], start: int, particle: str = "は") -> bool:
    """Whether a topic comes before any predicate or further 、."""
    for m in morphs[start:]:
        if m.surface == particle and m.pos[0] == "助詞":
            return True
        if m.surface == "、" or m.pos[0] in {"動詞", "形容詞"}:
            return False
    return False
