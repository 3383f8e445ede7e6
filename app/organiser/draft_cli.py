"""The organiser's commands: from a file of questions to drafts, publishing, and what has become outdated."""

import re
import sys
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from app.cli import AsJson, Corpus, DataDir, load_settings
from ingest.errors import ErrorCode, YorozuError

organiser_cli = typer.Typer(rich_markup_mode=None)
_SOME_LEFT_OUT = 3
_MEETING_ID = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")
_COUNTS = {
    "questions": "質問",
    "duplicates": "重複",
    "drafted": "下書き",
    "ready": "確認のみ",
    "check": "検討が必要",
    "no_source": "根拠なし",
    "failed": "失敗",
    "replaced": "一般化した箇所",
}


@organiser_cli.command()
def draft(
    source: Annotated[Path, typer.Argument(metavar="IN", help="質問のファイル（xlsx・csv・docx・txt など）")],
    output: Annotated[
        Path, typer.Option("-o", "--output", help="書き出すファイル（.pptx・.docx・.xlsx・.md・.json）")
    ],
    *,
    meeting: Annotated[
        str | None, typer.Option("--meeting", help="相談会のID（英小文字・数字・_・-）")
    ] = None,
    title: Annotated[str | None, typer.Option("--title", help="相談会の名前（既定「よろず相談会」）")] = None,
    theme: Annotated[str | None, typer.Option("--theme", help="議題")] = None,
    held_on: Annotated[str | None, typer.Option("--date", help="開催日（2026-12-01 の形）")] = None,
    no_generalise: Annotated[
        bool, typer.Option("--no-generalise", help="会社名などを一般化せず、質問と表をそのまま使う")
    ] = False,
    redo: Annotated[
        bool, typer.Option("--redo", help="すでにある下書きも作り直す（承認済みを除く）")
    ] = False,
    engine: Annotated[str | None, typer.Option("--engine", help="回答方式 extractive / llm")] = None,
    corpus: Corpus = None,
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> None:
    """質問のファイルから、出典つきの回答の下書きとスライドなどを作ります。途中で止めても続きから始まります。"""
    from app.assemble import answer_service, embedder_or_none, generaliser
    from app.organiser.draft_desk import DraftDesk
    from app.organiser.draft_run import Order, draft_file

    checked_meeting(meeting)
    settings = load_settings(corpus, data_dir)
    order = Order(
        source=source, output=output, meeting_id=meeting, title=title, theme=theme,
        held_on=checked_date(held_on), redo=redo, engine=engine, progress=True,
        neutral=None if no_generalise else generaliser(settings), embedder=embedder_or_none(settings),
    )  # fmt: skip
    with closing(answer_service(settings)) as service, closing(DraftDesk.open(settings, service)) as desk:
        report = draft_file(desk, order)
    if as_json:
        print(report.model_dump_json())
    else:
        print("、".join(f"{label} {getattr(report, name)}" for name, label in _COUNTS.items()))
        print(f"{report.output} を作りました（相談会のID {report.meeting}、{report.seconds}秒）。")
    if report.unsure:
        print(f"注意: 一般化した箇所のうち{report.unsure}件は推定です。確認してください。", file=sys.stderr)
    for note in (*report.notes, *report.left_out):
        print(f"注意: {note}", file=sys.stderr)
    if not report.whole:
        raise typer.Exit(_SOME_LEFT_OUT)


def checked_meeting(meeting_id: str | None) -> str | None:
    """A meeting's id that can be a file's name.

    Raises:
        YorozuError: SETTING_INVALID.
    """
    if meeting_id is not None and _MEETING_ID.fullmatch(meeting_id) is None:
        reason = "英小文字・数字・_・- で、64文字以内にしてください"
        raise YorozuError(ErrorCode.SETTING_INVALID, name="--meeting", reason=reason)
    return meeting_id


def checked_date(text: str | None) -> str | None:
    """A date as ISO writes it.

    Raises:
        YorozuError: SETTING_INVALID.
    """
    if text is None:
        return None
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError as error:
        reason = "2026-12-01 の形で指定してください"
        raise YorozuError(ErrorCode.SETTING_INVALID, name="--date", reason=reason) from error
