import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval.metrics import (
    bootstrap_interval,
    hit_at,
    mean,
    ndcg_at,
    percentile,
    recall_at,
    reciprocal_rank_at,
    wilson_interval,
)

RANKED = ["a", "b", "c", "d"]


def test_hit_looks_no_further_than_k() -> None:
    assert hit_at(RANKED, {"c": 1}, 2) == 0.0
    assert hit_at(RANKED, {"c": 1}, 3) == 1.0


def test_a_document_judged_zero_is_no_hit() -> None:
    assert hit_at(RANKED, {"a": 0, "d": 1}, 3) == 0.0
    assert reciprocal_rank_at(RANKED, {"a": 0, "d": 1}, 10) == 0.25


def test_reciprocal_rank_takes_the_first_relevant_within_k() -> None:
    assert reciprocal_rank_at(RANKED, {"b": 1, "c": 3}, 10) == 0.5
    assert reciprocal_rank_at(RANKED, {"d": 1}, 3) == 0.0


def test_ndcg_uses_linear_gain() -> None:
    # Gains 0, 2, 0, 1 against the ideal 3, 2, 1 (the document of grade 3 was not found).
    found = 2 / math.log2(3) + 1 / math.log2(5)
    ideal = 3 / math.log2(2) + 2 / math.log2(3) + 1 / math.log2(4)
    assert ndcg_at(RANKED, {"b": 2, "d": 1, "x": 3}, 10) == pytest.approx(found / ideal)


def test_ndcg_is_one_for_the_ideal_order_and_zero_without_a_find() -> None:
    assert ndcg_at(RANKED, {"a": 3, "b": 2, "c": 1}, 10) == pytest.approx(1.0)
    assert ndcg_at(RANKED, {"x": 1}, 10) == 0.0
    assert ndcg_at(RANKED, {}, 10) == 0.0


def test_ndcg_ideal_is_cut_at_k_too() -> None:
    assert ndcg_at(["a", "b"], {"a": 1, "b": 1, "c": 1}, 2) == pytest.approx(1.0)


def test_recall_counts_only_relevant_documents() -> None:
    assert recall_at(RANKED, {"a": 1, "x": 2, "b": 0}, 100) == 0.5
    assert recall_at(RANKED, {"a": 1, "d": 1}, 2) == 0.5
    assert recall_at(RANKED, {"a": 0}, 100) == 0.0


def test_percentile_interpolates() -> None:
    assert percentile([40.0, 10.0, 20.0, 30.0], 0.5) == 25.0
    assert percentile([10.0, 20.0], 0.95) == pytest.approx(19.5)
    assert percentile([7.0], 0.95) == 7.0
    assert percentile([1.0, 2.0, 3.0], 1.0) == 3.0


@pytest.mark.parametrize(("values", "share"), [([], 0.5), ([1.0], 1.5), ([1.0], -0.1)])
def test_percentile_refuses_what_has_none(values: list[float], share: float) -> None:
    with pytest.raises(ValueError, match="percentile"):
        percentile(values, share)


def test_mean_of_nothing_is_refused() -> None:
    assert mean([1.0, 2.0]) == 1.5
    with pytest.raises(ValueError, match="mean"):
        mean([])


def test_wilson_interval_matches_the_published_example() -> None:
    # Newcombe, Statistics in Medicine 17 (1998), table I, method 3: 81 of 263 and 0 of 20.
    assert wilson_interval(81, 263) == pytest.approx((0.2553, 0.3662), abs=1e-4)
    assert wilson_interval(0, 20) == pytest.approx((0.0, 0.1611), abs=1e-4)


def test_wilson_interval_knows_nothing_without_observations() -> None:
    assert wilson_interval(0, 0) == (0.0, 1.0)


