"""The shipped scripts, widget and workbench: small, whole, and what their sources build."""

import gzip
import re
import shutil
import subprocess
from pathlib import Path

import pytest

WEB = Path(__file__).resolve().parents[3] / "app/web"
BUILT = {name: WEB / "static" / f"{name}.js" for name in ("widget", "organiser")}
SOURCES = WEB / "widget"
MOST_BYTES = 60 * 1024  # gzipped


@pytest.mark.parametrize("name", BUILT)
def test_a_script_is_small_and_asks_nobody_else(name: str) -> None:
    text = BUILT[name].read_text(encoding="utf-8")
    assert len(gzip.compress(text.encode(), mtime=0)) <= MOST_BYTES
    # Names of XML vocabularies and the example of an allowed protocol are no addresses.
    assert set(re.findall(r"https?://[a-z0-9.-]+", text)) <= {"http://www.w3.org"}
    assert not re.search(
        r"\beval\(|new Function|@import|url\(|document\.write|createElement\(\"style\"\)", text
    )


def test_sources_never_set_markup() -> None:
    folders = (SOURCES / "src", *(WEB / name for name in ("workbench/src", "shared", "admin")))
    paths = [path for folder in folders for path in folder.rglob("*.ts*")]
    assert len(paths) > 48
    for path in paths:
        text = path.read_text(encoding="utf-8")
        assert not re.search(r"dangerouslySetInnerHTML|innerHTML|outerHTML|insertAdjacentHTML", text), path


def test_the_lockfile_names_no_registry() -> None:
    text = (SOURCES / "package-lock.json").read_text(encoding="utf-8")
    assert '"resolved"' not in text


@pytest.mark.slow
def test_the_shipped_files_are_what_the_sources_build() -> None:
    node = shutil.which("node")
    if node is None or not (SOURCES / "node_modules").is_dir():
        pytest.skip("Node or its packages are not here: `make widget` installs them (needs npm)")
    done = subprocess.run(
        [node, "build.mjs", "--check"], cwd=SOURCES, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
