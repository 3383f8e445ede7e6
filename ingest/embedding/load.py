"""Which embedder the settings ask for, made ready and opened."""

import re
from collections.abc import Callable
from pathlib import Path

from ingest.embedding.adapter import CLAIM_ADAPTER, JUDGE_ADAPTER, read_head
from ingest.embedding.claim_judge import ClaimJudge
from ingest.embedding.hub_model import fetch_from_hub
from ingest.embedding.identity import folder_identity
from ingest.embedding.judge import EvidenceJudge
from ingest.embedding.manifest import check_manifest
from ingest.embedding.packaged_model import CLAIMS, EMBEDDER, JUDGE, Variant, prepare_packaged, shipped
from ingest.embedding.prefixes import find_prefixes
from ingest.embedding.sentence_embedder import SentenceEmbedder
from ingest.errors import ErrorCode, YorozuError
from ingest.settings import Settings

PACKAGE = "package"
NONE = "none"
_HUB_NAME = re.compile(r"[A-Za-z0-9][\w.-]*(/[\w.-]+)?")


def load_embedder(settings: Settings) -> SentenceEmbedder | None:
    """Return the embedder, or None when the settings say to work with words alone.

    Quick: the model itself is loaded on first use. Only a model that is not on this machine yet is fetched.

    Raises:
        YorozuError: MODEL_UNAVAILABLE, MODEL_CHECKSUM, DATA_DIR_UNWRITABLE.
    """
    if settings.embedder == NONE:
        return None
    folder = _folder(settings, lambda _: None, refresh=False)
    title = _title(settings.embedder)
    prefixes = find_prefixes(settings, folder, title)
    # The prefix of passages is part of what a stored vector is made from; the question's is not.
    name = f"{title}@{folder_identity(folder, prefixes.passage)}"
    return SentenceEmbedder(folder, name=name, prefixes=prefixes)


def load_judge(settings: Settings) -> EvidenceJudge | None:
    """Return the judge of evidence, which goes with any embedder. Quick: it is loaded on first use.

    Beside another embedder it is used where it is there already: nobody asked for the package then.

    Raises:
        YorozuError: MODEL_UNAVAILABLE, MODEL_CHECKSUM, DATA_DIR_UNWRITABLE.
    """
    folder = _beside(settings, JUDGE)
    return None if folder is None else EvidenceJudge(folder, read_head(JUDGE_ADAPTER))


def load_claim_judge(settings: Settings) -> ClaimJudge | None:
    """Return the judge of claims, on the same terms as the judge of evidence; None where none was trained.

    Raises:
        YorozuError: MODEL_UNAVAILABLE, MODEL_CHECKSUM, DATA_DIR_UNWRITABLE.
    """
    folder = _beside(settings, CLAIMS) if CLAIM_ADAPTER.is_file() else None
    return None if folder is None else ClaimJudge(folder, read_head(CLAIM_ADAPTER))


def _beside(settings: Settings, variant: Variant) -> Path | None:
    """The converted folder of `variant`; None beside another embedder where it is not there already."""
    if settings.embedder != PACKAGE and not (settings.models / variant.folder).is_dir():
        return None
    return prepare_packaged(settings.models, lambda _: None, variants=(variant,))[0]


def prepare_model(settings: Settings, progress: Callable[[str], None] = lambda _: None) -> Path | None:
    """Put the model in place (downloaded, converted, checked) and return its folder; None for "none".

    Args:
        settings: says which model.
        progress: told in Japanese what takes long.

    Raises:
        YorozuError: MODEL_UNAVAILABLE, MODEL_CHECKSUM, DATA_DIR_UNWRITABLE.
    """
    return None if settings.embedder == NONE else _folder(settings, progress, refresh=True)


def verify_model(settings: Settings) -> None:
    """Hash every file of the default models, weights included (a second); others name no checksums.

    Raises:
        YorozuError: MODEL_CHECKSUM naming the file that was changed.
    """
    if settings.embedder == PACKAGE:
        for variant in shipped():
            check_manifest(settings.models / variant.folder, full=True)


def _folder(settings: Settings, say: Callable[[str], None], *, refresh: bool) -> Path:
    wanted = settings.embedder
    if wanted == PACKAGE:
        return prepare_packaged(settings.models, say, variants=shipped() if refresh else (EMBEDDER,))[0]
    if Path(wanted).is_dir():
        return Path(wanted)
    if not _HUB_NAME.fullmatch(wanted):
        raise YorozuError(ErrorCode.MODEL_UNAVAILABLE, reason=f"フォルダー {wanted} がありません")
    return fetch_from_hub(wanted, refresh=refresh)


def _title(wanted: str) -> str:
    if wanted == PACKAGE:
        return EMBEDDER.title
    return Path(wanted).resolve().name if Path(wanted).is_dir() else wanted
