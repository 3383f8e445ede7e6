"""Checked fields of the corpus files, and the first fault of an entry said in Japanese."""

import re
from datetime import date
from typing import Annotated, Any
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, StrictStr, ValidationError

from ingest.text.normalise import clean

_PARTIAL_DATE = re.compile(r"(\d{4})(?:-(\d{2}))?(?:-(\d{2}))?")
_NO_URL_CHARACTER = re.compile(r"[\s<>\"{}|\\^`\x00-\x1f\x7f]")
_REASONS = {
    "missing": "必須の項目がありません",
    "extra_forbidden": "知らない項目です（綴りを確認してください）",
    "string_type": "文字で書いてください",
    "int_type": "整数で書いてください",
    "bool_type": "true か false で書いてください",
    "list_type": "一覧（- で始まる行）で書いてください",
    "tuple_type": "一覧（- で始まる行）で書いてください",
    "greater_than_equal": "1以上の整数で書いてください",
}


class Entry(BaseModel):
    """Base of every checked entry: unknown keys are refused, values are not converted."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


def _number_as_text(value: object) -> object:
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


def _filled(value: str) -> str:
    value = clean(value).strip()
    if not value:
        raise ValueError("空です")
    return value


def _partial_date(value: str) -> str:
    match = _PARTIAL_DATE.fullmatch(value)
    if match is None:
        raise ValueError("日付は 2023、2023-04、2023-04-05 のいずれかの形で書いてください")
    year, month, day = (int(part or 1) for part in match.groups())
    try:
        date(year, month, day)
    except ValueError as error:
        raise ValueError("そのような日付はありません") from error
    return value


def _web_url(value: str) -> str:
    if _NO_URL_CHARACTER.search(value):
        raise ValueError("URLに使えない文字（空白など）があります")
    try:
        parts = urlsplit(value)
        usable = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError as error:
        raise ValueError("URLの形が正しくありません") from error
    if not usable or parts.username is not None:
        raise ValueError("URLの形が正しくありません")
    return value


def _https(value: str) -> str:
    if not value.startswith("https://"):
        raise ValueError("URLは https:// で始めてください")
    return value


# `edition: 2023` is natural to write and means the text "2023".
Text = Annotated[StrictStr, BeforeValidator(_number_as_text), AfterValidator(_filled)]
PartialDate = Annotated[Text, AfterValidator(_partial_date)]
WebUrl = Annotated[Text, AfterValidator(_web_url)]
HttpsUrl = Annotated[Text, AfterValidator(_web_url), AfterValidator(_https)]
Number = Annotated[int, Field(strict=True, ge=1)]


def first_fault(error: ValidationError) -> tuple[str, str]:
    """Return (field, reason in Japanese) of the first fault; the field reads like "references[2].url"."""
    fault: dict[str, Any] = dict(error.errors()[0])
    field = ""
    for part in fault["loc"]:
        # People count entries from 1.
        field += f"[{part + 1}]" if isinstance(part, int) else f".{part}"
    field = field.lstrip(".")
    if fault["type"] == "literal_error":
        return field, f"{fault['ctx']['expected'].replace(' or ', '、')} のいずれかで書いてください"
    if fault["type"] == "value_error":
        return field, str(fault["ctx"]["error"])
    return field, _REASONS.get(fault["type"], "値の形が正しくありません")
