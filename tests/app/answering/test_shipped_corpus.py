"""The corpus that ships, with the real model and without: what a first user asks."""

import re
from datetime import date
from pathlib import Path

import pytest

from app.answering.models import Answer
from app.answering.service import AnswerService
from app.answering.speech_acts import speaks_of_itself
from ingest.embedding.base import Embedder
from ingest.embedding.sentence_embedder import SentenceEmbedder
from ingest.index.reader import IndexHolder
from ingest.models import Consultation
from ingest.pipeline import ingest
from ingest.readers.consultation_yaml import read_consultation_yaml
from ingest.settings import Settings
from ingest.text.normalise import fold
from ingest.text.words import Tokenizer

ROOT = Path(__file__).resolve().parents[3]
CORPUS = ROOT / "corpus"
FILE = CORPUS / "consultations" / "yorozu_soudankai_gidai1.yaml"
SOURCE = "yorozu_soudankai_gidai1"
QUESTION_NOS = range(1, 19)
UNKNOWN = "火星の天気予報の精度の検証方法を教えてください"


def _service(folder: Path, tokenizer: Tokenizer, embedder: Embedder | None) -> AnswerService:
    # A folder of its own with this consultation and the catalogue: documents that someone fetched into the
    # corpus must not change what is tested.
    corpus = folder / "corpus"
    (corpus / "consultations").mkdir(parents=True)
    (corpus / "sources.yaml").write_bytes((CORPUS / "sources.yaml").read_bytes())
    (corpus / "consultations" / FILE.name).write_bytes(FILE.read_bytes())
    report = ingest(Settings(corpus=corpus, data_dir=folder / "var"), embedder=embedder)
    assert (report.failed, report.qas) == (0, 18)
    return AnswerService(
        IndexHolder(folder / "var", embedder.name if embedder else None),
        tokenizer,
        embedder,
        question_limit=2000,
        ask_contact="よろず相談会の事務局",
        today=date(2026, 11, 23),
    )


@pytest.fixture(scope="session")
def meeting() -> Consultation:
    found = read_consultation_yaml(FILE).consultation
    assert found is not None
    return found


@pytest.fixture(scope="session")
def by_meaning(
    tmp_path_factory: pytest.TempPathFactory, tokenizer: Tokenizer, embedder: SentenceEmbedder
) -> AnswerService:
    return _service(tmp_path_factory.mktemp("meaning"), tokenizer, embedder)


@pytest.fixture(scope="session")
def by_words(tmp_path_factory: pytest.TempPathFactory, tokenizer: Tokenizer) -> AnswerService:
    return _service(tmp_path_factory.mktemp("words"), tokenizer, None)


def _asked(service: AnswerService, meeting: Consultation, no: int) -> Answer:
    question = next(qa.question for qa in meeting.qas if qa.question_no == no)
    answer = service.answer(question)
    assert answer.status == "answered"
    return answer


def _codes(answer: Answer) -> list[str]:
    return [caution.code for caution in answer.cautions]


def check_contract(answer: Answer) -> None:
    """DESIGN 4.1 as far as it does not depend on the question."""
    assert set(answer.model_dump()) >= {
        "id", "status", "question", "text", "statements", "citations", "references", "cautions", "related",
        "missing", "confidence", "engine", "model", "timings_ms",
    }  # fmt: skip
    assert answer.id.startswith("ans_")
    assert 0 <= answer.confidence <= 1
    assert (answer.engine, answer.model) == ("extractive", None)
    assert Answer.model_validate_json(answer.model_dump_json()) == answer
    if answer.status == "answered":
        check_support(answer)
    else:
        assert (answer.statements, answer.citations, answer.references) == ([], [], [])
        assert answer.missing is not None
        assert answer.missing.ask in answer.text


def check_support(answer: Answer) -> None:
    """Every sentence shown stands word for word in a quote that it cites, and in the text with its marks."""
    assert answer.missing is None
    assert answer.statements
    assert [c.n for c in answer.citations] == list(range(1, len(answer.citations) + 1))
    quotes = {c.n: fold(c.quote) for c in answer.citations}
    for statement in answer.statements:
        assert statement.support == "verified"
        assert any(fold(statement.text) in quotes[n] for n in statement.citations)
        assert statement.text + "".join(f"[{n}]" for n in statement.citations) in answer.text
    head, _, rest = answer.text.partition("\n\n回答：\n")
    assert head.startswith("質問内容：")
    body = re.split(r"\n\n(?:注意：|参考資料|出典)\n", rest)[0].splitlines()
    shown = [line for line in body if line and not line.startswith("【")]
    assert [re.sub(r"(?:\[\d+\])+$", "", line) for line in shown] == [s.text for s in answer.statements]
    assert {int(n) for line in shown for n in re.findall(r"\[(\d+)\]", line)} <= set(quotes)


