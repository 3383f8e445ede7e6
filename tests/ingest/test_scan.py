import os
from pathlib import Path

import pytest

from ingest.errors import ErrorCode, YorozuError
from ingest.scan import scan


def put(folder: Path, *names: str) -> None:
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(name)


def names(corpus: Path, *paths: Path) -> list[str]:
    return [found.file for found in scan(corpus, paths or None)]


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    folder = tmp_path / "corpus"
    own = (
        "README.md",
        "sources.yaml",
        "documents/README.md",
        "documents/fetched.json",
        "documents/b.pdf.part",
    )
    hidden = (".git/config", "documents/.DS_Store", "documents/~$c.docx")
    put(folder, *own, *hidden, "documents/b.pdf", "documents/a/README.md", "consultations/m.yaml")
    return folder


def test_the_corpus_without_what_describes_it(corpus: Path) -> None:
    assert names(corpus) == ["consultations/m.yaml", "documents/a/README.md", "documents/b.pdf"]


def test_paths_inside_the_corpus_leave_it_whole(corpus: Path) -> None:
    assert names(corpus, corpus / "documents" / "b.pdf") == names(corpus)
    assert names(corpus, corpus / "documents" / ".." / "README.md") == ["README.md", *names(corpus)]


def test_paths_outside_stand_alone(corpus: Path, tmp_path: Path) -> None:
    put(tmp_path, "one/README.md", "one/sub/x.txt", "y.txt", "two/sub/x.txt")
    assert names(corpus, tmp_path / "one", tmp_path / "y.txt") == ["README.md", "sub/x.txt", "y.txt"]
    both = names(corpus, tmp_path / "one", tmp_path / "two", tmp_path / "two" / "sub")
    assert both[:2] == ["README.md", "sub/x.txt"] or "sub/x.txt" in both
    assert len(both) == len(set(both))
    assert names(tmp_path / "absent", tmp_path / "y.txt") == ["y.txt"]


def test_what_is_not_there_is_named(corpus: Path, tmp_path: Path) -> None:
    for wrong in ((tmp_path / "no", None), (corpus, [tmp_path / "no.pdf"])):
        with pytest.raises(YorozuError, match="no") as missing:
            scan(*wrong)
        assert missing.value.code is ErrorCode.CORPUS_MISSING


def test_pipes_and_dangling_links_are_passed_over(corpus: Path) -> None:
    before = names(corpus)
    os.mkfifo(corpus / "documents" / "pipe.txt")
    (corpus / "documents" / "link.txt").symlink_to(corpus / "nowhere")
    assert names(corpus) == before


def test_names_that_are_not_utf8_become_text(corpus: Path) -> None:
    Path(os.fsdecode(os.fsencode(corpus) + b"/documents/\xff.txt")).write_text("x")
    assert "documents/\ufffd.txt" in names(corpus)
