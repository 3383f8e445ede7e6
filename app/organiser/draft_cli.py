"""The organiser's commands: from a file of questions to drafts, publishing, and what has become outdated."""

import json
import os
import re
import sys
from contextlib import closing, contextmanager
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from app.cli import AsJson, Corpus, DataDir, load_settings
from app.settings import ServiceSettings
from ingest.errors import ErrorCode, YorozuError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from app.answering.service import AnswerService
    from app.organiser.draft_desk import DraftDesk
    from ingest.embedding.base import Embedder

organiser_cli = typer.Typer(rich_markup_mode=None)
_SOME_LEFT_OUT = 3
_MOST_WORKERS = 4  # more wait for each other: much of the work is one interpreter's
By = Annotated[str, typer.Option("--by", help="操作する人の名前（記録に残る）")]
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
    from app.assemble import generaliser, shared_embedder
    from app.organiser.draft_run import Order, draft_file

    checked_meeting(meeting)
    settings, when = load_settings(corpus, data_dir), checked_date(held_on)
    embedder = shared_embedder(settings)
    with _desk(settings, embedder) as (desk, service):
        order = Order(
            source=source, output=output, meeting_id=meeting, title=title, theme=theme,
            held_on=when, redo=redo, engine=engine, progress=True, warm=service.warm,
            neutral=None if no_generalise else generaliser(settings), embedder=embedder,
            workers=min(os.cpu_count() or 1, _MOST_WORKERS),
        )  # fmt: skip
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


@organiser_cli.command()
def publish(
    meeting: Annotated[str, typer.Argument(metavar="MEETING", help="相談会のID")],
    *,
    by: By = "事務局",
    corpus: Corpus = None,
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> None:
    """承認済みの下書きを、日付のある相談会として corpus に加え、すぐに答えられるようにします。"""
    from app.organiser.publish import publish as run

    with _desk(load_settings(corpus, data_dir)) as (desk, _):
        done = run(desk, meeting, by=by)
    told = f"{done.file} に {done.questions}件を公開しました（世代 {done.generation}）。"
    print(done.model_dump_json() if as_json else told)


@organiser_cli.command()
def unpublish(
    meeting: Annotated[str, typer.Argument(metavar="MEETING", help="相談会のID")],
    *,
    by: By = "事務局",
    corpus: Corpus = None,
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> None:
    """公開した相談会を corpus から取り除きます。下書きは承認済みに戻ります。"""
    from app.organiser.publish import unpublish as run

    with _desk(load_settings(corpus, data_dir)) as (desk, _):
        done = run(desk, meeting, by=by)
    print(done.model_dump_json() if as_json else f"公開を取り消しました（世代 {done.generation}）。")


@organiser_cli.command()
def impact(
    *,
    source: Annotated[str | None, typer.Option("--source", help="この資料の引用だけを調べる")] = None,
    corpus: Corpus = None,
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> None:
    """資料の変更や新しい版の影響を受ける下書きと公開済みの回答を、新旧の文を並べて示します。"""
    from app.organiser.impact import impact as run

    with _desk(load_settings(corpus, data_dir)) as (desk, _):
        found = run(desk, source_id=source)
    if as_json:
        print(json.dumps([one.model_dump(mode="json") for one in found], ensure_ascii=False))
        return
    for one in found:
        print(f"{one.draft_id} [{one.n}] {one.title}: {one.message} {one.newer_title or ''}".rstrip())
        print(f"  質問: {' '.join(one.question.split())[:60]}")
        print(f"  旧: {' '.join(one.old.split())[:200]}")
        print(f"  新: {' '.join((one.new or '（近い一節はありません）').split())[:200]}")
    print(f"{len(found)}件です。", file=sys.stderr)


@contextmanager
def _desk(
    settings: ServiceSettings, embedder: "Embedder | None" = None
) -> "Iterator[tuple[DraftDesk, AnswerService]]":
    """The organisers' desk on an answering side of its own; both are closed afterwards."""
    from app.assemble import answer_service, draft_desk, shared_embedder

    embedder = embedder or shared_embedder(settings)
    with (
        closing(answer_service(settings, embedder=embedder)) as service,
        closing(draft_desk(settings, service, embedder)) as desk,
    ):
        yield desk, service


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
