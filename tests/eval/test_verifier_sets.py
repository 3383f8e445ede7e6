"""The verifier against its two sets: the one that it was built on, and the one that only measures."""

from pathlib import Path

import pytest

from app.answering.verification.rules import Rules
from eval.corruptions import corrupted
from eval.verifier import run_cases
from eval.verifier_set import Case, read_cases
from ingest.text.normalise import fold

FOLDER = Path(__file__).resolve().parents[2] / "eval" / "verification"


@pytest.fixture(scope="module")
def built_on() -> list[Case]:
    return read_cases(FOLDER / "build.jsonl")


@pytest.fixture(scope="module")
def company() -> list[Case]:
    return read_cases(FOLDER / "company.jsonl")


@pytest.fixture(scope="module")
def second() -> list[Case]:
    return read_cases(FOLDER / "held_out_2.jsonl")


def test_the_second_held_out_set_is_large_mixed_and_apart(
    built_on: list[Case], held_out: list[Case], company: list[Case], second: list[Case]
) -> None:
    bad = [c for c in second if c.expect == "unsupported"]
    assert len(bad) >= 300
    assert len({c.kind for c in bad}) >= 12
    assert sum(c.expect == "supported" and c.kind != "verbatim" for c in second) >= 300
    others = [*built_on, *held_out, *company]
    assert not {fold(c.sentence) for c in second} & {fold(c.sentence) for c in others}
    assert not {q for c in second for q in c.quotes} & {q for c in others for q in c.quotes}


@pytest.fixture(scope="module")
def held_out() -> list[Case]:
    return read_cases(FOLDER / "held_out.jsonl")


def test_there_is_enough_of_each_kind(built_on: list[Case], held_out: list[Case]) -> None:
    paraphrases = [c for c in held_out if c.expect == "supported" and c.kind != "verbatim"]
    assert len(paraphrases) >= 150
    assert sum(c.expect == "unsupported" for c in held_out) >= 350
    assert sum(c.expect == "supported" and c.kind != "verbatim" for c in built_on) >= 200


def test_the_sets_share_neither_sentences_nor_passages(built_on: list[Case], held_out: list[Case]) -> None:
    assert not {fold(c.sentence) for c in built_on} & {fold(c.sentence) for c in held_out}
    assert not {q for c in built_on for q in c.quotes} & {q for c in held_out for q in c.quotes}


def test_no_sentence_is_true_and_corrupted(
    built_on: list[Case], held_out: list[Case], company: list[Case], second: list[Case]
) -> None:
    for cases in (built_on, held_out, company, second):
        true = {(fold(c.sentence), c.quotes) for c in cases if c.expect == "supported"}
        assert not true & {(fold(c.sentence), c.quotes) for c in cases if c.expect == "unsupported"}


def test_it_catches_what_it_was_built_to_catch(built_on: list[Case]) -> None:
    """More than a thousand corrupted sentences, most made by the program, and the true ones beside them."""
    made = [bad for case in built_on if case.expect == "supported" for bad in corrupted(case)]
    result = run_cases([*built_on, *made], Rules().check).as_json()
    assert result["corrupted"] >= 2000
    assert result["caught"] >= 0.97
    assert result["rejected"] <= 0.05
    assert result["ms_mean"] <= 20  # 1.5 on an idle machine


def test_all_verbatim_sentences_are_verified(built_on: list[Case], held_out: list[Case]) -> None:
    verbatim = [c for c in (*built_on, *held_out) if c.kind == "verbatim"]
    assert run_cases(verbatim, Rules().check).as_json()["rejected"] == 0
