"""The one place that says whether a statement stands in the passages that it cites, and if not, why."""

from collections.abc import Iterator, Sequence
from functools import lru_cache

from app.answering.verification.alignment import align
from app.answering.verification.binding import binding_reasons
from app.answering.verification.context import atoms_of
from app.answering.verification.fact_checks import fact_reasons
from app.answering.verification.ground import Atom, Ground
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
from ingest.text.sentences import split_sentences

_KEPT = 256  # passages taken apart; an answer cites a dozen


class Verifier:
    """Checks statements against passages. Create one and hand it on; safe to use from several threads."""

    def __init__(self, analyser: Analyser | None = None) -> None:
        self._analyser = analyser or Analyser()
        self._passage = lru_cache(maxsize=_KEPT)(self._read)

    def check(self, text: str, quotes: Sequence[str], also: Sequence[str] = ()) -> Verdict:
        """Return the verdict on `text`, which cites `quotes`.

        Args:
            text: one sentence, or a few.
            quotes: the cited passages' own words.
            also: what the citations say of themselves (title, edition, pages, address): a statement may name
                it, but it supports no claim.
        """
        if support_of(text, quotes) == "verified":
            return Verdict("verified")
        if not quotes:
            return verdict_of((Reason("no_source", ""),))
        passages = [self._passage(quote) for quote in quotes]
        ground = _ground(passages)
        named = self._named(also)
        reasons: list[Reason] = []
        for sentence in split_sentences(text):
            reasons += self._reasons(sentence, ground, named)
        if not text.strip():
            reasons.append(Reason("empty", ""))
        return verdict_of(tuple(dict.fromkeys(reasons)))

    def _reasons(self, text: str, ground: Ground, also: Pool) -> Iterator[Reason]:
        statement = parse(text, self._analyser)
        if any(statement.key == atom.sentence.key for atom in ground.atoms):
            return
        aligned = align(statement, ground)
        yield from fact_reasons(statement, ground, also)
        yield from word_reasons(aligned, ground)
        yield from binding_reasons(statement, aligned, ground)
        yield from modality_reasons(statement, aligned)
        yield from role_reasons(statement, aligned)
        yield from order_reasons(statement, aligned)
        yield from scope_reasons(statement, aligned)
        yield from condition_reasons(statement, aligned)

    def _read(self, quote: str) -> tuple[Sentence, ...]:
        return tuple(
            parse(sentence, self._analyser, is_item=_is_item(sentence)) for sentence in split_sentences(quote)
        )

    def _named(self, also: Sequence[str]) -> Pool:
        parsed = [parse(text, self._analyser) for text in also]
        return pool_of((t for s in parsed for t in s.terms), (f for s in parsed for f in s.facts))


def _ground(passages: Sequence[Sequence[Sentence]]) -> Ground:
    atoms: list[Atom] = []
    for number, sentences in enumerate(passages):
        atoms += atoms_of(number, sentences)
    everything = pool_of((t for a in atoms for t in a.terms), (f for a in atoms for f in a.facts))
    text = "\n".join(s.key for sentences in passages for s in sentences)
    return Ground(tuple(atoms), everything, text, list_sizes(passages))


def _is_item(sentence: str) -> bool:
    head = sentence[:1]
    return head in "・•●○◆■□▪※-" or "①" <= head <= "⑳" or "㉑" <= head <= "㊿"
