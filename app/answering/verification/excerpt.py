"""What of long passages a sentence can be about, short enough to be read in one go; and how near it is."""

from collections.abc import Sequence

from ingest.text.sentences import split_sentences

_LONGEST = 320  # characters: with the sentence some 250 tokens


def excerpt(sentence: str, quotes: Sequence[str]) -> str:
    """Return the sentences of `quotes` that share most character pairs with `sentence`, in their order."""
    whole = "\n".join(quotes)
    if len(whole) <= _LONGEST:
        return whole
    said = _pairs(sentence)
    lines = [line for quote in quotes for line in split_sentences(quote)]
    shared = [len(said & _pairs(line)) / (len(line) ** 0.5 or 1) for line in lines]
    kept: set[int] = set()
    room = _LONGEST
    for number in sorted(range(len(lines)), key=lambda n: -shared[n]):
        if len(lines[number]) <= room or not kept:
            kept.add(number)
            room -= len(lines[number])
    return "\n".join(lines[number] for number in sorted(kept))


def nearness(sentence: str, quotes: Sequence[str]) -> float:
    """Share of the character pairs of `sentence` that its nearest sentence in `quotes` has, 0..1."""
    said = _pairs(sentence)
    lines = (line for quote in quotes for line in split_sentences(quote))
    return max((len(said & _pairs(line)) for line in lines), default=0) / (len(said) or 1)


def _pairs(text: str) -> set[str]:
    return {text[place : place + 2] for place in range(len(text) - 1)}
