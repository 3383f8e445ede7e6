"""The two things that growth is measured of, each in a process of its own: building an index, and answering.

Run as `python -m eval.benchmarks.growth_steps build|ask FOLDER COUNT`; prints one JSON object.
"""

import json
import os
import resource
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from app.answering.retrieve import Retriever
from app.assemble import embedder_or_none
from app.settings import ServiceSettings
from eval.benchmarks.made_up import MadeUpEmbedder, passages, questions, sources
from eval.latency import summary
from eval.metrics import percentile
from ingest.embedding.base import Embedder
from ingest.index.build import build_index
from ingest.index.layout import index_folder
from ingest.index.reader import Index, open_index
from ingest.passages import indexed_text
from ingest.text.words import Tokenizer

Measured = dict[str, Any]
_PARTS = ("chroma", "vectors", "lexical", "passages.sqlite")
_HITS = 20  # what `Retriever.search` is asked for
_EMBEDDED = 256  # passages that are embedded to see how fast that is
_WARM_UP = 20  # questions that are not counted


def build(data_dir: Path, count: int) -> Measured:
    """Build an index of `count` made-up passages; return seconds by stage, bytes on disk, memory in MB."""
    data_dir.mkdir(parents=True, exist_ok=True)
    given = list(passages(count))
    before = _memory()["anonymous"]
    first: dict[str, float] = {}
    last: dict[str, float] = {}

    def note(stage: str, _done: int, _total: int) -> None:
        last[stage] = time.perf_counter()
        first.setdefault(stage, last[stage])

    started, worked = time.perf_counter(), time.process_time()
    generation = build_index(data_dir, sources(count), given, MadeUpEmbedder(), progress=note)
    ended, worked = time.perf_counter(), time.process_time() - worked
    folder = index_folder(data_dir) / generation
    return {
        "seconds": {
            "embed": last["embed"] - started,
            "lexical": last["words"] - first["words"],
            "vectors": ended - last["embed"],
            "all": ended - started,
            "cpu": worked,
        },
        "bytes": {part: size(folder / part) for part in _PARTS} | {"all": size(folder)},
        "passages_mb": before,
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }


def ask(data_dir: Path, count: int) -> Measured:
    """Open the index and search it for `count` questions; return times in ms and memory in MB.

    The questions are embedded by the real model, where it is there, and so is the time that it takes; the
    vectors compared are made up like those in the index.
    """
    real = embedder_or_none(ServiceSettings.load())
    embedder, tokenizer = MadeUpEmbedder(real), Tokenizer()
    asked = questions(count + _WARM_UP)
    embedder.query(asked[0])
    tokenizer.words(asked[0])
    before = _memory()
    started = time.perf_counter()
    index = open_index(data_dir, embedder.name)
    opened = time.perf_counter()
    retriever = Retriever(tokenizer, embedder)
    _search(retriever, index, asked[0])
    first = time.perf_counter()
    for question in asked[1:_WARM_UP]:
        _search(retriever, index, question)
    warm = _memory()
    taken = [_search(retriever, index, question) for question in asked[_WARM_UP:]]
    after, load = _memory(), os.getloadavg()[0]  # before the embedder is driven, which takes memory too
    return {
        "embedded_a_second": _rate(real),
        "open_ms": (opened - started) * 1000,
        "first_ms": (first - opened) * 1000,
        "memory": {"before": before, "warm": warm, "after": after},
        "load": load,
        "cpu_p50": percentile([cpu for _, cpu in taken], 0.5),
        **summary([wall for wall, _ in taken]),
    }


def _rate(real: Embedder | None) -> float:
    """How many made-up passages the real model embeds in a second; 0 where there is none."""
    if real is None:
        return 0.0
    texts = [indexed_text(passage) for passage in passages(_EMBEDDED)]
    started = time.perf_counter()
    real.passages(texts)
    return len(texts) / (time.perf_counter() - started)


def size(path: Path) -> int:
    """Bytes of a file, or of all files below a folder."""
    files = path.rglob("*") if path.is_dir() else [path]
    return sum(file.stat().st_size for file in files if file.is_file())


def main(argv: Sequence[str] | None = None) -> int:
    """Do one of the two and print what was measured."""
    step, folder, count = sys.argv[1:] if argv is None else argv
    measured = {"build": build, "ask": ask}[step](Path(folder), int(count))
    print(json.dumps(measured))
    return 0


def _search(retriever: Retriever, index: Index, question: str) -> tuple[float, float]:
    """Search for one question; return wall time and the CPU time of all threads, in ms."""
    started, worked = time.perf_counter(), time.process_time()
    found = retriever.search(index, question, (), _HITS)
    wall, cpu = time.perf_counter() - started, time.process_time() - worked
    assert found.candidates
    return wall * 1000, cpu * 1000


def _memory() -> dict[str, float]:
    """Resident memory of this process in MB: its own, and what it has mapped of files."""
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    kb = {
        name: int(rest.split()[0])
        for name, _, rest in (line.partition(":") for line in lines)
        if "kB" in rest
    }
    return {"anonymous": kb["RssAnon"] / 1024, "files": kb["RssFile"] / 1024}


if __name__ == "__main__":
    sys.exit(main())
