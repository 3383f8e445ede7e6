"""A service that sends the events of an answer one by one, when the test says so, and shows pages."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from queue import SimpleQueue
from urllib.parse import parse_qs, urlsplit

Event = tuple[str, object]


@dataclass
class EventService:
    """What it will say and what it heard.

    `steps` are the events of the next answers, None ends one; the handler waits for each. `picture` is the
    PNG of every page, None for a source without pictures; `found` is what its header says of the highlight.
    """

    address: str
    steps: SimpleQueue[Event | None] = field(default_factory=SimpleQueue)
    picture: bytes | None = None
    found: str = "exact"
    heard: list[tuple[str, str, str]] = field(default_factory=list)  # method, address, Authorization
    asked: list[dict[str, object]] = field(default_factory=list)

    def say(self, *events: Event | None) -> None:
        for event in events:
            self.steps.put(event)


@contextmanager
def event_service() -> Iterator[EventService]:
    """Serve on a free port."""

    server = _Server(("127.0.0.1", 0), _Handler)
    service = server.service = EventService(f"http://127.0.0.1:{server.server_port}")
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield service
    finally:
        service.say(None)
        server.shutdown()
        thread.join()
        server.server_close()


def quoted_in(address: str) -> str:
    """What a request wants marked."""
    return parse_qs(urlsplit(address).query)["highlight"][0]


_CROSS_ORIGIN = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Allow-Headers": "Authorization, Content-Type",
    "Access-Control-Expose-Headers": "X-Highlight, X-Request-ID",
}


class _Server(ThreadingHTTPServer):
    service: EventService


class _Handler(BaseHTTPRequestHandler):
    server: "_Server"

    def do_OPTIONS(self) -> None:
        self._start(204, "text/plain")

    def do_GET(self) -> None:
        self.server.service.heard.append((self.command, self.path, self.headers.get("Authorization", "")))
        path = urlsplit(self.path).path
        if path.endswith(".png") and self.server.service.picture is not None:
            self._start(200, "image/png")
            self.wfile.write(self.server.service.picture)
        elif path.endswith("/pages"):
            self._json(
                200,
                {
                    "source_id": "x",
                    "picture": self.server.service.picture is not None,
                    "count": 60,
                    "found_on": 56,
                },
            )
        else:
            self._json(
                404, {"error": {"code": "page_no_picture", "message": "画像はありません。", "detail": {}}}
            )

    def do_POST(self) -> None:
        self.server.service.heard.append((self.command, self.path, self.headers.get("Authorization", "")))
        self.server.service.asked.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
        self._start(200, "text/event-stream")
        while (step := self.server.service.steps.get(timeout=20)) is not None:
            name, data = step
            self.wfile.write(f"event: {name}\ndata: {json.dumps(data)}\n\n".encode())
            self.wfile.flush()

    def log_message(self, *_arguments: object) -> None:
        """Say nothing."""

    def _json(self, status: int, data: object) -> None:
        self._start(status, "application/json")
        self.wfile.write(json.dumps(data).encode())

    def _start(self, status: int, kind: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("X-Highlight", self.server.service.found)
        for name, value in _CROSS_ORIGIN.items():
            self.send_header(name, value)
        self.end_headers()
