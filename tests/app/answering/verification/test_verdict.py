from typing import get_args

import pytest

from app.answering.verification.verdict import Code, Reason, Verdict, verdict_of


@pytest.mark.parametrize("code", get_args(Code))
def test_every_reason_has_a_message(code: Code) -> None:
    message = Reason(code, "文の語", "元の語").message
    assert "。" in message
    assert "{" not in message


def test_words_alone_make_it_partial_up_to_two() -> None:
    words = [Reason("word_missing", word) for word in ("甲", "乙", "丙")]
    assert verdict_of(()).support == "verified"
    assert verdict_of((words[0],)).support == "partial"
    assert verdict_of((words[0], words[1])).support == "partial"
    assert verdict_of((*words,)).support == "unsupported"
    assert verdict_of((words[0], words[0], words[0])).support == "partial"
    assert verdict_of((words[0], Reason("polarity", "x"))).support == "unsupported"


def test_all_reasons_are_said() -> None:
    verdict = verdict_of((Reason("fact_missing", "90日"), Reason("condition", "", "漏えいした場合")))
    assert (
        verdict.message
        == "「90日」は引用元に見当たりません。引用元にある条件「漏えいした場合」が文にありません。"
    )
    assert Verdict("verified").message == ""
