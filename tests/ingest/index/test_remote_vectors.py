import logging
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from app.answering.retrieve import Retriever
from ingest.breaker import FAILURES
from ingest.errors import ErrorCode, YorozuError
from ingest.index import remote_vectors
from ingest.index.build import build_index
from ingest.index.layout import index_folder
from ingest.index.reader import open_index
from ingest.index.remote_vectors import VectorsAway, VectorSearch
from ingest.index.vector_server import VectorServer
from ingest.models import Passage, Source
from ingest.text.words import Tokenizer
from tests.chroma_server import ChromaServer
from tests.fakes.hashed_embedder import HashedEmbedder
from tests.fakes.odd_chroma import OddChroma, odd_chroma

EMBEDDER = HashedEmbedder()
SOURCES = [Source("m", "相談会", kind="consultation")]


def _passages(count: int) -> list[Passage]:
    return [
        Passage(
            f"p{n}", "m", "f", f"手順{n}の記録を残します。", n, question=f"手順{n}は？", question_no=n + 1
        )
        for n in range(count)
    ]


@pytest.fixture(scope="module")
def chroma(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ChromaServer]:
    server = ChromaServer(tmp_path_factory.mktemp("chroma"))
    server.start()
    yield server
    server.stop()


def test_a_server_finds_what_the_folder_finds(chroma: ChromaServer, tmp_path: Path) -> None:
    passages = _passages(300)
    build_index(tmp_path / "a", SOURCES, passages, EMBEDDER)
    build_index(tmp_path / "b", SOURCES, passages, EMBEDDER, server=chroma.at())
    assert not list((tmp_path / "b").rglob("chroma.sqlite3"))
    search = VectorSearch(chroma.at())
    here, there = open_index(tmp_path / "a", EMBEDDER.name), open_index(tmp_path / "b", EMBEDDER.name, search)
    assert here.vector_counts() == there.vector_counts()
    retriever = Retriever(Tokenizer(), EMBEDDER)
    for n in (3, 77, 250):
        for field in ("text", "question", "sentence"):
            vector = EMBEDDER.query(f"手順{n}は")
            assert np.allclose(
                here.nearest(field, vector, 1)[1], there.nearest(field, vector, 1)[1], atol=1e-4
            )
        found = [retriever.search(index, f"手順{n}は？", (), 3) for index in (here, there)]
        assert found[0].candidates[0].row == found[1].candidates[0].row
        assert not found[1].by_words_alone
    search.close()


def test_a_generation_leaves_the_server_with_its_folder(chroma: ChromaServer, tmp_path: Path) -> None:
    before = chroma.collections()
    for count in (3, 4, 5):
        build_index(tmp_path, SOURCES, _passages(count), EMBEDDER, server=chroma.at())
    assert (
        len(chroma.collections() - before) == 2 * 3
    )  # the current generation and the one before, a field each


def test_what_a_killed_build_left_is_cleared_by_the_next(chroma: ChromaServer, tmp_path: Path) -> None:
    before = chroma.collections()
    build_index(tmp_path, SOURCES, _passages(3), EMBEDDER, server=chroma.at())
    (mine,) = {name.rpartition("-")[0] for name in chroma.collections() - before}
    folder = index_folder(tmp_path)
    (folder / "CHROMA_PENDING").write_text(mine + "\n", encoding="ascii")
    build_index(tmp_path, SOURCES, _passages(4), EMBEDDER, server=chroma.at())
    assert mine not in {name.rpartition("-")[0] for name in chroma.collections()}
    assert not (folder / "CHROMA_PENDING").exists()


def test_without_the_server_nothing_is_built_and_the_error_says_so(tmp_path: Path) -> None:
    with pytest.raises(YorozuError) as caught:
        build_index(tmp_path, SOURCES, _passages(3), EMBEDDER, server=VectorServer("http://127.0.0.1:1"))
    assert caught.value.code is ErrorCode.VECTORS_UNAVAILABLE
    assert not [p for p in index_folder(tmp_path).iterdir() if p.name.startswith(("gen-", "building-"))]


