"""Split Japanese text into sentences: at 。！？ and line ends, never inside 「…」 or （…）."""

import re
from functools import lru_cache

_ITEM = re.compile(r"[・•●○◆■□▪※\-①-⑳㉑-㊿]")
_OPEN = dict(zip("「『（(【〔［〈《“", "」』）)】〕］〉》”", strict=True))
_CLOSE = frozenset(_OPEN.values())
_END = frozenset("。！？!?｡")
_LONGEST_BRACKET = 200  # characters; a bracket open for longer is taken as never closed
_DEEPEST_BRACKET = 10  # so is one that holds more brackets inside each other: a row of them is decoration
_REMEMBERED = 2048  # lines: an answer is held against the same passages many times


def split_sentences(text: str) -> list[str]:
    """Return the sentences of `text` in order, blanks around them removed, none empty.

    Each line is taken by itself, since a line is a list item, a heading or a paragraph. Joined again the
    sentences hold every character of the text other than blanks.
    """
    return [sentence for line in text.split("\n") for sentence in _split_line(line) if sentence]


def ends_sentence(text: str) -> bool:
    """Whether `text` ends where a sentence may end."""
    stripped = text.rstrip().rstrip("".join(_CLOSE))
    return bool(stripped) and (stripped[-1] in _END or stripped[-1] == "．")


def begins_item(text: str) -> bool:
    """Whether `text` begins with the sign of a list item (・, ①)."""
    return _ITEM.match(text) is not None


def listed(text: str) -> bool:
    """Whether `text` reads as an item of a list: by its sign, or since it is no whole sentence."""
    return begins_item(text) or not ends_sentence(text)


@lru_cache(maxsize=_REMEMBERED)
def _split_line(line: str) -> tuple[str, ...]:
    sentences: list[str] = []
    start = position = 0
    while position < len(line):
        char = line[position]
        if char in _OPEN:
            position = _skip_bracket(line, position)
            continue
        position += 1
        if _is_end(line, position - 1):
            while position < len(line) and (line[position] in _END or line[position] in _CLOSE):
                position += 1
            sentences.append(line[start:position].strip())
            start = position
    sentences.append(line[start:].strip())
    return tuple(sentence for sentence in sentences if sentence)


def _is_end(line: str, position: int) -> bool:
    char = line[position]
    if char in "!?":
        return position + 1 == len(line) or line[position + 1] in " 　" or ord(line[position + 1]) > 0x2FFF  # noqa: PLR2004 - where Japanese begins
    if char in "．.":
        return _is_full_stop(line, position)
    return char in _END


def _is_full_stop(line: str, position: int) -> bool:
    """A point ends a sentence after Japanese (…である．) or after a Latin word before a new capital."""
    before, after = line[position - 1 : position], line[position + 1 : position + 3]
    if not before:
        return False
    if line[position] == "．":
        return "\u3041" <= before <= "\u30ff" and not after[:1].isdigit()
    return before.isascii() and before.islower() and after[:1] == " " and "A" <= after[1:] <= "Z"


def _skip_bracket(line: str, start: int) -> int:
    """Return the position behind the bracket that opens at `start`, or just behind it if it never closes."""
    stack = [_OPEN[line[start]]]
    for position in range(start + 1, min(len(line), start + _LONGEST_BRACKET)):
        char = line[position]
        if char == stack[-1]:
            stack.pop()
            if not stack:
                return position + 1
        elif char in _OPEN:
            stack.append(_OPEN[char])
            if len(stack) > _DEEPEST_BRACKET:
                break
    return start + 1
