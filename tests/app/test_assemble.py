"""Putting the parts together opens the store and nothing else: index and model wait for a question."""

import sys
from datetime import date
from pathlib import Path

import pytest

from app import assemble
from app.assemble import answer_service, llm_composer, service_state
from app.meters import Meters
from app.settings import ServiceSettings
from ingest.errors import ErrorCode, YorozuError
from ingest.index.build import build_index
from ingest.models import Passage, Source
from tests.fakes.cross_encoder import EnglishCrossEncoder, FakeCrossEncoder
from tests.fakes.hashed_embedder import HashedEmbedder
from tests.fakes.llm_server import llm_server

ANSWER = "名札は2020年度中に番号を付け、受付で管理してください。"
PASSAGE = Passage("q", "m", "m.yaml", ANSWER, 0, question="来客の名札はどう管理しますか。", question_no=1)


def settings(tmp_path: Path, **given: object) -> ServiceSettings:
    return ServiceSettings.load(**({"data_dir": tmp_path / "var", "embedder": "none"} | given))


def build(given: ServiceSettings, embedder: HashedEmbedder | None = None) -> None:
    build_index(given.data_dir, [Source("m", "相談会", kind="consultation")], [PASSAGE], embedder)


def test_it_needs_no_index_until_it_is_asked(tmp_path: Path) -> None:
    service = answer_service(settings(tmp_path))
    for call in (service.warm, service.generation, service.sources, lambda: service.answer("名札は")):
        with pytest.raises(YorozuError) as caught:
            call()
        assert caught.value.code is ErrorCode.INDEX_MISSING


def test_an_index_that_comes_later_is_used(tmp_path: Path) -> None:
    given = settings(tmp_path)
    service = answer_service(given)
    build(given)
    service.warm()
    assert service.generation() == "gen-000001"
    assert service.answer("来客の名札はどう管理しますか。").status == "answered"
    build(given)
    assert service.generation() == "gen-000002"


def test_the_settings_reach_the_answers(tmp_path: Path) -> None:
    given = settings(tmp_path, question_limit=20, ask_contact="総務の窓口", today=date(2021, 4, 1))
    build(given)
    service = answer_service(given)
    with pytest.raises(YorozuError, match="20文字以内"):
        service.answer("名" * 21)
    codes = [c.code for c in service.answer("来客の名札はどう管理しますか。").cautions]
    assert "dated_deadline" in codes
    missing = service.answer("火星の天気予報の精度は？").missing
    assert missing is not None
    assert missing.ask.startswith("総務の窓口")
    before = answer_service(settings(tmp_path, today=date(2021, 3, 31)))
    assert "dated_deadline" not in [c.code for c in before.answer("来客の名札はどう管理しますか。").cautions]


def test_words_alone_read_an_index_with_vectors(tmp_path: Path) -> None:
    given = settings(tmp_path)
    build(given, HashedEmbedder())
    answer = answer_service(given).answer("来客の名札はどう管理しますか。")
    assert answer.status == "answered"
    assert "degraded" in [c.code for c in answer.cautions]


@pytest.mark.model
def test_an_index_of_another_embedder_is_refused(tmp_path: Path, model_dir: Path) -> None:
    given = settings(tmp_path, embedder="package", model_dir=model_dir)
    build(given, HashedEmbedder())
    with pytest.raises(YorozuError) as caught:
        answer_service(given).answer("名札は")
    assert caught.value.code is ErrorCode.EMBEDDER_MISMATCH


def test_without_the_model_words_alone_answer_and_say_so(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    given = settings(tmp_path, embedder=str(tmp_path / "no-such-model"))
    build(given, HashedEmbedder())
    answer = answer_service(given).answer("来客の名札はどう管理しますか。")
    assert answer.status == "answered"
    assert "degraded" in [c.code for c in answer.cautions]
    assert "no-such-model" in caplog.text


def test_other_faults_of_the_model_are_not_passed_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_: object) -> None:
        raise YorozuError(ErrorCode.SETTING_INVALID, name="YOROZU_EMBEDDER", reason="…")

    monkeypatch.setattr(assemble, "load_embedder", fail)
    with pytest.raises(YorozuError) as caught:
        answer_service(settings(tmp_path))
    assert caught.value.code is ErrorCode.SETTING_INVALID


def test_the_state_holds_settings_service_and_an_open_store(tmp_path: Path) -> None:
    given = settings(tmp_path)
    build(given)
    state = service_state(given)
    assert state.settings is given
    answer = state.answerer.answer("来客の名札はどう管理しますか。")
    state.store.save(answer)
    assert state.store.get(answer.id) == answer
    state.store.close()
    assert sorted(path.name for path in given.data_dir.iterdir() if path.name.startswith("store")) == [
        "store.sqlite"
    ]


