"""Fifty invented names go in with a spreadsheet and the chat; they are found with the originals alone."""

import logging
from collections.abc import Iterator
from contextlib import ExitStack, closing
from dataclasses import replace
from pathlib import Path

import openpyxl
import pytest
from openpyxl.comments import Comment

from app.assemble import answer_service, draft_desk
from app.organiser import review
from app.organiser.desk import Desk
from app.organiser.draft_desk import DraftDesk
from app.organiser.draft_run import Order, draft_file
from app.organiser.generalisation.generaliser import Generaliser
from app.organiser.publish import CASES_NAME, publish
from app.settings import ServiceSettings
from app.store.answers import AnswerStore
from app.store.originals import FILE_NAME as ORIGINALS
from app.store.originals import OriginalStore
from app.store.sent_questions import SentQuestions
from ingest.pipeline import ingest
from tests.leaks import names_below, names_in

pytestmark = pytest.mark.slow

MEETING = "m1"
FIRST = [
    *("ホシミナ", "アカツキ", "ミズハラ", "トキワダ", "クレナイ"),
    *("ヒナタノ", "ソラチカ", "カゼノマ", "ユキシロ", "ハナムラ"),
]
COMPANIES = [f"株式会社{first}{last}" for first in FIRST for last in ("鋳造", "樹脂")]
PEOPLE = [
    f"{family}{given}"
    for family in ("蓼科", "鷲尾", "楡井", "榊原", "梔子")
    for given in ["恒一", "沙耶", "陸人", "美緒", "直樹"]
]
SENDERS = [f"有限会社{first}精密" for first in ["ツキシマ", "ナミカワ", "イワトビ", "モリノエ", "タカノハ"]]
NAMES = [*COMPANIES, *PEOPLE, *SENDERS]
ASKED = ("来客用の名札はどのように管理すればよいですか。", "教育は年に何回行えばよいですか。")
CORPUS = """id: sample
title: 相談会
status: 原文
qas:
  - no: 1
    question: 来客用の名札はどのように管理すればよいですか。
    answer: 名札は受付で貸し出し、退館のときに必ず回収してください。貸し出した記録は一年間保管します。
  - no: 2
    question: 教育は年に何回行えばよいですか。
    answer: 教育は年に一回以上行ってください。
"""


@pytest.fixture
def settings(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> ServiceSettings:
    caplog.set_level(logging.DEBUG)  # before anything is opened: engines look at the level only then
    monkeypatch.setenv("YOROZU_EMBEDDER", "none")
    caplog.set_level(logging.INFO, "sqlalchemy")  # statements, which hide what they are given
    (tmp_path / "corpus" / "consultations").mkdir(parents=True)
    (tmp_path / "corpus" / "consultations" / "sample.yaml").write_text(CORPUS, encoding="utf-8")
    made = ServiceSettings(corpus=tmp_path / "corpus", data_dir=tmp_path / "var")
    ingest(made, embedder=None)
    return made


@pytest.fixture
def desk(settings: ServiceSettings) -> Iterator[DraftDesk]:
    with ExitStack() as stack:
        service = stack.enter_context(closing(answer_service(settings)))
        yield stack.enter_context(closing(draft_desk(settings, service, None)))


def _spreadsheet(folder: Path) -> Path:
    """Every name in the cells; some also in names of file and sheet, a comment, properties, a stray cell."""
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet.title = COMPANIES[0]
    sheet.append(["受付番号", "会社名", "担当者", "ご質問内容", "備考"])
    people = [*PEOPLE, *PEOPLE]
    for row, (company, person) in enumerate(zip(COMPANIES, people, strict=False), start=1):
        text = f"{company}の{person}です。{row}番目の工場の件です。{ASKED[row % 2]}"
        sheet.append([row, company, person, text, f"{person}様より電話"])
    for row, person in enumerate(PEOPLE[len(COMPANIES) :], start=len(COMPANIES) + 1):
        sheet.append([row, COMPANIES[0], person, f"{person}と申します。{ASKED[row % 2]}", ""])
    sheet["D2"].comment = Comment(f"{PEOPLE[0]}が記入", PEOPLE[1])
    book.create_sheet("連絡先").append([COMPANIES[3], PEOPLE[3]])
    book.properties.creator = PEOPLE[2]
    path = folder / f"{COMPANIES[1]}_質問票.xlsx"
    book.save(path)
    return path


def _send_from_the_chat(settings: ServiceSettings, desk: DraftDesk) -> None:
    with ExitStack() as stack:
        answers = stack.enter_context(closing(AnswerStore.open(settings.data_dir)))
        originals = stack.enter_context(closing(OriginalStore.open(settings.data_dir)))
        sent = SentQuestions(answers, originals)
        for number, name in enumerate(SENDERS, start=1):
            sent.save(f"{name}です。{number}つ目の質問です。{ASKED[number % 2]}", note=f"{name}より")
        table = Desk(desk.questions, originals, Generaliser())
        assert len(table.take_over(sent, MEETING, accepted_by="事務局").questions) == len(SENDERS)


def test_fifty_planted_names_are_found_with_the_originals_alone(
    settings: ServiceSettings, desk: DraftDesk, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    assert len(set(NAMES)) == 50
    source = _spreadsheet(tmp_path)
    out = tmp_path / "out"
    out.mkdir()
    order = Order(source=source, output=out / "a.json", meeting_id=MEETING, neutral=Generaliser())
    assert draft_file(desk, order).drafted
    _send_from_the_chat(settings, desk)
    for suffix in ("pptx", "docx", "xlsx", "md", "json"):
        report = draft_file(desk, replace(order, output=out / f"a.{suffix}"))
        assert not report.failed
    approved = 0
    for draft in desk.drafts.find(MEETING):
        if draft.content.text:
            review.approve(desk, draft.id, version=draft.version, by="事務局", reason="確認済み")
            approved += 1
    assert publish(desk, MEETING, by="事務局").questions == approved > 0
    draft_file(desk, replace(order, output=out / "published.pptx"))
    assert (settings.data_dir / CASES_NAME).stat().st_size

    def leaks() -> dict[str, set[str]]:
        found = names_below(settings.data_dir, NAMES)
        return {file: names for file, names in found.items() if not file.startswith(ORIGINALS)}

    assert leaks() == {}  # with the write-ahead logs
    desk.close()
    assert leaks() == {}
    assert names_below(settings.corpus, NAMES) == {}
    assert names_below(out, NAMES) == {}
    logged = "\n".join(f"{record.name} {record.getMessage()} {record.exc_text}" for record in caplog.records)
    assert names_in(logged.encode(), NAMES) == set()
    kept = names_below(settings.data_dir, NAMES)
    assert set().union(*kept.values()) == set(NAMES)  # the search finds what is there
