"""What is trained on: kits with contrast questions, and a question set over an index."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from eval.kit import read_kit

CONTRAST = "contrast.jsonl"


@dataclass(frozen=True, slots=True)
class Entry:
    """A document of a kit: its title by itself, and with its text as the index embeds it."""

    title: str
    full: str


@dataclass(frozen=True, slots=True)
class Asked:
    """A query with the grades of the documents that answer it."""

    text: str
    grades: dict[str, int]

    def best(self) -> list[str]:
        """Ids of the documents with the highest grade."""
        top = max(self.grades.values())
        return [document for document, grade in self.grades.items() if grade == top]


@dataclass(frozen=True, slots=True)
class Contrast:
    """Questions about one document: those that its text answers, and near misses that it does not."""

    document: str
    answered: tuple[str, ...]
    open: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Material:
    """Everything read from some kits; ids are unique over all of them."""

    entries: dict[str, Entry]
    asked: tuple[Asked, ...]
    contrasts: tuple[Contrast, ...]


def read_material(kits: Sequence[Path]) -> Material:
    """Read kits of `corpus.jsonl` documents, with `contrast.jsonl` where there is one.

    Raises:
        YorozuError: KIT_INVALID.
    """
    entries: dict[str, Entry] = {}
    asked: list[Asked] = []
    contrasts: list[Contrast] = []
    for folder in kits:
        kit = read_kit(folder)
        entries |= {d.id: Entry(d.title, f"{d.title}\n{d.text}".strip()) for d in kit.documents}
        for query, text in kit.queries.items():
            grades = {document: grade for document, grade in kit.qrels.get(query, {}).items() if grade > 0}
            if grades:
                asked.append(Asked(text, grades))
        if (folder / CONTRAST).is_file():
            lines = (folder / CONTRAST).read_text(encoding="utf-8").splitlines()
            rows = [json.loads(line) for line in lines if line.strip()]
            contrasts += [Contrast(row["id"], tuple(row["yes"]), tuple(row["no"])) for row in rows]
    return Material(entries, tuple(asked), tuple(contrasts))
