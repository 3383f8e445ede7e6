"""All lexical fields of a generation, written in one pass while the passages are being embedded."""

import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from pathlib import Path

from ingest.index.lexical import FIELDS
from ingest.index.lexical_writer import FieldWriter
from ingest.models import Passage
from ingest.passages import searched_text
from ingest.text.words import Tokenizer, grams

_K1, _B = 1.2, 0.75  # BM25's usual constants


@contextmanager
def lexical_beside(
    folder: Path, passages: Sequence[Passage], count: Callable[[int], object]
) -> Iterator[None]:
    """Write all fields of `passages` to `folder` in a thread while the body runs; both are done at the end.

    The thread fills the moments in which the embedder leaves a core idle. When the body fails the thread
    gives up. `count` is told, in that thread, of every passage done.
    """
    stop = threading.Event()
    with ThreadPoolExecutor(1, thread_name_prefix="lexical") as pool:
        writing = pool.submit(_write, folder, passages, count, stop)
        try:
            yield
            writing.result()
        finally:
            stop.set()


def _write(
    folder: Path, passages: Sequence[Passage], count: Callable[[int], object], stop: threading.Event
) -> None:
    tokenizer = Tokenizer()
    with ExitStack() as stack:
        writers = {name: stack.enter_context(FieldWriter(folder / name, k1=_K1, b=_B)) for name in FIELDS}
        for passage in passages:
            if stop.is_set():
                return
            text = searched_text(passage)
            terms = tokenizer.terms(text)
            writers["words"].add(terms.words)
            writers["chars"].add(grams(text))
            writers["concepts"].add(terms.concepts)
            writers["readings"].add(terms.reading_grams)
            count(1)
        for writer in writers.values():
            writer.finish()
