"""Real files: facts that a person reads off the pages."""

import time
from pathlib import Path

import pytest
from pypdf import PdfReader

from ingest.errors import ErrorCode, YorozuError
from ingest.models import Block, FileContent
from ingest.readers.pdf import read_pdf
from ingest.text.normalise import fold


def unfound(content: FileContent) -> list[Block]:
    folded = [fold(page) for page in content.pages]
    return [
        block
        for block in content.blocks
        if block.page is None or fold(block.text) not in folded[block.page - 1]
    ]


def headings(content: FileContent) -> list[str]:
    return [block.text for block in content.blocks if block.kind == "heading"]


# Where a PDF holds no font of its own, the place of its letters follows from one of the machine's.
needs_font = pytest.mark.skipif(
    not any(
        "cjk" in path.name.lower() or "gothic" in path.name.lower() or "mincho" in path.name.lower()
        for folder in (
            "/usr/share/fonts",
            "/usr/local/share/fonts",
            "/Library/Fonts",
            "/System/Library/Fonts",
        )
        for path in Path(folder).rglob("*")
    ),
    reason="no Japanese font on this machine (Debian: fonts-noto-cjk)",
)


@pytest.fixture(scope="module")
def guideline() -> FileContent:
    path = Path(__file__).resolve().parents[4] / "shared/samples/pdf/meti_cloudsec2013fy.pdf"
    if not path.is_file():
        pytest.skip("the folder of real samples is not here")
    return read_pdf(path)


@pytest.mark.slow
def test_every_block_stands_on_its_page(guideline: FileContent) -> None:
    assert len(guideline.pages) == 107
    assert not guideline.problems
    assert len(guideline.blocks) > 1500
    assert unfound(guideline) == []


@pytest.mark.slow
def test_every_block_stands_in_what_pypdf_alone_gives(guideline: FileContent, shared: Path) -> None:
    reader = PdfReader(shared / "samples/pdf/meti_cloudsec2013fy.pdf")
    plain = [fold(page.extract_text()) for page in reader.pages]
    assert [b for b in guideline.blocks if fold(b.text) not in plain[(b.page or 0) - 1]] == []


@pytest.mark.slow
def test_printed_page_numbers(guideline: FileContent) -> None:
    labels = guideline.page_labels
    assert labels[:8] == (None, "(1)", "(2)", "(3)", "(4)", "(5)", "(6)", "1")
    assert (labels[29], labels[106]) == ("23", "100")


@pytest.mark.slow
def test_headings_and_their_levels(guideline: FileContent) -> None:
    found = {block.text: block.level for block in guideline.blocks if block.kind == "heading"}
    for text in (
        "1 適用範囲",
        "15 順守",
        "6.1 内部組織",
        "6.1.3 情報セキュリティ責任の割当て",
        "3.2 可用性 （availability）",
    ):
        assert text in found
    assert found["15 順守"] < found["6.1 内部組織"] < found["6.2.2 顧客対応におけるセキュリティ"]
    assert found["6.2.2 顧客対応におけるセキュリティ"] < found["クラウド利用者のための実施の手引"]
    assert guideline.title == "クラウドサービス利用のための情報セキュリティマネジメントガイドライン"


@pytest.mark.slow
def test_contents_pages_and_page_numbers_leave_no_blocks(guideline: FileContent) -> None:
    assert not [b for b in guideline.blocks if "....." in b.text or b.text.strip("()").isdecimal()]
    assert sum(1 for text in headings(guideline) if text == "1 適用範囲") == 1


@pytest.mark.slow
def test_paragraphs_are_whole(guideline: FileContent) -> None:
    text = next(
        b.text for b in guideline.blocks if b.page == 30 and b.text.startswith("b) クラウド事業者は，他の")
    )
    assert text.endswith("提供している場合があり，責任分界が曖昧である恐れがある。")


@pytest.mark.slow
def test_matrix_rows_carry_their_column_names(guideline: FileContent) -> None:
    rows = [b for b in guideline.blocks if b.page == 100 and b.kind == "table_row"]
    row = next(b for b in rows if b.text == "ログ閲覧 － ● － －")
    assert row.columns == ("一般ユーザ", "ユーザ管理者", "運用担当者", "開発技術者")


def test_encrypted_table_file(shared: Path) -> None:
    content = read_pdf(shared / "samples/pdf/20210830_2.pdf")
    assert unfound(content) == []
    assert content.page_labels == ("1", "2", "3", "4")
    row = next(b for b in content.blocks if b.text.startswith("(4) 取引モニタリングの共同システムの実用化"))
    assert (row.page, row.kind) == (2, "table_row")
    assert row.text.endswith("令和 6 年春 金融庁")
    row = next(b for b in content.blocks if b.text.startswith("(4) 税関の対応強化"))
    assert row.columns == ("項目", "行動内容", "期限", "担当府省庁等")
    assert len([h for h in headings(content) if h[0] in "１２３４５６"]) == 6


def test_questions_stand_once_and_radicals_are_gone(shared: Path) -> None:
    content = read_pdf(shared / "samples/pdf/qa_futankeigen.pdf")
    assert unfound(content) == []
    questions = [b.text for b in content.blocks if b.text.startswith("問")]
    assert len(questions) == 21
    assert "問１．適用対象者を教えてください。" in questions
    assert sum(1 for b in content.blocks if b.text.startswith("（答）")) == 21
    assert not [c for page in content.pages for c in page if "\u2f00" <= c <= "\u2fdf"]


@needs_font
def test_table_with_vertical_headings(shared: Path) -> None:
    content = read_pdf(shared / "samples/pdf/meti_esecu03j.pdf")
    assert unfound(content) == []
    texts = [b.text for b in content.blocks if b.page == 6]
    assert "（６）室は、専用とすること。 －○－○☆－" in texts
    assert "一 主旨" in headings(content)


EXPECTED = {
    "issue-1113-evil-xobjects.pdf": "Hello world",
    "issue15590.pdf": ErrorCode.FILE_NO_TEXT,
    "jo.pdf": "ひとつの青い照明です",
    "noembed-eucjp.pdf": "あいうえお",
    "poppler-742-0-fuzzed.pdf": ErrorCode.FILE_DAMAGED,
    "pr6531_1.pdf": ErrorCode.FILE_ENCRYPTED,
    "r6-empty-password.pdf": "pdf encryption test",
    "vertical.pdf": "日本語",
}


@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=needs_font if name == "jo.pdf" else ()) for name in sorted(EXPECTED)]
)
def test_broken_files_end_in_text_or_a_named_reason(shared: Path, name: str) -> None:
    started = time.monotonic()
    expected = EXPECTED[name]
    if isinstance(expected, ErrorCode):
        with pytest.raises(YorozuError) as caught:
            read_pdf(shared / "samples/broken" / name)
        assert caught.value.code is expected
    else:
        content = read_pdf(shared / "samples/broken" / name)
        assert expected in "".join(b.text for b in content.blocks)
        assert unfound(content) == []
    assert time.monotonic() - started < 10
