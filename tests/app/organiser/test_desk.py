from collections.abc import Iterator
from pathlib import Path

import pytest

from app.organiser.desk import Desk
from app.organiser.generalisation.generaliser import Generaliser
from app.organiser.intake import intake
from app.store.originals import FILE_NAME as ORIGINALS
from app.store.originals import OriginalStore
from app.store.questions import QuestionStore
from ingest.text.words import Tokenizer

COMPANIES = [f"株式会社ナナホシ{n}精機" for n in "アイウエオカキクケコ"] + [
    "カネシロ工業",
    "東雲ゴム有限会社",
]
PEOPLE = [
    "佐々木",
    "高橋",
    "小野寺",
    "長谷川",
    "渡辺",
    "田中",
    "山田",
    "鈴木",
    "加藤",
    "伊藤",
    "中村",
    "小林",
]


@pytest.fixture
def stores(tmp_path: Path) -> Iterator[tuple[QuestionStore, OriginalStore]]:
    questions, originals = QuestionStore.open(tmp_path / "var"), OriginalStore.open(tmp_path / "var")
    questions.create_meeting("m1", "第2回")
    yield questions, originals
    questions.close()
    originals.close()


def _file(tmp_path: Path) -> Path:
    file = tmp_path / "株式会社ナナホシ_質問.csv"
    rows = [
        f"{company},{company}の{person}部長から、規程{n}の見直しを頼まれました。進め方を教えてください。"
        for n, (company, person) in enumerate(zip(COMPANIES, PEOPLE, strict=True))
    ]
    file.write_text("会社名,質問\n" + "\n".join(rows) + "\n", encoding="utf-8")
    return file


def test_no_planted_name_is_found_outside_the_originals(
    stores: tuple[QuestionStore, OriginalStore], tmp_path: Path
) -> None:
    desk = Desk(*stores, Generaliser())
    file = _file(tmp_path)
    done = desk.take_in(intake(file), "m1", content=file.read_bytes(), accepted_by="事務局")
    assert len(done.questions) == len(COMPANIES)
    for store in stores:
        store.close()  # what is in the write-ahead log goes into the file
    for path in (tmp_path / "var").iterdir():
        names = [name for name in (*COMPANIES, *PEOPLE, "ナナホシ") if name.encode() in path.read_bytes()]
        assert not names or path.name.startswith(ORIGINALS)
    assert "ナナホシ".encode() in (tmp_path / "var" / ORIGINALS).read_bytes()


def test_the_same_file_twice_does_not_double(
    stores: tuple[QuestionStore, OriginalStore], tmp_path: Path
) -> None:
    desk = Desk(*stores, Generaliser())
    result = intake(_file(tmp_path))
    first, second = desk.take_in(result, "m1"), desk.take_in(result, "m1")
    assert (len(first.questions), first.known) == (12, 0)
    assert (len(second.questions), second.known) == (0, 12)
    assert len(stores[0].of_meeting("m1")) == 12


def test_nothing_is_shown_before_a_person_has_accepted_it(
    stores: tuple[QuestionStore, OriginalStore], tmp_path: Path
) -> None:
    desk = Desk(*stores, Generaliser())
    question = desk.take_in(intake(_file(tmp_path)), "m1").questions[0]
    assert stores[0].get(question.id).text is None
    proposed = desk.proposal(question.id, by="青木")
    assert proposed.text.startswith("弊社のA部長から")
    accepted = stores[0].accept(question.id, version=1, text=proposed.text, by="青木")
    assert accepted.accepted_by == "青木"


def test_arranging_marks_duplicates_and_leaves_decisions_alone(
    stores: tuple[QuestionStore, OriginalStore], tmp_path: Path
) -> None:
    desk = Desk(*stores, Generaliser())
    file = tmp_path / "q.csv"
    file.write_text(
        "質問\nログは何年保存すればよいですか\nログの保存期間は何年が目安ですか\n規程の雛形はどこにありますか\n",
        encoding="utf-8",
    )
    desk.take_in(intake(file), "m1", accepted_by="事務局")
    decided = stores[0].of_meeting("m1")[2]
    stores[0].decide(decided.id, version=1, state="chosen", by="青木")
    groups = desk.arrange("m1", None, Tokenizer(), by="青木")
    assert len(groups) == 2
    assert sum(q.duplicate_of is not None for q in stores[0].of_meeting("m1")) == 1
    assert stores[0].get(decided.id).version == 2
