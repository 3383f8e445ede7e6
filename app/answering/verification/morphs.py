"""Words of a sentence as verification needs them: long units with their parts, particles and endings kept."""

import re
import threading
from dataclasses import dataclass
from typing import Any

from ingest.text.words import plain

# ①, ・, (1), 1. in front of a list item say where it stands, not what it says.
_ITEM_MARK = re.compile(
    r"^\s*(?:[①-⑳㉑-㊿❶-❿⓪・•●○◆◇■□▪◦※*➢✓-]++\s*+|[(（]\d{1,2}[)）]\s*|\d{1,2}[.．)）]\s+|[QAＱＡ]\d{0,2}[.．:：]\s*)+"
)
_BLANK = re.compile(r"(?<![a-z0-9])\s+|\s+(?![a-z0-9])")  # between Japanese characters a blank means nothing
_LONGEST = 2000  # characters of one sentence that are looked at; Sudachi takes 49,149 bytes at a time


@dataclass(frozen=True, slots=True)
class Part:
    """A short unit (Sudachi's mode A) of a long one: 従業 and 員 of 従業員."""

    norm: str
    groups: frozenset[int]


@dataclass(frozen=True, slots=True)
class Morph:
    """One unit (Sudachi's mode C). Offsets count in the normal text of the sentence."""

    surface: str
    norm: str  # サーバ, ｻｰﾊﾞｰ and server share one
    pos: tuple[str, str, str]
    groups: frozenset[int]  # ids in Sudachi's dictionary of synonyms
    parts: tuple["Part", ...]  # its short units; empty where there is only one
    begin: int
    end: int

    @property
    def is_number(self) -> bool:
        """Digits or a numeral (12, 三, 1,000)."""
        return self.pos[1] == "数詞"


def normal_text(text: str) -> str:
    """Return `text` as it is compared: NFKC, lower case, without the mark of a list item and idle blanks."""
    return _BLANK.sub("", plain(_ITEM_MARK.sub("", text))).strip()[:_LONGEST]


class Analyser:
    """SudachiPy, split mode C. Create one and hand it on; safe to use from several threads."""

    def __init__(self) -> None:
        from sudachipy import Dictionary

        self._dictionary = Dictionary()
        self._local = threading.local()  # a Sudachi tokenizer must not be entered twice at a time

    def morphs(self, text: str) -> list[Morph]:
        """Every unit of `text`, which should be in normal form."""
        return [_morph(m, self._short()) for m in self._tokenizer().tokenize(text)]

    def _tokenizer(self) -> Any:
        if not hasattr(self._local, "tokenizer"):
            from sudachipy import SplitMode

            self._local.mode = SplitMode.A
            self._local.tokenizer = self._dictionary.tokenizer(SplitMode.C)
        return self._local.tokenizer

    def _short(self) -> Any:
        return self._local.mode


def _morph(m: Any, short: Any) -> Morph:
    pos = m.part_of_speech()
    parts = m.split(short)
    return Morph(
        surface=m.surface(),
        norm=m.normalized_form().casefold(),
        pos=(pos[0], pos[1], pos[2]),
        groups=_groups(m),
        parts=tuple(Part(p.normalized_form().casefold(), _groups(p)) for p in parts)
        if len(parts) > 1
        else (),
        begin=m.begin(),
        end=m.end(),
    )


def _groups(m: Any) -> frozenset[int]:
    return frozenset() if m.part_of_speech()[1] == "数詞" else frozenset(m.synonym_group_ids())
