"""A real OpenID Connect provider on loopback, in a process of its own."""

import json
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

import httpx

PATIENCE_SECONDS = 60


@contextmanager
def oidc_provider(*people: dict[str, object]) -> Iterator[str]:
    """Yields the issuer's address. `people` are who can log in there, by `sub`."""
    with socket.create_server(("127.0.0.1", 0)) as sock:
        port = sock.getsockname()[1]
    command = [sys.executable, "-m", "oidc_provider_mock", "--port", str(port), "--require-nonce"]
    for person in people:
        command += ["--user-claims", json.dumps(person)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    issuer = f"http://localhost:{port}"
    try:
        _until_it_answers(issuer, process)
        yield issuer
    finally:
        process.terminate()
        process.wait()


def _until_it_answers(issuer: str, process: "subprocess.Popen[bytes]") -> None:
    until = time.monotonic() + PATIENCE_SECONDS
    while process.poll() is None and time.monotonic() < until:
        try:
            httpx.get(f"{issuer}/.well-known/openid-configuration")
        except httpx.HTTPError:
            time.sleep(0.05)
        else:
            return
    raise RuntimeError("the provider does not start")
