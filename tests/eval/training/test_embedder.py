from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from eval.training import embedder as training
from eval.training.data import Asked, Material
from eval.training.embedder import _Training, train_embedder
from eval.training.encoder import TrainedEncoder
from ingest.embedding.adapter import adapted, read_adapter, read_head
from ingest.embedding.e5_format import parse

STEPS_AN_EPOCH = 5  # 20 queries and 20 contrast questions, 8 at a time


@pytest.fixture(autouse=True)
def _small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(training, "_BATCH", 8)
    monkeypatch.setattr(training, "_RATE", 5e-3)  # so small a model needs longer steps


def train(material: Material, base: Path, out: Path, epochs: int) -> list[tuple[int, int, float]]:
    told: list[tuple[int, int, float]] = []
    train_embedder(material, base, out, epochs=epochs, report=lambda *step: told.append(step))
    return told


def test_a_few_steps_lower_the_loss_and_are_written(
    material: Material, base: Path, base_content: bytes, tmp_path: Path
) -> None:
    told = train(material, base, tmp_path / "addition.npz", epochs=8)
    assert [step for step, _, _ in told] == list(range(1, 8 * STEPS_AN_EPOCH + 1))
    assert {total for _, total, _ in told} == {8 * STEPS_AN_EPOCH}
    losses = [loss for _, _, loss in told]
    assert np.isfinite(losses).all()
    assert np.mean(losses[-STEPS_AN_EPOCH:]) < 0.5 * np.mean(losses[:STEPS_AN_EPOCH])
    adapter = read_adapter(tmp_path / "addition.npz")
    assert set(adapter.pairs) == {f"l1.{part}.w" for part in ("q", "k", "v", "ao", "fi", "fo")}
    assert all(b.any() for _, b in adapter.pairs.values())
    adapted(parse(base_content, "tiny.bin"), adapter)
    with pytest.raises(KeyError):
        read_head(tmp_path / "addition.npz")


def test_training_again_gives_the_same(material: Material, base: Path, tmp_path: Path) -> None:
    for name in ("one", "other"):
        train(material, base, tmp_path / f"{name}.npz", epochs=1)
    one, other = (read_adapter(tmp_path / f"{name}.npz").pairs for name in ("one", "other"))
    for key, (a, b) in one.items():
        np.testing.assert_allclose(a, other[key][0], atol=1e-3)
        np.testing.assert_allclose(b, other[key][1], atol=1e-3)


def test_half_of_what_was_learnt_is_kept(
    material: Material, base: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    given: list[float] = []
    pairs = TrainedEncoder.pairs

    def counted(encoder: TrainedEncoder, strength: float = 1.0) -> Any:
        given.append(strength)
        return pairs(encoder, strength)

    monkeypatch.setattr(TrainedEncoder, "pairs", counted)
    train(material, base, tmp_path / "addition.npz", epochs=1)
    assert given == [0.5]


def test_answered_contrast_questions_are_asked_too(material: Material, base: Path) -> None:
    asked = _Training(TrainedEncoder(base), material).asked
    assert len(asked) == 40
    assert asked[20] == Asked(material.contrasts[0].answered[0], {"d00": 1})


def test_no_right_entry_is_a_hard_negative(material: Material, base: Path) -> None:
    given = _Training(TrainedEncoder(base), material)
    for asked, wrong in zip(given.asked, given._hard, strict=True):
        assert 1 <= len(wrong) <= 8
        assert not set(wrong) & set(asked.grades)


def test_batches_are_whole_and_ask_nothing_twice(material: Material, base: Path) -> None:
    given = _Training(TrainedEncoder(base), material)
    first, second = list(given.batches()), list(given.batches())
    assert [len(batch) for batch in first] == [8] * STEPS_AN_EPOCH
    assert sorted(place for batch in first for place in batch) == list(range(40))
    assert first != second


def test_a_second_right_entry_is_no_negative(
    material: Material, base: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With all others right as well, a question has nobody to lose against."""
    everything = dict.fromkeys(material.entries, 1)
    few = Material(material.entries, tuple(Asked(a.text, everything | a.grades) for a in material.asked), ())
    given = _Training(TrainedEncoder(base), few)
    given._hard = [[next(iter(asked.grades))] for asked in few.asked]
    monkeypatch.setattr(training, "_TITLES_TO_TEXTS", 0.0)
    with torch.no_grad():
        assert float(given.loss(list(range(8)))) == pytest.approx(0, abs=1e-5)
