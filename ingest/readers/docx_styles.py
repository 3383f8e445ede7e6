"""What a Word paragraph is (heading, list item, contents), and the number that Word shows before it."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from ingest.readers.docx_text import W

_HEADING_NAME = re.compile(
    r"(?:heading|見出し|標題|überschrift|titre|título|titolo|标题)\s*([1-9])", re.IGNORECASE
)
_TITLE_NAME = re.compile(r"title|表題", re.IGNORECASE)
_CONTENTS_NAME = re.compile(
    r"(?:toc|目次)\s*(?:heading|見出し|[1-9])?|table of figures|図表目次", re.IGNORECASE
)
_BODY_LEVEL = 9  # outline level 9 (w:val counts from 0) is body text
_MAX_CHAIN = 20  # of styles based on each other
_KATAKANA = "アイウエオカキクケコサシスセソタチツテトナニヌネノハヒフヘホマミムメモヤユヨラリルレロワヲン"
_KANJI = "〇一二三四五六七八九"
_ROMAN = ((10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"))
_CIRCLES = 20  # ① … ⑳ stand in one row


@dataclass(frozen=True, slots=True)
class Style:
    """A paragraph style with what it inherits."""

    name: str = ""
    outline: int | None = None  # from 0
    numbering: tuple[str, int] | None = None  # id of the list, depth from 0


def read_styles(root: Any) -> dict[str, Style]:
    """Return the paragraph styles by id. `root` is the w:styles element."""
    elements = {style.get(f"{W}styleId"): style for style in root.iter(f"{W}style")}
    return {style_id: _resolve(style_id, elements) for style_id in elements if style_id}


def _resolve(style_id: str, elements: dict[str, Any]) -> Style:
    name, outline, numbering = _value(elements[style_id].find(f"{W}name")), None, None
    current: str | None = style_id
    for _ in range(_MAX_CHAIN):
        element = elements.get(current) if current else None
        if element is None:
            break
        properties = element.find(f"{W}pPr")
        outline = outline if outline is not None else _outline(properties)
        numbering = numbering or number_of(properties)
        heading = _HEADING_NAME.fullmatch(_value(element.find(f"{W}name")).strip())
        if outline is None and heading:
            outline = int(heading[1]) - 1
        current = _value(element.find(f"{W}basedOn")) or None
    return Style(name, outline, numbering)


def number_of(properties: Any) -> tuple[str, int] | None:
    """Return (list id, depth from 0) of a w:pPr; the list id "0" takes a paragraph out of its list."""
    found = properties.find(f"{W}numPr") if properties is not None else None
    if found is None:
        return None
    depth = _value(found.find(f"{W}ilvl")) or "0"
    number = _value(found.find(f"{W}numId"))
    return (number, int(depth)) if number and depth.isdigit() else None


def heading_depth(paragraph: Any, style: Style) -> int:
    """Return the heading depth of a w:p, 1 = top, or 0."""
    own = _outline(paragraph.find(f"{W}pPr"))
    outline = own if own is not None else style.outline
    if outline is not None and 0 <= outline < _BODY_LEVEL:
        return outline + 1
    return 1 if is_title(style) else 0


def is_title(style: Style) -> bool:
    """Whether a style is the one for the title of the document."""
    return bool(_TITLE_NAME.fullmatch(style.name.strip()))


def is_contents(style: Style) -> bool:
    """Whether a style is one of a table of contents."""
    return bool(_CONTENTS_NAME.fullmatch(style.name.strip()))


def style_id(paragraph: Any) -> str:
    """Return the id of the style that a w:p names, or ""."""
    return _value(paragraph.find(f"{W}pPr/{W}pStyle"))


@dataclass
class Numbering:
    """Counts the numbers that Word shows before paragraphs but does not write down (第1章, 1.2, ①)."""

    levels: dict[str, dict[int, tuple[str, str, int]]] = field(default_factory=dict)  # (format, text, start)
    lists: dict[str, str] = field(default_factory=dict)  # list id → definition
    counters: dict[str, dict[int, int]] = field(default_factory=dict)

    @classmethod
    def read(cls, root: Any) -> "Numbering":
        """Read the definitions below a w:numbering element."""
        numbering = cls()
        for abstract in root.iter(f"{W}abstractNum"):
            numbering.levels[abstract.get(f"{W}abstractNumId")] = {
                int(level.get(f"{W}ilvl")): (
                    _value(level.find(f"{W}numFmt")),
                    _value(level.find(f"{W}lvlText")),
                    int(_value(level.find(f"{W}start")) or 1),
                )
                for level in abstract.iter(f"{W}lvl")
            }
        for number in root.iter(f"{W}num"):
            numbering.lists[number.get(f"{W}numId")] = _value(number.find(f"{W}abstractNumId"))
        return numbering

    def next(self, list_id: str, depth: int) -> str:
        """Return the number of the next paragraph of a list, "" for bullets and unknown lists."""
        levels = self.levels.get(self.lists.get(list_id, ""), {})
        if depth not in levels:
            return ""
        counters = self.counters.setdefault(self.lists[list_id], {})
        counters[depth] = counters.get(depth, levels[depth][2] - 1) + 1
        for deeper in [level for level in counters if level > depth]:
            del counters[deeper]
        style, text, _ = levels[depth]
        if style in {"bullet", "none"}:
            return ""

        def shown(match: re.Match[str]) -> str:
            level = int(match[1]) - 1
            number_style, _, start = levels.get(level, ("decimal", "", 1))
            return _FORMATS.get(number_style, str)(counters.get(level, start))

        return re.sub(r"%([1-9])", shown, text).strip()


def _outline(properties: Any) -> int | None:
    value = _value(properties.find(f"{W}outlineLvl")) if properties is not None else ""
    return int(value) if value.isdigit() else None


def _value(element: Any) -> str:
    return str(element.get(f"{W}val") or "") if element is not None else ""


def _letters(number: int, alphabet: str) -> str:
    return alphabet[(number - 1) % len(alphabet)]


def _roman(number: int) -> str:
    text = ""
    for value, sign in _ROMAN:
        text, number = text + sign * (number // value), number % value
    return text


def _kanji(number: int) -> str:
    tens, ones = divmod(number, 10)
    if not 0 < tens < 10:  # noqa: PLR2004
        return _KANJI[number] if 0 < number < 10 else str(number)  # noqa: PLR2004
    return ("" if tens == 1 else _KANJI[tens]) + "十" + (_KANJI[ones] if ones else "")


def _wide(number: int) -> str:
    return "".join(chr(ord(digit) + 0xFEE0) for digit in str(number))


_FORMATS: dict[str, Callable[[int], str]] = {
    "decimalFullWidth": _wide,
    "decimalFullWidth2": _wide,
    "decimalEnclosedCircle": lambda n: chr(0x245F + n) if n <= _CIRCLES else str(n),
    "decimalZero": lambda n: f"{n:02}",
    "aiueo": lambda n: _letters(n, _KATAKANA),
    "aiueoFullWidth": lambda n: _letters(n, _KATAKANA),
    "upperLetter": lambda n: _letters(n, "ABCDEFGHIJKLMNOPQRSTUVWXYZ"),
    "lowerLetter": lambda n: _letters(n, "abcdefghijklmnopqrstuvwxyz"),
    "upperRoman": lambda n: _roman(n).upper(),
    "lowerRoman": _roman,
    "japaneseCounting": _kanji,
    "chineseCounting": _kanji,
    "ideographDigital": _kanji,
    "japaneseDigitalTenThousand": _kanji,
}
