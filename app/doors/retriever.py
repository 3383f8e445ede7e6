"""The search as a LangChain retriever. Imported as `from yorozu import YorozuRetriever`."""

from pathlib import Path
from typing import Any, Self

from langchain_core.callbacks import CallbackManagerForRetrieverRun
from langchain_core.documents import Document
from langchain_core.retrievers import BaseRetriever
from pydantic import Field, PrivateAttr, model_validator

from app.answering.filters import Filters
from app.answering.models import SearchHit
from app.answering.service import AnswerService
from app.assemble import answer_service
from app.settings import ServiceSettings


class YorozuRetriever(BaseRetriever):
    """Finds passages of the index as documents, best first.

    A document's text is the passage's own words. Its metadata holds `source_id`, `title`, `file`, `score` and
    `rank`, and, where the passage has them, `page`, `page_end`, `page_label`, `question_no`, `question`,
    `item_nos`, `heading` and `url`. Settings come from YOROZU_* variables unless they are given. Safe to use
    from several threads.

    Args:
        k: how many documents at most; `invoke(query, k=3)` for one call.
        data_dir: where the index lies, as `--data-dir`.
        filters: only passages of these kinds of source, or of these sources.
        settings: all settings at once, instead of `data_dir` and the environment.

    Raises:
        YorozuError: SETTING_INVALID when made; QUESTION_EMPTY, QUESTION_TOO_LONG, INDEX_MISSING,
            INDEX_DAMAGED, EMBEDDER_MISMATCH when asked.
    """

    k: int = Field(5, ge=1, le=200)
    data_dir: Path | None = None
    filters: Filters = Filters()
    settings: ServiceSettings | None = Field(None, exclude=True)

    _service: AnswerService = PrivateAttr()

    @model_validator(mode="after")
    def _open(self) -> Self:
        settings = self.settings or ServiceSettings.load(data_dir=self.data_dir)
        # A retriever words nothing: no language model is made, whatever the environment names.
        self._service = answer_service(settings.model_copy(update={"llm": None}))
        return self

    def _get_relevant_documents(
        self, query: str, *, run_manager: CallbackManagerForRetrieverRun, k: int | None = None, **_: Any
    ) -> list[Document]:
        del run_manager  # one step, nothing to report on the way
        if k is not None and k < 1:
            raise ValueError(f"k must be at least 1, not {k}")
        found = self._service.search(query, k or self.k, self.filters)
        return [_document(hit) for hit in found.results]


def _document(hit: SearchHit) -> Document:
    return Document(page_content=hit.text, metadata=hit.model_dump(exclude={"text"}, exclude_none=True))
