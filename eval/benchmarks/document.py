"""docs/benchmarks.md: one section a command, each replaced as a whole by the run that measured it."""

import re
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from eval.machine import machine

SECTIONS = ("peers", "ablation", "ingest")
_HEAD = """# Benchmarks

Written by `python -m eval.benchmarks`; what is changed by hand is lost with the next run. How it is measured
stands in [evaluation.md](evaluation.md). Each section says when and on what machine it was measured: figures
of one section compare, figures of different machines do not.
"""
_SECTION = re.compile(r"<!-- (?P<name>\w+) -->\n(?P<body>.*?)\n<!-- end -->", re.DOTALL)


def write_section(path: Path, name: str, body: str) -> None:
    """Put `body` into the file as its section `name`; the other sections stay as they are.

    Raises:
        ValueError: there is no such section.
    """
    if name not in SECTIONS:
        raise ValueError(name)
    before = path.read_text(encoding="utf-8") if path.is_file() else ""
    bodies = {match["name"]: match["body"] for match in _SECTION.finditer(before)} | {name: body}
    parts = [f"<!-- {each} -->\n{bodies[each]}\n<!-- end -->\n" for each in SECTIONS if each in bodies]
    path.write_text("\n".join([_HEAD, *parts]), encoding="utf-8")


def circumstances(command: str, embedder: str, packages: tuple[str, ...]) -> str:
    """Return the lines that say when, where and with what something was measured."""
    where = machine()
    versions = ", ".join(f"{name} {_version(name)}" for name in packages)
    return (
        f"`{command}` on {datetime.now(tz=UTC).date().isoformat()}: {where['cores']} cores of "
        f"{where['cpu']}, {where['system']}, Python {where['python']}.\n"
        f"Embedder for all: {embedder}. Versions: {versions}."
    )


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "-"
