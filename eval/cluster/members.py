"""The processes of a cluster on loopback, each of which can be killed and started again."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import psycopg
from redis import Redis
from redis.exceptions import RedisError

_START_SECONDS = 400.0


def free_port() -> int:
    """A port that nobody uses now."""
    with socket.create_server(("127.0.0.1", 0)) as sock:
        return int(sock.getsockname()[1])


@dataclass(slots=True)
class Member:
    """One process.

    Attributes:
        ready: whether it does its work; asked after a start.
        user: whose it is, where it refuses to run for root.
        crash: the signal that ends it without a chance to tidy up.
    """

    name: str
    command: list[str]
    log: Path
    env: dict[str, str] = field(default_factory=dict)
    ready: Callable[[], bool] = lambda: True
    user: str | None = None
    crash: int = signal.SIGKILL
    kills: int = 0
    process: "subprocess.Popen[bytes] | None" = None

    def start(self) -> None:
        """Start it and wait until it works.

        Raises:
            RuntimeError: where it does not in time.
        """
        until = time.monotonic() + _START_SECONDS
        while time.monotonic() < until:
            if self.process is None or self.process.poll() is not None:
                self._spawn()
            if self.ready():
                return
            time.sleep(0.1)
        raise RuntimeError(f"{self.name} did not start: {self.log.read_text(errors='replace')[-2000:]}")

    def kill(self) -> None:
        """End it as a power cut would."""
        assert self.process is not None
        self.process.send_signal(self.crash)
        self.process.wait(30)
        self.kills += 1

    def stop(self) -> None:
        """End it at the end of everything."""
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(self.crash)
            self.process.wait(30)

    def _spawn(self) -> None:
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(  # noqa: S603 - programs that the modules here name
                self.command,
                env={**bare_environment(), **self.env},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                user=self.user,
                cwd=self.log.parent if self.user else None,
            )


def bare_environment() -> dict[str, str]:
    """This process's, without settings of ours that would leak into a member."""
    return {name: value for name, value in os.environ.items() if not name.startswith("YOROZU_")}


def answers(url: str) -> Callable[[], bool]:
    """Whether an address answers with success."""

    def ask() -> bool:
        try:
            return httpx.get(url, timeout=5).is_success
        except httpx.HTTPError:
            return False

    return ask


def postgres(folder: Path) -> tuple[Member, str]:
    """A PostgreSQL server with a new database, and its address. It writes through to the disk.

    Raises:
        RuntimeError: where it is not installed.
    """
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), reverse=True)
    if not found:
        raise RuntimeError("PostgreSQL is not installed: apt-get install postgresql")
    user = "postgres" if os.getuid() == 0 else None
    folder.mkdir()
    if user is not None:
        shutil.chown(folder, user)
    port, data = free_port(), str(folder / "data")
    init = [str(found[0]), "-D", data, "-A", "trust", "-U", "yorozu", "-E", "UTF8", "--locale=C.UTF-8"]
    subprocess.run(init, check=True, capture_output=True, user=user, cwd=folder)  # noqa: S603 - ours
    url = f"postgresql://yorozu@127.0.0.1:{port}/postgres"

    def ready() -> bool:
        try:
            psycopg.connect(url, connect_timeout=2).close()
        except psycopg.OperationalError:
            return False
        return True

    program = str(found[0].with_name("postgres"))
    command = [program, "-D", data, "-h", "127.0.0.1", "-p", str(port), "-k", str(folder)]
    log = folder / "log"
    log.touch()
    if user is not None:
        shutil.chown(log, user)
    # SIGQUIT is its "immediate shutdown": no checkpoint, recovery from the log at the next start. After a
    # SIGKILL of the first process alone its children would hold the shared memory for a while.
    return Member("postgres", command, log, ready=ready, user=user, crash=signal.SIGQUIT), url


def redis(folder: Path) -> tuple[Member, str]:
    """A Redis that keeps nothing, and its address.

    Raises:
        RuntimeError: where it is not installed.
    """
    program = shutil.which("redis-server")
    if program is None:
        raise RuntimeError("Redis is not installed: apt-get install redis-server")
    port = free_port()
    url = f"redis://127.0.0.1:{port}/0"

    def ready() -> bool:
        try:
            with Redis.from_url(url, socket_timeout=1) as client:
                return bool(client.ping())
        except RedisError:
            return False

    command = [program, "--bind", "127.0.0.1", "--port", str(port), "--save", "", "--dir", str(folder)]
    return Member("redis", command, folder / "redis.log", ready=ready), url


def chroma(folder: Path) -> tuple[Member, str]:
    """A Chroma server on a folder, and its address."""
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    program = str(Path(sys.executable).with_name("chroma"))
    place = ["--path", str(folder / "chroma"), "--host", "127.0.0.1", "--port", str(port)]
    env = {"ANONYMIZED_TELEMETRY": "False"}
    ready = answers(f"{url}/api/v2/heartbeat")
    return Member("chroma", [program, "run", *place], folder / "chroma.log", env=env, ready=ready), url
