"""Reader of the packed 4-bit model file: bytes in, numpy arrays and a vocabulary out."""

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ingest.errors import ErrorCode, YorozuError

MAGIC = b"E5S1"
VERSION = 1
BLOCK = 32  # weights that share one scale
PLAIN, PACKED = 0, 1  # tensor kinds: float32; blocks of float16 scale + 32 nibbles
BLOCKS = np.dtype([("scale", "<f2"), ("nibbles", "u1", (BLOCK // 2,))])
_MAX_DIMENSION = 1 << 24  # far above any real model; keeps a garbled header from asking for terabytes


class _BadFile(ValueError):  # noqa: N818 - never leaves this file
    """The bytes are not a whole, well-formed model file."""


@dataclass(frozen=True)
class Shape:
    """Sizes of a BERT encoder, in the order in which the header gives them."""

    hidden: int
    layers: int
    heads: int
    intermediate: int
    vocabulary: int
    positions: int
    types: int


@dataclass(frozen=True)
class PackedModel:
    """A parsed model file.

    Attributes:
        shape: sizes of the encoder.
        epsilon: of the layer norms.
        pieces: (text, log probability) of each Unigram piece; the index is the token id.
        special: token ids of "bos", "eos", "pad" and "unk".
        replacements: code point → replacement text of the tokenizer's normalisation.
        tensors: float32 arrays by the file's own names, flat.
        blocks: those of them that are packed, as they stand in the file (dtype BLOCKS).
    """

    shape: Shape
    epsilon: float
    pieces: list[tuple[str, float]]
    special: dict[str, int]
    replacements: dict[int, str]
    tensors: dict[str, NDArray[np.float32]]
    blocks: dict[str, NDArray[np.void]]


class _Cursor:
    """Reads forward and refuses to step over the end."""

    def __init__(self, data: memoryview) -> None:
        self._data = data
        self._at = 0

    def take(self, size: int) -> memoryview:
        if size < 0 or self._at + size > len(self._data):
            raise _BadFile(f"{size} bytes wanted at {self._at}, the file has {len(self._data)}")
        self._at += size
        return self._data[self._at - size : self._at]

    def unpack(self, form: str) -> tuple[int, ...]:
        return struct.unpack("<" + form, self.take(struct.calcsize("<" + form)))

    def array(self, dtype: str, count: int) -> NDArray[np.generic]:
        return np.frombuffer(self.take(np.dtype(dtype).itemsize * max(count, 0)), dtype)


def parse(data: bytes | memoryview, name: str) -> PackedModel:
    """Read a whole model file called `name`.

    Raises:
        YorozuError: MODEL_CHECKSUM for a wrong magic or version, a file cut short, or sizes that
            contradict each other; detail `reason` says which.
    """
    try:
        return _parse(data)
    except _BadFile as error:
        raise YorozuError(ErrorCode.MODEL_CHECKSUM, file=name, reason=str(error)) from error


def _parse(data: bytes | memoryview) -> PackedModel:
    cursor = _Cursor(memoryview(data))
    if bytes(cursor.take(len(MAGIC))) != MAGIC or cursor.unpack("I") != (VERSION,):
        raise _BadFile("not a model file of this version")
    shape = _shape(cursor)
    (epsilon,) = cursor.unpack("f")
    if cursor.unpack("i") != (BLOCK,):
        raise _BadFile("unknown block size")
    count, *ids = cursor.unpack("5i")
    pieces = _pieces(cursor, count)
    if any(not 0 <= i < count for i in ids) or count > shape.vocabulary:
        raise _BadFile("special tokens outside the vocabulary")
    replacements = _replacements(cursor)
    raw = dict(_tensors(cursor, memoryview(data)))
    blocks = {name: values for name, values in raw.items() if values.dtype == BLOCKS}
    plain = {name: values.astype(np.float32) for name, values in raw.items() if name not in blocks}
    tensors = plain | {name: unpack_blocks(values) for name, values in blocks.items()}
    special = dict(zip(("bos", "eos", "pad", "unk"), ids, strict=True))
    return PackedModel(shape, float(epsilon), pieces, special, replacements, tensors, blocks)


def _shape(cursor: _Cursor) -> Shape:
    shape = Shape(*cursor.unpack("7i"))
    if any(not 0 < size < _MAX_DIMENSION for size in vars(shape).values()) or shape.hidden % shape.heads:
        raise _BadFile(f"impossible sizes: {shape}")
    return shape


def _pieces(cursor: _Cursor, count: int) -> list[tuple[str, float]]:
    (size,) = cursor.unpack("Q")
    if count <= 0:
        raise _BadFile("no vocabulary")
    ends = cursor.array("<u4", count + 1).astype(np.int64)
    scores = _finite("scores", cursor.array("<f4", count)).astype(float).tolist()
    blob = bytes(cursor.take(size))
    if ends[0] != 0 or ends[-1] != size or (np.diff(ends) < 0).any():
        raise _BadFile("offsets of the vocabulary contradict its length")
    bounds = ends.tolist()
    texts = (_text(blob[a:b]) for a, b in pairwise(bounds))
    return list(zip(texts, scores, strict=True))


def _text(raw: bytes) -> str:
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError as error:
        raise _BadFile("text that is not UTF-8") from error


def _replacements(cursor: _Cursor) -> dict[int, str]:
    count, size = cursor.unpack("iI")
    table = _Cursor(cursor.take(size))
    found: dict[int, str] = {}
    try:
        for _ in range(count):
            code, length = table.unpack("IB")
            found[code] = "".join(map(chr, table.unpack(f"{length}I")))
    except (ValueError, OverflowError) as error:
        raise _BadFile("a code point that does not exist") from error
    return found


def _tensors(cursor: _Cursor, data: memoryview) -> Iterator[tuple[str, NDArray[Any]]]:
    (count,) = cursor.unpack("i")
    for _ in range(count):
        (length,) = cursor.unpack("H")
        name = _text(bytes(cursor.take(length)))
        kind, items, offset, size = cursor.unpack("BIQQ")
        if offset + size > len(data):
            raise _BadFile(f"{name} lies beyond the end of the file")
        yield name, _values(name, kind, items, data[offset : offset + size])


def _values(name: str, kind: int, items: int, raw: memoryview) -> NDArray[Any]:
    expected = {PLAIN: items * 4, PACKED: items // BLOCK * BLOCKS.itemsize}.get(kind)
    if expected != len(raw) or (kind == PACKED and items % BLOCK):
        raise _BadFile(f"{name}: {items} values of kind {kind} do not take {len(raw)} bytes")
    if kind == PLAIN:
        return _finite(name, np.frombuffer(raw, "<f4"))
    blocks = np.frombuffer(raw, BLOCKS)
    _finite(name, blocks["scale"])
    return blocks


def _finite(name: str, values: NDArray[Any]) -> NDArray[Any]:
    if not np.isfinite(values).all():
        raise _BadFile(f"{name} holds values that are no numbers")
    return values


def unpack_blocks(blocks: NDArray[np.void]) -> NDArray[np.float32]:
    """Return the weights of packed blocks, shape (32 · blocks,): (nibble - 8) · scale."""
    weights = nibbles_in_order(blocks).astype(np.float32)
    weights -= 8
    weights *= blocks["scale"].astype(np.float32)[:, None]
    return weights.reshape(-1)


def nibbles_in_order(blocks: NDArray[np.void]) -> NDArray[np.uint8]:
    """Return the 4-bit values of packed blocks in the order of the weights, shape (blocks, 32), 0 to 15."""
    packed = blocks["nibbles"]
    return np.concatenate([packed & 0x0F, packed >> 4], axis=1)
