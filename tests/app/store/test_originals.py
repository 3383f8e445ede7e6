import sqlite3
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.organiser.models import Incoming, IntakeResult, KnownName, Origin, Span
from app.store.originals import FILE_NAME, OriginalStore
from ingest.errors import ErrorCode, YorozuError

INCOMING = Incoming(
    text="あおぞら精機では何から始めますか",
    origin=Origin(kind="paste"),
    known=(KnownName(text="あおぞら精機", kind="company"),),
)
SPAN = Span(start=0, end=6, original="あおぞら精機", replacement="弊社", kind="company", why="会社名の列")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[OriginalStore]:
    store = OriginalStore.open(tmp_path / "var")
    yield store
    store.close()


def test_an_original_comes_back_with_its_diff_and_the_opening_is_noted(
    store: OriginalStore, tmp_path: Path
) -> None:
    store.keep("q_1", INCOMING, [SPAN])
    incoming, generalised = store.open_original("q_1", by="青木")
    assert incoming == INCOMING
    assert generalised.text == "弊社では何から始めますか"
    with sqlite3.connect(tmp_path / "var" / FILE_NAME) as database:
        assert database.execute("SELECT subject, opened_by FROM openings").fetchall() == [("q_1", "青木")]
    database.close()


def test_other_spans_can_take_the_place_of_the_proposed_ones(store: OriginalStore) -> None:
    store.keep("q_1", INCOMING, [])
    store.propose("q_1", [SPAN])
    assert store.open_original("q_1", by="青木")[1].spans == (SPAN,)


def test_a_forgotten_original_is_gone(store: OriginalStore) -> None:
    store.keep("q_1", INCOMING, [SPAN])
    store.forget("q_1")
    with pytest.raises(YorozuError) as caught:
        store.open_original("q_1", by="青木")
    assert caught.value.code is ErrorCode.QUESTION_NOT_FOUND


def test_only_the_owner_may_read_the_file(store: OriginalStore, tmp_path: Path) -> None:
    store.keep("q_1", INCOMING, [])
    modes = {stat.S_IMODE(path.stat().st_mode) for path in (tmp_path / "var").glob(f"{FILE_NAME}*")}
    assert modes == {0o600}


def test_the_fingerprint_is_of_the_words_and_of_this_store(store: OriginalStore, tmp_path: Path) -> None:
    assert store.fingerprint("Ａ 社の質問") == store.fingerprint("A社の\n質問")
    again = OriginalStore.open(tmp_path / "var")
    elsewhere = OriginalStore.open(tmp_path / "other")
    assert again.fingerprint("あ") == store.fingerprint("あ") != elsewhere.fingerprint("あ")
    again.close()
    elsewhere.close()


def test_an_imported_file_is_kept_until_it_is_forgotten(store: OriginalStore) -> None:
    import_id = store.keep_import(IntakeResult(name="あおぞら精機.xlsx", sha256="0" * 64), b"bytes")
    assert store.open_import(import_id, by="青木") == ("あおぞら精機.xlsx", b"bytes")
    store.forget_import(import_id)
    with pytest.raises(YorozuError):
        store.open_import(import_id, by="青木")


def test_no_repr_shows_a_name() -> None:
    result = IntakeResult(name="あおぞら精機.xlsx", sha256="0", questions=(INCOMING,))
    assert "あおぞら" not in f"{result!r} {SPAN!r} {INCOMING!s}"
