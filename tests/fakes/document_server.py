"""A real https server on loopback with a certificate of its own, and a CONNECT proxy before it."""

import contextlib
import datetime as dt
import ipaddress
import socket
import ssl
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID


@dataclass
class Document:
    """What one path answers. `cut_after` and `slow_after` hold for the first `faults` requests only."""

    body: bytes = b""
    content_type: str = "application/pdf"
    status: int = 200
    etag: str | None = None
    last_modified: str | None = None
    location: str | None = None
    cut_after: int | None = None  # bytes sent before the connection is cut
    slow_after: int | None = None  # bytes sent before it falls silent
    drip_seconds: float = 0.0  # pause between single bytes after slow_after, 0 = silence
    silence_seconds: float = 1.0
    faults: int = 1
    say_length: bool = True
    ranges: bool = True


@dataclass
class Seen:
    """One request that arrived."""

    path: str
    headers: dict[str, str]


@dataclass
class DocumentServer:
    """`documents` maps a path to its Document; `seen` lists the requests; `client` trusts the server."""

    port: int
    client: ssl.SSLContext
    documents: dict[str, Document] = field(default_factory=dict)
    seen: list[Seen] = field(default_factory=list)

    def url(self, path: str, host: str = "localhost") -> str:
        return f"https://{host}:{self.port}{path}"


def certificate(folder: Path) -> Path:
    """Write key and self-signed certificate for localhost and 127.0.0.1 into one PEM file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = dt.datetime.now(dt.UTC)
    names = x509.SubjectAlternativeName(
        [x509.DNSName("localhost"), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]
    )
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(hours=1))
        .not_valid_after(now + dt.timedelta(hours=1))
        .add_extension(names, critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    form = serialization.PrivateFormat.PKCS8
    pem = key.private_bytes(serialization.Encoding.PEM, form, serialization.NoEncryption())
    path = folder / "loopback.pem"
    path.write_bytes(pem + made.public_bytes(serialization.Encoding.PEM))
    return path


@contextlib.contextmanager
def serving(pem: Path) -> Iterator[DocumentServer]:
    """Run the server on a free port until the block ends."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem)
    with _running(_Handler, context) as http:
        server = DocumentServer(http.server_address[1], ssl.create_default_context(cafile=str(pem)))
        http.state = server
        yield server


@contextlib.contextmanager
def proxying() -> Iterator["Proxy"]:
    """Run a CONNECT proxy on a free port until the block ends."""
    with _running(_ProxyHandler, None) as http:
        proxy = Proxy(f"http://127.0.0.1:{http.server_address[1]}")
        http.state = proxy
        yield proxy


@dataclass
class Proxy:
    """`connected` lists the host:port of every CONNECT; `target` is the local port they all go to."""

    url: str
    connected: list[str] = field(default_factory=list)
    target: int | None = None


class _Server(ThreadingHTTPServer):
    daemon_threads = False
    state: Any = None
    context: ssl.SSLContext | None = None

    def finish_request(self, request: Any, client_address: Any) -> None:
        if self.context is None:
            super().finish_request(request, client_address)
            return
        # In the request's own thread: a slow handshake does not stop the others.
        with self.context.wrap_socket(request, server_side=True) as secured:
            super().finish_request(secured, client_address)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that went away is what these tests are about."""


@contextlib.contextmanager
def _running(handler: type[BaseHTTPRequestHandler], context: ssl.SSLContext | None) -> Iterator[_Server]:
    with _Server(("127.0.0.1", 0), handler) as http:
        http.context = context
        thread = threading.Thread(target=http.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield http
        finally:
            http.shutdown()
            thread.join()


class _Quiet(BaseHTTPRequestHandler):
    server: _Server

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Say nothing."""


class _Handler(_Quiet):
    def do_GET(self) -> None:
        state: DocumentServer = self.server.state
        state.seen.append(Seen(self.path, dict(self.headers.items())))
        document = state.documents.get(self.path)
        if document is None:
            page = b"<!DOCTYPE html><title>404</title>"
            document = Document(page, "text/html", status=404)
        if document.etag and self.headers.get("If-None-Match") == document.etag:
            self.send_response(304)
            self.end_headers()
            return
        self._send(document, self._start(document))

    def _start(self, document: Document) -> int:
        asked = self.headers.get("Range", "")
        valid = self.headers.get("If-Range") in {document.etag, document.last_modified}
        if document.ranges and valid and asked.startswith("bytes="):
            return int(asked.removeprefix("bytes=").removesuffix("-"))
        return 0

    def _send(self, document: Document, start: int) -> None:
        whole = len(document.body)
        if start and start >= whole:
            self.send_response(416)
            self.send_header("Content-Range", f"bytes */{whole}")
            self.end_headers()
            return
        self.send_response(206 if start else document.status)
        if start:
            self.send_header("Content-Range", f"bytes {start}-{whole - 1}/{whole}")
        self.send_header("Content-Type", document.content_type)
        if document.say_length:
            self.send_header("Content-Length", str(whole - start))
        for name, value in (
            ("ETag", document.etag),
            ("Last-Modified", document.last_modified),
            ("Location", document.location),
        ):
            if value:
                self.send_header(name, value)
        self.end_headers()
        self._body(document, document.body[start:])

    def _body(self, document: Document, body: bytes) -> None:
        faulty = document.faults > 0
        document.faults -= 1
        if faulty and document.cut_after is not None:
            self.wfile.write(body[: document.cut_after])
            return
        if faulty and document.slow_after is not None:
            self.wfile.write(body[: document.slow_after])
            self._slowly(document, body[document.slow_after :])
            return
        self.wfile.write(body)

    def _slowly(self, document: Document, rest: bytes) -> None:
        end = time.monotonic() + document.silence_seconds
        sent = 0
        while time.monotonic() < end:
            time.sleep(document.drip_seconds or 0.02)
            if document.drip_seconds:
                self.wfile.write(rest[sent : sent + 1])
                sent += 1


class _ProxyHandler(_Quiet):
    def do_CONNECT(self) -> None:
        proxy: Proxy = self.server.state
        proxy.connected.append(self.path)
        port = proxy.target or int(self.path.rpartition(":")[2])
        with socket.create_connection(("127.0.0.1", port)) as there:
            self.send_response(200)
            self.end_headers()
            back = threading.Thread(target=_pump, args=(there, self.connection))
            back.start()
            _pump(self.connection, there)
            back.join()


def _pump(source: socket.socket, target: socket.socket) -> None:
    with contextlib.suppress(OSError):
        while data := source.recv(65536):
            target.sendall(data)
    with contextlib.suppress(OSError):
        target.shutdown(socket.SHUT_WR)