@given(st.integers(1, 300).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_wilson_interval_holds_the_share_and_stays_in_range(case: tuple[int, int]) -> None:
    successes, n = case
    low, high = wilson_interval(successes, n)
    assert 0.0 <= low <= successes / n <= high <= 1.0
    assert high > low


def test_bootstrap_is_repeatable_and_holds_the_mean() -> None:
    values = [0.0, 1.0, 1.0, 0.5, 1.0, 0.25, 0.0, 1.0] * 10
    low, high = bootstrap_interval(values)
    assert (low, high) == bootstrap_interval(values)
    assert low < mean(values) < high
    # The normal approximation of the same interval, as an independent check.
    spread = 1.96 * math.sqrt(sum((v - mean(values)) ** 2 for v in values) / len(values) / len(values))
    assert low == pytest.approx(mean(values) - spread, abs=0.02)
    assert high == pytest.approx(mean(values) + spread, abs=0.02)


def test_bootstrap_of_equal_values_has_no_width() -> None:
    assert bootstrap_interval([1.0] * 5) == (1.0, 1.0)


def test_bootstrap_of_a_ratio_resamples_whole_questions() -> None:
    low, high = bootstrap_interval([3, 0, 1, 2], [3, 0, 2, 2])
    assert low <= 6 / 7 <= high <= 1.0
    assert low >= 0.5  # the worst resample that counts anything: 1 of 2


def test_bootstrap_of_nothing_knows_nothing() -> None:
    assert bootstrap_interval([]) == (0.0, 1.0)
    assert bootstrap_interval([0, 0], [0, 0]) == (0.0, 1.0)


@given(
    ranked=st.lists(st.sampled_from("abcdefgh"), unique=True),
    relevance=st.dictionaries(st.sampled_from("abcdefgh"), st.integers(0, 3)),
)
def test_measures_agree_with_each_other(ranked: list[str], relevance: dict[str, int]) -> None:
    hit = hit_at(ranked, relevance, 10)
    assert (reciprocal_rank_at(ranked, relevance, 10) > 0) == (hit == 1.0)
    assert (ndcg_at(ranked, relevance, 10) > 0) == (hit == 1.0)
    assert (recall_at(ranked, relevance, 10) > 0) == (hit == 1.0)
    assert 0.0 <= ndcg_at(ranked, relevance, 10) <= 1.0 + 1e-12


def test_a_negative_grade_is_not_relevant() -> None:
    assert hit_at(RANKED, {"a": -1}, 4) == 0.0
    assert hit_at(RANKED, {}, 4) == 0.0
    assert reciprocal_rank_at(RANKED, {}, 4) == 0.0
    assert recall_at(RANKED, {"a": 0}, 4) == 0.0


def test_percentile_at_its_ends() -> None:
    assert percentile([3.0], 0.0) == 3.0
    assert percentile([3.0], 1.0) == 3.0
    assert percentile([1.0, 2.0], 1.0) == 2.0


def test_wilson_interval_at_its_ends() -> None:
    assert wilson_interval(0, 1)[0] == 0.0
    assert wilson_interval(1, 1)[1] == 1.0
    assert wilson_interval(0, 100)[1] == pytest.approx(0.0369935, abs=1e-6)
    assert wilson_interval(1, 1)[0] == pytest.approx(0.206549, abs=1e-6)


def test_bootstrap_covers_ninety_five_percent() -> None:
    low, high = bootstrap_interval([0.0, 1.0] * 200)
    # Normal approximation: 0.5 -+ 1.96 * 0.5 / sqrt(400).
    assert low == pytest.approx(0.451, abs=0.006)
    assert high == pytest.approx(0.549, abs=0.006)


def test_bootstrap_leaves_out_resamples_with_nothing_to_count() -> None:
    low, high = bootstrap_interval([1.0, 0.0], [2.0, 0.0])
    assert (low, high) == (0.5, 0.5)
    assert bootstrap_interval([1.0], [0.0]) == (0.0, 1.0)
    assert bootstrap_interval([0.5], [0.5]) == (1.0, 1.0)
