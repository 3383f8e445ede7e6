"""Pages over HTTP: a real index, a real PDF, a drawing process."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas

from app.api.application import create_app
from app.assemble import service_state
from app.settings import ServiceSettings
from ingest.pipeline import ingest

CONSULTATION = """
id: tokei
title: 時計の<b>相談会
status: 要約
qas:
  - no: 1
    question: 工場の時計が遅れます。
    answer: 時計は毎朝、標準電波に合わせてください。<script>alert(1)</script>と書かないでください。
  - no: 2
    question: 来客に渡す名札は、どう管理すればよいですか。
    answer: 名札は番号を付けて受付で管理してください。
"""
QUOTE = "鍵は台帳に記録し、受付の金庫に保管します。"


def _pdf(path: Path) -> None:
    pdfmetrics.registerFont(UnicodeCIDFont("HeiseiMin-W3"))
    canvas = Canvas(str(path), pagesize=(400, 300))
    for lines in (
        ["一ページ目の文章です。"],
        ["前の文です。鍵は台帳に記録し、受付", "の金庫に保管します。後の文です。"],
    ):
        canvas.setFont("HeiseiMin-W3", 12)
        for number, line in enumerate(lines):
            canvas.drawString(40, 250 - 20 * number, line)
        canvas.showPage()
    canvas.save()


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    (corpus / "tokei.yaml").write_text(CONSULTATION, encoding="utf-8")
    _pdf(corpus / "kagi.pdf")
    return corpus


@pytest.fixture
def real(corpus: Path, tmp_path: Path) -> Iterator[TestClient]:
    settings = ServiceSettings(corpus=corpus, data_dir=tmp_path / "var", embedder="none", page_workers=1)
    ingest(settings, embedder=None)
    state = service_state(settings)
    with TestClient(create_app(state)) as client:
        yield client
    state.store.close()


def _pages(client: TestClient, file: str) -> str:
    (id_,) = (s["id"] for s in client.get("/api/v1/sources").json()["sources"] if s["file"] == file)
    return f"/api/v1/sources/{id_}/pages"


@pytest.mark.slow
def test_a_marked_picture_and_the_same_marks_as_json(real: TestClient) -> None:
    pages = _pages(real, "kagi.pdf")
    about = real.get(pages, params={"highlight": QUOTE}).json()
    assert (about["picture"], about["count"], about["found_on"]) == (True, 2, 2)
    marks = real.get(f"{pages}/2/marks", params={"highlight": QUOTE}).json()
    assert (marks["status"], marks["width"], len(marks["marks"])) == ("exact", 400.0, 2)
    first, second = marks["marks"]
    assert first["x"] == pytest.approx(40 + 6 * 12, abs=4)
    assert second["x"] == pytest.approx(40, abs=4)
    assert second["relative"]["x"] == pytest.approx(second["x"] / 400, abs=1e-4)
    picture = real.get(f"{pages}/2.png", params={"highlight": QUOTE})
    assert picture.content.startswith(b"\x89PNG")
    assert picture.headers["x-highlight"] == "exact"
    assert picture.content != real.get(f"{pages}/2.png").content
    known = {"If-None-Match": picture.headers["etag"]}
    again = real.get(f"{pages}/2.png", params={"highlight": QUOTE}, headers=known)
    assert (again.status_code, again.content) == (304, b"")
    absent = real.get(f"{pages}/1/marks", params={"highlight": QUOTE}).json()
    assert (absent["status"], absent["marks"]) == ("absent", [])
    assert "見つかりませんでした" in absent["message"]


@pytest.mark.slow
def test_a_file_that_changed_or_went_is_named(real: TestClient, corpus: Path) -> None:
    pages = _pages(real, "kagi.pdf")
    (corpus / "kagi.pdf").write_bytes(b"%PDF-1.4 other")
    changed = real.get(f"{pages}/2.png")
    assert (changed.status_code, changed.json()["error"]["code"]) == (409, "source_file_changed")
    (corpus / "kagi.pdf").unlink()
    assert real.get(f"{pages}/2.png").json()["error"]["code"] == "source_file_missing"
    view = real.get(f"{pages}/2", params={"highlight": QUOTE})
    assert view.status_code == 200
    assert "<img" not in view.text
    assert "ファイルがここにありません" in view.text


def test_a_consultation_is_shown_as_text_without_its_markup(real: TestClient) -> None:
    pages = _pages(real, "tokei.yaml")
    quote = "標準電波に合わせて"
    about = real.get(pages, params={"highlight": quote}).json()
    assert (about["picture"], about["count"], about["found_on"]) == (False, 2, 1)
    view = real.get(f"{pages}/1", params={"highlight": quote})
    assert "<mark>標準電波に合わせて</mark>" in view.text
    assert "<script" not in view.text
    assert "<b>" not in view.text
    assert "default-src 'none'" in view.headers["content-security-policy"]
    assert "script-src" not in view.headers["content-security-policy"]
    assert real.get(f"{pages}/1.png").json()["error"]["code"] == "page_no_picture"


def test_a_citation_leads_to_its_page(real: TestClient) -> None:
    answer = real.post("/api/v1/answers", json={"question": "来客に渡す名札はどう管理しますか"}).json()
    address = f"/api/v1/answers/{answer['id']}/citations"
    moved = real.get(f"{address}/1/page", follow_redirects=False)
    assert moved.status_code == 307
    page = real.get(f"{address}/1/page")
    assert "<mark>名札は番号を付けて受付で管理してください。</mark>" in page.text
    assert real.get(f"{address}/99/page").json()["error"]["code"] == "citation_not_found"


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        ("/99", 404, "page_not_found"),
        ("/0", 422, "invalid_request"),
        ("/x.png", 422, "invalid_request"),
        ("/99.png", 404, "page_not_found"),
        ("/1.png?scale=9", 422, "invalid_request"),
        ("/1/marks", 422, "invalid_request"),
        ("/1?highlight=" + "a" * 2001, 422, "invalid_request"),
        ("/1?highlight=ans_aaaaaaaaaaaaaaaaaaaaaaaa:1", 404, "answer_not_found"),
    ],
)
def test_errors(real: TestClient, path: str, status: int, code: str) -> None:
    response = real.get(_pages(real, "kagi.pdf") + path)
    assert (response.status_code, response.json()["error"]["code"]) == (status, code)
