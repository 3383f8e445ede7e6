"""Settings of the language model that may write the answers: none unless YOROZU_LLM names one."""

import json
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, SecretStr
from pydantic_settings import NoDecode

from ingest.settings import Settings


def _none_if_off(value: object) -> object:
    return None if value in ("", "none") else value


def _decoded(value: object) -> object:
    return json.loads(value) if isinstance(value, str) else value


class LlmSettings(Settings):
    """Which model writes, and how much time, money and machine it may take."""

    # As LangChain's init_chat_model names them: openai:…, azure_openai:…, anthropic:…, ollama:… and more.
    llm: Annotated[str | None, BeforeValidator(_none_if_off)] = Field(
        None,
        pattern=r"^[a-z0-9_]+:\S+$",
        description="回答を書く言語モデル（提供元:モデル名、例 openai:gpt-5.5）",
    )
    llm_base_url: str | None = Field(None, pattern=r"^https?://\S+$", description="言語モデルのサーバー")
    llm_api_key: SecretStr | None = Field(None, description="言語モデルのAPIキー")
    llm_seconds: float = Field(
        20.0, gt=0, description="一つの回答にかける上限（秒）。超えると抜き出しで答える"
    )
    llm_max_tokens: int = Field(1000, gt=0, description="一つの回答で書かせる上限（トークン）")
    # A Q&A of the meeting has 200 to 1,500 characters; more than this is more than a small model can hold.
    llm_material_limit: int = Field(12_000, gt=0, description="言語モデルに渡す資料の上限（文字）")
    llm_retries: int = Field(1, ge=0, le=10, description="一時的な失敗のときにやり直す回数")
    llm_concurrency: int = Field(4, gt=0, le=32, description="同時に書かせる回答の数")
    llm_structured: bool = Field(
        default=False, description="JSONスキーマで出力の形を強制する（対応するサーバーだけ）"
    )
    llm_daily_tokens: int | None = Field(None, gt=0, description="一日に使う上限（トークン、入力と出力の計）")
    llm_daily_cost: float | None = Field(None, gt=0, description="一日に使う上限（金額）")
    llm_price_input: float = Field(0.0, ge=0, description="入力100万トークンの価格")
    llm_price_output: float = Field(0.0, ge=0, description="出力100万トークンの価格")
    # Whatever one provider needs and no other: {"api_version": "2024-10-21"}. null takes an option away.
    llm_options: Annotated[dict[str, Any], NoDecode, BeforeValidator(_decoded)] = Field(
        default_factory=dict, description="提供元ごとの追加の指定（JSON）"
    )
