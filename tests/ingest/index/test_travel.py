import json
import threading
import time
from pathlib import Path

import pytest

from app.answering.retrieve import Retriever
from app.following import Following
from ingest.errors import ErrorCode, YorozuError
from ingest.index.build import build_index
from ingest.index.layout import current_generation, generations, index_folder
from ingest.index.reader import IndexHolder, open_index, rollback
from ingest.index.travel import export_generation, import_generation, is_current
from ingest.models import Passage, Source
from ingest.text.words import Tokenizer
from tests.fakes.hashed_embedder import HashedEmbedder

EMBEDDER = HashedEmbedder()


def _build(data_dir: Path, count: int) -> str:
    passages = [
        Passage(
            f"p{n}", "m", "f", f"{count}件のうち手順{n}です。", n, question=f"手順{n}は？", question_no=n + 1
        )
        for n in range(count)
    ]
    return build_index(data_dir, [Source("m", "相談会", kind="consultation")], passages, EMBEDDER)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    _build(tmp_path / "home", 3)
    return tmp_path / "home"


def test_what_arrives_answers_as_what_was_sent(home: Path, tmp_path: Path) -> None:
    shared, away = tmp_path / "shared", tmp_path / "away"
    here = open_index(home, EMBEDDER.name)
    here.vector_counts()  # opens Chroma, which writes into its files
    assert export_generation(home, shared) == "gen-000001"
    assert import_generation(shared, away) == "gen-000001"
    there = open_index(away, EMBEDDER.name)
    assert there.vector_counts() == here.vector_counts()
    retriever = Retriever(Tokenizer(), EMBEDDER)
    sent, arrived = (retriever.search(index, "手順2は？", (), 3).candidates for index in (here, there))
    assert [(c.row, c.score) for c in sent] == [(c.row, c.score) for c in arrived]
    assert import_generation(shared, away) is None
    assert is_current(shared, away)


def test_sent_twice_it_is_there_once_and_two_stay(home: Path, tmp_path: Path) -> None:
    shared = tmp_path / "shared"
    export_generation(home, shared)
    export_generation(home, shared)
    assert generations(shared) == ["gen-000001"]
    for count in (4, 5):
        _build(home, count)
        export_generation(home, shared)
    assert generations(shared) == ["gen-000002", "gen-000003"]


def test_a_rollback_travels_too(home: Path, tmp_path: Path) -> None:
    shared, away = tmp_path / "shared", tmp_path / "away"
    export_generation(home, shared)
    import_generation(shared, away)
    _build(home, 4)
    export_generation(home, shared)
    import_generation(shared, away)
    rollback(home)
    assert export_generation(home, shared) == "gen-000001"
    assert import_generation(shared, away) == "gen-000001"
    assert len(open_index(away, EMBEDDER.name)) == 3


def test_another_generation_of_the_same_name_is_another_one(home: Path, tmp_path: Path) -> None:
    shared, away = tmp_path / "shared", tmp_path / "away"
    _build(away, 7)
    export_generation(home, shared)
    assert import_generation(shared, away) == "gen-000002"
    assert len(open_index(away, EMBEDDER.name)) == 3


@pytest.mark.parametrize("harm", ["changed", "cut", "missing", "no_hashes", "outside", "nonsense"])
def test_what_is_not_what_was_sent_is_refused(home: Path, tmp_path: Path, harm: str) -> None:
    shared, away = tmp_path / "shared", tmp_path / "away"
    _build(away, 2)
    export_generation(home, shared)
    folder = index_folder(shared) / "gen-000001"
    victim, hashes = folder / "chroma" / "chroma.sqlite3", folder / "transfer.json"
    given = victim.read_bytes()
    if harm == "changed":
        victim.write_bytes(given[:-1] + bytes([given[-1] ^ 1]))
    elif harm == "cut":
        victim.write_bytes(given[: len(given) // 2])
    elif harm == "missing":
        victim.unlink()
    elif harm == "no_hashes":
        hashes.unlink()
    elif harm == "outside":
        hashes.write_text(json.dumps({"../../evil": "0"}))
    else:
        hashes.write_text('["a"]')
    with pytest.raises(YorozuError) as caught:
        import_generation(shared, away)
    assert caught.value.code is ErrorCode.GENERATION_DAMAGED
    assert len(open_index(away, EMBEDDER.name)) == 2  # what answers goes on answering
    assert not [path for path in index_folder(away).iterdir() if path.name.startswith("building-")]
    assert not (tmp_path / "away" / "evil").exists()


def test_without_a_generation_there_is_nothing_to_take(tmp_path: Path) -> None:
    with pytest.raises(YorozuError) as caught:
        import_generation(tmp_path / "shared", tmp_path / "away")
    assert caught.value.code is ErrorCode.INDEX_MISSING
    assert is_current(tmp_path / "shared", tmp_path / "away")


class _Reader(threading.Thread):
    """Searches one replica without a pause, and notes what was of two generations."""

    def __init__(self, replica: Path, stop: threading.Event) -> None:
        super().__init__()
        self._replica, self._until = replica, stop
        self.seen: set[int] = set()
        self.wrong: list[str] = []

    def run(self) -> None:
        holder, retriever = IndexHolder(self._replica, EMBEDDER.name), Retriever(Tokenizer(), EMBEDDER)
        while not self._until.is_set():
            index = holder.current()
            found = retriever.search(index, "手順1は？", (), 3).candidates
            if {c.passage.text.partition("件")[0] for c in found} != {str(len(index))}:
                self.wrong.append(index.generation)
            self.seen.add(len(index))


def test_replicas_follow_and_no_answer_is_of_two_generations(home: Path, tmp_path: Path) -> None:
    """Two follow at their own pace while readers search without a pause."""
    shared, replicas, stop = tmp_path / "shared", [tmp_path / "a", tmp_path / "b"], threading.Event()
    export_generation(home, shared)
    following = [Following(shared, replica, 0.02 + n / 20) for n, replica in enumerate(replicas)]
    for one in following:
        one.start()
    while any(current_generation(replica) is None for replica in replicas):
        time.sleep(0.01)
    readers = [_Reader(replica, stop) for replica in replicas]
    for reader in readers:
        reader.start()
    for count in range(4, 8):
        _build(home, count)
        export_generation(home, shared)
        time.sleep(0.15)
    until = time.monotonic() + 20
    while not all(7 in reader.seen for reader in readers) and time.monotonic() < until:
        time.sleep(0.02)
    stop.set()
    for thread in readers:
        thread.join()
    for one in following:
        one.stop()
    assert [reader.wrong for reader in readers] == [[], []]
    assert all({3, 7} <= reader.seen for reader in readers)
