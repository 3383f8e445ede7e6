"""Settings of how people log in: by an OpenID Connect provider, and where the service is reached."""

import re
from typing import Annotated, Any, Self
from urllib.parse import urlsplit

from pydantic import BeforeValidator, Field, SecretStr, field_validator, model_validator
from pydantic_core import PydanticCustomError
from pydantic_settings import NoDecode

from app.answering.llm.settings import LlmSettings

_SHORTEST_SECRET = 16  # characters: providers make longer ones, people do not
# What stands in examples and manuals, in one spelling. A secret that contains one of them is no secret.
_NO_SECRETS = (
    "changeme",
    "change-me",
    "your-secret",
    "yoursecret",
    "clientsecret",
    "client-secret",
    "password",
)
_LOOPBACK = re.compile(r"localhost|127(\.\d{1,3}){3}|\[::1\]", re.ASCII)


def split_words(value: object) -> object:
    """Split what an environment variable holds; a list stays a list."""
    if not isinstance(value, str):
        return value
    return [part for part in (piece.strip() for piece in value.split(",")) if part]


Words = Annotated[tuple[str, ...], NoDecode, BeforeValidator(split_words)]


class LoginSettings(LlmSettings):
    """Who may log in and how. Nothing is asked of a provider before somebody wants to."""

    public_url: str | None = Field(
        None, description="利用者のブラウザーから見たこのサービスのアドレス（例 https://yorozu.example.jp）"
    )
    session_hours: float = Field(12.0, gt=0, le=24 * 30, description="ログインが続く時間の上限（時間）")
    session_idle_minutes: float = Field(
        240.0, gt=0, description="操作がないときにログインが切れるまでの時間（分）"
    )
    oidc_issuer: str | None = Field(None, description="OpenID Connect の発行者（issuer）のURL")
    oidc_client_id: str | None = Field(None, min_length=1, description="認証サーバーに登録したクライアントID")
    oidc_client_secret: SecretStr | None = Field(
        None, description="クライアントシークレット（公開クライアントなら省く）"
    )
    oidc_scopes: str = Field("openid profile email", pattern=r"\bopenid\b", description="求めるスコープ")
    oidc_label: str = Field(
        "会社のアカウントでログイン", min_length=1, max_length=40, description="ログインのボタンの文字"
    )
    oidc_role_claim: str = Field(
        "groups",
        min_length=1,
        description="役割が入るクレーム（realm_access.roles のように点で深い所を指せる）",
    )
    oidc_reader_roles: Words = Field(
        (), description="閲覧と質問を許す役割（コンマ区切り。既定は認証サーバーでログインできる全員）"
    )
    oidc_organiser_roles: Words = Field((), description="相談会の準備を許す役割（コンマ区切り）")
    oidc_admin_roles: Words = Field((), description="管理を許す役割（コンマ区切り）")

    @field_validator("public_url", "oidc_issuer")
    @classmethod
    def _https(cls, value: str | None) -> str | None:
        if value is None:
            return None
        parts = urlsplit(value)
        local = bool(_LOOPBACK.fullmatch(parts.netloc.rsplit("@", 1)[-1].split(":")[0] or ""))
        if parts.scheme not in ({"http", "https"} if local else {"https"}) or not parts.hostname:
            raise _wrong("https:// で始まるアドレスを指定してください（このパソコンの中だけなら http も可）")
        if parts.query or parts.fragment or parts.username:
            raise _wrong("「?」「#」やユーザー名を含まないアドレスを指定してください")
        return value

    @field_validator("public_url")
    @classmethod
    def _origin_alone(cls, value: str | None) -> str | None:
        if value is not None and urlsplit(value).path.strip("/"):
            raise _wrong("パスのないアドレス（https://yorozu.example.jp の形）を指定してください")
        return value.rstrip("/").lower() if value is not None else None

    @field_validator("oidc_client_secret")
    @classmethod
    def _really_secret(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None and (reason := weak_secret(value.get_secret_value())):
            raise _wrong(reason)
        return value

    @model_validator(mode="after")
    def _whole(self) -> Self:
        """Half a provider is none: better no start than a login button that never works."""
        given = [n for n in type(self).model_fields if n.startswith("oidc_") and n in self.model_fields_set]
        if self.oidc_issuer is None and given:
            raise _wrong("YOROZU_OIDC_ISSUER も設定してください", field=given[0])
        if self.oidc_issuer is not None and self.oidc_client_id is None:
            raise _wrong("YOROZU_OIDC_ISSUER を使うには、この設定も必要です", field="oidc_client_id")
        return self

    @property
    def public_beyond(self) -> bool:
        """Whether browsers reach the service under an address that is not this machine's."""
        return self.public_url is not None and not _LOOPBACK.fullmatch(
            urlsplit(self.public_url).netloc.split(":")[0]
        )

    @property
    def by_https(self) -> bool:
        """Whether browsers reach the service by https."""
        return self.public_url is not None and self.public_url.startswith("https:")


def weak_secret(secret: str) -> str | None:
    """Say in Japanese what is wrong with a secret, None where nothing is."""
    if len(secret) < _SHORTEST_SECRET:
        return f"秘密の値が短すぎます。認証サーバーが発行した{_SHORTEST_SECRET}文字以上の値を指定してください"
    plain = secret.lower().replace("_", "-")
    if len(set(secret)) < _SHORTEST_SECRET // 3 or any(word in plain for word in _NO_SECRETS):
        return "見本の値のままです。認証サーバーが発行した値を指定してください"
    return None


def _wrong(reason: str, **context: Any) -> PydanticCustomError:
    return PydanticCustomError("setting", "{reason}", {"reason": reason, **context})
