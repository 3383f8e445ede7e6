"""Everything that is fitted, in its order: how signals are weighed, then when there is enough evidence."""

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from app.answering.retrieve import Retriever
from app.settings import ServiceSettings
from eval.fit_evidence import Fit, fit_evidence, samples
from eval.fit_fusion import Fusion, Table, fit_fusion, tables_of_kit, tables_of_questions
from eval.indexer import ProductIndexer
from eval.kit import Kit
from eval.kit_index import indexed, kit_parts
from eval.question_set import Question
from ingest.embedding.base import Embedder
from ingest.embedding.load import load_embedder, load_judge
from ingest.errors import ErrorCode, YorozuError
from ingest.index.reader import Index, open_index
from ingest.models import Source
from ingest.text.words import Tokenizer


def fit_all(
    settings: ServiceSettings,
    questions: Sequence[Question],
    calibration: Sequence[Question],
    kits: Sequence[Kit],
    crowd: Sequence[Kit],
    *,
    keep: float,
) -> Iterator[Fusion | Fit]:
    """Fit and write both model files; yields what each fit says of itself.

    Args:
        settings: where the index of the corpus and the models are.
        questions: for the weights of signals, and for evidence without the judge.
        calibration: for evidence with the judge, who has not been trained on them.
        kits: for the weights of signals. The embedder must not have been trained on them.
        crowd: their documents stand beside the corpus when the questions are asked a second time: a handful
            of passages tells little about how signals are to be weighed among a thousand.
        keep: share of the answerable that must be answered.

    Raises:
        YorozuError: INDEX_MISSING, MODEL_UNAVAILABLE and their like.
    """
    embedder = load_embedder(settings)
    if embedder is None:
        raise YorozuError(ErrorCode.MODEL_UNAVAILABLE, reason="YOROZU_EMBEDDER=none")
    index = open_index(settings.data_dir, embedder.name)
    tokenizer = Tokenizer()
    searching = Retriever(tokenizer, embedder)
    tables = [tables_of_questions(index, searching, tokenizer, questions)]
    with _among(settings, embedder, index, crowd) as larger:
        tables.append(tables_of_questions(larger, searching, tokenizer, questions))
    # As it is; as files without headings are; and as somebody asks who has the heading before them.
    variants = [variant for kit in kits for variant in (kit, kit.untitled, kit.by_title)]
    tables += [_of_kit(settings, embedder, searching, tokenizer, kit) for kit in variants]
    yield fit_fusion(tables)
    retriever = Retriever(tokenizer, embedder)  # with the new weights
    plain = samples(index, retriever, tokenizer, questions)
    judged = samples(index, retriever, tokenizer, calibration, load_judge(settings))
    yield fit_evidence(plain, judged, keep=keep)


@contextmanager
def _among(
    settings: ServiceSettings, embedder: Embedder, index: Index, crowd: Sequence[Kit]
) -> Iterator[Index]:
    own = index.passages(range(len(index)))
    sources = {passage.source_id: Source(passage.source_id, passage.source_id) for passage in own}
    passages = list(own)
    indexer = ProductIndexer(settings, embedder)
    for number, kit in enumerate(crowd):
        for part in kit_parts(kit, indexer.count_tokens):
            name = f"{number}-{part.source.id}"
            sources[name] = replace(part.source, id=name)
            passages += [
                replace(passage, id=f"{number}-{passage.id}", source_id=name) for passage in part.passages
            ]
    with tempfile.TemporaryDirectory(prefix="yorozu-fit-") as folder:
        indexer.build(Path(folder), list(sources.values()), passages)
        yield open_index(Path(folder), embedder.name)


def _of_kit(
    settings: ServiceSettings, embedder: Embedder, searching: Retriever, tokenizer: Tokenizer, kit: Kit
) -> list[Table]:
    with indexed(kit, ProductIndexer(settings, embedder)) as folder:
        return tables_of_kit(open_index(folder, embedder.name), searching, tokenizer, kit)
