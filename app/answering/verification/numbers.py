"""Numbers with what they count or name: 90日, 50項目, レベル2, No94～96, P54～64, 第3.1版, 付録7, 評価値が2以上."""

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from app.answering.verification.bounds import bound_before, bound_behind
from app.answering.verification.morphs import Morph

_N = r"\d{1,9}(?:,\d{3})*(?:\.\d{1,4}){0,3}"
_TILDE = r"[~〜～-]|から(?=[a-z]{0,4}\.?\d)"
_NUMBER = re.compile(_N)
_RANGE = re.compile(rf"(?P<unit>[^\d\s、。~〜～-]{{0,4}}?)(?:{_TILDE})(?:[a-z]{{1,4}}\.?|第)?(?P<to>{_N})")
_LISTED = re.compile(r"^(?:\(\d{1,3}\))?(?:、|,|・|及び|と|および)$")
_UNIT = re.compile(
    r"\s?(?:営業日|週間?|時間|時(?![間点期刻代々折々効系給差限短])|[かヶヵカケ箇ケ]?月間?|年間|年(?!度)|日間|日|分間|分(?![野類割担散析])|秒|[万億千]?円|パーセント|%|割(?![り当])"
    r"|文字|字|桁|人|名|回|度(?!合)|件|個|つ|点|項目|種類?|箇所|か所|か条|項(?!番)|社|台|枚|問|箱|通(?![り知信常行過])|世代|段階"
    r"|ページ|頁|p(?![a-z])|章|節|条|版|番目?|[kmgt]b(?![a-z])|歳|倍|ビット|bit|シート)"
)
# Units in which the same is counted.
_SAME_UNIT = {
    "週": "週間", "月間": "か月", "月": "か月", "か月間": "か月", "年間": "年", "日間": "日", "分間": "分",
    "パーセント": "%", "字": "文字", "桁": "文字", "名": "人", "度": "回", "bit": "ビット",
    **dict.fromkeys(("件", "個", "つ", "点", "項目", "種", "種類", "箇所", "か所", "か条", "項"), "個"),
}  # fmt: skip
_HALF_YEAR = re.compile(r"半年間?(?!に\d|ごと)")
_SEVERAL = re.compile(r"(?<![一-龠])数[十百千]?[万億]?(?=[か年日時週回人名社件個台分円])")
_MONTHS = re.compile(r"^[かヶヵカケ箇]月間?$")
_POWERS = {"万円": 10_000, "億円": 100_000_000, "千円": 1000}
_NAMED_UNIT = {"ページ": "p", "頁": "p", "p": "p", "番": "no", "章": "章", "節": "節", "条": "条", "版": "版"}
_SAME_NAME = {
    "ページ": "p", "頁": "p", "pp": "p", "page": "p", "p.": "p", "pp.": "p",
    "ナンバー": "no", "no": "no", "no.": "no", "項目番号": "no", "項番": "no", "項目": "no", "番号": "no", "要求事項": "no",
    "lv": "レベル", "lv.": "レベル", "level": "レベル", "ver": "版", "ver.": "版", "バージョン": "版",
    "rev": "rev", "rev.": "rev", "別添": "付録",
}  # fmt: skip
_NO_NAME = frozenset(
    {"約", "全", "計", "第", "各", "満", "毎", "合計", "最大", "最低", "およそ", "過去", "残り", "他"}
)
_LIMITS = frozenset({"以上", "以下", "未満", "以内", "超"})
_LINK = frozenset({"は", "が", "を", ":", "も", "=", "、"})


@dataclass(frozen=True, slots=True)
class Found:
    """A fact and its place in the text."""

    slot: str
    value: str
    bound: str
    begin: int
    end: int


def numbers(text: str, morphs: Sequence[Morph]) -> Iterator[Found]:
    """Yield every number in normal text, a range as one, with the slot that its unit or name gives."""
    yield from _several(text)
    last: Found | None = None
    begins = [m.begin for m in morphs]
    position = 0
    while (m := _NUMBER.search(text, position)) is not None:
        found = _one(text, m, morphs, begins, last)
        position = found.end
        if text[m.start() - 1 : m.start()] != "(":  # P20(2)、22(3) lists pages
            last = found
        yield found


def _several(text: str) -> Iterator[Found]:
    """数か月 is a number of its own, 半年 is 6か月."""
    for m in _HALF_YEAR.finditer(text):
        yield Found("unit:か月", "6", bound_behind(text, m.end()), m.start(), m.end())
    for m in _SEVERAL.finditer(text):
        if unit := _UNIT.match(text, m.end()):
            slot = _slot_of(unit.group())
            yield Found(slot, m.group(), bound_behind(text, unit.end()), m.start(), unit.end())


