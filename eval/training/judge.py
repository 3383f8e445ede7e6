"""Train the judge of evidence: does this passage answer this question, or is it only about the same thing?

A cross-encoder: question and passage are read together, and one number comes out. Near misses are the point
of it: the same words, the same subject, and an answer that is not there.
"""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import torch
from torch.nn.functional import binary_cross_entropy_with_logits

from eval.training.encoder import TrainedEncoder
from eval.training.schedule import Report, Schedule
from ingest.embedding.adapter import write_adapter
from ingest.embedding.judge import pair_ids

_RATE, _HEAD_RATE = 1.5e-3, 1e-2
_TOKENS = 256  # of a pair
_BATCH = 32
_BUCKET = 20  # batches sorted by length together, so that little is padded


@dataclass(frozen=True, slots=True)
class Pair:
    """A question, a passage, and whether the passage answers it."""

    question: str
    passage: str
    answers: bool


def train_judge(pairs: Sequence[Pair], base: Path, out: Path, *, epochs: int, report: Report) -> None:
    """Train on `pairs` and write addition and head.

    Args:
        pairs: questions with passages.
        base: converted folder of the packaged model without additions.
        out: where the adapter is written.
        epochs: passes over the pairs.
        report: told after each step: step, of how many, loss.
    """
    encoder = TrainedEncoder(base)
    head = torch.nn.Linear(encoder.hidden, 1)
    torch.nn.init.zeros_(head.weight)
    torch.nn.init.zeros_(head.bias)
    rows = [
        pair_ids(encoder.tokenizer, pair.question, pair.passage, passage_tokens=_TOKENS)[:_TOKENS]
        for pair in pairs
    ]
    schedule = Schedule(
        [(encoder.parameters(), _RATE), (list(head.parameters()), _HEAD_RATE)], epochs * (len(rows) // _BATCH)
    )
    draw = random.Random(0)  # noqa: S311 - the same order each time, no secret
    for _ in range(epochs):
        for batch in _batches(rows, draw):
            given = encoder.pooled(encoder.lower([rows[i] for i in batch]))
            wanted = torch.tensor([float(pairs[i].answers) for i in batch])
            loss = binary_cross_entropy_with_logits(head(given).squeeze(1), wanted)
            schedule.step(loss)
            report(schedule.steps, schedule.total, loss.item())
    weights = head.weight.detach().numpy()[0], head.bias.detach().numpy()
    write_adapter(out, encoder.pairs(), head=weights)


def _batches(rows: Sequence[Sequence[int]], draw: random.Random) -> Iterator[list[int]]:
    order = list(range(len(rows)))
    draw.shuffle(order)
    found = []
    for start in range(0, len(order), _BATCH * _BUCKET):
        bucket = sorted(order[start : start + _BATCH * _BUCKET], key=lambda i: len(rows[i]))
        found += [bucket[i : i + _BATCH] for i in range(0, len(bucket) - _BATCH + 1, _BATCH)]
    draw.shuffle(found)
    return iter(found)
