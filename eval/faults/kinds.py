"""What a round of kills is: something works, is killed, and is looked at."""

from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Protocol

from app.settings import ServiceSettings


@dataclass(slots=True)
class Round:
    """What one round showed.

    Attributes:
        killed: whether the kill met it at work; else it was done before.
        acknowledged: writes that somebody was told are done.
        lost: of these, what is not there afterwards.
        unopened: indexes and databases that do not open, and states from which the work does not go on.
    """

    killed: bool
    acknowledged: int = 0
    lost: list[str] = field(default_factory=list)
    unopened: list[str] = field(default_factory=list)


class Kind(Protocol):
    """One kind of work."""

    name: str

    def round(self, chance: Random) -> Round:
        """Let it work, kill it at a random moment, look at what is there, and let it go on."""
        ...


def settings_in(folder: Path) -> ServiceSettings:
    """Settings for a data folder and a corpus below `folder`, words alone: what is killed is our own code."""
    (folder / "corpus" / "consultations").mkdir(parents=True, exist_ok=True)
    return ServiceSettings(
        corpus=folder / "corpus", data_dir=folder / "var", embedder="none", port=0, read_seconds=60.0
    )


def write_consultation(settings: ServiceSettings, number: int = 0) -> None:
    """Write the one consultation that is asked about; `number` makes another version of it."""
    text = f"""id: tokei_gidai
title: 時計の相談会
status: 要約
qas:
  - no: 1
    question: 工場の時計が遅れるときは、どう直せばよいですか。
    answer: 時計は毎朝、標準電波に合わせてください。電池は{number + 1}年ごとに交換してください。
    item_nos: [31]
  - no: 2
    question: 来客に渡す名札は、どう管理すればよいですか。
    answer: 名札は番号を付けて受付で管理し、退出のときに必ず返してもらってください。
    item_nos: [44]
"""
    (settings.corpus / "consultations" / "tokei_gidai.yaml").write_text(text, encoding="utf-8")
