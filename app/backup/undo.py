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
    marker = staging / KEPT
    kept = data_dir / marker.read_text(encoding="utf-8").strip() if marker.is_file() else None
    if kept is not None and not (staging / DONE).is_file():
        _put_data_back(data_dir, kept)
        _put_corpus_back(corpus, kept)
        shutil.rmtree(kept, ignore_errors=True)
    shutil.rmtree(staging)


def _put_data_back(data_dir: Path, kept: Path) -> None:
    new = kept / "data-new"
    installed = new.read_text(encoding="utf-8").splitlines() if new.is_file() else []
    old = {path.name: path for path in (kept / OLD_DATA).iterdir()} if (kept / OLD_DATA).is_dir() else {}
    for name in installed:
        # Listed before it was moved: where the old one never left its place there is nothing to undo.
        if name in old or name.startswith("+"):
            _remove(data_dir / name.removeprefix("+"))
    for name, path in old.items():
        _remove(data_dir / name)
        path.rename(data_dir / name)


def _put_corpus_back(corpus: Path, kept: Path) -> None:
    new = kept / NEW_CORPUS
    for name in new.read_text(encoding="utf-8").splitlines() if new.is_file() else []:
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
