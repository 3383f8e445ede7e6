"""A damaged index: without Chroma it still answers; without the rest it refuses and says what to do."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from app.doctor.examine import examine
from app.settings import ServiceSettings
from ingest.errors import ErrorCode, YorozuError
from ingest.index.layout import current_file
from ingest.index.reader import open_index, rollback
from ingest.pipeline import ingest
from tests.fakes.hashed_embedder import HashedEmbedder
from tests.fakes.small_corpus import QUESTION
from tests.faults.conftest import Serve, generation, spoil

ROOT = Path(__file__).resolve().parents[2]


def refused(settings: ServiceSettings) -> ErrorCode:
    with pytest.raises(YorozuError) as caught:
        open_index(settings.data_dir, None)
    return caught.value.code


def test_a_damaged_chroma_is_done_without_and_said(with_vectors: ServiceSettings, serve: Serve) -> None:
    index = open_index(with_vectors.data_dir, "hashed@1")
    vector = HashedEmbedder().query(QUESTION)
    rows, cosines = index.nearest("text", vector, 2)
    index.close()
    spoil(generation(with_vectors) / "chroma" / "chroma.sqlite3")
    again, same = open_index(with_vectors.data_dir, "hashed@1").nearest("text", vector, 2)
    assert rows.tolist() == again.tolist()
    assert np.allclose(cosines, same, atol=1e-4)
    with serve(with_vectors) as (client, _):
        # What it answers is that embedder's affair, whose vectors say nothing.
        assert client.post("/api/v1/answers", json={"question": QUESTION}).status_code == 200
        (trouble,) = [t for t in client.get("/readyz").json()["degraded"] if t["part"] == "vectors"]
        assert "yorozu ingest --rebuild" in trouble["message"]
        assert 'yorozu_degraded{part="vectors"} 1.0' in client.get("/metrics").text


def test_doctor_finds_a_damaged_chroma(with_vectors: ServiceSettings) -> None:
    spoil(generation(with_vectors) / "chroma" / "chroma.sqlite3")
    found = {finding.what: finding for finding in examine(with_vectors)}
    assert found["ベクトルの索引"].code is ErrorCode.INDEX_DAMAGED
    assert found["索引"].fine


def test_a_chroma_folder_that_is_gone_is_refused(with_vectors: ServiceSettings) -> None:
    (generation(with_vectors) / "chroma" / "chroma.sqlite3").unlink()
    assert refused(with_vectors) is ErrorCode.INDEX_DAMAGED


@pytest.mark.parametrize(
    "name", ["lexical/words/weights.npy", "lexical/chars/keys.npy", "passages.sqlite", "manifest.json"]
)
def test_damaged_arrays_and_passages_are_refused_with_the_way_out(
    settings: ServiceSettings, serve: Serve, name: str
) -> None:
    (settings.corpus / "more.txt").write_text("規程を見直します。", encoding="utf-8")
    ingest(settings, embedder=None)
    spoil(generation(settings) / name)
    assert refused(settings) is ErrorCode.INDEX_DAMAGED
    assert {f.what: f.code for f in examine(settings)}["索引"] is ErrorCode.INDEX_DAMAGED
    with serve(settings) as (client, _):
        response = client.post("/api/v1/answers", json={"question": QUESTION})
        assert (response.status_code, response.json()["error"]["code"]) == (503, "index_damaged")
        assert "yorozu rollback" in response.json()["error"]["message"]
        assert client.get("/healthz").status_code == 200
        rollback(settings.data_dir)  # picked up without a restart
        assert client.post("/api/v1/answers", json={"question": QUESTION}).json()["status"] == "answered"


def test_a_service_goes_on_with_the_index_that_it_holds(settings: ServiceSettings, serve: Serve) -> None:
    with serve(settings) as (client, _):
        spoil(generation(settings) / "manifest.json")
        assert client.post("/api/v1/answers", json={"question": QUESTION}).json()["status"] == "answered"


def test_a_pointer_that_says_nothing_is_refused(settings: ServiceSettings) -> None:
    current_file(settings.data_dir).write_bytes(b"\x00\xff")
    assert refused(settings) is ErrorCode.INDEX_DAMAGED


CUT = """
import sys
from pathlib import Path
from ingest.index.reader import open_index
from ingest.text.words import grams
index = open_index(Path(sys.argv[1]), None)
for path in Path(sys.argv[2]).rglob("*.npy"):
    with path.open("r+b") as handle:
        handle.truncate(0)
index.lexical("chars", grams("名札はどう管理しますか"))
"""


def test_arrays_cut_short_under_a_running_service_end_it_and_the_next_start_says_why(
    settings: ServiceSettings,
) -> None:
    """The system ends a process that reads mapped pages that are gone: nobody gets half an answer."""
    lexical = generation(settings) / "lexical" / "chars"
    command = [sys.executable, "-c", CUT, str(settings.data_dir), str(lexical)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    environment.pop("YOROZU_DATA_DIR", None)
    assert subprocess.run(command, env=environment, check=False).returncode == -signal.SIGBUS
    assert refused(settings) is ErrorCode.INDEX_DAMAGED


def test_a_damaged_generation_before_is_found_by_doctor(settings: ServiceSettings) -> None:
    first = generation(settings)
    (settings.corpus / "more.txt").write_text("規程を見直します。", encoding="utf-8")
    ingest(settings, embedder=None)
    spoil(first / "passages.sqlite")
    found = {finding.what: finding for finding in examine(settings)}
    assert (found["前の世代"].code, found["索引"].fine) == (ErrorCode.INDEX_DAMAGED, True)
