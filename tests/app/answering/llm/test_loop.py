import asyncio
from concurrent.futures import CancelledError

import pytest

from app.answering.llm.loop import LoopThread


async def _in_which_loop() -> asyncio.AbstractEventLoop:
    return asyncio.get_running_loop()


def test_everything_runs_in_one_loop() -> None:
    thread = LoopThread()
    assert thread.run(_in_which_loop()).result() is thread.run(_in_which_loop()).result()
    thread.close()


def test_closing_cancels_what_runs_and_a_new_loop_can_start() -> None:
    thread = LoopThread()
    first = thread.run(_in_which_loop()).result()
    waiting = thread.run(asyncio.sleep(60))
    thread.close()
    with pytest.raises(CancelledError):
        waiting.result(timeout=5)
    assert first.is_closed()
    assert thread.run(_in_which_loop()).result() is not first
    thread.close()
    thread.close()
