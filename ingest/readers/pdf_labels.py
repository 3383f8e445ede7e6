"""Printed page numbers: what stands in the margins, confirmed by its neighbours, and what the file says."""

import re
from collections import Counter

_ROMAN = {"i": 1, "v": 5, "x": 10, "l": 50, "c": 100}
_SUPPORT = 3  # pages that must agree before a number in the margin is believed
_AGREEMENT = 0.8  # of the printed numbers that the file's own labels must repeat

# Titles that a program wrote: its own name, the file's name, a byte string, the name of an empty document.
_FILLED_IN = re.compile(
    r"^<[0-9A-Fa-f]{4,}|^(?:Microsoft |Taro\d|一太郎|PowerPoint|Word|Excel|untitled|無題|名称未設定)"
    r"|^(?:文書|Document|スライド|Book|Sheet)\s?\d"
    r"|\.(?:docx?|xlsx?|pptx?|jtdc?|jt[dt]|pdf|indd|ai|tex|dvi|eps|ps|html?|odt|txt)(?:\b|_|$)",
    re.IGNORECASE,
)

Series = tuple[str, int]  # (form, page of the file - printed number)


def page_labels(printed: list[str | None], declared: list[str] | None) -> tuple[str | None, ...]:
    """The label of each page, None where it is not known.

    Args:
        printed: the number found in the margin of each page, "54", "(1)" or "iv".
        declared: the labels in the file's own tables, if it has any.
    """
    series = [_series(text, page) for page, text in enumerate(printed, start=1)]
    votes = Counter(s for s in series if s is not None)
    needed = min(_SUPPORT, max(1, len(printed)))
    believed = [s if s is not None and votes[s] >= needed else None for s in series]
    labels = _labels(_without_gaps(believed))
    if declared is not None and len(declared) == len(printed):
        both = [(own, label) for own, label in zip(declared, labels, strict=True) if label is not None]
        agreeing = sum(1 for own, label in both if own.strip("()- ") == label.strip("()"))
        trivial = declared == [str(n) for n in range(1, len(printed) + 1)]
        if (both and agreeing >= _AGREEMENT * len(both)) or (not both and not trivial):
            return tuple(label.strip() or None for label in declared)
    return tuple(labels)


def _series(text: str | None, page: int) -> Series | None:
    if text is None:
        return None
    form = "(" if text.startswith("(") else "1"
    bare = text.strip("()")
    if bare.isdecimal():
        return form, page - int(bare)
    value = _roman_value(bare)
    return (form + "i", page - value) if value else None


def _roman_value(text: str) -> int:
    values = [_ROMAN.get(c, 0) for c in text]
    total = sum(-v if v < after else v for v, after in zip(values, [*values[1:], 0], strict=True))
    return total if total > 0 and _roman(total) == text else 0


def _roman(number: int) -> str:
    text = ""
    for value, letters in (
        (100, "c"),
        (90, "xc"),
        (50, "l"),
        (40, "xl"),
        (10, "x"),
        (9, "ix"),
        (5, "v"),
        (4, "iv"),
        (1, "i"),
    ):
        text += letters * (number // value)
        number %= value
    return text


def _without_gaps(believed: list[Series | None]) -> list[Series | None]:
    """A page without a number between two of the same series belongs to it."""
    filled = list(believed)
    last: int | None = None
    for index, series in enumerate(believed):
        if series is None:
            continue
        if last is not None and believed[last] == series:
            filled[last:index] = [series] * (index - last)
        last = index
    return filled


def _labels(series: list[Series | None]) -> list[str | None]:
    forms = {s[0][0] for s in series if s is not None}
    bracket = len(forms) > 1  # "(1)" before "1" are different pages; alone, the brackets are ornament
    labels: list[str | None] = []
    for page, found in enumerate(series, start=1):
        if found is None:
            labels.append(None)
            continue
        form, offset = found
        number = _roman(page - offset) if form.endswith("i") else str(page - offset)
        labels.append(f"({number})" if bracket and form.startswith("(") else number)
    return labels


def sensible_title(title: str | None) -> str | None:
    """The title of the file's description, unless a program filled it in."""
    text = re.sub(r"\s+", " ", title or "").strip()
    if _FILLED_IN.search(text) or not re.search(r"[^\W\d_]{2}", text):
        return None
    return text
