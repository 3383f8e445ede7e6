import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from app.answering.retrieve import WEIGHTS_FILE, Retriever, load_weights
from app.answering.signals import SIGNALS
from eval import fit_fusion as fit_fusion_module
from eval.fit_fusion import Table, fit_fusion, tables_of_kit, tables_of_questions
from eval.kit import Kit
from eval.question_set import Question
from ingest.index.build import build_index
from ingest.index.reader import Index, open_index
from ingest.models import Passage, Source
from ingest.text.words import Tokenizer
from tests.fakes.letter_embedder import LetterEmbedder

PASSAGES = 8


@pytest.fixture(autouse=True)
def _one_round(monkeypatch: pytest.MonkeyPatch) -> None:
    """Left out once instead of three times: every round fits anew."""
    monkeypatch.setattr(fit_fusion_module, "_SEEDS", 1)


def made_up(questions: int, weights: Sequence[float]) -> list[Table]:
    """The right passage is the one that these weights put first; the signals are noise."""
    random = np.random.default_rng(questions)
    tables = []
    for _ in range(questions):
        signals = random.random((PASSAGES, len(SIGNALS)))
        right = np.arange(PASSAGES) == (signals @ np.array(weights)).argmax()
        tables.append(Table(signals, right, np.ones(PASSAGES, np.bool_)))
    return tables


def only(signal: str, other: str | None = None) -> list[float]:
    return [1.0 if name == signal else 0.5 if name == other else 0.0 for name in SIGNALS]


@pytest.mark.parametrize("signal", ["words", "concepts", "sentence"])
def test_the_signal_that_tells_wins(tmp_path: Path, signal: str) -> None:
    fusion = fit_fusion([made_up(40, only(signal))], tmp_path / "weights.json")
    assert fusion.weights[signal] == 1
    assert all(0 <= weight < 0.2 for name, weight in fusion.weights.items() if name != signal)
    assert fusion.questions == 40
    assert fusion.hit_at_1 > 0.75
    assert fusion.hit_at_1 <= fusion.mrr <= 1


def test_two_signals_share_in_their_proportion(tmp_path: Path) -> None:
    fusion = fit_fusion([made_up(60, only("question", "chars"))], tmp_path / "weights.json")
    assert fusion.weights["question"] == 1
    assert fusion.weights["chars"] == pytest.approx(0.5, abs=0.12)


def test_a_signal_that_speaks_against_gets_no_weight(tmp_path: Path) -> None:
    weights = [-1.0 if name == "chars" else 1.0 if name == "text" else 0.0 for name in SIGNALS]
    fusion = fit_fusion([made_up(40, weights)], tmp_path / "weights.json")
    assert (fusion.weights["chars"], fusion.weights["text"]) == (0, 1)


def test_passages_that_count_neither_way_are_left_out(tmp_path: Path) -> None:
    """A passage that is half right and always first in `words` would take that signal its weight."""
    tables = []
    for table in made_up(40, only("words")):
        signals = np.vstack([table.signals, [5.0] * len(SIGNALS)])
        tables.append(Table(signals, np.append(table.right, False), np.append(table.counted, False)))
    fusion = fit_fusion([tables], tmp_path / "weights.json")
    assert fusion.weights == fit_fusion([made_up(40, only("words"))], tmp_path / "weights.json").weights
    assert fusion.hit_at_1 > 0.75


def test_noise_is_not_taken_for_skill(tmp_path: Path) -> None:
    random = np.random.default_rng(1)
    tables = [
        Table(
            random.random((PASSAGES, len(SIGNALS))),
            np.arange(PASSAGES) == random.integers(PASSAGES),
            np.ones(PASSAGES, np.bool_),
        )
        for _ in range(40)
    ]
    assert fit_fusion([tables], tmp_path / "weights.json").hit_at_1 < 0.3  # measured on questions left out


def test_the_same_tables_give_the_same_file_and_the_shipped_one_stays(tmp_path: Path) -> None:
    shipped = WEIGHTS_FILE.read_bytes()
    tables = made_up(20, only("words", "text"))
    first = fit_fusion([tables], tmp_path / "one.json")
    assert fit_fusion([tables], tmp_path / "other.json") == first
    assert (tmp_path / "one.json").read_bytes() == (tmp_path / "other.json").read_bytes()
    assert load_weights(tmp_path / "one.json") == first.weights
    assert list(json.loads((tmp_path / "one.json").read_text())) == list(SIGNALS)
    assert WEIGHTS_FILE.read_bytes() == shipped


def test_the_shipped_weights_are_not_negative_and_the_largest_is_one_at_most() -> None:
    weights = load_weights()
    assert set(weights) == set(SIGNALS)
    assert 0 <= min(weights.values()) <= max(weights.values()) <= 1


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Index:
    passages = [
        Passage("q1", "m", "m", "受付で返します。", 0, question="名札はどこで返しますか", question_no=1),
        Passage("q2", "n", "n", "毎朝合わせます。", 0, question="時計はいつ合わせますか", question_no=2),
        Passage("q3", "o", "o", "床を拭きます。", 0),
    ]
    folder = tmp_path_factory.mktemp("fusion")
    build_index(folder, [Source(name, name) for name in "mno"], passages, LetterEmbedder())
    return open_index(folder, LetterEmbedder().name)


def question(kind: str, text: str, *gold: int, expect: Any = "answer") -> Question:
    return Question(text, kind, text, gold, (), (), expect, ())


def test_tables_of_questions_with_one_right_answer(index: Index) -> None:
    tokenizer = Tokenizer()
    questions = [
        question("paraphrase", "名札はどこで返すの", 1),
        question("two_part", "名札と時計は", 1),
        question("item_number", "No17は", 1),
        question("near_miss", "名札は何色", expect="abstain"),
        question("kana", "なふだはどこでかえしますか", 1),  # weighed by hand
        question("typo", "名札は", 9),  # not in the index
        question("long_story", "来客がありました。時計はいつ合わせますか。", 2),
    ]
    tables = tables_of_questions(index, Retriever(tokenizer, LetterEmbedder()), tokenizer, questions)
    assert [table.right.tolist() for table in tables] == [[True, False, False], [False, True, False]]
    for table in tables:
        assert table.signals.shape == (3, len(SIGNALS))
        assert np.isfinite(table.signals).all()
        assert table.counted.all()
    words = SIGNALS.index("words")
    assert tables[0].signals[:, words].argmax() == 0
    assert tables[0].signals[0, words] == pytest.approx(1)


def test_tables_of_a_kit_leave_lower_grades_out(index: Index) -> None:
    queries = {"a": "名札はどこで返すの", "b": "時計はいつ", "c": "判定のない質問", "d": "？", "e": "床は"}
    qrels = {"a": {"m": 2, "n": 1}, "b": {"n": 1, "o": 0}, "d": {"m": 1}, "e": {"o": 0}}
    kit = Kit(Path("kit"), (), (), queries, qrels)
    tokenizer = Tokenizer()
    tables = tables_of_kit(index, Retriever(tokenizer, LetterEmbedder()), tokenizer, kit)
    assert [table.right.tolist() for table in tables] == [[True, False, False], [False, True, False]]
    assert [table.counted.tolist() for table in tables] == [[True, False, True], [True, True, True]]
