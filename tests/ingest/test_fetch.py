import io
import json
import os
import socket
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from ingest.catalogue import Catalogue
from ingest.errors import ErrorCode, YorozuError
from ingest.fetch import FetchOutcome, fetch_all, fetchable
from ingest.fetch_address import check_peer, check_url, proxy_for
from ingest.fetch_http import Limits
from ingest.fetch_record import sha256_of
from ingest.fetch_types import wrong_type
from ingest.models import Source
from tests.fakes.document_server import Document, DocumentServer, certificate, proxying, serving

PDF = b"%PDF-1.7\n" + bytes(range(256)) * 1200 + b"\n%%EOF\n"
FAST = Limits(connect_seconds=2, read_seconds=0.3, total_seconds=5, max_mb=1, tries=1, pause_seconds=0.01)
RESUMING = replace(FAST, tries=3)
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


@pytest.fixture(scope="module")
def pem(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return certificate(tmp_path_factory.mktemp("tls"))


@pytest.fixture
def server(pem: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[DocumentServer]:
    for name in ("HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy", "NO_PROXY", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
    with serving(pem) as running:
        yield running


def _catalogue(server: DocumentServer, *paths: str, sha256: str | None = None) -> Catalogue:
    sources = {
        path.strip("/"): Source(
            id=path.strip("/"), title=path, url=server.url(path), media_type="application/pdf"
        )
        for path in paths
    }
    return Catalogue(sources, checksums={paths[0].strip("/"): sha256} if sha256 else {})


def _fetch(server: DocumentServer, corpus: Path, *paths: str, limits: Limits = FAST) -> list[FetchOutcome]:
    return fetch_all(_catalogue(server, *(paths or ("/a",))), corpus, limits=limits, loopback=server.client)


def _record(corpus: Path) -> dict[str, dict[str, object]]:
    found: dict[str, dict[str, object]] = json.loads(
        (corpus / "documents" / "fetched.json").read_text(encoding="utf-8")
    )
    return found


def _code(outcome: FetchOutcome) -> ErrorCode | None:
    return outcome.error.code if outcome.error else None


def test_whole_download_is_recorded(server: DocumentServer, tmp_path: Path) -> None:
    server.documents["/a"] = Document(PDF, etag='"v1"', last_modified="Mon, 03 Apr 2023 00:00:00 GMT")
    seen: list[tuple[str, int, int | None]] = []
    [outcome] = fetch_all(
        _catalogue(server, "/a"),
        tmp_path,
        limits=FAST,
        loopback=server.client,
        progress=lambda *step: seen.append(step),
        now=lambda: datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC),
    )
    target = tmp_path / "documents" / "a.pdf"
    assert (outcome.status, outcome.file, outcome.bytes) == ("fetched", "documents/a.pdf", len(PDF))
    assert target.read_bytes() == PDF
    assert seen[-1] == ("a", len(PDF), len(PDF))
    assert _record(tmp_path)["a"] == {
        "url": server.url("/a"),
        "final_url": server.url("/a"),
        "file": "documents/a.pdf",
        "sha256": sha256_of(target),
        "size": len(PDF),
        "fetched_at": "2026-01-02T03:04:05+00:00",
        "checked_at": "2026-01-02T03:04:05+00:00",
        "etag": '"v1"',
        "last_modified": "Mon, 03 Apr 2023 00:00:00 GMT",
    }
    assert list((tmp_path / "documents" / ".partial").iterdir()) == []


def test_cut_connection_is_resumed_in_the_next_run(server: DocumentServer, tmp_path: Path) -> None:
    server.documents["/a"] = Document(PDF, etag='"v1"', cut_after=100_000)
    [first] = _fetch(server, tmp_path)
    assert _code(first) is ErrorCode.FETCH_UNREACHABLE
    assert not (tmp_path / "documents" / "a.pdf").exists()
    part = (tmp_path / "documents" / ".partial" / "a.part").read_bytes()
    assert part
    assert PDF[:100_000].startswith(part)
    [second] = _fetch(server, tmp_path)
    assert second.status == "fetched"
    assert (tmp_path / "documents" / "a.pdf").read_bytes() == PDF
    assert server.seen[-1].headers["Range"] == f"bytes={len(part)}-"
    assert server.seen[-1].headers["If-Range"] == '"v1"'


def test_cut_connection_is_resumed_within_one_run(server: DocumentServer, tmp_path: Path) -> None:
    server.documents["/a"] = Document(PDF, etag='"v1"', cut_after=70_000, faults=2)
    [outcome] = _fetch(server, tmp_path, limits=RESUMING)
    assert outcome.status == "fetched"
    assert (tmp_path / "documents" / "a.pdf").read_bytes() == PDF
    # How much of a piece arrives before a connection is cut depends on the machine; it never starts over.
    first, *later = [s.headers.get("Range") for s in server.seen]
    offsets = [int(asked.removeprefix("bytes=").removesuffix("-")) for asked in later if asked is not None]
    assert first is None
    assert len(later) == len(offsets) == 2
    assert 0 < offsets[0] <= offsets[1] <= 140_000


def test_part_of_another_version_is_not_continued(server: DocumentServer, tmp_path: Path) -> None:
    server.documents["/a"] = Document(PDF, etag='"v1"', cut_after=100_000)
    _fetch(server, tmp_path)
    newer = PDF.replace(b"\x07", b"\x08")
    server.documents["/a"] = Document(newer, etag='"v2"')
    [outcome] = _fetch(server, tmp_path)
    assert outcome.status == "fetched"
    assert (tmp_path / "documents" / "a.pdf").read_bytes() == newer


def test_server_without_ranges_or_validators_starts_over(server: DocumentServer, tmp_path: Path) -> None:
    server.documents["/a"] = Document(PDF, etag='"v1"', cut_after=100_000, ranges=False)
    server.documents["/b"] = Document(PDF, etag='W/"weak"', cut_after=100_000)
    outcomes = _fetch(server, tmp_path, "/a", "/b", limits=RESUMING)
    assert [o.status for o in outcomes] == ["fetched", "fetched"]
    assert (tmp_path / "documents" / "a.pdf").read_bytes() == PDF
    assert (tmp_path / "documents" / "b.pdf").read_bytes() == PDF
    assert all("Range" not in s.headers for s in server.seen if s.path == "/b")


def test_part_that_is_already_whole_starts_over(server: DocumentServer, tmp_path: Path) -> None:
    server.documents["/a"] = Document(PDF + b"%%", etag='"v1"', cut_after=len(PDF))
    _fetch(server, tmp_path)
    server.documents["/a"] = Document(PDF, etag='"v1"')
    [outcome] = _fetch(server, tmp_path, limits=RESUMING)
    assert outcome.status == "fetched"
    assert (tmp_path / "documents" / "a.pdf").read_bytes() == PDF


def test_missing_page_fails_alone(server: DocumentServer, tmp_path: Path) -> None:
    server.documents["/b"] = Document(PDF)
    gone, fine = _fetch(server, tmp_path, "/a", "/b")
    assert _code(gone) is ErrorCode.FETCH_STATUS
    assert "404" in gone.line
    assert server.url("/a") in gone.line
    assert "\n" not in gone.line
    assert fine.status == "fetched"
    assert list(_record(tmp_path)) == ["b"]


def test_overloaded_server_is_asked_again(server: DocumentServer, tmp_path: Path) -> None:
    server.documents["/a"] = Document(b"busy", status=503)
    [outcome] = _fetch(server, tmp_path, limits=RESUMING)
    assert _code(outcome) is ErrorCode.FETCH_STATUS
    assert len(server.seen) == 3


def test_redirects_stay_on_https_and_end(server: DocumentServer, tmp_path: Path) -> None:
    server.documents["/a"] = Document(status=302, location="/b")
    server.documents["/b"] = Document(PDF)
    server.documents["/plain"] = Document(status=301, location=f"http://localhost:{server.port}/b")
    server.documents["/loop"] = Document(status=307, location="/loop")
    server.documents["/inside"] = Document(status=302, location="https://192.168.0.1/secret.pdf")
    moved, plain, loop, inside = _fetch(server, tmp_path, "/a", "/plain", "/loop", "/inside")
    assert moved.status == "fetched"
    assert _record(tmp_path)["a"]["final_url"] == server.url("/b")
    assert _code(plain) is ErrorCode.FETCH_NOT_HTTPS
    assert _code(loop) is ErrorCode.FETCH_STATUS
    assert len([s for s in server.seen if s.path == "/loop"]) == FAST.redirects + 1
    assert _code(inside) is ErrorCode.FETCH_PRIVATE_ADDRESS


@pytest.mark.parametrize("say_length", [True, False])
def test_too_large_file_is_stopped(server: DocumentServer, tmp_path: Path, say_length: bool) -> None:  # noqa: FBT001
    server.documents["/a"] = Document(PDF * 8, etag='"v1"', say_length=say_length)
    [outcome] = _fetch(server, tmp_path)
    assert _code(outcome) is ErrorCode.FETCH_TOO_LARGE
    assert "1 MB" in outcome.line
    assert not list((tmp_path / "documents" / ".partial").glob("*.part"))


def test_silent_server_times_out_and_is_resumed(server: DocumentServer, tmp_path: Path) -> None:
    server.documents["/a"] = Document(PDF, etag='"v1"', slow_after=50_000, silence_seconds=0.5)
    [outcome] = _fetch(server, tmp_path)
    assert _code(outcome) is ErrorCode.FETCH_TIMEOUT
    [again] = _fetch(server, tmp_path)
    assert again.status == "fetched"
    assert server.seen[-1].headers["Range"] == "bytes=50000-"


def test_dripping_server_meets_the_total_limit(server: DocumentServer, tmp_path: Path) -> None:
    server.documents["/a"] = Document(PDF, slow_after=10, drip_seconds=0.02, silence_seconds=0.8)
    [outcome] = _fetch(server, tmp_path, limits=replace(FAST, total_seconds=0.4))
    assert _code(outcome) is ErrorCode.FETCH_TIMEOUT


def test_error_page_instead_of_a_pdf_is_refused(server: DocumentServer, tmp_path: Path) -> None:
    page = "<!DOCTYPE html><html><title>メンテナンス中</title></html>".encode()
    server.documents["/a"] = Document(page, content_type="application/pdf", etag='"v1"')
    [outcome] = _fetch(server, tmp_path)
    assert _code(outcome) is ErrorCode.FETCH_WRONG_TYPE
    assert "HTML" in outcome.line
    assert [p.name for p in (tmp_path / "documents").rglob("*") if p.is_file()] == []


def test_checksum_of_the_catalogue_is_demanded(server: DocumentServer, tmp_path: Path) -> None:
    server.documents["/a"] = Document(PDF, etag='"v1"')
    wrong = _catalogue(server, "/a", sha256="0" * 64)
    [outcome] = fetch_all(wrong, tmp_path, limits=FAST, loopback=server.client)
    assert _code(outcome) is ErrorCode.FETCH_CHECKSUM
    assert not (tmp_path / "documents" / "a.pdf").exists()
    _fetch(server, tmp_path)
    asked = len(server.seen)
    right = _catalogue(server, "/a", sha256=sha256_of(tmp_path / "documents" / "a.pdf"))
    [pinned] = fetch_all(right, tmp_path, limits=FAST, loopback=server.client)
    assert pinned.status == "unchanged"
    assert len(server.seen) == asked
    [outcome] = fetch_all(wrong, tmp_path, limits=FAST, loopback=server.client)
    assert _code(outcome) is ErrorCode.FETCH_CHECKSUM
    assert (tmp_path / "documents" / "a.pdf").read_bytes() == PDF


def test_unchanged_file_is_not_downloaded_again(server: DocumentServer, tmp_path: Path) -> None:
    server.documents["/a"] = Document(PDF, etag='"v1"')
    server.documents["/b"] = Document(PDF)
    _fetch(server, tmp_path, "/a", "/b")
    before = (tmp_path / "documents" / "a.pdf").stat().st_mtime_ns
    outcomes = _fetch(server, tmp_path, "/a", "/b")
    assert [o.status for o in outcomes] == ["unchanged", "unchanged"]
    assert [s.headers.get("If-None-Match") for s in server.seen] == [None, None, '"v1"', None]
    assert (tmp_path / "documents" / "a.pdf").stat().st_mtime_ns == before
    server.documents["/a"] = Document(PDF + b"%new", etag='"v2"')
    assert [o.status for o in _fetch(server, tmp_path, "/a")] == ["fetched"]
    assert (tmp_path / "documents" / "a.pdf").read_bytes() == PDF + b"%new"


def test_damaged_file_is_fetched_anew(server: DocumentServer, tmp_path: Path) -> None:
    server.documents["/a"] = Document(PDF, etag='"v1"')
    _fetch(server, tmp_path)
    (tmp_path / "documents" / "a.pdf").write_bytes(PDF[:1000])
    assert [o.status for o in _fetch(server, tmp_path)] == ["fetched"]
    assert (tmp_path / "documents" / "a.pdf").read_bytes() == PDF


def test_file_put_there_by_hand_is_kept(server: DocumentServer, tmp_path: Path) -> None:
    server.documents["/a"] = Document(PDF)
    (tmp_path / "documents").mkdir()
    (tmp_path / "documents" / "a.pdf").write_bytes(b"%PDF-1.4 by hand")
    assert [o.status for o in _fetch(server, tmp_path)] == ["unchanged"]
    assert (tmp_path / "documents" / "a.pdf").read_bytes() == b"%PDF-1.4 by hand"
    assert server.seen == []


@pytest.mark.parametrize("damage", ["", "[]", "{broken", '{"a": 3}', '{"a": {"url": "x"}}'])
def test_damaged_record_does_not_stop_fetching(server: DocumentServer, tmp_path: Path, damage: str) -> None:
    server.documents["/a"] = Document(PDF)
    (tmp_path / "documents").mkdir()
    (tmp_path / "documents" / "fetched.json").write_text(damage, encoding="utf-8")
    assert [o.status for o in _fetch(server, tmp_path)] == ["fetched"]
    assert _record(tmp_path)["a"]["size"] == len(PDF)


def test_folder_that_cannot_be_written_is_named(server: DocumentServer, tmp_path: Path) -> None:
    server.documents["/a"] = Document(PDF)
    (tmp_path / "documents").write_text("not a folder", encoding="utf-8")
    [outcome] = _fetch(server, tmp_path)
    assert _code(outcome) is ErrorCode.DATA_DIR_UNWRITABLE


def test_certificate_of_a_stranger_is_refused(server: DocumentServer, tmp_path: Path) -> None:
    stranger = tmp_path / "other"
    stranger.mkdir()
    server.documents["/a"] = Document(PDF)
    with serving(certificate(stranger)) as other:
        [outcome] = fetch_all(_catalogue(server, "/a"), tmp_path, limits=FAST, loopback=other.client)
    assert _code(outcome) is ErrorCode.FETCH_UNREACHABLE
    assert server.seen == []


def test_this_machine_is_refused_outside_tests(server: DocumentServer, tmp_path: Path) -> None:
    server.documents["/a"] = Document(PDF)
    outcomes = fetch_all(_catalogue(server, "/a"), tmp_path, limits=FAST)
    assert [_code(o) for o in outcomes] == [ErrorCode.FETCH_PRIVATE_ADDRESS]
    assert server.seen == []


def test_the_connection_goes_to_the_address_that_was_checked(
    server: DocumentServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A name that points inside from the second look on is looked at once; its certificate still counts."""
    looked_up: list[object] = []
    really = socket.getaddrinfo

    def look_up(host: object, *rest: object, **named: object) -> object:
        if host != "localhost":
            return really(host, *rest, **named)  # type: ignore[arg-type]
        looked_up.append(host)
        address = "127.0.0.1" if len(looked_up) == 1 else "10.0.0.1"
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, 443))]

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    server.documents["/a"] = Document(PDF)
    [outcome] = _fetch(server, tmp_path)
    assert (outcome.status, looked_up) == ("fetched", ["localhost"])
    assert server.seen[-1].headers["Host"] == f"localhost:{server.port}"
    assert _record(tmp_path)["a"]["final_url"] == server.url("/a")


def test_the_next_address_is_tried_where_nobody_answers(
    server: DocumentServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    really = socket.getaddrinfo

    def look_up(host: object, *rest: object, **named: object) -> object:
        if host != "localhost":
            return really(host, *rest, **named)  # type: ignore[arg-type]
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (a, 443)) for a in ("127.0.0.9", "127.0.0.1")]

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    server.documents["/a"] = Document(PDF)
    [outcome] = _fetch(server, tmp_path)
    assert outcome.status == "fetched"


@pytest.mark.parametrize("target", ["https://10.0.0.1/a", "https://169.254.169.254/", "https://[::1%25lo]/"])
def test_a_redirect_to_the_inside_is_not_followed(
    server: DocumentServer, tmp_path: Path, target: str
) -> None:
    server.documents["/a"] = Document(status=302, location=target)
    [outcome] = _fetch(server, tmp_path)
    assert _code(outcome) in {ErrorCode.FETCH_PRIVATE_ADDRESS, ErrorCode.FETCH_UNREACHABLE}
    assert [seen.path for seen in server.seen] == ["/a"]


def test_proxy_of_the_environment_is_used(
    server: DocumentServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.documents["/a"] = Document(PDF)
    with proxying() as proxy:
        monkeypatch.setenv("HTTPS_PROXY", proxy.url)
        [outcome] = _fetch(server, tmp_path)
    assert outcome.status == "fetched"
    assert proxy.connected == [f"localhost:{server.port}"]
    monkeypatch.setenv("NO_PROXY", "localhost")
    [outcome] = _fetch(server, tmp_path)
    assert outcome.status == "unchanged"
    assert proxy.connected == [f"localhost:{server.port}"]


def test_proxy_resolves_names_that_are_unknown_here(
    server: DocumentServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = "https://documents.invalid/a"
    source = Source(id="a", title="a", url=url, media_type="application/pdf")
    with proxying() as proxy:
        proxy.target = server.port
        monkeypatch.setenv("HTTPS_PROXY", proxy.url)
        [outcome] = fetch_all(Catalogue({"a": source}), tmp_path, limits=FAST, loopback=server.client)
    # It got as far as the certificate, which is for another name.
    assert _code(outcome) is ErrorCode.FETCH_UNREACHABLE
    assert proxy.connected == ["documents.invalid:443"]


def test_dead_proxy_is_named_as_unreachable(
    server: DocumentServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with proxying() as proxy:
        dead = proxy.url
    monkeypatch.setenv("HTTPS_PROXY", dead)
    [outcome] = _fetch(server, tmp_path)
    assert _code(outcome) is ErrorCode.FETCH_UNREACHABLE
    assert "HTTPS_PROXY" in outcome.line


def test_socks_proxy_is_a_setting_error(
    server: DocumentServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "socks5://127.0.0.1:1080")
    [outcome] = _fetch(server, tmp_path)
    assert _code(outcome) is ErrorCode.SETTING_INVALID


def test_proxy_without_a_scheme_is_understood(
    server: DocumentServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "proxy.example:3128")
    assert proxy_for(server.url("/a")) == "http://proxy.example:3128"


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("http://www.ipa.go.jp/a.pdf", ErrorCode.FETCH_NOT_HTTPS),
        ("file:///etc/passwd", ErrorCode.FETCH_NOT_HTTPS),
        ("https://127.0.0.1/a", ErrorCode.FETCH_PRIVATE_ADDRESS),
        ("https://10.1.2.3/a", ErrorCode.FETCH_PRIVATE_ADDRESS),
        ("https://169.254.169.254/latest", ErrorCode.FETCH_PRIVATE_ADDRESS),
        ("https://[::1]/a", ErrorCode.FETCH_PRIVATE_ADDRESS),
        ("https://[::ffff:10.0.0.1]/a", ErrorCode.FETCH_PRIVATE_ADDRESS),
        ("https://0x7f.1/a", ErrorCode.FETCH_PRIVATE_ADDRESS),
        ("https://2130706433/a", ErrorCode.FETCH_PRIVATE_ADDRESS),
        ("https://intranet/a", ErrorCode.FETCH_PRIVATE_ADDRESS),
        ("https://a.localhost/a", ErrorCode.FETCH_PRIVATE_ADDRESS),
        ("https://user:secret@www.ipa.go.jp/a", ErrorCode.FETCH_UNREACHABLE),
        ("https:///a", ErrorCode.FETCH_UNREACHABLE),
        ("https://[broken/a", ErrorCode.FETCH_UNREACHABLE),
    ],
)
def test_addresses_that_are_refused_even_behind_a_proxy(url: str, code: ErrorCode) -> None:
    with pytest.raises(YorozuError) as caught:
        check_url(url, loopback=False, proxied=True)
    assert caught.value.code is code


@pytest.mark.parametrize(
    "address", ["127.0.0.1", "10.0.0.1", "::1", "fe80::1%eth0", "224.0.0.1", "100.64.0.1"]
)
def test_connection_that_ended_up_inside_is_refused(address: str) -> None:
    with pytest.raises(YorozuError) as caught:
        check_peer(address, "https://www.example.com/a", loopback=False)
    assert caught.value.code is ErrorCode.FETCH_PRIVATE_ADDRESS


def test_name_is_looked_up_before_connecting(monkeypatch: pytest.MonkeyPatch) -> None:
    answers: dict[str, list[str]] = {
        "mixed.example.com": ["93.184.216.34", "10.0.0.1"],
        "gone.example.com": [],
    }

    def look_up(host: str, *_: object, **__: object) -> list[tuple[object, ...]]:
        if not answers[host]:
            raise socket.gaierror
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, 443)) for address in answers[host]]

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    with pytest.raises(YorozuError) as mixed:
        check_url("https://mixed.example.com/", loopback=False, proxied=False)
    with pytest.raises(YorozuError) as gone:
        check_url("https://gone.example.com/", loopback=False, proxied=False)
    assert mixed.value.code is ErrorCode.FETCH_PRIVATE_ADDRESS
    assert gone.value.code is ErrorCode.FETCH_UNREACHABLE
    check_url("https://mixed.example.com/", loopback=False, proxied=True)


def test_addresses_that_are_allowed() -> None:
    check_url("https://www.ipa.go.jp/a.pdf", loopback=False, proxied=True)
    check_url("https://localhost:8443/a.pdf", loopback=True, proxied=False)
    check_peer("93.184.216.34", "https://example.com", loopback=False)
    check_peer("127.0.0.1", "https://localhost", loopback=True)


def test_only_documents_are_fetched() -> None:
    def source(name: str, url: str | None, media_type: str | None) -> Source:
        return Source(id=name, title=name, url=url, media_type=media_type)

    listed = [
        source("pdf", "https://a.example/a", "application/pdf"),
        source("entrance", "https://a.example/b", "text/html"),
        source("nowhere", None, "application/pdf"),
        source("film", "https://a.example/c", "video/mp4"),
        source("unknown", "https://a.example/d", None),
    ]
    catalogue = Catalogue({s.id: s for s in listed}, links_only=frozenset({"entrance"}))
    assert [s.id for s in fetchable(catalogue)] == ["pdf"]


def test_file_of_the_catalogue_is_the_target(server: DocumentServer, tmp_path: Path) -> None:
    server.documents["/a"] = Document(PDF)
    source = Source(
        id="a", title="a", url=server.url("/a"), media_type="application/pdf", file="guides/ガイド.pdf"
    )
    [outcome] = fetch_all(Catalogue({"a": source}), tmp_path, limits=FAST, loopback=server.client)
    assert outcome.file == "guides/ガイド.pdf"
    assert (tmp_path / "guides" / "ガイド.pdf").read_bytes() == PDF


def _office(folder: str) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr(f"{folder}/document.xml", "<x/>")
    return made.getvalue()


@pytest.mark.parametrize(
    ("body", "media_type", "found"),
    [
        (PDF, "application/pdf", None),
        (b"\xef\xbb\xbf\n" + PDF, "application/pdf", None),
        (_office("word"), DOCX, None),
        (_office("xl"), DOCX, "Excel"),
        (_office("word")[:60], DOCX, "不明な形式"),
        (_office("word"), "application/pdf", "Word"),
        (b"<html><body>x", "text/html", None),
        ("項目,内容\n".encode(), "text/csv", None),
        ("項目,内容\n".encode(), "text/html", "文字だけのファイル"),
        (b"<html>", "text/plain", "HTMLのページ"),
        (b"", "application/pdf", "不明な形式"),
        (b"\x00\x01\x02", "text/csv", "不明な形式"),
    ],
)
def test_type_is_told_by_content(tmp_path: Path, body: bytes, media_type: str, found: str | None) -> None:
    path = tmp_path / "x"
    path.write_bytes(body)
    assert wrong_type(path, media_type) == found


def test_kill_between_record_and_rename_is_repaired(
    server: DocumentServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.documents["/a"] = Document(PDF, etag='"v1"')

    def killed(self: Path, target: Path) -> Path:
        if target.suffix == ".pdf":
            raise KeyboardInterrupt
        os.rename(self, target)  # noqa: PTH104  the method itself is replaced here
        return target

    with monkeypatch.context() as patch:
        patch.setattr(Path, "replace", killed)
        with pytest.raises(KeyboardInterrupt):
            _fetch(server, tmp_path)
    assert not (tmp_path / "documents" / "a.pdf").exists()
    assert [o.status for o in _fetch(server, tmp_path, limits=RESUMING)] == ["fetched"]
    assert (tmp_path / "documents" / "a.pdf").read_bytes() == PDF
