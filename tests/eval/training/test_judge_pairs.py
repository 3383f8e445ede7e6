import json
from collections.abc import Mapping
from functools import partial
from pathlib import Path

import pytest

from eval.training.data import Asked, Contrast, Entry, Material
from eval.training.judge import Pair
from eval.training.judge_pairs import pairs_of_kits, pairs_of_questions
from ingest.errors import ErrorCode, YorozuError
from ingest.index.build import build_index
from ingest.models import Passage, Reference, Source
from ingest.settings import Settings
from tests.fakes.letter_embedder import LetterEmbedder

NAMES = [f"d{n}" for n in range(10)]
ENTRIES = {name: Entry(name, f"{name}\n{'あいうえおかきくけこ'[n]}の本文") for n, name in enumerate(NAMES)}


def test_each_query_gets_its_best_entry_and_a_near_wrong_one() -> None:
    asked = (Asked("あの本文", {"d0": 2, "d1": 1}), Asked("けの本文", {"d8": 1}))
    pairs = pairs_of_kits(Material(ENTRIES, asked, ()), LetterEmbedder())
    assert [(pair.question, pair.answers) for pair in pairs] == [
        ("あの本文", True),
        ("あの本文", False),
        ("けの本文", True),
        ("けの本文", False),
    ]
    assert pairs[0].passage == ENTRIES["d0"].full
    assert pairs[1].passage not in {ENTRIES["d0"].full, ENTRIES["d1"].full}
    assert pairs[2].passage == ENTRIES["d8"].full
    assert pairs[3].passage != ENTRIES["d8"].full
    assert {pair.passage for pair in pairs} <= {entry.full for entry in ENTRIES.values()}
    assert pairs == pairs_of_kits(Material(ENTRIES, asked, ()), LetterEmbedder())


def test_contrast_questions_are_all_there_with_their_document() -> None:
    contrast = Contrast("d3", ("聞く", "たずねる"), ("ちがう",))
    passage = ENTRIES["d3"].full
    assert pairs_of_kits(Material(ENTRIES, (), (contrast,)), LetterEmbedder()) == [
        Pair("聞く", passage, answers=True),
        Pair("たずねる", passage, answers=True),
        Pair("ちがう", passage, answers=False),
    ]


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """An index of words alone over two Q&As, one with a reference."""
    badge = partial(Passage, source_id="m", file="m", question="名札はどこで返しますか", question_no=1)
    guide = (Reference("■手引き P3", "https://example.org/"),)
    passages = [
        badge("q1", text="受付で返します。", ordinal=0, references=guide),
        badge("q1b", text="札は数えます。", ordinal=1, references=guide),
        Passage(
            "q2", "m", "m", "毎朝合わせます。", 2, question="名札の時計はいつ合わせますか", question_no=2
        ),
    ]
    folder = tmp_path_factory.mktemp("pairs")
    build_index(folder, [Source("m", "相談会", kind="consultation")], passages, None)
    return Settings(data_dir=folder, embedder="none")


def write(path: Path, *records: Mapping[str, object]) -> Path:
    rows = [{"id": str(n), "kind": "paraphrase", **record} for n, record in enumerate(records)]
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
    return path


def test_a_question_gets_the_right_answer_and_the_best_wrong_one(settings: Settings, tmp_path: Path) -> None:
    path = write(tmp_path / "set.jsonl", {"question": "名札はどこで返すのですか", "gold": [1]})
    right, wrong = pairs_of_questions(settings, [path])
    assert (right.answers, wrong.answers) == (True, False)
    assert right.question == wrong.question == "名札はどこで返すのですか"
    assert right.passage.split("\n") == [
        "名札はどこで返しますか",
        "受付で返します。",
        "札は数えます。",
        "■手引き P3 https://example.org/",
    ]
    assert wrong.passage == "名札の時計はいつ合わせますか\n毎朝合わせます。"


def test_an_unanswerable_question_gets_wrong_ones_only(settings: Settings, tmp_path: Path) -> None:
    path = write(tmp_path / "set.jsonl", {"question": "名札は何色ですか", "expect": "abstain"})
    pairs = pairs_of_questions(settings, [path])
    assert 1 <= len(pairs) <= 2
    assert not any(pair.answers for pair in pairs)


def test_what_teaches_nothing_is_left_out(settings: Settings, tmp_path: Path) -> None:
    path = write(
        tmp_path / "set.jsonl",
        {"question": "", "expect": "error"},
        {"question": "？", "expect": "abstain"},
        {"question": "名札はどこで返すのですか", "gold": [9]},
    )
    assert pairs_of_questions(settings, [path]) == []


def test_the_same_pair_stands_once(settings: Settings, tmp_path: Path) -> None:
    question = {"question": "名札はどこで返すのですか", "gold": [1]}
    paths = [write(tmp_path / name, question) for name in ("one.jsonl", "other.jsonl")]
    assert pairs_of_questions(settings, paths) == pairs_of_questions(settings, paths[:1])


def test_without_an_index_or_a_set_it_says_so(settings: Settings, tmp_path: Path) -> None:
    nowhere = Settings(data_dir=tmp_path / "nowhere", embedder="none")
    with pytest.raises(YorozuError) as caught:
        pairs_of_questions(nowhere, [])
    assert caught.value.code is ErrorCode.INDEX_MISSING
    with pytest.raises(YorozuError) as caught:
        pairs_of_questions(settings, [tmp_path / "nothing.jsonl"])
    assert caught.value.code is ErrorCode.QUESTION_SET_INVALID
