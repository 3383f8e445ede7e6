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


@dataclass
class TellingJudge:
    """Answers what `told` says of a question and the first key that stands in the passage; else -3."""

    told: dict[str, dict[str, float]]

    def scores(self, question: str, passages: Sequence[str]) -> Vectors:
        rules = self.told.get(question, {})
        found = [next((v for key, v in rules.items() if key in p), -3.0) for p in passages]
        return np.array(found, np.float32)
