"""The examples of docs/portal_api.md, run as they stand there against a real service."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.access.visitor import Scope
from app.settings import ServiceSettings
from app.state import ServiceState
from app.store.answers import AnswerStore
from app.store.keys import KeyStore
from tests.fakes.answer_service import FakeAnswerService
from tests.serving import serving

PAGE = Path(__file__).resolve().parents[1] / "docs" / "portal_api.md"
PROGRAMS = {"sh": ["bash", "-eu"], "python": [sys.executable], "js": ["node", "--input-type=module"]}


@pytest.fixture
def answerer() -> FakeAnswerService:
    return FakeAnswerService()


@pytest.fixture
def environment(answerer: FakeAnswerService, tmp_path: Path) -> Iterator[dict[str, str]]:
    """What the page says must be in the environment; the service asks for a key."""
    settings = ServiceSettings(data_dir=tmp_path, port=0, anonymous=False)
    state = ServiceState(settings=settings, answerer=answerer, store=AnswerStore.open(tmp_path))
    _, token = KeyStore(state.store).create("portal", Scope.READER)
    with serving(state) as url:
        kept = {name: value for name, value in os.environ.items() if not name.lower().endswith("_proxy")}
        yield {**kept, "YOROZU_URL": url, "YOROZU_KEY": str(token), "NO_PROXY": "*"}
    state.store.close()


@pytest.mark.parametrize("language", PROGRAMS)
def test_an_example_works_as_it_stands(
    language: str, environment: dict[str, str], answerer: FakeAnswerService
) -> None:
    program = PROGRAMS[language]
    if shutil.which(program[0]) is None:
        pytest.skip(f"{program[0]} is not here")
    (example,) = re.findall(rf"^```{language}\n(.*?)^```", PAGE.read_text("utf-8"), re.MULTILINE | re.DOTALL)
    ran = subprocess.run(
        program, input=example, env=environment, capture_output=True, text=True, timeout=60, check=False
    )
    assert ran.returncode == 0, ran.stderr
    assert "answered" in ran.stdout
    assert "自社のリスクを把握します。" in ran.stdout
    assert len(answerer.asked) == 1
