"""Whoever has an account here changes their own password."""

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from app.access.cookies import new_device
from app.access.login import Login
from app.access.passwords import LONGEST, SHORTEST
from app.access.visitor import Visitor
from app.api.access import READER
from app.api.deps import Text
from app.api.errors import documented
from app.api.session import LogIn, Me, shown_as
from app.store.people import Person
from ingest.errors import ErrorCode, YorozuError

router = APIRouter(prefix="/api/v1/session", tags=["ログイン"], dependencies=[READER])


class PasswordChange(BaseModel):
    """The present password and the one that is wanted."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [{"current": "ながくて覚えやすい合言葉", "new": "もっとながくて覚えやすい合言葉"}]
        },
    )

    current: Text = Field(min_length=1, max_length=300, description="今のパスワード")
    new: Text = Field(
        min_length=1,
        max_length=300,
        description=f"新しいパスワード（{SHORTEST}文字以上、{LONGEST}文字以内）",
    )


@router.put(
    "/password",
    summary="自分のパスワードを変更する",
    description="このサービスのアカウントでログインしているブラウザーからだけ使えます。ほかのブラウザーでのログインは"
    "すべて終わり、このブラウザーの Cookie は新しくなります。",
    responses=documented(
        ErrorCode.PASSWORD_WEAK,
        ErrorCode.PASSWORD_WRONG,
        ErrorCode.PASSWORD_ELSEWHERE,
        ErrorCode.LOGIN_LIMITED,
        ErrorCode.LOGIN_NEEDS_HTTPS,
        ErrorCode.INVALID_REQUEST,
        ErrorCode.REQUEST_TOO_LARGE,
        ErrorCode.INTERNAL,
    ),
)
def change_password(given: PasswordChange, request: Request, response: Response, login: LogIn) -> Me:
    """Change the password of whoever is logged in."""
    login.check_possible()
    session = login.cookies.read(request, "session")
    person = _owner(request, login, session)
    device = login.cookies.read(request, "device") or new_device()
    address = request.client.host if request.client else ""
    change = (given.current, given.new)
    token = login.accounts.change_password(person, session, change, device=device, address=address)
    login.cookies.log_in(response, token, device)
    return shown_as(person)


def _owner(request: Request, login: Login, session: str) -> Person:
    """Return who is logged in with an account of this service."""
    visitor = request.state.visitor
    assert isinstance(visitor, Visitor)
    if visitor.key_id is not None or not session:
        raise YorozuError(ErrorCode.PASSWORD_ELSEWHERE)
    # Where anybody may read, the guard lets those in whose session has ended; it may also end just now.
    person = login.sessions.find(session)
    if visitor.person_id is None or person is None:
        raise YorozuError(ErrorCode.SESSION_EXPIRED)
    if not person.local:
        raise YorozuError(ErrorCode.PASSWORD_ELSEWHERE)
    return person
