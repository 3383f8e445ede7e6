"""Runs the ONNX encoder: texts in, token vectors out; nothing here needs torch."""

import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ingest.embedding.onnx_graph import INPUT, ONNX_FILE, OUTPUT

if TYPE_CHECKING:
    from tokenizers import Tokenizer

MASK = "attention_mask"  # says to those who pool the vectors which of them are padding


class OnnxSession:
    """An open encoder with its tokenizer. Safe to share between threads.

    Each text runs alone on one core, several texts at a time. That is as fast as batches, wastes nothing
    on padding, and a text's vector does not depend on its neighbours: the encoder quantises activations
    over all that it is given at once.
    """

    def __init__(self, folder: Path, tokenizer: "Tokenizer", *, longest: int, pad_id: int) -> None:
        import onnxruntime

        options: Any = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        options.log_severity_level = 3  # errors only
        self._session: Any = onnxruntime.InferenceSession(
            str(folder / ONNX_FILE), options, providers=["CPUExecutionProvider"]
        )
        self._workers = ThreadPoolExecutor(os.cpu_count(), thread_name_prefix="embed")
        self.tokenizer = tokenizer
        self._longest = longest
        self._pad_id = pad_id

    def tokens(self, texts: Sequence[str]) -> dict[str, NDArray[np.int64]]:
        """Ids and mask of `texts`, int64 [len(texts), longest of them]; cut to the model's window."""
        rows = [self._cut(encoding.ids) for encoding in self.tokenizer.encode_batch(list(texts))]
        width = max(map(len, rows), default=0)
        ids = np.full((len(rows), width), self._pad_id, np.int64)
        mask = np.zeros((len(rows), width), np.int64)
        for n, row in enumerate(rows):
            ids[n, : len(row)] = row
            mask[n, : len(row)] = 1
        return {INPUT: ids, MASK: mask}

    def run(self, tokens: dict[str, NDArray[np.int64]]) -> NDArray[np.float32]:
        """Vectors of all tokens, float32 [texts, tokens, hidden]; zero where there is only padding."""
        lengths = tokens[MASK].sum(axis=1).tolist()
        alone = [tokens[INPUT][n : n + 1, :length] for n, length in enumerate(lengths)]
        rows = [self._one(alone[0])] if len(alone) == 1 else list(self._workers.map(self._one, alone))
        vectors = np.zeros((len(rows), max(lengths, default=0), rows[0].shape[1]), np.float32)
        for n, row in enumerate(rows):
            vectors[n, : len(row)] = row
        return vectors

    def _one(self, ids: NDArray[np.int64]) -> NDArray[np.float32]:
        vectors: NDArray[np.float32] = self._session.run([OUTPUT], {INPUT: ids})[0][0]
        return vectors

    def _cut(self, ids: list[int]) -> list[int]:
        """Keep the closing token when a text is too long."""
        return ids if len(ids) <= self._longest else [*ids[: self._longest - 1], ids[-1]]
