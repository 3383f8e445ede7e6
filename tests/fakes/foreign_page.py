"""Somebody else's page on an origin of its own: it lets in our script alone, and styles everything."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

# As a page from long ago may do, and worse.
HOSTILE = """
html { font-size: 62.5%; transform: none; }
* { color: hotpink !important; font: italic 40px/1 fantasy !important; letter-spacing: .5em !important;
    text-transform: uppercase !important; box-sizing: content-box !important; margin: 20px !important;
    float: left !important; text-align: right !important; cursor: wait !important; }
button, textarea, dialog, section { display: none !important; }
yorozu-chat { opacity: 0 !important; position: relative !important; left: -5000px !important;
    visibility: hidden !important; pointer-events: none !important; transform: scale(.1) !important; }
"""


@dataclass
class ForeignPage:
    """What is served: the body around the widget, and which service the policy lets in."""

    address: str
    service: str = ""
    body: str = ""
    paths: list[str] = field(default_factory=list)

    @property
    def policy(self) -> str:
        """Our script and our service, its own style sheet, nothing else."""
        return (
            f"default-src 'none'; script-src {self.service}; connect-src {self.service}; style-src 'self'; "
            "base-uri 'none'; form-action 'none'; require-trusted-types-for 'script'; trusted-types 'none'"
        )

    @property
    def html(self) -> str:
        """The whole page."""
        return (
            '<!doctype html><html lang="ja"><head><meta charset="utf-8"><title>社内ポータル</title>'
            '<link rel="stylesheet" href="/style.css"></head>'
            f'<body><h1>社内ポータル</h1><button id="own">ページのボタン</button>{self.body}</body></html>'
        )


@contextmanager
def foreign_page() -> Iterator[ForeignPage]:
    """Serve such a page on a free port."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            page.paths.append(self.path)
            if self.path == "/":
                self._send(page.html, "text/html")
            elif self.path == "/style.css":
                self._send(HOSTILE, "text/css")
            else:
                self.send_error(404)

        def log_message(self, *_arguments: object) -> None:
            """Say nothing."""

        def _send(self, text: str, kind: str) -> None:
            body = text.encode()
            self.send_response(200)
            self.send_header("Content-Type", f"{kind}; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
            self.send_header("Content-Security-Policy", page.policy)
            self.end_headers()
            self.wfile.write(body)

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    page = ForeignPage(f"http://127.0.0.1:{server.server_port}")
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield page
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
