"""Which files an ingest takes in."""

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from ingest.errors import ErrorCode, YorozuError

# The corpus describes itself in these; they are not material to answer from.
_OWN_FILES = frozenset({"sources.yaml", "fetched.json"})
_UNFINISHED = (".part", ".crdownload", ".tmp")
_README_DEPTH = 2  # README.md of the corpus and of its folders; deeper ones belong to some document


@dataclass(frozen=True, slots=True, order=True)
class CorpusFile:
    """A file to take in. `file` is its name in the index, "/" between parts, unique."""

    file: str
    path: Path


def scan(corpus: Path, paths: Sequence[Path] | None) -> list[CorpusFile]:
    """Return the files of an ingest, sorted by name.

    Without `paths` these are the files of `corpus`. Where all `paths` lie inside the corpus, they are added
    to it: the index always holds the whole corpus. Otherwise the index holds exactly `paths` (files and
    folders); a file is then named relative to the folder given, or by its own name.

    Raises:
        YorozuError: CORPUS_MISSING for the first path that does not exist.
    """
    for path in paths or [corpus]:
        if not path.exists():
            raise YorozuError(ErrorCode.CORPUS_MISSING, path=str(path))
    inside = [_inside(path, corpus) for path in paths or []]
    found: dict[str, Path] = {}
    if all(name is not None for name in inside):
        found.update(_walk(corpus, is_corpus=True) if corpus.is_dir() else {corpus.name: corpus})
        # Named by hand: also what a scan would pass over.
        named = zip(inside, paths or [], strict=True)
        found.update({name: path for name, path in named if name and path.is_file()})
    else:
        for path in paths or []:
            for name, each in _walk(path, is_corpus=False) if path.is_dir() else [(path.name, path)]:
                # Two folders may hold the same name; the later one is told apart by where it lies.
                taken = name in found and not found[name].samefile(each)
                found[_name(each.resolve()).lstrip("/") if taken else name] = each
    return sorted(CorpusFile(file, path) for file, path in found.items())


def _walk(folder: Path, *, is_corpus: bool) -> Iterator[tuple[str, Path]]:
    for place, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(names):
            path = Path(place, name)
            relative = path.relative_to(folder)
            own = name in _OWN_FILES or (name.upper() == "README.MD" and len(relative.parts) <= _README_DEPTH)
            if name.startswith((".", "~$")) or name.endswith(_UNFINISHED) or (is_corpus and own):
                continue
            if path.is_file():  # no pipes, sockets or dangling links
                yield _name(relative), path


def _inside(path: Path, corpus: Path) -> str | None:
    """Name of `path` within the corpus, None for a path outside of it."""
    if not corpus.is_dir():
        return None
    path, corpus = path.resolve(), corpus.resolve()
    return _name(path.relative_to(corpus)) if path.is_relative_to(corpus) else None


def _name(path: Path) -> str:
    """The path as text; bytes of a file name that are not UTF-8 become replacement characters."""
    return os.fsencode(path.as_posix()).decode("utf-8", "replace")
