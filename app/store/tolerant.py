"""Writes that a full disk must not turn into a refusal: what was used when is nice to know, no more."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager

from ingest.errors import ErrorCode, YorozuError

log = logging.getLogger(__name__)


@contextmanager
def if_writable(what: str) -> Iterator[None]:
    """Let go of a write that cannot be made, with a line in the log; every other failure goes on."""
    try:
        yield
    except YorozuError as error:
        if error.code not in {ErrorCode.DATA_DIR_UNWRITABLE, ErrorCode.DATABASE_UNAVAILABLE}:
            raise
        log.warning("%s is not noted: %s", what, error.message)
