from pathlib import Path

import numpy as np
import pytest

from ingest.index.whitening import Whitening, fit_whitening, load_whitening

DIMENSION = 24


def unit(rows: np.ndarray) -> np.ndarray:
    return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True), dtype=np.float32)


def corpus(shared: float, noise: float, places: int = 60, each: int = 3) -> tuple[np.ndarray, list[int]]:
    """Passages of one place lie near each other; `shared` is a loud direction that says nothing of it."""
    random = np.random.default_rng(5)
    topics = random.normal(size=(places, DIMENSION))
    topics[:, 0] = 0
    rows = np.repeat(topics, each, axis=0) + noise * random.normal(size=(places * each, DIMENSION))
    rows[:, 0] = shared * random.normal(size=places * each)
    return unit(rows), [n // each for n in range(places * each)]


def fitted(matrix: np.ndarray, places: list[int]) -> Whitening | None:
    exact = matrix.astype(np.float64)
    mean = exact.mean(axis=0)
    covariance = np.asarray(np.cov(exact.T, bias=True), dtype=np.float32)
    return fit_whitening(matrix, mean.astype(np.float32), covariance, places)


def test_a_loud_direction_that_says_nothing_is_turned_down() -> None:
    matrix, places = corpus(shared=12.0, noise=0.5)
    whitening = fitted(matrix, places)
    assert whitening is not None
    rows, beaten = np.arange(len(matrix)), np.zeros(2, dtype=int)
    for row in range(0, len(matrix), 3):
        others = np.flatnonzero(np.array(places) != places[row])
        for kind, scores in enumerate((matrix @ matrix[row], whitening.cosines(matrix, matrix[row], rows))):
            beaten[kind] += (scores[others] > scores[row + 1]).sum()
    assert beaten[1] < beaten[0]


def test_a_corpus_that_does_not_gain_does_without() -> None:
    matrix, places = corpus(shared=0.0, noise=0.01)
    assert fitted(matrix, places) is None


def test_too_few_siblings_decide_nothing() -> None:
    matrix, _ = corpus(shared=12.0, noise=0.5)
    assert fitted(matrix, list(range(len(matrix)))) is None


def test_cosines_are_those_of_scaled_vectors_and_their_mean_is_exact() -> None:
    matrix, places = corpus(shared=12.0, noise=0.5)
    whitening = fitted(matrix, places)
    assert whitening is not None
    values, directions = np.linalg.eigh(whitening.scale.astype(np.float64))
    root = (directions * np.sqrt(values)) @ directions.T
    scaled = unit((matrix - whitening.mean) @ root)
    question = unit(np.random.default_rng(1).normal(size=(1, DIMENSION)))[0]
    asked = unit(((question - whitening.mean) @ root)[None])[0]
    rows = np.arange(len(matrix))
    assert whitening.cosines(matrix, question, rows) == pytest.approx(scaled @ asked, abs=1e-4)
    assert whitening.average(question) == pytest.approx(float((scaled @ asked).mean()), abs=1e-4)


def test_it_is_read_as_it_was_written(tmp_path: Path) -> None:
    matrix, places = corpus(shared=12.0, noise=0.5)
    whitening = fitted(matrix, places)
    assert whitening is not None
    assert load_whitening(tmp_path) is None
    whitening.save(tmp_path)
    again = load_whitening(tmp_path)
    assert again is not None
    rows = np.arange(5)
    assert (again.cosines(matrix, matrix[7], rows) == whitening.cosines(matrix, matrix[7], rows)).all()
