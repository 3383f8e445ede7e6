"""Whoever composes, only what is supported is shown, and an answer always comes."""

import logging

import pytest

from app.answering.compose import ComposeFailed, supported
from app.answering.evidence import EvidenceModel
from app.answering.models import Answer
from app.answering.service import AnswerService
from app.answering.verification.decision import Weights
from app.answering.verification.verifier import Verifier
from ingest.errors import ErrorCode, YorozuError
from ingest.index.reader import IndexHolder
from ingest.text.words import Tokenizer
from tests.fakes.claim_judge import FakeClaims
from tests.fakes.composer import ScriptedComposer

BADGE = "来客に渡す名札はどう管理すればよいですか。"
CLOCK = "工場の時計が遅れるときはどう直せばよいですか。"
UNKNOWN = "火星の天気予報の精度の検証方法を教えてください。"
NUMBERED, RETURNED = "名札は番号を付けて受付で管理します。", "退出のときに必ず返してもらってください。"
SET = "時計は毎朝、標準電波に合わせてください。"
FALSE = "名札は番号を付けずに管理します。"
REWORDED = "名札の管理は、番号を付けて受付で行います。"


class Services:
    """Answer services over the small index, with a composer for the language model."""

    def __init__(self, holder: IndexHolder, tokenizer: Tokenizer, evidence: EvidenceModel) -> None:
        self._parts = (holder, tokenizer, evidence)

    def __call__(self, llm: ScriptedComposer | None, verifier: Verifier | None = None) -> AnswerService:
        holder, tokenizer, evidence = self._parts
        self.dropped: list[int] = []
        return AnswerService(
            holder,
            tokenizer,
            None,
            question_limit=200,
            ask_contact="窓口",
            evidence=evidence,
            llm=llm,
            verifier=verifier,
            dropped=self.dropped.append,
        )


@pytest.fixture
def services(holder: IndexHolder, tokenizer: Tokenizer, evidence: EvidenceModel) -> Services:
    return Services(holder, tokenizer, evidence)


def shown(answer: Answer) -> list[tuple[str, list[int]]]:
    assert all(statement.support == "verified" for statement in answer.statements)
    return [(statement.text, statement.citations) for statement in answer.statements]


def same(one: Answer, other: Answer) -> bool:
    changing = {"id", "created_at", "timings_ms", "conversation_id"}
    return one.model_dump(exclude=changing) == other.model_dump(exclude=changing)


def test_what_is_supported_is_shown_in_the_model_s_order(services: Services) -> None:
    llm = ScriptedComposer([(RETURNED, [2]), (NUMBERED, [1])])
    answer = services(llm).answer(BADGE)
    assert shown(answer) == [(RETURNED, [2]), (NUMBERED, [1])]
    assert (answer.engine, answer.model) == ("llm", "fake:model")
    assert f"回答：\n{RETURNED}[2]\n{NUMBERED}[1]\n" in answer.text
    (material,) = llm.given
    assert [citation.n for citation in material.citations] == [1, 2]


def test_what_is_not_cited_is_not_listed(services: Services) -> None:
    answer = services(ScriptedComposer([(RETURNED, [2])])).answer(BADGE)
    assert [citation.n for citation in answer.citations] == [2]
    assert "\n[1] " not in answer.text


def test_a_sentence_without_support_is_dropped(services: Services) -> None:
    answer = services(ScriptedComposer([(NUMBERED, [1]), (FALSE, [1]), (RETURNED, [2])])).answer(BADGE)
    assert shown(answer) == [(NUMBERED, [1]), (RETURNED, [2])]
    assert answer.engine == "llm"


def test_what_is_dropped_is_told(services: Services) -> None:
    services(ScriptedComposer([(NUMBERED, [1]), (FALSE, [1]), (RETURNED, [2])])).answer(BADGE)
    assert sum(services.dropped) == 1
    services(None).answer(BADGE)
    assert sum(services.dropped) == 0


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ([], "何も書きませんでした"),
        ([(FALSE, [1]), (NUMBERED, [1]), (RETURNED, [2])], "結論"),
        ([(NUMBERED, []), (RETURNED, [2])], "結論"),
        ([(RETURNED, [1]), (NUMBERED, [1])], "結論"),  # true, but not where it says
        ([(NUMBERED, [1]), (FALSE, [1]), ("うそです。", [1])], "多くの文"),
    ],
)
def test_where_too_little_is_left_the_extract_is_the_answer(
    services: Services,
    said: list[tuple[str, list[int]]],
    why: str,
    caplog: pytest.LogCaptureFixture,
) -> None:
    with caplog.at_level(logging.WARNING):
        answer = services(ScriptedComposer(said)).answer(BADGE)
    assert same(answer, services(None).answer(BADGE))
    assert (answer.engine, answer.model) == ("extractive", None)
    assert why in caplog.text
    assert BADGE not in caplog.text


