"""A real PostgreSQL server of the tests' own, on loopback, and gone with them."""

import os
import secrets
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_PLACES = ("/usr/lib/postgresql", "/usr/local/pgsql")


def programs() -> Path | None:
    """Where its programs lie; None where it is not installed."""
    for place in _PLACES:
        for found in sorted(Path(place).glob("**/bin/initdb"), reverse=True):
            return found.parent
    named = shutil.which("initdb")
    return Path(named).resolve().parent if named else None


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as sock:
        return int(sock.getsockname()[1])


@contextmanager
def server(bin_dir: Path) -> Iterator[str]:
    """Yield the address of its database, which anybody on this machine may use while it runs."""
    folder = Path(tempfile.mkdtemp(prefix="pg-"))
    # It refuses to run for root; Debian's package brings a user of its own.
    user = "postgres" if os.getuid() == 0 else None
    if user is not None:
        shutil.chown(folder, user)
    port = free_port()
    data = str(folder / "data")
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.PIPE, "user": user, "cwd": folder}
    init = [
        bin_dir / "initdb",
        "-D",
        data,
        "-A",
        "trust",
        "-U",
        "yorozu",
        "-E",
        "UTF8",
        "--locale=C.UTF-8",
        "-N",
    ]
    subprocess.run(init, check=True, timeout=120, **quiet)  # type: ignore[call-overload]
    options = f"-h 127.0.0.1 -p {port} -k {folder} -c fsync=off -c max_connections=200"
    control = [bin_dir / "pg_ctl", "-D", data, "-w", "-s", "-l", str(folder / "log")]
    try:
        subprocess.run([*control, "-o", options, "start"], check=True, timeout=60, **quiet)  # type: ignore[call-overload]
        yield f"postgresql://yorozu@127.0.0.1:{port}/postgres"
    finally:
        subprocess.run([*control, "-m", "immediate", "stop"], check=False, timeout=60, **quiet)  # type: ignore[call-overload]
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def database(address: str, like: str = "template0") -> Iterator[str]:
    """Yield the address of a new database on a server: empty, or a copy of one that nobody is using."""
    import psycopg

    server_ = address.rsplit("/", 1)[0]
    name = "t" + secrets.token_hex(6)
    with psycopg.connect(f"{server_}/postgres", autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE {like} STRATEGY FILE_COPY")
    yield f"{server_}/{name}"
    with psycopg.connect(f"{server_}/postgres", autocommit=True) as connection:
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")
