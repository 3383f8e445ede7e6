"""What is installed without a checkout is whole."""

import os
import shutil
import subprocess
import sys
import sysconfig
import tomllib
import zipfile
from fnmatch import fnmatch
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]


# What the scripts in static/ are built from; not needed to run.
SOURCES = {ROOT / "app/web" / name for name in ("widget", "workbench", "shared", "admin")}


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
        and not SOURCES & set(path.parents)
    ]
    assert files
    assert [path.as_posix() for path in files if not _shipped(path, named)] == []


def _shipped(path: Path, named: dict[str, list[str]]) -> bool:
    """Tell whether the nearest package above a file names it."""
    package = next(folder for folder in path.parents if (folder / "__init__.py").is_file())
    patterns = named.get(".".join(package.relative_to(ROOT).parts), [])
    return any(fnmatch(path.relative_to(package).as_posix(), pattern) for pattern in patterns)


def _built(kind: str, folder: Path) -> Path:
    """The wheel of a copy of the checkout, so that nothing is left behind in it."""
    copy = folder / "checkout"
    for name in ("app", "ingest", "eval", "prompts"):
        shutil.copytree(ROOT / name, copy / name, ignore=shutil.ignore_patterns("__pycache__", "kits"))
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, copy)
    code = f"from setuptools import build_meta; build_meta.build_{kind}({str(folder)!r})"
    subprocess.run([sys.executable, "-c", code], cwd=copy, capture_output=True, check=True, timeout=300)
    (wheel,) = folder.glob("*.whl")
    return wheel


def _origins(folder: Path, work: Path, setup: str) -> list[str]:
    """Where a program finds the names that it imports, with `folder` as the only yorozu installed."""
    libraries = sysconfig.get_paths()["purelib"]
    code = (
        # The libraries of this environment, but not the yorozu that a .pth file puts into it.
        f"import site, sys; sys.path.append({libraries!r}); {setup}\n"
        "import app, yorozu\n"
        "from yorozu import Filters, YorozuError, YorozuRetriever\n"
        "print(yorozu.__file__, app.__file__, YorozuRetriever.__module__, sep='\\n')"
    )
    ran = subprocess.run(
        [sys.executable, "-I", "-S", "-c", code, str(folder)],
        cwd=work,
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
        env={k: v for k, v in os.environ.items() if not k.startswith("YOROZU_")},
    )
    return ran.stdout.split()


@pytest.mark.slow
def test_programs_can_import_yorozu_from_the_wheel(tmp_path: Path) -> None:
    clean = tmp_path / "clean"
    with zipfile.ZipFile(_built("wheel", tmp_path)) as wheel:
        assert not [name for name in wheel.namelist() if name.startswith("app/doors/public")]
        wheel.extractall(clean)
    yorozu, app, module = _origins(clean, tmp_path, "sys.path.append(sys.argv[1])")
    assert (yorozu, app) == (str(clean / "yorozu" / "__init__.py"), str(clean / "app" / "__init__.py"))
    assert module == "app.doors.retriever"


@pytest.mark.slow
def test_programs_can_import_yorozu_from_a_checkout(tmp_path: Path) -> None:
    clean = tmp_path / "clean"
    with zipfile.ZipFile(_built("editable", tmp_path)) as wheel:
        wheel.extractall(clean)
    yorozu, app, _ = _origins(
        clean, tmp_path, "sys.path.insert(0, sys.argv[1]); site.addsitedir(sys.argv[1])"
    )
    checkout = tmp_path / "checkout"
    assert yorozu == str(checkout / "app" / "doors" / "public" / "yorozu" / "__init__.py")
    assert app == str(checkout / "app" / "__init__.py")
