"""What is trained on: kits with contrast questions, and a question set over an index."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from eval.kit import Kit, read_kit
from eval.lines import LineError, json_objects, text_field
from ingest.errors import ErrorCode, YorozuError

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
        if twice := entries.keys() & {document.id for document in kit.documents}:
            raise _invalid(folder, f"id {min(twice)} は別のキットにもあります")
        entries |= {d.id: Entry(d.title, f"{d.title}\n{d.text}".strip()) for d in kit.documents}
        for query, text in kit.queries.items():
            grades = {document: grade for document, grade in kit.qrels.get(query, {}).items() if grade > 0}
            if grades:
                asked.append(Asked(text, grades))
        if (folder / CONTRAST).is_file():
            contrasts += _contrasts(kit)
    return Material(entries, tuple(asked), tuple(contrasts))


def _contrasts(kit: Kit) -> list[Contrast]:
    documents = {document.id for document in kit.documents}
    try:
        return [
            _contrast(f"{CONTRAST} {number}行目", row, documents)
            for number, row in json_objects(kit.folder / CONTRAST)
        ]
    except LineError as error:
        raise _invalid(kit.folder, str(error)) from error


def _contrast(place: str, row: dict[str, Any], documents: set[str]) -> Contrast:
    document = text_field(place, row, "id")
    if document not in documents:
        raise LineError(f"{place}: 文書 {document} はありません")
    return Contrast(document, _questions(place, row, "yes"), _questions(place, row, "no"))


def _questions(place: str, row: dict[str, Any], name: str) -> tuple[str, ...]:
    questions = row.get(name)
    if not isinstance(questions, list) or not questions:
        raise LineError(f"{place}: {name} が質問の並びではありません")
    if not all(isinstance(question, str) and question.strip() for question in questions):
        raise LineError(f"{place}: {name} に空の質問か文字列でないものがあります")
    return tuple(questions)


def _invalid(folder: Path, reason: str) -> YorozuError:
    return YorozuError(ErrorCode.KIT_INVALID, path=str(folder), reason=reason)
