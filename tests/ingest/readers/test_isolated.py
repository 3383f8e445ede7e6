"""The worker process: time limit, crash, memory, named reasons; it is used again and replaced when lost."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from ingest.errors import ErrorCode, YorozuError
from ingest.readers.confine import MOST_FILES
from ingest.readers.isolated import IsolatedReader

READERS = """
import os, sys, time, warnings, logging
from pathlib import Path
from ingest.errors import ErrorCode, YorozuError
from ingest.models import Block, FileContent

def read(path: Path) -> FileContent:
    word = path.name
    if word == "sleep":
        time.sleep(60)
    if word == "crash":
        os._exit(3)
    if word == "abort":
        os.abort()
    if word == "named":
        raise YorozuError(ErrorCode.FILE_TOO_LARGE, limit_mb=7)
    if word == "surprise":
        raise ZeroDivisionError("not for the user")
    if word == "memory":
        return FileContent(title=str(len(bytearray(3 * 1024**3))))
    if word == "noise":
        warnings.warn("loud", stacklevel=1)
        logging.getLogger("pypdf").warning("louder")
        print("loudest", file=sys.stderr)
    if word == "hosts":
        import socket
        socket.create_connection(("127.0.0.1", int(os.environ["OPEN_PORT"])), 1)
    if word == "native_hosts":
        import ctypes
        libc = ctypes.CDLL(None)
        made = libc.socket(2, 1, 0)
        port = int(os.environ["OPEN_PORT"])
        address = bytes([2, 0, *port.to_bytes(2, "big"), 127, 0, 0, 1]) + bytes(8)
        return FileContent(title=str(libc.connect(made, address, 16)))
    if word == "program":
        os.system("true")
    if word == "write":
        Path(os.environ["WRITE_TO"]).write_text("x")
    if word == "limits":
        import resource
        names = ("RLIMIT_CORE", "RLIMIT_FSIZE", "RLIMIT_NOFILE", "RLIMIT_AS")
        return FileContent(title=",".join(str(resource.getrlimit(getattr(resource, n))[0]) for n in names))
    if word == "spin":
        import signal
        signal.signal(signal.SIGXCPU, signal.SIG_DFL)
        while True:
            pass
    if word == "modules":
        return FileContent(title=",".join(m for m in ("torch", "chromadb") if m in sys.modules))
    return FileContent(blocks=(Block("paragraph", f"本文 {word}", page=1),), title=str(os.getpid()))
