"""A name that comes with a file is shown, and decides nothing but the kind of text."""

import tempfile
from pathlib import Path
from typing import Any

import pytest

from app.api import intakes
from app.api.intakes import Sheets
from app.organiser.intake import intake_text


@pytest.mark.parametrize(
    "name",
    [
        "../../etc/cron.d/x.csv",
        "/etc/passwd",
        "..\\..\\x.csv",
        "x\u202evsc.exe",
        "x.csv/../../y",
        "x.c/v",
        "x." + "a" * 190,
        "",
        "..",
        "x.\u202ecsv",
    ],
)
def test_a_hostile_name_reaches_no_path(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[Path] = []

    def looked_at(path: Path, *_: Any, **__: Any) -> Any:
        seen.append(path)
        assert path.read_text(encoding="utf-8") == "x"
        return intake_text("鍵は誰が預かりますか。")

    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.setattr(intakes, "intake", looked_at)
    result, _ = intakes._read(Sheets.model_validate({"name": name, "content": "eA=="}), 1.0)
    assert result.name == name
    [path] = seen
    assert path.parent.parent == tmp_path
    assert path.stem == "questions"
    assert list(tmp_path.iterdir()) == []
