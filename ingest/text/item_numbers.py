"""Numbers of the 自工会／部工会 checklist (項目番号), as people write them in questions and documents."""

import re
import unicodedata

_MAX_NO = 999
_MAX_WIDTH = 200
_NEAR = 16  # characters: what stands further in front says nothing about a number
_DASHES = "-‐‑‒–—―−"
_RANGE = r"[~〜～\-‐‑‒–—―−]|から|乃至|ないし"
# The prefix may be repeated inside a list or a range: No94～No96, No17・No18.
_PREFIX = r"(?:no\.?|№|項目番号|項目no\.?|項番|チェック項目|要求事項no\.?)"
_AND = r"(?:[,、・/&]|及び|および|並びに|ならびに|又は|または|と|や)"
# A number is not part of a longer code, a decimal, a version, a date or an amount: 3.1, 1,000, 2023/4.
_NUMBER = r"\d{1,3}(?!\d|\.\d|,0\d\d)"
# Further numbers of a list are easily something else: No2、3年以内に.
_UNIT = r"(?!\s*[年月日時分秒社人名件個回台円点つ歳%版章頁ヶか])"
_LIST = rf"{_NUMBER}(?:\s*(?:{_RANGE}|{_AND})\s*(?:{_PREFIX}\s*+[:：]?\s*+)?{_NUMBER}{_UNIT})*"
_LEAD = re.compile(rf"(?<![a-z0-9]){_PREFIX}\s*+[:：]?\s*+({_LIST})", re.IGNORECASE)
# 76番, 項目76, 76番の項目; not 2番目, 1番大切, 番号, 番線, 番地.
_TAIL = re.compile(
    r"(?<![\d.,:/\-a-z第])(\d{1,3}(?:\s*番?\s*(?:[~〜～\-–—,、・]|と|から)\s*\d{1,3}){0,50})\s*番"
    r"(?!\s*[にへ]?\s*(?:電話|通報))"
    r"(?=$|[\s、。,.?!」』）)】:：「『（(・/]|[のはをがにでともやへ](?!者)|について|から|まで|項)",
    re.IGNORECASE,
)
_ITEM = re.compile(rf"(?:チェック)?項目\s*({_LIST})(?!\s*[個つ件項点%割以全])")
_STEP = re.compile(r"(\D*+)(\d+)")
_UP_TO = re.compile(_RANGE)
# Praise and ranking (No.1クラス, 業界No.1の, No.1を目指す) say nothing about an item.
_RANKING_BEFORE = re.compile(r"(?:業界|世界|日本|国内|地域|県内|シェア|売上|顧客満足度?|人気|実績)\s*$")
_RANKING_AFTER = re.compile(
    r"\s*(?:クラス|シェア|企業|ブランド|を(?:目指|獲得|達成|誇)|になる|の(?:実績|シェア|企業|座))"
)
_PHONE = re.compile(r"(?:tel|fax|電話|内線|携帯)[^\n]{0,6}$", re.IGNORECASE)


def _norm(text: str) -> str:
    """NFKC without turning №, ① and ㊿ into look-alike digits (① is a question's mark, not an item)."""
    out = []
    for char in text:
        if char == "№":
            out.append("№")
        elif unicodedata.category(char) == "No":
            out.append(char)
        else:
            out.append(unicodedata.normalize("NFKC", char))
    return "".join(out)


def _expand(numbers: str) -> list[int]:
    found: list[int] = []
    for step in _STEP.finditer(numbers):
        value, up_to = int(step.group(2)), _UP_TO.search(step.group(1))
        if not found or up_to is None:
            found.append(value)
        elif found[-1] <= value <= found[-1] + _MAX_WIDTH:
            found.extend(range(found[-1] + 1, value + 1))
        elif up_to.group() not in _DASHES:  # No.17-1 is a part of item 17
            found.pop()
    return found


def _is_ranking(text: str, match: re.Match[str]) -> bool:
    if match.group(1) != "1":
        return False
    return bool(_RANKING_BEFORE.search(_before(text, match)) or _RANKING_AFTER.match(text, match.end()))


def _before(text: str, match: re.Match[str]) -> str:
    """The few characters in front of a match."""
    return text[max(0, match.start() - _NEAR) : match.start()]


def find_item_numbers(text: str) -> tuple[int, ...]:
    """Return the item numbers named in `text`, in order of appearance, without duplicates.

    Takes No17, No.30, №３０, No９４～９６ (a range of up to 200), No.17・18, 項番91, 項目番号 17 and 76番,
    full or half width. Leaves dates, pages, editions, phone numbers, 2番目 and No.1クラス alone;
    a reversed or too wide range names nothing.
    """
    numbers = [n for match in _matches(_norm(text)) for n in _expand(match.group(1)) if 0 < n <= _MAX_NO]
    return tuple(dict.fromkeys(numbers))


def without_item_numbers(text: str) -> str:
    """Return `text` without the item numbers that it names, a blank in the place of each."""
    plain = _norm(text)
    for match in reversed(_matches(plain)):
        plain = f"{plain[: match.start()]} {plain[match.end() :]}"
    return plain


def _matches(plain: str) -> list[re.Match[str]]:
    """Where item numbers stand, in order; group 1 is the number, list or range."""
    found: list[re.Match[str]] = []
    taken = bytearray(len(plain))
    for pattern in (_LEAD, _ITEM, _TAIL):
        for match in pattern.finditer(plain):
            here = slice(*match.span())
            if any(taken[here]) or _is_ranking(plain, match) or _PHONE.search(_before(plain, match)):
                continue
            taken[here] = b"\1" * len(match.group())
            found.append(match)
    return sorted(found, key=lambda match: match.start())


def mentions_item_number(text: str) -> bool:
    """Tell whether `text` names at least one checklist item."""
    return bool(find_item_numbers(text))
