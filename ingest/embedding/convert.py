"""From the arrays of the packed file to an ordinary sentence-transformers folder."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ingest.embedding.e5_format import PackedModel, Shape
from ingest.embedding.onnx_graph import ONNX_FILE, write_onnx
from ingest.embedding.tokenizer_json import tokenizer_json

QUERY_PREFIX = "query: "
PASSAGE_PREFIX = "passage: "
WEIGHTS = "model.safetensors"

# The packed file's name of each tensor and the name that BERT's weights have everywhere else.
_EMBEDDINGS = {
    "emb.word": "embeddings.word_embeddings.weight",
    "emb.pos": "embeddings.position_embeddings.weight",
    "emb.type": "embeddings.token_type_embeddings.weight",
    "emb.ln.w": "embeddings.LayerNorm.weight",
    "emb.ln.b": "embeddings.LayerNorm.bias",
}
_LAYER = {
    "q": "attention.self.query",
    "k": "attention.self.key",
    "v": "attention.self.value",
    "ao": "attention.output.dense",
    "aln": "attention.output.LayerNorm",
    "fi": "intermediate.dense",
    "fo": "output.dense",
    "oln": "output.LayerNorm",
}


def write_folder(model: PackedModel, folder: Path) -> None:
    """Write `model` into the existing, empty `folder` so that SentenceTransformer(folder) opens it.

    Raises:
        KeyError: a tensor is missing. ValueError: a tensor has another size than the header says.
    """
    from safetensors.numpy import save_file

    save_file(dict(_weights(model)), folder / WEIGHTS, metadata={"format": "pt"})
    (folder / WEIGHTS).chmod(0o644)  # written for the owner alone; a server may run as somebody else
    for name, content in _json_files(model).items():
        target = folder / name
        target.parent.mkdir(exist_ok=True)
        target.write_text(json.dumps(content, ensure_ascii=False, indent=None), encoding="utf-8")
    (folder / "2_Normalize").mkdir()
    (folder / ONNX_FILE).parent.mkdir()
    write_onnx(model, folder / ONNX_FILE)


def _weights(model: PackedModel) -> Iterator[tuple[str, NDArray[np.float16]]]:
    """Float16 on disk: the packed values have 4 bits times an 11-bit scale, so next to nothing is lost."""
    shape = model.shape
    names = dict(_EMBEDDINGS)
    for n in range(shape.layers):
        for short, long in _LAYER.items():
            names[f"l{n}.{short}.w"] = f"encoder.layer.{n}.{long}.weight"
            names[f"l{n}.{short}.b"] = f"encoder.layer.{n}.{long}.bias"
    for short, long in names.items():
        yield long, model.tensors[short].reshape(_dimensions(short, shape)).astype(np.float16)


def _dimensions(name: str, shape: Shape) -> tuple[int, ...]:
    tables = {"emb.word": shape.vocabulary, "emb.pos": shape.positions, "emb.type": shape.types}
    if name in tables:
        return tables[name], shape.hidden
    matrices = {
        "fi.w": (shape.intermediate, shape.hidden),
        "fo.w": (shape.hidden, shape.intermediate),
        **{f"{part}.w": (shape.hidden, shape.hidden) for part in ("q", "k", "v", "ao")},
    }
    part = name.partition(".")[2]
    return matrices.get(part, (shape.intermediate if part == "fi.b" else shape.hidden,))


def _json_files(model: PackedModel) -> dict[str, Any]:
    shape = model.shape
    token = {name: model.pieces[index][0] for name, index in model.special.items()}
    return {
        "config.json": {
            "architectures": ["BertModel"],
            "model_type": "bert",
            "hidden_size": shape.hidden,
            "num_hidden_layers": shape.layers,
            "num_attention_heads": shape.heads,
            "intermediate_size": shape.intermediate,
            "vocab_size": shape.vocabulary,
            "max_position_embeddings": shape.positions,
            "type_vocab_size": shape.types,
            "layer_norm_eps": model.epsilon,
            "hidden_act": "gelu",
            "pad_token_id": model.special["pad"],
            "dtype": "float32",
        },
        "tokenizer.json": tokenizer_json(model),
        "tokenizer_config.json": {
            "tokenizer_class": "PreTrainedTokenizerFast",
            "model_max_length": shape.positions,
            "model_input_names": ["input_ids", "attention_mask"],
            **{f"{name}_token": text for name, text in token.items()},
        },
        "modules.json": [
            {"idx": 0, "name": "0", "path": "", "type": "sentence_transformers.models.Transformer"},
            {"idx": 1, "name": "1", "path": "1_Pooling", "type": "sentence_transformers.models.Pooling"},
            {"idx": 2, "name": "2", "path": "2_Normalize", "type": "sentence_transformers.models.Normalize"},
        ],
        "sentence_bert_config.json": {
            "max_seq_length": shape.positions,
            "do_lower_case": False,
            "model_args": {"add_pooling_layer": False},  # mean pooling needs none, the file has none
        },
        "1_Pooling/config.json": {
            "word_embedding_dimension": shape.hidden,
            "pooling_mode_cls_token": False,
            "pooling_mode_mean_tokens": True,
            "pooling_mode_max_tokens": False,
            "pooling_mode_mean_sqrt_len_tokens": False,
        },
        "config_sentence_transformers.json": {
            "prompts": {"query": QUERY_PREFIX, "document": PASSAGE_PREFIX, "passage": PASSAGE_PREFIX},
            "default_prompt_name": None,
            "similarity_fn_name": "cosine",
        },
    }
