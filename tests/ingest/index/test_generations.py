import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Sequence
from functools import partial
from pathlib import Path

import numpy as np
import pytest

from ingest.embedding.base import Vectors
from ingest.errors import ErrorCode, YorozuError
from ingest.index import layout, lexical_fields
from ingest.index.build import build_index
from ingest.index.lock import writer_lock
from ingest.index.reader import IndexHolder, open_index, rollback
from ingest.index.records import INDEX_FORMAT
from ingest.models import Passage, Reference, Source
from tests.fakes.hashed_embedder import HashedEmbedder

EMBEDDER = HashedEmbedder()
ROOT = Path(__file__).resolve().parents[3]
SOURCES = [Source("a", "資料A"), Source("meeting", "相談会", kind="consultation")]


def passage(number: int, text: str, **given: object) -> Passage:
    return Passage(f"id{number}", "a", "a.pdf", text, number, **given)  # type: ignore[arg-type]


PASSAGES = [
    passage(0, "規程を年に一度見直します。", page=3, page_end=3, heading=("第1部", "規程")),
    passage(1, "委託先と契約を結びます。", columns=("区分", "内容"), sheet="一覧", row=4),
    Passage(
        "id2",
        "meeting",
        "m.yaml",
        "雛形を使えます。",
        0,
        question="専任者がいないときは？",
        question_no=1,
        item_nos=(94, 95, 96),
        references=(Reference("■IPA", "https://example.org/a.pdf", None, "P20"),),
    ),
    Passage(
        "id3",
        "meeting",
        "m.yaml",
        "兼任でも構いません。",
        1,
        question="専任者がいないときは？",
        question_no=1,
    ),
    Passage("id4", "meeting", "m.yaml", "三年保管します。\ud800", 2, question="保管期間は？", question_no=2),
]


def build(data_dir: Path, passages: list[Passage], embedder: HashedEmbedder | None = EMBEDDER) -> str:
    return build_index(data_dir, SOURCES, passages, embedder)


def test_what_goes_in_comes_out(tmp_path: Path) -> None:
    assert build(tmp_path, PASSAGES) == "gen-000001"
    index = open_index(tmp_path, EMBEDDER.name)
    assert len(index) == 5
    assert index.passages(range(5)) == PASSAGES
    assert index.passages([4, 0, 4]) == [PASSAGES[4], PASSAGES[0], PASSAGES[4]]
    assert index.passage(2) == PASSAGES[2]
    assert index.sources() == SOURCES
    assert index.source("a").title == "資料A"
    assert index.rows_for_items([95, 7]) == [2]
    assert index.rows_for_qa("meeting", 1) == [2, 3]
    assert index.item_nos() == {94, 95, 96}
    assert index.manifest.qas == 2
    with pytest.raises(YorozuError, match="資料 x "):
        index.source("x")
    with pytest.raises(KeyError):
        index.passage(5)


def test_words_of_text_question_heading_and_columns_are_found(tmp_path: Path) -> None:
    build(tmp_path, PASSAGES, None)
    index = open_index(tmp_path, None)
    assert np.flatnonzero(index.lexical("words", ["規程"])).tolist() == [0]
    assert np.flatnonzero(index.lexical("words", ["専任"])).tolist() == [2, 3]
    assert np.flatnonzero(index.lexical("words", ["区分"])).tolist() == [1]
    assert np.flatnonzero(index.lexical("concepts", ["=ひな形"])).tolist() == [2]  # written 雛形
    assert np.flatnonzero(index.lexical("chars", ["契約"])).tolist() == [1]
    assert index.df("専任") == 2
    assert index.idf("契約") > index.idf("専任")


