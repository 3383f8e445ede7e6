"""A cluster on loopback: two APIs, two workers, Chroma, PostgreSQL, Redis, a balancer, and an ingest job."""

import json
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

from app.store.place import Place
from eval.cluster import members
from eval.cluster.balancer import Balancer
from eval.cluster.corpus import write_edition
from eval.cluster.members import Member, answers, free_port

# The program `yorozu` of this very checkout, also where another one is installed.
_YOROZU = [sys.executable, "-c", "from eval.cli import main; main()"]
_TRIES = 20  # of an ingest: the servers that it writes to may just have been killed


@dataclass(slots=True)
class Cluster:
    """All of it, with one folder for everything. The members are in the order in which they start."""

    folder: Path
    environment: dict[str, str]
    members: list[Member]
    balancer: Balancer
    base: str
    place: Place
    key: str = ""
    ingests: int = 0
    ingest_retries: int = 0
    ingest_seconds: list[float] = field(default_factory=list)

    @classmethod
    def in_folder(cls, folder: Path, models: Path, embedder: str) -> Self:
        """Describe it. Nothing is started but what making a new database takes.

        Raises:
            RuntimeError: where PostgreSQL or Redis is not installed.
        """
        postgres, database = members.postgres(folder / "postgres")
        redis, redis_url = members.redis(folder)
        chroma, chroma_url = members.chroma(folder)
        environment = {
            "YOROZU_DATABASE": database,
            "YOROZU_REDIS": redis_url,
            "YOROZU_CHROMA": chroma_url,
            "YOROZU_GENERATIONS": str(folder / "shared"),
            "YOROZU_FOLLOW_SECONDS": "1",
            "YOROZU_CORPUS": str(folder / "corpus"),
            "YOROZU_MODEL_DIR": str(models),
            "YOROZU_EMBEDDER": embedder,
            "YOROZU_ADDRESS_RATE": "60000",  # counted in Redis, and never reached
            "YOROZU_DRAFT_HERE": "false",
            "PYTHONUNBUFFERED": "1",
            "OMP_NUM_THREADS": "1",  # five processes with a model each share the cores
        }
        started, replicas = [postgres, redis, chroma], []
        for number in (1, 2):
            name, port = f"api-{number}", free_port()
            replicas.append(f"http://127.0.0.1:{port}")
            own = {"YOROZU_DATA_DIR": str(folder / name), "YOROZU_PORT": str(port)}
            command = [*_YOROZU, "serve"]
            started.append(
                Member(
                    name,
                    command,
                    folder / f"{name}.log",
                    environment | own,
                    answers(f"{replicas[-1]}/readyz"),
                )
            )
        for number in (1, 2):
            name = f"worker-{number}"
            own = {"YOROZU_DATA_DIR": str(folder / name)}
            started.append(Member(name, [*_YOROZU, "worker"], folder / f"{name}.log", environment | own))
        port = free_port()
        balancer, base = Balancer(replicas, port), f"http://127.0.0.1:{port}"
        return cls(folder, environment, started, balancer, base, Place(folder / "own", database))

    def start(self) -> None:
        """Start the servers, make the tables, ingest once, then start everything else."""
        (self.folder / "shared").mkdir()
        for member in self.members[:3]:
            member.start()
        self.command("database", "upgrade")
        made = self.command("keys", "create", "cluster", "--scope", "organiser", "--json")
        self.key = str(json.loads(made.stdout)["key"])
        self.ingest(1)
        for member in self.members[3:]:
            member.start()
        self.balancer.start()
        until, ready = time.monotonic() + 30, answers(f"{self.base}/readyz")
        while not ready() and time.monotonic() < until:
            time.sleep(0.1)

    def ingest(self, edition: int) -> None:
        """Write another edition of the corpus and bring the index up to date, as the ingest job does.

        Raises:
            RuntimeError: where it goes on failing.
        """
        write_edition(self.folder / "corpus", edition)
        started = time.perf_counter()
        for _ in range(_TRIES):
            done = self.command("ingest", "--json", check=False)
            if done.returncode == 0:
                self.ingests += 1
                self.ingest_seconds.append(time.perf_counter() - started)
                return
            self.ingest_retries += 1
            time.sleep(1)
        raise RuntimeError(done.stderr.decode(errors="replace")[-2000:])

    def command(self, *words: str, check: bool = True) -> "subprocess.CompletedProcess[bytes]":
        """Run `yorozu …` on a machine of its own."""
        env = {**members.bare_environment(), **self.environment, "YOROZU_DATA_DIR": str(self.folder / "job")}
        return subprocess.run(  # noqa: S603 - our own program
            [*_YOROZU, *words], env=env, capture_output=True, check=check
        )

    def named(self, name: str) -> Member:
        """One of its processes."""
        return next(member for member in self.members if member.name == name)

    def stop(self) -> None:
        """End everything, the servers last."""
        self.balancer.stop()
        for member in reversed(self.members):
            member.stop()
