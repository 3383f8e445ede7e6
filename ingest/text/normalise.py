"""Two normal forms of Japanese text: `clean` to show and quote, `fold` to compare."""

import re
import unicodedata

# Kangxi and CJK radicals (適⽤ for 適用), Latin and compatibility ligatures, half-width kana, compatibility
# ideographs: only these change. ①, №, ㊿ and full-width letters are part of how the source is printed.
_TO_FOLD = re.compile(r"[\u2E80-\u2FDF\uF900-\uFAFF\uFB00-\uFB06\uFF66-\uFF9F]+")
_INVISIBLE = re.compile(r"[\u00AD\u200B-\u200F\u202A-\u202E\u2060-\u2064\uFEFF\uFFFC]")
_CONTROL = re.compile(r"[\x00-\x08\x0B\x0E-\x1F\x7F-\x9F]")
_SPACES = re.compile(r"[ \t\u00A0\u2000-\u200A\u202F\u205F\u3000]+")
_ANY_SPACE = re.compile(r"\s+")
# CJK radicals supplement without an NFKC mapping, as PDFs print them.
_RADICALS = str.maketrans("⺟⺠⻁⻄⻑⻘⻝⻤⻨⻩⻫⻭⻯⻲", "母民虎西長青食鬼麦黄斉歯竜亀")
_DASHES = re.compile(r"[‐‑‒–—―−]")


def clean(text: str) -> str:
    """Return `text` as it should be shown: same words, without the artefacts of the file format.

    Line breaks stay; runs of blanks become one space; invisible and control characters go (also the
    ones that reverse writing direction, which would let a file show something else than it says).
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\x0c", "\n")
    text = _CONTROL.sub("", _INVISIBLE.sub("", text))
    text = _TO_FOLD.sub(lambda m: unicodedata.normalize("NFKC", m.group()), text.translate(_RADICALS))
    return _SPACES.sub(" ", text)


def fold(text: str) -> str:
    """Return the key under which two spellings are the same text: NFKC, no blanks, lower case, one dash."""
    text = unicodedata.normalize("NFKC", clean(text))
    return _ANY_SPACE.sub("", _DASHES.sub("-", text)).casefold()
