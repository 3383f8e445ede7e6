"""Model files that were cut short or swapped: words alone answer, and everybody is told."""

import shutil
from pathlib import Path

import pytest

from app.answering.retrieve import MODEL_ERRORS
from app.answering.service import AnswerService
from app.settings import ServiceSettings
from ingest.embedding.once import REST, Once
from ingest.embedding.onnx_graph import ONNX_FILE
from ingest.embedding.packaged_model import convert_file
from ingest.embedding.prefixes import Prefixes
from ingest.embedding.sentence_embedder import SentenceEmbedder
from ingest.errors import ErrorCode, YorozuError
from ingest.index.reader import IndexHolder
from ingest.pipeline import ingest
from ingest.text.words import Tokenizer
from tests.fakes.small_corpus import QUESTION
from tests.fakes.tiny_model import make_packed, tiny_file, tiny_shapes
from tests.faults.conftest import spoil


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A converted model, tiny and with random weights."""
    made = make_packed(tiny_shapes()).content
    convert_file(made, tiny_file(made), tmp_path / "tiny", title="tiny")
    return tmp_path / "tiny"


def embedder(folder: Path) -> SentenceEmbedder:
    return SentenceEmbedder(folder, name="tiny", prefixes=Prefixes("", ""))


@pytest.mark.parametrize("how", ["cut short", "swapped", "gone"])
def test_words_alone_answer_and_say_so(folder: Path, settings: ServiceSettings, how: str) -> None:
    ingest(settings, embedder=embedder(folder), rebuild=True)
    weights = folder / ONNX_FILE
    if how == "cut short":
        weights.write_bytes(weights.read_bytes()[:1000])
    elif how == "swapped":
        spoil(weights)  # of the same size: only the checksum tells
    else:
        shutil.rmtree(folder)
    service = AnswerService(
        IndexHolder(settings.data_dir, "tiny"),
        Tokenizer(),
        embedder(folder),
        question_limit=99,
        ask_contact="x",
    )
    answer = service.answer(QUESTION)
    assert [caution.code for caution in answer.cautions if caution.code == "degraded"] == ["degraded"]
    assert answer.status == "answered"
    trouble = service.model_trouble()
    assert trouble is not None
    assert "yorozu model" in trouble


def test_swapped_weights_are_never_loaded(folder: Path) -> None:
    spoil(folder / ONNX_FILE)
    with pytest.raises(YorozuError) as caught:
        embedder(folder).query("規程")
    assert caught.value.code is ErrorCode.MODEL_CHECKSUM


def test_a_broken_model_is_not_opened_at_every_question() -> None:
    opened, now = [], [0.0]

    def opening() -> str:
        opened.append(now[0])
        if len(opened) < 2:
            raise YorozuError(ErrorCode.MODEL_UNAVAILABLE, reason="x")
        return "model"

    once = Once(opening, lambda: now[0])
    for _ in range(3):
        with pytest.raises(YorozuError) as caught:
            once.get()
        assert caught.value.code in MODEL_ERRORS
    assert len(opened) == 1
    now[0] = REST + 1
    assert (once.get(), once.get(), len(opened)) == ("model", "model", 2)
