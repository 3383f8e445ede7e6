"""Serve a model file on loopback, OpenAI-compatible, in a process of its own."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from ingest.errors import ErrorCode, YorozuError

CONTEXT = 8192  # tokens: the longest material (YOROZU_LLM_MATERIAL_LIMIT is lowered to fit) and the reply
_ADDRESS = "address "


@dataclass(frozen=True, slots=True)
class LocalServer:
    """A server that runs."""

    url: str
    process: subprocess.Popen[str]

    def kill(self) -> None:
        """End it as a crash would."""
        self.process.kill()
        self.process.wait()


@contextmanager
def local_server(file: Path) -> Iterator[LocalServer]:
    """Serve `file` until the block ends; loading it takes some seconds.

    Raises:
        YorozuError: LLM_PACKAGE_MISSING without xllamacpp, LLM_UNAVAILABLE where it does not start.
    """
    if find_spec("xllamacpp") is None:
        raise YorozuError(ErrorCode.LLM_PACKAGE_MISSING, model=file.stem, package="xllamacpp")
    command = [sys.executable, "-m", "eval.llm.child", str(file), str(CONTEXT), str(_cores())]
    with subprocess.Popen(  # noqa: S603 - our own command
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as process:
        try:
            yield LocalServer(_address(process, file), process)
        finally:
            process.kill()


def _address(process: "subprocess.Popen[str]", file: Path) -> str:
    assert process.stdout is not None
    for line in process.stdout:
        if line.startswith(_ADDRESS):
            return line.removeprefix(_ADDRESS).strip() + "/v1"
    raise YorozuError(ErrorCode.LLM_UNAVAILABLE, model=file.stem, reason=f"終了コード {process.wait()}")


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
