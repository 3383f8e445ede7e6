"""The packaged encoder in torch, with trainable low-rank additions in its upper layers.

Only the upper half is trained: what the lower half makes of a text never changes and is computed once.
"""

import math
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from ingest.embedding.open_folder import open_tokenizer

FIRST_TRAINED = 6  # layers below it stay as they are
RANK = 8
_MASKED = -1e4
_BATCH = 32
# Where transformers keeps each matrix of a layer, by the packed file's name for it.
_PLACES = {
    "q": ("attention.self", "query"),
    "k": ("attention.self", "key"),
    "v": ("attention.self", "value"),
    "ao": ("attention.output", "dense"),
    "fi": ("intermediate", "dense"),
    "fo": ("output", "dense"),
}


class LowRank(torch.nn.Module):
    """A frozen linear layer plus B·A; B begins at zero, so that training begins with the packaged model."""

    def __init__(self, layer: torch.nn.Linear, rank: int = RANK) -> None:
        super().__init__()
        self.layer = layer
        spread = 1 / math.sqrt(layer.in_features)
        self.a = torch.nn.Parameter(torch.randn(rank, layer.in_features) * spread)
        self.b = torch.nn.Parameter(torch.zeros(layer.out_features, rank))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Return the layer's output for `x`, addition included."""
        added = (x @ self.a.T.to(x.dtype)) @ self.b.T.to(x.dtype)
        result: torch.Tensor = self.layer(x) + added
        return result


class TrainedEncoder:
    """Encoder of a converted folder without additions of its own, in bfloat16: CPUs multiply it fast."""

    def __init__(self, folder: Path, rank: int = RANK) -> None:
        from transformers import BertModel

        torch.manual_seed(0)
        self._bert: Any = BertModel.from_pretrained(folder, add_pooling_layer=False, dtype=torch.bfloat16)
        self._bert.train(mode=False)  # no dropout: there is too little data to waste any
        self.tokenizer = open_tokenizer(folder)
        self.hidden: int = self._bert.config.hidden_size
        for parameter in self._bert.parameters():
            parameter.requires_grad = False
        self._added: dict[str, LowRank] = {}
        layers = self._bert.encoder.layer
        for number in range(FIRST_TRAINED, len(layers)):
            for name, (place, attribute) in _PLACES.items():
                owner = layers[number].get_submodule(place)
                addition = LowRank(getattr(owner, attribute), rank)
                setattr(owner, attribute, addition)
                self._added[f"l{number}.{name}.w"] = addition

    def parameters(self) -> list[torch.nn.Parameter]:
        """What is trained."""
        return [parameter for added in self._added.values() for parameter in (added.a, added.b)]

    def pairs(self, strength: float = 1.0) -> dict[str, tuple[NDArray[np.float32], NDArray[np.float32]]]:
        """The additions as `ingest.embedding.adapter.write_adapter` takes them, times `strength`."""
        return {
            name: (added.a.detach().numpy(), np.float32(strength) * added.b.detach().numpy())
            for name, added in self._added.items()
        }

    def ids(self, text: str) -> list[int]:
        """Token ids of `text` with the opening and closing ones."""
        return list(self.tokenizer.encode(text).ids)

    def lower(self, rows: Sequence[Sequence[int]]) -> list[torch.Tensor]:
        """Hidden states (tokens, hidden) of each row of ids below the trained layers."""
        with torch.no_grad():
            mask = _mask(rows)
            ids = torch.full(mask.shape, self._bert.config.pad_token_id)
            for place, row in enumerate(rows):
                ids[place, : len(row)] = torch.tensor(row)
            hidden = self._through(self._bert.embeddings(input_ids=ids), mask, 0, FIRST_TRAINED)
        return [hidden[place, : len(row)].clone() for place, row in enumerate(rows)]

    def pooled(self, states: Sequence[torch.Tensor]) -> torch.Tensor:
        """Mean over the tokens of what the trained layers make of `states`, float32 (texts, hidden)."""
        weight = _mask(states)[:, :, None].float()
        return (self.upper(states) * weight).sum(1) / weight.sum(1)

    def upper(self, states: Sequence[torch.Tensor]) -> torch.Tensor:
        """What the trained layers make of `states`, float32 (texts, longest, hidden)."""
        mask = _mask(states)
        hidden = torch.zeros(*mask.shape, states[0].shape[1], dtype=states[0].dtype)
        for place, state in enumerate(states):
            hidden[place, : len(state)] = state
        return self._through(hidden, mask, FIRST_TRAINED, len(self._bert.encoder.layer)).float()

    def _through(self, hidden: torch.Tensor, mask: torch.Tensor, first: int, last: int) -> torch.Tensor:
        bias = torch.where(mask[:, None, None, :] == 1, 0.0, _MASKED).to(hidden.dtype)
        for layer in self._bert.encoder.layer[first:last]:
            output = layer(hidden, bias)
            hidden = output[0] if isinstance(output, tuple) else output
        return hidden


class States:
    """The lower half's view of each text, computed once."""

    def __init__(self, encoder: TrainedEncoder, longest: int) -> None:
        self._encoder = encoder
        self._longest = longest
        self._known: dict[str, torch.Tensor] = {}

    def learn(self, texts: Iterable[str]) -> None:
        """Compute what is not known yet, texts of like length together."""
        new = sorted({text for text in texts if text not in self._known}, key=len)
        for start in range(0, len(new), _BATCH):
            batch = new[start : start + _BATCH]
            rows = [self._encoder.ids(text)[: self._longest] for text in batch]
            self._known.update(zip(batch, self._encoder.lower(rows), strict=True))

    def vectors(self, texts: Sequence[str]) -> torch.Tensor:
        """Unit vectors of known texts, with gradients where they are asked for."""
        return torch.nn.functional.normalize(self._encoder.pooled([self._known[text] for text in texts]))

    def array(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Unit vectors without gradients, float32 (texts, hidden), in the order given."""
        order = sorted(range(len(texts)), key=lambda i: len(self._known[texts[i]]))
        result = np.zeros((len(texts), self._known[texts[0]].shape[1]), np.float32)
        with torch.no_grad():
            for start in range(0, len(order), _BATCH):
                part = order[start : start + _BATCH]
                result[part] = self.vectors([texts[i] for i in part]).numpy()
        return result


def _mask(rows: Sequence[Any]) -> torch.Tensor:
    """Ones where a row has a token, int64 (rows, longest)."""
    mask = torch.zeros(len(rows), max(len(row) for row in rows), dtype=torch.int64)
    for place, row in enumerate(rows):
        mask[place, : len(row)] = 1
    return mask
