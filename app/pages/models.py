"""What the calls about pages return as JSON."""

from pydantic import BaseModel, Field

from app.pages.locate import Status
from app.pages.marks import Box

ABSENT = "引用された文は、このページには見つかりませんでした。前後のページか、元の資料をご確認ください。"
PARTIAL = "引用された文の一部だけが、このページに見つかりました。続きは前後のページにあるかもしれません。"


class Area(BaseModel):
    """A rectangle as fractions of the page's width and height."""

    x: float
    y: float
    width: float
    height: float


class Mark(BaseModel):
    """A rectangle in points (1/72 inch) from the upper left corner of the page as it is shown."""

    x: float
    y: float
    width: float
    height: float
    relative: Area = Field(description="ページの幅と高さに対する割合（0～1）")


class PageMarks(BaseModel):
    """Where the quoted words stand on a page."""

    page: int
    width: float = Field(description="ページの幅（ポイント）")
    height: float = Field(description="ページの高さ（ポイント）")
    status: Status = Field(description="見つかり方: exact / close / partial / absent")
    coverage: float = Field(description="引用の文字のうち見つかった割合（0～1）")
    message: str | None = Field(None, description="見つからない、または一部だけのときの説明")
    marks: list[Mark] = []


class PageList(BaseModel):
    """The pages of a source."""

    source_id: str
    picture: bool = Field(description="ページの画像（.png）があるか")
    count: int = Field(description="ページの数")
    found_on: int | None = Field(None, description="highlight の文があるページ")


def message_of(status: Status) -> str | None:
    """What a person is told, None where the quote was found."""
    return {"absent": ABSENT, "partial": PARTIAL}.get(status)


def mark_of(box: Box, width: float, height: float) -> Mark:
    """Return a rectangle of a page of that size."""
    left, top, right, bottom = box
    return Mark(
        x=round(left, 2),
        y=round(top, 2),
        width=round(right - left, 2),
        height=round(bottom - top, 2),
        relative=Area(
            x=round(left / width, 5),
            y=round(top / height, 5),
            width=round((right - left) / width, 5),
            height=round((bottom - top) / height, 5),
        ),
    )


def box_of(mark: Mark) -> Box:
    """Inverse of `mark_of`."""
    return mark.x, mark.y, mark.x + mark.width, mark.y + mark.height
