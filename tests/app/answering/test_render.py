import pytest

from app.answering.models import Caution, Citation, Missing, ReferenceLine, Related, Statement
from app.answering.render import answered_text, citation_of, missing_text, references_of
from ingest.models import Passage, Reference, Source

GUIDE = Source(
    "g",
    "対策の手引き",
    publisher="IPA",
    edition="第3.1版",
    url="https://example.org/g.pdf",
    published="2023-04",
)
MEETING = Source("m", "相談会 議題1", kind="consultation", publisher="事務局", as_of="2023")
PAGE = Passage("p", "g", "g.pdf", "床を拭く。", 0, page=60, page_end=61, page_label="54", heading=("第2部",))
QA = Passage("q", "m", "m.yaml", "要ります。", 0, question="要りますか", question_no=4, item_nos=(17,))


def said(text: str, *citations: int) -> Statement:
    return Statement(text=text, citations=list(citations), support="verified")


def test_a_citation_of_a_page() -> None:
    citation = citation_of(2, PAGE, GUIDE)
    assert citation.model_dump(exclude_defaults=True) == {
        "n": 2,
        "source_id": "g",
        "kind": "guideline",
        "title": "対策の手引き",
        "publisher": "IPA",
        "edition": "第3.1版",
        "file": "g.pdf",
        "page": 60,
        "page_end": 61,
        "page_label": "P54",
        "heading": ["第2部"],
        "quote": "床を拭く。",
        "url": "https://example.org/g.pdf",
        "as_of": "2023-04",
    }


def test_a_citation_of_a_qa() -> None:
    citation = citation_of(1, QA, MEETING)
    assert (citation.kind, citation.question_no, citation.question) == ("consultation", 4, "要りますか")
    assert (citation.item_nos, citation.page, citation.page_label, citation.as_of) == (
        [17],
        None,
        None,
        "2023",
    )


def test_references_of_the_answer_then_the_documents_cited_each_once() -> None:
    references = (
        Reference("■IPA：手引き P3", "https://example.org/a"),
        Reference("", "https://example.com/b.pdf"),
        Reference("■IPA：手引き P3", "https://example.org/a"),
    )
    passages = [Passage("q", "m", "m", "要ります。", 0, question_no=1, references=references)] * 2
    citations = [citation_of(1, QA, MEETING), citation_of(2, PAGE, GUIDE)]
    assert [(r.label, r.url) for r in references_of(citations, passages)] == [
        ("■IPA：手引き P3", "https://example.org/a"),
        ("■example.com", "https://example.com/b.pdf"),
        ("■IPA：対策の手引き第3.1版 P54", "https://example.org/g.pdf"),
    ]


@pytest.mark.parametrize(
    ("passage", "label"),
    [
        (Passage("p", "g", "g", "文。", 0, page=7, page_end=7), "■資料 7ページ（ファイルの先頭から）"),
        (Passage("p", "g", "g", "文。", 0, sheet="一覧", row=4), "■資料 一覧 4行目"),
        (Passage("p", "g", "g", "文。", 0), "■資料"),
    ],
)
def test_where_in_a_document_without_printed_numbers(passage: Passage, label: str) -> None:
    source = Source("g", "資料")
    assert [r.label for r in references_of([citation_of(1, passage, source)], [passage])] == [label]


def test_the_form_of_the_meeting() -> None:
    text = answered_text(
        "床はどうしますか",
        [(None, [said("拭きます。", 1), said("・毎週", 1, 2)])],
        [Caution(code="dated_deadline", message="過ぎた期限です。")],
        [
            ReferenceLine(label="■IPA：手引き P54～64", url="https://example.org/g.pdf"),
            ReferenceLine(label="■他"),
        ],
        [citation_of(1, QA, MEETING), citation_of(2, PAGE, GUIDE)],
    )
    assert text.split("\n") == [
        "質問内容：床はどうしますか",
        "",
        "回答：",
        "拭きます。[1]",
        "・毎週[1][2]",
        "",
        "注意：",
        "※過ぎた期限です。",
        "",
        "参考資料",
        "■IPA：手引き P54～64",
        "https://example.org/g.pdf",
        "■他",
        "",
        "出典",
        "[1] 相談会 議題1 質問4（2023時点）",
        "[2] IPA：対策の手引き第3.1版 P54（2023-04時点）",
    ]


def test_without_cautions_and_references_their_lines_are_left_out() -> None:
    text = answered_text("床は", [(None, [said("拭く。", 1)])], [], [], [citation_of(1, QA, MEETING)])
    assert "注意：" not in text
    assert "参考資料" not in text


def test_several_parts_have_their_headings() -> None:
    groups = [("床は", [said("拭く。", 1)]), ("窓は", [said("洗う。", 1)])]
    text = answered_text("床は。窓は。", groups, [], [], [citation_of(1, QA, MEETING)])
    assert text.index("【床は】") < text.index("拭く。[1]") < text.index("【窓は】") < text.index("洗う。[1]")


def test_a_refusal_says_what_is_near_and_whom_to_ask() -> None:
    missing = Missing(
        message="見つかりませんでした。", looked_for=["床"], ask="事務局にお問い合わせください。"
    )
    long = "窓" * 200
    related = [Related(source_id="m", question_no=4, question=long)]
    lines = missing_text(missing, related).split("\n")
    assert lines[:3] == ["回答：", "見つかりませんでした。", "事務局にお問い合わせください。"]
    assert lines[-2] == "関連する過去の質問"
    assert lines[-1] == f"・質問4：{'窓' * 79}…"
    assert missing_text(missing, []) == "\n".join(lines[:3])


def test_a_citation_is_always_placed_somewhere() -> None:
    bare = Citation(n=1, source_id="s", kind="web", title="資料", quote="文。")
    assert answered_text("問", [(None, [said("文。", 1)])], [], [], [bare]).endswith("[1] 資料")


def test_one_document_under_two_names_is_one_reference() -> None:
    references = (
        Reference("手引きのページ", "https://example.org/a", "g"),
        Reference("「手引き」ホームページ", None, "g"),
        Reference("手引き P3", None, "g", "P3"),
    )
    passage = Passage("q", "m", "m", "要ります。", 0, question_no=1, references=references)
    found = references_of([citation_of(1, QA, MEETING)], [passage], {"g": GUIDE})
    assert [(r.label, r.url) for r in found] == [
        ("手引きのページ", "https://example.org/a"),
        ("手引き P3", "https://example.org/g.pdf"),  # the address as the catalogue has it
    ]
