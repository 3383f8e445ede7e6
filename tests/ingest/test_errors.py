import json
import re
import string

import pytest

from ingest.errors import ERROR_SPECS, ErrorCode, YorozuError

JAPANESE = re.compile(r"[\u3041-\u3096\u30a1-\u30fa\u4e00-\u9fff]")


def fields(code: ErrorCode) -> list[str]:
    return [name for _, name, _, _ in string.Formatter().parse(ERROR_SPECS[code].message) if name]


def test_the_list_is_closed_and_whole() -> None:
    assert set(ERROR_SPECS) == set(ErrorCode)


@pytest.mark.parametrize("code", list(ErrorCode))
def test_every_code_has_a_status_and_a_sentence_in_japanese(code: ErrorCode) -> None:
    spec = ERROR_SPECS[code]
    assert re.fullmatch(r"[a-z]+(?:_[a-z]+)*", code.value)
    assert 400 <= spec.status < 600
    assert spec.message.endswith("。")
    assert len(JAPANESE.findall(spec.message)) > len(spec.message) / 4


@pytest.mark.parametrize("code", list(ErrorCode))
def test_every_message_says_what_to_do(code: ErrorCode) -> None:
    assert re.search(r"ください|もう一度実行すると", ERROR_SPECS[code].message)


@pytest.mark.parametrize("code", list(ErrorCode))
def test_every_field_of_a_message_is_filled_in(code: ErrorCode) -> None:
    names = fields(code)
    message = YorozuError(code, **{name: f"<{name}>" for name in names}).message
    assert all(f"<{name}>" in message for name in names)
    assert not set("{}") & set(message)


@pytest.mark.parametrize("code", [code for code in ErrorCode if fields(code)])
def test_a_missing_detail_shows_as_a_dash(code: ErrorCode) -> None:
    message = YorozuError(code).message
    assert "-" in message
    assert not set("{}") & set(message)


def test_a_detail_with_braces_is_no_template() -> None:
    error = YorozuError(ErrorCode.ANSWER_NOT_FOUND, id="{path}{0}")
    assert "{path}{0}" in error.message
    assert str(error) == error.message


def test_code_status_and_detail_travel_with_the_error() -> None:
    error = YorozuError(ErrorCode.QUESTION_TOO_LONG, length=9, limit=5, more="x")
    assert (error.code, error.status) == (ErrorCode.QUESTION_TOO_LONG, 413)
    assert json.loads(json.dumps({"code": error.code, "detail": error.detail})) == {
        "code": "question_too_long",
        "detail": {"length": 9, "limit": 5, "more": "x"},
    }
