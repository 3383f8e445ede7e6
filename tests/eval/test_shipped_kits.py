"""The kits of the repository are whole: what is trained on and what search is measured with."""

from collections import Counter
from pathlib import Path

import pytest

from eval.kit import read_kit
from eval.training.data import CONTRAST, read_material
from ingest.text.normalise import fold

KITS = sorted(
    path for path in (Path(__file__).resolve().parents[2] / "eval" / "kits").iterdir() if path.is_dir()
)
by_name = pytest.mark.parametrize("folder", KITS, ids=lambda folder: folder.name)


def test_the_kits_are_there() -> None:
    names = {folder.name for folder in KITS}
    assert names >= {"city_residents", "city_services", "company", "town"}
    contrasted = {folder.name for folder in KITS if (folder / CONTRAST).is_file()}
    assert contrasted == {"city_residents", "city_services", "company", "town", "cases_by_title"}


@by_name
def test_a_kit_is_valid_and_large_enough(folder: Path) -> None:
    kit = read_kit(folder)
    assert len(kit.documents) >= 200
    assert len(kit.queries) >= 200
    assert [q for q in kit.queries if not any(grade > 0 for grade in kit.qrels.get(q, {}).values())] == []
    graded = {document for grades in kit.qrels.values() for document, grade in grades.items() if grade > 0}
    assert len(graded) > 0.9 * len(kit.documents)


@by_name
def test_no_query_is_asked_twice_or_copied_from_a_document(folder: Path) -> None:
    kit = read_kit(folder)
    queries = Counter(fold(text) for text in kit.queries.values())
    assert [text for text, n in queries.items() if n > 1] == []
    assert not set(queries) & {fold(d.title) for d in kit.documents if d.title}
    bodies = "\n".join(fold(d.text) for d in kit.documents)
    assert [text for text in queries if len(text) > 20 and text in bodies] == []


def test_contrast_questions_belong_to_documents_one_line_each() -> None:
    contrasts = read_material(KITS).contrasts  # it refuses a document that is not there
    assert len(contrasts) > 500
    assert [c for c, n in Counter(c.document for c in contrasts).items() if n > 1] == []
    assert all(1 <= len(c.answered) <= 4 and 3 <= len(c.open) <= 4 for c in contrasts)


def test_ids_of_documents_are_unique_over_all_kits() -> None:
    assert len(read_material(KITS).entries) == sum(len(read_kit(folder).documents) for folder in KITS)
