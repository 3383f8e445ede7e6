"""Measures how long page pictures take, over HTTP, drawn for the first time and kept.

Run as `python -m eval.page_latency`; see docs/pages.md.
"""

import argparse
import json
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from fastapi.testclient import TestClient

from app.api.application import create_app
from app.assemble import service_state
from app.settings import ServiceSettings
from eval.machine import machine
from eval.metrics import percentile
from ingest.pipeline import ingest


def measure(folder: Path, each: int) -> dict[str, Any]:
    """Ask for marked pages of every PDF in `folder`, `each` at most, twice; times in ms."""
    with TemporaryDirectory() as work:
        settings = ServiceSettings(corpus=folder, data_dir=Path(work), embedder="none")
        ingest(settings, embedder=None)
        state = service_state(settings)
        try:
            with TestClient(create_app(state)) as client:
                asked = _asked(client, each)
                _times(client, [(asked[0][0], "起動")])  # the drawing process starts
                first, again = _times(client, asked), _times(client, asked)
        finally:
            state.store.close()
    return {"n": len(asked), "uncached": _summary(first), "cached": _summary(again), "machine": machine()}


def _asked(client: TestClient, each: int) -> list[tuple[str, str]]:
    """Addresses of pictures and the words to mark on them."""
    asked = []
    for source in client.get("/api/v1/sources").json()["sources"]:
        pages = f"/api/v1/sources/{source['id']}/pages"
        about = client.get(pages).json()
        if not about.get("picture"):
            continue
        for hit in client.get("/api/v1/search", params={"q": source["title"], "k": 100}).json()["results"]:
            if hit["source_id"] == source["id"] and hit["page"]:
                asked.append((f"{pages}/{hit['page']}.png", hit["text"][:2000]))
                each_of_source = sum(address.startswith(pages) for address, _ in asked)
                if each_of_source >= each:
                    break
    return asked


def _times(client: TestClient, asked: Sequence[tuple[str, str]]) -> list[float]:
    times = []
    for address, quote in asked:
        started = time.perf_counter()
        client.get(address, params={"highlight": quote}).raise_for_status()
        times.append((time.perf_counter() - started) * 1000)
    return times


def _summary(times: Sequence[float]) -> dict[str, float]:
    return {"ms_p50": round(percentile(times, 0.5), 1), "ms_p95": round(percentile(times, 0.95), 1)}


def main(argv: Sequence[str] | None = None) -> int:
    """Measure and print one JSON object."""
    parser = argparse.ArgumentParser(description="ページの画像を返すまでの時間を測ります。")
    parser.add_argument("folder", type=Path, help="PDF のフォルダー")
    parser.add_argument("--each", type=int, default=15, help="資料ごとのページの数")
    options = parser.parse_args(argv)
    print(json.dumps(measure(options.folder, options.each), ensure_ascii=False))
    return 0


if __name__ == "__main__":
    sys.exit(main())
