import pytest

from app.answering.asked_for import asked_for


@pytest.mark.parametrize(
    ("question", "answer", "other"),
    [
        ("SOCの費用はいくらですか", "月額10万円です", "外部のSOCを検討する"),
        ("パスワードは何文字以上ですか", "8文字以上", "推測されにくいもの"),
        ("いつまでに達成すればよいですか", "24年度末までに", "計画的に達成する"),
        ("何ページに載っていますか", "P54～64", "本編に載っています"),
        ("ＣＳＩＲＴは何人必要？", "3人以上", "兼任してよい"),
        ("資料のURLを教えて", "https://example.org/a.pdf", "資料を配っています"),
    ],
)
def test_knows_the_kind_of_fact_asked_for(question: str, answer: str, other: str) -> None:
    wanted = asked_for(question)
    assert wanted is not None
    assert wanted.stands_in(answer)
    assert not wanted.stands_in(other)


@pytest.mark.parametrize(
    "question", ["規程はどう作ればよいですか", "何か方法はありませんか", "なぜ必要ですか"]
)
def test_an_open_question_asks_for_no_kind(question: str) -> None:
    assert asked_for(question) is None
