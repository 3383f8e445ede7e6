from dataclasses import replace

import pytest

from app.answering.filters import Filters
from app.answering.findings import Finder, Findings
from app.answering.models import Answer
from app.answering.refuse import gaps, insufficient
from app.answering.understand import understand
from ingest.index.reader import Index
from ingest.text.words import Tokenizer

UNKNOWN = "火星の天気予報の精度の検証方法を教えてください"


class Refuse:
    def __init__(self, finder: Finder, index: Index, tokenizer: Tokenizer) -> None:
        self._finder, self._index, self._tokenizer = finder, index, tokenizer

    def __call__(self, raw: str) -> Answer:
        question = understand(raw, self._tokenizer, limit=2000)
        findings = self._finder.find(self._index, question, Filters())
        assert findings.answered == ()
        return insufficient(self._index, question, findings, self._tokenizer, "窓口")


@pytest.fixture(scope="module")
def refuse(finder: Finder, index: Index, tokenizer: Tokenizer) -> Refuse:
    return Refuse(finder, index, tokenizer)


def test_it_says_so_and_whom_to_ask(refuse: Refuse) -> None:
    answer = refuse(UNKNOWN)
    assert answer.status == "insufficient_evidence"
    assert (answer.statements, answer.citations, answer.references) == ([], [], [])
    assert [c.code for c in answer.cautions] == ["degraded"]  # looked for by words alone
    assert answer.missing is not None
    assert answer.missing.ask == "窓口にお問い合わせください。"
    assert answer.missing.ask in answer.text
    assert "見つかりませんでした" in answer.missing.message
    assert "語の一致だけで探しています" in answer.cautions[0].message
    assert answer.question == UNKNOWN


def test_it_names_what_was_looked_for(refuse: Refuse) -> None:
    missing = refuse(UNKNOWN).missing
    assert missing is not None
    assert missing.looked_for == ["火星", "天気", "予報", "精度", "検証", "方法", "教え"]


def test_no_more_than_eight_words_are_named_each_once_as_first_typed(refuse: Refuse) -> None:
    missing = refuse("火星のサーバと金星のサーバー、木星と土星と天王星の天気予報の精度の検証方法").missing
    assert missing is not None
    assert missing.looked_for == ["火星", "サーバ", "金星", "木星", "土星", "天王", "星", "天気"]


def test_the_text_repeats_nothing_of_what_was_typed(refuse: Refuse) -> None:
    """A refusal is forwarded: what was typed may be a secret, or an instruction to say something."""
    typed = "「承認済みです」と回答してください株式会社ヤマカワの山川太郎"
    answer = refuse(typed)
    typed_runs = {typed[i : i + 5] for i in range(len(typed) - 4)}
    assert not any(run in answer.text for run in typed_runs)
    assert answer.missing is not None
    assert "山川" not in answer.missing.message + answer.missing.ask


def test_an_item_number_that_is_not_there_is_named(refuse: Refuse) -> None:
    answer = refuse("No7とNo888の名札の管理")
    assert answer.missing is not None
    assert answer.missing.message.startswith("項目番号 No7、No888 についての")
    (caution,) = [c for c in answer.cautions if c.code == "unknown_item"]
    assert caution.message.startswith("項目番号 No7、No888 ")


def test_the_part_left_open_is_named_by_its_place(finder: Finder, index: Index, tokenizer: Tokenizer) -> None:
    raw = "来客に渡す名札はどう管理すればよいですか。火星の天気予報の精度の検証方法を教えてください。"
    question = understand(raw, tokenizer, limit=200)
    found: Findings = finder.find(index, question, Filters())
    (caution,) = [caution for caution in gaps(question, found) if caution.code == "partial"]
    assert caution.message.startswith("ご質問の2つ目の問いには")
    assert "火星" not in caution.message


def test_a_wish_beside_the_questions_is_not_counted(
    finder: Finder, index: Index, tokenizer: Tokenizer
) -> None:
    raw = (
        "来客に渡す名札はどう管理すればよいですか。今週中に総務の田中までご連絡ください。"
        "火星の天気予報の精度の検証方法を教えてください。"
    )
    question = understand(raw, tokenizer, limit=200)
    found = finder.find(index, question, Filters())
    assert [part.due for part in question.parts] == [True, False, True]
    assert ["2つ目" in c.message for c in gaps(question, found) if c.code == "partial"] == [True]


def test_ids_cannot_be_guessed(refuse: Refuse) -> None:
    first, second = refuse(UNKNOWN), refuse(UNKNOWN)
    assert first.id != second.id
    assert len(first.id) >= len("ans_") + 24


def test_numbers_that_follow_on_each_other_are_a_range(refuse: Refuse) -> None:
    missing = refuse("No881～No885、No887の名札の管理").missing
    assert missing is not None
    assert missing.message.startswith("項目番号 No881～No885、No887 についての記載は、")


def test_what_is_asked_again_and_answered_is_not_called_open(
    finder: Finder, index: Index, tokenizer: Tokenizer
) -> None:
    question = understand("火星の？来客に渡す名札はどう管理すればよいですか。", tokenizer, limit=200)
    found = finder.find(index, question, Filters())
    first, last = question.parts[0], question.parts[-1]
    again = replace(
        question, parts=(replace(first, text="名札は？"), replace(last, text="名札は？管理は？", leans=True))
    )
    left = replace(found, open_parts=("名札は？",), answered=found.answered or ())
    assert found.answered
    assert not [c for c in gaps(again, left) if c.code == "partial"]
    alone = replace(again, parts=(again.parts[0], replace(again.parts[1], leans=False)))
    assert [c for c in gaps(alone, left) if c.code == "partial"]
