"""The judge of evidence: reads question and passage together and says how far one answers the other."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from ingest.embedding.adapter import Head
from ingest.embedding.base import Vectors
from ingest.embedding.convert import PASSAGE_PREFIX, QUERY_PREFIX
from ingest.embedding.once import Once
from ingest.embedding.onnx_graph import INPUT
from ingest.embedding.onnx_session import MASK, OnnxSession
from ingest.embedding.open_folder import open_session, open_tokenizer

if TYPE_CHECKING:
    from tokenizers import Tokenizer

# It was trained with pairs of 256 tokens. The beginning of a passage (of a Q&A its question, of a section its
# heading) says as surely whether it answers, and reading is most of an answer's time; see docs/evaluation.md.
QUESTION_TOKENS, PASSAGE_TOKENS = 96, 96


def pair_ids(
    tokenizer: "Tokenizer", question: str, passage: str, *, passage_tokens: int = PASSAGE_TOKENS
) -> list[int]:
    """Token ids of a question and a passage as one text, each cut to its share."""
    asked: list[int] = tokenizer.encode(QUERY_PREFIX + question).ids[:QUESTION_TOKENS]
    given: list[int] = tokenizer.encode(PASSAGE_PREFIX + passage).ids[1:]
    return asked + given[:passage_tokens]


class EvidenceJudge:
    """A converted folder with a head; loaded on first use. Safe to share between threads."""

    def __init__(self, folder: Path, head: Head) -> None:
        self._folder = folder
        self._head = head
        self._once = Once(self._open)

    def scores(self, question: str, passages: Sequence[str]) -> Vectors:
        """Log-odds that each passage answers the question, float32 (passages,).

        Raises:
            YorozuError: MODEL_UNAVAILABLE when the folder cannot be loaded.
        """
        session = self._once.get()
        found = []
        for passage in passages:
            ids = np.array([pair_ids(session.tokenizer, question, passage)], np.int64)
            tokens = session.run({INPUT: ids, MASK: np.ones_like(ids)})
            found.append(float(tokens[0].mean(axis=0) @ self._head.weights + self._head.bias))
        return np.array(found, np.float32)

    def _open(self) -> OnnxSession:
        return open_session(self._folder, open_tokenizer(self._folder))
