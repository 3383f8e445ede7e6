"""Pages of sources: pictures, marks, and a page for people."""

from typing import Annotated, Any, Literal
from urllib.parse import quote as percent

from fastapi import APIRouter, Header, Path, Query
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from app.api.access import READER
from app.api.deps import State, Text
from app.api.errors import described_as_json, documented
from app.pages.cache import key_of
from app.pages.highlight import LONGEST, Highlight, find_citation, read_highlight
from app.pages.html import POLICY, page_html
from app.pages.models import PageList, PageMarks
from app.state import ServiceState
from ingest.errors import ErrorCode

router = APIRouter(prefix="/api/v1", tags=["ページ"], dependencies=[READER])
_PICTURE = "image/png"
_PAGE = "/sources/{source_id}/pages/{page}"
_ALWAYS = (ErrorCode.INVALID_REQUEST, ErrorCode.INDEX_MISSING, ErrorCode.INTERNAL)
_SOURCE = (
    ErrorCode.SOURCE_NOT_FOUND,
    ErrorCode.SOURCE_FILE_MISSING,
    ErrorCode.ANSWER_NOT_FOUND,
    ErrorCode.CITATION_NOT_FOUND,
    *_ALWAYS,
)
_DRAWN = (
    ErrorCode.PAGE_NOT_FOUND,
    ErrorCode.PAGE_NO_PICTURE,
    ErrorCode.SOURCE_FILE_CHANGED,
    ErrorCode.PAGE_UNREADABLE,
    ErrorCode.PAGES_BUSY,
    *_SOURCE,
)
_UNCHANGED: dict[int | str, dict[str, Any]] = {304: {"description": "If-None-Match のものと変わっていません"}}


def _errors(*codes: ErrorCode) -> dict[int | str, dict[str, Any]]:
    return described_as_json(documented(*codes))


Page = Annotated[int, Path(ge=1, le=1_000_000, description="ページ（1から）")]
Marked = Annotated[
    Text | None,
    Query(
        max_length=LONGEST,
        description="印を付ける文: 回答の引用（回答のID:番号）、または文そのもの",
        examples=["ans_0123456789abcdefghijklmn:1", "パスワードは使い回さないでください。"],
    ),
]
Known = Annotated[str, Header(alias="If-None-Match", include_in_schema=False)]


@router.get(
    "/sources/{source_id}/pages",
    summary="資料のページ数",
    description="ページの数、画像の有無、引用された文があるページを返します。",
    responses=documented(*_SOURCE),
)
def list_pages(source_id: Text, state: State, highlight: Marked = None) -> PageList:
    """Return how many pages there are."""
    return state.pages.pages(source_id, _highlight(state, source_id, highlight))


@router.get(
    _PAGE + ".png",
    summary="ページの画像",
    description="PDFのページを画像で返します。highlight の文に半透明の印が付きます。"
    "見つかり方は X-Highlight ヘッダー（exact / close / partial / absent）で分かります。",
    response_class=Response,
    responses={
        200: {
            "description": "ページの画像",
            "content": {_PICTURE: {"schema": {"type": "string", "format": "binary"}}},
        },
        **_UNCHANGED,
        **_errors(*_DRAWN),
    },
)
def read_picture(
    source_id: Text,
    page: Page,
    state: State,
    highlight: Marked = None,
    scale: Annotated[Literal["1", "2", "3"], Query(description="1ポイントあたりの画素数")] = "2",
    known: Known = "",
) -> Response:
    """Return the picture of a page."""
    marked = _highlight(state, source_id, highlight)
    found = state.pages.picture(source_id, page, marked, int(scale), _key_in(known))
    headers = _fresh(found.key)
    if not found.png:
        return Response(status_code=304, headers=headers)
    if found.marks is not None:
        headers["X-Highlight"] = found.marks.status
    return Response(found.png, media_type=_PICTURE, headers=headers)


@router.get(
    _PAGE + "/marks",
    summary="引用された文の位置",
    description="PDFのページの上で highlight の文がある場所を、行ごとの長方形で返します。",
    responses=documented(*_DRAWN),
)
def read_marks(
    source_id: Text,
    page: Page,
    state: State,
    highlight: Annotated[
        Text, Query(min_length=1, max_length=LONGEST, description="印を付ける文、または引用")
    ],
) -> PageMarks:
    """Return the rectangles of a quote."""
    return state.pages.marks(source_id, page, _read(state, source_id, highlight))


@router.get(
    _PAGE,
    summary="人が読むためのページ",
    description="ページをHTMLで返します。PDFは画像と文字、ほかの形式は文字です。引用された文に印が付きます。",
    response_class=HTMLResponse,
    responses={
        200: {"description": "ページ", "content": {"text/html": {"schema": {"type": "string"}}}},
        **_UNCHANGED,
        **_errors(ErrorCode.PAGE_NOT_FOUND, *_SOURCE),
    },
)
def read_page(
    source_id: Text, page: Page, state: State, highlight: Marked = None, known: Known = ""
) -> Response:
    """Return the page for people."""
    html = page_html(state.pages.view(source_id, page, _highlight(state, source_id, highlight)), highlight)
    key = key_of(html)
    headers = {**_fresh(key), "Content-Security-Policy": POLICY}
    if key == _key_in(known):
        return Response(status_code=304, headers=headers)
    return HTMLResponse(html, headers=headers)


@router.get(
    "/answers/{answer_id}/citations/{n}/page",
    summary="引用のページを開く",
    description="保存した回答の引用 n が載っているページ（HTML）に移動します。",
    status_code=307,
    response_class=RedirectResponse,
    responses={
        307: {"description": "ページの場所（Location）"},
        **_errors(*_SOURCE),
    },
)
def open_citation(answer_id: Text, n: Annotated[int, Path(ge=1, le=9999)], state: State) -> RedirectResponse:
    """Go to the page that a citation stands on."""
    citation = find_citation(state.store.get(answer_id), n)
    named = f"{answer_id}:{n}"
    highlight = _read(state, citation.source_id, named)
    page = state.pages.pages(citation.source_id, highlight).found_on or 1
    # Relative, so that it holds behind a proxy's prefix.
    target = f"../../../../sources/{percent(citation.source_id, safe='')}/pages/{page}?highlight={named}"
    return RedirectResponse(target, status_code=307)


def _highlight(state: ServiceState, source_id: str, asked: str | None) -> Highlight | None:
    return None if asked is None or not asked.strip() else _read(state, source_id, asked)


def _read(state: ServiceState, source_id: str, asked: str) -> Highlight:
    return read_highlight(asked, source_id, state.store.get)


def _fresh(key: str) -> dict[str, str]:
    """Kept by the browser alone, and asked for each time: whether it may still be read is decided here."""
    return {"ETag": f'"{key}"', "Cache-Control": "private, no-cache"}


def _key_in(known: str) -> str:
    return known.strip().removeprefix("W/").strip('"')
