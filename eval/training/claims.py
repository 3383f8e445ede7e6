"""Sentences that a passage says or does not say, made out of passages: what the judge of claims learns first.

True ones are the passage's own sentences in another register or with everyday synonyms (same.tsv). False ones
are the same with a word of elsewhere, two words exchanged, a condition left out, a scope changed (wider.tsv),
or one of the changes of `eval.corruptions`. Neither list is used when a sentence is checked.
"""

import random
import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from pathlib import Path

from eval.corruptions import all_corrupted, corrupted
from eval.training.claim_judge import for_fitting
from eval.verifier_set import Case, Expect
from ingest.text.normalise import fold
from ingest.text.sentences import split_sentences

_PASSES, _MADE_PASSES, _MADE = 4, 2, 1200
_CHANGED = 500  # of the changes of `eval.corruptions` to true sentences that people wrote, in each pass
_FALSE_EACH, _REGISTER_TOO = 3, 0.6  # false ones of a sentence, and how many of them are reworded besides
_OWN_EVERY = 8  # of the passages' own sentences, so few are read in each pass
_LENGTHS = range(10, 161)  # characters of a sentence that others are made of
_BACK_TOO = 3  # characters: a shorter wording stands in too many other words to be turned back
_NOUN = re.compile(r"[一-龥々]{2,8}|[ァ-ヶー]{3,12}")
_NUMBER = re.compile(r"\d[\d,.]*")
_CONDITION = re.compile(r"[^、。]{4,40}(?:場合|とき|際|時|限り|れば|ければ|たら|でも)(?:に)?(?:は|も)?、")
_LEAD = re.compile(
    r"^(?:また|なお|ただし|さらに|そのうえで|もっとも|一方|このほか|例えば|ほかに|加えて)、|^[・①-⑳]"
)


def claims(passages: Sequence[str], seed: int = 0) -> Iterator[Case]:
    """Yield true and false sentences of each passage, about as many of each; the same each time."""
    draw = random.Random(seed)  # noqa: S311 - the same choice each time, no secret
    nouns = sorted({n for p in passages for n in _NOUN.findall(p)})
    for row, passage in enumerate(passages):
        near = passages[(row + draw.choice((1, 2, 3))) % len(passages)]
        for number, text in enumerate(split_sentences(passage)):
            if len(text) not in _LENGTHS:
                continue
            made = _Maker(draw, passage, near, nouns)
            for kind, sentence, good in made.of(text):
                if good or not _stands(sentence, passage):
                    expect: Expect = "supported" if good else "unsupported"
                    yield Case(f"{row}.{number}.{kind}", kind, sentence, (passage,), expect)


def passes(passages: Sequence[str], written: Sequence[Case]) -> list[list[Case]]:
    """The sentences of each pass of the training: made ones in the first two, written ones in all.

    Passages that written sentences are about make none, and the sentences kept for fitting are left out.
    """
    about = {quote for case in written for quote in case.quotes}
    made = list(claims([passage for passage in passages if passage not in about]))
    random.Random(0).shuffle(made)  # noqa: S311 - the same choice each time, no secret
    read = [case for case in written if not for_fitting(case)]
    own = [case for case in read if case.kind == "verbatim"]
    reworded = [case for case in read if case.kind != "verbatim"]
    changed = all_corrupted(read, seed=1)
    return [
        [
            *made[turn * _MADE : (turn + 1) * _MADE if turn < _MADE_PASSES else 0],
            *reworded,
            *changed[turn * _CHANGED : (turn + 1) * _CHANGED],
            *own[turn::_OWN_EVERY],
        ]
        for turn in range(_PASSES)
    ]


class _Maker:
    def __init__(self, draw: random.Random, passage: str, near: str, nouns: Sequence[str]) -> None:
        self._draw = draw
        self._passage = passage
        self._near = near
        self._nouns = nouns
        same = _table("same.tsv")
        self._same = [*same, *((b, a) for a, b in same if len(b) >= _BACK_TOO)]
        self._wider = _table("wider.tsv")

    def of(self, text: str) -> Iterator[tuple[str, str, bool]]:
        """Yield kind, sentence and whether the passage says it."""
        yield "own", text, True
        plain = _LEAD.sub("", text)
        for _ in range(2):
            said = self._said(plain)
            if said != text:
                yield "register", said, True
        false = list(self._false(plain))
        self._draw.shuffle(false)
        for kind, sentence in false[:_FALSE_EACH]:
            yield kind, self._said(sentence) if self._draw.random() < _REGISTER_TOO else sentence, False

    def _said(self, text: str) -> str:
        pairs = [pair for pair in self._same if pair[0] in text]
        self._draw.shuffle(pairs)
        for old, new in pairs[: self._draw.choice((1, 2, 2, 3))]:
            text = text.replace(old, new, 1)
        return text

    def _false(self, text: str) -> Iterator[tuple[str, str]]:
        mechanical = list(corrupted(Case("", "", text, (self._passage,), "supported")))
        for case in self._draw.sample(mechanical, min(2, len(mechanical))):
            yield case.kind, case.sentence
        own = _NOUN.findall(text)
        if own:
            yield "word", text.replace(self._draw.choice(own), self._draw.choice(self._nouns), 1)
            yield (
                "word",
                text.replace(self._draw.choice(own), self._draw.choice(_NOUN.findall(self._near) or own), 1),
            )
            others = [n for n in _NOUN.findall(self._passage) if n not in text]
            if others:
                yield "binding", text.replace(self._draw.choice(own), self._draw.choice(others), 1)
        if len(set(own)) > 1:
            yield "exchange", _exchanged(text, *self._draw.sample(sorted(set(own)), 2))
        numbers = [n for n in _NUMBER.findall(self._passage) if n not in _NUMBER.findall(text)]
        if numbers and _NUMBER.search(text):
            yield "binding", _NUMBER.sub(self._draw.choice(numbers), text, count=1)
        if condition := _CONDITION.search(text):
            yield "condition", text[: condition.start()] + text[condition.end() :]
        for old, new in self._wider:
            if old in text:
                yield "scope", text.replace(old, new, 1)
        other = [s for s in split_sentences(self._near) if len(s) in _LENGTHS]
        if other:
            yield "elsewhere", self._draw.choice(other)


def _exchanged(text: str, one: str, two: str) -> str:
    return text.replace(one, "\0").replace(two, one).replace("\0", two)


def _stands(sentence: str, passage: str) -> bool:
    return fold(sentence) in fold(passage)


@lru_cache
def _table(name: str) -> tuple[tuple[str, str], ...]:
    lines = Path(__file__).with_name(name).read_text(encoding="utf-8").splitlines()
    return tuple((old, new) for old, new in (line.split("\t") for line in lines))
