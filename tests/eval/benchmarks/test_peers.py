import re
from collections.abc import Sequence
from pathlib import Path

import pytest

from eval.benchmarks import peers
from eval.benchmarks.peers_report import peers_section, worse_than_a_peer
from eval.benchmarks.system import Entrant
from eval.kit import KitDocument
from tests.fakes.tiny_kit import KIT


class Fixed:
    """Finds the same documents for every query."""

    def __init__(self, folder: Path, found: Sequence[str]) -> None:
        self.folder = folder
        self.found = found
        self.documents: Sequence[KitDocument] = ()
        self.asked: list[str] = []

    def index(self, documents: Sequence[KitDocument]) -> None:
        assert list(self.folder.iterdir()) == []
        (self.folder / "index").write_text("x")
        self.documents = documents

    def search(self, query: str, k: int) -> list[str]:
        self.asked.append(query)
        return list(self.found[:k])


class Making:
    """Makes systems and remembers them."""

    def __init__(self, *found: str) -> None:
        self.found = found
        self.made: list[Fixed] = []

    def __call__(self, folder: Path) -> Fixed:
        self.made.append(Fixed(folder, self.found))
        return self.made[-1]


def test_a_system_is_indexed_warmed_asked_and_cleared_away() -> None:
    making = Making("commute", "clinic")
    measured = peers.measure(Entrant("x", "", (), making), KIT)
    (system,) = making.made
    assert system.documents == KIT.documents
    assert system.asked == [KIT.queries["q1"], *KIT.queries.values()]  # the first is not counted
    assert not system.folder.exists()
    assert measured.name == "x"
    assert measured.index_seconds >= 0
    assert measured.report.scores["hit@1"] == [1.0, 0.0, 0.0]
    assert len(measured.report.times_ms) == 3


def entrants() -> list[Entrant]:
    return [
        Entrant("ours", "all", ("numpy",), Making("commute", "clinic", "long")),
        Entrant("better", "more", ("numpy",), Making("clinic", "commute", "long")),
        Entrant("empty", "nothing", (), Making()),
    ]


def test_every_system_runs_on_every_kit() -> None:
    said: list[str] = []
    compared = peers.compare([KIT, KIT], entrants()[:2], said.append)
    assert said == ["tiny: ours", "tiny: better"] * 2
    assert [[r.name for r in c.results] for c in compared] == [["ours", "better"]] * 2
    assert compared[0].documents == 3


def test_the_report_sets_them_side_by_side() -> None:
    systems = entrants()
    section = peers_section(peers.compare([KIT], systems), systems, "when and where")
    assert section.startswith("## Beside the usual recipes\n\nwhen and where\n")
    assert "### tiny: 3 documents, 3 queries" in section
    assert re.search(r"^\| ours \| \.333 \| 1\.000 \| \.611 \|", section, re.MULTILINE)
    assert re.search(r"^\| empty \| \.000 \(×0\.00\) \| \.000 \(×0\.00\)", section, re.MULTILINE)
    assert re.search(r"^\| empty \| \+\.333 \[\+\.000, \+1\.000\] \| \+1\.000", section, re.MULTILINE)
    assert "| better | more |" in section


def test_peers_that_are_ahead_are_named() -> None:
    first, better, empty = entrants()
    ahead = peers.compare([KIT], [empty, first])
    assert worse_than_a_peer(ahead, "ndcg@10") == ["tiny: ours ndcg@10 .710 > .000"]
    assert worse_than_a_peer(peers.compare([KIT], [first, better, empty]), "ndcg@10") == []


def test_what_is_not_installed_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(peers, "_MODULES", ("json", "no_such_module", "no_such_package.part"))
    assert peers.missing_modules() == ["no_such_module", "no_such_package.part"]
