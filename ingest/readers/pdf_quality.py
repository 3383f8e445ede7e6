"""Is what came out of a page text that a person can read, or the debris of a broken font?"""

import re
import unicodedata
from collections import Counter
from dataclasses import dataclass
from functools import lru_cache

from ingest.text.normalise import clean

# A document may rightly be written in these; then most of its foreign letters are of one of them.
_OTHER_SCRIPTS = frozenset({"HANGUL", "CYRILLIC", "GREEK", "THAI", "ARABIC", "HEBREW", "DEVANAGARI"})
_KINDS = (
    ("kana", re.compile(r"[\u3041-\u30ff\u31f0-\u31ff]")),
    ("kanji", re.compile(r"[\u3400-\u9fff\U00020000-\U000323af々〆]")),
    ("broken", re.compile("\ufffd")),
    ("mark", re.compile(r"[§°±×÷·¶©®¥£«»]")),
    ("accented", re.compile(r"[\u0080-\u00bf]")),  # bytes shown as Latin-1
)
_ONE_SCRIPT = 0.9
_MANY_ACCENTS = 0.25  # French stays below a tenth; bytes shown as Latin-1 are nearly all of it
_GARBLED = 0.25
_DOUBTFUL = 0.08
_FEW_LETTERS = 8  # below this a page is a picture with a stray mark or a page number
_SPARSE_JAPANESE = 0.3
_CLEARLY_BETTER = 1.15


@dataclass(frozen=True, slots=True)
class Quality:
    """Counts of the visible characters of a page."""

    total: int
    kana: int
    kanji: int
    latin: int
    digits: int
    strange: int

    @property
    def garbled(self) -> bool:
        """More broken characters than any real page holds."""
        return self.total > 0 and self.strange > _GARBLED * self.total

    @property
    def doubtful(self) -> bool:
        """Worth asking a second reader: strange, nearly empty, hardly Japanese, or kanji without any kana."""
        japanese = self.kana + self.kanji
        return (
            self.total < _FEW_LETTERS
            or self.strange > _DOUBTFUL * self.total
            or japanese < _SPARSE_JAPANESE * self.total
            or (self.kana == 0 and self.kanji > _FEW_LETTERS)
        )

    @property
    def score(self) -> float:
        """The more real text, the higher; kana count most, because debris never holds them in number."""
        return 3 * self.kana + self.kanji + self.latin + 0.5 * self.digits - 2 * self.strange


@lru_cache(4)  # a page is judged twice, each reading of it
def quality(text: str) -> Quality:
    """Count what kinds of characters `text` is made of."""
    counts: Counter[str] = Counter()
    scripts: Counter[str] = Counter()
    for char in clean(text):
        if not char.isspace():
            kind = _kind(char)
            counts[kind] += 1
            if kind == "foreign":
                scripts[unicodedata.name(char, "-").split()[0]] += 1
    total = sum(counts.values())
    strange = counts["broken"]
    if scripts:
        script, most = scripts.most_common(1)[0]
        one_language = script in _OTHER_SCRIPTS and most >= _ONE_SCRIPT * (sum(scripts.values()) + strange)
        strange += 0 if one_language else sum(scripts.values())
    if counts["accented"] > _MANY_ACCENTS * total:
        strange += counts["accented"]
    return Quality(total, counts["kana"], counts["kanji"], counts["latin"], counts["digit"], strange)


def is_better(second: Quality, first: Quality) -> bool:
    """Whether the second reading is so much better that it should replace the first."""
    return second.score > max(0.0, first.score) * _CLEARLY_BETTER + _FEW_LETTERS / 2


@lru_cache(4096)
def _kind(char: str) -> str:
    for kind, pattern in _KINDS:
        if pattern.match(char):
            return kind
    category = unicodedata.category(char)
    if category in ("Nd", "No", "Nl"):
        return "digit"
    if category in ("Co", "Cn", "Cs", "Mn", "Me"):
        return "broken"
    return _letter(unicodedata.normalize("NFKC", char)[0]) if category[0] == "L" else "mark"


def _letter(char: str) -> str:
    name = unicodedata.name(char, "-")
    if char.isascii():
        return "latin"
    if name.startswith("LATIN"):
        return "foreign" if "PHONETIC" in name or "TURNED" in name else "accented"
    return "kanji" if name.startswith(("CJK", "KATAKANA", "HIRAGANA")) else "foreign"
