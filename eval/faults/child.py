"""A process that works, says what it has acknowledged, and is killed at a moment of our choice."""

import os
import signal
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import BinaryIO

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Ended:
    """What a child said, line by line, until it ended, and whether it was killed at work.

    Whatever stands here was said before the kill: it is what somebody was told is done.
    """

    said: tuple[str, ...]
    killed: bool
    seconds: float


def run_and_kill(work: Callable[[Say], None], seconds: float | None) -> Ended:
    """Fork, let the child work, and kill it after `seconds`, or let it end where they are None.

    A fork, not a new interpreter: imports would take a hundred times as long as the work. The caller must
    have no threads and no open databases.

    Raises:
        ChildProcessError: the child ended by itself with an error.
    """
    reading, writing = os.pipe()
    started = time.perf_counter()
    pid = os.fork()
    if pid == 0:
        os.close(reading)
        _be_the_child(work, writing)
    os.close(writing)
    killer = None if seconds is None else _killer(pid, seconds)
    with os.fdopen(reading, "rb") as pipe:
        said = _lines(pipe)
    _, status = os.waitpid(pid, 0)
    taken = time.perf_counter() - started
    if killer is not None:
        os.kill(killer, signal.SIGKILL)
        os.waitpid(killer, 0)
    killed = os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL
    if not killed and status != 0:
        raise ChildProcessError(f"the child ended with {os.waitstatus_to_exitcode(status)}: {said[-1:]}")
    return Ended(tuple(said), killed, taken)


def _killer(pid: int, seconds: float) -> int:
    """A process that kills `pid` later: this one is busy listening to what the child says."""
    killer = os.fork()
    if killer == 0:
        time.sleep(seconds)
        try:
            os.kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            os._exit(0)
        time.sleep(60)  # until it is collected: its own number must not be given to somebody else
        os._exit(0)
    return killer


def _be_the_child(work: Callable[[Say], None], writing: int) -> None:
    """Work and end without any of the parent's clearing up."""
    status = 1
    try:

        def say(line: str) -> None:
            os.write(writing, line.encode() + b"\n")  # at once: less than a pipe's atomic size

        work(say)
        status = 0
    except BaseException as error:  # noqa: BLE001 - the border of a process: nothing may go on to the parent's code
        os.write(writing, f"! {type(error).__name__}: {error}"[:400].replace("\n", " ").encode() + b"\n")
    finally:
        os._exit(status)


def _lines(pipe: BinaryIO) -> list[str]:
    """What was said in whole lines, until nobody can say any more."""
    return [line.decode().rstrip("\n") for line in pipe if line.endswith(b"\n")]
