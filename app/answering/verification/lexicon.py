"""What counts as the same word and what as its opposite: normal forms and the vocabulary in this folder."""

import re
from functools import cache
from importlib.resources import files

from app.answering.verification.morphs import Morph, Part

_KANJI = re.compile(r"[㐀-鿿々]")


@cache
def _lines(name: str) -> tuple[tuple[str, ...], ...]:
    """The words of each line of a vocabulary file."""
    text = files("app.answering.verification").joinpath(name).read_text(encoding="utf-8")
    return tuple(tuple(line.split()) for line in text.splitlines() if line and not line.startswith("#"))


@cache
def _light() -> frozenset[str]:
    return frozenset(word for line in _lines("light.txt") for word in line)


def is_light(*words: str) -> bool:
    """Whether one of these spellings is a word that makes no claim of its own."""
    return not _light().isdisjoint(words)


@cache
def _shell() -> frozenset[str]:
    return frozenset(word for line in _lines("shell.txt") for word in line)


def is_shell(*words: str) -> bool:
    """Whether one of these spellings is a noun that only frames what is said of something."""
    return not _shell().isdisjoint(words)


@cache
def _groups() -> dict[str, frozenset[str]]:
    """Own groups of synonyms of each word."""
    found: dict[str, set[str]] = {}
    for number, line in enumerate(_lines("synonyms.txt")):
        for word in line:
            found.setdefault(word, set()).add(f"own:{number}")
    return {word: frozenset(groups) for word, groups in found.items()}


def ids_of(word: Morph | Part) -> frozenset[str]:
    """What identifies a word: two words with an id in common mean the same."""
    return frozenset({word.norm, *(f"dic:{g}" for g in word.groups), *_groups().get(word.norm, ())})


def ids_of_word(norm: str) -> frozenset[str]:
    """What identifies a word of which only the normal form is known."""
    return frozenset({norm, *_groups().get(norm, ())})


@cache
def _opposites() -> dict[str, tuple[str, ...]]:
    """The opposites of each kanji and each word."""
    found: dict[str, list[str]] = {}
    for one, other in _lines("opposites.txt"):
        found.setdefault(one, []).append(other)
        found.setdefault(other, []).append(one)
    return {word: tuple(others) for word, others in found.items()}


def opposites_of(norm: str) -> list[str]:
    """The words that say the contrary of a word: 事後, 事前."""
    table = _opposites()
    found = list(table.get(norm, ()))
    for place, char in enumerate(norm):
        found += [
            norm[:place] + other + norm[place + 1 :] for other in table.get(char, ()) if len(other) == 1
        ]
    return found


def opposed(one: str, other: str) -> bool:
    """Whether two words are opposites: one kanji turned round (社内, 社外), or as a whole (開始, 終了)."""
    table = _opposites()
    if other in table.get(one, ()):
        return True
    shared = _common_end(one, other)
    if shared and other[: len(other) - shared] in table.get(one[: len(one) - shared], ()):
        return True  # 入社時, 退職時
    if len(one) != len(other):
        return False
    apart = [pair for pair in zip(one, other, strict=True) if pair[0] != pair[1]]
    return len(apart) == 1 and apart[0][1] in table.get(apart[0][0], ())


def _common_end(one: str, other: str) -> int:
    """How many characters both words end in."""
    size = 0
    while size < min(len(one), len(other)) and one[-1 - size] == other[-1 - size]:
        size += 1
    return size


def kanji_of(word: str) -> frozenset[str]:
    """The kanji of a word."""
    return frozenset(_KANJI.findall(word))
