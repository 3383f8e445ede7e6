"""The tables of docs/security.md and docs/asvs.md are whole, and every test that they name exists."""

import re
from collections import Counter
from pathlib import Path

import pytest

DOCS = Path(__file__).parents[2] / "docs"
IDS = Path(__file__).with_name("asvs_ids.txt")
_NAMED = re.compile(r"`(tests/[\w/]+\.py)(?:::(\w+))?`")
_ITEM = re.compile(r"V\d+\.\d+\.\d+")
_REASON = re.compile(r"not here|operator|document:|source|gap|does not apply:")
OF_LEVEL_3 = {"V1.2.10", "V1.3.12", "V6.3.8"}
LLM = {f"LLM{number:02}" for number in range(1, 11)}


def _rows(file: str) -> list[list[str]]:
    """The cells of all rows whose first one names a requirement."""
    lines = (DOCS / file).read_text(encoding="utf-8").splitlines()
    return [
        [cell.strip() for cell in line.strip("|").split("|")]
        for line in lines
        if re.match(r"\| (V\d|LLM)", line)
    ]


@pytest.mark.parametrize("file", ["security.md", "asvs.md"])
def test_every_test_named_exists(file: str) -> None:
    named = _NAMED.findall((DOCS / file).read_text(encoding="utf-8"))
    assert len(named) > 30
    missing = []
    for test, name in named:
        path = DOCS.parent / test
        if not path.is_file() or (name and f"def {name}(" not in path.read_text(encoding="utf-8")):
            missing.append(f"{test}::{name}")
    assert missing == []


@pytest.mark.parametrize(("file", "columns"), [("security.md", 3), ("asvs.md", 4)])
def test_every_row_has_a_test_or_a_reason(file: str, columns: int) -> None:
    rows = _rows(file)
    assert [row for row in rows if len(row) != columns] == []
    assert [row for row in rows if not _NAMED.search(row[-1]) and not _REASON.search(row[-1])] == []


def test_every_requirement_stands_there_once() -> None:
    wanted = [
        line.split() for line in IDS.read_text(encoding="utf-8").splitlines() if not line.startswith("#")
    ]
    assert Counter(level for _, level in wanted) == {"1": 70, "2": 183}
    there = Counter(item for row in _rows("asvs.md") for item in _ITEM.findall(row[0]))
    assert [item for item, times in there.items() if times > 1] == []
    assert set(there) == {item for item, _ in wanted} | OF_LEVEL_3


def test_every_risk_of_language_models_stands_there_once() -> None:
    assert Counter(row[0].split()[0] for row in _rows("security.md")) == dict.fromkeys(LLM, 1)


def test_every_gap_is_named_in_the_list_of_gaps() -> None:
    text = (DOCS / "asvs.md").read_text(encoding="utf-8")
    listed = text.split("## Gaps")[1]
    missing = [
        row[0]
        for row in _rows("asvs.md")
        if re.search(r"\bgap\b", " ".join(row[2:]))
        and not any(
            item in listed or item.rsplit(".", 1)[0] + ")" in listed for item in _ITEM.findall(row[0])
        )
    ]
    assert missing == []
