"""Words of a text with their places, and what makes a run of them look like a name."""

import re
import threading
from dataclasses import dataclass
from typing import Any

from app.organiser.generalisation.word_lists import folded_words, word_list
from ingest.text.normalise import fold

_CHUNK = 12_000  # characters; Sudachi takes 49,149 bytes at a time
_LATIN = re.compile(r"[A-Za-z][A-Za-z0-9+#.&'-]*")
_KANJI = re.compile(r"[一-龥々ヶ]+")
_LONGEST_SURNAME = 3


@dataclass(frozen=True, slots=True)
class Morph:
    """One morpheme of Sudachi's long units. `begin` and `end` are offsets into the text."""

    surface: str
    pos: tuple[str, ...]
    unknown: bool
    begin: int
    end: int
    surname: bool = False  # whether the dictionary also knows it as a family name (森, 林, 原)

    @property
    def nounish(self) -> bool:
        """Whether it can be part of a name: a noun, a prefix, a letter; no numeral by itself."""
        return self.pos[0] in {"名詞", "接頭辞", "形状詞", "記号"} and self.pos[1] not in {
            "数詞",
            "助動詞語幹",
        }

    @property
    def proper(self) -> bool:
        """Whether the dictionary knows it as a name that is not a public one."""
        return self.pos[1] == "固有名詞" and not is_public(self.surface)

    @property
    def strange(self) -> bool:
        """Whether the dictionary does not know it, and it is no abbreviation or word of the trade."""
        if not self.unknown or self.pos[1] == "数詞" or is_public(self.surface) or len(self.surface) < 2:  # noqa: PLR2004
            return False
        if not any(char.isalpha() for char in self.surface):
            return False
        return not _LATIN.fullmatch(self.surface) or brand_like(self.surface)

    @property
    def unusual(self) -> bool:
        """Whether it is a noun that ordinary texts do not hold: ひまわり, ネクサス."""
        return (
            self.pos[0] == "名詞"
            and self.pos[1] == "普通名詞"
            and len(self.surface) > 1
            and not self.surface.isascii()
            and word_list("ordinary").isdisjoint(
                {self.surface, self.surface.rstrip("ー"), self.surface + "ー"}
            )
            and not is_public(self.surface)
        )


def brand_like(word: str) -> bool:
    """Whether a Latin word is written as brands are: CamelCase, letters with digits, all capitals."""
    if is_public(word) or not any(char.isalpha() for char in word):
        return False
    capitals = sum(char.isupper() for char in word)
    inner = any(char.isupper() for char in word[1:]) and any(char.islower() for char in word)
    digits = any(char.isdigit() for char in word) and len(word) > 3  # noqa: PLR2004
    return inner or digits or (capitals == len(word) and len(word) >= 5)  # noqa: PLR2004


class Analyser:
    """Sudachi in long units. Safe to use from several threads."""

    def __init__(self) -> None:
        from sudachipy import Dictionary

        self._dictionary = Dictionary()
        self._local = threading.local()
        self._surnames: dict[str, bool] = {}

    def morphs(self, text: str) -> list[Morph]:
        """The morphemes of `text` in order, blanks included."""
        from sudachipy import SplitMode

        if not hasattr(self._local, "tokenizer"):
            self._local.tokenizer = self._dictionary.tokenizer(SplitMode.C)
        tokenizer: Any = self._local.tokenizer
        whole = text.encode("utf-8", "replace").decode("utf-8")
        return [
            Morph(
                m.surface(),
                tuple(m.part_of_speech()),
                m.is_oov(),
                start + m.begin(),
                start + m.end(),
                self._surname(m.surface()),
            )
            for start in range(0, len(whole), _CHUNK)
            for m in tokenizer.tokenize(whole[start : start + _CHUNK])
            if m.surface()
        ]

    def _surname(self, surface: str) -> bool:
        """Whether a word of a few kanji is among the dictionary's family names."""
        if len(surface) > _LONGEST_SURNAME or not _KANJI.fullmatch(surface):
            return False
        if surface not in self._surnames:
            found = [tuple(m.part_of_speech()) for m in self._dictionary.lookup(surface)]
            self._surnames[surface] = any(pos[2] == "人名" and pos[3] == "姓" for pos in found)
        return self._surnames[surface]


def is_public(name: str) -> bool:
    """Whether a name is on the list of those that identify nobody."""
    return fold(name) in folded_words("public")


def is_carmaker(name: str) -> bool:
    """Whether a name is on the list of makers that suppliers name as customers."""
    return fold(name) in folded_words("carmakers")
