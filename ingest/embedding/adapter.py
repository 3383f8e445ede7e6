"""A low-rank addition to the packaged encoder's weights, trained on this project's own questions.

W becomes W + B·A for the matrices of the upper layers (Hu et al., *LoRA: Low-Rank Adaptation of Large
Language Models*, 2021). The sum is made once, when the model is converted: afterwards it costs nothing.
`python -m eval.training` trains it, see docs/training.md.
"""

import hashlib
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ingest.embedding.e5_format import PackedModel

EMBEDDER_ADAPTER = Path(__file__).with_name("embedder_adapter.npz")
JUDGE_ADAPTER = Path(__file__).with_name("judge_adapter.npz")
CLAIM_ADAPTER = Path(__file__).with_name("claim_adapter.npz")


@dataclass(frozen=True, slots=True)
class Adapter:
    """Pairs (A, B) by the packed file's name of the matrix: A (rank, inputs), B (outputs, rank), float16."""

    name: str
    pairs: dict[str, tuple[NDArray[np.float16], NDArray[np.float16]]]


@dataclass(frozen=True, slots=True)
class Head:
    """What a judge makes one number of each token vector with: vector · weights + bias."""

    weights: NDArray[np.float32]
    bias: float


def read_head(path: Path) -> Head:
    """Read the head that stands in the judge's adapter file. KeyError where there is none."""
    with np.load(path, allow_pickle=False) as stored:
        return Head(stored["head.weights"], float(stored["head.bias"][0]))


def read_adapter(path: Path) -> Adapter:
    """Read an adapter; its name holds a digest of the file.

    Raises:
        OSError: it cannot be read. ValueError or KeyError: it is not one.
    """
    content = path.read_bytes()
    with np.load(path, allow_pickle=False) as stored:
        names = sorted(name.removesuffix(".A") for name in stored.files if name.endswith(".A"))
        pairs = {name: (stored[f"{name}.A"], stored[f"{name}.B"]) for name in names}
    return Adapter(f"{path.stem}@{hashlib.sha256(content).hexdigest()[:8]}", pairs)


def write_adapter(
    path: Path,
    pairs: dict[str, tuple[NDArray[np.float32], NDArray[np.float32]]],
    head: tuple[NDArray[np.float32], NDArray[np.float32]] | None = None,
) -> None:
    """Write what `read_adapter` and `read_head` read; the matrices as float16."""
    arrays: dict[str, NDArray[Any]] = {f"{name}.A": a.astype(np.float16) for name, (a, _) in pairs.items()}
    arrays |= {f"{name}.B": b.astype(np.float16) for name, (_, b) in pairs.items()}
    if head is not None:
        arrays |= {"head.weights": head[0], "head.bias": head[1]}
    with path.open("wb") as stream:
        np.savez_compressed(stream, allow_pickle=False, **arrays)


def adapted(model: PackedModel, adapter: Adapter) -> PackedModel:
    """Return `model` with the adapter's products added to its matrices; `model` itself stays as it is.

    Raises:
        KeyError: the model has no such matrix. ValueError: the sizes do not fit.
    """
    tensors = dict(model.tensors)
    for name, (a, b) in adapter.pairs.items():
        added = b.astype(np.float32) @ a.astype(np.float32)
        outputs = tensors[f"{name.removesuffix('.w')}.b"].size
        matrix = tensors[name].reshape(outputs, -1)
        if added.shape != matrix.shape:
            raise ValueError(f"{name}: {matrix.shape} + {added.shape}")
        tensors[name] = (matrix + added).astype(np.float32).ravel()
    return replace(model, tensors=tensors)
