"""What deciding about evidence needs of a judge; ingest.embedding.judge has the one that ships."""

from collections.abc import Sequence
from typing import Protocol

from ingest.embedding.base import Vectors


class Judge(Protocol):
    """Reads a question and a passage together."""

    def scores(self, question: str, passages: Sequence[str]) -> Vectors:
        """Log-odds that each passage answers the question, float32 (passages,)."""
