"""Where generations lie on disk, and how one becomes current: `index/gen-000001/…`, `index/CURRENT`."""

import os
import re
import shutil
from pathlib import Path

_GENERATION = re.compile(r"gen-\d{6,}")
_WORK = re.compile(r"(building|removed)-\d+")


def index_folder(data_dir: Path) -> Path:
    """Folder that holds the generations of a data directory."""
    return data_dir / "index"


def current_file(data_dir: Path) -> Path:
    """The one-line file that names the current generation."""
    return index_folder(data_dir) / "CURRENT"


def current_generation(data_dir: Path) -> str | None:
    """Name of the current generation; None where there is none or the file says nothing sensible."""
    try:
        name = current_file(data_dir).read_text(encoding="ascii", errors="replace").strip()
    except FileNotFoundError:
        return None
    return name if _GENERATION.fullmatch(name) else None


def generations(data_dir: Path) -> list[str]:
    """Names of all complete generations, oldest first."""
    folder = index_folder(data_dir)
    names = [p.name for p in folder.iterdir() if _GENERATION.fullmatch(p.name)] if folder.is_dir() else []
    return sorted(names, key=number)


def next_generation(data_dir: Path) -> str:
    """A name that no generation had before it."""
    names = generations(data_dir)
    return f"gen-{number(names[-1]) + 1 if names else 1:06d}"


def make_current(data_dir: Path, name: str) -> None:
    """Point CURRENT at `name`: readers see the old name or the new one, never half of either."""
    target = current_file(data_dir)
    fresh = target.with_name(f"CURRENT.{os.getpid()}")
    with fresh.open("w", encoding="ascii") as handle:
        handle.write(name + "\n")
        handle.flush()
        os.fsync(handle.fileno())
    fresh.replace(target)
    sync(target.parent)


def sync_tree(folder: Path) -> None:
    """Have every file and folder below `folder` written to the disk before it is renamed into place."""
    for place, _, names in os.walk(folder):
        for name in names:
            sync(Path(place, name))
        sync(Path(place))


def sync(path: Path) -> None:
    """Flush one file or folder to the disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def keep_only(data_dir: Path, names: set[str]) -> None:
    """Delete all other generations and what killed writers left behind. Call it with the lock held."""
    for name in generations(data_dir):
        if name not in names:
            # Renamed first: killed halfway, it must not look like a generation to go back to.
            removed = index_folder(data_dir) / f"removed-{number(name)}"
            shutil.rmtree(removed, ignore_errors=True)
            (index_folder(data_dir) / name).rename(removed)
    clear_leftovers(data_dir)


def clear_leftovers(data_dir: Path) -> None:
    """Remove unfinished builds and half-removed generations. Call it with the lock held: none is in use."""
    for path in index_folder(data_dir).iterdir():
        if _WORK.fullmatch(path.name):
            shutil.rmtree(path, ignore_errors=True)
        elif path.name.startswith("CURRENT."):
            path.unlink(missing_ok=True)


def number(name: str) -> int:
    """Number of a generation: 12 for gen-000012."""
    return int(name.removeprefix("gen-"))
