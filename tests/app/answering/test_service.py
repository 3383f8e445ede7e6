"""From a question to the whole answer, on the small index: words alone, weights that do not matter."""

import math
from dataclasses import replace
from datetime import date
from pathlib import Path
from threading import Thread

import pytest

from app.answering.evidence import EvidenceModel, Weights
from app.answering.filters import Filters
from app.answering.models import Answer
from app.answering.rerank import Reranker
from app.answering.service import AnswerService
from ingest.errors import ErrorCode, YorozuError
from ingest.index.build import build_index
from ingest.index.reader import IndexHolder
from ingest.models import Passage, Source
from ingest.text.normalise import fold
from ingest.text.words import Tokenizer
from tests.fakes.cross_encoder import FakeCrossEncoder
from tests.fakes.evidence_judge import FakeJudge
from tests.fakes.letter_embedder import LetterEmbedder

BADGE = "来客に渡す名札はどう管理すればよいですか。"
CLOCK = "工場の時計が遅れるときはどう直せばよいですか。"
UNKNOWN = "火星の天気予報の精度の検証方法を教えてください。"


@pytest.fixture(scope="module")
def service(holder: IndexHolder, tokenizer: Tokenizer, evidence: EvidenceModel) -> AnswerService:
    return AnswerService(holder, tokenizer, None, question_limit=200, ask_contact="窓口", evidence=evidence)


def codes(answer: Answer) -> list[str]:
    return [caution.code for caution in answer.cautions]


def test_an_answer_shows_statements_with_their_marks_and_where_they_stand(service: AnswerService) -> None:
    answer = service.answer(BADGE)
    assert answer.status == "answered"
    assert [(s.text, s.citations, s.support) for s in answer.statements] == [
        ("名札は番号を付けて受付で管理します。", [1], "verified"),
        ("退出のときに必ず返してもらってください。", [2], "verified"),
    ]
    assert [(c.n, c.question_no, c.quote) for c in answer.citations] == [
        (1, 2, "名札は番号を付けて受付で管理します。"),
        (2, 2, "退出のときに必ず返してもらってください。"),
    ]
    for statement in answer.statements:
        marks = "".join(f"[{n}]" for n in statement.citations)
        assert statement.text + marks in answer.text
    assert answer.missing is None
    assert 0 < answer.confidence <= 1
    assert answer.generation == service.generation()


def test_the_closing_of_a_mail_is_neither_answered_nor_missed(service: AnswerService) -> None:
    closing = "来月の五日までに火星の窓口までご連絡ください。よろしくお願いします。"
    answer = service.answer(BADGE + closing)
    assert "partial" not in codes(answer)
    assert answer.text.split("\n")[0] == f"質問内容：{BADGE}"


def test_a_second_question_of_which_nothing_is_said_is_named_by_its_place(service: AnswerService) -> None:
    answer = service.answer(BADGE + "来月の五日までに火星の窓口までご連絡ください。祝日はいつですか。")
    assert [c.message for c in answer.cautions if c.code == "partial"] == [
        "ご質問の2つ目の問いには、資料の中に答えが見つかりません。"
    ]
    assert "祝日" not in answer.text


def test_two_questions_are_answered_under_their_headings(service: AnswerService) -> None:
    answer = service.answer(BADGE + CLOCK)
    assert f"【{BADGE.rstrip('。')}】" in answer.text
    assert f"【{CLOCK.rstrip('。')}】" in answer.text
    assert [c.n for c in answer.citations] == [1, 2, 3]
    assert set(codes(answer)) == {"older_edition", "degraded"}


def test_a_heading_leaves_out_the_conjunction_in_front_of_a_part(service: AnswerService) -> None:
    assert f"【{CLOCK.rstrip('。')}】" in service.answer(f"{BADGE}また、{CLOCK}").text


def test_a_part_answered_from_two_places_names_their_questions(service: AnswerService) -> None:
    text = service.answer("No17とNo117について教えてください").text
    assert "【過去の質問1「工場の時計が遅れるときは、どう直せばよいですか。」への回答】" in text
    assert "【過去の質問2「来客に渡す名札は、どう管理すればよいですか。」への回答】" in text


def test_a_question_half_answered_says_which_half(service: AnswerService) -> None:
    answer = service.answer(BADGE + UNKNOWN)
    assert answer.status == "answered"
    assert "partial" in codes(answer)
    assert answer.text.startswith(f"質問内容：{BADGE}\n")
    assert "火星" not in answer.text
    assert answer.question == BADGE + UNKNOWN