def test_while_the_server_is_away_words_answer_and_say_so(
    chroma: ChromaServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(remote_vectors, "_FIRST_REST", 0.3)
    build_index(tmp_path, SOURCES, _passages(20), EMBEDDER, server=chroma.at())
    away: list[None] = []
    search = VectorSearch(chroma.at(0.4), lambda: away.append(None))
    index, retriever = open_index(tmp_path, EMBEDDER.name, search), Retriever(Tokenizer(), EMBEDDER)
    assert not retriever.search(index, "手順7は？", (), 3).by_words_alone
    chroma.pause()  # it accepts and says nothing: the worst kind of away
    with caplog.at_level(logging.WARNING):
        for _ in range(FAILURES):
            started = time.monotonic()
            found = retriever.search(index, "手順7は？", (), 3)
            assert time.monotonic() - started < 2
            assert found.by_words_alone
            assert found.candidates[0].passage.question_no == 8
    started = time.monotonic()
    assert retriever.search(index, "手順7は？", (), 3).by_words_alone
    assert time.monotonic() - started < 0.3  # the breaker asks no more
    assert len(away) == FAILURES + 1
    assert len(caplog.records) == 1
    chroma.resume()
    time.sleep(0.5)
    assert not retriever.search(index, "手順7は？", (), 3).by_words_alone
    search.close()


def test_a_generation_on_a_server_opens_where_none_is_named(chroma: ChromaServer, tmp_path: Path) -> None:
    build_index(tmp_path, SOURCES, _passages(5), EMBEDDER, server=chroma.at())
    index = open_index(tmp_path, EMBEDDER.name)
    assert Retriever(Tokenizer(), EMBEDDER).search(index, "手順2は？", (), 3).by_words_alone
    with pytest.raises(YorozuError, match="サーバー"):
        index.vector_counts()


@pytest.fixture
def odd() -> Iterator[OddChroma]:
    with odd_chroma() as server:
        yield server


@pytest.mark.parametrize(
    ("numbers", "distances"),
    [
        (["0", "1"], [0.1]),
        (["9"], [0.1]),  # there are only five
        (["-1"], [0.1]),
        (["0", "0"], [0.1, 0.2]),
        (["eins"], [0.1]),
        (["0"], [2.5]),
        (["0"], [-0.5]),
        (["0"], [None]),
        (["0"], [float("nan")]),
        (["0"], [float("inf")]),
        ([], []),
        (["0", "1", "2", "3"], [0.1, 0.2, 0.3, 0.4]),  # more than were asked for
    ],
)
def test_nonsense_is_not_taken_for_an_answer(
    odd: OddChroma, numbers: list[object], distances: list[object]
) -> None:
    odd.means(numbers, distances)
    search = VectorSearch(VectorServer(f"http://127.0.0.1:{odd.server_port}"))
    with pytest.raises(VectorsAway):
        search.query("c", EMBEDDER.query("x"), 3, 5)
    odd.means(["1", "0"], [0.3, 0.1])
    found, cosines = search.query("c", EMBEDDER.query("x"), 3, 5)
    assert found.tolist() == [0, 1]
    assert cosines.tolist() == pytest.approx([0.9, 0.7])
    search.close()


@pytest.mark.parametrize("body", [b"", b"<html>", b"[]", b'{"ids": 3}', b"\xff" * 100, b"1" * 5_000_000])
def test_what_is_no_answer_at_all_counts_as_away(odd: OddChroma, body: bytes) -> None:
    odd.answer = body
    search = VectorSearch(VectorServer(f"http://127.0.0.1:{odd.server_port}"))
    for _ in range(FAILURES + 2):
        with pytest.raises(VectorsAway):
            search.query("c", EMBEDDER.query("x"), 3, 5)
    assert odd.asked == FAILURES  # afterwards it is left alone
    search.close()
