"""What the organiser's routes share: the desk, who acts, and how long lists are cut."""

from typing import Annotated

from fastapi import Depends, Query, Request
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from app.api.deps import Asking, Text
from app.organiser.draft_desk import DraftDesk


async def _desk(request: Request, visitor: Asking) -> DraftDesk:
    desk = request.app.state.desk
    assert isinstance(desk, DraftDesk)
    # Whatever a route does at it is the visitor's doing, under the name of their key.
    return desk.seen_by(visitor)


Desk = Annotated[DraftDesk, Depends(_desk)]
By = Annotated[Text, StringConstraints(max_length=100, pattern=r"\S")]
MeetingId = Annotated[Text, StringConstraints(pattern=r"^[a-z0-9][a-z0-9_-]{0,63}$")]
Limit = Annotated[int, Query(ge=1, le=200, description="件数の上限")]
Offset = Annotated[int, Query(ge=0, le=10_000_000, description="飛ばす件数")]


class Body(BaseModel):
    """Base of every request body: unknown names are refused."""

    model_config = ConfigDict(extra="forbid")


class Act(Body):
    """Who acts."""

    by: By = Field(
        "事務局",
        description="操作する人。APIキーを添えたときは、代わりにキーの名前が履歴に残ります",
        examples=["事務局 佐藤"],
    )


class Change(Act):
    """Who acts, and on which version."""

    version: int = Field(
        ge=1, description="読み込んだときの版。ほかの方が先に変更していれば draft_changed になります"
    )
