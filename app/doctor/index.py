"""The index: every file against its checksum, Chroma against the array beside it, the generation before."""

from contextlib import closing

from app.doctor.finding import problem
from app.settings import ServiceSettings
from ingest.embedding.load import load_embedder
from ingest.errors import ErrorCode, YorozuError
from ingest.index import layout
from ingest.index.manifest import check_files, read_manifest
from ingest.index.reader import open_index

_SAMPLES = 20  # vectors that Chroma must find again


def check_index(settings: ServiceSettings) -> str:
    """Open the index as the service does, and hash all of it, however large."""
    index = open_index(settings.data_dir, _embedder_name(settings))
    folder = layout.index_folder(settings.data_dir) / index.generation
    check_files(folder, index.manifest, thorough=True)
    unread = sum(1 for record in index.files() if record.code is not None)
    return f"世代 {index.generation}、一節 {len(index)}件" + (
        f"、読めないファイル {unread}件" if unread else ""
    )


def _embedder_name(settings: ServiceSettings) -> str | None:
    """The embedder's name; None where it cannot be had: that is another finding."""
    try:
        embedder = load_embedder(settings)
    except YorozuError:
        return None
    return None if embedder is None else embedder.name


def check_vectors(settings: ServiceSettings) -> str:
    """Have Chroma find vectors that are known to be there."""
    if layout.current_generation(settings.data_dir) is None:
        return "索引ができてから調べます"
    with closing(open_index(settings.data_dir, None)) as index:
        if not index.has_vectors:
            return "ありません（語の一致だけで探します）"
        counts = index.vector_counts()
        missed = index.missed_by_chroma(_SAMPLES)
        if index.trouble is not None or missed:
            raise problem(
                ErrorCode.INDEX_DAMAGED,
                f"ベクトルの索引（Chroma）が壊れています（{index.trouble or f'{missed}件が見つからない'}）。"
                "回答は続けられますが、資料が多いと遅くなります。「yorozu ingest --rebuild」で作り直してください。",
            )
    return "、".join(f"{field} {count}件" for field, count in counts.items())


def check_backup_generation(settings: ServiceSettings) -> str:
    """Whether `yorozu rollback` would find something sound."""
    current = layout.current_generation(settings.data_dir)
    older = [name for name in layout.generations(settings.data_dir) if name != current]
    if not older:
        return "ありません（次の取り込みのあとは、一つ前に戻せます）"
    folder = layout.index_folder(settings.data_dir) / older[-1]
    try:
        check_files(folder, read_manifest(folder), thorough=True)
    except YorozuError as error:
        raise problem(
            ErrorCode.INDEX_DAMAGED,
            f"前の世代 {older[-1]} が壊れています（{error.detail.get('reason', '-')}）。いまの回答には影響しませんが、"
            "「yorozu rollback」では戻せません。資料を更新して取り込むと入れ替わります。",
        ) from error
    return f"世代 {older[-1]} に戻せます"
