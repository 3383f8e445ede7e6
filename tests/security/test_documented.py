"""Every test that docs/security.md names exists."""

import re
from pathlib import Path

DOCUMENT = Path(__file__).parents[2] / "docs" / "security.md"
_NAMED = re.compile(r"`(tests/[\w/]+\.py)(?:::(\w+))?`")


def test_every_test_named_exists() -> None:
    named = _NAMED.findall(DOCUMENT.read_text(encoding="utf-8"))
    assert len(named) > 40
    missing = []
    for file, name in named:
        path = DOCUMENT.parents[1] / file
        if not path.is_file() or (name and f"def {name}(" not in path.read_text(encoding="utf-8")):
            missing.append(f"{file}::{name}")
    assert missing == []


def test_every_line_has_a_test_or_a_reason() -> None:
    rows = [r for r in DOCUMENT.read_text(encoding="utf-8").splitlines() if re.match(r"\| (V\d|LLM)", r)]
    assert len(rows) > 30
    assert [row for row in rows if not _NAMED.search(row) and "does not apply:" not in row] == []
