"""Which words mean the same: the groups of `synonyms.txt`, found in running text."""

import re
import unicodedata
from functools import cache
from pathlib import Path

_FILE = Path(__file__).with_name("synonyms.txt")
_COMMENT = "#"
_SHORT_KATAKANA = re.compile(r"[ァ-ヺー]{1,3}")


class Synonyms:
    """Groups of words with one meaning. Holds no state of a text; safe to use from threads.

    Args:
        lines: a group a line, forms separated by commas; blank lines and those that begin with # say nothing.
    """

    def __init__(self, lines: list[str]) -> None:
        self._group: dict[str, str] = {}
        for line in lines:
            forms = [_form(form) for form in line.split(",")] if not line.startswith(_COMMENT) else []
            for form in filter(None, forms):
                self._group.setdefault(form, forms[0])
        longest_first = sorted(self._group, key=lambda form: (-len(form), form))
        self._pattern = re.compile("|".join(_bounded(form) for form in longest_first) or r"(?!)")

    def groups(self, plain: str) -> list[str]:
        """Return the group of each form in `plain` (NFKC, lower case), in order, repeats included.

        Where forms overlap the longest counts: 標的型攻撃メール is not an 攻撃 and a メール.
        """
        return [self._group[match.group()] for match in self._pattern.finditer(plain)]


@cache
def shipped_synonyms() -> Synonyms:
    """The groups that come with the package; read once."""
    return Synonyms(_FILE.read_text(encoding="utf-8").splitlines())


def _form(text: str) -> str:
    return unicodedata.normalize("NFKC", text).strip().casefold()


def _bounded(form: str) -> str:
    """A Latin form is a word of its own: `pc` does not stand in `ipc`.

    Before a short form in katakana there is no katakana: トップ is not the end of デスクトップ.
    """
    before = r"(?<![a-z0-9])" if form[0].isascii() else ""
    if _SHORT_KATAKANA.fullmatch(form):
        before = r"(?<![ァ-ヺー])"
    after = r"(?![a-z0-9])" if form[-1].isascii() else ""
    return f"{before}{re.escape(form)}{after}"
