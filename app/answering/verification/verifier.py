"""The one place that says whether a statement stands in the passages that it cites, and if not, why."""

import logging
from collections.abc import Sequence
from typing import Protocol

from app.answering.verification.decision import FINAL, Weights, load_weights
from app.answering.verification.excerpt import excerpt, nearness
from app.answering.verification.rules import Rules
from app.answering.verification.verdict import Reason, Verdict, verdict_of
from app.answering.verify import support_of
from ingest.errors import YorozuError
from ingest.text.sentences import split_sentences

log = logging.getLogger(__name__)


class Claims(Protocol):
    """Reads a sentence and a passage together; ingest.embedding.claim_judge has the one that ships."""

    def support(self, claim: str, passage: str) -> float:
        """Log-odds that the passage says the claim."""
        ...


class Verifier:
    """Checks statements against passages. Create one and hand it on; safe to use from several threads.

    Without a judge of claims only a passage's own sentences are verified; the rules still say what is wrong.
    """

    def __init__(
        self, claims: Claims | None = None, rules: Rules | None = None, weights: Weights | None = None
    ) -> None:
        self._claims = claims
        self._rules = rules or Rules()
        self._weights = load_weights() if weights is None and claims is not None else weights

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
        found = [self._against(sentence, quotes, also) for sentence in split_sentences(text) or [""]]
        return verdict_of(tuple(dict.fromkeys(reason for reasons in found for reason in reasons)))

    def _against(self, sentence: str, quotes: Sequence[str], also: Sequence[str]) -> tuple[Reason, ...]:
        reasons = self._rules.reasons(sentence, quotes, also)
        if reasons is None:
            return ()
        if any(reason.code in FINAL for reason in reasons):
            return reasons
        judged = self._judged(sentence, quotes)
        if judged is None or self._weights is None:
            return (*reasons, Reason("not_read", ""))
        if self._weights.supports(reasons, judged, nearness(sentence, quotes)):
            return ()
        return reasons or (Reason("not_said", ""),)

    def _judged(self, sentence: str, quotes: Sequence[str]) -> float | None:
        if self._claims is None:
            return None
        try:
            return self._claims.support(sentence, excerpt(sentence, quotes))
        except YorozuError as error:
            log.warning("%s", error.message)
            return None
