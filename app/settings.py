"""Settings of the service, on top of those of the ingest half, of the language model and of logins."""

import ipaddress
import re
from datetime import date
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, BeforeValidator, Field
from pydantic_settings import NoDecode

from app.access.login_settings import split_words
from app.shared_settings import SharedSettings

_RATE_OF_KEYS = 1200  # a minute
_RATE_OF_ADDRESSES = 300
_ORIGIN = re.compile(r"https?://[a-z0-9.-]+(:[0-9]{1,5})?|https?://\[[0-9a-f:.]+\](:[0-9]{1,5})?")


def _origin(value: str) -> str:
    """Check one origin. "*" is no origin: who may ask is said one by one."""
    origin = value.rstrip("/").lower()
    if not _ORIGIN.fullmatch(origin):
        raise ValueError(f"「{value}」は https://portal.example.jp のような形ではありません")
    return origin


class ServiceSettings(SharedSettings):
    """Everything that `yorozu serve` and `yorozu ask` can be told. Unknown settings are refused."""

    host: str = Field("127.0.0.1", min_length=1, description="待ち受けるアドレス")
    port: int = Field(8000, ge=0, le=65535, description="待ち受けるポート（0 は空いている番号）")
    question_limit: int = Field(2000, gt=0, description="質問の長さの上限（文字）")
    # A question of 2000 characters is at most 12 kB of JSON, even with every character written as \uXXXX.
    request_limit_bytes: int = Field(65_536, gt=0, description="リクエスト本文の大きさの上限（バイト）")
    chat_limit_bytes: int = Field(
        1_048_576, gt=0, description="会話ごと届くリクエスト本文（/v1）の大きさの上限（バイト）"
    )
    intake_limit_bytes: int = Field(
        20_971_520, gt=0, description="質問のファイルを取り込むリクエストの大きさの上限（バイト）"
    )
    ask_contact: str = Field(
        "よろず相談会の事務局", min_length=1, description="答えが見つからないときに案内する問い合わせ先"
    )
    reranker: str | None = Field(
        None, description="並べ替えに使うクロスエンコーダー: フォルダー / ハブの名前（既定は使わない）"
    )
    rerank_depth: int = Field(20, gt=0, le=200, description="並べ替える候補の数の上限")
    rerank_ms: float = Field(300.0, gt=0, description="並べ替えにかける時間の上限（ミリ秒）")
    # Proxies close a connection on which nothing comes for a minute, some after half of one.
    heartbeat_seconds: float = Field(
        15.0, gt=0, description="逐次返す回答で、何も送るものがないときに空の行を送る間隔（秒）"
    )
    # Questions may name companies and people, so they stay out of the log unless someone asks for them.
    log_questions: bool = Field(default=False, description="質問の文面を動作記録に残す")
    answers_kept: int = Field(100_000, gt=0, description="保存しておく回答の数（古いものから消える）")
    page_cache_mb: int = Field(
        200, ge=0, description="表示したページの画像を data_dir/pages に残す上限（MB、0 は残さない）"
    )
    page_seconds: float = Field(10.0, gt=0, description="一つのページを画像にする時間の上限（秒）")
    page_workers: int = Field(2, gt=0, le=16, description="ページを画像にするプロセスの数")
    cors_origins: Annotated[
        tuple[Annotated[str, AfterValidator(_origin)], ...], NoDecode, BeforeValidator(split_words)
    ] = Field((), description="チャットを置くページのオリジン（コンマ区切り。既定はこのサービス自身だけ）")
    deck_template: Path | None = Field(
        None,
        description="スライドのひな形（.pptx。タイトルと本文の枠があるもの。既定は内蔵の形）",
    )
    deck_font: str = Field(
        "Yu Gothic", min_length=1, max_length=60, description="スライドと文書に使う日本語の書体"
    )
    anonymous: bool | None = Field(
        None, description="APIキーなしの利用を許す（既定は、このパソコンの中だけで待ち受けるときに許す）"
    )
    key_rate: int | None = Field(
        None,
        ge=0,
        description=f"1分あたりのリクエスト数の上限、APIキーごと（既定 {_RATE_OF_KEYS}、0 は上限なし）",
    )
    address_rate: int | None = Field(
        None,
        ge=0,
        description=f"1分あたりのリクエスト数の上限、キーのない利用の接続元ごと（既定 {_RATE_OF_ADDRESSES}、"
        "このパソコンの中だけで待ち受けるときは上限なし、0 は上限なし）",
    )
    concurrent_requests: int = Field(100, gt=0, description="同時に処理するリクエストの数の上限")
    request_seconds: float = Field(120.0, gt=0, description="応答を始めるまでの時間の上限（秒）")
    hsts_seconds: int = Field(
        0,
        ge=0,
        description="ブラウザーに https だけを使わせる期間（秒、0 は指定なし。https で公開するときだけ）",
    )
    hsts_subdomains: bool = Field(
        default=False,
        description="hsts_seconds を、このサービスのホスト名の下にあるホストにも及ぼす（true / false）。"
        "すべてが https で公開されているときだけ",
    )
    log_format: Literal["text", "json"] = Field("text", description="動作記録の形: text / json（1行に1件）")
    otel_endpoint: str | None = Field(
        None,
        pattern=r"^https?://\S+$",
        description="OpenTelemetry の収集先（例 http://127.0.0.1:4318/v1/traces。既定は送らない）",
    )
    today: date | None = Field(None, description="期限の判定に使う日付（既定は当日）")

    @property
    def on_this_machine(self) -> bool:
        """Whether nobody but programs on this machine can reach the service: a proxy may publish it."""
        if self.public_beyond:
            return False
        try:
            return ipaddress.ip_address(self.host).is_loopback
        except ValueError:
            return self.host.lower() == "localhost"

    @property
    def login_possible(self) -> bool:
        """Whether people may log in: what a cookie proves must not travel in the clear."""
        return self.by_https or self.on_this_machine

    @property
    def anonymous_reading(self) -> bool:
        """Whether a visitor without a key may ask and read."""
        return self.on_this_machine if self.anonymous is None else self.anonymous

    @property
    def rate_of_keys(self) -> int:
        """Requests a minute with one key, 0 for no limit."""
        return _RATE_OF_KEYS if self.key_rate is None else self.key_rate

    @property
    def rate_of_addresses(self) -> int:
        """Requests a minute from one address without a key, 0 for no limit."""
        if self.address_rate is not None:
            return self.address_rate
        return 0 if self.on_this_machine else _RATE_OF_ADDRESSES
