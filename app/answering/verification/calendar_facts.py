"""Dates, years, fiscal years and frequencies in one calendar: 令和5年度 = R5年度 = 23年度 = 2023年度."""

import re
from collections.abc import Iterator

from app.answering.verification.bounds import bound_before, bound_behind
from app.answering.verification.numbers import Found

_ERAS = {"令和": 2018, "平成": 1988, "昭和": 1925, "r": 2018, "h": 1988, "s": 1925}
_ERA = r"(?:(?P<era>令和|平成|昭和|(?<![a-z])[rhs]\.?)\s?)"
_DAY = re.compile(
    # A western year has four digits, or two in front of 年度 and of a month; 3年 and 10年間 are durations.
    rf"(?:{_ERA}(?P<era_year>元|\d{{1,2}})|(?<!\d)(?P<year>(?:19|20)\d\d|\d\d(?=年度|年\d{{1,2}}月)))"
    r"\s?(?:年?\((?:令和|平成|[rh])?\.?(?:元|\d{1,4})年?(?:度)?\))?"
    r"(?:(?P<fiscal>年度)(?P<half>上期|下期|上半期|下半期)?"
    r"|年(?:(?P<month>\d{1,2})月(?:(?P<day>\d{1,2})日)?)?(?!間|以[内上下]|未満|[前後])"
    r"|(?P<sign>[/.-])(?P<month2>\d{1,2})(?:(?P=sign)(?P<day2>\d{1,2}))?(?!\d))"
    r"(?:\((?:令和|平成|[rh])?\.?(?:元|\d{1,4})年(?:度)?\))?"
    r"|(?<![\d.])(?P<month3>\d{1,2})月(?:(?P<day3>\d{1,2})日)?(?!間)"
)
_PERIOD = r"(?P<period>半年|四半期|年度?|月|週|日|\d{1,3}(?:年|か月|週間?|日))"
_PERIODS = {"半年": "6か月", "四半期": "3か月"}
_FREQUENCY = re.compile(
    rf"(?:毎(?P<every>[日週月年])度?(?!度)|(?<![\d第]){_PERIOD}間?(?:(?P<each>ごとに?|おきに?|毎に?)|(?:に|あたり|当たり)?(?=\d))|(?P<rate>[日週月年])次)"
    r"(?:(?P<times>\d{1,3})[回度])?"
)


def days(text: str) -> Iterator[Found]:
    """Yield the dates in normal text: slot "年度" for fiscal years, "date" for years, months and days."""
    for m in _DAY.finditer(text):
        bound = bound_behind(text, m.end())
        year = _year(m)
        if m["fiscal"]:
            half = "" if not m["half"] else "h1" if m["half"].startswith("上") else "h2"
            yield Found("年度", f"{year}{half}", bound, m.start(), m.end())
            continue
        month = m["month"] or m["month2"] or m["month3"]
        day = m["day"] or m["day2"] or m["day3"]
        parts = [
            str(year) if year else "",
            f"{int(month):02}" if month else "",
            f"{int(day):02}" if day else "",
        ]
        yield Found("date", "-".join(parts).rstrip("-"), bound, m.start(), m.end())


def _year(m: re.Match[str]) -> int | None:
    if m["era"]:
        return _ERAS[m["era"].rstrip(".")] + (1 if m["era_year"] == "元" else int(m["era_year"]))
    if m["year"]:
        return int(m["year"]) if len(m["year"]) == 4 else 2000 + int(m["year"])  # noqa: PLR2004 - digits
    return None


def wider_dates(value: str) -> Iterator[str]:
    """What a date also says: 2024-08-01 → 2024-08, 2024, -08-01 and -08."""
    year, _, rest = value.partition("-")
    month, _, day = rest.partition("-")
    for parts in ((year, month, day), (year, month), (year,), ("", month, day), ("", month)):
        if all(parts[1:]) and any(parts):
            yield "-".join(parts)


def frequencies(text: str) -> Iterator[Found]:
    """Yield how often something is done: 年1回, 年に1回, 毎年 and 毎年1回 are one."""
    for m in _FREQUENCY.finditer(text):
        period = _PERIODS.get(m["period"] or "") or m["every"] or m["rate"] or m["period"]
        if m["period"] and not m["times"] and not m["each"]:
            continue
        bound = bound_behind(text, m.end()) or bound_before(text, m.start())
        yield Found("freq", f"{period.removesuffix('間')}:{m['times'] or 1}", bound, m.start(), m.end())
