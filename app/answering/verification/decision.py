"""Weighs what the rules say of a sentence against how the judge of claims reads it."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from app.answering.verification.verdict import Code, Reason

WEIGHTS_FILE = Path(__file__).with_name("weights.json")
# Facts, names and bounds are compared exactly: no reading of the rest makes up for one that is wrong.
FINAL: frozenset[Code] = frozenset(
    {"empty", "too_long", "no_source", "fact_missing", "limit_changed", "count", "name_missing"}
)


@dataclass(frozen=True, slots=True)
class Weights:
    """Fitted by `python -m eval.fit_verifier` on sentences that the judge was not trained on.

    Attributes:
        judged: weight of the judge's log-odds.
        near: weight of the sentence's nearness to one of the passages' (0..1). It is negative: one wrong word
            in what is else the passage's own sentence hardly changes how that reads.
        codes: weight of each kind of reason; those that are not named have none.
        threshold: sum from which a sentence counts as said.
    """

    judged: float
    near: float
    codes: dict[str, float]
    threshold: float

    def supports(self, reasons: Iterable[Reason], judged: float, near: float) -> bool:
        """Whether a sentence with these reasons against it, read so by the judge, counts as said."""
        return self.sum(reasons, judged, near) >= self.threshold

    def sum(self, reasons: Iterable[Reason], judged: float, near: float) -> float:
        """What speaks for the sentence, on a scale of log-odds."""
        codes = {reason.code for reason in reasons}
        against = sum(self.codes.get(code, 0.0) for code in codes)
        return self.judged * judged + self.near * near + against


def load_weights(path: Path = WEIGHTS_FILE) -> Weights:
    """Read the fitted weights; a file of the package, so its form is not checked."""
    return Weights(**json.loads(path.read_text(encoding="utf-8")))
