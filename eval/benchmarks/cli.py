"""`python -m eval.benchmarks …`. Exit status: 0 done, 1 failed or a --check not met, 2 wrong use."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from app.cli import DataDir, load_settings

if TYPE_CHECKING:
    from app.settings import ServiceSettings
    from ingest.embedding.sentence_embedder import SentenceEmbedder

benchmarks = typer.Typer(
    help="ほかの検索と比べ、信号ごとの働きと取り込みの速さを測ります。",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)

Kits = Annotated[list[Path], typer.Option("--kit", help="検索キットのフォルダー（くり返し可）")]
Out = Annotated[
    Path | None, typer.Option("--out", help="書き込むファイル（その節だけ置き換え）。省くと表示だけ")
]
Documents = Annotated[
    int, typer.Option("--documents", min=0, help="各キットの最初の何文書で試すか（0 はすべて）")
]
Check = Annotated[bool, typer.Option("--check", help="劣る結果があれば終了コード 1")]
_WRONG_USE = 2


@benchmarks.command()
def peers(
    kit: Kits, *, out: Out = None, documents: Documents = 0, check: Check = False, data_dir: DataDir = None
) -> None:
    """LangChain・LlamaIndex・Haystack の標準の組み方と、同じキット・同じ埋め込みで比べます。"""
    _need_peers()
    from eval.benchmarks.document import circumstances
    from eval.benchmarks.kits import read_kits
    from eval.benchmarks.peers import compare, entrants
    from eval.benchmarks.peers_report import peers_section, worse_than_a_peer
    from eval.benchmarks.tables import MAIN

    kits = read_kits(kit, documents)
    settings, embedder = _ready(data_dir)
    systems = entrants(settings, embedder)
    compared = compare(kits, systems, _say)
    packages = tuple(dict.fromkeys(name for system in systems for name in system.packages))
    lines = circumstances(_command("peers", kit, documents), embedder.name, packages)
    _finish("peers", peers_section(compared, systems, lines), out)
    _judge(worse_than_a_peer(compared, MAIN), check=check)


@benchmarks.command()
def ablation(
    kit: Kits, *, out: Out = None, documents: Documents = 0, check: Check = False, data_dir: DataDir = None
) -> None:
    """信号を一つずつ外し、また一つだけにして、検索の良さを測ります。"""
    from eval.benchmarks.ablation import ablate
    from eval.benchmarks.ablation_report import ablation_section, verdict
    from eval.benchmarks.document import circumstances
    from eval.benchmarks.kits import read_kits
    from eval.benchmarks.tables import MAIN
    from eval.indexer import ProductIndexer

    kits = read_kits(kit, documents)
    settings, embedder = _ready(data_dir)
    done = ablate(kits, ProductIndexer(settings, embedder), _say)
    lines = circumstances(_command("ablation", kit, documents), embedder.name, ("onnxruntime",))
    _finish("ablation", ablation_section(done, lines), out)
    _judge([f"{a.kit}: {verdict(a)}" for a in done if MAIN in a.worse_than_a_part()], check=check)


@benchmarks.command()
def ingest(
    *,
    pages: Annotated[int, typer.Option("--pages", min=1, help="作って取り込むページ数")] = 1000,
    runs: Annotated[int, typer.Option("--runs", min=1, help="交互にくり返す回数（中央値をとる）")] = 1,
    out: Out = None,
    check: Check = False,
    data_dir: DataDir = None,
) -> None:
    """架空のガイドラインのPDFを作り、取り込みの速さを LangChain の標準の組み方と比べます。"""
    _need_peers()
    from eval.benchmarks.document import circumstances
    from eval.benchmarks.throughput import (
        as_it_comes,
        ingest_section,
        langchain_ingest,
        measure_ingest,
        product_ingest,
    )

    settings, embedder = _ready(data_dir)
    ways = [
        ("ours", product_ingest(settings, embedder)),
        ("LangChain, HuggingFaceEmbeddings", langchain_ingest(as_it_comes(embedder.folder))),
        ("LangChain, our 8-bit encoder", langchain_ingest(embedder)),
    ]
    results = measure_ingest(ways, pages, runs, _say)
    packages = (
        *("pypdf", "langchain-text-splitters", "langchain-chroma", "langchain-huggingface"),
        *("chromadb", "sentence-transformers", "torch", "onnxruntime"),
    )
    lines = circumstances(f"ingest --pages {pages} --runs {runs}", embedder.name, packages)
    _finish("ingest", ingest_section(results, lines), out)
    ours, plain, _ = (result.pages_per_second for result in results)
    _judge([f"{ours:.2f} < {plain:.2f} pages/s"] if ours < plain else [], check=check)


def _need_peers() -> None:
    from eval.benchmarks.peers import missing_modules

    if missing := missing_modules():
        typer.echo(
            f"{', '.join(missing)} がありません。make bench を使うか、"
            "pip install -c constraints.txt -c constraints-bench.txt -e '.[bench]' としてください。",
            err=True,
        )
        raise typer.Exit(_WRONG_USE)


def _ready(data_dir: Path | None) -> "tuple[ServiceSettings, SentenceEmbedder]":
    """Settings, and the embedder loaded: what is measured starts after that for everyone."""
    from ingest.embedding.load import load_embedder

    settings = load_settings(data_dir=data_dir)
    embedder = load_embedder(settings)
    if embedder is None:
        typer.echo("YOROZU_EMBEDDER=none では比べられません。", err=True)
        raise typer.Exit(_WRONG_USE)
    embedder.warm()
    return settings, embedder


def _command(name: str, kits: list[Path], documents: int) -> str:
    given = [f"--kit {folder.resolve().name}" for folder in kits]
    return " ".join([name, *given, *([f"--documents {documents}"] if documents else [])])


def _finish(name: str, section: str, out: Path | None) -> None:
    from eval.benchmarks.document import write_section

    print(section)
    if out is not None:
        write_section(out, name, section)


def _judge(faults: list[str], *, check: bool) -> None:
    for fault in faults:
        typer.echo(fault, err=True)
    if faults and check:
        raise typer.Exit(1)


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)