@pytest.mark.slow  # embeds the whole consultation once: 20 s
@pytest.mark.model
@pytest.mark.parametrize("no", QUESTION_NOS)
def test_a_question_of_the_meeting_asked_again_is_answered_from_it(
    by_meaning: AnswerService, meeting: Consultation, no: int
) -> None:
    answer = _asked(by_meaning, meeting, no)
    assert (answer.citations[0].source_id, answer.citations[0].question_no) == (SOURCE, no)
    assert answer.citations[0].title == "よろず相談会 議題1"
    check_contract(answer)


@pytest.mark.parametrize("no", QUESTION_NOS)
def test_so_it_is_by_words_alone_which_the_answer_says(
    by_words: AnswerService, meeting: Consultation, no: int
) -> None:
    answer = _asked(by_words, meeting, no)
    assert answer.citations[0].question_no == no
    assert "degraded" in _codes(answer)
    check_contract(answer)


@pytest.mark.slow  # embeds the whole consultation once: 20 s
@pytest.mark.model
@pytest.mark.parametrize("no", QUESTION_NOS)
def test_all_that_the_meeting_answered_is_given_with_its_references(
    by_meaning: AnswerService, meeting: Consultation, no: int
) -> None:
    answer = _asked(by_meaning, meeting, no)
    qa = next(qa for qa in meeting.qas if qa.question_no == no)
    shown = fold("".join(s.text for s in answer.statements))
    tokenizer = Tokenizer()
    left_out = [line for line in qa.answer.splitlines() if fold(line) not in shown]
    assert all(speaks_of_itself(line, tokenizer) for line in left_out), "sympathy alone may be left out"
    assert len(left_out) <= 1
    urls = {reference.url for reference in answer.references}
    assert {reference.url for reference in qa.references if reference.url} <= urls
    assert all(url in answer.text for url in urls if url)


@pytest.mark.slow  # embeds the whole consultation once: 20 s
@pytest.mark.model
def test_with_the_model_nothing_is_degraded(by_meaning: AnswerService, meeting: Consultation) -> None:
    assert "degraded" not in _codes(_asked(by_meaning, meeting, 1))


@pytest.mark.slow  # embeds the whole consultation once: 20 s
@pytest.mark.model
@pytest.mark.parametrize("service", ["by_meaning", "by_words"])
def test_a_deadline_of_the_meeting_is_said_to_be_over(
    service: str, meeting: Consultation, request: pytest.FixtureRequest
) -> None:
    answer = _asked(request.getfixturevalue(service), meeting, 6)
    past = [c for c in answer.cautions if c.code == "dated_deadline"]
    assert past
    assert all(c.citation == 1 for c in past)
    assert "2024年3月31日" in " ".join(c.message for c in past)


@pytest.mark.slow  # embeds the whole consultation once: 20 s
@pytest.mark.model
def test_an_edition_that_was_replaced_is_named(by_meaning: AnswerService, meeting: Consultation) -> None:
    assert "older_edition" in _codes(_asked(by_meaning, meeting, 10))
    assert "older_edition" not in _codes(_asked(by_meaning, meeting, 7))


@pytest.mark.slow  # embeds the whole consultation once: 20 s
@pytest.mark.model
@pytest.mark.parametrize(
    ("raw", "no"),
    [
        ("No17について教えてください", 11),
        ("項番９５について教えてください", 2),
        ("№76はどうすればよいですか", 15),
    ],
)
def test_an_item_number_leads_to_its_question(by_meaning: AnswerService, raw: str, no: int) -> None:
    assert by_meaning.answer(raw).citations[0].question_no == no


@pytest.mark.slow  # embeds the whole consultation once: 20 s
@pytest.mark.model
@pytest.mark.parametrize("number", [7, 117, 171, 999])
def test_an_item_number_that_is_not_there_is_not_answered(by_meaning: AnswerService, number: int) -> None:
    answer = by_meaning.answer(f"No{number}について教えてください")
    check_contract(answer)
    assert answer.status == "insufficient_evidence"
    assert _codes(answer) == ["unknown_item"]
    assert f"No{number}" in answer.text


@pytest.mark.slow  # embeds the whole consultation once: 20 s
@pytest.mark.model
def test_two_items_named_are_both_there(by_meaning: AnswerService) -> None:
    answer = by_meaning.answer("No17とNo30について教えてください")
    assert {c.question_no for c in answer.citations} >= {11, 13}
    check_contract(answer)


@pytest.mark.slow  # embeds the whole consultation once: 20 s
@pytest.mark.model
def test_what_the_corpus_does_not_hold(by_meaning: AnswerService) -> None:
    answer = by_meaning.answer(UNKNOWN)
    assert answer.status == "insufficient_evidence"
    check_contract(answer)
    assert "火星" not in answer.text
    assert "よろず相談会の事務局にお問い合わせください。" in answer.text


@pytest.mark.slow  # embeds the whole consultation once: 20 s
@pytest.mark.model
def test_two_questions_at_once_are_both_answered(by_meaning: AnswerService, meeting: Consultation) -> None:
    by_no = {qa.question_no: qa.question for qa in meeting.qas}
    answer = by_meaning.answer(f"{by_no[2]}\n{by_no[17]}")
    assert {c.question_no for c in answer.citations} >= {2, 17}
    check_contract(answer)
