"""A judge of evidence that says what it is told and remembers what it was asked."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from ingest.embedding.base import Vectors


@dataclass
class FakeJudge:
    """Answers `verdict` to every pair, or raises `problem`."""

    verdict: float = 0.0
    problem: Exception | None = None
    asked: list[tuple[str, tuple[str, ...]]] = field(default_factory=list)

    def scores(self, question: str, passages: Sequence[str]) -> Vectors:
        self.asked.append((question, tuple(passages)))
        if self.problem is not None:
            raise self.problem
        return np.full(len(passages), self.verdict, np.float32)
