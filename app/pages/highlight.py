"""What `highlight=` asks for: a citation of a stored answer, or the words themselves."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from app.answering.models import Answer, Citation
from ingest.errors import ErrorCode, YorozuError

LONGEST = 2000  # characters
_CITATION = re.compile(r"(ans_[A-Za-z0-9_-]{1,60}):([1-9][0-9]{0,3})")


@dataclass(frozen=True, slots=True)
class Highlight:
    """Words to be marked, and the file and page that they were cited from, where those are known."""

    quote: str
    file: str | None = None
    page: int | None = None


def read_highlight(asked: str, source_id: str, answer: Callable[[str], Answer]) -> Highlight:
    """Return what is to be marked in source `source_id`; `answer` opens a stored answer.

    Raises:
        YorozuError: ANSWER_NOT_FOUND, CITATION_NOT_FOUND.
    """
    named = _CITATION.fullmatch(asked.strip())
    if named is None:
        return Highlight(asked)
    citation = find_citation(answer(named[1]), int(named[2]))
    if citation.source_id != source_id:
        raise YorozuError(ErrorCode.CITATION_NOT_FOUND, answer=named[1], n=citation.n)
    return Highlight(citation.quote, citation.file, citation.page)


def find_citation(answer: Answer, n: int) -> Citation:
    """Return citation `n` of an answer.

    Raises:
        YorozuError: CITATION_NOT_FOUND.
    """
    for citation in answer.citations:
        if citation.n == n:
            return citation
    raise YorozuError(ErrorCode.CITATION_NOT_FOUND, answer=answer.id, n=n)
