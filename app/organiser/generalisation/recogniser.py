"""Named entities by a Japanese model: ja_ginza, taken out of its wheel, run by spaCy.

The model's own package asks for an older SudachiPy than everything else here, and only for parts that are not
needed: tokenizer, tok2vec and ner run without it. So its wheel is data, pinned by checksum.
"""

import threading
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from ingest.embedding.package_file import PackagedFolder, unpack_packaged

GINZA = PackagedFolder(
    requirement="ja_ginza==5.3.0",
    wheel_sha256="ac6479a805c5c5c23c270554934c1c1f344039560ef3a7e4b15a4275bea3c685",
    member="ja_ginza/ja_ginza-5.3.0",
)
_FOLDER = "ja-ginza"
_BATCH = 32  # texts
_UNUSED = ["parser", "attribute_ruler", "morphologizer", "compound_splitter", "bunsetu_recognizer"]


@dataclass(frozen=True, slots=True)
class Entity:
    """A named entity: offsets into the text, end excluded, and its label in Sekine's hierarchy."""

    start: int
    end: int
    label: str


class Recogniser(Protocol):
    """Finds named entities."""

    def entities(self, text: str) -> list[Entity]:
        """The entities of a text in order, not overlapping."""
        ...

    def prepare(self, texts: Sequence[str]) -> None:
        """Read these texts at once, which is quicker; `entities` is asked for each of them next."""
        ...


class GinzaRecogniser:
    """ja_ginza from a folder. Quick to make: the model is loaded on first use (about 3 s)."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lock = threading.Lock()
        self._model: Any = None
        self._ready: dict[str, list[Entity]] = {}

    def entities(self, text: str) -> list[Entity]:
        """The entities of a text in order."""
        with self._lock:  # spaCy shares its vocabulary between calls
            ready = self._ready.pop(text, None)
            return _entities(self._loaded()(text)) if ready is None else ready

    def prepare(self, texts: Sequence[str]) -> None:
        """Read these texts at once. What was made ready before and not asked for is let go of."""
        with self._lock:
            read = self._loaded().pipe(texts, batch_size=_BATCH)
            self._ready = {text: _entities(document) for text, document in zip(texts, read, strict=True)}

    def _loaded(self) -> Any:
        if self._model is None:
            self._model = _load(self._folder)
        return self._model


def prepare_recogniser(models: Path) -> GinzaRecogniser:
    """Return the recogniser, its model fetched and checked when it is not on this machine yet.

    Raises:
        YorozuError: MODEL_UNAVAILABLE, MODEL_CHECKSUM, DATA_DIR_UNWRITABLE.
    """
    return GinzaRecogniser(unpack_packaged(GINZA, models / _FOLDER))


def _entities(document: Any) -> list[Entity]:
    return [Entity(e.start_char, e.end_char, e.label_) for e in document.ents]


def _load(folder: Path) -> Any:
    import spacy

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # about versions: what is pinned is what was measured
        return spacy.load(folder, exclude=_UNUSED)