def test_vectors(tmp_path: Path) -> None:
    build(tmp_path, PASSAGES)
    index = open_index(tmp_path, EMBEDDER.name)
    question = EMBEDDER.query("専任者がいないときは？")
    rows, cosines = index.nearest("question", question, 10)
    assert sorted(rows.tolist()) == [0, 2, 4]  # once a question or heading, not once a passage
    assert (rows[0], cosines[0]) == (2, pytest.approx(1, abs=1e-5))
    exact = index.cosines("question", question, [1, 2, 3, 4])
    assert np.isnan(exact[0])  # neither a question nor a heading
    assert exact[1] == exact[2] == pytest.approx(1, abs=1e-5)
    assert exact[3] == pytest.approx(cosines[rows == 4][0], abs=1e-5)
    rows, cosines = index.nearest("sentence", EMBEDDER.query("兼任でも構いません。"), 4)
    assert rows[0] == 3
    assert sorted(rows.tolist()) == [2, 3, 4]  # a row stands once, though the first also has a reference
    query = EMBEDDER.query("まったく別の文")
    every = index.cosines("text", query, range(5))
    assert index.statistics("text", query) == pytest.approx((every.mean(), every.std()), abs=1e-6)
    rows, cosines = index.nearest("text", query, 3)
    assert rows.tolist() == np.argsort(-every)[:3].tolist()
    assert cosines == pytest.approx(np.sort(every)[::-1][:3], abs=1e-5)


@pytest.mark.model
def test_the_real_embedder_finds_the_paraphrase(tmp_path: Path, embedder: HashedEmbedder) -> None:
    build(tmp_path, PASSAGES, embedder)
    index = open_index(tmp_path, embedder.name)
    rows, _ = index.nearest("text", embedder.query("取引先とどのような契約を交わせばよいですか"), 1)
    assert rows.tolist() == [1]


@pytest.mark.parametrize("embedder", [None, EMBEDDER])
def test_an_index_of_nothing_opens_and_finds_nothing(tmp_path: Path, embedder: HashedEmbedder | None) -> None:
    build(tmp_path, [], embedder)
    index = open_index(tmp_path, embedder.name if embedder else None)
    assert len(index) == 0
    assert index.lexical("chars", ["規"]).tolist() == []
    if embedder:
        assert index.nearest("text", embedder.query("規程"), 5)[0].tolist() == []
        assert index.statistics("question", embedder.query("規程")) == (0.0, 0.0)


def test_unchanged_texts_are_not_embedded_again(tmp_path: Path) -> None:
    embedder = HashedEmbedder()
    build(tmp_path, PASSAGES, embedder)
    embedder.embedded.clear()
    build(tmp_path, [*PASSAGES, passage(9, "新しい一節")], embedder)
    assert embedder.embedded == ["新しい一節"]


def test_vectors_that_no_kept_generation_uses_are_forgotten(tmp_path: Path) -> None:
    embedder = HashedEmbedder()
    for text in ("一つ目", "二つ目", "三つ目"):
        build(tmp_path, [passage(0, text)], embedder)
    embedder.embedded.clear()
    build(tmp_path, [passage(0, "二つ目"), passage(1, "一つ目")], embedder)
    assert embedder.embedded == ["一つ目"]


def test_missing_and_mismatching(tmp_path: Path) -> None:
    with pytest.raises(YorozuError) as missing:
        open_index(tmp_path, None)
    assert missing.value.code is ErrorCode.INDEX_MISSING
    build(tmp_path, PASSAGES)
    with pytest.raises(YorozuError, match="yorozu ingest") as mismatch:
        open_index(tmp_path, "other@2")
    assert mismatch.value.detail == {"index": "hashed@1", "configured": "other@2"}
    assert len(open_index(tmp_path, None)) == 5  # words alone work with any index


def test_the_last_two_generations_are_kept_and_one_can_go_back(tmp_path: Path) -> None:
    with pytest.raises(YorozuError) as nothing:
        rollback(tmp_path)
    assert nothing.value.code is ErrorCode.GENERATION_MISSING
    for number in range(3):
        build(tmp_path, PASSAGES[: number + 1], None)
    assert layout.generations(tmp_path) == ["gen-000002", "gen-000003"]
    assert rollback(tmp_path) == "gen-000002"
    assert len(open_index(tmp_path, None)) == 2
    with pytest.raises(YorozuError):
        rollback(tmp_path)
    assert build(tmp_path, PASSAGES, None) == "gen-000004"
    assert layout.generations(tmp_path) == ["gen-000002", "gen-000004"]


