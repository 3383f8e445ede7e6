"""What a caller may narrow an answer down to."""

from pydantic import BaseModel, ConfigDict, Field

from ingest.models import SourceKind


class Filters(BaseModel):
    """Only passages that meet every given condition are used. An empty list is no condition."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    kinds: tuple[SourceKind, ...] = Field((), max_length=10, description="資料の種類")
    source_ids: tuple[str, ...] = Field((), max_length=100, description="資料のID")
