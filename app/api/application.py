"""The HTTP service, put together from one state object."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from functools import cache

import anyio.to_thread
from fastapi import APIRouter, FastAPI
from starlette.middleware import Middleware
from starlette.routing import BaseRoute

from app.access.guard import Guard
from app.access.login import Login
from app.access.redis_link import Limits
from app.api import (
    admin,
    answers,
    audit,
    chat,
    cross_origin,
    drafts,
    errors,
    feedback,
    generalisations,
    groups,
    health,
    intakes,
    meeting_questions,
    meetings,
    oidc,
    own_password,
    page,
    pages,
    questions,
    search,
    sent_questions,
    session,
    sources,
)
from app.api.access import check_decided
from app.api.drafting import Drafting
from app.api.intake_desk import IntakeDesk
from app.api.intakes import takes_files
from app.api.load import Load
from app.api.middleware import BodyLimit, RequestBorder
from app.api.openai_errors import speaks_openai
from app.api.warming import Warming
from app.assemble import draft_desk, following, generaliser, ingesting
from app.settings import ServiceSettings
from app.state import ServiceState
from app.store.keys import KeyStore
from app.store.originals import OriginalStore
from app.version import own_version

_DESCRIPTION = """よろず相談会の質疑応答と、そこで挙げられたガイドラインをもとに、出典つきで質問に答えます。

- 回答の各文には、根拠とした一節の番号が付きます。根拠が足りないときは、足りないことと問い合わせ先を返します。
- エラーはすべて `{"error": {"code", "message", "detail"}}` の形です。`code` は変わりません。
- APIキーは `Authorization: Bearer yz_…` で送ります。回答と会話は、それを作ったキーか人だけが開けます。
- ブラウザーからは `/login` でログインできます。Cookie で何かを変えるときは、Cookie `yorozu_csrf`（https では
  `__Host-yorozu_csrf`）の値を `X-CSRF-Token` に入れて送ります。
- 429 と 503 には、次に送るまでの秒数を示す `Retry-After` が付きます。
- すべての応答に `X-Request-ID` が付きます。問い合わせの際にお知らせください。
"""


def create_app(state: ServiceState) -> FastAPI:
    """Build the service. Index and model are loaded when it starts running, not here."""
    settings = state.settings
    limit_of = _limits(settings)
    app = FastAPI(
        routes=[*_calls()],
        title="よろず",
        description=_DESCRIPTION,
        version=own_version(),
        lifespan=_lifespan,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,  # one address for one thing; a redirect would trust the Host header
        middleware=[
            *cross_origin.middleware(settings.cors_origins),  # outermost: errors can be read as well
            *([Middleware(state.traces.middleware)] if state.traces is not None else []),
            Middleware(
                RequestBorder,
                hsts_seconds=settings.hsts_seconds,
                hsts_subdomains=settings.hsts_subdomains,
            ),
            Middleware(
                Load,
                most=settings.concurrent_requests,
                seconds=settings.request_seconds,
                turned_away=state.meters.turned_away,
            ),
            Middleware(BodyLimit, limit_of=limit_of),
        ],
    )
    app.state.service = state
    limits = app.state.limits = Limits.at(settings.redis_url, state.meters.counted_alone)
    app.state.login = Login.of(settings, state.store, limits=limits)
    _watch_provider(state, app.state.login)
    app.state.guard = Guard(settings, KeyStore(state.store), app.state.login.sessions, limits)
    app.state.oidc_attempts = limits.buckets("oidc", 120, burst=60)  # a minute, an address
    app.state.warming = Warming(state.answerer)
    app.state.desk = draft_desk(settings, state.answerer, state.embedder)
    app.state.drafting = Drafting(app.state.desk)
    app.state.following = following(settings)
    app.state.originals = OriginalStore.open(settings.place)
    app.state.intake = IntakeDesk(
        settings, app.state.desk.questions, lambda: generaliser(settings), lambda: state.embedder
    )
    app.state.ingesting = ingesting(settings)
    errors.install(app, limit_of=limit_of, turned_away=state.meters.turned_away)
    page.install(app)
    check_decided(app)
    return app


@cache
def _calls() -> tuple[BaseRoute, ...]:
    """The calls of the API. No setting changes them, and making them takes most of a service's start."""
    every = APIRouter()
    for noun in (
        answers,
        feedback,
        questions,
        search,
        sources,
        pages,
        chat,
        session,
        own_password,
        oidc,
        admin,
        audit,
        health,
    ):
        every.include_router(noun.router)
    for noun in (meetings, intakes, meeting_questions, sent_questions, generalisations, groups, drafts):
        every.include_router(noun.router)
    every.include_router(meetings.impact_router)
    return tuple(every.routes)


def _watch_provider(state: ServiceState, login: Login) -> None:
    if login.oidc is not None:
        state.troubles.watch("oidc", login.oidc.trouble)


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    app.state.following.start()
    app.state.warming.start()
    if app.state.service.settings.draft_here:
        app.state.drafting.start()
    yield
    await app.state.drafting.stop()
    app.state.intake.close()
    app.state.desk.close()
    app.state.originals.close()
    await anyio.to_thread.run_sync(app.state.ingesting.stop)
    await app.state.warming.stop()
    await anyio.to_thread.run_sync(app.state.following.stop)
    app.state.login.close()
    app.state.limits.close()
    app.state.service.answerer.close()
    app.state.service.pages.close()
    if app.state.service.traces is not None:
        await anyio.to_thread.run_sync(app.state.service.traces.close)


def _limits(settings: ServiceSettings) -> Callable[[str], int]:
    """How many bytes a request to an address may have: a chat sends all that was said, an organiser files."""

    def limit_of(path: str) -> int:
        if takes_files(path):
            return settings.intake_limit_bytes
        return settings.chat_limit_bytes if speaks_openai(path) else settings.request_limit_bytes

    return limit_of
