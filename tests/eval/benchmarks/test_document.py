from pathlib import Path

import pytest

from eval.benchmarks.document import circumstances, write_section


def test_sections_are_replaced_one_by_one_and_stand_in_order(tmp_path: Path) -> None:
    path = tmp_path / "benchmarks.md"
    write_section(path, "ingest", "## Ingest\n\nold")
    write_section(path, "peers", "## Peers")
    write_section(path, "ingest", "## Ingest\n\nnew")
    text = path.read_text(encoding="utf-8")
    assert text.startswith("# Benchmarks\n")
    assert text.count("# Benchmarks") == 1
    assert text.index("## Peers") < text.index("## Ingest")
    assert "new" in text
    assert "old" not in text
    write_section(path, "peers", "## Peers")
    assert path.read_text(encoding="utf-8") == text


def test_a_section_that_does_not_exist_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="other"):
        write_section(tmp_path / "benchmarks.md", "other", "")
    assert not (tmp_path / "benchmarks.md").exists()


def test_circumstances_name_machine_and_versions() -> None:
    lines = circumstances("ingest --pages 3", "letters@1", ("numpy", "no-such-package"))
    assert "`ingest --pages 3`" in lines
    assert "cores of" in lines
    assert "letters@1" in lines
    assert "numpy 2." in lines
    assert lines.endswith("no-such-package -.")
