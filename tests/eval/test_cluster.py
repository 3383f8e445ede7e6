"""The cluster on loopback, in short; what its parts do where nothing is killed is tested beside them."""

import shutil
from pathlib import Path

import httpx
import pytest

from eval.cluster.balancer import Balancer
from eval.cluster.cluster import Cluster
from eval.cluster.corpus import SUBJECTS, editions, write_edition
from eval.cluster.load import Notes
from eval.cluster.members import free_port
from eval.cluster.report import table, write
from eval.cluster.trial import Outcome, Plan, run
from ingest.readers.consultation_yaml import read_consultation_yaml
from tests import postgres


def test_every_sentence_of_an_edition_says_which_one_it_is(tmp_path: Path) -> None:
    write_edition(tmp_path, 1)
    write_edition(tmp_path, 12)
    read = read_consultation_yaml(tmp_path / "consultations" / "cluster.yaml")
    assert read.consultation is not None
    assert len(read.consultation.qas) == len(SUBJECTS)
    for qa in read.consultation.qas:
        for sentence in qa.answer.split("。")[:-1]:
            assert editions(sentence) == {12}
    assert editions("第3改訂と第4改訂") == {3, 4}


def test_a_balancer_without_replicas_refuses_cleanly() -> None:
    port = free_port()
    balancer = Balancer(["http://127.0.0.1:1"], port)
    balancer.start()
    try:
        with httpx.Client(transport=httpx.HTTPTransport(retries=20)) as client:
            found = client.post(f"http://127.0.0.1:{port}/api/v1/answers", json={"question": "x"})
        assert found.status_code == 503
        assert found.json()["error"]["code"] == "balancer_no_replica"
        assert found.headers["retry-after"] == "1"
    finally:
        balancer.stop()


@pytest.mark.parametrize("bad", ["lost", "mixed", "broken", "twice"])
def test_whatever_is_wrong_the_outcome_is_not_fine(bad: str) -> None:
    outcome = Outcome(Notes())
    assert outcome.fine
    if bad == "twice":
        outcome.twice = 1
    elif bad == "lost":
        outcome.lost.append("answer x")
    else:
        getattr(outcome.notes, bad).append("x")
    assert not outcome.fine


def test_a_page_without_marks_is_left_alone(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("nothing here")
    with pytest.raises(ValueError, match="has no"):
        write(page, "table")
    assert page.read_text() == "nothing here"


@pytest.mark.slow
def test_a_cluster_loses_nothing_while_everything_is_killed_once(tmp_path: Path, model_dir: Path) -> None:
    if postgres.programs() is None or shutil.which("redis-server") is None:
        pytest.skip("PostgreSQL or Redis is not installed")
    for folder in (tmp_path, *tmp_path.parents):
        if folder.stat().st_uid == 0 and folder.name.startswith(("pytest-", "popen-", "test_")):
            folder.chmod(0o755)  # PostgreSQL's user goes through it
    plan = Plan(seconds=60, ingests=2, kills=1, clients=2, pause=0.2)
    cluster = Cluster.in_folder(tmp_path, model_dir, "package")
    try:
        cluster.start()
        outcome = run(cluster, plan, lambda _: None)
    finally:
        cluster.stop()
    assert outcome.fine, (outcome.lost, outcome.notes.mixed, outcome.notes.broken, outcome.twice)
    assert len(outcome.notes.answers) > 10
    assert len(outcome.notes.generations) >= 2
    assert all(member.kills == 1 for member in cluster.members)
    assert outcome.drafted == len(outcome.notes.questions) > 0
    page = tmp_path / "page.md"
    page.write_text("<!-- cluster: written by python -m eval.cluster -->\n<!-- end of cluster -->\n")
    write(page, table(cluster, plan, outcome, "command"))
    assert "| acknowledged and lost | 0 |" in page.read_text(encoding="utf-8")
