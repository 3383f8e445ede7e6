"""The command line `yorozu`. Exit status: 0 done, 1 failed, 2 wrong use, 3 some files unread."""

import json
import logging
import sys
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from app.access.accounts_cli import accounts_cli
from app.access.cli import keys_cli
from app.database_cli import database_cli
from app.generation_cli import generation_cli
from app.processors import one_core_a_thread
from app.settings import ServiceSettings
from ingest.errors import ErrorCode, YorozuError

if TYPE_CHECKING:
    from ingest.fetch import FetchOutcome

cli = typer.Typer(
    name="yorozu",
    help="よろず相談会の質問と回答、ガイドラインをもとに、出典つきで質問に答えます。",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
cli.add_typer(keys_cli, name="keys")
cli.add_typer(accounts_cli, name="accounts")
cli.add_typer(database_cli, name="database")
cli.add_typer(generation_cli, name="generation")

Corpus = Annotated[Path | None, typer.Option("--corpus", help="資料のフォルダー（既定 corpus）")]
DataDir = Annotated[Path | None, typer.Option("--data-dir", help="索引などを置くフォルダー（既定 var）")]
AsJson = Annotated[bool, typer.Option("--json", help="結果をJSONで出力する")]

# The user can put these right by calling the command differently; everything else is a failure.
_WRONG_USE = frozenset(
    {
        ErrorCode.SETTING_INVALID,
        ErrorCode.CORPUS_MISSING,
        ErrorCode.QUESTION_EMPTY,
        ErrorCode.QUESTION_TOO_LONG,
        ErrorCode.ENGINE_UNAVAILABLE,
        ErrorCode.LLM_PACKAGE_MISSING,
        ErrorCode.KIT_INVALID,
        ErrorCode.QUESTION_SET_INVALID,
        ErrorCode.NO_QUESTIONS,
        ErrorCode.EXPORT_FORMAT,
        ErrorCode.TEMPLATE_UNUSABLE,
        ErrorCode.MEETING_NOT_FOUND,
        ErrorCode.FILE_UNSUPPORTED,
        ErrorCode.FILE_UNREADABLE,
        ErrorCode.KEY_NOT_FOUND,
        ErrorCode.KEYS_NEEDED,
        ErrorCode.ACCOUNT_EXISTS,
        ErrorCode.ACCOUNT_NOT_FOUND,
        ErrorCode.PASSWORD_WEAK,
        ErrorCode.LOGIN_NEEDS_HTTPS,
        ErrorCode.RESTORE_OCCUPIED,
        ErrorCode.BACKUP_FOREIGN,
    }
)
_SOME_UNREAD = 3
_COUNTS = {
    "files": "ファイル",
    "failed": "読めないファイル",
    "qas": "質問と回答",
    "passages": "一節",
    "embedded": "新しく埋め込んだ文",
    "deleted": "除いた一節",
    "generation": "世代",
}


def load_settings(corpus: Path | None = None, data_dir: Path | None = None, **given: Any) -> ServiceSettings:
    """Settings from the environment, command-line options first."""
    return ServiceSettings.load(corpus=corpus, data_dir=data_dir, **given)


@cli.command()
def ingest(
    paths: Annotated[
        list[Path] | None, typer.Argument(help="取り込むファイルやフォルダー（省くと --corpus 全体）")
    ] = None,
    *,
    rebuild: Annotated[bool, typer.Option("--rebuild", help="変更がなくても索引を作り直す")] = False,
    corpus: Corpus = None,
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> None:
    """資料を読み、索引の新しい世代を作ります。"""
    from app.assemble import embedder_or_none
    from ingest.pipeline import ingest as run

    settings = load_settings(corpus, data_dir)
    report = run(settings, paths, embedder=embedder_or_none(settings), progress=True, rebuild=rebuild)
    counts = {name: getattr(report, name) for name in _COUNTS}
    if as_json:
        failures = [
            dict(zip(("file", "code", "message"), failure, strict=True)) for failure in report.failures
        ]
        print(json.dumps({**counts, "failures": failures, "warnings": report.warnings}, ensure_ascii=False))
    else:
        print("、".join(f"{label} {counts[name]}" for name, label in _COUNTS.items()))
    for warning in report.warnings:
        print(f"注意: {warning}", file=sys.stderr)
    for file, code, message in report.failures:
        print(f"読めません: {file}: {message} [{code}]", file=sys.stderr)
    if report.failures:
        raise typer.Exit(_SOME_UNREAD)


@cli.command()
def ask(
    question: Annotated[str, typer.Argument(help="質問")],
    *,
    engine: Annotated[
        str | None, typer.Option("--engine", help="回答方式 extractive / llm（既定は設定による）")
    ] = None,
    corpus: Corpus = None,
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> None:
    """質問に、出典つきで答えます。"""
    from app.assemble import answer_service

    with closing(answer_service(load_settings(corpus, data_dir))) as service:
        answer = service.answer(question, engine=engine)
    print(answer.model_dump_json() if as_json else answer.text)


@cli.command()
def search(
    query: Annotated[str, typer.Argument(help="探す言葉や質問")],
    *,
    k: Annotated[int, typer.Option("-k", "--k", min=1, max=200, help="件数")] = 10,
    corpus: Corpus = None,
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> None:
    """近い一節を探します。"""
    from app.assemble import answer_service

    result = answer_service(load_settings(corpus, data_dir)).search(query, k)
    if as_json:
        print(result.model_dump_json())
        return
    for hit in result.results:
        place = f" 質問{hit.question_no}" if hit.question_no is not None else ""
        page = f" p.{hit.page}" if hit.page is not None else ""
        print(f"{hit.rank:>3}. {hit.score:6.3f}  {hit.title}{place}{page}")
        print(f"     {' '.join(hit.text.split())[:120]}")


@cli.command()
def serve(
    *,
    host: Annotated[str | None, typer.Option(help="待ち受けるアドレス（既定 127.0.0.1）")] = None,
    port: Annotated[int | None, typer.Option(help="待ち受けるポート（既定 8000）")] = None,
    corpus: Corpus = None,
    data_dir: DataDir = None,
) -> None:
    """質問ページとAPIを動かします。"""
    from app.api.server import serve as run
    from app.assemble import service_state
    from app.logs import log_to_stderr
    from app.start import check_start

    settings = load_settings(corpus, data_dir, host=host, port=port)
    log_to_stderr(settings.log_format)
    state = service_state(settings)
    check_start(state)
    print(f"http://{settings.host}:{settings.port}/ を開いてください（終了は Ctrl+C）", file=sys.stderr)
    run(state)


@cli.command()
def worker(
    *,
    threads: Annotated[int, typer.Option("--threads", min=1, max=8, help="同時に下書きする数")] = 1,
    corpus: Corpus = None,
    data_dir: DataDir = None,
) -> None:
    """下書きだけを作るプロセスです。何台でも、同じデータベースの待ち行列を分け合います。"""
    from app.logs import log_to_stderr
    from app.worker import run_worker, stopped_by_signals

    settings = load_settings(corpus, data_dir)
    log_to_stderr(settings.log_format)
    run_worker(settings, threads=threads, stop=stopped_by_signals())


@cli.command()
def mcp(*, corpus: Corpus = None, data_dir: DataDir = None) -> None:
    """MCPサーバーとして、標準入出力で ask（回答）と search（検索）を提供します。"""
    from app.assemble import answer_service
    from app.doors.mcp.server import serve_stdio
    from app.logs import log_to_stderr

    # Standard output belongs to the protocol: what is logged goes to standard error.
    log_to_stderr("text", logging.WARNING)
    with closing(answer_service(load_settings(corpus, data_dir))) as service:
        serve_stdio(service)


@cli.command()
def fetch(*, corpus: Corpus = None, data_dir: DataDir = None, as_json: AsJson = False) -> None:
    """目録（corpus/sources.yaml）の資料を取得して corpus/documents/ に置きます。"""
    from ingest.catalogue import load_catalogue
    from ingest.fetch import fetch_all

    settings = load_settings(corpus, data_dir)
    outcomes = fetch_all(load_catalogue(settings.corpus / "sources.yaml"), settings.corpus)
    failed = [outcome for outcome in outcomes if outcome.error is not None]
    if as_json:
        print(json.dumps([_outcome_json(outcome) for outcome in outcomes], ensure_ascii=False))
    else:
        for outcome in outcomes:
            print(outcome.line, file=sys.stderr if outcome.error else sys.stdout)
    if failed:
        raise typer.Exit(_SOME_UNREAD)


@cli.command()
def model(*, data_dir: DataDir = None) -> None:
    """埋め込みモデルを用意します（一度だけ、約1分）。"""
    from app.organiser.generalisation.recogniser import prepare_recogniser
    from ingest.embedding.load import prepare_model

    settings = load_settings(data_dir=data_dir)
    print(f"埋め込みモデル: {prepare_model(settings, progress=_say)}")
    _say("固有表現を抽出するモデルを確認しています…")
    prepare_recogniser(settings.models)
    print("固有表現抽出のモデル: 準備できました")


@cli.command()
def rollback(*, data_dir: DataDir = None) -> None:
    """索引を一つ前の世代に戻します。"""
    from ingest.index.reader import rollback as run

    print(f"世代 {run(load_settings(data_dir=data_dir).data_dir)} に戻しました。")


@cli.command()
def doctor(*, corpus: Corpus = None, data_dir: DataDir = None, as_json: AsJson = False) -> None:
    """ディスク・モデル・索引・保存先・外部のサーバーを調べ、問題があれば直し方を示します。"""
    from app.doctor.examine import examine

    findings = examine(load_settings(corpus, data_dir))
    if as_json:
        fine = all(finding.fine for finding in findings)
        print(json.dumps({"fine": fine, "findings": [f.as_json() for f in findings]}, ensure_ascii=False))
    else:
        for finding in findings:
            print(finding)
    if any(not finding.fine for finding in findings):
        raise typer.Exit(1)


def _say(line: str) -> None:
    print(line, file=sys.stderr)


def _outcome_json(outcome: "FetchOutcome") -> dict[str, Any]:
    fields = {name: getattr(outcome, name) for name in ("source_id", "url", "status", "file", "bytes")}
    error = outcome.error
    return fields | {"error": {"code": error.code, "message": error.message} if error is not None else None}


def run_cli(program: typer.Typer) -> None:
    """Run a command line and turn every expected failure into one line and an exit status."""
    one_core_a_thread()
    try:
        program()
    except YorozuError as error:
        print(f"エラー: {error.message} [{error.code}]", file=sys.stderr)
        sys.exit(2 if error.code in _WRONG_USE else 1)
    except KeyboardInterrupt:
        sys.exit(130)
    except BrokenPipeError:  # `yorozu search … | head`
        sys.stderr.close()
        sys.exit(0)
