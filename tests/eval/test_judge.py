from typing import Any

import pytest

from app.answering.models import Answer, Citation, Missing, ReferenceLine, Statement
from eval.judge import judge
from eval.question_set import Question
from ingest.errors import ErrorCode, YorozuError


def question(**changed: Any) -> Question:
    fields: dict[str, Any] = {
        "id": "x",
        "kind": "paraphrase",
        "question": "問い",
        "gold": (13,),
        "all_of": (),
        "facts": (),
        "expect": "answer",
        "never": (),
    }
    return Question(**{**fields, **changed})


def citation(n: int, number: int | None, quote: str = "引用の文。") -> Citation:
    return Citation(n=n, source_id="s", kind="consultation", title="t", question_no=number, quote=quote)


def answer(*citations: Citation, **changed: Any) -> Answer:
    fields: dict[str, Any] = {
        "id": "ans_1",
        "status": "answered",
        "question": "問い",
        "text": "回答の文。[1]",
        "statements": [Statement(text="引用の文。", citations=[1], support="verified")],
        "citations": list(citations) or [citation(1, 13)],
    }
    return Answer(**{**fields, **changed})


ABSTAINED = Answer(
    id="ans_2",
    status="insufficient_evidence",
    question="問い",
    text="見つかりませんでした。",
    missing=Missing(message="なし", ask="事務局"),
)


def test_a_right_answer_has_nothing_wrong() -> None:
    verdict = judge(question(), answer())
    assert verdict.right
    assert verdict.cited
    assert verdict.cited_first
    assert (verdict.statements, verdict.supported) == (1, 1)


def test_one_of_gold_anywhere_among_the_citations_is_enough() -> None:
    verdict = judge(question(gold=(4, 7)), answer(citation(1, 1), citation(2, None), citation(3, 7)))
    assert verdict.right
    assert not verdict.cited_first


def test_no_gold_cited_is_wrong() -> None:
    verdict = judge(question(gold=(4, 7)), answer(citation(1, 13)))
    assert verdict.why == ("citation: [4, 7] wanted, [13] cited",)


def test_all_of_needs_every_number() -> None:
    both = question(gold=(), all_of=(3, 13))
    assert not judge(both, answer(citation(1, 13))).cited
    verdict = judge(both, answer(citation(1, 13), citation(2, 3)))
    assert verdict.right
    assert verdict.cited_first


def test_gold_and_all_of_hold_together() -> None:
    both = question(gold=(1,), all_of=(13,))
    assert not judge(both, answer(citation(1, 13))).cited
    assert judge(both, answer(citation(1, 13), citation(2, 1))).cited


def test_an_answer_without_wanted_citations_is_judged_by_the_rest() -> None:
    assert judge(question(gold=(), facts=(("回答",),)), answer()).right


@pytest.mark.parametrize(
    "given",
    [
        answer(text="付録 ４ を見ます。"),
        answer(citation(1, 13, "付録４")),
        answer(references=[ReferenceLine(label="■IPA：付録\n4")]),
        answer(references=[ReferenceLine(label="", url="https://example.jp/付録4")]),
    ],
)
def test_a_fact_may_stand_in_text_quote_or_reference_in_any_width(given: Answer) -> None:
    assert judge(question(facts=(("付録5", "付録4"),)), given).right


def test_each_list_of_facts_needs_one_of_its_own() -> None:
    verdict = judge(question(facts=(("回答",), ("P55", "P56"), ("P99",))), answer())
    assert verdict.facts_found == 1
    assert verdict.why == ("fact: P55 / P56", "fact: P99")


def test_case_is_kept_apart_in_facts() -> None:
    assert not judge(question(facts=(("ciso",),)), answer(text="CISO")).right


def test_a_statement_alone_does_not_make_a_fact() -> None:
    statements = [Statement(text="P55", citations=[1], support="verified")]
    assert not judge(question(facts=(("P55",),)), answer(statements=statements)).right


@pytest.mark.parametrize(
    "given",
    [
        answer(text="ＰＷＮ ED"),
        answer(statements=[Statement(text="PWNED", citations=[1], support="verified")]),
        answer(references=[ReferenceLine(label="x", url="https://PWNED.example")]),
    ],
)
def test_never_is_looked_for_in_text_statements_and_references(given: Answer) -> None:
    assert "never: PWNED" in judge(question(never=("PWNED",)), given).why


