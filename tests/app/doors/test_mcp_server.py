"""The server as a client starts it: a process of its own, spoken to over its standard streams."""

import json
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import anyio
import pytest
from mcp import StdioServerParameters
from mcp.client.client import Client
from mcp.client.stdio import stdio_client
from mcp.shared.exceptions import MCPError
from mcp_types import CallToolResult, TextContent, TextResourceContents

from app.answering.models import Answer, SearchResult
from app.settings import ServiceSettings

ROOT = Path(__file__).resolve().parents[3]
QUESTION = "来客に渡す名札はどう管理すればよいですか"
pytestmark = pytest.mark.slow


@asynccontextmanager
async def connected(data_dir: Path, errors: Path) -> AsyncIterator[Client]:
    server = StdioServerParameters(
        command=sys.executable,
        args=["-c", "from eval.cli import main; main()", "mcp", "--data-dir", str(data_dir)],
        cwd=ROOT,
        env={"YOROZU_EMBEDDER": "none"},
    )
    with errors.open("w", encoding="utf-8") as log:
        async with Client(stdio_client(server, errlog=log)) as client:
            yield client


def _text(result: CallToolResult) -> str:
    (content,) = result.content
    assert isinstance(content, TextContent)
    return content.text


def test_tools_and_sources_over_the_streams(small: ServiceSettings, tmp_path: Path) -> None:
    async def talk() -> None:
        async with connected(small.data_dir, tmp_path / "log") as client:
            tools = {tool.name: tool for tool in (await client.list_tools()).tools}
            assert set(tools) == {"ask", "search"}
            assert tools["ask"].input_schema["required"] == ["question"]
            assert tools["ask"].output_schema is not None

            asked = await client.call_tool("ask", {"question": QUESTION})
            assert not asked.is_error
            answer = Answer.model_validate(asked.structured_content)
            assert answer.citations[0].question_no == 2
            assert _text(asked) == answer.text

            found = await client.call_tool("search", {"query": "標準電波", "k": 1})
            (hit,) = SearchResult.model_validate(found.structured_content).results
            assert (hit.question_no, hit.url) == (1, "https://example.com/tokei")

            wrong = await client.call_tool("ask", {"question": "　"})
            assert wrong.is_error
            assert _text(wrong).endswith("[question_empty]")
            assert wrong.structured_content["error"]["code"] == "question_empty"

            sources = {source.uri: source for source in (await client.list_resources()).resources}
            assert sources["yorozu://sources/tokei_guide"].title == "時計の手引き"
            (content,) = (await client.read_resource("yorozu://sources/tokei_guide")).contents
            assert isinstance(content, TextResourceContents)
            assert json.loads(content.text)["publisher"] == "時計協会"
            with pytest.raises(MCPError, match="nix"):
                await client.read_resource("yorozu://sources/nix")

    anyio.run(talk)
    assert (tmp_path / "log").read_text(encoding="utf-8") == ""


def test_without_an_index_a_call_says_what_to_do(tmp_path: Path) -> None:
    async def talk() -> None:
        async with connected(tmp_path / "var", tmp_path / "log") as client:
            result = await client.call_tool("ask", {"question": QUESTION})
            assert result.is_error
            assert "yorozu ingest" in _text(result)
            assert _text(result).endswith("[index_missing]")

    anyio.run(talk)
    assert "Traceback" not in (tmp_path / "log").read_text(encoding="utf-8")
