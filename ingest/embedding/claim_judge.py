"""The judge of claims: reads a sentence and a passage together and says how far the passage says it.

Every token of the sentence gets log-odds of its own, and the sentence is about as well supported as its least
supported token: one wrong word makes a sentence wrong.
"""

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from ingest.embedding.adapter import Head
from ingest.embedding.convert import PASSAGE_PREFIX, QUERY_PREFIX
from ingest.embedding.once import Once
from ingest.embedding.onnx_graph import INPUT
from ingest.embedding.onnx_session import MASK, OnnxSession
from ingest.embedding.open_folder import open_session, open_tokenizer

if TYPE_CHECKING:
    from tokenizers import Tokenizer

CLAIM_TOKENS, PAIR_TOKENS = 96, 256  # what it was trained with


def claim_ids(tokenizer: "Tokenizer", claim: str, passage: str) -> tuple[list[int], int]:
    """Token ids of a sentence and a passage as one text, and how many of them are the sentence's."""
    said: list[int] = tokenizer.encode(QUERY_PREFIX + claim).ids[:CLAIM_TOKENS]
    given: list[int] = tokenizer.encode(PASSAGE_PREFIX + passage).ids[1:]
    return (said + given)[:PAIR_TOKENS], len(said)


class ClaimJudge:
    """A converted folder with a head; loaded on first use. Safe to share between threads."""

    def __init__(self, folder: Path, head: Head) -> None:
        self._folder = folder
        self._head = head
        self._once = Once(self._open)

    def support(self, claim: str, passage: str) -> float:
        """Log-odds that `passage` says `claim`: a soft minimum over the tokens of the claim.

        Raises:
            YorozuError: MODEL_UNAVAILABLE when the folder cannot be loaded.
        """
        session = self._once.get()
        row, claimed = claim_ids(session.tokenizer, claim, passage)
        ids = np.array([row], np.int64)
        tokens = session.run({INPUT: ids, MASK: np.ones_like(ids)})[0]
        odds = tokens[1:claimed] @ self._head.weights + self._head.bias
        return -float(np.logaddexp.reduce(-odds))

    def _open(self) -> OnnxSession:
        return open_session(self._folder, open_tokenizer(self._folder))
