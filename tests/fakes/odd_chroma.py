"""A server in Chroma's place that answers every search with what it is told to."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class OddChroma(ThreadingHTTPServer):
    """`answer` is sent as it is, byte for byte; `asked` counts searches."""

    daemon_threads = True
    answer: bytes = b""
    asked: int = 0

    def means(self, numbers: list[object], distances: list[object]) -> None:
        self.answer = json.dumps({"ids": [numbers], "distances": [distances]}).encode()


class _Handler(BaseHTTPRequestHandler):
    server: OddChroma

    def do_GET(self) -> None:
        self._send(b'{"id": "0"}')

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.server.asked += 1
        self._send(self.server.answer)

    def _send(self, body: bytes) -> None:
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextmanager
def odd_chroma() -> Iterator[OddChroma]:
    server = OddChroma(("127.0.0.1", 0), _Handler)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()
