"""Collects the nouns of ordinary texts: a word that is not among them, in a company's place, is a name.

`python -m eval.ordinary_words FILE…` writes app/organiser/generalisation/words/ordinary.txt.
"""

import json
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

from app.organiser.generalisation.candidates import narrow
from app.organiser.generalisation.morphs import Analyser

OUT = Path("app/organiser/generalisation/words/ordinary.txt")
_LEAST = 2  # texts that a word must stand in
_WIDTH = 100


def ordinary_words(texts: Iterable[str]) -> list[str]:
    """Nouns, no names, that stand in at least two of the texts, sorted."""
    analyser = Analyser()
    seen: Counter[str] = Counter()
    for text in texts:
        seen.update(
            {m.surface for m in analyser.morphs(narrow(text)) if _counts(m.pos, m.unknown, m.surface)}
        )
    return sorted(word for word, count in seen.items() if count >= _LEAST)


def _counts(pos: tuple[str, ...], unknown: bool, surface: str) -> bool:  # noqa: FBT001 - one of three facts
    named = pos[0] in {"名詞", "形状詞"} and pos[1] not in {"固有名詞", "数詞"}
    return named and not unknown and len(surface) > 1 and not surface.isascii()


def _texts(path: Path) -> Iterator[str]:
    if path.suffix == ".jsonl":
        for line in path.read_text(encoding="utf-8").splitlines():
            record = json.loads(line)
            yield " ".join(str(record.get(name, "")) for name in ("title", "text", "question"))
    else:
        yield from path.read_text(encoding="utf-8").split("\n\n")


def _main(files: list[str]) -> None:
    words = ordinary_words(text for file in files for text in _texts(Path(file)))
    lines, line = [], ""
    for word in words:
        if len(line) + len(word) >= _WIDTH:
            lines.append(line)
            line = ""
        line = f"{line} {word}".strip()
    head = (
        "# Nouns of ordinary texts, collected by eval/ordinary_words.py: none of them is a name by itself.\n"
    )
    OUT.write_text(head + "\n".join([*lines, line]) + "\n", encoding="utf-8")
    print(f"{len(words)} words")


if __name__ == "__main__":
    _main(sys.argv[1:])
