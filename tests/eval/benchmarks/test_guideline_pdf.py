from pathlib import Path

from eval.benchmarks.guideline_pdf import PAGES_PER_FILE, page_text, write_guidelines
from ingest.index.reader import open_index
from ingest.pipeline import ingest
from ingest.settings import Settings


def test_the_same_pages_are_the_same_bytes(tmp_path: Path) -> None:
    folders = [tmp_path / name for name in ("a", "b")]
    for folder in folders:
        folder.mkdir()
    first, again = ([path.read_bytes() for path in write_guidelines(f, 3)] for f in folders)
    assert first == again


def test_pages_go_into_files_of_a_guidelines_size(tmp_path: Path) -> None:
    from pypdf import PdfReader

    files = write_guidelines(tmp_path, PAGES_PER_FILE + 1)
    assert [path.name for path in files] == ["guideline-001.pdf", "guideline-002.pdf"]
    assert [len(PdfReader(path).pages) for path in files] == [PAGES_PER_FILE, 1]


def test_no_two_pages_share_a_sentence() -> None:
    sentences = [sentence for page in range(1000) for sentence in page_text(page)[1]]
    assert len(sentences) == 15_000
    assert len(set(sentences)) == len(sentences)
    without_numbers = {sentence.partition("）")[2] for sentence in sentences}
    assert len(without_numbers) > 3_000


def test_our_reader_reads_every_sentence_back(tmp_path: Path) -> None:
    (tmp_path / "corpus").mkdir()
    write_guidelines(tmp_path / "corpus", 2)
    settings = Settings(corpus=tmp_path / "corpus", data_dir=tmp_path / "var")
    report = ingest(settings, embedder=None)
    assert (report.files, report.failed, report.warnings) == (1, 0, [])
    index = open_index(settings.data_dir, None)
    passages = index.passages(list(range(len(index))))
    for page in range(2):
        text = "".join("".join(p.text for p in passages if p.page == page + 1).split())
        heading, sentences = page_text(page)
        assert "".join(heading.split()) in text
        assert [s for s in sentences if s not in text] == []
