"""Ingest, killed: the index opens at the old or the new generation, and the next ingest completes."""

from pathlib import Path
from random import Random

from eval.faults.child import Say, run_and_kill
from eval.faults.kinds import Round, settings_in
from ingest.errors import YorozuError
from ingest.index.layout import index_folder
from ingest.index.reader import open_index
from ingest.pipeline import ingest

_FILES = 3


class KillIngest:
    """A few text files, written anew before each round."""

    name = "ingest"

    def __init__(self, folder: Path) -> None:
        self._settings = settings_in(folder)
        self._version = 0
        self._acknowledged = ""  # the last version whose ingest was told to be done
        self._write()
        self._whole = max(run_and_kill(self._work, None).seconds, 0.1)
        self._acknowledged = "第0"

    def round(self, chance: Random) -> Round:
        """Ingest a new version of the files, killed somewhere on the way."""
        self._version += 1
        self._write()
        ended = run_and_kill(self._work, chance.uniform(0, self._whole))
        if ended.said:
            self._acknowledged = f"第{self._version}"
        found = Round(killed=ended.killed, acknowledged=len(ended.said))
        self._look(
            found, {self._acknowledged, f"第{self._version}"} if not ended.said else {self._acknowledged}
        )
        if self._version % 5 == 0:
            self._go_on(found)
        return found

    def _write(self) -> None:
        for number in range(_FILES):
            text = "\n\n".join(
                f"第{self._version}版の規程{number}の{part}を見直します。" for part in range(5)
            )
            (self._settings.corpus / f"{number}.txt").write_text(text, encoding="utf-8")

    def _work(self, say: Say) -> None:
        say(ingest(self._settings, embedder=None).generation)

    def _look(self, found: Round, expected: set[str]) -> None:
        try:
            index = open_index(self._settings.data_dir, None)
        except YorozuError as error:
            found.unopened.append(error.message)
            return
        passages = index.passages(range(len(index)))
        versions = {passage.text[: passage.text.index("版")] for passage in passages}
        if len(versions) != 1 or not versions <= expected or {p.file for p in passages} != _names():
            found.lost.append(f"{sorted(versions)} where {sorted(expected)} was expected")

    def _go_on(self, found: Round) -> None:
        """The next ingest completes, and nothing half-built stays behind."""
        ended = run_and_kill(self._work, None)
        self._acknowledged = f"第{self._version}"
        self._look(found, {self._acknowledged})
        names = [path.name for path in index_folder(self._settings.data_dir).iterdir()]
        left = [name for name in names if name not in {"CURRENT", "LOCK"} and not name.startswith("gen-")]
        if left or len(ended.said) != 1:
            found.unopened.append(f"left behind: {left}")


def _names() -> set[str]:
    return {f"{number}.txt" for number in range(_FILES)}
