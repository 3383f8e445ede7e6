"""What Python programs import of yorozu: `from yorozu import YorozuRetriever`."""

from app.answering.filters import Filters
from app.doors.retriever import YorozuRetriever
from ingest.errors import ErrorCode, YorozuError

__all__ = ["ErrorCode", "Filters", "YorozuError", "YorozuRetriever"]
