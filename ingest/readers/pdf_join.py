"""Broken lines put together again."""

import re

from ingest.readers.pdf_shapes import has_words

_WIDE = r"[\u3000-\u30ff\u3400-\u9fff\uff00-\uffef々〆①-㊿]"
_BLANK_IN_WIDE = re.compile(rf"(?<={_WIDE}) (?={_WIDE})")
_WIDE_PAIR = re.compile(rf"(?<={_WIDE})(?={_WIDE})")
_SPREAD = 0.3  # more blanks than this between wide characters: the line was only stretched
_LATIN = re.compile(r"[!-~]")


def join_lines(texts: list[str]) -> str:
    """One text from broken lines: a blank only between words that are written with blanks."""
    joined = ""
    for text in texts:
        part = _close_up(text)
        latin = joined and _LATIN.match(joined[-1]) and _LATIN.match(part[:1]) and joined[-1] != "-"
        between = latin or (joined and not has_words(joined))
        joined += (" " if between else "") + part
    return joined


def _close_up(text: str) -> str:
    blanks = len(_BLANK_IN_WIDE.findall(text))
    pairs = len(_WIDE_PAIR.findall(text))
    return _BLANK_IN_WIDE.sub("", text) if blanks > _SPREAD * (blanks + pairs) and blanks > 1 else text
