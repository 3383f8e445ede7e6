"""Things told apart by a number (レベル3, 付録9, P70, 第4.0版): is the one asked about in the text?"""

import re
import unicodedata

# A word and the number that follows it, or 第N版. Counted amounts (20名, 3年前) have the number in front
# of the unit and are no names.
_NAMED = re.compile(
    r"(?P<word>[ァ-ヶー]{2,}|[一-龠々]{1,6}|[A-Za-z]{1,12})\s?\.?\s?(?P<number>\d{1,4}(?:\.\d{1,2})?)(?![\d人名回年月日社台件個円%])"
)
_EDITION = re.compile(r"第?(?P<number>\d{1,2}(?:\.\d{1,2})?)版")
_RANGE = re.compile(r"([A-Za-z])\.?\s?(\d{1,4})\s*[~～〜-]\s*(\d{1,4})")
_WIDEST = 300
_ALIASES = {"ページ": "p", "頁": "p", "page": "p", "pp": "p", "lv": "レベル", "level": "レベル"}


def named_numbers(text: str) -> set[tuple[str, str]]:
    """Return (word, number) pairs, e.g. ("レベル", "3"), in one normal form; ranges of pages are opened up."""
    text = unicodedata.normalize("NFKC", text)
    pairs = {(_normal(m["word"]), m["number"]) for m in _NAMED.finditer(text)}
    pairs |= {("版", m["number"]) for m in _EDITION.finditer(text)}
    pairs |= {("p", m.group(1)) for m in re.finditer(r"(\d{1,4})\s*(?:ページ|頁)", text)}
    for match in _RANGE.finditer(text):
        first, last = int(match.group(2)), int(match.group(3))
        if first < last <= first + _WIDEST:
            pairs |= {(_normal(match.group(1)), str(n)) for n in range(first, last + 1)}
    return pairs


def unknown_names(question: str, text: str) -> set[tuple[str, str]]:
    """Return what the question names by number and `text` holds only under other numbers.

    「レベル3」 is unknown to a text that speaks of レベル1 and レベル2; a word that the text does not number at
    all says nothing either way.
    """
    there = named_numbers(text)
    words = {word for word, _ in there}
    return {pair for pair in named_numbers(question) if pair not in there and pair[0] in words}


def _normal(word: str) -> str:
    word = word.casefold()
    return _ALIASES.get(word, word)
