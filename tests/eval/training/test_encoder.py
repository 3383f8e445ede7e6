from pathlib import Path

import numpy as np
import pytest
import torch

from eval.training import encoder as encoder_module
from eval.training.encoder import RANK, States, TrainedEncoder
from ingest.embedding.adapter import read_adapter, write_adapter
from ingest.embedding.load import load_embedder
from ingest.embedding.packaged_model import convert_file
from ingest.settings import Settings
from tests.fakes.tiny_model import HIDDEN, WIDE, tiny_file

TEXTS = ["規程、専任者。", "A", "質問" * 20, "サーバ96"]


@pytest.fixture
def trained(base: Path) -> TrainedEncoder:
    return TrainedEncoder(base)


def pooled(encoder: TrainedEncoder, texts: list[str]) -> torch.Tensor:
    with torch.no_grad():
        return encoder.pooled(encoder.lower([encoder.ids(text) for text in texts]))


def add(encoder: TrainedEncoder) -> None:
    """Give every addition something to add."""
    torch.manual_seed(1)
    with torch.no_grad():
        for parameter in encoder.parameters():
            if not parameter.any():
                parameter.add_(torch.randn_like(parameter) * 0.1)


def test_an_addition_of_zero_adds_nothing(
    trained: TrainedEncoder, base: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(encoder_module, "FIRST_TRAINED", 2)
    bare = TrainedEncoder(base)
    assert bare.parameters() == []
    before = pooled(bare, TEXTS)
    monkeypatch.setattr(encoder_module, "FIRST_TRAINED", 1)
    assert torch.equal(pooled(trained, TEXTS), before)
    add(trained)
    assert not torch.allclose(pooled(trained, TEXTS), before, atol=1e-2)


def test_it_computes_what_the_converted_model_does(trained: TrainedEncoder, base: Path) -> None:
    embedder = load_embedder(Settings(embedder=str(base), passage_prefix=""))
    assert embedder is not None
    vectors = torch.nn.functional.normalize(pooled(trained, TEXTS)).numpy()
    agreement = (vectors * embedder.passages(TEXTS)).sum(axis=1)
    assert agreement.min() > 0.98  # bfloat16 here, 8 bits there


def test_only_the_additions_of_the_upper_layers_learn(trained: TrainedEncoder) -> None:
    names = [f"l1.{part}.w" for part in ("q", "k", "v", "ao", "fi", "fo")]
    pairs = trained.pairs()
    assert list(pairs) == names
    assert pairs["l1.fi.w"][0].shape == (RANK, HIDDEN)
    assert pairs["l1.fi.w"][1].shape == (WIDE, RANK)
    assert pairs["l1.fo.w"][0].shape == (RANK, WIDE)
    assert not any(b.any() for _, b in pairs.values())
    assert len(trained.parameters()) == 2 * len(names)
    trained.pooled(trained.lower([trained.ids("規程")])).sum().backward()  # type: ignore[no-untyped-call]
    learning = [p for p in trained._bert.parameters() if p.requires_grad]
    assert {id(p) for p in learning} == {id(p) for p in trained.parameters()}
    assert any(p.grad is not None and bool(p.grad.any()) for p in trained.parameters())


def test_texts_do_not_depend_on_their_neighbours(trained: TrainedEncoder) -> None:
    add(trained)
    alone = torch.cat([pooled(trained, [text]) for text in TEXTS])
    torch.testing.assert_close(pooled(trained, TEXTS), alone, atol=0.05, rtol=0.05)


def test_what_was_trained_is_what_the_converted_model_has(
    trained: TrainedEncoder, base_content: bytes, tmp_path: Path
) -> None:
    add(trained)
    write_adapter(tmp_path / "addition.npz", trained.pairs())
    folder = tmp_path / "models" / "tiny"
    adapter = read_adapter(tmp_path / "addition.npz")
    convert_file(base_content, tiny_file(base_content), folder, title="tiny", adapter=adapter)
    embedder = load_embedder(Settings(embedder=str(folder), passage_prefix=""))
    assert embedder is not None
    vectors = torch.nn.functional.normalize(pooled(trained, TEXTS)).numpy()
    agreement = (vectors * embedder.passages(TEXTS)).sum(axis=1)
    assert agreement.min() > 0.98


def test_strength_scales_the_product_once(trained: TrainedEncoder) -> None:
    add(trained)
    full, half = trained.pairs(), trained.pairs(0.5)
    for name, (a, b) in full.items():
        np.testing.assert_array_equal(half[name][0], a)
        np.testing.assert_allclose(half[name][1], b / 2)


def test_states_are_computed_once_and_cut(trained: TrainedEncoder, monkeypatch: pytest.MonkeyPatch) -> None:
    states = States(trained, 10)
    computed: list[int] = []
    lower = trained.lower

    def counted(rows: list[list[int]]) -> list[torch.Tensor]:
        computed.extend(len(row) for row in rows)
        return lower(rows)

    monkeypatch.setattr(trained, "lower", counted)
    states.learn([*TEXTS, TEXTS[0]])
    assert len(computed) == len(TEXTS)
    assert max(computed) == 10
    states.learn(TEXTS)
    assert len(computed) == len(TEXTS)


def test_arrays_are_unit_vectors_in_the_order_given(trained: TrainedEncoder) -> None:
    states = States(trained, 128)
    states.learn(TEXTS)
    vectors = states.array(TEXTS)
    assert vectors.shape == (len(TEXTS), HIDDEN)
    assert vectors.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    expected = torch.nn.functional.normalize(pooled(trained, TEXTS)).numpy()
    assert (vectors * expected).sum(axis=1).min() > 0.999
    assert states.vectors(TEXTS[:2]).requires_grad
