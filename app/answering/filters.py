"""What a caller may narrow an answer down to."""

from pydantic import BaseModel, ConfigDict, Field

from ingest.models import Source, SourceKind


class Filters(BaseModel):
    """Only passages that meet every given condition are used. An empty list is no condition."""

    model_config = ConfigDict(
        extra="forbid",
        frozen=True,
        json_schema_extra={
            "description": "すべての条件に合う資料だけを使います。空の条件は、ないのと同じです。"
        },
    )

    kinds: tuple[SourceKind, ...] = Field((), max_length=10, description="資料の種類")
    source_ids: tuple[str, ...] = Field((), max_length=100, description="資料のID")

    @property
    def empty(self) -> bool:
        """Whether nothing is left out."""
        return not self.kinds and not self.source_ids

    def allow(self, source: Source) -> bool:
        """Tell whether passages of `source` may be used."""
        return (not self.kinds or source.kind in self.kinds) and (
            not self.source_ids or source.id in self.source_ids
        )
