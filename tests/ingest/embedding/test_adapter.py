import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ingest.embedding.adapter import (
    CLAIM_ADAPTER,
    EMBEDDER_ADAPTER,
    JUDGE_ADAPTER,
    Adapter,
    adapted,
    read_adapter,
    read_head,
    write_adapter,
)
from ingest.embedding.e5_format import parse

RANK = 3
# multilingual-e5-small, which is what the packaged file holds.
LAYERS, HIDDEN, WIDE = 12, 384, 1536


def pair(outputs: int, inputs: int, rank: int = RANK) -> tuple[np.ndarray, np.ndarray]:
    random = np.random.default_rng(outputs + inputs)
    return (
        random.normal(size=(rank, inputs)).astype(np.float32),
        random.normal(size=(outputs, rank)).astype(np.float32),
    )


def adapter(**pairs: tuple[np.ndarray, np.ndarray]) -> Adapter:
    named = {name.replace("_", "."): (a.astype("f2"), b.astype("f2")) for name, (a, b) in pairs.items()}
    return Adapter("made", named)


def test_what_is_written_is_read_back(tmp_path: Path) -> None:
    pairs = {"l0.q.w": pair(64, 64), "l1.fi.w": pair(96, 64)}
    head = np.arange(64, dtype=np.float32), np.array([0.25], np.float32)
    write_adapter(tmp_path / "some.npz", pairs, head)
    found = read_adapter(tmp_path / "some.npz")
    assert re.fullmatch(r"some@[0-9a-f]{8}", found.name)
    assert list(found.pairs) == ["l0.q.w", "l1.fi.w"]
    for name, (a, b) in pairs.items():
        np.testing.assert_array_equal(found.pairs[name][0], a.astype(np.float16))
        np.testing.assert_array_equal(found.pairs[name][1], b.astype(np.float16))
    read = read_head(tmp_path / "some.npz")
    np.testing.assert_array_equal(read.weights, head[0])
    assert read.bias == 0.25


def test_the_name_tells_contents_apart_and_not_the_time(tmp_path: Path) -> None:
    names = []
    for place, scale in enumerate((1, 1, 2)):
        folder = tmp_path / str(place)
        folder.mkdir()
        a, b = pair(64, 64)
        write_adapter(folder / "same.npz", {"l0.q.w": (a, scale * b)})
        names.append(read_adapter(folder / "same.npz").name)
    assert names[0] == names[1] != names[2]


def test_a_file_without_a_head_has_none(tmp_path: Path) -> None:
    write_adapter(tmp_path / "bare.npz", {"l0.q.w": pair(64, 64)})
    with pytest.raises(KeyError):
        read_head(tmp_path / "bare.npz")


def test_what_is_no_adapter_is_refused(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="nothing"):
        read_adapter(tmp_path / "nothing.npz")
    (tmp_path / "text.npz").write_text("no archive")
    with pytest.raises(ValueError, match="pickle"):
        read_adapter(tmp_path / "text.npz")
    half: dict[str, Any] = {"l0.q.w.A": np.zeros((3, 64), np.float16)}
    np.savez(tmp_path / "half.npz", **half)
    with pytest.raises(KeyError):
        read_adapter(tmp_path / "half.npz")


def test_the_sum_is_the_matrix_and_the_product_exactly(packed: Any) -> None:
    model = parse(packed.content, "tiny.bin")
    before = {name: values.copy() for name, values in model.tensors.items()}
    given = adapter(l0_q_w=pair(64, 64), l1_fi_w=pair(96, 64), l1_fo_w=pair(64, 96))
    merged = adapted(model, given)
    for name, (a, b) in given.pairs.items():
        product = b.astype(np.float32) @ a.astype(np.float32)
        expected = (before[name].reshape(product.shape) + product).ravel()
        assert merged.tensors[name].dtype == np.float32
        np.testing.assert_array_equal(merged.tensors[name], expected)
    untouched = set(before) - set(given.pairs)
    assert all(merged.tensors[name] is model.tensors[name] for name in untouched)
    for name, values in before.items():
        np.testing.assert_array_equal(model.tensors[name], values)


def test_a_matrix_that_the_model_lacks_is_named(packed: Any) -> None:
    model = parse(packed.content, "tiny.bin")
    with pytest.raises(KeyError, match=r"l2\.q"):
        adapted(model, adapter(l2_q_w=pair(64, 64)))


@pytest.mark.parametrize(
    ("name", "outputs", "inputs"),
    [
        ("l0_q_w", 64, 96),
        ("l0_q_w", 96, 64),
        ("l0_q_w", 128, 32),  # as many numbers as the matrix has, in another shape
        ("l0_fi_w", 64, 96),  # the transposed matrix
        ("l0_q_w", 1, 64),  # what numpy would add to every row
    ],
)
def test_sizes_that_do_not_fit_are_refused(packed: Any, name: str, outputs: int, inputs: int) -> None:
    model = parse(packed.content, "tiny.bin")
    with pytest.raises(ValueError, match=name.replace("_", ".")):
        adapted(model, adapter(**{name: pair(outputs, inputs)}))


def test_ranks_that_differ_are_refused(packed: Any) -> None:
    model = parse(packed.content, "tiny.bin")
    uneven = (pair(64, 64, rank=2)[0], pair(64, 64, rank=3)[1])
    with pytest.raises(ValueError, match="matmul"):
        adapted(model, adapter(l0_q_w=uneven))


@pytest.mark.parametrize(
    "path",
    [path for path in (EMBEDDER_ADAPTER, JUDGE_ADAPTER, CLAIM_ADAPTER) if path.is_file()],
    ids=lambda path: path.stem,
)
def test_the_shipped_additions_are_small_and_fit_the_packaged_model(path: Path) -> None:
    assert path.stat().st_size < 1_500_000
    shipped = read_adapter(path)
    assert shipped.name.startswith(f"{path.stem}@")
    sizes = {"q": (HIDDEN, HIDDEN), "k": (HIDDEN, HIDDEN), "v": (HIDDEN, HIDDEN), "ao": (HIDDEN, HIDDEN)}
    sizes |= {"fi": (WIDE, HIDDEN), "fo": (HIDDEN, WIDE)}
    assert set(shipped.pairs) == {f"l{n}.{part}.w" for n in range(LAYERS // 2, LAYERS) for part in sizes}
    for name, (a, b) in shipped.pairs.items():
        assert (b.shape[0], a.shape[1]) == sizes[name.split(".")[1]]
        assert a.shape[0] == b.shape[1]
        assert a.dtype == b.dtype == np.float16
        assert np.isfinite(a).all()
        assert np.isfinite(b).all()
        assert b.any(), "an addition that adds nothing"


def test_the_shipped_judge_has_a_head_and_the_embedder_none() -> None:
    head = read_head(JUDGE_ADAPTER)
    assert head.weights.shape == (HIDDEN,)
    assert np.isfinite([*head.weights, head.bias]).all()
    with pytest.raises(KeyError):
        read_head(EMBEDDER_ADAPTER)
