"""`yorozu backup FILE` and `yorozu restore FILE`."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from app.cli import AsJson, Corpus, DataDir, load_settings

backup_cli = typer.Typer()


@backup_cli.command()
def backup(
    file: Annotated[Path, typer.Argument(help="書き込むファイル（例 yorozu-backup.zip）")],
    *,
    with_originals: Annotated[
        bool,
        typer.Option(
            "--with-originals",
            help="質問の原文（会社名や人名を含む）も入れる。置き場所を限り、暗号化して保管してください",
        ),
    ] = False,
    with_models: Annotated[
        bool,
        typer.Option("--with-models", help="変換済みのモデルも入れる（ネットワークのない機械に戻すとき）"),
    ] = False,
    verify: Annotated[bool, typer.Option("--verify", help="書かずに、あるバックアップを検査する")] = False,
    corpus: Corpus = None,
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> None:
    """動かしたまま、回答・下書き（SQLite でも PostgreSQL でも）・索引・資料を一つのファイルに保存します。"""
    from app.backup.archive import open_archive
    from app.backup.pack import backup as run

    if verify:
        with open_archive(file) as archive:
            archive.verify()
            about = archive.manifest
        print(
            about.model_dump_json(exclude={"files"})
            if as_json
            else f"{file}: 正常です（{about.created} 作成、世代 {about.generation}、"
            f"{len(about.files)} ファイル）"
        )
        return
    report = run(
        load_settings(corpus, data_dir), file, originals=with_originals, models=with_models, say=_say
    )
    for name in report.skipped:
        _say(f"入れなかったファイル: {name}")
    print(
        report.model_dump_json()
        if as_json
        else f"{report.file} に保存しました（{report.bytes / 1e6:.1f} MB、{report.files} ファイル、"
        f"世代 {report.generation}、{report.seconds} 秒）。"
        f"回答や下書きは {report.database} から写しました。"
        + ("質問の原文を含みます。" if report.originals else "質問の原文は含みません。")
    )


@backup_cli.command()
def restore(
    file: Annotated[Path, typer.Argument(help="yorozu backup で作ったファイル")],
    *,
    force: Annotated[
        bool, typer.Option("--force", help="今あるデータを置き換える（前のものは before-restore-… に残る）")
    ] = False,
    corpus: Corpus = None,
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> None:
    """バックアップから戻します。途中で失敗したときは、前の状態のままです。"""
    from app.backup.restore import restore as run

    report = run(load_settings(corpus, data_dir), file, force=force, say=_say)
    if as_json:
        print(report.model_dump_json())
        return
    print(
        f"世代 {report.generation}（一節 {report.passages} 件）を戻しました（{report.seconds} 秒）。"
        f"回答や下書きは {report.database} に入れました。"
        "「yorozu serve」で使えます。"
    )
    if report.before is not None:
        print(f"前のデータは {report.before} にあります。不要になったら削除してください。")
    if not report.models:
        print("モデルは含まれていません。なければ「yorozu model」で用意してください。")


def _say(line: str) -> None:
    print(line, file=sys.stderr)
