"""The one place that decides whether a statement may be shown as supported by its citations."""

from collections.abc import Sequence
from itertools import accumulate

from app.answering.models import Citation, Statement, Support
from ingest.text.normalise import fold
from ingest.text.sentences import split_sentences


def support_of(text: str, quotes: Sequence[str]) -> Support:
    """Return `verified` where `text` is whole sentences of one of `quotes`, word for word.

    Anything else is `unsupported`. Blanks and the width of characters are set aside (see `fold`); a word left
    out or changed is not. Part of a sentence is not enough: 「必要です。」 stands in 「不必要です。」.
    """
    key = fold(text)
    return "verified" if key and any(_holds(quote, key) for quote in quotes) else "unsupported"


def _holds(quote: str, key: str) -> bool:
    sentences = [fold(sentence) for sentence in split_sentences(quote)]
    starts = {0, *accumulate(len(sentence) for sentence in sentences)}
    whole = "".join(sentences)
    position = whole.find(key)
    while position >= 0:
        if position in starts and position + len(key) in starts:
            return True
        position = whole.find(key, position + 1)
    return False


def verified(statements: Sequence[Statement], citations: Sequence[Citation]) -> list[Statement]:
    """Return the statements that their own citations support, in order; the others are never shown."""
    quotes = {citation.n: citation.quote for citation in citations}
    kept = []
    for statement in statements:
        cited = [quotes[n] for n in statement.citations if n in quotes]
        support = support_of(statement.text, cited)
        if support == "verified":
            kept.append(statement.model_copy(update={"support": support}))
    return kept
