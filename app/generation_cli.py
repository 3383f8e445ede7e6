"""`yorozu generation …`: carry the index to other machines."""

from pathlib import Path
from typing import Annotated

import typer

from app.access.cli import DataDir

generation_cli = typer.Typer(
    help="索引の世代を、ほかのマシンと受け渡します。", no_args_is_help=True, rich_markup_mode=None
)
Shared = Annotated[Path, typer.Argument(metavar="DIR", help="受け渡しに使うフォルダー")]


@generation_cli.command()
def export(shared: Shared, *, data_dir: DataDir = None) -> None:
    """今の世代を、検査値とともにフォルダーに置きます。"""
    from app.settings import ServiceSettings
    from ingest.index.travel import export_generation

    name = export_generation(ServiceSettings.load(data_dir=data_dir).data_dir, shared)
    print(f"世代 {name} を {shared} に置きました。")


@generation_cli.command("import")
def import_(shared: Shared, *, data_dir: DataDir = None) -> None:
    """フォルダーの世代を検査してから取り込み、使い始めます。動いているサービスもこの世代に切り替わります。"""
    from app.settings import ServiceSettings
    from ingest.index.travel import import_generation

    name = import_generation(shared, ServiceSettings.load(data_dir=data_dir).data_dir)
    print("同じ世代を使っています。" if name is None else f"世代 {name} に切り替えました。")


@generation_cli.command("list")
def list_(*, data_dir: DataDir = None) -> None:
    """手元にある世代を表示します。"""
    from app.settings import ServiceSettings
    from ingest.index import layout
    from ingest.index.manifest import read_manifest

    folder = ServiceSettings.load(data_dir=data_dir).data_dir
    current = layout.current_generation(folder)
    for name in layout.generations(folder):
        manifest = read_manifest(layout.index_folder(folder) / name)
        mark = "使用中" if name == current else "予備"
        place = "Chroma のサーバー" if manifest.vectors_at else "フォルダーの中"
        print(
            f"{name}  {mark}  一節 {manifest.passages}件  {manifest.embedder}  "
            f"ベクトル: {place}  {manifest.created}"
        )
