import json
from pathlib import Path

import pytest

from eval.kit import Kit, KitDocument, read_kit, split_page_id
from ingest.errors import ErrorCode, YorozuError

DOCS = [
    {"id": "d1", "title": "見出し", "text": "本文一"},
    {"id": "d2", "title": "", "text": "本文二\u2028続き"},
]
QUERIES = [{"id": "q1", "text": "問一"}, {"id": "q2", "text": "問二"}]
QRELS = "query_id\tdoc_id\trelevance\nq1\td1\t2\nq1\td2\t0\n"


def lines(records: list[dict[str, str]]) -> str:
    return "".join(json.dumps(record, ensure_ascii=False) + "\n" for record in records)


def write(folder: Path, *, corpus: str | None = None, queries: str | None = None, qrels: str = QRELS) -> Path:
    (folder / "corpus.jsonl").write_text(lines(DOCS) if corpus is None else corpus, encoding="utf-8")
    (folder / "queries.jsonl").write_text(lines(QUERIES) if queries is None else queries, encoding="utf-8")
    (folder / "qrels.tsv").write_text(qrels, encoding="utf-8")
    return folder


def reason(folder: Path) -> str:
    with pytest.raises(YorozuError) as caught:
        read_kit(folder)
    assert caught.value.code is ErrorCode.KIT_INVALID
    assert caught.value.detail["path"] == str(folder)
    assert caught.value.detail["reason"] in caught.value.message
    return str(caught.value.detail["reason"])


def test_a_good_kit_is_read_whole(tmp_path: Path) -> None:
    kit = read_kit(write(tmp_path))
    assert [doc.id for doc in kit.documents] == ["d1", "d2"]
    assert kit.documents[1].text == "本文二\u2028続き"  # that character ends no line of JSONL
    assert kit.files == ()
    assert kit.queries == {"q1": "問一", "q2": "問二"}
    assert kit.qrels == {"q1": {"d1": 2, "d2": 0}}


def test_title_may_be_absent_and_windows_line_ends_are_fine(tmp_path: Path) -> None:
    kit = read_kit(
        write(
            tmp_path,
            corpus='{"id": "d1", "text": "本文"}\r\n',
            qrels="query_id\tdoc_id\trelevance\r\nq1\td1\t1\r\n",
        )
    )
    assert kit.documents[0].title == ""
    assert kit.qrels == {"q1": {"d1": 1}}


def test_a_byte_order_mark_is_no_fault(tmp_path: Path) -> None:
    assert read_kit(write(tmp_path, queries="\ufeff" + lines(QUERIES))).queries["q1"] == "問一"


@pytest.mark.parametrize("name", ["corpus.jsonl", "queries.jsonl", "qrels.tsv"])
def test_a_missing_file_is_named(tmp_path: Path, name: str) -> None:
    (write(tmp_path) / name).unlink()
    assert reason(tmp_path) == f"{name} がありません"


def test_a_missing_folder_is_said(tmp_path: Path) -> None:
    assert "フォルダーがありません" in reason(tmp_path / "nowhere")


