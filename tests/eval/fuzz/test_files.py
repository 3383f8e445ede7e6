"""Mutated files are all reported, none hangs or crashes, and the same seed makes the same files."""

import random
from pathlib import Path

import pytest

from eval.fuzz.files import Read, fuzz_files, table
from eval.fuzz.mutations import OFFICE, PDF, Mutation, mutated
from eval.fuzz.seeds import seeds

NOWHERE = Path("no-samples-here")


def test_the_same_seed_makes_the_same_files() -> None:
    own = seeds(NOWHERE)
    assert [name for name, _ in own] == ["own.pdf", "own.docx", "own.xlsx", "own.pptx"]
    for name, data in own:
        first, second = (mutated(name, data, random.Random("1:2")) for _ in range(2))
        assert first == second
        assert first[1] != data


@pytest.mark.parametrize("mutation", [*dict.fromkeys((*PDF, *OFFICE))])
def test_every_mutation_changes_the_file(mutation: Mutation) -> None:
    name = 0 if mutation in PDF else 1
    data = seeds(NOWHERE)[name][1]
    assert mutation(data, random.Random(3)) != data


def test_a_few_files_are_all_reported_and_none_does_harm() -> None:
    reads = fuzz_files(seeds(NOWHERE), 24)
    assert [read.number for read in reads] == list(range(24))
    assert [read for read in reads if read.bad] == []
    assert {read.outcome for read in reads} >= {"read", "file_damaged"}


@pytest.mark.slow
def test_a_hundred_files_of_another_seed(shared: Path) -> None:
    reads = fuzz_files(seeds(shared / "samples"), 100, seed=2)
    assert len(reads) == 100
    assert [read for read in reads if read.bad] == []


@pytest.mark.parametrize(
    ("read", "bad"),
    [
        (Read(0, "pdf", "flip", "read", 1.0, 100.0), ""),
        (Read(0, "pdf", "flip", "file_timeout", 20.0, 0.0), "hang"),
        (Read(0, "pdf", "flip", "read", 30.0, 0.0), "hang"),
        (Read(0, "pdf", "flip", "read", 1.0, 1600.0), "memory"),
        (Read(0, "pdf", "flip", "file_damaged", 1.0, 0.0, "読み取り処理が異常終了しました"), "crash"),
    ],
)
def test_what_must_not_be_is_seen_and_counted(read: Read, bad: str) -> None:
    assert read.bad == bad
    assert len(table([read])) == 4
