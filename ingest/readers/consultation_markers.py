"""Marks that begin a question or an answer: 質問①, Q1., 問１-２, 【質問】, 照会要旨, 回答：, （答）, A1."""

import re
import unicodedata
from dataclasses import dataclass
from typing import Literal

Family = Literal["質問", "Q", "問", "照会"]
FAMILIES: tuple[Family, ...] = ("質問", "Q", "問", "照会")

_CIRCLED = "①-⑳㉑-㉟㊱-㊿❶-❿⓫-⓴⓵-⓾⑴-⒇"
_DIGITS = "0-9０-９"
_DASH = "\\-－‐‑–—−ー"
_OPEN, _CLOSE = "【（(\\[［〔＜<〈《「", "】）)\\]］〕＞>〉》」"
_SEP = "[.．:：、)）|｜\\s]"
_NUMBER = (
    rf"(?P<num>[{_CIRCLED}]|[{_DIGITS}]{{1,4}}(?:\s?[{_DASH}]\s?[{_DIGITS}]{{1,3}}|の[{_DIGITS}]{{1,3}}(?={_SEP}|$))*"
    rf"|[一二三四五六七八九十]{{1,3}}(?={_SEP}|[{_CLOSE}]|$))"
)
_WORDS: tuple[tuple[Family, str], ...] = (
    ("質問", r"(?:ご|御)?質問(?:内容|事項|要旨|番号)?|設問"),
    ("Q", r"(?:FAQ|ＦＡＱ|Q\s?&\s?A|Ｑ＆Ａ|Question|QUESTION|Q|Ｑ)"),
    ("問", r"問い?"),
    (
        "照会",
        r"(?:ご|御)?照会(?:要旨|内容|事項)?|(?:お|ご)?(?:問い?合わ?せ|相談)(?:要旨|内容|事項)|(?:お|ご)問い?合わ?せ",
    ),
)
_DECOR = r"^[■◆●○◇□▼▶#*\s]{0,4}"
_NUMBERED = tuple(
    (
        family,
        re.compile(
            rf"{_DECOR}(?P<open>[{_OPEN}]?)\s*(?P<label>(?:{word})\s*+(?:No\.?|№|[{_DASH}](?=[{_DIGITS}]))?\s*+{_NUMBER})"
            rf"\s*(?P<close>[{_CLOSE}]?)(?P<sep>{_SEP}*)(?P<rest>.*)$"
        ),
    )
    for family, word in _WORDS
)
_BARE = tuple(
    (
        family,
        re.compile(
            rf"{_DECOR}(?:(?P<num>[{_DIGITS}]{{1,3}})[.．)）]\s*)?(?:"
            rf"[{_OPEN}]\s*(?:{word})\s*[{_CLOSE}]\s*[:：]?\s*|"
            rf"(?:{word})\s*(?:[:：]|(?<!合わせ)(?<!相談)$)\s*"
            + (r"|(?:Q|Ｑ)\s*[.．、]\s*|問\s*[.．]\s*" if family in "Q問" else "")
            + r")(?P<rest>.*)$"
        ),
    )
    for family, word in _WORDS
)
# "Q はい" without a sign between: only at the head of Japanese text.
_Q_BLANK = re.compile(r"^(?:Q|Ｑ)\s+(?P<rest>[^\x00-\x7f].*)$")
_ANSWER_WORD = r"(?:(?:ご|御)?回答(?:内容|要旨|例|案)?|解答|答え?|A|Ａ|Answer|ANSWER|アンサー)"
_ANSWER = re.compile(
    rf"{_DECOR}(?:"
    rf"[{_OPEN}]\s*{_ANSWER_WORD}\s*(?P<n1>[{_CIRCLED}]|[{_DIGITS}{_DASH}]*)\s*[{_CLOSE}]\s*[:：]?\s*|"
    rf"(?:(?:ご|御)?回答(?:内容|要旨|例|案)?|解答|答え?|Answer)\s*(?P<n2>[{_CIRCLED}]|[{_DIGITS}{_DASH}]*)\s*(?:[:：.．]|\s|$)\s*|"
    rf"[AＡ]\s*(?P<n3>[{_CIRCLED}]|[{_DIGITS}{_DASH}]*)\s*(?:[.．:：、]|$)\s*|"
    rf"[AＡ]\s?(?P<n4>[{_CIRCLED}]|[{_DIGITS}]+(?:[{_DASH}][{_DIGITS}]+)*)\s*(?:\s|(?=[^\x00-\x7f]))"
    rf")(?P<rest>.*)$"
)
_A_BLANK = re.compile(r"^(?:A|Ａ)\s+(?P<rest>[^\x00-\x7f].*)$")
# What follows a number that is only mentioned: 問５もご参照ください, 質問①で紹介した.
_MENTION = re.compile(
    rf"^(?:[もでのにをはがとやへ、，,・。）)」』\]～〜~{_CIRCLED}]|から|まで|より|参照|及び|又は|および|または)"
)
# What makes the number an amount: 質問3件.
_AMOUNT = re.compile(r"^(?:以[下上降]|番|年|月|日|点|件|個|つ|回|％|%|ページ)(?![一-鿿])")
_SENTENCE_END = re.compile(r"[。？！?!．][」』）)】]*$")
_INLINE = re.compile(
    r"(?<=\S)\s*(?=(?:【|\[)(?:ご?質問(?:内容)?|問|Q|照会要旨|回答|答|A|回答要旨)(?:】|\])(?![欄のにをはがとへもで]))"
    r"|(?<=[^\sごの「『（(])\s*(?=質問内容\s*[：:])"
    r"|(?<=[。？！?!」』）)かい\s])(?<![ごの「『（(])(?=(?:ご?回答|答え?)(?:内容)?\s*[：:])"
    r"|(?<=[。？！?!」』\s])(?=[（(](?:答え?|回答)[)）])"
    r"|(?<=[。？！?!])\s*(?=[QＱAＡ]\s?[0-9０-９]{0,3}\s?[.．:：])"
    r"|(?<=[。？！?!])\s+(?=(?:質問|問)\s?[0-9０-９①-⑳㉑-㉟㊱-㊿]{1,3}\s?[.．:：])"
)