"""


@pytest.fixture
def reader(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[IsolatedReader]:
    (tmp_path / "sample_readers.py").write_text(READERS, encoding="utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))
    with IsolatedReader(seconds=1.5, memory_bytes=1024**3, reader="sample_readers:read") as found:
        yield found


def reason(reader: IsolatedReader, word: str) -> YorozuError:
    with pytest.raises(YorozuError) as caught:
        reader.read(Path(word))
    return caught.value


def test_content_comes_back_from_one_other_process_for_all_files(reader: IsolatedReader) -> None:
    first, second = reader.read(Path("a")), reader.read(Path("b"))
    assert first.blocks[0].text == "本文 a"
    assert second.blocks[0].text == "本文 b"
    assert first.title == second.title != str(os.getpid())


def test_a_named_reason_keeps_its_code_and_detail(reader: IsolatedReader) -> None:
    error = reason(reader, "named")
    assert (error.code, error.detail) == (ErrorCode.FILE_TOO_LARGE, {"limit_mb": 7})
    assert "7 MB" in error.message


def test_any_other_failure_is_a_damaged_file_named_by_its_type(reader: IsolatedReader) -> None:
    error = reason(reader, "surprise")
    assert (error.code, error.detail) == (ErrorCode.FILE_DAMAGED, {"reason": "ZeroDivisionError"})


def test_a_file_that_hangs_is_given_up_and_the_next_one_is_read(reader: IsolatedReader) -> None:
    before = reader.read(Path("a")).title
    started = time.monotonic()
    error = reason(reader, "sleep")
    assert (error.code, error.detail) == (ErrorCode.FILE_TIMEOUT, {"seconds": 1.5})
    assert time.monotonic() - started < 5
    after = reader.read(Path("b"))
    assert after.blocks[0].text == "本文 b"
    assert after.title != before


@pytest.mark.parametrize("word", ["crash", "abort"])
def test_a_file_that_kills_the_worker_is_damaged_and_the_next_one_is_read(
    reader: IsolatedReader, word: str
) -> None:
    assert reason(reader, word).code is ErrorCode.FILE_DAMAGED
    assert reader.read(Path("b")).blocks[0].text == "本文 b"


def test_a_file_that_needs_too_much_memory_says_so(reader: IsolatedReader) -> None:
    error = reason(reader, "memory")
    assert error.code is ErrorCode.FILE_DAMAGED
    assert "1024 MB" in error.detail["reason"]
    assert reader.read(Path("b")).blocks[0].text == "本文 b"


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX")
def test_limits_hold_for_the_whole_process_and_leave_no_dump(reader: IsolatedReader) -> None:
    assert reader.read(Path("limits")).title == f"0,0,{MOST_FILES},{1024**3}"


@pytest.mark.parametrize("word", ["hosts", "program", "write"])
def test_a_file_that_reaches_out_reaches_nothing(
    reader: IsolatedReader, word: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A connection to an open port, a program, a written file: each is an error of that file alone."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        monkeypatch.setenv("OPEN_PORT", str(server.getsockname()[1]))
        monkeypatch.setenv("WRITE_TO", str(tmp_path / "written"))
        error = reason(reader, word)
        assert (error.code, error.detail) == (ErrorCode.FILE_DAMAGED, {"reason": "PermissionError"})
        server.settimeout(0.05)
        with pytest.raises(TimeoutError):
            server.accept()
    assert not (tmp_path / "written").exists()
    assert reader.read(Path("b")).blocks[0].text == "本文 b"


def _may_unshare() -> bool:
    tried = subprocess.run(["unshare", "-rn", "true"], capture_output=True, check=False)
    return tried.returncode == 0


@pytest.mark.skipif(not shutil.which("unshare") or not _may_unshare(), reason="no namespaces here")
def test_where_the_system_has_namespaces_native_code_has_no_network_either(
    reader: IsolatedReader, monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        monkeypatch.setenv("OPEN_PORT", str(server.getsockname()[1]))
        assert reader.read(Path("native_hosts")).title == "-1"


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX")
def test_a_worker_without_a_parent_does_not_compute_for_ever(reader: IsolatedReader) -> None:
    """The parent looks after 1.5 s; here nobody looks, and the system ends the worker."""
    reader.begin(Path("spin"))
    process = reader._process
    process.join(timeout=60)
    assert process.exitcode == -signal.SIGXCPU
    assert reason_of_end(reader).code in {ErrorCode.FILE_DAMAGED, ErrorCode.FILE_TIMEOUT}


def reason_of_end(reader: IsolatedReader) -> YorozuError:
    with pytest.raises(YorozuError) as caught:
        reader.end()
    return caught.value


def test_noise_of_the_libraries_stays_off_stderr(
    reader: IsolatedReader, capfd: pytest.CaptureFixture[str]
) -> None:
    reader.read(Path("noise"))
    reader.close()
    assert capfd.readouterr().err == ""


def test_the_worker_does_not_load_the_model_or_the_store(reader: IsolatedReader) -> None:
    assert reader.read(Path("modules")).title == ""


def test_a_reader_that_cannot_be_imported_is_the_programs_fault_not_the_files() -> None:
    with (
        IsolatedReader(reader="ingest.no_such_module:read") as missing,
        pytest.raises(RuntimeError, match="no_such"),
    ):
        missing.read(Path("a"))


def test_closing_twice_and_reading_again_works(reader: IsolatedReader) -> None:
    reader.read(Path("a"))
    reader.close()
    reader.close()
    assert reader.read(Path("b")).blocks[0].text == "本文 b"


def test_a_pdf_is_read_through_the_worker(tmp_path: Path) -> None:
    (tmp_path / "x.pdf").write_bytes(b"%PDF-1.4\nnothing more")
    with IsolatedReader(seconds=20, reader="ingest.readers.pdf:read_pdf") as worker:
        assert reason(worker, str(tmp_path / "x.pdf")).code is ErrorCode.FILE_DAMAGED
