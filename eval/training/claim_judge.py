"""Train the judge of claims: does this passage say this sentence, or something else about the same matter?

A cross-encoder like the judge of evidence, but with log-odds for every token of the sentence, joined by a
soft minimum: one wrong word makes a sentence wrong. It reads sentences made mechanically first, then those
that people wrote.
"""

import random
import zlib
from collections.abc import Iterator, Sequence
from pathlib import Path

import torch
from torch.nn.functional import binary_cross_entropy_with_logits

from app.answering.verification.excerpt import excerpt
from eval.training.encoder import TrainedEncoder
from eval.training.schedule import Report, Schedule
from eval.verifier_set import Case
from ingest.embedding.adapter import write_adapter
from ingest.embedding.claim_judge import claim_ids

_RATE, _HEAD_RATE = 1e-3, 1e-2
_RANK = 16
_BATCH = 32
_BUCKET = 20  # batches sorted by length together, so that little is padded
_OUTSIDE = -1e4


def for_fitting(case: Case) -> bool:
    """Whether the sentence is kept from the training, to weigh the judge against the rules on: a third."""
    return zlib.crc32("\n".join(case.quotes).encode()) % 3 == 0


def train_claim_judge(passes: Sequence[Sequence[Case]], base: Path, out: Path, *, report: Report) -> None:
    """Train on each pass in turn and write addition and head.

    Args:
        passes: the sentences of each pass over the data.
        base: converted folder of the packaged model without additions.
        out: where the adapter is written.
        report: told after each step: step, of how many, loss.
    """
    training = _Training(TrainedEncoder(base, _RANK))
    schedule = Schedule(
        [(training.encoder.parameters(), _RATE), (list(training.head.parameters()), _HEAD_RATE)],
        sum(len(cases) // _BATCH for cases in passes),
    )
    draw = random.Random(0)  # noqa: S311 - the same order each time, no secret
    for cases in passes:
        for batch in _batches(cases, draw):
            wanted = torch.tensor([float(case.expect == "supported") for case in batch])
            loss = binary_cross_entropy_with_logits(training.odds(batch), wanted)
            schedule.step(loss)
            report(schedule.steps, schedule.total, loss.item())
    head = training.head
    weights = head.weight.detach().numpy()[0], head.bias.detach().numpy()
    write_adapter(out, training.encoder.pairs(), head=weights)


class _Training:
    """The encoder with the head; what the lower half makes of a pair is computed once."""

    def __init__(self, encoder: TrainedEncoder) -> None:
        self.encoder = encoder
        self.head = torch.nn.Linear(encoder.hidden, 1)
        torch.nn.init.zeros_(self.head.weight)
        torch.nn.init.constant_(self.head.bias, 3.0)  # the minimum over some twenty tokens begins near zero
        self._known: dict[Case, tuple[torch.Tensor, int]] = {}

    def odds(self, cases: Sequence[Case]) -> torch.Tensor:
        """Log-odds of each case, float32 (cases,), with gradients."""
        self._learn([case for case in cases if case not in self._known])
        states, claimed = zip(*(self._known[case] for case in cases), strict=True)
        tokens = self.head(self.encoder.upper(states)).squeeze(2)
        place = torch.arange(tokens.shape[1])[None, :]
        inside = (place >= 1) & (place < torch.tensor(claimed)[:, None])
        return -torch.logsumexp(torch.where(inside, -tokens, _OUTSIDE), 1)

    def _learn(self, cases: Sequence[Case]) -> None:
        if cases:
            tokenizer = self.encoder.tokenizer
            pairs = [claim_ids(tokenizer, c.sentence, excerpt(c.sentence, c.quotes)) for c in cases]
            states = self.encoder.lower([ids for ids, _ in pairs])
            lengths = (claimed for _, claimed in pairs)
            self._known.update(zip(cases, zip(states, lengths, strict=True), strict=True))


def _batches(cases: Sequence[Case], draw: random.Random) -> Iterator[list[Case]]:
    order = draw.sample(list(cases), len(cases))
    found = []
    for start in range(0, len(order), _BATCH * _BUCKET):
        bucket = sorted(order[start : start + _BATCH * _BUCKET], key=_length)
        found += [bucket[i : i + _BATCH] for i in range(0, len(bucket) - _BATCH + 1, _BATCH)]
    draw.shuffle(found)
    return iter(found)


def _length(case: Case) -> int:
    return len(case.sentence) + sum(map(len, case.quotes))