@dataclass(frozen=True, slots=True)
class Marker:
    """The beginning of a question or answer, and what stands behind it on the line."""

    rest: str
    family: Family = "質問"
    label: str = ""  # as printed: "質問⑲", "問1-2"; "" without a number
    number: int | None = None
    part: bool = False  # hierarchical: 問1-2
    weak: bool = False  # no sign between number and text: may be a mention in a broken sentence


def match_question(text: str, *, after_sentence: bool) -> Marker | None:
    """Return the question mark that `text` begins with, or None.

    `after_sentence` says that the line above does not run on into this one; a bare 「問5」 at the
    beginning of a line that continues a sentence is a mention.
    """
    text = _unstarred(text)
    for family, pattern in _NUMBERED:
        if (found := pattern.match(text)) and (
            marker := _numbered(family, found, after_sentence=after_sentence)
        ):
            return marker
    for family, pattern in _BARE:
        if found := pattern.match(text):
            number = found.group("num")
            if number and re.search(r"\w\s*$", text[: found.start("rest")]):
                continue  # 「2. 照会事項」 is a heading inside a question
            return Marker(
                found.group("rest").strip(), family, number or "", number_of(number) if number else None
            )
    if after_sentence and (found := _Q_BLANK.match(text)):
        return Marker(found.group("rest"), "Q", weak=True)
    return None


def match_answer(text: str, *, blank_sign: bool = False) -> Marker | None:
    """Return the answer mark that `text` begins with, or None; `blank_sign` allows "A はい"."""
    text = _unstarred(text)
    if blank_sign and (found := _A_BLANK.match(text)):
        return Marker(found.group("rest"))
    found = _ANSWER.match(text)
    if found is None:
        return None
    if (
        found.group("n2") == ""
        and re.search(r"\s$", found.group(0)[: found.start("rest")])
        and _MENTION.match(found.group("rest"))
    ):
        return None
    label = next((found.group(name) for name in ("n1", "n2", "n3", "n4") if found.group(name)), "")
    rest = found.group("rest").strip()
    return Marker(rest, label=label, number=number_of(label) if label else None)


def split_inline(text: str) -> list[str]:
    """Cut a line before every question or answer mark that stands inside it."""
    return [part for part in _INLINE.split(text) if part.strip()] or [text]


def ends_sentence(text: str) -> bool:
    """Whether `text` ends as a sentence does."""
    return bool(_SENTENCE_END.search(text))


def number_of(label: str) -> int | None:
    """Return the number that `label` begins with (① ㊿ １２ 3-2 十一), or None."""
    plain = unicodedata.normalize("NFKC", label).strip("() ")
    if digits := re.match(r"\d+", plain):
        return int(digits.group())
    if len(label) == 1 and (value := unicodedata.numeric(label, -1.0)) >= 0:
        return int(value)
    kanji = re.fullmatch(r"([一二三四五六七八九]?)(十?)([一二三四五六七八九]?)", plain)
    if plain and kanji:
        tens, ten, ones = kanji.groups()
        values = [int(unicodedata.numeric(char)) if char else 0 for char in (tens, ones)]
        return (values[0] or 1) * 10 + values[1] if ten else values[0]
    return None


def _numbered(family: Family, found: re.Match[str], *, after_sentence: bool) -> Marker | None:
    rest, sep, num = found.group("rest").strip(), found.group("sep"), found.group("num")
    opened, closed = bool(found.group("open")), bool(found.group("close"))
    if opened and not closed and not re.search(rf"[{_CLOSE}]", sep):
        return None
    weak = not closed and not sep.strip()
    if re.match(r"[、)）]", sep) and not opened and not after_sentence:
        return None
    if weak and rest and (not after_sentence or _MENTION.match(rest)):
        return None
    if weak and not sep and _AMOUNT.match(rest):
        return None
    if closed and opened and _MENTION.match(rest) and not after_sentence:
        return None
    label = re.sub(r"\s+", "", found.group("label"))
    return Marker(rest, family, label, number_of(num), bool(re.search(rf"[{_DASH}の]", num)), weak)


def _unstarred(text: str) -> str:
    """Without the stars of markdown emphasis around a marker (**Q1.** …)."""
    return text.replace("**", "") if text.startswith("**") else text
