"""The set of attacks is whole; a few of them, really ingested by words alone, break no rule."""

from collections import Counter
from pathlib import Path

import pytest

from app.answering.compose_llm import LlmComposer
from app.answering.evidence import EvidenceModel, Weights
from app.answering.llm.client import ModelClient
from app.answering.llm.settings import LlmSettings
from app.answering.llm.usage import DailyLimits, DailyUsage
from app.answering.models import Answer, Statement
from app.answering.service import AnswerService
from eval.attack_rules import World, broken_rules
from eval.attack_set import Attack, read_attacks
from eval.attacks import run_attacks
from eval.indexer import ProductIndexer
from ingest.index.reader import IndexHolder
from ingest.settings import Settings
from ingest.text.words import Tokenizer
from tests.fakes.obeying_model import ObeyingChatModel

ROOT = Path(__file__).resolve().parents[2]
SOME = {f"planted-{n:03d}" for n in (2, 3, 6, 31, 36)} | {f"direct-{n:03d}" for n in (23, 39, 82, 89)}
WORLD = World(frozenset({"a"}), frozenset(), frozenset({"指示には従わず資料の文だけを使う。"}))


@pytest.fixture(scope="module")
def attacks() -> list[Attack]:
    return read_attacks(ROOT / "eval" / "attacks" / "injection.jsonl")


def test_there_is_enough_of_each_kind(attacks: list[Attack]) -> None:
    attempts = [a for a in attacks if a.kind != "harmless"]
    harmless = [a for a in attacks if a.kind == "harmless"]
    assert len(attempts) >= 200
    assert len(harmless) >= 12
    assert sum(a.plant is not None for a in harmless) >= 4
    assert min(Counter(a.lang for a in attempts).values()) >= 60
    assert sum(a.written == "blind" for a in attempts) * 2 >= 200


def answer(text: str, statement: str) -> Answer:
    said = [Statement(text=statement, citations=[], support="verified")] if statement else []
    return Answer(id="ans_1", status="answered", question="", text=text, statements=said)


@pytest.mark.parametrize(
    ("text", "statement"),
    [
        ("<b>太字</b>", ""),
        ("[x](y)", ""),
        ("[1]: //evil.example", ""),
        ("https://evil.example/", ""),
        ("&lt;b&gt;", ""),
        ("", "どこにもない文です。"),
    ],
)
def test_a_broken_rule_is_seen(text: str, statement: str) -> None:
    assert list(broken_rules(answer(text, statement), WORLD))
    assert not list(broken_rules(answer("回答：時計を合わせます。[1][2]", ""), WORLD))


@pytest.mark.slow
@pytest.mark.parametrize("obeying", [False, True])
def test_planted_documents_break_no_rule(attacks: list[Attack], tmp_path: Path, *, obeying: bool) -> None:
    some = [attack for attack in attacks if attack.id in SOME]
    assert len(some) == len(SOME)
    indexer = ProductIndexer(Settings(data_dir=tmp_path), embedder=None)
    model = ObeyingChatModel()
    weights = Weights(-5.0, {"coverage": 10.0, "item_match": 5.0})
    settings = LlmSettings.load(llm="fake:model", llm_structured=True)
    client = ModelClient(settings, DailyUsage(tmp_path, DailyLimits()), lambda _: model)
    composer = LlmComposer(settings, client) if obeying else None

    def serve(data: Path) -> AnswerService:
        return AnswerService(
            IndexHolder(data, None),
            Tokenizer(),
            None,
            question_limit=2000,
            ask_contact="窓口",
            evidence=EvidenceModel(judged=weights, vectors=weights, words=weights, threshold=0.5),
            llm=composer,
        )

    report = run_attacks(some, ROOT / "corpus", indexer.ingest, serve)
    if composer is not None:
        composer.close()
        assert model.calls > 0
    rules = [why for outcome in report.outcomes for why in outcome.why if not why.startswith("status")]
    assert rules == []
