"""Things told apart by a number (レベル3, 付録9, P70, 第4.0版): is the one asked about in the text?"""

import re
import unicodedata
from collections.abc import Iterator

_NUMBER = r"\d{1,4}(?:\.\d{1,2})?"
# Counted amounts (20名, 3年前, 1,000円) have the number in front of the unit and are no names.
_NO_AMOUNT = r"(?!,\d{3}(?!\d)|\.?\d|[人名回年月日社台件個円%時分秒つ種歳割倍点段桁枚か])"
_SIGN = r"[~～〜\-,、・]"
# A word and the number that follows it, or several: レベル1・2, P54、56, P54～64.
_NAMED = re.compile(
    rf"(?P<word>[ァ-ヶー]{{2,20}}|[一-龠々]{{1,6}}(?<!第)|[A-Za-z]{{1,12}})\s?\.?\s?"
    rf"(?P<numbers>{_NUMBER}{_NO_AMOUNT}(?:\s?{_SIGN}\s?{_NUMBER}{_NO_AMOUNT}){{0,20}})"
)
# 第3章, 第4.0版 and, where nothing else can be meant, 3章 and 4.0版.
_ORDINAL = re.compile(rf"第\s?({_NUMBER})\s?([章節条項部編号回版])|(?<![\d.])({_NUMBER})([章節条版])")
_PAGES = re.compile(r"(\d{1,4}(?:\s?[~～〜\-、,・]\s?\d{1,4}){0,20})\s?(?:ページ|頁)")
_STEP = re.compile(rf"([~～〜-])?\D*?({_NUMBER})")
_WIDEST = 300
_ALIASES = {"ページ": "p", "頁": "p", "page": "p", "pp": "p", "lv": "レベル", "level": "レベル"}


def named_numbers(text: str) -> set[tuple[str, str]]:
    """Return (word, number) pairs, e.g. ("レベル", "3"), in one normal form; ranges and lists are opened up."""
    text = unicodedata.normalize("NFKC", text)
    pairs = {(_normal(m["word"]), n) for m in _NAMED.finditer(text) for n in _opened(m["numbers"])}
    for m in _ORDINAL.finditer(text):
        pairs.add((m[2] or m[4], m[1] or m[3]))
    return pairs | {("p", n) for m in _PAGES.finditer(text) for n in _opened(m[1])}


def _opened(numbers: str) -> Iterator[str]:
    """「1・3～5」 as 1, 3, 4, 5; a range that runs down or is too wide gives its ends only."""
    last = None
    for sign, number in _STEP.findall(numbers):
        if sign and last is not None and number.isdecimal() and last < int(number) <= last + _WIDEST:
            yield from map(str, range(last + 1, int(number)))
        elif sign == "-":
            continue  # 付録8-1 is a part of 付録8
        yield number
        last = int(number) if number.isdecimal() else None


def unknown_names(question: str, text: str) -> set[tuple[str, str]]:
    """Return what the question names by number and `text` holds only under other numbers.

    「レベル3」 is unknown to a text that speaks of レベル1 and レベル2; a word that the text does not number at
    all says nothing either way.
    """
    wanted = named_numbers(question)
    if not wanted:
        return set()
    there = named_numbers(text)
    words = {word for word, _ in there}
    return {pair for pair in wanted if pair not in there and pair[0] in words}


def _normal(word: str) -> str:
    word = word.casefold()
    return _ALIASES.get(word, word)
