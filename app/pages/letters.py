"""Text as letters that can be compared, each with the way back to the character that it came from."""

import unicodedata
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from ingest.text.normalise import fold


@dataclass(frozen=True, slots=True)
class Letters:
    """The letters of a text under `fold`: no blanks, one width, one case.

    Attributes:
        text: the letters.
        at: for each letter the index of its character, ascending; a ligature is the place of several letters.
    """

    text: str
    at: Sequence[int]

    def __len__(self) -> int:
        return len(self.text)

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Characters (start, end) that letters `start` to `end` (not included) stand for."""
        return self.at[start], self.at[end - 1] + 1

    def letters_in(self, start: int, end: int) -> tuple[int, int]:
        """Inverse of `span`: the letters of the characters `start` to `end`."""
        return bisect_left(self.at, start), bisect_left(self.at, end)


def letters_of(text: str) -> Letters:
    """Return the letters of `text`."""
    letters: list[str] = []
    at: list[int] = []
    for index, character in enumerate(text):
        for letter in _folded(character):
            # A mark of its own (か + ゛, half-width ｶ + ﾞ) belongs to the letter before it.
            whole = unicodedata.normalize("NFC", letters[-1] + letter) if letters else letter
            if len(whole) == 1 and letters and unicodedata.combining(letter):
                letters[-1] = whole
            else:
                letters.append(letter)
                at.append(index)
    return Letters("".join(letters), tuple(at))


@lru_cache(maxsize=20_000)
def _folded(character: str) -> str:
    return fold(character)
