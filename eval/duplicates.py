"""Measures the grouping of near-duplicates, pair by pair, and fits its thresholds."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path
from typing import Any

from app.organiser.group import clusters, similarity
from app.organiser.models import Group
from eval.lines import text_field
from eval.record_set import read_records
from ingest.embedding.base import Embedder
from ingest.text.words import Tokenizer

Pair = tuple[str, str]


@dataclass(frozen=True, slots=True)
class GroupedQuestion:
    """A question and the group that people put it in."""

    id: str
    text: str
    group: str


def read_grouped(path: Path) -> list[GroupedQuestion]:
    """Return the questions of a JSONL file `{id, group, text}` in order.

    Raises:
        YorozuError: QUESTION_SET_INVALID with the line and what is wrong there.
    """
    return read_records(path, _question, "質問")


def _question(place: str, record: dict[str, Any]) -> GroupedQuestion:
    return GroupedQuestion(*(text_field(place, record, name) for name in ("id", "text", "group")))


@dataclass(frozen=True, slots=True)
class DuplicatesReport:
    """Pairs of questions that ask the same: as labelled and as found."""

    questions: tuple[GroupedQuestion, ...]
    wanted: frozenset[Pair]
    found: frozenset[Pair]

    def as_json(self) -> dict[str, Any]:
        """Return the object that `--json` prints."""
        right = len(self.wanted & self.found)
        precision = right / len(self.found) if self.found else 1.0
        recall = right / len(self.wanted) if self.wanted else 1.0
        f1 = 2 * precision * recall / (precision + recall) if right else 0.0
        texts = {q.id: q.text for q in self.questions}
        return {
            "n": len(self.questions),
            "pairs": len(self.wanted),
            "precision": round(precision, 4),
            "recall": round(recall, 4),
            "f1": round(f1, 4),
            "missed": [[texts[a], texts[b]] for a, b in sorted(self.wanted - self.found)],
            "wrong": [[texts[a], texts[b]] for a, b in sorted(self.found - self.wanted)],
        }

    def as_table(self) -> str:
        """Return the table for people."""
        result = self.as_json()
        lines = [f"質問 {result['n']}件、同じことを尋ねる組 {result['pairs']}"]
        lines += [
            f"{label}  {result[key]:.3f}" for label, key in (("適合率", "precision"), ("再現率", "recall"))
        ]
        lines.append(f"F1      {result['f1']:.3f}")
        lines += [f"見落とし: {a} ／ {b}" for a, b in result["missed"]]
        lines += [f"誤り: {a} ／ {b}" for a, b in result["wrong"]]
        return "\n".join(lines)


def compare(questions: Sequence[GroupedQuestion], groups: Sequence[Group]) -> DuplicatesReport:
    """Compare groups as found with those of the labels."""
    labelled: dict[str, list[str]] = {}
    for question in questions:
        labelled.setdefault(question.group, []).append(question.id)
    wanted = frozenset(pair for members in labelled.values() for pair in _pairs(members))
    found = frozenset(pair for one in groups for pair in _pairs(one.members))
    return DuplicatesReport(tuple(questions), wanted, found)


def sweep(
    questions: Sequence[GroupedQuestion], embedder: Embedder | None, tokenizer: Tokenizer
) -> Iterator[tuple[float, float, float]]:
    """Yield (share of meaning, threshold, F1) over a grid: what `app/organiser/group.py` is fitted with."""
    texts = [question.text for question in questions]
    for share in (0.5, 0.6, 0.7, 0.8, 0.9) if embedder is not None else (0.0,):
        alike = similarity(texts, embedder, tokenizer, share)
        for step in range(20, 80):
            found = [[questions[i].id for i in members] for members in clusters(alike, step / 100)]
            groups = [Group(representative=ids[0], members=tuple(ids)) for ids in found]
            yield share, step / 100, compare(questions, groups).as_json()["f1"]


def _pairs(members: Sequence[str]) -> Iterator[Pair]:
    return combinations(sorted(members), 2)
