"""Sections of a page that are measured; what stands around them is written by people and stays."""

import os
import re
from datetime import UTC, datetime
from pathlib import Path

from eval.machine import machine


def write_section(path: Path, name: str, body: str) -> None:
    """Put `body` between the marks of section `name`; at the end of the page where it has none yet."""
    before = path.read_text(encoding="utf-8") if path.is_file() else ""
    section = f"<!-- {name} -->\n{body.strip()}\n<!-- end of {name} -->"
    pattern = re.compile(rf"<!-- {name} -->\n.*?<!-- end of {name} -->", re.DOTALL)
    if pattern.search(before):
        after = pattern.sub(lambda _: section, before)
    else:
        after = f"{before.rstrip()}\n\n{section}\n".lstrip()
    path.write_text(after, encoding="utf-8")


def circumstances(command: str) -> str:
    """Say what was run, when and where, and how busy the machine was at the end."""
    where = machine()
    return (
        f"`{command}` on {datetime.now(tz=UTC).date().isoformat()}: {where['cores']} cores of "
        f"{where['cpu']}, {where['system']}, Python {where['python']}; load average {os.getloadavg()[0]:.1f}."
    )
