"""Train the embedder's addition: a question in plain speech near the formal entry that answers it.

InfoNCE (van den Oord et al., *Representation Learning with Contrastive Predictive Coding*, 2018) over the
entries of the batch and one hard negative for each question, against texts and against titles.
"""

import random
from collections.abc import Iterator
from pathlib import Path

import torch
from torch.nn.functional import cross_entropy

from eval.training.data import Asked, Material
from eval.training.encoder import States, TrainedEncoder
from eval.training.schedule import Report, Schedule
from ingest.embedding.adapter import write_adapter
from ingest.embedding.convert import PASSAGE_PREFIX, QUERY_PREFIX

_LONGEST = 192  # tokens; few entries are longer
_TEMPERATURE = 0.03
_RATE = 1e-3
_BATCH = 32
_HARD = 8  # nearest wrong entries that a hard negative is drawn from
_TITLES_TO_TEXTS = 0.3  # weight of a title finding its own text
_STAY = 5.0  # weight of formal wordings staying where the packaged model puts them: only plain speech moves
# Of the addition, so much is kept: half way between the two models both plain speech and formal text are
# found better than at either end (Wortsman et al., *Robust fine-tuning of zero-shot models*, 2022).
_STRENGTH = 0.5


def train_embedder(material: Material, base: Path, out: Path, *, epochs: int, report: Report) -> None:
    """Train on `material` and write the addition.

    Args:
        material: kits; the first answered contrast question of an entry counts as a query too.
        base: converted folder of the packaged model without additions.
        out: where the adapter is written.
        epochs: passes over the queries.
        report: told after each step: step, of how many, loss.
    """
    encoder = TrainedEncoder(base)
    training = _Training(encoder, material)
    batches_an_epoch = len(training.asked) // _BATCH
    schedule = Schedule([(encoder.parameters(), _RATE)], epochs * batches_an_epoch)
    for _ in range(epochs):
        for batch in training.batches():
            loss = training.loss(batch)
            schedule.step(loss)
            report(schedule.steps, schedule.total, loss.item())
    write_adapter(out, encoder.pairs(_STRENGTH))


class _Training:
    def __init__(self, encoder: TrainedEncoder, material: Material) -> None:
        self._draw = random.Random(0)  # noqa: S311 - the same choice each time, no secret
        first = [Asked(c.answered[0], {c.document: 1}) for c in material.contrasts]
        self.asked = [*material.asked, *first]
        self._full = {i: PASSAGE_PREFIX + entry.full for i, entry in material.entries.items()}
        self._title = {
            i: PASSAGE_PREFIX + (entry.title or entry.full) for i, entry in material.entries.items()
        }
        self._states = States(encoder, _LONGEST)
        questions = [QUERY_PREFIX + asked.text for asked in self.asked]
        self._as_query = {
            i: QUERY_PREFIX + (entry.title or entry.full) for i, entry in material.entries.items()
        }
        formal = [*self._full.values(), *self._title.values(), *self._as_query.values()]
        self._states.learn([*formal, *questions])
        before = self._states.array(formal)
        self._before = {text: torch.from_numpy(vector) for text, vector in zip(formal, before, strict=True)}
        self._hard = self._nearest_wrong(questions)

    def batches(self) -> Iterator[list[int]]:
        order = list(range(len(self.asked)))
        self._draw.shuffle(order)
        for start in range(0, len(order) - _BATCH + 1, _BATCH):
            yield order[start : start + _BATCH]

    def loss(self, batch: list[int]) -> torch.Tensor:
        right = [self._draw.choice(self.asked[i].best()) for i in batch]
        wrong = [self._draw.choice(self._hard[i]) for i in batch]
        entries = list(dict.fromkeys(right + wrong))
        questions = self._states.vectors([QUERY_PREFIX + self.asked[i].text for i in batch])
        texts = self._states.vectors([self._full[entry] for entry in entries])
        titles = self._states.vectors([self._title[entry] for entry in entries])
        target = torch.tensor([entries.index(entry) for entry in right])
        also_right = torch.zeros(len(batch), len(entries))  # a second right entry is no negative
        for row, (i, chosen) in enumerate(zip(batch, right, strict=True)):
            for column, entry in enumerate(entries):
                if entry != chosen and entry in self.asked[i].grades:
                    also_right[row, column] = -1e4
        own = cross_entropy(titles @ texts.T / _TEMPERATURE, torch.arange(len(entries)))
        return (
            cross_entropy(questions @ texts.T / _TEMPERATURE + also_right, target)
            + cross_entropy(questions @ titles.T / _TEMPERATURE + also_right, target)
            + _TITLES_TO_TEXTS * own
            + _STAY * self._moved(entries, texts, titles)
        )

    def _moved(self, entries: list[str], texts: torch.Tensor, titles: torch.Tensor) -> torch.Tensor:
        """How far the formal wordings of `entries` are from where they were, as 1 - cosine."""
        asked = [self._as_query[entry] for entry in entries]
        now = torch.cat([texts, titles, self._states.vectors(asked)])
        names = [self._full[e] for e in entries] + [self._title[e] for e in entries] + asked
        was = torch.stack([self._before[name] for name in names])
        return 1 - (now * was).sum(1).mean()

    def _nearest_wrong(self, questions: list[str]) -> list[list[str]]:
        names = list(self._full)
        nearness = self._states.array(questions) @ self._states.array(list(self._full.values())).T
        ranked = (-nearness).argsort(axis=1)[:, : 2 * _HARD]
        return [
            [names[place] for place in row if names[place] not in asked.grades][:_HARD]
            for row, asked in zip(ranked, self.asked, strict=True)
        ]
