import pytest

from eval.calibration import Bin, calibration_error, reliability


def test_bins_hold_means_and_shares() -> None:
    bins = reliability([0.12, 0.18, 0.55, 0.95], [False, True, True, True])
    assert [(b.low, b.high, b.n) for b in bins] == [(0.1, 0.2, 2), (0.5, 0.6, 1), (0.9, 1.0, 1)]
    assert [b.confidence for b in bins] == pytest.approx([0.15, 0.55, 0.95])
    assert [b.answerable for b in bins] == [0.5, 1.0, 1.0]


@pytest.mark.parametrize(
    ("confidence", "low"),
    [(0.0, 0.0), (0.0999, 0.0), (0.1, 0.1), (0.5, 0.5), (0.8999, 0.8), (0.9, 0.9), (0.9999, 0.9), (1.0, 0.9)],
)
def test_a_bin_begins_with_its_lower_edge_and_the_last_holds_one(confidence: float, low: float) -> None:
    (only,) = reliability([confidence], [True])
    assert (only.low, only.n) == (low, 1)
    assert only.high == pytest.approx(low + 0.1)
    assert (only.confidence, only.answerable) == (confidence, 1.0)


def test_the_error_is_weighed_by_the_questions_of_a_bin() -> None:
    # .3 away for three questions, .1 for one
    bins = [Bin(0.2, 0.3, 3, 0.2, 0.5), Bin(0.9, 1.0, 1, 0.9, 1.0)]
    assert calibration_error(bins) == pytest.approx((3 * 0.3 + 1 * 0.1) / 4)


def test_what_is_as_sure_as_it_is_right_has_no_error() -> None:
    confidences = [0.0] * 10 + [0.5] * 10 + [1.0] * 10
    answerable = [False] * 10 + [True, False] * 5 + [True] * 10
    assert calibration_error(reliability(confidences, answerable)) == pytest.approx(0)
    assert calibration_error(reliability([1.0, 0.0], [False, True])) == 1


def test_without_questions_there_is_neither() -> None:
    assert reliability([], []) == []
    assert calibration_error([]) is None
