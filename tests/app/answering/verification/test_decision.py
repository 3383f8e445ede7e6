import json
from dataclasses import asdict
from pathlib import Path
from typing import get_args

import pytest

from app.answering.verification.decision import FINAL, WEIGHTS_FILE, Weights, load_weights
from app.answering.verification.verdict import Code, Reason

WEIGHTS = Weights(2.0, 4.0, {"role": -1.0}, 1.0)


def test_a_kind_of_reason_counts_once_and_an_unknown_one_not() -> None:
    reasons = [Reason("role", "a"), Reason("role", "b"), Reason("scope", "c")]
    assert WEIGHTS.sum(reasons, 1.5, 0.0) == 2.0
    assert WEIGHTS.supports(reasons, 1.0, 0.0)
    assert not WEIGHTS.supports(reasons, 0.99, 0.0)


def test_nearness_counts() -> None:
    assert WEIGHTS.supports([], -1.0, 0.75)
    assert not WEIGHTS.supports([], -1.0, 0.74)


def test_the_fit_is_read_as_it_was_written(tmp_path: Path) -> None:
    file = tmp_path / "weights.json"
    file.write_text(json.dumps(asdict(WEIGHTS)), encoding="utf-8")
    assert load_weights(file) == WEIGHTS


@pytest.mark.skipif(not WEIGHTS_FILE.is_file(), reason="no judge is trained")
def test_what_ships_weighs_the_judge_and_no_final_reason() -> None:
    shipped = load_weights()
    assert shipped.judged > 0
    assert shipped.codes.keys() <= set(get_args(Code)) - FINAL


@pytest.mark.parametrize(
    "code",
    ["empty", "too_long", "no_source", "fact_missing", "limit_changed", "count", "name_missing"],
)
def test_facts_names_and_bounds_are_final(code: Code) -> None:
    assert code in FINAL
