"""The one place that decides whether a statement may be shown as supported by its citations."""

from collections.abc import Sequence

from app.answering.models import Citation, Statement, Support
from ingest.text.normalise import fold


def support_of(text: str, quotes: Sequence[str]) -> Support:
    """Return `verified` where `text` stands word for word in one of `quotes`, else `unsupported`.

    Blanks and the width of characters are set aside (see `fold`); a word left out or changed is not.
    """
    key = fold(text)
    return "verified" if key and any(key in fold(quote) for quote in quotes) else "unsupported"


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
