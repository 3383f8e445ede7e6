import random
from pathlib import Path

import numpy as np
import pytest

from eval.training import judge as training
from eval.training.judge import Pair, _batches, train_judge
from ingest.embedding.adapter import read_adapter, read_head
from ingest.embedding.judge import EvidenceJudge
from ingest.embedding.packaged_model import convert_file
from tests.fakes.tiny_model import HIDDEN, tiny_file


def made_up(count: int) -> list[Pair]:
    """A passage answers where it holds ABC, whatever else stands there."""
    draw = random.Random(2)
    pairs = []
    for n in range(count):
        noise = "".join(draw.choices("規程専任者質問9", k=6))
        pairs.append(Pair("規程", noise + ("ABC" if n % 2 else "posag"), answers=bool(n % 2)))
    return pairs


@pytest.fixture(autouse=True)
def _small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(training, "_BATCH", 8)
    monkeypatch.setattr(training, "_RATE", 2e-2)  # so small a model needs longer steps


def test_a_few_steps_teach_it_and_the_judge_that_is_shipped_reads_it(
    base: Path, base_content: bytes, tmp_path: Path
) -> None:
    told: list[tuple[int, int, float]] = []
    pairs, out = made_up(48), tmp_path / "judge.npz"
    train_judge(pairs, base, out, epochs=10, report=lambda *step: told.append(step))
    assert [step for step, _, _ in told] == list(range(1, 61))
    assert {total for _, total, _ in told} == {60}
    losses = [loss for _, _, loss in told]
    assert losses[0] == pytest.approx(np.log(2), abs=1e-4)  # it begins undecided
    assert np.mean(losses[-6:]) < 0.5 * losses[0]

    head, adapter = read_head(out), read_adapter(out)
    assert head.weights.shape == (HIDDEN,)
    assert all(b.any() for _, b in adapter.pairs.values())
    folder = tmp_path / "models" / "judge"
    convert_file(base_content, tiny_file(base_content), folder, title="judge", adapter=adapter)
    reader = EvidenceJudge(folder, head)
    fresh = made_up(60)[48:]
    scores = reader.scores("規程", [pair.passage for pair in fresh])
    assert [bool(score > 0) for score in scores] == [pair.answers for pair in fresh]


def test_batches_hold_each_pair_once_and_texts_of_like_length() -> None:
    rows = [[0] * length for length in range(1, 81)]
    random.Random(0).shuffle(rows)
    batches = list(_batches(rows, random.Random(0)))
    assert [len(batch) for batch in batches] == [8] * 10
    assert sorted(place for batch in batches for place in batch) == list(range(80))
    assert all(max(len(rows[i]) for i in b) - min(len(rows[i]) for i in b) == 7 for b in batches)
    assert batches == list(_batches(rows, random.Random(0)))
    starts = [min(len(rows[i]) for i in batch) for batch in batches]
    assert starts != sorted(starts), "short texts first would be another lesson"


def test_what_fills_no_batch_is_left_for_another_epoch() -> None:
    assert sum(len(batch) for batch in _batches([[0]] * 21, random.Random(0))) == 16
