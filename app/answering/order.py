"""In which order the sentences of a past answer are given: what was asked for stands first."""

import re
from collections.abc import Sequence

from app.answering.asks import own_words
from app.answering.held import covered
from app.answering.speech_acts import leans_on_the_one_before, speaks_of_itself
from ingest.models import Passage
from ingest.text.sentences import listed
from ingest.text.words import Tokenizer

Unit = tuple[str, Passage]  # a sentence or an item of a list, and the passage that it stands in
_TO_COME = re.compile(r"(?:次の|以下の|下記の)|(?:示し|挙げ|紹介し)ます。?$")
# Share of the question's words, rare ones counting more, by which another run of sentences must lead the
# first one. With it a fact that was asked for stands in the first sentence, or in its list, in .57 of the own
# answers and .56 of the held-out ones, with a lead of 2, which none has, in .40 and .36 (`fact_first`).
_LEAD, _ENOUGH = 0.15, 0.25  # and the share that it must hold: one word of many says little


def in_order(units: Sequence[Unit], asked: Sequence[str], tokenizer: Tokenizer) -> list[Unit]:
    """The sentences with those in front that hold most of what is asked, the others in their order.

    What answers stands before what the answerer says of himself (…と理解しています). A sentence moves with
    all that leans on it, so that ただし keeps what it restricts.

    Args:
        units: sentences in the order of the text.
        asked: the parts of the question that they answer; none where the order is to stay.
        tokenizer: for the words of both.
    """
    runs = _to_the_asker_first(_runs(units, tokenizer), tokenizer)
    first = _most_asked(runs, asked, tokenizer)
    return [unit for run in (runs[first], *runs[:first], *runs[first + 1 :]) for unit in run]


def _runs(units: Sequence[Unit], tokenizer: Tokenizer) -> list[list[Unit]]:
    """Sentences, each with its list and with those that go on from it."""
    runs: list[list[Unit]] = []
    for unit in units:
        if runs and (is_item(*unit) or leans_on_the_one_before(unit[0], tokenizer) or _announces(runs[-1])):
            runs[-1].append(unit)
        else:
            runs.append([unit])
    return runs


def goes_on_from(units: Sequence[Unit], position: int, tokenizer: Tokenizer) -> int:
    """Position of the sentence that this one goes on from (ただし, その); its own where it stands alone."""
    while position > 0 and leans_on_the_one_before(units[position][0], tokenizer):
        position -= 1
    return position


def _announces(run: Sequence[Unit]) -> bool:
    """Whether what the run speaks of is still to come (次のとおりです, …を示します)."""
    return not is_item(*run[-1]) and _TO_COME.search(run[-1][0]) is not None


def _to_the_asker_first(runs: list[list[Unit]], tokenizer: Tokenizer) -> list[list[Unit]]:
    """What nobody but the speaker needs is left out; where there is nothing else, all stays as it is."""
    to_asker = [run for run in runs if not speaks_of_itself(run[0][0], tokenizer)]
    if not to_asker:
        return runs
    mixed = [
        run for run in runs if run not in to_asker and not all(speaks_of_itself(s, tokenizer) for s, _ in run)
    ]
    return [*to_asker, *mixed]


def _most_asked(runs: Sequence[Sequence[Unit]], asked: Sequence[str], tokenizer: Tokenizer) -> int:
    """Position of the run to begin with: the first one unless another leads clearly."""
    words = {word for part in asked for word in own_words(part, tokenizer)}
    held = [[covered(words, sentence, tokenizer) for sentence, _ in run] for run in runs]
    weight = {word: 1 / max(sum(any(word in s for s in run) for run in held), 1) for word in words}
    total = sum(weight.values())
    if not total:
        return 0
    # Of a run its best sentence, or item below the first one: a long list holds a word of any question.
    shares = [max(sum(weight[word] for word in run[0] | s) for s in run) / total for run in held]
    lists = [any(is_item(*unit) for unit in run) for run in runs]
    best = max(range(len(runs)), key=lambda position: (shares[position], not lists[position], -position))
    return best if shares[best] - shares[0] > _LEAD and shares[best] > _ENOUGH else 0


def is_item(sentence: str, passage: Passage) -> bool:
    """Whether a sentence is an item of a list."""
    return not passage.columns and listed(sentence)
