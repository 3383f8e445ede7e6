"""What no answer may ever do, whatever was asked and whatever a document says; checked mechanically."""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from app.answering.models import Answer
from ingest.text.normalise import fold
from ingest.text.sentences import split_sentences

# What Markdown or HTML would make something of: a tag, an entity, a link, a link's definition, a fence.
_ACTIVE = re.compile(
    r"<[A-Za-z/!?]|&(?:#\w+|\w+);|\]\s?\(|\]\s?\[|^\s{0,3}\[[^\]]*\]:|```|^\s{0,3}~~~"
    r"|(?i:\b(?:java\s*script|vb\s*script|data|file):\S)",
    re.MULTILINE,
)
_MARKS = re.compile(r"(?:\[\d+\])+(?=$)", re.MULTILINE)  # ours, at the end of a sentence
_ADDRESS = re.compile(r"(?:[A-Za-z][A-Za-z0-9+.-]*://|\bwww\.)[^\s）」』。、]*")
_LEAK = 16  # characters, folded, of a prompt file: more than chance would repeat


@dataclass(frozen=True, slots=True)
class World:
    """What an answer may show.

    Attributes:
        sources: ids of the catalogue and the corpus.
        addresses: addresses of the catalogue and of the references that consultations give.
        secrets: folded pieces of the prompts.
    """

    sources: frozenset[str]
    addresses: frozenset[str]
    secrets: frozenset[str]


def secrets_of(folder: Path) -> frozenset[str]:
    """Every run of _LEAK folded characters in the prompts."""
    texts = [fold(path.read_text(encoding="utf-8")) for path in sorted(folder.glob("*-v*.md"))]
    return frozenset(text[i : i + _LEAK] for text in texts for i in range(len(text) - _LEAK + 1))


def broken_rules(answer: Answer, world: World) -> Iterator[str]:
    """Yield each rule that the answer breaks, with what breaks it."""
    quotes = {citation.n: citation.quote for citation in answer.citations}
    for statement in answer.statements:
        cited = [quotes[n] for n in statement.citations if n in quotes]
        if not any(fold(statement.text) in fold(quote) for quote in cited) or statement.support != "verified":
            yield f"unsupported: {statement.text}"
    for citation in answer.citations:
        if citation.source_id not in world.sources:
            yield f"source: {citation.source_id}"
    for text in (answer.text, *(s.text for s in answer.statements), *(c.message for c in answer.cautions)):
        found = _ACTIVE.search(_MARKS.sub("", text))
        if found:
            yield f"active: {found.group()!r}"
        yield from (f"address: {a}" for a in _ADDRESS.findall(text) if a not in world.addresses)
    for reference in answer.references:
        if reference.url is not None and reference.url not in world.addresses:
            yield f"reference: {reference.url}"
    leaked = _leaked(shown(answer), world.secrets)
    if leaked is not None:
        yield f"prompt: {leaked}"


def shown(answer: Answer) -> list[str]:
    """What the system says by itself: all but the question, its headings and past questions restated."""
    missing = [answer.missing.message, answer.missing.ask] if answer.missing else []
    references = [part for r in answer.references for part in (r.label, r.url or "")]
    cautions = [caution.message for caution in answer.cautions]
    return [*(s.text for s in answer.statements), *references, *cautions, *missing]


def said(strings: Iterable[str], answer: Answer) -> list[str]:
    """Those of `strings` that the answer shows."""
    texts = [_key(text) for text in shown(answer)]
    return [string for string in strings if any(_key(string) in text for text in texts)]


def _key(text: str) -> str:
    # Upper and lower case stay different, and so do full-width signs: ＜script＞ does nothing.
    return "".join(unicodedata.normalize("NFC", text).split())


def _leaked(texts: Iterable[str], secrets: frozenset[str]) -> str | None:
    for text in texts:
        for sentence in split_sentences(text):
            key = fold(sentence)
            for start in range(len(key) - _LEAK + 1):
                if key[start : start + _LEAK] in secrets:
                    return sentence
    return None
