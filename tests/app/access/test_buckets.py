from concurrent.futures import ThreadPoolExecutor

import pytest

from app.access.buckets import Buckets


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


def test_a_burst_then_a_steady_flow(clock: Clock) -> None:
    buckets = Buckets(60, clock=clock)
    assert [buckets.take("a") for _ in range(10)] == [0.0] * 10
    assert buckets.take("a") == pytest.approx(1.0)
    clock.now += 0.75
    assert buckets.take("a") == pytest.approx(0.25)
    clock.now += 0.25
    assert buckets.take("a") == 0.0
    assert buckets.take("a") > 0
    clock.now += 1000
    assert [buckets.take("a") for _ in range(11)].count(0.0) == 10


def test_a_refusal_costs_nothing(clock: Clock) -> None:
    buckets = Buckets(60, clock=clock)
    for _ in range(100):
        buckets.take("a")
    clock.now += 1
    assert buckets.take("a") == 0.0


def test_each_name_has_its_own(clock: Clock) -> None:
    buckets = Buckets(1, clock=clock)
    assert [buckets.take("a") == 0 for _ in range(6)] == [True] * 5 + [False]
    assert buckets.take("b") == 0.0


def test_no_limit() -> None:
    buckets = Buckets(0)
    assert {buckets.take("a") for _ in range(1000)} == {0.0}
    assert len(buckets) == 0


def test_memory_is_bounded_and_the_longest_unseen_are_forgotten(clock: Clock) -> None:
    buckets = Buckets(1, most=3, clock=clock)
    for _ in range(5):
        buckets.take("a")
    for name in ("b", "c", "a", "d"):
        buckets.take(name)
    assert len(buckets) == 3
    assert buckets.take("a") > 0  # seen since, so remembered
    for n in range(1000):
        buckets.take(str(n))
    assert len(buckets) == 3


def test_threads_together_get_no_more(clock: Clock) -> None:
    buckets = Buckets(600, clock=clock)
    with ThreadPoolExecutor(8) as pool:
        got = list(pool.map(lambda _: buckets.take("a"), range(1000)))
    assert got.count(0.0) == 100
