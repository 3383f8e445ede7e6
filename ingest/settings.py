"""Settings of the ingest half: command-line options and YOROZU_* variables, unknown ones refused."""

import os
from pathlib import Path
from typing import Any, Self

from pydantic import Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from ingest.errors import ErrorCode, YorozuError
from ingest.index.vector_server import VectorServer
from ingest.reasons import reason_of_setting

PREFIX = "YOROZU_"


class Settings(BaseSettings):
    """Where things are and which embedder is used. Paths are relative to the working directory."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, extra="forbid", frozen=True)

    corpus: Path = Field(Path("corpus"), description="取り込む資料のフォルダー")
    data_dir: Path = Field(Path("var"), description="索引・モデル・回答を置くフォルダー")
    model_dir: Path | None = Field(
        None, description="変換した埋め込みモデルの置き場所（既定は data_dir/models）"
    )
    # "package" is the model that comes with a package and needs no hub; "none" works with words alone;
    # anything else is a local sentence-transformers folder or a name on a model hub.
    embedder: str = Field("package", description="埋め込みモデル: package / none / フォルダー / ハブの名前")
    query_prefix: str | None = Field(None, description="質問の前に付ける接頭辞（モデルの指定に合わせる）")
    passage_prefix: str | None = Field(None, description="一節の前に付ける接頭辞（モデルの指定に合わせる）")
    chroma: str | None = Field(
        None,
        pattern=r"^https?://[^\s/@]+$",
        description="ベクトルを置く Chroma のサーバー（http://HOST:8000。既定は data_dir の中）",
    )
    chroma_token: SecretStr | None = Field(
        None, description="Chroma のサーバーに送るトークン（Authorization: Bearer）"
    )
    chroma_seconds: float = Field(
        1.0, gt=0, description="一つの質問のために Chroma を待つ時間の上限（秒）。過ぎれば語だけで探す"
    )
    generations: Path | None = Field(
        None, description="索引の世代を受け渡す共有フォルダー（既定は受け渡さない）"
    )
    read_seconds: float = Field(60.0, gt=0, description="一つのファイルの読み取りにかける上限（秒）")
    max_file_mb: int = Field(200, gt=0, description="読み取るファイルの大きさの上限（MB）")

    @property
    def models(self) -> Path:
        """Folder of the converted embedding models."""
        return self.model_dir or self.data_dir / "models"

    @property
    def vector_server(self) -> VectorServer | None:
        """The Chroma that holds the vectors; None where each generation holds its own."""
        if self.chroma is None:
            return None
        token = self.chroma_token.get_secret_value() if self.chroma_token is not None else None
        return VectorServer(self.chroma, token, self.chroma_seconds)

    @classmethod
    def load(cls, **given: Any) -> Self:
        """Read the environment; options that are not None win.

        Raises:
            YorozuError: SETTING_INVALID for a wrong value or a YOROZU_* name that does not exist.
        """
        known = {PREFIX + name.upper() for name in cls.model_fields}
        if unknown := sorted(n for n in os.environ if n.startswith(PREFIX) and n not in known):
            raise YorozuError(ErrorCode.SETTING_INVALID, name=unknown[0], reason="そのような設定はありません")
        try:
            return cls(**{k: v for k, v in given.items() if v is not None})
        except ValidationError as error:
            first = error.errors(include_url=False, include_input=False)[0]
            # What several settings are wrong with together is said of one of them.
            place = first["loc"][0] if first["loc"] else first.get("ctx", {}).get("field", "")
            name, reason = PREFIX + str(place).upper(), reason_of_setting(first)
            # Not "from error": it holds what was given, and that may be a secret.
            raise YorozuError(ErrorCode.SETTING_INVALID, name=name, reason=reason) from None
