"""What is installed without a checkout is whole."""

import tomllib
from fnmatch import fnmatch
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]


SOURCES = ROOT / "app/web/widget"  # what static/widget.js is built from; not needed to run


@pytest.mark.parametrize("package", ["app", "ingest"])
def test_every_file_that_the_code_reads_is_part_of_its_package(package: str) -> None:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    named: dict[str, list[str]] = settings["tool"]["setuptools"]["package-data"]
    files = [
        path
        for path in (ROOT / package).rglob("*")
        if path.is_file()
        and path.suffix != ".py"
        and "__pycache__" not in path.parts
        and SOURCES not in path.parents
    ]
    assert files
    assert [path.as_posix() for path in files if not _shipped(path, named)] == []


def _shipped(path: Path, named: dict[str, list[str]]) -> bool:
    """Tell whether the nearest package above a file names it."""
    package = next(folder for folder in path.parents if (folder / "__init__.py").is_file())
    patterns = named.get(".".join(package.relative_to(ROOT).parts), [])
    return any(fnmatch(path.relative_to(package).as_posix(), pattern) for pattern in patterns)
