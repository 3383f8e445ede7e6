"""Retrieval measures, percentiles and 95% intervals: pure functions of numbers and ids."""

import math
from collections.abc import Mapping, Sequence

import numpy as np

# Two-sided 95% point of the normal distribution.
_Z95 = 1.959963984540054
_RESAMPLES = 2000
_SEED = 20231123

Interval = tuple[float, float]


def hit_at(ranked: Sequence[str], relevance: Mapping[str, int], k: int) -> float:
    """Return 1.0 if one of the first `k` ids is relevant (relevance above 0), else 0.0."""
    return float(any(relevance.get(doc, 0) > 0 for doc in ranked[:k]))


def reciprocal_rank_at(ranked: Sequence[str], relevance: Mapping[str, int], k: int) -> float:
    """Return 1/rank of the first relevant id among the first `k`, 0.0 if there is none."""
    for rank, doc in enumerate(ranked[:k], start=1):
        if relevance.get(doc, 0) > 0:
            return 1.0 / rank
    return 0.0


def ndcg_at(ranked: Sequence[str], relevance: Mapping[str, int], k: int) -> float:
    """Return nDCG at `k` with the relevance itself as gain and 1/log2(rank + 1) as discount.

    This is Järvelin and Kekäläinen (ACM TOIS 20(4), 2002) as trec_eval computes `ndcg_cut`: linear gain,
    not 2^relevance - 1. With relevance 0 and 1 the two are the same. The ideal ranking takes all relevant
    documents, also those that the ranking did not return.
    """
    gains = [relevance.get(doc, 0) for doc in ranked[:k]]
    ideal = sorted(relevance.values(), reverse=True)[:k]
    best = _dcg(ideal)
    return _dcg(gains) / best if best > 0 else 0.0


def recall_at(ranked: Sequence[str], relevance: Mapping[str, int], k: int) -> float:
    """Return the share of the relevant ids that stand among the first `k`; 0.0 where none is relevant."""
    wanted = {doc for doc, grade in relevance.items() if grade > 0}
    return len(wanted.intersection(ranked[:k])) / len(wanted) if wanted else 0.0


def mean(values: Sequence[float]) -> float:
    """Return the arithmetic mean.

    Raises:
        ValueError: `values` is empty.
    """
    if not values:
        raise ValueError("mean of nothing")
    return math.fsum(values) / len(values)


def percentile(values: Sequence[float], share: float) -> float:
    """Return the value below which `share` (0 to 1) of `values` lie, interpolated linearly.

    Raises:
        ValueError: `values` is empty or `share` lies outside 0 to 1.
    """
    if not values or not 0.0 <= share <= 1.0:
        raise ValueError("percentile of nothing, or a share outside 0 to 1")
    ordered = sorted(values)
    place = share * (len(ordered) - 1)
    low = math.floor(place)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (ordered[high] - ordered[low]) * (place - low)


def wilson_interval(successes: int, n: int) -> Interval:
    """Return the 95% score interval of a proportion (Wilson 1927); (0, 1) where `n` is 0.

    It stays inside 0 to 1 and keeps its width at 0% and 100%, where the textbook interval has none.
    """
    if n == 0:
        return (0.0, 1.0)
    share = successes / n
    square = _Z95 * _Z95
    centre = (share + square / (2 * n)) / (1 + square / n)
    half = _Z95 / (1 + square / n) * math.sqrt(share * (1 - share) / n + square / (4 * n * n))
    # At the ends the formula gives exactly 0 or 1; rounding must not move them.
    low = 0.0 if successes == 0 else max(0.0, centre - half)
    high = 1.0 if successes == n else min(1.0, centre + half)
    return (low, high)


def bootstrap_interval(numerators: Sequence[float], denominators: Sequence[float] | None = None) -> Interval:
    """Return the 95% percentile-bootstrap interval of sum(numerators) / sum(denominators).

    Args:
        numerators: one value a question.
        denominators: one value a question; None means 1 each, which makes the ratio a mean. Giving both
            resamples whole questions where one question holds several things that are counted.

    The seed is fixed, so the same values give the same interval; (0, 1) where there is nothing to divide by.
    """
    over = [1.0] * len(numerators) if denominators is None else denominators
    if not numerators or math.fsum(over) <= 0:
        return (0.0, 1.0)
    rng = np.random.default_rng(_SEED)
    chosen = rng.integers(0, len(numerators), size=(_RESAMPLES, len(numerators)))
    tops = np.asarray(numerators, dtype=np.float64)[chosen].sum(axis=1)
    bottoms = np.asarray(over, dtype=np.float64)[chosen].sum(axis=1)
    # A resample may hold only questions without a countable thing; it says nothing about the ratio.
    usable = bottoms > 0
    low, high = np.quantile(tops[usable] / bottoms[usable], [0.025, 0.975])
    return (float(low), float(high))


def _dcg(gains: Sequence[int]) -> float:
    return math.fsum(gain / math.log2(rank + 1) for rank, gain in enumerate(gains, start=1))
