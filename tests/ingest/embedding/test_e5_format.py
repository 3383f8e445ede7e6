import struct
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.embedding.e5_format import BLOCKS, parse, unpack_blocks
from ingest.errors import ErrorCode, YorozuError


def test_every_weight_comes_back(packed: Any) -> None:
    model = parse(packed.content, "tiny.bin")
    assert set(model.tensors) == set(packed.weights)
    for name, values in packed.weights.items():
        np.testing.assert_allclose(model.tensors[name], values.reshape(-1), atol=1e-6, err_msg=name)


def test_sizes_vocabulary_and_table_come_back(packed: Any) -> None:
    model = parse(packed.content, "tiny.bin")
    assert (model.shape.hidden, model.shape.layers, model.shape.positions) == (64, 2, 24)
    assert model.special == {"bos": 0, "eos": 2, "pad": 1, "unk": 3}
    assert [text for text, _ in model.pieces[:5]] == ["<s>", "<pad>", "</s>", "<unk>", "▁"]
    assert model.pieces[-1][1] == pytest.approx(-9)
    assert model.replacements[0x07] == ""
    assert model.replacements[0xFF19] == "9"


def test_low_nibbles_come_before_high_ones() -> None:
    block = np.zeros(1, BLOCKS)
    block["scale"] = 0.5
    block["nibbles"][0, 0] = 0x2F  # weight 0 is 15, weight 16 is 2
    weights = unpack_blocks(block)
    assert weights[0] == (15 - 8) * 0.5
    assert weights[16] == (2 - 8) * 0.5
    assert weights[1] == -8 * 0.5


@given(st.data())
def test_a_file_cut_short_is_always_refused(packed: Any, data: st.DataObject) -> None:
    length = data.draw(st.integers(0, len(packed.content) - 1))
    with pytest.raises(YorozuError) as caught:
        parse(packed.content[:length], "tiny.bin")
    assert caught.value.code is ErrorCode.MODEL_CHECKSUM
    assert caught.value.detail["file"] == "tiny.bin"


@given(at=st.integers(0, 9000), word=st.integers(0, 2**32 - 1))
def test_a_garbled_file_is_refused_or_gives_numbers_but_never_crashes(
    packed: Any, at: int, word: int
) -> None:
    raw = bytearray(packed.content)
    raw[at : at + 4] = struct.pack("<I", word)
    try:
        model = parse(bytes(raw), "tiny.bin")
    except YorozuError as error:
        assert error.code is ErrorCode.MODEL_CHECKSUM  # noqa: PT017 - either outcome is right
    else:
        assert all(np.isfinite(values).all() for values in model.tensors.values())


def test_a_scale_that_is_no_number_is_refused(packed: Any) -> None:
    scale = packed.content.index(packed.first_block)
    raw = bytearray(packed.content)
    raw[scale : scale + 2] = b"\xff\x7f"
    with pytest.raises(YorozuError) as caught:
        parse(bytes(raw), "tiny.bin")
    assert "emb.word" in caught.value.detail["reason"]


@pytest.mark.parametrize(
    ("at", "value"), [(0, b"GGUF"), (4, struct.pack("<I", 9)), (8, struct.pack("<i", -1))]
)
def test_another_magic_version_or_size_is_refused(packed: Any, at: int, value: bytes) -> None:
    raw = bytearray(packed.content)
    raw[at : at + 4] = value
    with pytest.raises(YorozuError) as caught:
        parse(bytes(raw), "tiny.bin")
    assert caught.value.code is ErrorCode.MODEL_CHECKSUM


def test_a_missing_tensor_is_left_to_the_conversion(packed_without: Callable[[str], bytes]) -> None:
    assert "l1.fo.w" not in parse(packed_without("l1.fo.w"), "tiny.bin").tensors
