"""Which rows belong together: the parts of one answer, or of what stands under one heading."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ingest.models import Passage

NAME = "sections.npy"


def section_numbers(passages: Sequence[Passage]) -> list[int]:
    """One number a passage, from 0; the same number for passages of one section."""
    numbers: dict[tuple[str, int | None, tuple[str, ...]], int] = {}
    return [numbers.setdefault((p.source_id, p.question_no, p.heading), len(numbers)) for p in passages]


def write_sections(folder: Path, passages: Sequence[Passage]) -> None:
    """Write the section numbers of a generation."""
    np.save(folder / NAME, np.array(section_numbers(passages), dtype=np.int64))


class Sections:
    """Reads them, mapped."""

    def __init__(self, folder: Path) -> None:
        self._numbers = np.load(folder / NAME, mmap_mode="r")

    def neighbours(self, rows: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """For each of `rows` the row before and the row after it, -1 where that is of another section."""
        before, after = rows - 1, np.minimum(rows + 1, len(self._numbers) - 1)
        own = self._numbers[rows]
        has_before = (before >= 0) & (self._numbers[np.maximum(before, 0)] == own)
        has_after = (after > rows) & (self._numbers[after] == own)
        return np.where(has_before, before, -1), np.where(has_after, after, -1)
