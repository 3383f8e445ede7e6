"""The session of whoever uses the pages in a browser: who is logged in, login by password, logout."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from app.access.cookies import from_own_page, new_device, own_origin
from app.access.login import Login
from app.access.visitor import Scope
from app.api.access import OPEN, shown_by
from app.api.deps import State, Text
from app.api.errors import documented
from app.store.people import Person
from ingest.errors import ErrorCode, YorozuError

# Open: who is not logged in yet asks for the login page's sake, and what comes back is of the caller alone.
router = APIRouter(prefix="/api/v1/session", tags=["ログイン"], dependencies=[OPEN])


class Me(BaseModel):
    """Whoever is logged in."""

    id: str = Field(examples=["usr_0123456789abcdef"])
    name: str = Field(examples=["佐藤 花子"])
    scope: Scope
    account: bool = Field(description="このサービスのアカウントか。会社の認証サーバーの利用者なら false")


class Ways(BaseModel):
    """How one can log in here."""

    account: bool = Field(description="名前とパスワードで")
    oidc: str | None = Field(
        None, description="会社の認証サーバーで。ボタンの文字", examples=["会社のアカウントでログイン"]
    )


class Session(BaseModel):
    """Who is logged in, and how one can."""

    person: Me | None = Field(None, description="ログインしている人。いなければ null")
    anonymous: bool = Field(description="ログインもキーもなしに質問できるか")
    ways: Ways


class Credentials(BaseModel):
    """Name and password of an account."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"name": "佐藤 花子", "password": "ながくて覚えやすい合言葉"}]},
    )

    name: Text = Field(min_length=1, max_length=100, description="アカウントの名前")
    password: Text = Field(min_length=1, max_length=300, description="パスワード")


class LoggedOut(BaseModel):
    """Where to log out as well."""

    provider: str | None = Field(None, description="会社の認証サーバーからもログアウトするときに開くアドレス")


async def login_of(request: Request) -> Login:
    """What logging in needs."""
    login = request.app.state.login
    assert isinstance(login, Login)
    return login


LogIn = Annotated[Login, Depends(login_of)]


@router.get(
    "",
    summary="ログインしている人",
    description="だれがログインしているかと、ログインの方法を返します。",
    responses=documented(ErrorCode.INTERNAL, ErrorCode.STORE_DAMAGED, guarded=False),
)
def read_session(request: Request, login: LogIn) -> Session:
    """Return who is logged in with this browser."""
    token = login.cookies.read(request, "session")
    person = login.sessions.find(token) if token else None
    possible = login.settings.login_possible
    return Session(
        person=shown_as(person) if person is not None else None,
        anonymous=login.settings.anonymous_reading,
        ways=Ways(
            account=possible and login.people.any_account(),
            oidc=login.settings.oidc_label if possible and login.oidc is not None else None,
        ),
    )


@router.post(
    "",
    summary="名前とパスワードでログインする",
    description="Cookie `yorozu_session` と `yorozu_csrf`（https では `__Host-` が付く）を返します。"
    "このサービスのページからだけ使えます。",
    responses=documented(
        ErrorCode.LOGIN_FAILED,
        ErrorCode.LOGIN_LIMITED,
        ErrorCode.LOGIN_NEEDS_HTTPS,
        ErrorCode.CSRF_FAILED,
        ErrorCode.INVALID_REQUEST,
        ErrorCode.REQUEST_TOO_LARGE,
        ErrorCode.OVERLOADED,
        ErrorCode.REQUEST_TIMEOUT,
        ErrorCode.STORE_DAMAGED,
        ErrorCode.INTERNAL,
        guarded=False,
    ),
)
def log_in(given: Credentials, request: Request, response: Response, login: LogIn, state: State) -> Me:
    """Log in with an account."""
    try:
        person = _checked(given, request, login)
    except YorozuError as error:
        state.meters.logged_in("account", error.code)
        raise
    let_in(request, response, login, person, way="account")
    state.meters.logged_in("account", "done")
    return shown_as(person)


@router.delete(
    "",
    summary="ログアウトする",
    description="ログインしていなければ、何もしません。",
    responses=documented(
        ErrorCode.CSRF_FAILED,
        ErrorCode.OVERLOADED,
        ErrorCode.REQUEST_TIMEOUT,
        ErrorCode.STORE_DAMAGED,
        ErrorCode.INTERNAL,
        guarded=False,
    ),
)
def log_out(request: Request, response: Response, login: LogIn) -> LoggedOut:
    """Log out."""
    token = login.cookies.read(request, "session")
    person = login.sessions.find(token) if token else None
    if person is not None and not shown_by(request).genuine:
        raise YorozuError(ErrorCode.CSRF_FAILED)
    login.cookies.log_out(response)
    if person is None:
        return LoggedOut()
    login.sessions.close(token)
    # What pages kept in this browser (the chat's history, an organiser's notes) was this person's.
    response.headers["Clear-Site-Data"] = '"storage"'
    if person.local or login.oidc is None:
        return LoggedOut()
    return LoggedOut(provider=login.oidc.leave(own_origin(request, login.settings)))


def let_in(request: Request, response: Response, login: Login, person: Person, *, way: str) -> None:
    """Open a session for a person, a new one each time, and close the one that the browser had."""
    device = login.cookies.read(request, "device") or new_device()
    if before := login.cookies.read(request, "session"):
        login.sessions.close(before)
    login.cookies.log_in(response, login.sessions.open(person, device, way), device)


def shown_as(person: Person) -> Me:
    """What they see of themselves."""
    return Me(id=person.id, name=person.name, scope=person.scope, account=person.local)


def _checked(given: Credentials, request: Request, login: Login) -> Person:
    login.check_possible()
    # Else another site could log a browser in as somebody else, and read later what is asked there.
    if not from_own_page(request.headers, own_origin(request, login.settings)):
        raise YorozuError(ErrorCode.CSRF_FAILED)
    device = login.cookies.read(request, "device")
    address = request.client.host if request.client else ""
    return login.accounts.check(given.name, given.password, device=device, address=address)
