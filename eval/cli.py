"""`yorozu eval …` and the program `yorozu` as installed: the service's commands and these."""

import json
from pathlib import Path
from typing import Annotated, Any, Protocol

import typer

from app.backup.cli import backup_cli
from app.cli import AsJson, Corpus, DataDir, cli, load_settings, run_cli
from app.organiser import cli as _questions  # noqa: F401 - adds `yorozu questions`
from app.organiser.draft_cli import organiser_cli

eval_cli = typer.Typer(help="検索と回答を測ります。", no_args_is_help=True, rich_markup_mode=None)
cli.add_typer(eval_cli, name="eval")
CONVERSATIONS = Path(__file__).parent / "questions" / "conversations.jsonl"
cli.add_typer(backup_cli)
cli.add_typer(organiser_cli)  # without a name: its commands stand beside the others
Floors = Annotated[Path | None, typer.Option("--floors", help="下限のファイル（割ると終了コード1）")]
_KIT_QUERY_LIMIT = 20_000  # characters; a kit's queries may be whole letters


@eval_cli.command()
def retrieval(
    kit: Annotated[Path, typer.Option("--kit", help="検索キットのフォルダー")],
    *,
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> None:
    """検索キットを専用の一時フォルダーに取り込み、検索の良さと速さを測ります。"""
    from app.assemble import answer_service
    from eval.indexer import ProductIndexer
    from eval.kit import read_kit
    from eval.kit_index import document_search, indexed
    from eval.retrieval import run_kit
    from ingest.embedding.load import load_embedder

    settings = load_settings(data_dir=data_dir)
    loaded = read_kit(kit)
    with indexed(loaded, ProductIndexer(settings, load_embedder(settings))) as folder:
        moved = {"data_dir": folder, "model_dir": settings.models, "question_limit": _KIT_QUERY_LIMIT}
        service = answer_service(settings.model_copy(update=moved))
        service.warm()
        report = run_kit(loaded, document_search(loaded, service.search))
    _show(report, as_json=as_json)


@eval_cli.command()
def answers(
    questions: Annotated[Path, typer.Option("--questions", help="質問集（JSONL）")],
    *,
    floors: Floors = None,
    corpus: Corpus = None,
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> None:
    """質問集に答えさせ、正しさ・出典・回答を控える判断を測ります。"""
    from app.assemble import answer_service
    from eval.answers import run_questions

    service = answer_service(load_settings(corpus, data_dir))
    report = run_questions(questions, service.answer)
    _show(report, as_json=as_json)
    _hold_floors(report.as_json(), floors, questions.stem)


@eval_cli.command()
def conversations(
    dialogues: Annotated[Path, typer.Option("--set", help="会話の集まり（JSONL）")] = CONVERSATIONS,
    *,
    corpus: Corpus = None,
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> None:
    """会話の続きの質問を、前の回答を踏まえて正しく読み取れるかを測ります。"""
    from app.assemble import answer_service
    from eval.conversations import InMemory, read_dialogues, run_dialogues

    service = answer_service(load_settings(corpus, data_dir), conversations=InMemory())
    report = run_dialogues(read_dialogues(dialogues), service.answer)
    _show(report, as_json=as_json)


@eval_cli.command()
def fit(
    questions: Annotated[list[Path], typer.Option("--questions", help="質問集（JSONL、繰り返し可）")],
    *,
    calibrate: Annotated[
        list[Path], typer.Option("--calibrate", help="判定器の学習に使っていない質問集（繰り返し可）")
    ],
    kit: Annotated[
        list[Path] | None, typer.Option("--kit", help="検索の重みに使う検索キット（繰り返し可）")
    ] = None,
    among: Annotated[
        list[Path] | None,
        typer.Option("--among", help="質問をその文書の中でも尋ねる検索キット（繰り返し可）"),
    ] = None,
    keep: Annotated[float, typer.Option(min=0.5, max=1.0, help="答えるべき質問のうち答える割合")] = 0.95,
    corpus: Corpus = None,
    data_dir: DataDir = None,
) -> None:
    """検索の重みと回答を控える判断を質問集に合わせ、app/answering/ の二つのJSONに書きます。"""
    from eval.fitting import fit_all
    from eval.kit import read_kit
    from eval.question_set import read_questions

    given = [question for file in questions for question in read_questions(file)]
    held = [question for file in calibrate for question in read_questions(file)]
    kits = [read_kit(folder) for folder in kit or []]
    crowd = [read_kit(folder) for folder in among or []]
    for line in fit_all(load_settings(corpus, data_dir), given, held, kits, crowd, keep=keep):
        print(line)


@eval_cli.command()
def verifier(
    cases: Annotated[Path, typer.Option("--set", help="文と引用元の集まり（JSONL）")],
    *,
    floors: Floors = None,
    rules_alone: Annotated[bool, typer.Option("--rules", help="判定器を使わず、規則だけを測る")] = False,
    as_json: AsJson = False,
) -> None:
    """引用元に照らした検証を測ります。誤りのある文を検出した割合と、正しい文を却下した割合を表示します。"""
    from app.answering.verification.rules import Rules
    from app.assemble import verifier_of
    from eval.verifier import run_cases
    from eval.verifier_set import read_cases

    check = Rules().check if rules_alone else verifier_of(load_settings()).check
    report = run_cases(read_cases(cases), check)
    _show(report, as_json=as_json)
    _hold_floors(report.as_json(), floors, cases.stem)


@eval_cli.command()
def attacks(
    attempts: Annotated[Path, typer.Option("--set", help="攻撃の集まり（JSONL）")],
    *,
    floors: Floors = None,
    corpus: Corpus = None,
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> None:
    """指示を埋め込んだ文書を一時フォルダーに取り込み、質問による攻撃と合わせて、守るべきことが破られないかを調べます。"""
    from app.assemble import answer_service, embedder_or_none
    from eval.attack_set import read_attacks
    from eval.attacks import run_attacks
    from eval.indexer import ProductIndexer

    settings = load_settings(corpus, data_dir)
    indexer = ProductIndexer(settings, embedder_or_none(settings))
    report = run_attacks(
        read_attacks(attempts),
        settings.corpus,
        indexer.ingest,
        lambda data: answer_service(
            settings.model_copy(update={"data_dir": data, "model_dir": settings.models, "llm": None})
        ),
    )
    _show(report, as_json=as_json)
    _hold_floors(report.as_json(), floors, attempts.stem)


@eval_cli.command()
def cautions(
    cases: Annotated[Path, typer.Option("--set", help="注意の集まり（JSONL）")],
    *,
    floors: Floors = None,
    corpus: Corpus = None,
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> None:
    """過ぎた期限、古い版、資料の食い違い、答えきれていない質問に、必要な注意だけが付くかを測ります。"""
    from app.assemble import embedder_or_none, service_on
    from eval.cautions import run_caution_cases
    from eval.cautions_set import read_caution_cases

    settings = load_settings(corpus, data_dir)
    embedder = embedder_or_none(settings)
    report = run_caution_cases(
        read_caution_cases(cases), settings.data_dir, embedder, service_on(settings, embedder)
    )
    _show(report, as_json=as_json)
    _hold_floors(report.as_json(), floors, cases.stem)


@eval_cli.command()
def generalise(
    questions: Annotated[Path, typer.Option("--set", help="名前に印を付けた質問の集まり（JSONL）")],
    *,
    floors: Floors = None,
    rules_only: Annotated[bool, typer.Option("--rules-only", help="固有表現抽出のモデルを使わない")] = False,
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> None:
    """一般化を測ります。特定につながる名前を除いた割合と、無害な言葉に触れた割合を表示します。"""
    from app.assemble import generaliser
    from app.organiser.generalisation.generaliser import Generaliser
    from eval.generalise import run_names
    from eval.name_set import read_named

    made = Generaliser() if rules_only else generaliser(load_settings(data_dir=data_dir))
    report = run_names(read_named(questions), made.generalise)
    _show(report, as_json=as_json)
    result = report.as_json()
    _hold_floors(result | {"untouched": 1 - result["touched"]}, floors, f"generalise/{questions.stem}")


@eval_cli.command()
def duplicates(
    questions: Annotated[Path, typer.Option("--set", help="組に分けた質問の集まり（JSONL）")],
    *,
    floors: Floors = None,
    fit: Annotated[bool, typer.Option("--fit", help="配分としきい値ごとのF1を表示する（調整用）")] = False,
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> None:
    """重複する質問のまとめ方を測ります。同じことを尋ねる組の適合率・再現率・F1を表示します。"""
    from app.assemble import embedder_or_none
    from app.organiser.group import group
    from eval.duplicates import compare, read_grouped, sweep
    from ingest.text.words import Tokenizer

    given = read_grouped(questions)
    embedder = embedder_or_none(load_settings(data_dir=data_dir))
    if fit:
        for share, threshold, f1 in sweep(given, embedder, Tokenizer()):
            print(f"{share:.1f}  {threshold:.2f}  {f1:.3f}")
        return
    report = compare(given, group([(q.id, q.text) for q in given], embedder, Tokenizer()))
    _show(report, as_json=as_json)
    _hold_floors(report.as_json(), floors, f"duplicates/{questions.stem}")


class _Report(Protocol):
    """What every measurement ends in."""

    def as_json(self) -> dict[str, Any]: ...

    def as_table(self) -> str: ...


def _show(report: _Report, *, as_json: bool) -> None:
    """Print a report, as one JSON object or as a table for people."""
    print(json.dumps(report.as_json(), ensure_ascii=False) if as_json else report.as_table())


def _hold_floors(result: dict[str, object], floors: Path | None, name: str) -> None:
    """End with status 1 and say what is missed, where a measure lies below its floor."""
    missed = _missed(result, floors, name) if floors is not None else []
    for line in missed:
        typer.echo(line, err=True)
    if missed:
        raise typer.Exit(1)


def _missed(result: dict[str, object], floors: Path, name: str) -> list[str]:
    """The floors that the result falls below, one line each."""
    wanted: dict[str, float] = json.loads(floors.read_text(encoding="utf-8"))[name]
    missed = []
    for measure, floor in wanted.items():
        value = result.get(measure)
        if not isinstance(value, int | float) or value < floor:
            missed.append(f"下限割れ: {measure} {value} < {floor}")
    return missed


def main() -> None:
    """Run the program."""
    run_cli(cli)


if __name__ == "__main__":
    main()
