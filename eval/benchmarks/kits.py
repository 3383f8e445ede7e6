"""Reads the kits of a benchmark, whole or only their beginning."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from eval.kit import Kit, read_kit
from ingest.errors import ErrorCode, YorozuError


def read_kits(folders: Sequence[Path], documents: int = 0) -> list[Kit]:
    """Read kits of `corpus.jsonl`.

    Args:
        folders: one folder a kit.
        documents: keep only so many of each kit, see `beginning`; 0 keeps all.

    Raises:
        YorozuError: KIT_INVALID, also for a kit of PDF files: the peers read documents, not files.
    """
    kits = [read_kit(folder) for folder in folders]
    for kit in kits:
        if kit.files:
            raise YorozuError(
                ErrorCode.KIT_INVALID, path=str(kit.folder), reason="files/ のキットは比較できません"
            )
    return [beginning(kit, documents) for kit in kits] if documents else kits


def beginning(kit: Kit, documents: int) -> Kit:
    """Return the kit's first documents and the queries all of whose relevant documents are among them.

    Raises:
        YorozuError: KIT_INVALID when no such query is left.
    """
    kept = kit.documents[:documents]
    ids = {document.id for document in kept}
    whole = {
        query: grades
        for query, grades in kit.qrels.items()
        if any(grades.values()) and all(doc in ids for doc, grade in grades.items() if grade > 0)
    }
    if not whole:
        raise YorozuError(
            ErrorCode.KIT_INVALID,
            path=str(kit.folder),
            reason=f"最初の {documents} 文書に答えのある質問がありません",
        )
    qrels = {query: {d: g for d, g in grades.items() if d in ids} for query, grades in whole.items()}
    queries = {query: text for query, text in kit.queries.items() if query in qrels}
    return replace(kit, documents=kept, queries=queries, qrels=qrels)
