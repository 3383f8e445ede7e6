"""A conversation over the small index: what is understood, what is declined, who may go on with it."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from app.answering.conversation.turns import TURNS_KEPT, Turn
from app.answering.evidence import EvidenceModel
from app.answering.models import Answer
from app.answering.service import AnswerService
from app.store.answers import AnswerStore
from app.store.conversations import ConversationStore
from ingest.index.reader import IndexHolder
from ingest.text.words import Tokenizer
from tests.fakes.composer import ScriptedComposer

CLOCK = "工場の時計が遅れるときは、どう直せばよいですか。"
BADGE = "来客に渡す名札は、どう管理すればよいですか。"
BATTERY = "電池は一年ごとに交換してください。"
RETURNED = "退出のときに必ず返してもらってください。"


class Rewriter:
    """Says what it is told to say."""

    def __init__(self, says: str | None) -> None:
        self.says = says
        self.asked: list[str] = []

    def rewrite(self, turns: Sequence[Turn], question: str) -> str | None:
        assert turns
        self.asked.append(question)
        return self.says


class Talk:
    """Asks one question after the other in the same conversation."""

    def __init__(self, service: AnswerService) -> None:
        self.service = service
        self.id: str | None = None

    def __call__(self, question: str) -> Answer:
        answer = self.service.answer(question, conversation_id=self.id)
        self.id = answer.conversation_id
        return answer


@pytest.fixture
def conversations(tmp_path: Path) -> Iterator[ConversationStore]:
    store = AnswerStore.open(tmp_path)
    yield ConversationStore(store)
    store.close()


@pytest.fixture
def service(
    holder: IndexHolder, tokenizer: Tokenizer, evidence: EvidenceModel, conversations: ConversationStore
) -> AnswerService:
    return AnswerService(
        holder,
        tokenizer,
        None,
        question_limit=200,
        ask_contact="窓口",
        evidence=evidence,
        conversations=conversations,
    )


@pytest.fixture
def talk(service: AnswerService) -> Talk:
    return Talk(service)


def said(answer: Answer) -> list[str]:
    return [statement.text for statement in answer.statements]


def test_a_follow_up_is_answered_with_the_sentence_that_it_asks_for(talk: Talk) -> None:
    first = talk(CLOCK)
    assert first.asked_as is None
    answer = talk("その電池はいつ交換しますか")
    assert said(answer) == [BATTERY]
    assert answer.conversation_id == first.conversation_id
    assert (
        answer.asked_as
        == f"前のご質問「{CLOCK}」の続きとして、「その電池はいつ交換しますか」にお答えしました。"
    )
    assert f"（{answer.asked_as}）" in answer.text
    assert said(talk("もう少し詳しく")) == said(first)


def test_the_item_that_is_named_by_its_place(talk: Talk) -> None:
    talk(BADGE)
    answer = talk("2番目をもう少し詳しく")
    assert said(answer) == [RETURNED]
    assert "2番目「退出のときに" in str(answer.asked_as)
    assert talk("5番目は？").status == "insufficient_evidence"


@pytest.mark.parametrize("question", ["それはいくらですか", "その献立は何ですか", "その火星の天気は？"])
def test_the_topic_alone_answers_nothing(talk: Talk, question: str) -> None:
    talk(CLOCK)
    answer = talk(question)
    assert answer.status == "insufficient_evidence"
    assert answer.statements == []
    assert said(talk("それはいつ交換しますか")) == [
        BATTERY
    ]  # the answer before is still what is talked about


def test_another_topic_starts_afresh(talk: Talk) -> None:
    talk(CLOCK)
    answer = talk(BADGE)
    assert answer.asked_as is None
    assert [citation.question_no for citation in answer.citations] == [2, 2]
    assert said(talk("最後をもう一度")) == [RETURNED]


def test_nothing_else_is_said_so(talk: Talk) -> None:
    talk(CLOCK)
    assert talk("他には？").status == "insufficient_evidence"


def test_only_an_id_that_was_given_out_goes_on(talk: Talk, conversations: ConversationStore) -> None:
    first = talk(CLOCK)
    talk.id = "c1"
    other = talk("それはいつですか")
    assert other.conversation_id not in ("c1", first.conversation_id)
    assert other.asked_as is None
    assert conversations.turns("c1") == []
    assert len(str(first.conversation_id)) > 30


def test_a_conversation_is_bounded(talk: Talk, conversations: ConversationStore) -> None:
    for _ in range(TURNS_KEPT + 3):
        talk(CLOCK)
    assert len(conversations.turns(str(talk.id))) == TURNS_KEPT


def test_what_is_typed_does_nothing_where_it_is_shown_again(talk: Talk) -> None:
    assert talk(f"<b>{CLOCK}").status == "answered"
    answer = talk("その電池はいつ交換しますか")
    assert said(answer) == [BATTERY]
    assert "<b>" not in answer.text
    assert "<b>" not in str(answer.asked_as)


@pytest.mark.parametrize(
    ("says", "answered"),
    [
        ("来客に渡す名札の番号はどう管理しますか", True),
        ("来客に渡す名札はどう管理しますか", False),  # what was asked has got lost
        ("火星の番号の天気の献立はどうなっていますか", False),  # nothing answers that
        (None, False),
    ],
)
def test_a_rewritten_question_is_only_searched_for(
    holder: IndexHolder,
    tokenizer: Tokenizer,
    evidence: EvidenceModel,
    conversations: ConversationStore,
    says: str | None,
    answered: bool,  # noqa: FBT001 - a case of the table above
) -> None:
    rewriter = Rewriter(says)
    llm = ScriptedComposer([], fails="こわれました")
    service = AnswerService(
        holder,
        tokenizer,
        None,
        question_limit=200,
        ask_contact="窓口",
        evidence=evidence,
        conversations=conversations,
        llm=llm,
        rewriter=rewriter,
    )
    talk = Talk(service)
    talk(CLOCK)
    answer = talk("その番号は？")
    assert rewriter.asked == ["その番号は？"]
    assert (answer.status == "answered") is answered
    if answered:
        assert answer.asked_as == f"「{says}」というご質問にお答えしました。"
        assert llm.given[-1].wording == says
    service.answer("その番号は？", conversation_id=talk.id, engine="extractive")
    assert len(rewriter.asked) == 1
