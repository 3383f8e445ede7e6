"""The encoder once more, as an ONNX graph with 8-bit matrices: more than twice as fast on a CPU.

Activations are quantised anew in every matrix product; everything between the products stays float32.
The vocabulary keeps its 4 bits, exactly as packaged.
"""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ingest.embedding.e5_format import BLOCK, PackedModel, nibbles_in_order

if TYPE_CHECKING:
    from onnx import NodeProto, TensorProto

ONNX_FILE = "onnx/encoder_int8.onnx"
INPUT = "input_ids"
OUTPUT = "last_hidden_state"  # the name that other tools expect
_CONTRIB = "com.microsoft"  # onnxruntime's own operators
# 7 bits: on a CPU with AVX2 but without VNNI, 8 × 8 bits overflow the 16-bit sums of the fast kernel.
_LEVELS = 63


def write_onnx(model: PackedModel, path: Path) -> None:
    """Write the graph of `model`: int64 [batch, tokens] → float32 [batch, tokens, hidden].

    There is no mask: texts run one by one, so nothing is padded, and attention without a mask is quicker.
    """
    import onnx
    from onnx import TensorProto, helper

    graph = _Graph(model)
    graph.build()
    tokens = ["batch", "tokens"]
    ids = helper.make_tensor_value_info(INPUT, TensorProto.INT64, tokens)
    output = helper.make_tensor_value_info(OUTPUT, TensorProto.FLOAT, [*tokens, model.shape.hidden])
    body = helper.make_graph(graph.nodes, "encoder", [ids], [output], graph.constants)
    versions = [helper.make_opsetid("", 17), helper.make_opsetid(_CONTRIB, 1)]
    onnx.save(helper.make_model(body, opset_imports=versions, ir_version=8), path)


class _Graph:
    """Collects nodes and constants; each method adds one part and returns the name of its result."""

    def __init__(self, model: PackedModel) -> None:
        self.model = model
        self.nodes: list[NodeProto] = []
        self.constants: list[TensorProto] = []

    def build(self) -> None:
        layers = self.model.shape.layers
        hidden = self._embeddings()
        for n in range(layers):
            hidden = self._layer(f"l{n}", hidden, OUTPUT if n == layers - 1 else f"l{n}.out")

    def _embeddings(self) -> str:
        size, tensors = self.model.shape.hidden, self.model.tensors
        words = self._packed_words()
        length = self._node("Shape", [INPUT], "length", start=1, end=2)
        # Every token is of type 0, so the type's vector can be added to the positions once and for all.
        table = tensors["emb.pos"].reshape(-1, size) + tensors["emb.type"][:size]
        zero = self._constant("zero", np.zeros(1, np.int64))
        positions = self._node("Slice", [self._constant("table", table), zero, length, zero], "positions")
        return self._add_and_norm(words, positions, "emb.ln", "embedded")

    def _packed_words(self) -> str:
        rows = self.model.shape.vocabulary
        blocks = self.model.blocks["emb.word"]
        values = nibbles_in_order(blocks)
        packed = (values[:, 0::2] | values[:, 1::2] << 4).reshape(rows, -1)  # neighbours share a byte here
        scales = blocks["scale"].astype(np.float32).reshape(rows, -1)
        inputs = [self._constant("words.q", packed), INPUT, self._constant("words.scale", scales)]
        options = {"bits": 4, "block_size": BLOCK, "gather_axis": 0, "quantize_axis": 1}
        return self._node("GatherBlockQuantized", inputs, "words", contrib=True, **options)

    def _layer(self, name: str, hidden: str, output: str) -> str:
        query, key, value = (self._linear(hidden, f"{name}.{part}") for part in "qkv")
        heads = self.model.shape.heads
        parts = [query, key, value]
        attended = self._node("MultiHeadAttention", parts, f"{name}.att", contrib=True, num_heads=heads)
        attended = self._linear(attended, f"{name}.ao")
        middle = self._add_and_norm(hidden, attended, f"{name}.aln", f"{name}.middle")
        wide = self._node("Gelu", [self._linear(middle, f"{name}.fi")], f"{name}.gelu", contrib=True)
        return self._add_and_norm(middle, self._linear(wide, f"{name}.fo"), f"{name}.oln", output)

    def _linear(self, hidden: str, name: str) -> str:
        bias = self.model.tensors[f"{name}.b"]
        weights, scales = _quantised(self.model.tensors[f"{name}.w"].reshape(bias.size, -1))
        inputs = [
            hidden,
            self._constant(f"{name}.w", weights.T),
            self._constant(f"{name}.scale", scales),
            self._constant(f"{name}.zero", np.zeros(bias.size, np.int8)),
            self._constant(f"{name}.b", bias),
        ]
        return self._node("DynamicQuantizeMatMul", inputs, name, contrib=True)

    def _add_and_norm(self, left: str, right: str, norm: str, output: str) -> str:
        # onnxruntime has both steps as one operator, which is nine times slower than the two.
        total = self._node("Add", [left, right], f"{output}.sum")
        weights = [self._constant(f"{norm}.{part}", self.model.tensors[f"{norm}.{part}"]) for part in "wb"]
        return self._node("LayerNormalization", [total, *weights], output, epsilon=self.model.epsilon)

    def _constant(self, name: str, values: NDArray[Any]) -> str:
        from onnx import numpy_helper

        if all(known.name != name for known in self.constants):
            self.constants.append(numpy_helper.from_array(np.ascontiguousarray(values), name))
        return name

    def _node(
        self, operator: str, inputs: list[str], output: str, *, contrib: bool = False, **options: Any
    ) -> str:
        from onnx import helper

        domain = _CONTRIB if contrib else ""
        self.nodes.append(helper.make_node(operator, inputs, [output], output, domain=domain, **options))
        return output


def _quantised(weights: NDArray[np.float32]) -> tuple[NDArray[np.int8], NDArray[np.float32]]:
    """Return 7-bit weights of shape (outputs, inputs) and one scale per output."""
    largest = np.abs(weights).max(axis=1)
    scales = np.where(largest > 0, largest / _LEVELS, 1).astype(np.float32)
    return np.rint(weights / scales[:, None]).astype(np.int8), scales
