"""Which sentences of a passage a follow-up is about."""

from collections.abc import Iterable, Sequence

from app.answering.asked_for import AskedFor
from app.answering.compose_extractive import sentences_of, with_list
from app.answering.held import covered
from app.answering.order import Unit, goes_on_from, is_item
from ingest.models import Passage
from ingest.text.words import Tokenizer


def focus(
    passages: Sequence[Passage], own: Sequence[str], wanted: AskedFor | None, tokenizer: Tokenizer
) -> frozenset[str]:
    """Return the sentences that hold the fact asked for and most of the words; none where none stands out."""
    units = units_of(passages)
    telling = [i for i, (text, _) in enumerate(units) if wanted is None or wanted.stands_in(text)]
    counts = {i: len(covered(own, units[i][0], tokenizer)) for i in telling}
    most = max(counts.values(), default=0)
    if most == 0 and wanted is None:
        return frozenset()
    return _shown(units, [i for i in telling if counts[i] == most], tokenizer)


def around(passages: Sequence[Passage], item: str, tokenizer: Tokenizer) -> frozenset[str]:
    """Return an item with the sentence that leads its list and the sentences that go on about it."""
    units = units_of(passages)
    places = [i for i, (text, _) in enumerate(units) if text == item]
    nouns = {w.normalised for w in tokenizer.content_words(item) if w.pos[0] == "名詞" and w.pos[1] != "数詞"}
    held = [covered(nouns, text, tokenizer) for text, _ in units]
    about = [
        i
        for i, (text, passage) in enumerate(units)
        if not is_item(text, passage) and len(held[i]) * 2 > len(nouns)
    ]
    return _shown(units, places, tokenizer) | {units[i][0] for i in about}


def units_of(passages: Sequence[Passage]) -> list[Unit]:
    """Return the sentences of the passages in order."""
    return [(sentence, passage) for passage in passages for sentence in sentences_of(passage)]


def _shown(units: list[Unit], chosen: Iterable[int], tokenizer: Tokenizer) -> frozenset[str]:
    """The chosen sentences; an item with the sentence that leads its list, such a sentence with its items.

    One that begins with ただし or その comes with the one that it goes on from.
    """
    shown: set[str] = set()
    for i in chosen:
        listed = with_list(units, i)
        lead = listed[0]
        told = [lead, i] if is_item(*units[i]) else listed
        before = range(goes_on_from(units, lead, tokenizer), lead)
        shown.update(units[j][0] for j in (*before, *told))
    return frozenset(shown)
