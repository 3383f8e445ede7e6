"""Several reading processes at once: every file gets its own answer, and none waits for another's limit."""

from pathlib import Path

import pytest

from ingest.errors import ErrorCode, YorozuError
from ingest.models import FileContent
from ingest.readers.parallel import read_each

READERS = """
import os, time
from pathlib import Path
from ingest.errors import ErrorCode, YorozuError
from ingest.models import Block, FileContent

def read(path: Path) -> FileContent:
    word = path.name
    if word == "sleep":
        time.sleep(60)
    if word == "slow":
        time.sleep(0.5)
    if word == "crash":
        os._exit(3)
    if word == "named":
        raise YorozuError(ErrorCode.FILE_TOO_LARGE, limit_mb=7)
    return FileContent(blocks=(Block("paragraph", word),), title=str(os.getpid()))
"""


@pytest.fixture(autouse=True)
def sample_readers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "parallel_readers.py").write_text(READERS, encoding="utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))


def outcomes(words: list[str], readers: int, seconds: float = 20.0) -> list[FileContent | YorozuError]:
    paths = [Path(word) for word in words]
    found = dict(read_each(paths, seconds, readers=readers, reader="parallel_readers:read"))
    return [found[number] for number in range(len(words))]


def said(outcome: FileContent | YorozuError) -> str:
    return outcome.code.value if isinstance(outcome, YorozuError) else outcome.blocks[0].text


@pytest.mark.parametrize("readers", [1, 3])
def test_each_file_gets_its_own_answer_however_many_read(readers: int) -> None:
    words = ["slow", "a", "crash", "b", "named", "c", "crash", "d"]
    expected = ["slow", "a", "file_damaged", "b", "file_too_large", "c", "file_damaged", "d"]
    assert [said(outcome) for outcome in outcomes(words, readers)] == expected


def test_files_are_read_in_different_processes_at_a_time() -> None:
    found = outcomes(["slow", "slow"], 2)
    assert len({outcome.title for outcome in found if isinstance(outcome, FileContent)}) == 2


def test_a_file_that_hangs_holds_up_no_other() -> None:
    paths = [Path(word) for word in ("sleep", "a", "b", "c")]
    found = list(read_each(paths, 1.5, readers=2, reader="parallel_readers:read"))
    assert [(number, said(outcome)) for number, outcome in found] == [
        (1, "a"),
        (2, "b"),
        (3, "c"),
        (0, ErrorCode.FILE_TIMEOUT.value),
    ]


def test_no_file_needs_no_process() -> None:
    assert list(read_each([], 1.0, reader="no.such:module")) == []


def test_a_reader_that_cannot_be_imported_is_the_programs_fault() -> None:
    with pytest.raises(RuntimeError, match="no_such"):
        list(read_each([Path("a")], 1.0, reader="ingest.no_such_module:read"))