def test_leftovers_of_killed_writers_are_cleared(tmp_path: Path) -> None:
    build(tmp_path, PASSAGES, None)
    for name in ("building-999999", "removed-7"):
        (tmp_path / "index" / name).mkdir()
        (tmp_path / "index" / name / "x").write_text("x")
    (tmp_path / "index" / "CURRENT.999999").write_text("gen-00")
    build(tmp_path, PASSAGES, None)
    names = sorted(path.name for path in (tmp_path / "index").iterdir())
    assert names == ["CURRENT", "LOCK", "gen-000001", "gen-000002"]


class LostEmbedder(HashedEmbedder):
    def passages(self, texts: Sequence[str]) -> Vectors:
        raise OSError(f"{len(texts)} texts, and the model's file is gone")


class LostWordsError(Exception):
    pass


def test_a_build_that_fails_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    build(tmp_path, PASSAGES)
    with pytest.raises(YorozuError) as caught:
        build(tmp_path, PASSAGES, LostEmbedder("lost@1"))
    assert caught.value.code is ErrorCode.MODEL_UNAVAILABLE

    def lost(_: str) -> list[str]:
        raise LostWordsError

    monkeypatch.setattr(lexical_fields, "grams", lost)  # in the thread beside the embedding
    with pytest.raises(LostWordsError):
        build(tmp_path, PASSAGES)
    assert {path.name for path in layout.index_folder(tmp_path).iterdir()} <= {
        "CURRENT",
        "LOCK",
        "gen-000001",
    }
    assert len(open_index(tmp_path, EMBEDDER.name)) == 5


