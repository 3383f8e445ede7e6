"""A model by its name on a hub: the only place where the network may be used for a model."""

import os
from pathlib import Path
from typing import Any

from ingest.errors import ErrorCode, YorozuError

# Other formats of the same weights, which nothing here reads.
_UNUSED = ["onnx/*", "openvino/*", "*.onnx", "*.h5", "*.msgpack", "*.ot", "*.gguf"]
_SECONDS = 10  # to the first byte; an intranet without a way out is told so quickly


def fetch_from_hub(name: str, *, refresh: bool) -> Path:
    """Return the folder of model `name` in the hub's cache.

    Args:
        name: `owner/model`, or `model` alone.
        refresh: ask the hub for what is missing or newer, even when something is in the cache.

    Raises:
        YorozuError: MODEL_UNAVAILABLE when it is not in the cache and the hub does not give it.
    """
    os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")
    import httpx
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import HfHubHTTPError, HFValidationError, LocalEntryNotFoundError

    failures = (LocalEntryNotFoundError, HfHubHTTPError, HFValidationError, httpx.HTTPError, OSError)
    options: dict[str, Any] = {"ignore_patterns": _UNUSED, "etag_timeout": _SECONDS}
    reason = ""
    # Without the network the cache has the last word, so it is asked last when refreshing, else first.
    for offline in (False, True) if refresh else (True, False):
        try:
            return Path(snapshot_download(name, local_files_only=offline, **options))
        except failures as error:
            reason = reason if offline and reason else str(error).partition("\n")[0]
    raise YorozuError(ErrorCode.MODEL_UNAVAILABLE, reason=f"{name}: {reason}")
