"""Text made to cost time or to hide: up to the limit it is answered in time, beyond it refused."""

import time
from typing import Any

import pytest

from app.access.visitor import Scope
from ingest.errors import ErrorCode
from tests.security.conftest import Running

LIMIT = 2000  # characters of a question
SECONDS = 15.0  # a very busy machine included; each takes a third of a second or less
FAMILY = "\U0001f468\u200d\U0001f469\u200d\U0001f467\u200d\U0001f466"
TEXTS = {
    "combining marks": "か" + "\u3099" * (LIMIT - 1),
    "stacked marks": ("e" + "\u0301\u0323\u0308\u0330" * (LIMIT // 4))[:LIMIT],
    "marks out of order": "a" + "\u0323\u0301" * (LIMIT // 2 - 1),
    "families": (FAMILY * LIMIT)[:LIMIT],
    "joiners": "\u200d" * LIMIT,
    "turned": "\u202e\u2066" * (LIMIT // 2),
    "expanding": "\ufdfa" * LIMIT,  # eighteen characters each in NFKC
    "expanding more": "\u3300㌀㍿" * (LIMIT // 3),
    "jamo": "\u1100\u1161\u11a8" * (LIMIT // 3),
    "selectors": "葛\U000e0100" * (LIMIT // 2),
    "tags": "\U000e0041" * LIMIT,
    "half width": "ｶﾞ" * (LIMIT // 2),
    "line ends": "\u2028\u2029\x0b\x0c\x85" * (LIMIT // 5),
    "blanks": "\u3000\u2003\ufeff" * (LIMIT // 3),
    "digits": "１٣৩" * (LIMIT // 3),
    "brackets": "（" * LIMIT,
    "private": "\ue000\U0010ffff\ufffe" * (LIMIT // 3),
    "sigma": "ΑΣ ẞİ" * (LIMIT // 5),
}


def _asked(service: Running, address: str, body: Any) -> tuple[int, float, Any]:
    started = time.perf_counter()
    response = service.client.post(address, json=body, headers=service.shown(Scope.ORGANISER))
    return response.status_code, time.perf_counter() - started, response.json()


@pytest.mark.parametrize("name", TEXTS)
def test_every_text_within_the_limit_ends_in_time(service: Running, name: str) -> None:
    text = TEXTS[name]
    assert len(text) <= LIMIT
    for asked in (text, f"名札は{text[: LIMIT - 20]}どう管理しますか"):
        status, seconds, body = _asked(service, "/api/v1/answers", {"question": asked})
        assert seconds < SECONDS
        if status == 200:
            assert body["status"] in {"answered", "insufficient_evidence", "partial"}
        else:
            assert body["error"]["code"] in set(ErrorCode)
            assert 400 <= status < 500
    response = service.client.get("/api/v1/search", params={"q": text}, headers=service.shown(Scope.READER))
    assert response.status_code < 500


@pytest.mark.parametrize("name", TEXTS)
def test_pasted_questions_of_the_organisers_too(service: Running, name: str) -> None:
    service.client.post(
        "/api/v1/meetings", json={"id": "m2", "title": "第2回"}, headers=service.shown(Scope.ORGANISER)
    )
    text = f"1. 名札は{TEXTS[name]}どう管理しますか。\n2. 時計はどう直しますか。"
    status, seconds, body = _asked(service, "/api/v1/meetings/m2/intake/preview", {"text": text})
    assert seconds < SECONDS
    assert status == 200 or body["error"]["code"] in set(ErrorCode)
    assert status < 500


@pytest.mark.parametrize("text", ["\ud800", "あ\udfffい", "\ud83d" * 500])
def test_half_characters_are_refused(service: Running, text: str) -> None:
    escaped = "".join(f"\\u{ord(character):04x}" for character in text)
    for address in ("/api/v1/answers", "/api/v1/questions", "/v1/chat/completions"):
        content = f'{{"question": "{escaped}"}}'.encode()
        response = service.client.post(address, content=content, headers={"Content-Type": "application/json"})
        assert 400 <= response.status_code < 500
        assert response.text.encode()


def test_one_character_more_is_refused_before_any_work(service: Running) -> None:
    status, seconds, body = _asked(service, "/api/v1/answers", {"question": "\ufdfa" * (LIMIT + 1)})
    assert (status, body["error"]["code"]) == (413, "question_too_long")
    assert seconds < SECONDS
