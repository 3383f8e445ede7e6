"""Opens a sentence-transformers folder without touching the network."""

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ingest.embedding.manifest import check_weights
from ingest.embedding.onnx_graph import ONNX_FILE
from ingest.errors import ErrorCode, YorozuError

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer
    from tokenizers import Tokenizer

    from ingest.embedding.onnx_session import OnnxSession


TORCH_FILE = "model.safetensors"


@contextmanager
def opening(folder: Path) -> Iterator[None]:
    """Turn whatever a library raises about a model folder into MODEL_UNAVAILABLE.

    Each has exceptions of its own: onnxruntime and safetensors a tree of them, tokenizers bare ones.
    """
    try:
        yield
    except YorozuError:
        raise
    except Exception as error:
        raise YorozuError(ErrorCode.MODEL_UNAVAILABLE, reason=f"{folder}: {error}") from error


def open_tokenizer(folder: Path) -> "Tokenizer":
    """Load the tokenizer alone, without cutting or padding; takes no torch.

    Raises:
        YorozuError: MODEL_UNAVAILABLE when the folder has none in the form of the tokenizers library.
    """
    # Threads of its own would only make a later fork complain; a text takes it microseconds.
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    from tokenizers import Tokenizer

    path = folder / "tokenizer.json"
    if not path.is_file():
        raise YorozuError(ErrorCode.MODEL_UNAVAILABLE, reason=f"{path} がありません")
    with opening(folder):
        tokenizer = Tokenizer.from_file(str(path))
    tokenizer.no_truncation()
    tokenizer.no_padding()
    return tokenizer


def open_folder(folder: Path, tokenizer: "Tokenizer | None" = None) -> "SentenceTransformer":
    """Load `folder` for the CPU: with onnxruntime where it holds our encoder, else with torch.

    Args:
        folder: of a sentence-transformers model.
        tokenizer: the folder's own, when the caller has it open already.

    Raises:
        YorozuError: MODEL_UNAVAILABLE when sentence-transformers cannot open it.
    """
    os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")
    with opening(folder):
        if (folder / ONNX_FILE).is_file():
            return _open_onnx(folder, tokenizer or open_tokenizer(folder))
        return _open_torch(folder)


def open_session(folder: Path, tokenizer: "Tokenizer") -> "OnnxSession":
    """Open the ONNX encoder of a converted folder; takes no torch.

    Raises:
        YorozuError: MODEL_UNAVAILABLE when it cannot be opened.
    """
    from ingest.embedding.onnx_session import OnnxSession

    with opening(folder):
        check_weights(folder, ONNX_FILE)
        config = _config(folder)
        longest, pad = config["max_position_embeddings"], config["pad_token_id"]
        return OnnxSession(folder, tokenizer, longest=longest, pad_id=pad)


def _open_onnx(folder: Path, tokenizer: "Tokenizer") -> "SentenceTransformer":
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import Normalize, Pooling

    from ingest.embedding.onnx_module import OnnxEncoder

    session = open_session(folder, tokenizer)
    modules = [OnnxEncoder(session, folder), Pooling(_config(folder)["hidden_size"], "mean"), Normalize()]
    return SentenceTransformer(modules=modules, device="cpu")


def _config(folder: Path) -> dict[str, Any]:
    config: dict[str, Any] = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    return config


def _open_torch(folder: Path) -> "SentenceTransformer":
    from sentence_transformers import SentenceTransformer
    from transformers.utils import logging

    check_weights(folder, TORCH_FILE)
    logging.disable_progress_bar()  # type: ignore[no-untyped-call]  # the loading of weights draws one even when nobody asked
    return SentenceTransformer(str(folder), device="cpu", local_files_only=True)
