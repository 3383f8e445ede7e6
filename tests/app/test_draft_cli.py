import json
import shutil
import sys
from pathlib import Path

import openpyxl
import pytest

from app.cli import cli, run_cli
from app.organiser.draft_cli import organiser_cli
from ingest.pipeline import ingest
from ingest.settings import Settings

MEETING = """id: sample
title: 相談会
status: 原文
qas:
  - no: 1
    question: 来客用の名札はどのように管理すればよいですか。
    answer: |-
      名札は受付で貸し出し、退館のときに必ず回収してください。
      貸し出した記録は一年間保管します。
  - no: 2
    question: 教育は年に何回行えばよいですか。
    answer: 教育は年に一回以上行ってください。
"""


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "corpus" / "consultations").mkdir(parents=True)
    (tmp_path / "corpus" / "consultations" / "sample.yaml").write_text(MEETING, encoding="utf-8")
    monkeypatch.setenv("YOROZU_EMBEDDER", "none")
    ingest(Settings(corpus=tmp_path / "corpus", data_dir=tmp_path / "var"), embedder=None)
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet.append(["受付番号", "会社名", "ご質問内容"])
    sheet.append([1, "株式会社あおぞら精機", "来客用の名札はどのように管理すればよいですか"])
    sheet.append([2, "カネシロ工業", "教育は年に何回行えばよいですか"])
    sheet.append([3, "東雲ゴム", "教育は年に何回行えばよいですか"])
    book.save(tmp_path / "q.xlsx")
    return tmp_path


def run(
    here: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, *args: str
) -> tuple[int, str, str]:
    if not any(group.typer_instance is organiser_cli for group in cli.registered_groups):
        cli.add_typer(organiser_cli)
    folders = ["--corpus", str(here / "corpus"), "--data-dir", str(here / "var")]
    monkeypatch.setattr(sys, "argv", ["yorozu", *args, *folders])
    with pytest.raises(SystemExit) as ended:
        run_cli(cli)
    out, err = capsys.readouterr()
    assert "Traceback" not in err
    return int(ended.value.code or 0), out, err


@pytest.mark.parametrize("suffix", ["pptx", "docx", "xlsx", "md", "json"])
def test_a_file_of_questions_becomes_a_file_of_drafts(
    here: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, suffix: str
) -> None:
    given = (str(here / "q.xlsx"), "-o", str(here / f"out.{suffix}"), "--no-generalise", "--json")
    status, out, _ = run(here, capsys, monkeypatch, "draft", *given, "--date", "2026-12-10")
    told = json.loads(out)
    assert (status, told["questions"], told["duplicates"], told["drafted"]) == (0, 3, 1, 2)
    assert (here / f"out.{suffix}").stat().st_size > 100
    status, out, _ = run(here, capsys, monkeypatch, "draft", *given)
    assert (status, json.loads(out)["new"]) == (0, 0)
    if suffix == "xlsx":
        sheet = openpyxl.load_workbook(here / "out.xlsx").worksheets[0]
        assert sheet["E3"].value == sheet["E4"].value == "教育は年に一回以上行ってください。[1]"


@pytest.mark.parametrize(
    ("args", "code"),
    [
        (("draft", "{q}", "-o", "{here}/out.odt"), "export_format"),
        (("draft", "{q}", "-o", "{q}"), "export_unwritable"),
        (("draft", "{q}", "-o", "{here}/no/out.md"), "export_unwritable"),
        (("draft", "{here}/none.xlsx", "-o", "{here}/out.md"), "file_unreadable"),
        (("draft", "{q}", "-o", "{here}/out.md", "--date", "12月"), "setting_invalid"),
        (("draft", "{q}", "-o", "{here}/out.md", "--meeting", "../x"), "setting_invalid"),
        (("publish", "none"), "meeting_not_found"),
    ],
)
def test_what_cannot_be_done_is_said_and_changes_nothing(
    here: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    args: tuple[str, ...],
    code: str,
) -> None:
    monkeypatch.setattr("app.assemble.prepare_recogniser", lambda _: None)
    before = (here / "q.xlsx").read_bytes()
    given = [arg.format(q=here / "q.xlsx", here=here) for arg in args]
    status, _, err = run(here, capsys, monkeypatch, *given)
    assert status in {1, 2}
    assert f"[{code}]" in err
    assert (here / "q.xlsx").read_bytes() == before


def test_without_an_index_it_says_what_to_do_and_goes_on_later(
    here: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.move(here / "var" / "index", here / "index")
    given = ("draft", str(here / "q.xlsx"), "-o", str(here / "out.md"), "--no-generalise")
    status, _, err = run(here, capsys, monkeypatch, *given)
    assert (status, "[index_missing]" in err) == (1, True)
    shutil.move(here / "index", here / "var" / "index")
    assert run(here, capsys, monkeypatch, *given)[0] == 0
    assert "名札は受付で貸し出し" in (here / "out.md").read_text(encoding="utf-8")
