"""Run as a program: end a restore without warning at each line that it runs, then look at what is there.

`python -m tests.app.backup.kill_at_each_line FOLDER BACKUP` prints one line for each place where the next
start found neither the old data whole nor the new: the place, and what is missing or changed. The last line
is the number of places tried.
"""

import os
import shutil
import sys
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path
from types import FrameType

from app.backup import place, restore, undo
from tests.fakes.small_corpus import settings_in

_WATCHED = {module.__file__ for module in (place, restore, undo)}
_DEAD = 9


def _contents(folder: Path) -> dict[str, bytes]:
    """What the service would find; the folder with what was replaced is not part of it."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not _empty_log(path) and undo.BEFORE not in path.as_posix()
    }


def _empty_log(path: Path) -> bool:
    return path.name.endswith(("-wal", "-shm")) and not path.with_name(path.name[:-4] + "-wal").stat().st_size


def _until(line: int, call: Callable[[], object]) -> bool:
    """Run `call` in a process that is gone before its `line`th line; whether it ran to its end before."""
    child = os.fork()
    if child:
        return os.waitpid(child, 0)[1] == 0
    left = [line]

    def each(frame: FrameType, event: str, _: object) -> object:
        if frame.f_code.co_filename not in _WATCHED:
            return None
        if event == "line":
            left[0] -= 1
            if not left[0]:
                os._exit(_DEAD)
        return each

    sys.settrace(each)  # type: ignore[arg-type]  # typeshed wants a function that returns itself
    call()
    os._exit(0)


def _places(old: Path, packed: Path, scratch: Path) -> Iterator[tuple[int, str]]:
    settings = settings_in(scratch)
    before = _contents(old)
    after: dict[str, bytes] = {}
    for line in count():  # the 0th never comes: this one runs to its end and says what the new data is
        shutil.rmtree(scratch, ignore_errors=True)
        shutil.copytree(old, scratch)
        ended = _until(line, lambda: restore.restore(settings, packed, force=True))
        undo.recover(settings.data_dir, settings.corpus)
        found = _contents(scratch)
        if line == 0:
            after = found
            assert ended
            assert after != before
        elif found not in (before, after):
            yield line, f"missing {sorted(before.keys() - found)}, more {sorted(found.keys() - before)}"
        else:
            yield line, ""
        if ended and line:
            return


if __name__ == "__main__":
    source, archive = Path(sys.argv[1]), Path(sys.argv[2])
    tried = 0
    for number, wrong in _places(source, archive, source.with_name("scratch")):
        tried = number
        if wrong:
            sys.stdout.write(f"{number} {wrong}\n")
    sys.stdout.write(f"{tried}\n")
