"""`python -m eval.training embedder|judge|claims`: train additions, see docs/training.md."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from app.cli import load_settings

if TYPE_CHECKING:
    from eval.training.schedule import Report

cli = typer.Typer(add_completion=False, no_args_is_help=True, rich_markup_mode=None)
Kits = Annotated[list[Path], typer.Option("--kit", help="学習に使う検索キット（繰り返し可）")]
Epochs = Annotated[int, typer.Option(min=1, help="学習データを通す回数")]


@cli.command()
def embedder(kit: Kits, *, epochs: Epochs = 2, out: Path | None = None) -> None:
    """話し言葉の質問と正式な記載を近づける、埋め込みの追加分を学習します。"""
    from eval.training.data import read_material
    from eval.training.embedder import train_embedder
    from ingest.embedding.adapter import EMBEDDER_ADAPTER

    target = out or EMBEDDER_ADAPTER
    train_embedder(read_material(kit), _base(), target, epochs=epochs, report=_progress())


@cli.command()
def judge(
    kit: Kits,
    *,
    questions: Annotated[list[Path], typer.Option("--questions", help="質問集（JSONL、繰り返し可）")],
    epochs: Epochs = 2,
    out: Path | None = None,
) -> None:
    """根拠が質問に答えているかを見分ける判定器を学習します。質問集は取り込み済みの索引で使います。"""
    from eval.training.data import read_material
    from eval.training.judge import train_judge
    from eval.training.judge_pairs import pairs_of_kits, pairs_of_questions
    from ingest.embedding.adapter import JUDGE_ADAPTER
    from ingest.embedding.load import load_embedder

    settings = load_settings()
    nearest = load_embedder(settings)
    if nearest is None:
        raise typer.BadParameter("埋め込みモデルが要ります")
    pairs = [*pairs_of_kits(read_material(kit), nearest), *pairs_of_questions(settings, questions)]
    train_judge(pairs, _base(), out or JUDGE_ADAPTER, epochs=epochs, report=_progress())


@cli.command()
def claims(
    kit: Kits,
    *,
    sets: Annotated[list[Path], typer.Option("--set", help="文と引用元の集まり（JSONL、繰り返し可）")],
    out: Path | None = None,
) -> None:
    """引用元が文の内容を述べているかを見分ける判定器を学習します。"""
    from eval.kit import read_kit
    from eval.training.claim_judge import train_claim_judge
    from eval.training.claims import passes
    from eval.verifier_set import read_cases
    from ingest.embedding.adapter import CLAIM_ADAPTER

    passages = [document.text for folder in kit for document in read_kit(folder).documents]
    written = [case for path in sets for case in read_cases(path)]
    train_claim_judge(passes(passages, written), _base(), out or CLAIM_ADAPTER, report=_progress())


def _base() -> Path:
    from ingest.embedding.packaged_model import Variant, prepare_packaged

    base = Variant("base", "multilingual-e5-small-q4", None)
    return prepare_packaged(load_settings().models, print, variants=(base,))[0]


def _progress() -> "Report":
    from tqdm import tqdm

    bar = tqdm(unit="step", mininterval=5)

    def report(step: int, total: int, loss: float) -> None:
        bar.total = total
        bar.set_postfix(loss=f"{loss:.3f}", refresh=False)
        bar.update(step - bar.n)

    return report


if __name__ == "__main__":
    cli()
