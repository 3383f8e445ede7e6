from app.answering.models import Citation, Statement
from app.answering.verification.rules import Rules
from app.answering.verification.statements import check_edit, check_statements, names_of


def citation(n: int, quote: str) -> Citation:
    return Citation(
        n=n,
        source_id="s",
        kind="guideline",
        title="手引き",
        publisher="時計協会",
        edition="第2.0版",
        question_no=7,
        item_nos=[17],
        page=12,
        page_label="10",
        heading=["第1章"],
        quote=quote,
        url="https://example.org/g.pdf",
    )


def statement(text: str, *citations: int) -> Statement:
    return Statement(text=text, citations=list(citations), support="unsupported")


def test_each_statement_is_marked_by_its_own_citations(verifier: Rules) -> None:
    citations = [citation(1, "ログは90日保存する。"), citation(2, "映像は30日保存する。")]
    statements = [
        statement("ログの保存期間は90日です。", 1),
        statement("ログの保存期間は90日です。", 2),
        statement("ログの保存期間は90日です。", 1, 2),
        statement("ログの保存期間は90日です。"),
        statement("ログの保存期間は90日です。", 1, 9),
    ]
    checked = check_statements(statements, citations, verifier)
    assert [c.statement.support for c in checked] == [
        "verified",
        "unsupported",
        "verified",
        "unsupported",
        "unsupported",
    ]
    assert [c.statement.text for c in checked] == [s.text for s in statements]
    assert checked[1].verdict.message.startswith("「90日」は引用元に見当たりません。")
    assert "[9]" in checked[4].verdict.message
    assert statements[0].support == "unsupported"  # the given ones stay as they are


def test_a_statement_may_name_its_source(verifier: Rules) -> None:
    text = "時計協会の手引き第2.0版のP10には、ログを90日保存すると書かれています。"
    checked = check_statements([statement(text, 1)], [citation(1, "ログは90日保存する。")], verifier)
    assert checked[0].statement.support == "verified", checked[0].verdict.message
    wrong = text.replace("P10", "P11")
    checked = check_statements([statement(wrong, 1)], [citation(1, "ログは90日保存する。")], verifier)
    assert checked[0].statement.support == "unsupported"


def test_names_of_a_citation() -> None:
    assert names_of(citation(1, "x")) == [
        "手引き第2.0版",
        "時計協会",
        "https://example.org/g.pdf",
        "質問7",
        "No17",
        "P10",
        "12ページ",
        "第1章",
    ]
    bare = Citation(n=1, source_id="s", kind="web", title="案内", quote="x")
    assert names_of(bare) == ["案内"]


def test_an_edit_is_checked_sentence_by_sentence(verifier: Rules) -> None:
    passages = ["ログは90日保存する。", "映像は30日保存する。"]
    text = "ログの保存期間は90日です。映像は45日保存する。電源は東京電機が点検する。"
    first, second, third = check_edit(text, passages, verifier)
    assert (first.text, first.supported, first.nowhere) == ("ログの保存期間は90日です。", True, ())
    assert (second.supported, second.nowhere) == (False, ("45日",))
    assert not third.supported
    assert third.verdict.message
    assert check_edit("", passages, verifier) == []
