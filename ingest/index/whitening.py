"""Adaptation of the text vectors to the corpus: directions that all its passages share count less.

Vectors of long texts crowd together in the directions that the whole corpus shares; scaled by its own
covariance they spread (Su et al., *Whitening Sentence Representations for Better Semantics and Faster
Retrieval*, 2021). A long question gains, a short one loses. The corpus itself says whether it helps: passages
of one place must find each other better with it than without. That takes no embedding and seconds at most.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ingest.embedding.base import Vectors

_STRENGTH = 0.25  # exponent on each side; 0.5 would make all directions equal
_SHRINK = 0.3  # of the mean variance, added to each: a small corpus says little about most directions
_TRIALS = 300
_FEWEST = 40  # passages with a sibling; below, chance decides
_SPAN = 8192

Rows = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Whitening:
    """Scaled cosines with the text vectors.

    Attributes:
        mean: of all text vectors, (dimension,).
        scale: (dimension, dimension), symmetric.
        norms: length of each scaled text vector, (rows,).
        centre: mean of all scaled and normalised text vectors, (dimension,).
    """

    mean: Vectors
    scale: Vectors
    norms: Vectors
    centre: Vectors

    def cosines(self, matrix: Vectors, vector: Vectors, rows: Rows) -> Vectors:
        """Scaled cosine of `vector` with the given rows of `matrix`, float32."""
        turned, length = self._turned(vector)
        cosines: Vectors = (
            (matrix[rows] @ turned - self.mean @ turned) / (self.norms[rows] * length)
        ).astype(np.float32)
        return cosines

    def average(self, vector: Vectors) -> float:
        """Mean of the scaled cosine over all rows."""
        _, length = self._turned(vector)
        return float((vector - self.mean) @ self.centre) / length

    def _turned(self, vector: Vectors) -> tuple[Vectors, float]:
        moved = vector - self.mean
        turned: Vectors = self.scale @ moved
        return turned, max(float(moved @ turned), 1e-12) ** 0.5

    def save(self, folder: Path) -> None:
        """Write it into the folder of the text vectors."""
        for name in ("mean", "scale", "norms", "centre"):
            np.save(folder / f"white_{name}.npy", getattr(self, name))


def load_whitening(folder: Path) -> Whitening | None:
    """Read what `save` wrote, None where the corpus did without."""
    if not (folder / "white_scale.npy").is_file():
        return None
    return Whitening(
        *(
            np.asarray(np.load(folder / f"white_{name}.npy", mmap_mode="r"))
            for name in ("mean", "scale", "norms", "centre")
        )
    )


def fit_whitening(
    matrix: Vectors, mean: Vectors, covariance: Vectors, places: Sequence[int]
) -> Whitening | None:
    """Return the whitening of a corpus, None where passages do not find their siblings better with it.

    Args:
        matrix: text vectors, (rows, dimension).
        mean: of the vectors.
        covariance: of the vectors.
        places: for each row the number of its place (section, Q&A); rows of one place are siblings.
    """
    trials = _trials(np.asarray(places))
    if len(trials) < _FEWEST:
        return None
    values, directions = np.linalg.eigh(covariance)
    spread = (np.maximum(values, 0) + _SHRINK * values.mean()) ** (-2 * _STRENGTH)
    scale = ((directions * spread) @ directions.T).astype(np.float32)
    whitening = _measured(matrix, mean.astype(np.float32), scale)
    gain = _gain(matrix, whitening, np.asarray(places), trials)
    return whitening if gain.mean() > gain.std() / len(gain) ** 0.5 else None


def _trials(places: Rows) -> Rows:
    """Rows that have a sibling, at most _TRIALS, drawn evenly."""
    count = np.bincount(places, minlength=1)
    rows = np.flatnonzero(count[places] > 1)
    return np.random.default_rng(0).permutation(rows)[:_TRIALS]


def _measured(matrix: Vectors, mean: Vectors, scale: Vectors) -> Whitening:
    norms = np.empty(len(matrix), np.float32)
    centre = np.zeros(len(mean))
    for start in range(0, len(matrix), _SPAN):
        moved = matrix[start : start + _SPAN] - mean
        turned = moved @ scale
        length = np.sqrt(np.maximum(np.einsum("ij,ij->i", moved, turned), 1e-12))
        norms[start : start + len(length)] = length
        centre += (turned / length[:, None]).sum(axis=0)
    return Whitening(mean, scale, norms, (centre / len(matrix)).astype(np.float32))


def _gain(matrix: Vectors, whitening: Whitening, places: Rows, trials: Rows) -> NDArray[np.float64]:
    """For each trial how much higher its best sibling ranks (as 1/rank) with the whitening than without."""
    # A sample of a large corpus does: what counts is the comparison.
    others = np.unique(np.concatenate([trials, np.flatnonzero(np.isin(places, places[trials]))]))
    rest = np.setdiff1d(np.arange(len(matrix)), others)
    drawn = np.random.default_rng(1).permutation(rest)[: max(0, 20_000 - len(others))]
    among = np.concatenate([others, np.sort(drawn)])
    gains = []
    for row in trials:
        sibling = (places[among] == places[row]) & (among != row)
        strange = (places[among] != places[row]).nonzero()[0]
        plain = matrix[among] @ matrix[row]
        white = whitening.cosines(matrix, np.asarray(matrix[row]), among)
        ranks = [1 + (scores[strange] > scores[sibling].max()).sum() for scores in (plain, white)]
        gains.append(1 / ranks[1] - 1 / ranks[0])
    return np.array(gains)
