"""Deadlines in Japanese text: 「23年度中」「令和6年3月末まで」 as the last day that they leave."""

import calendar
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

_ERAS = {"令和": 2018, "平成": 1988, "昭和": 1925, "R": 2018, "H": 1988, "S": 1925}
_ERA = r"(?:令和|平成|昭和|(?<![A-Za-z])[RHS]\.?)"
_YEAR = rf"(?:(?P<era>{_ERA})\s?)?(?P<year>元|(?<!\d)\d{{1,4}})"
# The same year in the other calendar: 令和5(2023)年度, 2023年度(令和5年度).
_SAME_YEAR = rf"(?:\({_ERA}?\s?(?:元|\d{{1,4}})\s?(?:年度?)?\))?"
_DATE = re.compile(
    _YEAR
    + r"(?:"
    + _SAME_YEAR
    + r"\s?(?:(?P<fiscal>年度)"
    + _SAME_YEAR
    + r"(?P<half>上期|下期|上半期|下半期)?|年(?:\s?(?P<month>\d{1,2})\s?月(?:\s?(?P<day>\d{1,2})\s?日)?)?)"
    r"|(?P<sign>[/.\-])(?P<month2>\d{1,2})(?P=sign)(?P<day2>\d{1,2})(?!\d))"
)
# What makes a date a limit: 中, 末, まで, 期限 … within a few characters behind it, or 期限：／締切 before it.
_LIMIT_BEHIND = re.compile(
    # 中間, 内部, 中期 … are words of their own; 3月末現在 says how things stood.
    r"^\s?(?:の?(?:中旬|上旬|下旬|中(?![一-龠])|末(?!現在|時点)|内(?![一-龠]))"
    # 「から5日まで」 gives the day after it.
    r"|(?:(?!から)[^。、~〜]){0,6}(?:まで|迄|以内|期限|締切|〆切|に向け|を目処|を目途|をめど))"
)
_LIMIT_BEFORE = re.compile(r"(?:期限|期日|締切|締め切り|〆切)日?(?:は|:|が)?[、,(\s]*$")
# 来年度, 今年; 本年 as the first half of 本年度 is not 今年.
_RELATIVE = re.compile(r"(?P<which>[今本当来翌明])年(?P<fiscal>度)?(?![一-龠]{0,1}月|々)")
_LATER = {"今": 0, "本": 0, "当": 0, "来": 1, "翌": 1, "明": 1}
_MIDDLE = 6  # a source of which only the year is known speaks from the fiscal year that begins in it
_NEAR = 16  # characters: a limit stands this near to its date
_FISCAL_START = 4


@dataclass(frozen=True, slots=True)
class Deadline:
    """A date that something is asked by, as printed, and the last day that it means."""

    printed: str
    last_day: date


def find_deadlines(text: str, as_of: str | None = None) -> Iterator[Deadline]:
    """Yield every deadline in `text`.

    With `as_of`, the date that the text speaks from (2023, 2023-10, 2023-10-05), also those that count from it
    (来年度末, 今年中). Two-digit years count as 20xx, one digit needs an era; a 年度 ends on 31 March.
    """
    text = unicodedata.normalize("NFKC", text)
    for match in _DATE.finditer(text):
        behind = _LIMIT_BEHIND.match(text[match.end() : match.end() + _NEAR])
        before = text[max(0, match.start() - _NEAR) : match.start()]
        if not behind and not _LIMIT_BEFORE.search(before):
            continue
        last = _last_day(match)
        if last is not None:
            yield Deadline(match.group() + (behind.group() if behind else ""), last)
    if as_of is not None:
        yield from _relative(text, as_of)


def _relative(text: str, as_of: str) -> Iterator[Deadline]:
    year, month = (int(part) for part in f"{as_of}-{_MIDDLE}".split("-")[:2])
    for match in _RELATIVE.finditer(text):
        behind = _LIMIT_BEHIND.match(text[match.end() : match.end() + _NEAR])
        if not behind:
            continue
        later = _LATER[match["which"]]
        if match["fiscal"]:
            begun = year if month >= _FISCAL_START else year - 1
            last = date(begun + later + 1, _FISCAL_START - 1, 31)
        else:
            last = date(year + later, 12, 31)
        yield Deadline(match.group() + behind.group(), last)


def _last_day(match: re.Match[str]) -> date | None:
    year = _western_year(match)
    if year is None or _is_duration(match):
        return None
    if match["fiscal"]:
        first_half = match["half"] in ("上期", "上半期")
        return date(year, 9, 30) if first_half else date(year + 1, _FISCAL_START - 1, 31)
    month = int(match["month"] or match["month2"] or 12)
    if not 1 <= month <= 12:  # noqa: PLR2004 - months of a year
        return None
    longest = calendar.monthrange(year, month)[1]
    day = int(match["day"] or match["day2"] or longest)
    return date(year, month, min(max(day, 1), longest))


def _is_duration(match: re.Match[str]) -> bool:
    """「3年以内」 counts years from some day; an era, four digits, 24年度 and 24年3月 name one."""
    digits = len(match["year"])
    if match["era"]:
        return False
    return digits != 4 and not (digits == 2 and (match["fiscal"] or match["month"]))  # noqa: PLR2004 - digits of a year


def _western_year(match: re.Match[str]) -> int | None:
    number = 1 if match["year"] == "元" else int(match["year"])
    if match["era"]:
        year = _ERAS[match["era"].rstrip(".")] + number
    else:
        year = number if len(match["year"]) == 4 else 2000 + number  # noqa: PLR2004 - digits of a year
    return year if 1900 <= year <= 2200 else None  # noqa: PLR2004 - years that a guideline can mean