def test_without_a_language_model_there_is_no_composer_for_it(tmp_path: Path) -> None:
    assert llm_composer(settings(tmp_path)) is None


def test_a_language_model_by_settings_alone(tmp_path: Path) -> None:
    with llm_server() as server:
        given = settings(
            tmp_path, llm="openai:m", llm_base_url=server.url, llm_api_key="sk-1", llm_daily_tokens=10**6
        )
        build(given)
        llm = llm_composer(given)
        answer = answer_service(given, llm).answer("来客の名札はどう管理しますか。")
        assert llm is not None
        llm.close()
    assert (answer.engine, answer.model) == ("llm", "openai:m")
    assert server.keys == ["Bearer sk-1"]
    assert (given.data_dir / "llm_usage.sqlite").is_file()


def test_a_language_model_that_cannot_be_made_is_met_at_the_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "langchain_mistralai", None)
    for name, code in (
        ("mistralai:m", ErrorCode.LLM_PACKAGE_MISSING),
        ("nobody:m", ErrorCode.SETTING_INVALID),
    ):
        with pytest.raises(YorozuError) as caught:
            service_state(settings(tmp_path, llm=name))
        assert caught.value.code is code


def test_a_data_folder_that_is_a_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "var").write_text("x")
    with pytest.raises(YorozuError) as caught:
        service_state(settings(tmp_path))
    assert caught.value.code is ErrorCode.DATA_DIR_UNWRITABLE


QUESTION = "来客の名札はどう管理しますか。"


def test_without_a_reranker_none_is_opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    given = settings(tmp_path)
    build(given)
    opened: list[str] = []
    monkeypatch.setattr(assemble, "open_cross_encoder", opened.append)
    answer_service(given).warm()
    assert opened == []


def test_the_reranker_of_the_settings_reads_the_candidates(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    given = settings(tmp_path, reranker="some/model", rerank_depth=7)
    build(given)
    opened: list[str] = []
    model = FakeCrossEncoder()

    def load(name: str) -> FakeCrossEncoder:
        opened.append(name)
        return model

    monkeypatch.setattr(assemble, "open_cross_encoder", load)
    service = answer_service(given)
    assert opened == []
    service.warm()
    assert service.answer(QUESTION).status == "answered"
    assert opened == ["some/model"]
    assert (QUESTION, f"{PASSAGE.question}\n{ANSWER}") in [pair for batch in model.read for pair in batch]


def test_a_reranker_that_knows_no_japanese_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    given = settings(tmp_path, reranker="english/only")
    build(given)
    monkeypatch.setattr(assemble, "open_cross_encoder", lambda _: EnglishCrossEncoder())
    service = answer_service(given)
    for call in (service.warm, lambda: service.answer(QUESTION), lambda: service.search(QUESTION, 3)):
        with pytest.raises(YorozuError) as caught:
            call()
        assert caught.value.code is ErrorCode.RERANKER_NOT_JAPANESE


def test_a_reranker_that_is_not_there_is_named(tmp_path: Path) -> None:
    given = settings(tmp_path, reranker=str(tmp_path / "no-reranker"))
    build(given)
    with pytest.raises(YorozuError) as caught:
        answer_service(given).warm()
    assert caught.value.code is ErrorCode.MODEL_UNAVAILABLE
    assert "no-reranker" in caught.value.message


def test_words_that_find_nothing_are_counted_by_the_meters(tmp_path: Path) -> None:
    given = settings(tmp_path)
    build(given)
    meters = Meters()
    service = answer_service(given, meters=meters)
    for question in (QUESTION, "xyzzy", "plughのfrobozz", "はい、それで。"):
        service.answer(question)
    text = meters.text().decode()
    assert 'yorozu_lexical_alarms_total{reason="unknown_words"} 2.0' in text
    assert 'yorozu_lexical_alarms_total{reason="no_words"} 1.0' in text


def test_a_judge_that_cannot_be_had_is_done_without(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(_: object) -> None:
        raise YorozuError(ErrorCode.MODEL_UNAVAILABLE, reason="no-judge")

    given = settings(tmp_path)
    build(given, HashedEmbedder())
    monkeypatch.setattr(assemble, "load_embedder", lambda _: HashedEmbedder())
    monkeypatch.setattr(assemble, "load_judge", fail)
    assert answer_service(given).answer(QUESTION).question == QUESTION
    assert "no-judge" in caplog.text


def test_without_an_embedder_no_judge_is_loaded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    loaded: list[object] = []
    monkeypatch.setattr(assemble, "load_judge", loaded.append)
    answer_service(settings(tmp_path))
    assert loaded == []