def test_a_composer_that_fails_at_any_point_costs_nothing(services: Services) -> None:
    for said in ([], [(NUMBERED, [1])], [(NUMBERED, [1]), (RETURNED, [2])]):
        answer = services(ScriptedComposer(list(said), fails="こわれました")).answer(BADGE)
        assert same(answer, services(None).answer(BADGE))


def test_a_lost_conclusion_ends_the_work_at_once(services: Services) -> None:
    llm = ScriptedComposer([(FALSE, [1]), *[(NUMBERED, [1])] * 50])
    services(llm).answer(BADGE)
    assert llm.closed_after == 1


def test_each_part_of_a_question_needs_its_answer(services: Services) -> None:
    whole = services(ScriptedComposer([(SET, [3]), (NUMBERED, [1])])).answer(BADGE + CLOCK)
    assert whole.engine == "llm"
    assert whole.text.index(f"【{BADGE.rstrip('。')}】\n{NUMBERED}[1]") < whole.text.index(
        f"【{CLOCK.rstrip('。')}】\n{SET}[3]"
    )
    half = services(ScriptedComposer([(NUMBERED, [1]), (RETURNED, [2])])).answer(BADGE + CLOCK)
    assert half.engine == "extractive"


def test_the_model_is_not_asked_about_what_was_not_found(services: Services) -> None:
    llm = ScriptedComposer([(NUMBERED, [1])])
    assert services(llm).answer(UNKNOWN).status == "insufficient_evidence"
    assert llm.given == []
    assert services(llm).answer(BADGE + UNKNOWN).engine == "llm"
    assert llm.given[0].question == BADGE


def test_who_asks_chooses_the_engine(services: Services) -> None:
    service = services(ScriptedComposer([(NUMBERED, [1])]))
    assert service.answer(BADGE).engine == "llm"
    assert service.answer(BADGE, engine="llm").engine == "llm"
    assert service.answer(BADGE, engine="extractive").engine == "extractive"
    assert services(None).answer(BADGE).engine == "extractive"
    for without, engine in ((service, "gpt"), (services(None), "llm")):
        with pytest.raises(YorozuError) as caught:
            without.answer(BADGE, engine=engine)
        assert caught.value.code is ErrorCode.ENGINE_UNAVAILABLE


def test_statements_come_one_by_one_each_verified(services: Services) -> None:
    llm = ScriptedComposer([(NUMBERED, [1]), (FALSE, [1])], fails="こわれました")
    services(llm).answer(BADGE)
    stream = supported(llm.given[0], llm, Verifier())
    first = next(stream)
    assert first is not None
    assert (first.text, first.support) == (NUMBERED, "verified")
    with pytest.raises(ComposeFailed, match="こわれました"):
        next(stream)


@pytest.mark.parametrize(
    ("judged", "said", "kept"),
    [
        (9.0, REWORDED, [REWORDED]),
        (-9.0, REWORDED, []),
        (None, REWORDED, []),  # no judge: only what stands word for word
        (9.0, "名札は2枚ずつ受付で管理します。", []),
    ],
)
def test_a_sentence_in_the_model_s_own_words_is_shown_where_the_verifier_finds_it_supported(
    judged: float | None, said: str, kept: list[str], services: Services
) -> None:
    llm = ScriptedComposer([(NUMBERED, [1]), (said, [1])])
    services(llm).answer(BADGE)
    weights = Weights(1.0, 0.0, {}, 0.0)
    verifier = Verifier(None if judged is None else FakeClaims(judged), weights=weights)
    shown = [s.text for s in supported(llm.given[0], llm, verifier) if s is not None]
    assert shown == [NUMBERED, *kept]


def test_an_extract_asks_no_judge(services: Services) -> None:
    claims = FakeClaims(9.0)
    answer = services(None, Verifier(claims, weights=Weights(1.0, 0.0, {}, 0.0))).answer(BADGE)
    assert answer.engine == "extractive"
    assert claims.asked == []
