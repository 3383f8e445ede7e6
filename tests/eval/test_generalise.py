from pathlib import Path

import pytest

from app.organiser.models import Generalised, Group, Span
from eval.duplicates import GroupedQuestion, compare, read_grouped
from eval.generalise import run_names
from eval.name_set import Name, NamedQuestion, read_named
from ingest.errors import YorozuError

SETS = Path(__file__).parents[2] / "eval"


def _span(text: str, part: str) -> Span:
    start = text.index(part)
    return Span(start=start, end=start + len(part), original=part, replacement="A", kind="company", why="")


def test_a_name_half_removed_is_missed_and_harmless_words_are_counted() -> None:
    text = "青空精機の規程の見直し"
    question = NamedQuestion("1", text, (Name(0, 4, "company"),))
    half = run_names([question], lambda t: Generalised(original=t, spans=(_span(t, "青空"),)))
    assert half.as_json()["removed"] == 0
    broad = run_names([question], lambda t: Generalised(original=t, spans=(_span(t, "青空精機の規程"),)))
    assert broad.as_json()["removed"] == 1
    assert broad.outcomes[0].touched == ("規程",)


def test_pairs_are_compared_whatever_the_names_of_the_groups() -> None:
    questions = [GroupedQuestion(i, i, g) for i, g in (("a", "1"), ("b", "1"), ("c", "2"), ("d", "2"))]
    found = [Group(representative="a", members=("a", "b")), Group(representative="c", members=("c",))]
    result = compare(questions, found).as_json()
    assert (result["precision"], result["recall"], result["f1"]) == (1.0, 0.5, 0.6667)


def test_the_shipped_sets_can_be_read_and_share_no_question() -> None:
    named = [q for name in ("build", "held_out") for q in read_named(SETS / "generalise" / f"{name}.jsonl")]
    with_names = [q.text for q in named if q.names]
    assert len(with_names) == len(set(with_names))
    grouped = [q for n in ("build", "held_out") for q in read_grouped(SETS / "duplicates" / f"{n}.jsonl")]
    assert len(grouped) == len({q.text for q in grouped})


def test_a_mark_in_the_wrong_place_is_named(tmp_path: Path) -> None:
    file = tmp_path / "set.jsonl"
    file.write_text('{"id": "1", "text": "あいう", "names": [{"start": 0, "end": 2, "text": "うえ"}]}\n')
    with pytest.raises(YorozuError, match="位置と文字"):
        read_named(file)
