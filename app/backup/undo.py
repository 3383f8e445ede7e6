"""A restore that was cut off: what was there before is put back, and nothing of the half is left."""

import shutil
from pathlib import Path
from typing import Final

RESTORING: Final = ".restoring"  # of the data folder: there while a restore is under way, or was cut off
KEPT: Final = "KEPT"  # in it: the name of the folder that what was replaced lies in
DONE: Final = "DONE"  # in it: the index is in place, so what is left is to clear up
NEW_CORPUS: Final = "corpus-new"  # in the kept folder: names of corpus files that were not there before
OLD_CORPUS: Final = "corpus"
OLD_DATA: Final = "data"
OLD_ROWS: Final = "database"  # what a server held, as files; no step of an undoing needs them
NEW_DATA: Final = "data-new"  # in the kept folder: names of what was put into the data folder
BEFORE: Final = "before-restore-"  # what the name of a kept folder begins with


def unfinished(data_dir: Path) -> bool:
    """Whether a restore into this folder was begun and not ended."""
    return (data_dir / RESTORING).is_dir()


def recover(data_dir: Path, corpus: Path) -> None:
    """Undo a restore that did not end; nothing where there is none.

    Raises:
        OSError: of the file system; called again, it goes on.
    """
    staging = data_dir / RESTORING
    if not staging.is_dir():
        return
    kept = _kept(data_dir, staging / KEPT)
    if kept is not None and not (staging / DONE).is_file():
        _put_data_back(data_dir, kept)
        _put_corpus_back(corpus, kept)
        _clear(kept)
    shutil.rmtree(staging)


def _clear(kept: Path) -> None:
    """Remove what is back in its place; a server may have taken the new rows in the moment it was cut off."""
    for path in kept.iterdir() if kept.is_dir() else []:
        if path.name != OLD_ROWS:
            _remove(path)
    if kept.is_dir() and not any(kept.iterdir()):
        kept.rmdir()


def _kept(data_dir: Path, marker: Path) -> Path | None:
    # Nothing is moved before the name is written whole: a cut-off one means that all is still in its place,
    # and read as a name it would be the data folder itself.
    names = [name for name in _written_down(marker) if name.startswith(BEFORE) and "/" not in name]
    return data_dir / names[0] if names else None


def _written_down(path: Path) -> list[str]:
    """The whole lines of a file: the last one, cut off, was written for a step that was not taken."""
    lines = path.read_text(encoding="utf-8", errors="replace").split("\n") if path.is_file() else [""]
    return [line for line in lines[:-1] if line]


def _put_data_back(data_dir: Path, kept: Path) -> None:
    installed = _written_down(kept / NEW_DATA)
    old = {path.name: path for path in (kept / OLD_DATA).iterdir()} if (kept / OLD_DATA).is_dir() else {}
    for name in installed:
        # Listed before it was moved: where the old one never left its place there is nothing to undo.
        if name in old or name.startswith("+"):
            _remove(data_dir / name.removeprefix("+"))
    for name, path in old.items():
        _remove(data_dir / name)
        path.rename(data_dir / name)


def _put_corpus_back(corpus: Path, kept: Path) -> None:
    for name in _written_down(kept / NEW_CORPUS):
        (corpus / name).unlink(missing_ok=True)
    old = kept / OLD_CORPUS
    for path in sorted(old.rglob("*")) if old.is_dir() else []:
        if path.is_file():
            target = corpus / path.relative_to(old)
            scratch = target.with_name(f".{target.name}.restoring.part")
            shutil.copy2(path, scratch)
            scratch.replace(target)


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)
