"""Secrets are planted, the service is used, and then all that it wrote and said is searched for them."""

import io
import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from fastapi import FastAPI

from app.access.login import Login
from app.access.passwords import Passwords
from app.access.visitor import Scope
from app.doctor.examine import examine
from app.logs import JsonLines, TextLines
from app.settings import ServiceSettings
from app.store.people import PeopleStore
from ingest.pipeline import ingest
from tests.fakes.llm_server import Behaviour, llm_server
from tests.fakes.small_corpus import settings_in, write_corpus
from tests.security.conftest import Running, running

LLM_KEY = "sk-planted-Zq8vN3xLr5tW1yKp"
PASSWORD = "ふみきり菜の花みかん箱"
QUESTION = "来客に渡す名札はどう管理しますか（照会番号 青磁7421）"
ASKED = "青磁7421"  # what only this question has
NAME = "佐藤 花子"


@contextmanager
def _everything_logged() -> Iterator[io.StringIO]:
    """What is logged at the finest level, by whomever, in both forms."""
    stream, root = io.StringIO(), logging.getLogger()
    level, handlers = root.level, []
    for form in (TextLines(), JsonLines()):
        handler = logging.StreamHandler(stream)
        handler.setFormatter(form)
        handler.addFilter(lambda record: record.name != "httpx2")  # the tests' own client
        handlers.append(handler)
        root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    try:
        yield stream
    finally:
        root.setLevel(level)
        for handler in handlers:
            root.removeHandler(handler)


def _used(service: Running) -> tuple[list[str], dict[str, str]]:
    """Ask, log in, fail in many ways; the bodies that came back, and the secrets that were used."""
    client, app = service.client, service.client.app
    assert isinstance(app, FastAPI)
    app.state.login = Login.of(service.settings, service.state.store, Passwords())
    PeopleStore(service.state.store).create_account(NAME, Scope.ADMIN, Passwords().hash(PASSWORD))
    own = {"Origin": "http://testserver"}
    said = []
    for name, password in ((NAME, PASSWORD), (NAME, PASSWORD + "x"), (PASSWORD, NAME)):
        body = {"name": name, "password": password}
        said.append(client.post("/api/v1/session", json=body, headers=own).text)
    session, csrf = client.cookies["yorozu_session"], client.cookies["yorozu_csrf"]
    reader = service.tokens[Scope.READER]
    for headers in (
        {"Authorization": f"Bearer {reader}"},
        {"Authorization": f"Bearer {reader}x"},
        own | {"X-CSRF-Token": csrf},
        own,
    ):
        said.append(client.get("/api/v1/audit", headers=headers).text)
        said.append(client.post("/api/v1/answers", json={"question": "", "x": reader}, headers=headers).text)
    for engine in ("llm", "extractive"):
        body = {"question": QUESTION, "engine": engine}
        answer = client.post("/api/v1/answers", json=body, headers={"Authorization": f"Bearer {reader}"})
        assert answer.status_code == 200
    client.get(f"/api/v1/search?q={QUESTION}", headers={"Authorization": f"Bearer {reader}"})
    client.get(f"/api/v1/answers/{reader}")  # a key in an address: who sent it sees it again, nobody else
    said += [client.get(address).text for address in ("/metrics", "/readyz")]
    admin = {"Authorization": f"Bearer {service.tokens[Scope.ADMIN]}"}
    said += [
        client.get(f"/api/v1/{call}", headers=admin).text for call in ("audit", "admin/keys", "admin/people")
    ]
    secrets = {f"key of {scope}": token.split("_", 2)[2] for scope, token in service.tokens.items()}
    device = client.cookies["yorozu_device"]
    return said, secrets | {
        "session": session,
        "csrf": csrf,
        "device": device,
        "password": PASSWORD,
        "llm": LLM_KEY,
    }


@pytest.mark.slow
def test_no_secret_and_no_question_is_where_it_does_not_belong(tmp_path: Path) -> None:
    with llm_server() as server, _everything_logged() as log:
        server.behaviour = Behaviour.UNAUTHORISED
        given = settings_in(tmp_path).model_dump(exclude_unset=True)
        given |= {"llm": "openai:m", "llm_base_url": server.url, "llm_api_key": LLM_KEY}
        settings = ServiceSettings(**given)
        write_corpus(settings.corpus)
        ingest(settings, embedder=None)
        with running(settings) as service:
            said, secrets = _used(service)
            doctor = json.dumps([finding.as_json() for finding in examine(settings)], ensure_ascii=False)
        assert server.keys  # it was really used
    written = log.getvalue()
    assert "POST /api/v1/answers 200" in written
    texts = {"log": written, "doctor": doctor, "settings": repr(settings), "said": "\n".join(said)}
    assert _where(texts, secrets) == []
    assert _where(texts, {"question": ASKED}) == []
    files = [path for path in settings.data_dir.rglob("*") if path.is_file()]
    contents = {path.name: path.read_bytes().decode("utf-8", "replace") for path in files}
    assert len(contents) > 10
    assert _where(contents, secrets) == []
    kept = {where.removesuffix("-wal") for where, _ in _where(contents, {"question": ASKED})}
    assert kept == {"store.sqlite"}  # where answers are kept to be opened again


def _where(texts: dict[str, str], secrets: dict[str, str]) -> list[tuple[str, str]]:
    return [(where, name) for where, text in texts.items() for name, one in secrets.items() if one in text]
