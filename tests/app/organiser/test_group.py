import pytest

from app.organiser.group import group
from ingest.embedding.sentence_embedder import SentenceEmbedder
from ingest.errors import ErrorCode, YorozuError
from ingest.text.words import Tokenizer

QUESTIONS = [
    ("a", "ログは何年保存すればよいですか"),
    ("b", "退職者のアカウントはいつ消すべきですか"),
    ("c", "ログの保存期間は何年が目安ですか"),
    ("d", "監視カメラの映像は何日保存しますか"),
]


def test_near_duplicates_share_a_group_and_every_question_is_in_one() -> None:
    groups = group(QUESTIONS, None, Tokenizer())
    assert sorted(member for one in groups for member in one.members) == ["a", "b", "c", "d"]
    assert {frozenset(one.members) for one in groups} >= {frozenset({"a", "c"}), frozenset({"b"})}
    assert all(one.members[0] == one.representative for one in groups)


@pytest.mark.model
def test_with_the_embedder_other_words_meet(embedder: SentenceEmbedder) -> None:
    asked = [
        ("a", "退職者のアカウントはいつ消すべきですか"),
        ("b", "辞めた社員のIDを削除するタイミングを教えてください"),
    ]
    assert len(group([*asked, ("c", "規程の雛形はありますか")], embedder, Tokenizer())) == 2


def test_none_one_and_too_many() -> None:
    assert group([], None, Tokenizer()) == []
    assert len(group(QUESTIONS[:1], None, Tokenizer())) == 1
    with pytest.raises(YorozuError) as caught:
        group([(str(n), "あ") for n in range(3001)], None, Tokenizer())
    assert caught.value.code is ErrorCode.CHANGE_INVALID
