"""Whether a text holds the words that a short question brings along: its topic alone is no answer."""

from collections.abc import Iterable, Sequence

from ingest.text.words import Tokenizer

ALL_UP_TO = 2  # words that all have to stand in the text; of more, two thirds


def covered(own: Iterable[str], text: str, tokenizer: Tokenizer) -> set[str]:
    """Return those of the words that `text` holds, or says in another word of the same meaning."""
    words, concepts = set(tokenizer.words(text)), set(tokenizer.concepts(text))
    return {word for word in own if word in words or concepts.intersection(tokenizer.concepts(word))}


def holds(own: Sequence[str], text: str, tokenizer: Tokenizer) -> bool:
    """Whether `text` holds enough of the words."""
    needed = len(own) if len(own) <= ALL_UP_TO else len(own) * 2 / 3
    return len(covered(own, text, tokenizer)) >= needed
