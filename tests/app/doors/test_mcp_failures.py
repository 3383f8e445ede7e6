import logging
from typing import TYPE_CHECKING

import anyio
import pytest
from mcp.client.client import Client

from app.doors.mcp.server import mcp_server
from tests.fakes.answer_service import FakeAnswerService

if TYPE_CHECKING:
    from mcp_types import CallToolResult


def test_what_nobody_expected_stays_in_the_log(
    answerer: FakeAnswerService, caplog: pytest.LogCaptureFixture
) -> None:
    answerer.queue.append(RuntimeError("a secret"))

    async def talk() -> "list[CallToolResult]":
        async with Client(mcp_server(answerer)) as client:
            return [await client.call_tool("ask", {"question": "規程は"}) for _ in range(2)]

    with caplog.at_level(logging.ERROR):
        failed, fine = anyio.run(talk)
    assert failed.is_error
    assert "secret" not in str(failed)
    assert "a secret" in caplog.text
    assert failed.structured_content["error"]["code"] == "internal"
    assert not fine.is_error