def test_what_is_not_there_is_not_answered(service: AnswerService) -> None:
    answer = service.answer(UNKNOWN)
    assert answer.status == "insufficient_evidence"
    assert (answer.statements, answer.citations) == ([], [])
    assert answer.missing is not None


def test_a_cited_page_has_its_reference_and_its_older_edition_is_named(service: AnswerService) -> None:
    answer = service.answer("夏の冷房は何度に設定しますか。")
    (citation,) = answer.citations
    assert (citation.page, citation.page_label, citation.edition) == (4, "P2", "第1.0版")
    assert [r.label for r in answer.references] == ["■時計協会：時計の手引き第1.0版 P2"]
    assert ("older_edition", 1) in [(c.code, c.citation) for c in answer.cautions]


def test_filters_are_kept(service: AnswerService) -> None:
    assert service.answer(BADGE, filters=Filters(kinds=("guideline",))).status == "insufficient_evidence"
    assert service.answer(BADGE, filters=Filters(source_ids=("meeting",))).status == "answered"


@pytest.mark.parametrize("engine", ["llm", "", "EXTRACTIVE"])
def test_an_engine_that_is_not_there(service: AnswerService, engine: str) -> None:
    with pytest.raises(YorozuError) as caught:
        service.answer(BADGE, engine=engine)
    assert caught.value.code is ErrorCode.ENGINE_UNAVAILABLE
    assert service.answer(BADGE, engine="extractive").engine == "extractive"


def test_hostile_text_is_a_question_like_any_other(service: AnswerService) -> None:
    for raw in (
        "'; DROP TABLE answers; --",
        "<script>alert(1)</script>",
        "名札\x00\ud800",
        "%s %n {0}",
        "../../etc",
    ):
        answer = service.answer(raw)
        assert "\x00" not in answer.question
        assert answer.model_dump_json().encode("utf-8")


def test_markup_and_addresses_in_a_question_are_not_repeated(service: AnswerService) -> None:
    """An answer is pasted into pages and mails of others: nothing that was typed may act there."""
    for tail in ("<img src=x onerror=alert(1)>", " https://evil.example/x", " [見る](javascript:alert(1))"):
        answer = service.answer(BADGE + tail)
        assert answer.status == "answered"
        assert tail.strip() not in answer.text
        assert "evil" not in answer.text
        assert "onerror" not in answer.text


def test_the_sources_and_one_of_them(service: AnswerService) -> None:
    assert [s.id for s in service.sources()] == ["meeting", "guide", "guide2"]
    assert service.source("guide").edition == "第1.0版"
    with pytest.raises(YorozuError) as caught:
        service.source("no-such")
    assert caught.value.code is ErrorCode.SOURCE_NOT_FOUND


def test_search_gives_whole_passages(service: AnswerService) -> None:
    result = service.search("名札の番号", 2)
    assert result.query == "名札の番号"
    assert [hit.rank for hit in result.results] == [1, 2]
    hit = result.results[0]
    assert (hit.title, hit.question_no, hit.item_nos) == ("時計の相談会", 2, [117])
    assert hit.text == "名札は番号を付けて受付で管理します。"
    ranks = [hit.rank for hit in service.search("名札", 100).results]
    assert ranks == list(range(1, len(ranks) + 1))


def test_timings_add_up(service: AnswerService) -> None:
    for raw in (BADGE, UNKNOWN):
        timings = service.answer(raw).timings_ms
        assert timings.total > 0
        parts = timings.retrieve + timings.compose + timings.verify
        assert parts == pytest.approx(timings.total, abs=0.1)


