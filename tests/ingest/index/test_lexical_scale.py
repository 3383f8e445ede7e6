"""A field that is too large for what one call or one batch may take."""

import random
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from ingest.index import lexical, lexical_writer
from ingest.index.lexical import LexicalField, keys
from ingest.index.lexical_writer import write_field

ROOT = Path(__file__).resolve().parents[3]
COMMON, USUAL, RARE = [["の"], ["の", "管理"], ["の", "管理", "規程"]]


@pytest.fixture
def graded(tmp_path: Path) -> LexicalField:
    """の stands in 10 rows, 管理 in 6, 規程 in 2."""
    write_field(tmp_path / "f", [COMMON] * 4 + [USUAL] * 4 + [RARE] * 2, k1=1.2, b=0.75)
    return LexicalField(tmp_path / "f")


@pytest.mark.parametrize(
    ("most", "summed"),
    [
        (18, ["規程", "管理", "の"]),
        (17, ["規程", "管理"]),
        (8, ["規程", "管理"]),
        (7, ["規程"]),
        (2, ["規程"]),
    ],
)
def test_the_rarest_tokens_are_summed_first_within_the_limit(
    graded: LexicalField, monkeypatch: pytest.MonkeyPatch, most: int, summed: list[str]
) -> None:
    expected = graded.scores(summed)
    monkeypatch.setattr(lexical, "MOST_POSTINGS", most)
    assert graded.scores(["の", "管理", "規程", "知らない"]).tolist() == expected.tolist()


def test_a_single_token_above_the_limit_still_finds_its_rows(
    graded: LexicalField, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lexical, "MOST_POSTINGS", 1)
    assert np.count_nonzero(graded.scores(["の"])) == 10
    assert np.count_nonzero(graded.scores(["の", "管理"])) == 6


def test_a_word_that_is_not_there_does_not_use_up_the_limit(
    graded: LexicalField, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lexical, "MOST_POSTINGS", 1)
    assert np.count_nonzero(graded.scores(["知らない", "管理"])) == 6


def test_the_limit_is_out_of_reach_of_twenty_thousand_passages() -> None:
    assert lexical.MOST_POSTINGS >= 20_000 * 500  # 500 distinct grams: a question of 300 characters


def test_batches_merge_to_the_same_bytes_as_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    drawn = random.Random(7)
    documents = [drawn.choices("あいうえおかきくけこ", k=drawn.randint(0, 9)) for _ in range(200)]
    write_field(tmp_path / "one", documents, k1=1.2, b=0.75)
    monkeypatch.setattr(lexical_writer, "_BATCH", 37)
    monkeypatch.setattr(lexical_writer, "_MERGED", 50)
    write_field(tmp_path / "many", iter(documents), k1=1.2, b=0.75)
    files = sorted(path.name for path in (tmp_path / "one").iterdir())
    assert files == ["keys.npy", "rows.npy", "starts.npy", "weights.npy"]  # no batches left behind
    for name in files:
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "many" / name).read_bytes(), name


def test_rows_of_a_token_ascend_across_batches(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lexical_writer, "_BATCH", 3)
    write_field(tmp_path / "f", [["管理", "規程"]] * 9, k1=1.2, b=0.75)
    assert np.load(tmp_path / "f" / "rows.npy").tolist() == [*range(9), *range(9)]


def test_a_token_more_frequent_than_can_be_counted_weighs_as_much_as_it_can(tmp_path: Path) -> None:
    write_field(tmp_path / "f", [["ア"] * 70_000, ["イ"]], k1=1.2, b=0.0)
    field = LexicalField(tmp_path / "f")
    assert field.scores(["ア"])[0] == pytest.approx(field.idf("ア") * 2.2, rel=1e-4)


def test_keys_are_those_of_any_machine_and_take_broken_text() -> None:
    assert keys(["規程", "", "\ud800"]).tolist() == keys(["規程"]).tolist() + keys(["", "\ud800"]).tolist()
    assert keys(["規程"]).tolist() == [1826853253780000825]
    assert keys([]).tolist() == []


def test_tokens_that_share_a_key_are_one_token(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (lexical, lexical_writer):
        monkeypatch.setattr(
            module, "keys", lambda tokens: np.array([len(t) for t in tokens], dtype=np.uint64)
        )
    write_field(tmp_path / "f", [["規程", "管理"], ["責任者"], ["管理"]], k1=1.2, b=0.0)
    field = LexicalField(tmp_path / "f")
    assert (field.df("規程"), field.df("責任者")) == (2, 1)
    assert np.flatnonzero(field.scores(["規程"])).tolist() == [0, 2]


def test_opening_reads_no_postings_into_memory(tmp_path: Path) -> None:
    write_field(tmp_path / "f", [[str(number)] for number in range(1000)], k1=1.2, b=0.75)
    field = LexicalField(tmp_path / "f")
    held = [value for value in vars(field).values() if isinstance(value, np.ndarray)]
    assert len(held) == 4
    assert all(not array.flags.owndata for array in held)  # views of mapped files


def test_memory_does_not_grow_with_the_documents(tmp_path: Path) -> None:
    """Four times the documents in the same batches: what the process takes at most stays about the same."""
    code = (
        "import resource, sys\nfrom pathlib import Path\nfrom ingest.index import lexical_writer\n"
        "lexical_writer._BATCH = lexical_writer._MERGED = 200_000\n"
        "documents = ([f'{(n * 7919 + i) % 5000}' for i in range(100)] for n in range(int(sys.argv[2])))\n"
        "lexical_writer.write_field(Path(sys.argv[1]), documents, k1=1.2, b=0.75)\n"
        "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)"
    )
    peaks = []
    for count in (4_000, 16_000):
        command = [sys.executable, "-c", code, str(tmp_path / str(count)), str(count)]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
        peaks.append(int(done.stdout) / 1024)
    assert peaks[1] < peaks[0] + 10  # MB; all the tokens take 60 MB more
