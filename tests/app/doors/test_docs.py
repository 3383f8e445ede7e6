"""The examples of docs/doors.md run as they stand, but for where the server and the data are."""

import re
import shlex
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.assemble import service_state
from app.settings import ServiceSettings
from tests.serving import serving

ROOT = Path(__file__).resolve().parents[3]
PAGE = (ROOT / "docs" / "doors.md").read_text(encoding="utf-8")
EXAMPLES = dict(re.findall(r"<!-- runs: (\w+) -->\n```python\n(.*?)```", PAGE, flags=re.DOTALL))
SAYS = "名札は番号を付けて受付で管理し"


@pytest.fixture
def served(small: ServiceSettings) -> Iterator[str]:
    state = service_state(small)
    with serving(state) as address:
        yield address
    state.store.close()


def test_every_python_example_is_run() -> None:
    assert set(EXAMPLES) == {"openai", "chatopenai", "retriever", "mcp"}
    assert PAGE.count("```python") == len(EXAMPLES)


@pytest.mark.parametrize("name", ["openai", "chatopenai"])
def test_clients_of_the_server(name: str, served: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert "http://127.0.0.1:8000" in EXAMPLES[name]
    exec(EXAMPLES[name].replace("http://127.0.0.1:8000", served), {})
    assert SAYS in capsys.readouterr().out


def test_the_retriever(
    small: ServiceSettings, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("YOROZU_EMBEDDER", "none")
    exec(EXAMPLES["retriever"].replace('"var"', repr(str(small.data_dir))), {})
    assert SAYS in capsys.readouterr().out


@pytest.mark.slow
def test_the_mcp_client(small: ServiceSettings, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """`yorozu` is this checkout's, words alone."""
    program = tmp_path / "yorozu"
    run = shlex.join([sys.executable, "-c", "from eval.cli import main; main()"])
    program.write_text(f'#!/bin/sh\ncd {shlex.quote(str(ROOT))}\nexec env YOROZU_EMBEDDER=none {run} "$@"\n')
    program.chmod(0o755)
    moved = (
        EXAMPLES["mcp"].replace('"yorozu"', repr(str(program))).replace('"var"', repr(str(small.data_dir)))
    )
    exec(moved, {"__name__": "example"})
    out, err = capfd.readouterr()
    assert SAYS in out
    assert "時計の相談会" in out
    assert err == ""
