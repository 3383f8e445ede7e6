"""Real files from the reader to the passages: every quote stands on the page that it names."""

from pathlib import Path

import pytest
from pypdf import PdfReader

from ingest.chunks import MAX_TOKENS
from ingest.models import FileContent, Passage, Source
from ingest.passages import split_file
from ingest.readers.registry import read_file
from ingest.text.normalise import fold
from ingest.text.sentences import split_sentences

PDF = Path(__file__).resolve().parents[3] / "shared/samples/pdf"


def _tokens(text: str) -> int:
    return len(text) - text.count("\n")  # lengths add up when lines are joined


def _read(name: str) -> tuple[FileContent, list[Passage]]:
    if not (PDF / name).is_file():
        pytest.skip("the folder of real samples is not here")
    content = read_file(PDF / name)
    return content, split_file(content, Source("sample", name), name, _tokens)


@pytest.fixture(scope="module")
def guideline() -> tuple[FileContent, list[Passage]]:
    return _read("meti_cloudsec2013fy.pdf")


@pytest.fixture(scope="module")
def questions() -> tuple[FileContent, list[Passage]]:
    return _read("qa_futankeigen.pdf")


def _unfound(passages: list[Passage], pages: list[str]) -> list[tuple[int | None, str]]:
    """Passages that do not stand on their pages, the text of the pages run together."""
    folded = [fold(page) for page in pages]
    return [
        (p.page, p.text)
        for p in passages
        if p.page is None or fold(p.text) not in "".join(folded[p.page - 1 : p.page_end])
    ]


@pytest.mark.slow
def test_every_passage_of_a_guideline_stands_on_its_page(
    guideline: tuple[FileContent, list[Passage]],
) -> None:
    content, passages = guideline
    assert len(content.pages) == 107
    assert len(passages) > 400
    assert {p.page for p in passages if p.page != p.page_end} == set()
    assert _unfound(passages, list(content.pages)) == []


@pytest.mark.slow
def test_also_in_what_pypdf_alone_gives(guideline: tuple[FileContent, list[Passage]]) -> None:
    reader = PdfReader(PDF / "meti_cloudsec2013fy.pdf")
    assert _unfound(guideline[1], [page.extract_text() for page in reader.pages]) == []


@pytest.mark.slow
def test_a_guideline_is_cut_to_size_and_named(guideline: tuple[FileContent, list[Passage]]) -> None:
    _, passages = guideline
    too_long = [p.text for p in passages if _tokens(p.text) > MAX_TOKENS and len(split_sentences(p.text)) > 1]
    assert too_long == []
    assert {(p.page_label, p.page) for p in passages if p.page in {8, 30}} == {("1", 8), ("23", 30)}
    assert len({p.id for p in passages}) == len(passages)
    bodies = [p for p in passages if (p.page or 0) > 10]
    assert sum(bool(p.heading) for p in bodies) / len(bodies) > 0.95


def test_each_answer_of_a_q_and_a_document_stands_on_its_pages(
    questions: tuple[FileContent, list[Passage]],
) -> None:
    content, passages = questions
    answers = [p for p in passages if p.question_no is not None]
    # A number may come again in the next chapter, so the question tells them apart.
    assert len({(p.question_no, p.question) for p in answers}) == 21
    assert _unfound(passages, list(content.pages)) == []
    assert all(p.page_end in {p.page, (p.page or 0) + 1} for p in answers)
