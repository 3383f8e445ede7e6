"""The default models: one package's encoder, converted once for each use that was trained for it.

The embedder, the judge of evidence and the judge of claims are the same encoder with different low-rank
additions; all are opened from the models folder afterwards.
"""

import shutil
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from ingest.embedding.adapter import (
    CLAIM_ADAPTER,
    EMBEDDER_ADAPTER,
    JUDGE_ADAPTER,
    Adapter,
    adapted,
    read_adapter,
)
from ingest.embedding.convert import write_folder
from ingest.embedding.e5_format import parse
from ingest.embedding.manifest import check_manifest, is_complete, write_manifest
from ingest.embedding.package_file import E5_SMALL, PackagedFile, read_packaged
from ingest.errors import ErrorCode, YorozuError


@dataclass(frozen=True, slots=True)
class Variant:
    """A folder of converted weights, and what is added to them; None for the packaged weights as they are."""

    folder: str
    title: str
    adapter: Path | None


EMBEDDER = Variant("multilingual-e5-small", "multilingual-e5-small-q4", EMBEDDER_ADAPTER)
JUDGE = Variant("evidence-judge", "evidence-judge", JUDGE_ADAPTER)
CLAIMS = Variant("claim-judge", "claim-judge", CLAIM_ADAPTER)


def shipped() -> tuple[Variant, ...]:
    """The variants whose additions are there; that of the judge of claims is trained where it is wanted."""
    return tuple(v for v in (EMBEDDER, JUDGE, CLAIMS) if v.adapter is not None and v.adapter.is_file())


def prepare_packaged(
    models: Path,
    say: Callable[[str], None],
    file: PackagedFile = E5_SMALL,
    variants: Sequence[Variant] | None = None,
) -> list[Path]:
    """Return the checked folders of the converted models, making those that are absent or out of date.

    Args:
        models: folder of all converted models.
        say: told in Japanese what is going on, when it takes long.
        file: the packed model.
        variants: what to make of it, all that are shipped by default; the package is fetched once for all.

    Raises:
        YorozuError: MODEL_UNAVAILABLE, MODEL_CHECKSUM, DATA_DIR_UNWRITABLE.
    """
    variants = shipped() if variants is None else variants
    folders = [models / variant.folder for variant in variants]
    adapters = [_adapter(variant) for variant in variants]
    missing = [
        (folder, variant, adapter)
        for folder, variant, adapter in zip(folders, variants, adapters, strict=True)
        if not is_complete(folder, adapter.name)
    ]
    if missing:
        say("埋め込みモデルをパッケージから取り出しています（91 MB）…")
        content = read_packaged(file)
    for folder, variant, adapter in missing:
        say("埋め込みモデルを変換しています…")
        convert_file(content, file, folder, title=variant.title, adapter=adapter)
    for folder in folders:
        check_manifest(folder)
    return folders


def convert_file(
    content: bytes, file: PackagedFile, folder: Path, *, title: str, adapter: Adapter | None = None
) -> None:
    """Convert a packed model beside `folder` and move it there whole: nobody ever sees half a folder.

    Raises:
        YorozuError: MODEL_CHECKSUM for content that is no model, DATA_DIR_UNWRITABLE.
    """
    adapter = adapter or _NONE
    name = Path(file.member).name
    model = parse(content, name)
    try:
        model = adapted(model, adapter)
        folder.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=f".{folder.name}-", dir=folder.parent) as scratch:
            building = Path(scratch) / "new"
            building.mkdir()
            write_folder(model, building)
            origin = {"source": file.requirement, "source_sha256": file.sha256, "adapter": adapter.name}
            write_manifest(building, title=title, **origin)
            _move(building, folder, Path(scratch) / "old", adapter)
    except OSError as error:
        raise YorozuError(ErrorCode.DATA_DIR_UNWRITABLE, path=str(folder.parent)) from error
    except (KeyError, ValueError) as error:
        reason = f"{type(error).__name__}: {error}"
        raise YorozuError(ErrorCode.MODEL_CHECKSUM, file=name, reason=reason) from error


_NONE = Adapter("none", {})


def _adapter(variant: Variant) -> Adapter:
    return _NONE if variant.adapter is None else read_adapter(variant.adapter)


def _move(building: Path, folder: Path, old: Path, adapter: Adapter) -> None:
    try:
        if folder.exists() and not is_complete(folder, adapter.name):
            folder.rename(old)
        building.rename(folder)
    except OSError:
        # Another process converted at the same time: its folder is as good as ours.
        if not is_complete(folder, adapter.name):
            raise
    shutil.rmtree(old, ignore_errors=True)
