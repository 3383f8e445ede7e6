import logging
import shutil
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from pydantic import SecretStr
from redis import Redis

from app.access import redis_link
from app.access.redis_link import Limits
from app.api.application import create_app
from app.state import ServiceState
from app.store.answers import AnswerStore
from tests.fakes.answer_service import FakeAnswerService
from tests.redis_server import RedisServer


@pytest.fixture
def redis(tmp_path: Path) -> Iterator[RedisServer]:
    if shutil.which("redis-server") is None:
        pytest.skip("Redis is not installed")
    server = RedisServer(tmp_path)
    server.start()
    yield server
    server.stop()


def test_two_processes_empty_one_bucket(redis: RedisServer) -> None:
    both = [Limits.at(redis.url) for _ in range(2)]
    buckets = [limits.buckets("key", 60) for limits in both]
    with ThreadPoolExecutor(8) as pool:
        waits = list(pool.map(lambda n: buckets[n % 2].take("a"), range(40)))
    assert 10 <= waits.count(0.0) <= 11  # the burst, and perhaps one that flowed in meanwhile
    assert all(0 < wait <= 1 for wait in waits if wait)
    assert buckets[0].take("b") == 0.0
    buckets[0].put_back("a")
    assert buckets[1].take("a") == 0.0
    for limits in both:
        limits.close()


def test_other_rooms_are_other_buckets_and_no_name_is_kept(redis: RedisServer) -> None:
    limits = Limits.at(redis.url)
    assert limits.buckets("key", 1, burst=1).take("山田") == 0.0
    assert limits.buckets("address", 1, burst=1).take("山田") == 0.0
    assert limits.buckets("key", 1, burst=1).take("山田") > 0
    limits.close()
    with Redis.from_url(redis.url, decode_responses=True) as client:
        keys = client.keys("*")
        assert len(keys) == 2
        assert "山田" not in "".join(keys)
        assert all(0 < client.pttl(key) <= 62_000 for key in keys)  # what is full again is forgotten


def test_without_redis_each_counts_alone_and_says_so_once(
    redis: RedisServer, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(redis_link, "_REST_SECONDS", 0.2)
    alone: list[None] = []
    limits = Limits.at(redis.url, lambda: alone.append(None))
    buckets = limits.buckets("key", 60)
    assert buckets.take("a") == 0.0
    redis.stop()
    started = time.monotonic()
    with caplog.at_level(logging.WARNING):
        assert [buckets.take("a") for _ in range(12)].count(0.0) == 10  # its own bucket, full at first
    assert time.monotonic() - started < 1
    assert len(alone) == 12
    assert len(caplog.records) == 1
    redis.start()
    time.sleep(0.25)
    assert buckets.take("a") == 0.0
    assert "shared" in caplog.records[-1].message
    limits.close()


def test_a_service_goes_on_while_redis_is_away(tmp_path: Path, state: ServiceState) -> None:
    settings = state.settings.model_copy(
        update={"redis": SecretStr("redis://:very-secret@127.0.0.1:1/0"), "address_rate": 1}
    )
    store = AnswerStore.open(tmp_path / "other")
    changed = ServiceState(settings=settings, answerer=FakeAnswerService(), store=store)
    with TestClient(create_app(changed)) as client:
        answers = [client.get("/api/v1/sources").status_code for _ in range(7)]
        assert answers == [200] * 5 + [429] * 2
        assert "very-secret" not in client.get("/metrics").text
    assert "yorozu_limits_counted_alone_total 8.0" in changed.meters.text().decode()
    store.close()
