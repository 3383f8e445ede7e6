import argparse
import asyncio
from itertools import repeat

import httpx

from eval.load import faults, questions, run_users


def ask(handler: httpx.MockTransport, users: int = 3) -> tuple[int, dict[str, int], int]:
    async def go() -> tuple[int, dict[str, int], int]:
        async with httpx.AsyncClient(base_url="http://127.0.0.1", transport=handler) as client:
            seen = await run_users(client, repeat("問い"), users, every=0.05, seconds=0.2)
        return len(seen.times), dict(seen.codes), seen.without_retry_after

    return asyncio.run(go())


def test_answers_are_timed_and_paced() -> None:
    answered, codes, _ = ask(httpx.MockTransport(lambda _: httpx.Response(200)))
    assert 3 <= answered <= 3 * 5
    assert codes == {}


def test_refusals_are_counted_and_waited_for() -> None:
    told = {"Retry-After": "0"}
    _, codes, without = ask(httpx.MockTransport(lambda _: httpx.Response(429, headers=told)))
    assert set(codes) == {"429"}
    assert without == 0
    _, codes, without = ask(httpx.MockTransport(lambda _: httpx.Response(503)))
    assert without == codes["503"]


def test_what_misses_its_goal_is_named() -> None:
    goals = argparse.Namespace(at_least=25.0, max_p95=1500.0)
    beyond = {"refused": {"429": 3}, "refused_without_retry_after": 0}
    good = {
        "answers_per_s": 26.0,
        "ms_p95": 900.0,
        "errors": {},
        "memory_mb": [1, 100, 101],
        "beyond": beyond,
    }
    assert faults(good, goals) == []
    bad = good | {"answers_per_s": 24.0, "ms_p95": 1600.0, "errors": {"500": 1}, "memory_mb": [1, 100, 120]}
    bad["beyond"] = {"refused": {"503": 1}, "refused_without_retry_after": 1}
    assert len(faults(bad, goals)) == 6


def test_questions_come_in_the_same_order_each_time() -> None:
    first, again = questions(), questions()
    assert [next(first) for _ in range(50)] == [next(again) for _ in range(50)]
