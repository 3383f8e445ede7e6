"""Join lines and sentences up to the size of a passage; nothing is cut inside a sentence."""

from collections.abc import Callable, Iterable, Iterator

from ingest.text.sentences import split_sentences

# Tokens of the embedder. The models at hand read 512; question and headings stand in front of the text,
# so a passage keeps to less. Below the target, neighbours under one heading are joined.
TARGET_TOKENS = 240
MAX_TOKENS = 400

CountTokens = Callable[[str], int]


def lines(text: str) -> Iterator[str]:
    """The lines of `text` that say something, blanks around them removed."""
    return (line.strip() for line in text.split("\n") if line.strip())


def pieces(line: str, count_tokens: CountTokens) -> Iterator[tuple[str, str]]:
    """A line as (what joins it to the piece before, piece); only a line over the limit is cut."""
    if count_tokens(line) <= MAX_TOKENS:
        yield "\n", line
        return
    for number, sentence in enumerate(split_sentences(line)):
        yield "" if number else "\n", sentence


def chunks(text: str, count_tokens: CountTokens) -> Iterator[str]:
    """Whole lines, and the sentences of lines that are too long, joined up to MAX_TOKENS."""
    chunk, size = "", 0
    for joint, piece in _all_pieces(lines(text), count_tokens):
        tokens = count_tokens(piece)
        if chunk and size + tokens > MAX_TOKENS:
            yield chunk
            chunk, size = "", 0
        chunk = chunk + joint + piece if chunk else piece
        size += tokens
    if chunk:
        yield chunk


def _all_pieces(text: Iterable[str], count_tokens: CountTokens) -> Iterator[tuple[str, str]]:
    for line in text:
        yield from pieces(line, count_tokens)
