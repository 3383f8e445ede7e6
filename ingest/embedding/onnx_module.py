"""The ONNX encoder as the first module of a SentenceTransformer. Imports torch: import it late."""

import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch
from sentence_transformers.base.modules import InputModule

from ingest.embedding.onnx_graph import INPUT, ONNX_FILE
from ingest.embedding.onnx_session import MASK, OnnxSession


class OnnxEncoder(InputModule):
    """Texts to token embeddings by onnxruntime; pooling and normalisation stay sentence-transformers'."""

    def __init__(self, session: OnnxSession, folder: Path) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.session = session
        self.folder = folder
        self.tokenizer = session.tokenizer

    def preprocess(self, inputs: Sequence[Any], prompt: str | None = None, **_: Any) -> dict[str, Any]:
        """Token ids and mask of `inputs`, each with `prompt` before it."""
        tokens = self.session.tokens([(prompt or "") + text for text in inputs])
        return {name: torch.from_numpy(values) for name, values in tokens.items()}

    def forward(self, features: dict[str, torch.Tensor], **_: Any) -> dict[str, torch.Tensor]:
        """Add `token_embeddings`, float32 [texts, tokens, hidden], to `features`."""
        vectors = self.session.run({name: features[name].numpy() for name in (INPUT, MASK)})
        return {**features, "token_embeddings": torch.from_numpy(vectors)}

    def save(self, output_path: str, *_: Any, **__: Any) -> None:
        """Copy the encoder and its tokenizer."""
        target = Path(output_path) / ONNX_FILE
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(self.folder / ONNX_FILE, target)
        self.tokenizer.save(str(Path(output_path) / "tokenizer.json"))
