import sqlite3
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy.exc import IntegrityError

from app.answering.ids import new_id
from app.answering.models import Answer
from app.store.answers import FILE_NAME, AnswerStore
from ingest.errors import ErrorCode, YorozuError
from tests.fakes.answer_service import answered, insufficient

# What JSON can carry: no lone surrogates, no infinities, integers that a page or item number could be.
TEXT = st.text(st.characters(codec="utf-8"), max_size=20)
NUMBERS = st.integers(-(2**53), 2**53)
FLOATS = st.floats(allow_nan=False, allow_infinity=False)


def _answers() -> st.SearchStrategy[Answer]:
    st.register_type_strategy(str, TEXT)
    st.register_type_strategy(int, NUMBERS)
    st.register_type_strategy(float, FLOATS)
    return st.builds(Answer, id=st.builds(new_id))


@pytest.fixture
def store(tmp_path: Path) -> AnswerStore:
    return AnswerStore.open(tmp_path / "deep" / "var")


def test_ids_are_long_different_and_fit_into_an_address() -> None:
    ids = {new_id() for _ in range(1000)}
    assert len(ids) == 1000
    assert all(
        one.startswith("ans_") and len(one) >= 26 and one[4:].replace("-", "a").replace("_", "a").isalnum()
        for one in ids
    )


@settings(max_examples=40, deadline=None)
@given(answers=st.lists(_answers(), min_size=1, max_size=3, unique_by=lambda answer: answer.id))
def test_what_was_saved_is_read_back_equal(answers: list[Answer]) -> None:
    with TemporaryDirectory() as folder:
        store = AnswerStore.open(Path(folder))
        for answer in answers:
            store.save(answer)
        store.close()
        again = AnswerStore.open(Path(folder))
        assert [again.get(answer.id) for answer in answers] == answers
        again.close()


def test_an_unknown_id_is_a_clear_error(store: AnswerStore) -> None:
    with pytest.raises(YorozuError) as caught:
        store.get("ans_nope")
    assert caught.value.code is ErrorCode.ANSWER_NOT_FOUND
    assert "ans_nope" in caught.value.message


def test_the_newest_are_kept_whatever_their_dates_say(tmp_path: Path) -> None:
    store = AnswerStore.open(tmp_path, kept=3)
    answers = [answered(f"質問{n}", created_at=f"20{30 - n}-01-01T00:00:00+00:00") for n in range(8)]
    for answer in answers:
        store.save(answer)
    assert [store.get(answer.id).question for answer in answers[5:]] == ["質問5", "質問6", "質問7"]
    for answer in answers[:5]:
        with pytest.raises(YorozuError, match="保存されていません"):
            store.get(answer.id)


def test_a_date_is_noted_even_where_the_answer_has_none(store: AnswerStore, tmp_path: Path) -> None:
    store.save(insufficient().model_copy(update={"created_at": None}))
    with sqlite3.connect(tmp_path / "deep" / "var" / FILE_NAME) as database:
        (noted,) = database.execute("SELECT created_at FROM answers").fetchone()
    database.close()
    assert datetime.fromisoformat(noted).tzinfo is not None


def test_two_stores_and_eight_threads_lose_nothing(tmp_path: Path) -> None:
    stores = [AnswerStore.open(tmp_path), AnswerStore.open(tmp_path)]
    answers = [answered(f"質問{n}") for n in range(80)]
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda n: stores[n % 2].save(answers[n]), range(80)))
    assert [stores[0].get(answer.id) for answer in answers] == answers


def test_readers_do_not_wait_for_a_writer(store: AnswerStore, tmp_path: Path) -> None:
    answer = answered()
    store.save(answer)
    writer = sqlite3.connect(tmp_path / "deep" / "var" / FILE_NAME, isolation_level=None)
    writer.execute("BEGIN IMMEDIATE")
    writer.execute("DELETE FROM answers")
    assert store.get(answer.id) == answer
    writer.execute("ROLLBACK")
    writer.close()


def test_a_place_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(YorozuError) as caught:
        AnswerStore.open(tmp_path / "file" / "var")
    assert caught.value.code is ErrorCode.DATA_DIR_UNWRITABLE
    assert str(tmp_path / "file" / "var") in caught.value.message


def test_a_folder_in_the_database_s_place_is_named(tmp_path: Path) -> None:
    (tmp_path / FILE_NAME).mkdir()
    with pytest.raises(YorozuError) as caught:
        AnswerStore.open(tmp_path)
    assert caught.value.code is ErrorCode.DATA_DIR_UNWRITABLE


def test_a_file_that_is_no_database_is_named(tmp_path: Path) -> None:
    (tmp_path / FILE_NAME).write_bytes(b"not a database at all" * 100)
    with pytest.raises(YorozuError) as caught:
        AnswerStore.open(tmp_path)
    assert caught.value.code is ErrorCode.STORE_DAMAGED
    assert FILE_NAME in caught.value.message


def test_a_store_that_became_read_only_says_so(store: AnswerStore, tmp_path: Path) -> None:
    with store._engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA query_only=ON")
        connection.commit()
    with pytest.raises(YorozuError) as caught:
        store.save(answered())
    assert caught.value.code is ErrorCode.DATA_DIR_UNWRITABLE
    assert str(tmp_path) in caught.value.message


def test_an_id_used_twice_is_not_blamed_on_the_file(store: AnswerStore) -> None:
    answer = answered()
    store.save(answer)
    with pytest.raises(IntegrityError):
        store.save(answer)
