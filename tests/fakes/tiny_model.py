"""A model in the packed format, so small that it is made here: random weights, letters as its vocabulary."""

import hashlib
import struct
from dataclasses import dataclass

import numpy as np

from ingest.embedding.package_file import PackagedFile

PIECES = ["<s>", "<pad>", "</s>", "<unk>", "▁", *"規程専任者質問:queryposag96～ABCが、。", "サーバ", "▁query"]
HIDDEN, LAYERS, HEADS, WIDE, ROWS, POSITIONS, TYPES = 64, 2, 4, 96, len(PIECES) + 3, 24, 2
TABLE = {0x07: "", 0x200B: " ", 0x09: " ", 0xFF19: "9", 0xFF16: "6"}


@dataclass
class Packed:
    """A packed file, its first block of packed weights, and all the weights that were put into it."""

    content: bytes
    first_block: bytes
    weights: dict[str, np.ndarray]


def pack_blocks(weights: np.ndarray) -> tuple[bytes, np.ndarray]:
    """Pack float weights as written down in the design, and return what can be read back from them."""
    blocks = weights.reshape(-1, 32)
    scales = (np.abs(blocks).max(1) / 7).astype("<f2")
    nibbles = np.clip(np.rint(blocks / scales[:, None].astype(np.float32)) + 8, 0, 15).astype(np.uint8)
    raw = b"".join(
        s.tobytes() + bytes(int(n[j]) | int(n[j + 16]) << 4 for j in range(16))
        for s, n in zip(scales, nibbles, strict=True)
    )
    values = (nibbles.astype(np.float32) - 8) * scales.astype(np.float32)[:, None]
    return raw, values.reshape(weights.shape)


def tiny_shapes(positions: int = POSITIONS) -> dict[str, tuple[int, ...]]:
    """The tensors of the whole model with their sizes."""
    shapes: dict[str, tuple[int, ...]] = {
        "emb.word": (ROWS, HIDDEN),
        "emb.pos": (positions, HIDDEN),
        "emb.type": (TYPES, HIDDEN),
        "emb.ln.w": (HIDDEN,),
        "emb.ln.b": (HIDDEN,),
    }
    sizes = {"q": (HIDDEN, HIDDEN), "k": (HIDDEN, HIDDEN), "v": (HIDDEN, HIDDEN), "ao": (HIDDEN, HIDDEN)}
    sizes |= {"fi": (WIDE, HIDDEN), "fo": (HIDDEN, WIDE)}
    for n in range(LAYERS):
        for part, (rows, columns) in sizes.items():
            shapes[f"l{n}.{part}.w"] = (rows, columns)
            shapes[f"l{n}.{part}.b"] = (rows,)
        for part in ("aln", "oln"):
            shapes[f"l{n}.{part}.w"] = shapes[f"l{n}.{part}.b"] = (HIDDEN,)
    return shapes


def make_packed(shapes: dict[str, tuple[int, ...]]) -> Packed:
    """Write a whole model file of random weights."""
    positions = shapes.get("emb.pos", (POSITIONS,))[0]
    random = np.random.default_rng(7)
    head = b"E5S1" + struct.pack("<I7ifi", 1, HIDDEN, LAYERS, HEADS, WIDE, ROWS, positions, TYPES, 1e-12, 32)
    texts = [piece.encode() for piece in PIECES]
    blob = b"".join(texts)
    head += struct.pack("<5iQ", len(PIECES), 0, 2, 1, 3, len(blob))
    head += np.cumsum([0, *map(len, texts)]).astype("<u4").tobytes()
    head += np.linspace(0, -9, len(PIECES)).astype("<f4").tobytes() + blob
    table = b"".join(
        struct.pack(f"<IB{len(text)}I", code, len(text), *map(ord, text)) for code, text in TABLE.items()
    )
    head += struct.pack("<iI", len(TABLE), len(table)) + table
    weights, raws = {}, {}
    plain = ("emb.pos", "emb.type")  # two-dimensional, yet not packed
    for name, shape in shapes.items():
        values = random.normal(0, 0.3, shape).astype(np.float32)
        packed = len(shape) == 2 and name not in plain
        raws[name], weights[name] = pack_blocks(values) if packed else (values.tobytes(), values)
    names = {name: (name.encode(), int(weights[name].ndim == 2 and name not in plain)) for name in raws}
    offset = len(head) + 4 + sum(2 + len(raw_name) + 21 for raw_name, _ in names.values())
    directory = struct.pack("<i", len(raws))
    for name, (raw_name, kind) in names.items():
        directory += struct.pack("<H", len(raw_name)) + raw_name
        directory += struct.pack("<BIQQ", kind, weights[name].size, offset, len(raws[name]))
        offset += len(raws[name])
    return Packed(head + directory + b"".join(raws.values()), raws["emb.word"][:18], weights)


def tiny_file(content: bytes, wheel_sha256: str = "") -> PackagedFile:
    """What the package would be called that holds `content`."""
    return PackagedFile("tiny==1", wheel_sha256, "tiny/tiny.bin", hashlib.sha256(content).hexdigest())
