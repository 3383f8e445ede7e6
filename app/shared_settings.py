"""Settings of what several machines share. Without any of them everything lies on this one."""

from pydantic import Field, SecretStr, field_validator

from app.access.login_settings import LoginSettings
from app.store.place import Place

_DATABASE = ("postgresql://", "postgres://", "postgresql+psycopg://")
_REDIS = ("redis://", "rediss://", "unix://")


class SharedSettings(LoginSettings):
    """Where several machines meet: database, counters, generations, and who drafts."""

    # Addresses hold passwords: they are secrets as a whole.
    database: SecretStr | None = Field(
        None,
        description="PostgreSQL のアドレス（postgresql://USER:PASSWORD@HOST/NAME。既定は SQLite）",
    )
    originals_database: SecretStr | None = Field(
        None,
        description="質問の原文だけを置く PostgreSQL のアドレス（既定は database の中の専用スキーマ）",
    )
    redis: SecretStr | None = Field(
        None, description="回数制限を共有する Redis のアドレス（redis://HOST:6379/0。既定は共有しない）"
    )
    follow_seconds: float = Field(
        5.0, gt=0, description="共有フォルダーに新しい世代がないかを調べる間隔（秒）"
    )
    draft_here: bool = Field(
        default=True, description="下書きをこのプロセスでも作る（「yorozu worker」に任せるときは false）"
    )

    @field_validator("database", "originals_database")
    @classmethod
    def _a_database(cls, value: SecretStr | None) -> SecretStr | None:
        return _starting(value, _DATABASE, "postgresql://")

    @field_validator("redis")
    @classmethod
    def _a_redis(cls, value: SecretStr | None) -> SecretStr | None:
        return _starting(value, _REDIS, "redis://")

    @property
    def redis_url(self) -> str | None:
        """Where limits are shared."""
        return self.redis.get_secret_value() if self.redis is not None else None

    @property
    def place(self) -> Place:
        """Where people's work is kept."""
        url, originals = self.database, self.originals_database
        return Place(
            self.data_dir,
            url.get_secret_value() if url is not None else None,
            originals.get_secret_value() if originals is not None else None,
        )


def _starting(value: SecretStr | None, beginnings: tuple[str, ...], form: str) -> SecretStr | None:
    if value is not None and not value.get_secret_value().startswith(beginnings):
        raise ValueError(f"{form}… の形ではありません")
    return value