def _slot_of(unit: str) -> str:
    word = _MONTHS.sub("か月", unit.strip())
    return _NAMED_UNIT.get(word) or f"unit:{_SAME_UNIT.get(word, word)}"


def _one(
    text: str, m: re.Match[str], morphs: Sequence[Morph], begins: list[int], last: Found | None
) -> Found:
    value, end = _plain(m.group()), m.end()
    if (to := _RANGE.match(text, end)) and _is_range(text, to):
        value, end = f"{value}-{_plain(to['to'])}", to.end()
    if text[m.start() - 1 : m.start()] == "(" and text[end : end + 1] == ")":
        return Found("()", value, "", m.start(), end)
    unit = _UNIT.match(text, end)
    index = bisect_left(begins, m.start())
    name = _name(text, m.start(), morphs, index, last)
    if unit and not (name == "no" and unit.group() == "p"):
        word = _MONTHS.sub("か月", unit.group().strip())
        if word == "割":
            value, word = _times(value, 10), "%"
        if word == "週間":
            value, word = _times(value, 7), "日"
        if word in _POWERS:
            value, word = _times(value, _POWERS[word]), "円"
        slot = _NAMED_UNIT.get(word) or f"unit:{_SAME_UNIT.get(word, word)}"
        behind = unit.end()
    else:
        noun = _noun_behind(morphs, bisect_left(begins, end), end)
        linked = index > 0 and morphs[index - 1].surface in _LINK  # 部署が3部署
        slot, behind = (noun or name) if linked else (name or noun), end
    bound = bound_behind(text, behind) or bound_before(text, m.start())
    if slot in {"p", "no", "版"}:
        bound = ""  # P54から, 第3.1版より: where to look, no limit
    if bound == "from" and text.startswith("から", behind):
        bound = ""  # 45%から増えた
    return Found(slot, value, bound, m.start(), max(end, behind if unit else end))


def _is_range(text: str, to: re.Match[str]) -> bool:
    """3~5日 and 3日から5日 are ranges; in 18件から2023年度は63件 two things are counted."""
    if not to["unit"]:
        return True
    return bool(_UNIT.fullmatch(to["unit"])) and text.startswith(to["unit"], to.end())


def _times(value: str, factor: int) -> str:
    """Both ends of a range (10~30万円) times `factor`; 1.2.3 is no amount and stays."""
    ends = value.split("-")
    if any(end.count(".") > 1 for end in ends):
        return value
    return "-".join(f"{(Decimal(end) * factor).normalize():f}" for end in ends)


def _plain(number: str) -> str:
    return number.replace(",", "")


def _name(text: str, begin: int, morphs: Sequence[Morph], index: int, last: Found | None) -> str:
    """The word that the number numbers: レベル|2, 付録|7, p|54; 評価値|が|2."""
    if last is not None and _LISTED.match(text[last.end : begin]) and not last.slot.startswith("unit:"):
        return last.slot
    if (
        index
        and last is not None
        and morphs[index - 1].surface in _LIMITS
        and last.end <= morphs[index - 1].begin
    ):
        return last.slot  # 7.0以上9.0未満
    skipped = index > 1 and (morphs[index - 1].surface in _LINK or morphs[index - 1].surface in {".", ":"})
    before = morphs[index - 1 - skipped] if index else None
    if before is None or before.surface in _LIMITS or before.surface in _NO_NAME:
        return ""
    if (
        word := (_SAME_NAME.get(before.surface) or _SAME_NAME.get(before.norm))
        if not skipped or text[begin - 1] in ".:"
        else ""
    ):
        return word
    nameable = before.pos[0] in {"名詞", "記号", "接尾辞"} and before.pos[1] not in {"数詞", "副詞可能"}
    return before.norm if nameable and morphs[index - 1].surface not in {".", ":"} else ""


def _noun_behind(morphs: Sequence[Morph], index: int, end: int) -> str:
    if (
        index < len(morphs)
        and morphs[index].begin == end
        and morphs[index].pos[0] in {"名詞", "接頭辞", "形状詞"}
    ):
        word = morphs[index]
        split = word.surface == "部" and index + 1 < len(morphs) and morphs[index + 1].surface == "署"
        if word.surface not in _LIMITS:
            return "unit:部署" if split else f"unit:{word.norm}"
    return ""
