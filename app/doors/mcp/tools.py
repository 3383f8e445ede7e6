"""The tools of the MCP server: what they take, do and return. Nothing here knows the protocol."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from app.answering.filters import Filters
from app.answering.models import Answer, Engine, SearchHit, SearchResult
from app.api.deps import Text
from app.api.validation import explain
from app.state import Answerer
from ingest.errors import ErrorCode, YorozuError


class AskArguments(BaseModel):
    """What `ask` takes."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"description": "質問と答え方"})

    question: Text = Field(description="質問。日本語の文章で、一度に一つの話題")
    engine: Engine | None = Field(
        None,
        description="回答方式。extractive は資料の文の抜き出し、llm は言語モデルの文章。省くと設定による",
    )
    filters: Filters | None = Field(None, description="使う資料の絞り込み。省くとすべての資料")


class SearchArguments(BaseModel):
    """What `search` takes."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"description": "探すもの"})

    query: Text = Field(description="探す言葉または質問文")
    k: int = Field(5, ge=1, le=50, description="返す件数")
    filters: Filters | None = Field(None, description="使う資料の絞り込み。省くとすべての資料")


@dataclass(frozen=True, slots=True)
class Tool:
    """A tool: what it is called, takes, returns, and how it is done and read."""

    name: str
    title: str
    description: str
    arguments: type[BaseModel]
    result: type[BaseModel]
    run: Callable[[Answerer, Any], BaseModel]
    text: Callable[[Any], str]


def _ask(answerer: Answerer, given: AskArguments) -> Answer:
    return answerer.answer(given.question, engine=given.engine, filters=given.filters)


def _search(answerer: Answerer, given: SearchArguments) -> SearchResult:
    return answerer.search(given.query, given.k, given.filters)


def _answer_text(answer: Answer) -> str:
    return answer.text


def _hits_text(found: SearchResult) -> str:
    if not found.results:
        return "見つかりませんでした。言葉や絞り込みを変えて探し直してください。"
    return "\n\n".join(_hit_text(hit) for hit in found.results)


def _hit_text(hit: SearchHit) -> str:
    place = f" 質問{hit.question_no}" if hit.question_no is not None else ""
    page = f" {hit.page}ページ（ファイルの先頭から）" if hit.page is not None else ""
    return f"{hit.rank}. {hit.title}{place}{page}\n{hit.text}"


TOOLS: Mapping[str, Tool] = {
    "ask": Tool(
        name="ask",
        title="出典つきで答える",
        description=(
            "自動車産業のサイバーセキュリティ（自工会／部工会ガイドライン、社内規程、教育、機密管理など）"
            "についての質問に、過去の相談会とガイドラインから、文ごとの出典つきで答えます。"
            "根拠が足りないときは status が insufficient_evidence になり、問い合わせ先を返します。"
        ),
        arguments=AskArguments,
        result=Answer,
        run=_ask,
        text=_answer_text,
    ),
    "search": Tool(
        name="search",
        title="一節を探す",
        description="言葉や質問に近い一節を、資料名とページつきで、近い順に返します。回答の文章は作りません。",
        arguments=SearchArguments,
        result=SearchResult,
        run=_search,
        text=_hits_text,
    ),
}


def call(answerer: Answerer, name: str, arguments: Mapping[str, Any]) -> tuple[str, BaseModel]:
    """Run a tool and return its result, as text to read and as an object.

    Raises:
        YorozuError: TOOL_NOT_FOUND, INVALID_REQUEST, and what answering and searching raise.
    """
    tool = TOOLS.get(name)
    if tool is None:
        raise YorozuError(ErrorCode.TOOL_NOT_FOUND, tool=name[:50], tools="、".join(TOOLS))
    try:
        given = tool.arguments.model_validate(arguments)
    except ValidationError as error:
        errors = [explain(problem) for problem in error.errors()]
        raise YorozuError(ErrorCode.INVALID_REQUEST, errors=errors) from error
    result = tool.run(answerer, given)
    return tool.text(result), result
