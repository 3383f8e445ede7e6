"""Serving, killed: every answer, verdict and question that was acknowledged over HTTP is there afterwards."""

import socket
import sqlite3
import time
from contextlib import closing
from pathlib import Path
from random import Random

import httpx

from app.api.server import listen, make_server
from app.assemble import service_state
from eval.faults.child import Ended, Say, run_and_kill
from eval.faults.kinds import Round, settings_in, write_consultation
from ingest.errors import YorozuError
from ingest.index.reader import open_index
from ingest.pipeline import ingest

_LONGEST = 1.0  # seconds of requests before the kill, at most
_READY_SECONDS = 60.0
_QUESTION = "来客に渡す名札はどう管理すればよいですか"
_STORE = "store.sqlite"


class KillServing:
    """A server in a process of its own, asked by another one, killed between and within requests."""

    name = "serving"

    def __init__(self, folder: Path) -> None:
        self._settings = settings_in(folder)
        write_consultation(self._settings)
        run_and_kill(self._ingest, None)

    def round(self, chance: Random) -> Round:
        """Start, ask until the kill, and look for everything that was acknowledged."""
        seconds = chance.uniform(0, _LONGEST)
        with listen("127.0.0.1", 0) as taken:
            port = taken.getsockname()[1]
            asked = run_and_kill(lambda say: self._ask_and_kill(say, taken, port, seconds), None)
        acknowledged = tuple(line for line in asked.said if not line.startswith("unopened"))
        found = Round(killed=True, acknowledged=len(acknowledged))
        found.unopened += [line for line in asked.said if line.startswith("unopened")]
        seen = run_and_kill(lambda say: self._look(say, Ended(acknowledged, killed=True, seconds=0.0)), None)
        for line in seen.said:
            (found.lost if line.startswith("lost") else found.unopened).append(line)
        return found

    def _ingest(self, say: Say) -> None:
        say(ingest(self._settings, embedder=None).generation)

    def _ask_and_kill(self, say: Say, taken: socket.socket, port: int, seconds: float) -> None:
        """The client, in a process of its own: the server is its child, killed by a third one."""

        def serve(_: Say) -> None:
            make_server(service_state(self._settings)).run(sockets=[taken])

        def ask(inner: Say) -> None:
            taken.close()  # or connections would wait for ever at a socket that nobody serves
            with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=30.0, trust_env=False) as client:
                _wait(client)
                inner("ready")
                _ask(client, inner)

        server = _Started(serve)
        taken.close()
        try:
            client = _Started(ask)
            client.wait_for("ready", say)
            time.sleep(seconds)
            server.kill()
            client.tell(say)
        finally:
            server.kill()

    def _look(self, say: Say, ended: Ended) -> None:
        try:
            open_index(self._settings.data_dir, None)
        except YorozuError as error:
            say(f"unopened {error.code}")
        with closing(sqlite3.connect(self._settings.data_dir / _STORE)) as store:
            (verdict,) = store.execute("PRAGMA quick_check(1)").fetchone()
            if verdict != "ok":
                say(f"unopened {verdict}")
            for line in ended.said:
                kind, name = line.split(" ")
                table, column = {
                    "answer": ("answers", "id"),
                    "feedback": ("feedback", "answer_id"),
                    "sent": ("sent_questions", "id"),
                }[kind]
                query = f"SELECT count(*) FROM {table} WHERE {column} = ?"  # noqa: S608 - names of ours
                if store.execute(query, (name,)).fetchone() != (1,):
                    say(f"lost {line}")


class _Started:
    """A child that goes on by itself, and what it says."""

    def __init__(self, work: object) -> None:
        from multiprocessing import get_context

        context = get_context("fork")
        self._reading, writing = context.Pipe(duplex=False)

        def run() -> None:
            assert callable(work)
            work(writing.send)

        self._process = context.Process(target=run)
        self._process.start()
        writing.close()

    def wait_for(self, word: str, say: Say) -> None:
        """Wait until it says a word."""
        try:
            while self._reading.recv() != word:
                pass
        except EOFError:
            say("unopened: the server was not ready")

    def kill(self) -> None:
        """Kill it, wherever it is."""
        self._process.kill()
        self._process.join()

    def tell(self, say: Say) -> None:
        """Hand on everything that it says until it ends."""
        try:
            while True:
                say(self._reading.recv())
        except EOFError:
            self._process.join()


def _wait(client: httpx.Client) -> None:
    until = time.monotonic() + _READY_SECONDS
    while time.monotonic() < until:
        try:
            if client.get("/readyz").status_code == httpx.codes.OK:
                return
        except httpx.TransportError:
            pass
        time.sleep(0.02)
    raise TimeoutError


def _ask(client: httpx.Client, say: Say) -> None:
    """Ask, judge and send until the connection breaks; what is said was acknowledged with a status."""
    try:
        while True:
            answer = client.post("/api/v1/answers", json={"question": _QUESTION})
            answer.raise_for_status()
            say(f"answer {answer.json()['id']}")
            verdict = client.post(
                f"/api/v1/answers/{answer.json()['id']}/feedback", json={"verdict": "helpful"}
            )
            verdict.raise_for_status()
            say(f"feedback {answer.json()['id']}")
            sent = client.post("/api/v1/questions", json={"question": _QUESTION})
            sent.raise_for_status()
            say(f"sent {sent.json()['id']}")
    except httpx.TransportError:
        return  # that was the kill
