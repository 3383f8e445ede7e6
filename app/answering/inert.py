"""Words of documents and questions as text in which nothing can act: no markup, no link, no forged mark."""

import re
from collections.abc import Iterable
from html import unescape

from ingest.models import Source

# Signs that HTML or Markdown acts on, as their full-width forms: the same sign to a reader and to `fold`.
_SIGNS = str.maketrans("<>[]`", "＜＞［］｀")
_ENTITY = re.compile(r"&(?=#?\w+;)")
_LINE_START = re.compile(r"^(\s*)(#+|~{3,})", re.MULTILINE)
_WIDE = str.maketrans("#~", "＃～")
_ADDRESS = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[/\\]{2}[!-~]*|\bwww\.(?=\w)")
_SCHEME = re.compile(r"\b(java\s*script|vb\s*script|data|file)\s*:(?=\S)", re.IGNORECASE)
_TYPED = re.compile(
    r"<(?:script|style)\b[^<]*</(?:script|style)\s*>|</?[A-Za-z!][^>]*>?|[A-Za-z][A-Za-z0-9+.-]*:[/\\]{2}[!-~]*|(?:data|javascript|vbscript|file):[!-~]+"
    r"|(?<![:\w])//[\w-]+\.[!-~]*|\bwww\.[!-~]*|!?\[[^\]]*\]\((?:[^()]|\([^()]*\))*\)?|^\s*\[[^\]]*\]:.*"
    r"|[A-Za-z0-9+/=_%-]{40,}",  # no word is so long: something encoded
    re.IGNORECASE | re.MULTILINE,
)
_NARROW = {wide: wide - 0xFEE0 for wide in range(0xFF01, 0xFF5F)}  # ASCII's full-width signs, one for one
_SLASHES = re.compile(r"(^|[^:/：])(//)(?=\w)")


def addresses_of(sources: Iterable[Source]) -> frozenset[str]:
    """The addresses that an answer may show so that they can be followed."""
    return frozenset(source.url for source in sources if source.url)


def without_markup(question: str) -> str:
    """Return a question without tags, links, addresses and encoded runs, however they are spelt.

    What appears when others are gone goes too.
    """
    while True:
        plain = unescape(question)
        found = list(_TYPED.finditer(plain.translate(_NARROW)))
        if not found and plain == question:
            return question.strip()
        ends = [0, *(m.end() for m in found)]
        starts = [*(m.start() for m in found), len(plain)]
        question = "".join(plain[a:b] for a, b in zip(ends, starts, strict=True))


def inert(text: str, known: frozenset[str] = frozenset()) -> str:
    """Return `text` with everything that a page, a mail or Markdown could act on as full-width signs.

    It reads the same and is the same under `ingest.text.normalise.fold`, so a statement stays a sentence of
    its passage. Addresses in `known` stay as they are; any other can be read but not followed.
    """
    text = _ENTITY.sub("＆", text.translate(_SIGNS))
    text = _ADDRESS.sub(lambda m: m.group() if m.group() in known else _unlinked(m.group()), text)
    text = _SCHEME.sub(lambda m: f"{m.group(1)}：", text)
    text = _SLASHES.sub(lambda m: f"{m.group(1)}／／", text)
    return _LINE_START.sub(lambda m: m.group(1) + m.group(2).translate(_WIDE), text)


def _unlinked(address: str) -> str:
    return address.replace(":", "：", 1) if ":" in address else address.replace(".", "．", 1)
