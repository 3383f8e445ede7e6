"""`yorozu questions …`: the organiser's first half on the command line."""

import json
import sys
from contextlib import ExitStack, closing
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from app.cli import AsJson, DataDir, cli, load_settings
from ingest.errors import ErrorCode, YorozuError

if TYPE_CHECKING:
    from app.store.questions import QuestionStore

questions_cli = typer.Typer(
    help="相談会の質問を取り込み、一般化して一覧にします。", no_args_is_help=True, rich_markup_mode=None
)
cli.add_typer(questions_cli, name="questions")

Meeting = Annotated[str, typer.Option("--meeting", help="相談会のID")]
By = Annotated[str, typer.Option("--by", help="操作する人の名前（記録に残る）")]

Title = Annotated[str | None, typer.Option("--title", help="相談会が未登録のときの名称")]
Accept = Annotated[bool, typer.Option("--accept", help="一般化の案をそのまま確定する")]


@questions_cli.command("import")
def import_(
    file: Annotated[Path, typer.Argument(help="質問のファイル（xlsx・csv・docx・txt・md・eml）")],
    *,
    meeting: Meeting,
    title: Title = None,
    column: Annotated[int | None, typer.Option("--column", help="質問の列の番号（A列が1）")] = None,
    accept: Accept = False,
    by: By = "事務局",
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> None:
    """質問を取り込みます。同じ質問は二重に登録しません。"""
    from app.assemble import generaliser
    from app.organiser.desk import Desk
    from app.organiser.intake import intake
    from app.store.originals import OriginalStore
    from app.store.questions import QuestionStore

    settings = load_settings(data_dir=data_dir)
    result = intake(file, seconds=settings.read_seconds)
    if column is not None:
        plans = [plan.with_role(column - 1, "question") for plan in result.plans]
        result = intake(file, plans, seconds=settings.read_seconds)
    if not result.questions:
        raise YorozuError(ErrorCode.NO_QUESTIONS, reason="質問の列が分かりません")
    with ExitStack() as stack:
        questions = stack.enter_context(closing(QuestionStore.open(settings.place)))
        originals = stack.enter_context(closing(OriginalStore.open(settings.place)))
        _open_meeting(questions, meeting, title)
        desk = Desk(questions, originals, generaliser(settings))
        done = desk.take_in(result, meeting, content=file.read_bytes(), accepted_by=by if accept else None)
        questions.note("questions.taken_in", meeting, by=by, added=len(done.questions), known=done.known)
    for plan in result.plans:
        named = [
            f"{column.name or column.index + 1}＝{column.role}"
            for column in plan.columns
            if column.role != "other"
        ]
        print(f"列の読み取り: {'、'.join(named)}", file=sys.stderr)
    for note in (*result.notes, *(f"{skip.row}行目: {skip.why}" for skip in result.skipped)):
        print(note, file=sys.stderr)
    counts = {"added": len(done.questions), "known": done.known, "skipped": len(result.skipped)}
    if as_json:
        print(json.dumps(counts | {"import_id": done.import_id}, ensure_ascii=False))
    else:
        print(f"登録 {counts['added']}件、登録済み {counts['known']}件、読み飛ばし {counts['skipped']}行")


@questions_cli.command()
def import_sent(
    *,
    meeting: Meeting,
    title: Title = None,
    accept: Accept = False,
    by: By = "事務局",
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> None:
    """チャットから送られた質問を相談会に取り込みます。どの質問も一度だけ取り込まれます。"""
    from app.assemble import generaliser
    from app.organiser.desk import Desk
    from app.store.answers import AnswerStore
    from app.store.originals import OriginalStore
    from app.store.questions import QuestionStore
    from app.store.sent_questions import SentQuestions

    settings = load_settings(data_dir=data_dir)
    with ExitStack() as stack:
        questions = stack.enter_context(closing(QuestionStore.open(settings.place)))
        originals = stack.enter_context(closing(OriginalStore.open(settings.place)))
        answers = stack.enter_context(closing(AnswerStore.open(settings.place)))
        _open_meeting(questions, meeting, title)
        desk = Desk(questions, originals, generaliser(settings))
        sent = SentQuestions(answers, originals)
        done = desk.take_over(sent, meeting, accepted_by=by if accept else None)
        counts = {"added": len(done.questions), "known": done.known}
        questions.note("questions.taken_over", meeting, by=by, **counts)
    if as_json:
        print(json.dumps(counts))
    else:
        print(f"チャットからの質問: 登録 {counts['added']}件、登録済みの質問と同じもの {counts['known']}件")


@questions_cli.command("list")
def list_(*, meeting: Meeting, data_dir: DataDir = None, as_json: AsJson = False) -> None:
    """相談会の質問を一覧にします。"""
    from app.organiser.desk import lines
    from app.store.questions import QuestionStore

    with closing(QuestionStore.open(load_settings(data_dir=data_dir).place)) as store:
        store.meeting(meeting)
        found = store.of_meeting(meeting)
    if as_json:
        print(json.dumps([q.model_dump(mode="json") for q in found], ensure_ascii=False))
    else:
        print("\n".join(lines(found)))


@questions_cli.command()
def group(*, meeting: Meeting, by: By = "事務局", data_dir: DataDir = None) -> None:
    """確定した質問のうち似たものをまとめ、テーマの案を付けます。"""
    from app.assemble import embedder_or_none
    from app.organiser.desk import Desk, lines
    from app.organiser.generalisation.generaliser import Generaliser
    from app.store.originals import OriginalStore
    from app.store.questions import QuestionStore
    from ingest.text.words import Tokenizer

    settings = load_settings(data_dir=data_dir)
    with ExitStack() as stack:
        questions = stack.enter_context(closing(QuestionStore.open(settings.place)))
        originals = stack.enter_context(closing(OriginalStore.open(settings.place)))
        desk = Desk(questions, originals, Generaliser())
        found = desk.arrange(meeting, embedder_or_none(settings), Tokenizer(), by=by)
        print("\n".join(lines(questions.of_meeting(meeting))))
    print(f"{sum(len(one.members) for one in found)}件を{len(found)}組にまとめました。", file=sys.stderr)


def _open_meeting(questions: "QuestionStore", meeting: str, title: str | None) -> None:
    if title is not None and meeting not in {known.id for known in questions.meetings()}:
        questions.create_meeting(meeting, title)
