"""What is installed without a checkout is whole."""

import tomllib
from fnmatch import fnmatch
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]


@pytest.mark.parametrize("package", ["app", "ingest"])
def test_every_file_that_the_code_reads_is_part_of_its_package(package: str) -> None:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    named: dict[str, list[str]] = settings["tool"]["setuptools"]["package-data"]
    files = [
        path.relative_to(ROOT)
        for path in (ROOT / package).rglob("*")
        if path.is_file() and path.suffix != ".py" and "__pycache__" not in path.parts
    ]
    assert files
    lacking = [
        path.as_posix()
        for path in files
        if not any(fnmatch(path.name, p) for p in named.get(".".join(path.parent.parts), []))
    ]
    assert lacking == []
