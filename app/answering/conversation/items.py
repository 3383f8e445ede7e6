"""The n-th thing of an answer: of its list where it holds one, else of its sentences."""

from collections.abc import Sequence

from ingest.text.sentences import begins_item, listed


def item_of(statements: Sequence[str], ordinal: int, marked: str | None = None) -> str | None:
    """Return an item of the previous answer, None where it has no such item.

    Args:
        statements: of that answer.
        ordinal: from 1; -1 is the last.
        marked: the sign in front of the item, where the question names it (④).
    """
    if marked is not None:
        for statement in statements:
            if statement.startswith(marked):
                return statement
    items = _longest_list(statements) or list(statements)
    if ordinal < 0:
        return items[-1] if items else None
    return items[ordinal - 1] if 1 <= ordinal <= len(items) else None


def unmarked(item: str) -> str:
    """Return an item without the sign in front of it."""
    return item[1:] if begins_item(item) else item


def _longest_list(statements: Sequence[str]) -> list[str]:
    """The longest run of list items, none where there is no run of two."""
    best: list[str] = []
    run: list[str] = []
    for statement in (*statements, "。"):
        if listed(statement):
            run.append(statement)
        else:
            best = run if len(run) > max(1, len(best)) else best
            run = []
    return best
