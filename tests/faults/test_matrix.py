"""docs/faults.md: each row is shown by a test that exists, and each code and part is a real one."""

import ast
import re
from pathlib import Path

import pytest

from app.troubles import PARTS
from ingest.errors import ErrorCode

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "faults.md"
ROW = re.compile(
    r"^\| (?P<fault>[^|]+) \| (?P<expected>[^|]+) \| (?P<seen>[^|]+) \| (?P<test>[^|]+) \|$", re.MULTILINE
)
NAMED = re.compile(r"`(?P<file>[\w/]+\.py)::(?P<name>\w+)`")


def rows() -> list[re.Match[str]]:
    matrix = PAGE.read_text(encoding="utf-8").split("## The matrix", 1)[1].split("\n## ", 1)[0]
    return [row for row in ROW.finditer(matrix) if row["fault"] not in {"fault", "---"}]


def names_in(path: Path) -> set[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}


def test_there_are_rows() -> None:
    assert len(rows()) >= 25


@pytest.mark.parametrize("row", rows(), ids=lambda row: row["fault"][:40])
def test_each_row_names_a_test_that_exists(row: re.Match[str]) -> None:
    named = list(NAMED.finditer(row["test"]))
    assert named, row["fault"]
    for one in named:
        path = ROOT / "tests" / one["file"]
        assert path.is_file(), path
        assert one["name"] in names_in(path), one["name"]


def test_codes_and_parts_are_real() -> None:
    text = " ".join(row["expected"] for row in rows())
    for word in re.findall(r"`([a-z]+(?:_[a-z]+)+)`", text):
        assert word in set(ErrorCode), word
    for word in re.findall(r"degraded: `(\w+)`", text):
        assert word in PARTS, word


def test_every_test_of_a_fault_stands_in_the_matrix() -> None:
    """Tests that are here and in no row would be faults that the page keeps quiet about."""
    text = " ".join(row["test"] for row in rows())
    for path in sorted((ROOT / "tests" / "faults").glob("test_*.py")):
        if path.name != Path(__file__).name:
            missing = [
                n for n in names_in(path) if n.startswith("test_") and f"{path.name}::{n}`" not in text
            ]
            assert missing == []