def test_threads_get_the_answers_that_one_gets(service: AnswerService) -> None:
    questions = [BADGE, CLOCK, UNKNOWN, "No95の非常口の鍵はどこですか"] * 5
    alone = [service.answer(q).text for q in questions]
    together = [""] * len(questions)

    def ask(place: int) -> None:
        together[place] = service.answer(questions[place]).text

    threads = [Thread(target=ask, args=(place,)) for place in range(len(questions))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert together == alone


DATED = "規程は2020年度中に、名札は2030年度末までに見直してください。"


@pytest.mark.parametrize(
    ("today", "past"),
    [(date(2021, 3, 31), 0), (date(2021, 4, 1), 1), (date(2031, 4, 1), 2)],
)
def test_deadlines_are_measured_by_the_day_given(
    tmp_path: Path, tokenizer: Tokenizer, evidence: EvidenceModel, today: date, past: int
) -> None:
    passage = Passage("q", "m", "m", DATED, 0, question="名札の規程はいつまでに見直しますか", question_no=1)
    build_index(tmp_path, [Source("m", "相談会", kind="consultation")], [passage], None)
    service = AnswerService(
        IndexHolder(tmp_path, None), tokenizer, None,
        question_limit=200, ask_contact="窓口", today=today, evidence=evidence,
    )  # fmt: skip
    answer = service.answer("名札の規程はいつまでに見直しますか")
    assert codes(answer).count("dated_deadline") == past
    assert answer.text.count("すでに過ぎた期限") == past


def test_a_statement_stands_word_for_word_in_its_own_citation(service: AnswerService) -> None:
    for raw in (BADGE, CLOCK, BADGE + CLOCK, "床と窓は毎週どう拭きますか", "鍵と電球は？"):
        answer = service.answer(raw)
        quotes = {c.n: fold(c.quote) for c in answer.citations}
        for statement in answer.statements:
            assert statement.support == "verified"
            assert any(fold(statement.text) in quotes[n] for n in statement.citations)


@pytest.mark.parametrize(
    ("question", "lost"),
    [
        (BADGE, []),
        ("はい、それで。", ["no_words"]),
        ("はい、それで。それで？", ["no_words"]),
        ("xyzzy", ["unknown_words"]),
        ("xyzzyとplughはどこですか。plughのfrobozzは何ですか。", ["unknown_words"]),
        (BADGE + "xyzzyのplughは？", []),
    ],
)
def test_a_question_whose_words_find_nothing_is_counted_once(
    holder: IndexHolder, tokenizer: Tokenizer, evidence: EvidenceModel, question: str, lost: list[str]
) -> None:
    counted: list[str] = []
    service = AnswerService(
        holder, tokenizer, None,
        question_limit=200, ask_contact="窓口", evidence=evidence, lost=counted.append,
    )  # fmt: skip
    service.warm()
    assert counted == []
    service.answer(question)
    assert counted == lost
    service.search(question, 3)
    assert counted == lost


def test_judge_and_reranker_reach_the_answer(
    tmp_path: Path, tokenizer: Tokenizer, evidence: EvidenceModel
) -> None:
    passages = [
        Passage("q1", "m", "m", "名札を返します。", 0, question="名札は返しますか", question_no=1),
        Passage("q2", "m", "m", "札は要りません。", 1, question="名札は要りますか", question_no=2),
    ]
    embedder = LetterEmbedder()
    build_index(tmp_path, [Source("m", "相談会", kind="consultation")], passages, embedder)
    judged = replace(evidence, judged=Weights(0.0, {"judged": 1.0}))
    model, judge = FakeCrossEncoder("札は要りません。"), FakeJudge(3.0)
    service = AnswerService(
        IndexHolder(tmp_path, embedder.name), tokenizer, embedder,
        question_limit=200, ask_contact="窓口", evidence=judged, judge=judge,
        reranker=Reranker(lambda: model, depth=5, budget_ms=1e6),
    )  # fmt: skip
    answer = service.answer("名札は返しますか")
    assert [c.question_no for c in answer.citations] == [2]
    assert answer.confidence == pytest.approx(0.9526, abs=1e-4)
    assert model.read
    assert [asked for asked, _ in judge.asked] == ["名札は返しますか"]


@pytest.mark.parametrize(("confidence", "weak"), [(0.79, ["weak_evidence"]), (0.81, [])])
def test_an_answer_on_weak_evidence_says_so(
    confidence: float, weak: list[str], holder: IndexHolder, tokenizer: Tokenizer
) -> None:
    same = Weights(math.log(confidence / (1 - confidence)), {})
    sure = EvidenceModel(judged=same, vectors=same, words=same, threshold=0.5)
    service = AnswerService(holder, tokenizer, None, question_limit=200, ask_contact="窓口", evidence=sure)
    answer = service.answer(BADGE)
    assert answer.confidence == pytest.approx(confidence, abs=1e-3)
    assert [code for code in codes(answer) if code == "weak_evidence"] == weak
