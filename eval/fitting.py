"""Everything that is fitted, in its order: how signals are weighed, then when there is enough evidence."""

from collections.abc import Iterator, Sequence

from app.answering.retrieve import Retriever
from app.settings import ServiceSettings
from eval.fit_evidence import Fit, fit_evidence, samples
from eval.fit_fusion import Fusion, Table, fit_fusion, tables_of_kit, tables_of_questions
from eval.indexer import ProductIndexer
from eval.kit import Kit
from eval.kit_index import indexed
from eval.question_set import Question
from ingest.embedding.base import Embedder
from ingest.embedding.load import load_embedder, load_judge
from ingest.errors import ErrorCode, YorozuError
from ingest.index.reader import open_index
from ingest.text.words import Tokenizer


def fit_all(
    settings: ServiceSettings,
    questions: Sequence[Question],
    calibration: Sequence[Question],
    kits: Sequence[Kit],
    *,
    keep: float,
) -> Iterator[Fusion | Fit]:
    """Fit and write both model files; yields what each fit says of itself.

    Args:
        settings: where the index of the corpus and the models are.
        questions: for the weights of signals, and for evidence without the judge.
        calibration: for evidence with the judge, who has not been trained on them.
        kits: for the weights of signals. The embedder must not have been trained on them.
        keep: share of the answerable that must be answered.

    Raises:
        YorozuError: INDEX_MISSING, MODEL_UNAVAILABLE and their like.
    """
    embedder = load_embedder(settings)
    if embedder is None:
        raise YorozuError(ErrorCode.MODEL_UNAVAILABLE, reason="YOROZU_EMBEDDER=none")
    index = open_index(settings.data_dir, embedder.name)
    tokenizer = Tokenizer()
    tables = [tables_of_questions(index, Retriever(tokenizer, embedder), tokenizer, questions)]
    tables += [_of_kit(settings, embedder, tokenizer, kit) for kit in kits]
    yield fit_fusion(tables)
    retriever = Retriever(tokenizer, embedder)  # with the new weights
    plain = samples(index, retriever, tokenizer, questions)
    judged = samples(index, retriever, tokenizer, calibration, load_judge(settings))
    yield fit_evidence(plain, judged, keep=keep)


def _of_kit(settings: ServiceSettings, embedder: Embedder, tokenizer: Tokenizer, kit: Kit) -> list[Table]:
    with indexed(kit, ProductIndexer(settings, embedder)) as folder:
        return tables_of_kit(
            open_index(folder, embedder.name), Retriever(tokenizer, embedder), tokenizer, kit
        )
