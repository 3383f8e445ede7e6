"""Two normal forms of Japanese text: `clean` to show and quote, `fold` to compare."""

import re
import unicodedata

# Kangxi and CJK radicals (適⽤ for 適用), Latin and compatibility ligatures, half-width kana, compatibility
# ideographs: only these change. ①, №, ㊿ and full-width letters are part of how the source is printed.
_TO_FOLD = re.compile(r"[\u2E80-\u2FDF\uF900-\uFAFF\uFB00-\uFB06\uFF66-\uFF9F]+")
_INVISIBLE = re.compile(
    r"[\u00AD\u200B-\u200F\u202A-\u202E\u2060-\u206F\u061C\uFEFF\uFFFC\U000E0000-\U000E007F]"
)
# A character with a selector of its glyph is that character.
_SELECTORS = re.compile(r"[\uFE00-\uFE0F\U000E0100-\U000E01EF]")
_CONTROL = re.compile(r"[\x00-\x08\x0B\x0E-\x1F\x7F-\x9F]")
_LINE_ENDS = re.compile(r"\r\n?|[\x0c\x85\u2028\u2029]")
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
    text = _LINE_ENDS.sub("\n", text)
    text = _CONTROL.sub("", _INVISIBLE.sub("", text))
    text = _TO_FOLD.sub(lambda m: unicodedata.normalize("NFKC", m.group()), text.translate(_RADICALS))
    return _SPACES.sub(" ", text)


def fold(text: str) -> str:
    """Return the key under which two spellings are the same text: NFKC, no blanks, lower case, one dash."""
    text = unicodedata.normalize("NFKC", _SELECTORS.sub("", clean(text)))
    text = _ANY_SPACE.sub("", _DASHES.sub("-", text)).casefold()
    # か゛ is か + blank + ゛ by now, and か + ゛ without the blank: only the second NFKC makes it が.
    return unicodedata.normalize("NFKC", text)
