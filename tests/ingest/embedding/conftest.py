"""A tiny model in the packed format and a tiny sentence-transformers folder, both made here."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.fakes.tiny_model import Packed, make_packed, tiny_shapes


@pytest.fixture(scope="session")
def packed() -> Packed:
    """A whole, tiny model file."""
    return make_packed(tiny_shapes())


@pytest.fixture(scope="session")
def packed_without() -> Callable[[str], bytes]:
    """Make a model file that lacks one tensor."""
    return lambda name: make_packed({n: s for n, s in tiny_shapes().items() if n != name}).content


@pytest.fixture(scope="session")
def make_bert(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Path]:
    """Save a tiny random BERT as a sentence-transformers folder with the given prompts."""

    def make(name: str = "tiny", prompts: dict[str, str] | None = None) -> Path:
        import torch
        from sentence_transformers import SentenceTransformer
        from sentence_transformers.base.modules import Transformer
        from sentence_transformers.sentence_transformer.modules import Pooling
        from tokenizers import Tokenizer, models, pre_tokenizers
        from transformers import BertConfig, BertModel, PreTrainedTokenizerFast

        torch.manual_seed(3)
        base = tmp_path_factory.mktemp("bert") / name
        words = {
            c: n for n, c in enumerate(["[PAD]", "[UNK]", *dict.fromkeys("規程専任者質問: querypasg文検索")])
        }
        tokenizer = Tokenizer(models.WordLevel(words, unk_token="[UNK]"))
        tokenizer.pre_tokenizer = pre_tokenizers.Split("", "isolated")
        make_fast: Any = PreTrainedTokenizerFast
        fast = make_fast(tokenizer_object=tokenizer, pad_token="[PAD]", unk_token="[UNK]")
        sizes: dict[str, Any] = {
            "hidden_size": 16,
            "num_hidden_layers": 1,
            "num_attention_heads": 2,
            "intermediate_size": 32,
        }
        BertModel(BertConfig(vocab_size=len(words), max_position_embeddings=64, **sizes)).save_pretrained(
            base
        )
        fast.save_pretrained(base)
        module = Transformer(str(base), max_seq_length=64)
        model = SentenceTransformer(modules=[module, Pooling(16, "mean")], device="cpu", prompts=prompts)
        model.save(str(base), create_model_card=False)
        return base

    return make
