"""Does `confidence` mean what it says? Confidences in bins beside the share that was answerable."""

from collections.abc import Sequence
from dataclasses import dataclass

BINS = 10


@dataclass(frozen=True, slots=True)
class Bin:
    """Questions whose confidence lies in [low, high); the last bin holds 1 as well."""

    low: float
    high: float
    n: int
    confidence: float  # mean
    answerable: float  # share


def reliability(confidences: Sequence[float], answerable: Sequence[bool]) -> list[Bin]:
    """Return the bins that hold any question, lowest first: the reliability diagram as a table."""
    found = []
    for place in range(BINS):
        inside = [i for i, c in enumerate(confidences) if min(int(c * BINS), BINS - 1) == place]
        if inside:
            mean = sum(confidences[i] for i in inside) / len(inside)
            share = sum(answerable[i] for i in inside) / len(inside)
            found.append(Bin(place / BINS, (place + 1) / BINS, len(inside), mean, share))
    return found


def calibration_error(bins: Sequence[Bin]) -> float | None:
    """Expected calibration error: mean distance of confidence and share, bins weighed by their questions.

    Naeini, Cooper and Hauskrecht, *Obtaining Well Calibrated Probabilities Using Bayesian Binning*, 2015.
    None where there is no question.
    """
    total = sum(b.n for b in bins)
    return sum(b.n * abs(b.confidence - b.answerable) for b in bins) / total if total else None
