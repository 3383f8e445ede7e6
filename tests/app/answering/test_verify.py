import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.answering.models import Citation, Statement
from app.answering.verify import support_of, verified

QUOTE = (
    "レベル1の全50項目は、少なくとも23年度中に達成をお願いします。\n"
    "レベル2は計画的に進めることが望ましいです。"
)


def _citation(n: int, quote: str) -> Citation:
    return Citation(n=n, source_id="s", kind="consultation", title="相談会", quote=quote)


@pytest.mark.parametrize(
    "text",
    [
        "レベル1の全50項目は、少なくとも23年度中に達成をお願いします。",
        "レベル１の全５０項目は、少なくとも２３年度中に達成をお願いします。",
        "レベル2は計画的に進めることが望ましいです。",
    ],
)
def test_the_passages_own_words_are_verified(text: str) -> None:
    assert support_of(text, [QUOTE]) == "verified"


@pytest.mark.parametrize(
    "text",
    [
        "レベル1の全51項目は、少なくとも23年度中に達成をお願いします。",
        "レベル2の全50項目は、少なくとも23年度中に達成をお願いします。",
        "レベル1の全50項目は、少なくとも24年度中に達成をお願いします。",
        "レベル2は計画的に進めることが必須です。",
        "レベル2は計画的に進めることが望ましくないです。",
        "レベル1の達成をお願いします。",
        "",
        "　",
    ],
)
def test_a_changed_sentence_is_not(text: str) -> None:
    assert support_of(text, [QUOTE]) == "unsupported"


@given(position=st.integers(0, 30), char=st.sampled_from("0123456789不必可否上下"))
def test_any_changed_character_is_caught(position: int, char: str) -> None:
    true = "レベル1の全50項目は、少なくとも23年度中に達成をお願いします。"
    if true[position] == char:
        return
    assert support_of(true[:position] + char + true[position + 1 :], [QUOTE]) == "unsupported"


def test_only_the_statements_own_citations_count() -> None:
    citations = [_citation(1, "規程を作ります。"), _citation(2, "周知します。")]
    statements = [
        Statement(text="規程を作ります。", citations=[1], support="unsupported"),
        Statement(text="規程を作ります。", citations=[2], support="verified"),
        Statement(text="規程を作ります。", citations=[], support="verified"),
        Statement(text="周知します。", citations=[9], support="verified"),
    ]
    assert verified(statements, citations) == [
        Statement(text="規程を作ります。", citations=[1], support="verified")
    ]


@pytest.mark.parametrize(
    ("text", "quote"),
    [
        ("必要です。", "専任者は不必要です。"),
        ("3名を置きます。", "担当として13名を置きます。"),
        ("規程を作ります", "規程を作りますが、急ぎません。"),
        ("達成できます。", "レベル2は達成できますか。次に、達成できます。と書きました。"),
    ],
)
def test_part_of_a_sentence_is_not_enough(text: str, quote: str) -> None:
    assert support_of(text, [quote]) == "unsupported"


def test_sentences_that_follow_each_other_may_be_one_statement() -> None:
    assert (
        support_of("①規程を作る。②周知する。", ["手順です。①規程を作る。\n②周知する。\n以上です。"])
        == "verified"
    )