@pytest.mark.parametrize(
    ("part", "text", "expected"),
    [
        ("corpus", '{"id": "d1", "text": "a"}\n{"id": \n', "corpus.jsonl 2行目: JSON"),
        ("corpus", '["d1"]\n', "corpus.jsonl 1行目: JSON オブジェクトではありません"),
        ("corpus", '{"id": "d1", "text": "a"}\n\n{"id": "d1", "text": "b"}\n', "3行目: id d1 が重複"),
        ("corpus", '{"id": "d1", "text": 5}\n', "corpus.jsonl 1行目: text が文字列ではありません"),
        ("corpus", '{"id": "d1", "text": " "}\n', "corpus.jsonl 1行目: text が空です"),
        ("corpus", '{"id": "d1", "text": "a", "title": null}\n', "corpus.jsonl 1行目: title が文字列"),
        ("corpus", "\n", "corpus.jsonl が空です"),
        ("queries", '{"id": "q1", "text": "a"}\n{"id": "q1", "text": "b"}\n', "2行目: id q1 が重複"),
        ("queries", '{"text": "a"}\n', "queries.jsonl 1行目: id が文字列"),
        ("queries", "", "queries.jsonl が空です"),
        ("qrels", "q1\td1\t1\n", "qrels.tsv 1行目: 見出し"),
        ("qrels", "query_id doc_id relevance\nq1 d1 1\n", "qrels.tsv 1行目: 見出し"),
        ("qrels", QRELS + "q1\td9\t1\n", "qrels.tsv 4行目: 文書 d9 はありません"),
        ("qrels", QRELS + "q9\td1\t1\n", "qrels.tsv 4行目: 質問 q9"),
        ("qrels", QRELS + "q1\td1\t1\n", "qrels.tsv 4行目: q1 と d1 の組が重複"),
        ("qrels", QRELS + "q2\td1\t-1\n", "qrels.tsv 4行目: relevance"),
        ("qrels", QRELS + "q2\td1\t²\n", "qrels.tsv 4行目: relevance"),
        ("qrels", QRELS + "q2\td1\n", "qrels.tsv 4行目: 列が3つ"),
        ("qrels", "query_id\tdoc_id\trelevance\nq1\td1\t0\n", "正解（relevance が1以上）が一つもありません"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_named_with_its_line(tmp_path: Path, part: str, text: str, expected: str) -> None:
    parts: dict[str, str] = {part: text}
    assert expected in reason(write(tmp_path, **parts))


def test_another_encoding_is_said(tmp_path: Path) -> None:
    (write(tmp_path) / "queries.jsonl").write_bytes(lines(QUERIES).encode("cp932"))
    assert reason(tmp_path) == "queries.jsonl が UTF-8 ではありません"


def files_kit(folder: Path, qrels: str) -> Path:
    write(folder, qrels=f"query_id\tdoc_id\trelevance\n{qrels}")
    (folder / "corpus.jsonl").unlink()
    (folder / "files" / "sub").mkdir(parents=True)
    for name in ("b#p1.PDF", "sub/a.pdf", "note.txt"):
        (folder / "files" / name).write_bytes(b"x")
    return folder


def test_files_are_named_by_their_path_and_page(tmp_path: Path) -> None:
    kit = read_kit(files_kit(tmp_path, "q1\tsub/a.pdf#p3\t1\nq1\tb#p1.PDF#p12\t1\n"))
    assert kit.files == ("b#p1.PDF", "sub/a.pdf")
    assert kit.documents == ()
    assert set(kit.qrels["q1"]) == {"sub/a.pdf#p3", "b#p1.PDF#p12"}


@pytest.mark.parametrize("doc_id", ["sub/a.pdf", "sub/a.pdf#p0", "a.pdf#p1", "sub/a.pdf#p", "note.txt#p1"])
def test_a_page_of_no_file_is_refused(tmp_path: Path, doc_id: str) -> None:
    assert f"qrels.tsv 2行目: 文書 {doc_id} はありません" in reason(files_kit(tmp_path, f"q1\t{doc_id}\t1\n"))


def test_corpus_and_files_together_are_refused(tmp_path: Path) -> None:
    files_kit(tmp_path, "q1\tsub/a.pdf#p3\t1\n")
    (tmp_path / "corpus.jsonl").write_text(lines(DOCS), encoding="utf-8")
    assert "両方" in reason(tmp_path)


def test_an_empty_files_folder_is_refused(tmp_path: Path) -> None:
    write(tmp_path)
    (tmp_path / "corpus.jsonl").unlink()
    (tmp_path / "files").mkdir()
    assert reason(tmp_path) == "files/ に PDF がありません"


def test_page_ids_are_split_at_the_last_mark() -> None:
    assert split_page_id("b#p1.pdf#p12") == ("b#p1.pdf", 12)
    assert split_page_id("b.pdf#p012") is None


@pytest.mark.parametrize("name", ["nta_shitsugi_q2a", "nta_shitsugi_title2full"])
def test_the_shared_kits_are_valid(shared: Path, name: str) -> None:
    kit = read_kit(shared / "kits" / name)
    assert (len(kit.documents), len(kit.queries), len(kit.qrels)) == (1835, 250, 250)


def test_a_kit_without_titles_and_its_titles_as_queries() -> None:
    documents = (
        KitDocument("d1", "名札の返し方", "受付で返します。"),
        KitDocument("d2", "", "床を拭きます。"),
    )
    kit = Kit(Path("kit"), documents, (), {"q": "どこで返すの"}, {"q": {"d1": 1}})
    assert [(document.title, document.text) for document in kit.untitled.documents] == [
        ("", "受付で返します。"),
        ("", "床を拭きます。"),
    ]
    assert (kit.untitled.queries, kit.untitled.qrels) == (kit.queries, kit.qrels)
    assert kit.by_title.documents == kit.untitled.documents
    assert kit.by_title.queries == {"d1": "名札の返し方"}
    assert kit.by_title.qrels == {"d1": {"d1": 1}}
