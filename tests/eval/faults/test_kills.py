"""The kills themselves: that they are kills, that a loss would be seen, and a short form of the whole."""

import os
import time
from contextlib import suppress
from pathlib import Path
from random import Random

import pytest

from eval.faults import kills
from eval.faults.child import Say, run_and_kill
from eval.faults.document import write_section
from eval.faults.kill_ingest import KillIngest
from eval.faults.kill_serving import KillServing
from eval.faults.kills import Tally, kill, kill_all, section
from eval.faults.kinds import Round


def test_a_child_is_killed_at_work_and_what_it_said_before_is_known() -> None:
    def work(say: Say) -> None:
        say("first")
        time.sleep(30)
        say("never")

    ended = run_and_kill(work, 0.2)
    assert (ended.said, ended.killed) == (("first",), True)
    assert ended.seconds < 5


def test_a_child_that_is_done_before_is_not_killed() -> None:
    ended = run_and_kill(lambda say: say("done"), 5)
    assert (ended.said, ended.killed) == (("done",), False)


def test_a_child_that_fails_is_no_kill() -> None:
    def work(_: Say) -> None:
        raise ValueError("broken")

    with pytest.raises(ChildProcessError, match="ValueError: broken"):
        run_and_kill(work, None)


def children() -> set[str]:
    """Numbers of the processes that this one has started and that are still there."""
    mine = set()
    for status in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            if status.read_text(encoding="utf-8").rpartition(")")[2].split()[1] == str(os.getpid()):
                mine.add(status.parent.name)
    return mine


def test_no_child_stays_behind() -> None:
    before = children()
    run_and_kill(lambda say: say("x"), 0.3)
    assert children() == before


class Losing:
    name = "losing"

    def __init__(self, _: Path) -> None:
        pass

    def round(self, chance: Random) -> Round:
        return Round(killed=True, acknowledged=2, lost=["one"] if chance.random() < 2 else [])


def test_what_is_lost_is_counted_and_told(tmp_path: Path) -> None:
    told: list[str] = []
    tally = kill(Losing, tmp_path, 3, told.append)
    assert (tally.rounds, tally.killed, tally.acknowledged, tally.lost) == (3, 3, 6, ["one"] * 3)
    assert len(told) == 3


def test_an_index_that_goes_back_is_a_loss(tmp_path: Path) -> None:
    """The harness is not blind: an ingest that tells a lie about its version is found out."""
    kind = KillIngest(tmp_path)
    found = Round(killed=True)
    kind._look(found, {"第7"})
    assert found.lost
    (tmp_path / "var" / "index" / "CURRENT").write_text("gen-000099\n", encoding="ascii")
    kind._look(found, {"第0"})
    assert found.unopened


def test_the_table_adds_up() -> None:
    text = section([Tally("a", 2, 1, 10, 1.0, ["x"]), Tally("b", 3, 3, 5, 2.0)], "here")
    assert "| all | 5 | 4 | 15 | 1 | 0 | 3 |" in text


def test_a_section_is_replaced_and_the_rest_stays(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("# Title\n\nby people\n", encoding="utf-8")
    write_section(page, "kills", "one")
    write_section(page, "soak", "two")
    write_section(page, "kills", "three\\1")
    text = page.read_text(encoding="utf-8")
    assert "by people" in text
    assert "one" not in text
    assert text.index("three\\1") < text.index("two")


@pytest.mark.slow
def test_ten_kills_of_each_kind_lose_nothing() -> None:
    tallies = kill_all(10 * len(kills.KINDS))
    assert [tally.rounds for tally in tallies] == [10] * 4
    for tally in tallies:
        assert (tally.name, tally.lost, tally.unopened) == (tally.name, [], [])
    assert sum(tally.killed for tally in tallies) > 20
    assert sum(tally.acknowledged for tally in tallies) > 20


def test_a_server_is_killed_within_requests(tmp_path: Path) -> None:
    found = KillServing(tmp_path).round(Random(3))
    assert found.acknowledged > 0
    assert (found.lost, found.unopened) == ([], [])