def test_a_second_writer_is_told_who_is_at_work(tmp_path: Path) -> None:
    code = (
        "import sys\nfrom pathlib import Path\nfrom ingest.index.lock import writer_lock\n"
        "with writer_lock(Path(sys.argv[1])):\n    print('held', flush=True)\n    sys.stdin.read()\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code, str(tmp_path)], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == b"held\n"
        writers = [
            partial(build, tmp_path, PASSAGES, None),
            partial(rollback, tmp_path),
        ]
        for write in writers:
            with pytest.raises(YorozuError) as locked:
                write()
            assert locked.value.code is ErrorCode.INDEX_LOCKED
            assert locked.value.detail == {"pid": str(other.pid)}
        other.kill()
    assert build(tmp_path, PASSAGES, None) == "gen-000001"


def test_the_lock_holds_within_one_process_too(tmp_path: Path) -> None:
    with writer_lock(tmp_path), pytest.raises(YorozuError) as locked, writer_lock(tmp_path):
        pass
    assert locked.value.detail == {"pid": str(os.getpid())}


def test_a_data_dir_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(YorozuError) as refused:
        build(tmp_path / "file", PASSAGES, None)
    assert refused.value.code is ErrorCode.DATA_DIR_UNWRITABLE


@pytest.fixture(scope="module")
def two_generations(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder to copy: building it takes longer than harming it."""
    folder = tmp_path_factory.mktemp("two")
    build(folder, PASSAGES)
    build(folder, PASSAGES[:4])
    return folder


@pytest.mark.parametrize(
    "name",
    [
        "manifest.json",
        "passages.sqlite",
        "chroma/chroma.sqlite3",
        "lexical/words/rows.npy",
        "lexical/chars/keys.npy",
        "vectors/text/matrix.npy",
    ],
)
@pytest.mark.parametrize("harm", ["truncate", "delete"])
def test_damage_is_named_and_the_next_build_recovers(
    tmp_path: Path, two_generations: Path, name: str, harm: str
) -> None:
    shutil.copytree(two_generations, tmp_path, dirs_exist_ok=True)
    path = tmp_path / "index" / "gen-000002" / name
    if harm == "delete":
        path.unlink()
    else:
        os.truncate(path, path.stat().st_size // 2)
    with pytest.raises(YorozuError, match="yorozu rollback") as damage:
        open_index(tmp_path, EMBEDDER.name)
    assert damage.value.code is ErrorCode.INDEX_DAMAGED
    assert name in damage.value.detail["reason"]
    assert build(tmp_path, PASSAGES) == "gen-000003"
    assert len(open_index(tmp_path, EMBEDDER.name)) == 5
    assert rollback(tmp_path) == "gen-000001"  # not the damaged one


def test_flipped_bytes_are_noticed(tmp_path: Path) -> None:
    build(tmp_path, PASSAGES)
    path = tmp_path / "index" / "gen-000001" / "passages.sqlite"
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 0xFF
    path.write_bytes(data)
    with pytest.raises(YorozuError) as damage:
        open_index(tmp_path, EMBEDDER.name)
    assert damage.value.code is ErrorCode.INDEX_DAMAGED


def test_senseless_current_and_foreign_format_are_damage(tmp_path: Path) -> None:
    build(tmp_path, PASSAGES, None)
    manifest = tmp_path / "index" / "gen-000001" / "manifest.json"
    manifest.write_text(manifest.read_text().replace(f'"format": {INDEX_FORMAT}', '"format": 99'))
    with pytest.raises(YorozuError, match="99"):
        open_index(tmp_path, None)
    (tmp_path / "index" / "CURRENT").write_text("../../etc\n")
    with pytest.raises(YorozuError, match="CURRENT"):
        open_index(tmp_path, None)


def test_a_damaged_embedding_cache_is_made_anew(tmp_path: Path) -> None:
    build(tmp_path, PASSAGES)
    (tmp_path / "embeddings.sqlite").write_bytes(b"no database" * 1000)
    assert build(tmp_path, PASSAGES) == "gen-000002"


def test_a_holder_sees_what_another_process_built(tmp_path: Path) -> None:
    build(tmp_path, PASSAGES[:1], None)
    holder = IndexHolder(tmp_path, None)
    old = holder.current()
    assert holder.current() is old
    code = (
        "import sys\nfrom pathlib import Path\nfrom ingest.index.build import build_index\n"
        "from ingest.models import Passage\n"
        "build_index(Path(sys.argv[1]), [], [Passage(str(i), 's', 'f', '文', i) for i in range(3)], None)\n"
    )
    subprocess.run([sys.executable, "-c", code, str(tmp_path)], cwd=ROOT, check=True)
    new = holder.current()
    assert (new.generation, len(new)) == ("gen-000002", 3)
    assert old.passage(0) == PASSAGES[0]  # a request in flight goes on with the old one
    rollback(tmp_path)
    assert holder.current().generation == "gen-000001"


def test_readers_never_meet_half_a_generation(tmp_path: Path) -> None:
    build(tmp_path, PASSAGES[:1], None)
    holder, seen, stop = IndexHolder(tmp_path, None), set(), threading.Event()
    faults: list[BaseException] = []

    def read() -> None:
        while not stop.is_set():
            try:
                index = holder.current()
                size = len(index)
                assert len(index.passages(range(size))) == len(index.lexical("words", ["規程"])) == size
                seen.add((index.generation, size))
            except (AssertionError, KeyError, YorozuError) as error:
                faults.append(error)
                return

    threads = [threading.Thread(target=read) for _ in range(4)]
    for thread in threads:
        thread.start()
    for number in range(2, 6):
        build(tmp_path, PASSAGES[:number], None)
    stop.set()
    for thread in threads:
        thread.join()
    assert faults == []
    assert seen <= {(f"gen-{number:06d}", number) for number in range(1, 6)}
    assert len(holder.current()) == 5


def test_threads_read_vectors_at_once(tmp_path: Path) -> None:
    build(tmp_path, PASSAGES)
    index = open_index(tmp_path, EMBEDDER.name)
    query = EMBEDDER.query("契約")
    expected = index.cosines("text", query, range(5))
    results: list[bool] = []

    def ask() -> None:
        rows, cosines = index.nearest("text", query, 5)
        results.append(bool(np.allclose(expected[rows], cosines, atol=1e-5)))

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert results == [True] * 8
