"""The exact checks: what a sentence says that its passages do not, or say otherwise."""

from collections.abc import Iterator, Sequence
from functools import lru_cache

from app.answering.verification.alignment import align
from app.answering.verification.binding import binding_reasons
from app.answering.verification.context import atoms_of
from app.answering.verification.fact_checks import fact_reasons
from app.answering.verification.ground import Ground
from app.answering.verification.lists import list_sizes
from app.answering.verification.modality_checks import modality_reasons
from app.answering.verification.morphs import Analyser
from app.answering.verification.order import order_reasons
from app.answering.verification.pool import Pool, pool_of
from app.answering.verification.roles import role_reasons
from app.answering.verification.scope import condition_reasons, scope_reasons
from app.answering.verification.sentence import Sentence, parse
from app.answering.verification.verdict import Reason, Verdict, verdict_of
from app.answering.verification.words import word_reasons
from app.answering.verify import support_of
from ingest.text.sentences import begins_item, split_sentences

_LONGEST = 600  # characters of a sentence that somebody wrote: an answer's longest is half of it
_KEPT = 256  # passages taken apart; an answer cites a dozen


class Rules:
    """Compares sentences with passages. Create one and hand it on; safe to use from several threads."""

    def __init__(self, analyser: Analyser | None = None) -> None:
        self._analyser = analyser or Analyser()
        self._passage = lru_cache(maxsize=_KEPT)(self._read)
        self._ground = lru_cache(maxsize=_KEPT)(self._cut)

    def check(self, text: str, quotes: Sequence[str], also: Sequence[str] = ()) -> Verdict:
        """Return the verdict of the rules alone on `text`, one sentence or a few; see `reasons`."""
        if support_of(text, quotes) == "verified":
            return Verdict("verified")
        if not quotes:
            return verdict_of((Reason("no_source", ""),))
        found = (self.reasons(sentence, quotes, also) or () for sentence in split_sentences(text) or [""])
        return verdict_of(tuple(dict.fromkeys(reason for reasons in found for reason in reasons)))

    def reasons(
        self, sentence: str, quotes: Sequence[str], also: Sequence[str] = ()
    ) -> tuple[Reason, ...] | None:
        """Return what speaks against one sentence; None where it is a passage's own but for its look.

        Args:
            sentence: that cites `quotes`.
            quotes: the cited passages' own words.
            also: what the citations say of themselves (title, edition, pages, address): a statement may name
                it, but it supports no claim.
        """
        if len(sentence) > _LONGEST:
            return (Reason("too_long", ""),)
        ground = self._ground(tuple(quotes))
        statement = parse(sentence, self._analyser)
        if any(statement.key == atom.sentence.key for atom in ground.atoms):
            return None
        return tuple(dict.fromkeys(self._compared(statement, ground, self._named(also))))

    def _compared(self, statement: Sentence, ground: Ground, also: Pool) -> Iterator[Reason]:
        if not statement.facts and all(t.light for t in statement.terms):
            yield Reason("empty", "")
        aligned = align(statement, ground)
        yield from fact_reasons(statement, ground, also)
        yield from word_reasons(aligned, ground, also)
        yield from binding_reasons(statement, aligned, ground)
        yield from modality_reasons(statement, aligned)
        yield from role_reasons(statement, aligned)
        yield from order_reasons(statement, aligned)
        yield from scope_reasons(statement, aligned)
        yield from condition_reasons(statement, aligned)

    def _cut(self, quotes: tuple[str, ...]) -> Ground:
        passages = [self._passage(quote) for quote in quotes]
        atoms = [atom for number, sentences in enumerate(passages) for atom in atoms_of(number, sentences)]
        everything = pool_of((t for a in atoms for t in a.terms), (f for a in atoms for f in a.facts))
        return Ground(tuple(atoms), everything, list_sizes(passages))

    def _read(self, quote: str) -> tuple[Sentence, ...]:
        return tuple(
            parse(sentence, self._analyser, is_item=begins_item(sentence))
            for sentence in split_sentences(quote)
        )

    def _named(self, also: Sequence[str]) -> Pool:
        parsed = [parse(text, self._analyser) for text in also]
        return pool_of((t for s in parsed for t in s.terms), (f for s in parsed for f in s.facts))
