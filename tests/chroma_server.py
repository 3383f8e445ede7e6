"""A real Chroma server of the tests' own, on loopback, that can be stopped and started again."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import httpx

from ingest.index.vector_server import VectorServer
from tests.postgres import free_port


class ChromaServer:
    """`chroma run` on a folder; what is in it stays when it is stopped."""

    def __init__(self, folder: Path) -> None:
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        program = str(Path(sys.executable).with_name("chroma"))
        place = ["--path", str(folder), "--host", "127.0.0.1", "--port", str(self.port)]
        self._command = [program, "run", *place]
        self._process: subprocess.Popen[bytes] | None = None

    def at(self, seconds: float = 5.0) -> VectorServer:
        return VectorServer(self.url, None, seconds)

    def start(self) -> None:
        self._process = subprocess.Popen(
            self._command,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env={**os.environ, "ANONYMIZED_TELEMETRY": "False"},
        )
        for _ in range(600):
            try:
                if httpx.get(f"{self.url}/api/v2/heartbeat", timeout=1).is_success:
                    return
            except httpx.HTTPError:
                time.sleep(0.05)
        raise AssertionError("Chroma did not start")

    def pause(self) -> None:
        """Let it accept connections and answer none."""
        assert self._process is not None
        self._process.send_signal(signal.SIGSTOP)

    def resume(self) -> None:
        assert self._process is not None
        self._process.send_signal(signal.SIGCONT)

    def collections(self) -> set[str]:
        listed = "/api/v2/tenants/default_tenant/databases/default_database/collections"
        return {one["name"] for one in httpx.get(self.url + listed, timeout=10).json()}

    def stop(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait()
        self._process = None