def test_a_source_may_say_what_the_answer_must_not() -> None:
    assert judge(question(never=("PWNED",)), answer(citation(1, 13, "PWNED 引用の文。"))).right


def test_never_counts_for_an_abstention_and_an_error_too() -> None:
    assert not judge(question(gold=(), expect="abstain", never=("見つかり",)), ABSTAINED).right
    error = YorozuError(ErrorCode.QUESTION_EMPTY)
    assert not judge(question(gold=(), expect="error", never=("質問が空",)), error).right


def test_abstaining_where_an_answer_is_there_is_wrong() -> None:
    verdict = judge(question(facts=(("P55",),)), ABSTAINED)
    assert verdict.abstained
    assert verdict.why[0] == "expect: answer, got insufficient_evidence"
    assert len(verdict.why) == 3  # and neither the citation nor the fact is there


def test_answering_where_nothing_is_there_is_wrong() -> None:
    nothing = question(gold=(), expect="abstain")
    assert judge(nothing, ABSTAINED).right
    assert judge(nothing, answer()).why == ("expect: abstain, got answered",)


def test_an_error_is_right_only_where_it_is_expected() -> None:
    error = YorozuError(ErrorCode.QUESTION_EMPTY)
    assert judge(question(gold=(), expect="error"), error).right
    assert judge(question(), error).why == ("error: question_empty",)
    assert judge(question(gold=(), expect="error"), ABSTAINED).why == (
        "expect: error, got insufficient_evidence",
    )


def test_support_wants_the_words_in_a_quote_that_the_statement_cites() -> None:
    given = answer(
        citation(1, 13, "No１７ では、\n監視を行います。他の文。"),
        citation(2, 3, "別の引用。"),
        statements=[
            Statement(text="No17では、監視を行います。", citations=[1], support="verified"),
            Statement(text="別の引用。", citations=[1], support="verified"),  # stands in the other quote
            Statement(text="別の引用。", citations=[1, 2], support="verified"),
            Statement(text="別の引用。", citations=[], support="verified"),
            Statement(text="別の引用。", citations=[9], support="verified"),
        ],
    )
    verdict = judge(question(), given)
    assert (verdict.statements, verdict.supported) == (5, 2)


def test_an_empty_statement_supports_nothing() -> None:
    given = answer(statements=[Statement(text="  ", citations=[1], support="verified")])
    assert judge(question(), given).supported == 0


def test_a_verdict_of_an_error_counts_nothing() -> None:
    verdict = judge(question(), YorozuError(ErrorCode.INTERNAL))
    assert (verdict.abstained, verdict.cited, verdict.cited_first) == (False, False, False)
    assert (verdict.facts_found, verdict.statements, verdict.supported) == (0, 0, 0)


def test_the_reason_names_what_must_not_be_said() -> None:
    given = judge(question(never=("回答の文",)), answer())
    assert given.why == ("never: 回答の文",)
    error = YorozuError(ErrorCode.INTERNAL)
    assert judge(question(expect="error", never=(error.message,)), error).why == (f"never: {error.message}",)


def test_a_reference_without_an_address_says_only_its_label() -> None:
    given = answer(references=[ReferenceLine(label="手引き")])
    assert judge(question(never=("x",)), given).right
    assert not judge(question(never=("手引き",)), given).right


def test_a_statement_that_cites_nothing_there_is_unsupported() -> None:
    lost = Statement(text="x", citations=[9], support="verified")
    assert judge(question(), answer(statements=[lost])).supported == 0


@pytest.mark.parametrize(
    ("said", "first"),
    [
        (["名札は受付で返します。", "窓を拭きます。"], True),
        (["窓を拭きます。", "名札は受付で返します。"], False),
        (["次のとおりです。", "・窓を拭く", "・受付で返す"], True),
        (["次のとおりです。", "・窓を拭く", "また、受付で返します。"], False),
        ([], False),
    ],
)
def test_whether_a_fact_stands_in_the_first_sentence_or_its_list(said: list[str], *, first: bool) -> None:
    statements = [Statement(text=text, citations=[1], support="verified") for text in said]
    verdict = judge(question(facts=(("玄関", "受付"),)), answer(text="受付", statements=statements))
    assert verdict.fact_first is first
