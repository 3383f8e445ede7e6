"""Measures whether the page viewer marks the words that are quoted: pdfminer.six says where they stand.

Run as `python -m eval.page_marks FOLDER`; see docs/pages.md.
"""

import argparse
import json
import random
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Any

from app.pages.models import PageMarks
from app.pages.render import Renderer
from app.pages.service import marks_on
from eval.metrics import percentile
from eval.page_text import Letter, places, positions, read_pages
from ingest.models import Source
from ingest.passages import split_file
from ingest.readers.registry import read_file
from ingest.text.sentences import split_sentences

_ENOUGH = (
    0.95  # of a quote's letters have their middle in a mark: pdfminer reads a full stop or two elsewhere
)
_SHORTEST, _LONGEST = 15, 200  # letters of a random stretch
_SEED = 20


@dataclass(frozen=True, slots=True)
class Quote:
    """A quote, where it comes from, and its letters as pdfminer places them (None: it did not find them)."""

    kind: str  # passage | sentence | stretch
    file: str
    page: int
    text: str
    letters: tuple[Letter, ...] | None
    alone: bool  # stands on the page once


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the viewer did with a quote. `covered` and `excess` are fractions of letters, None if unknown."""

    quote: Quote
    marks: PageMarks
    covered: float | None
    excess: float | None  # of all marked letters, those that are not the quote's

    @property
    def right(self) -> bool:
        """Whether the marks cover the quote."""
        return self.covered is not None and self.covered >= _ENOUGH


def quotes_of(path: Path, each: int, rng: random.Random) -> list[Quote]:
    """Draw `each` quotes of every kind: passages, sentences of them, stretches of pdfminer's text."""
    pages, drawn_pages = read_pages(path), read_pages(path, as_drawn=True)
    passages = [
        (p.page, p.text)
        for p in split_file(read_file(path), Source(path.stem, path.stem), path.name, len)
        if p.page is not None and p.page == p.page_end and _is_words(p.text)
    ]
    sentences = [(page, s) for page, text in passages for s in split_sentences(text) if _is_words(s)]
    found = []
    for kind, drawn in (("passage", passages), ("sentence", sentences)):
        for page, text in rng.sample(drawn, min(each, len(drawn))):
            letters = positions(drawn_pages[page - 1], text) or positions(pages[page - 1], text)
            alone = places(pages[page - 1], text) == 1
            found.append(Quote(kind, path.name, page, text, letters, alone))
    return found + [_stretch(path, pages, rng) for _ in range(each)]


def _is_words(text: str) -> bool:
    """Whether somebody would quote it: not the dots of a table of contents."""
    return len(text) >= _SHORTEST and sum(letter.isalnum() for letter in text) > len(text) / 2


def _stretch(path: Path, pages: list[list[Letter]], rng: random.Random) -> Quote:
    """Letters that follow each other in one text box, beginning and ending anywhere: nothing is searched."""
    boxes = [
        (number, list(group))
        for number, page in enumerate(pages, start=1)
        for _, group in groupby(page, key=lambda letter: letter.box)
    ]
    long = [(n, box) for n, box in boxes if len(box) >= 2 * _SHORTEST]
    text, letters, number = "", (), 0  # type: str, tuple[Letter, ...], int
    while not _is_words(text):
        number, box = rng.choice(long)
        length = rng.randint(_SHORTEST, min(_LONGEST, len(box) - 1))
        start = rng.randrange(len(box) - length)
        letters = tuple(box[start : start + length])
        text = "".join(letter.text for letter in letters)
    return Quote("stretch", path.name, number, text, letters, places(pages[number - 1], text) == 1)


def check(quote: Quote, renderer: Renderer, path: Path, page: Sequence[Letter]) -> Outcome:
    """Mark the quote as the service does, and compare."""
    marks = marks_on(renderer.text(path, quote.page), quote.page, quote.text)
    if quote.letters is None:
        return Outcome(quote, marks, None, None)
    covered = sum(_inside(letter, marks) for letter in quote.letters) / len(quote.letters)
    marked = [letter for letter in page if _inside(letter, marks)]
    own = {(letter.x, letter.y) for letter in quote.letters}
    excess = (
        sum((letter.x, letter.y) not in own for letter in marked) / len(marked)
        if marked and quote.alone
        else None
    )
    return Outcome(quote, marks, covered, excess)


def _inside(letter: Letter, marks: PageMarks) -> bool:
    return any(m.x <= letter.x <= m.x + m.width and m.y <= letter.y <= m.y + m.height for m in marks.marks)


def run(folder: Path, each: int, seed: int = _SEED) -> Iterator[Outcome]:
    """Check `each` quotes of every kind from every PDF of a folder."""
    rng = random.Random(seed)  # noqa: S311 - a draw that can be repeated
    renderer = Renderer(workers=1)
    try:
        for path in sorted(folder.glob("*.pdf")):
            pages = read_pages(path)
            for quote in quotes_of(path, each, rng):
                yield check(quote, renderer, path, pages[quote.page - 1])
    finally:
        renderer.close()


def summary(outcomes: Sequence[Outcome]) -> dict[str, Any]:
    """Return what is printed; `unchecked` are quotes that pdfminer does not find line by line."""
    by_kind = {}
    for kind in dict.fromkeys(o.quote.kind for o in outcomes):
        of_kind = [o for o in outcomes if o.quote.kind == kind]
        known = [o for o in of_kind if o.covered is not None]
        excess = [o.excess for o in known if o.excess is not None]
        by_kind[kind] = {
            "n": len(of_kind),
            "unchecked": len(of_kind) - len(known),
            "right": sum(o.right for o in known),
            "share": round(sum(o.right for o in known) / len(known), 4) if known else None,
            "excess_mean": round(sum(excess) / len(excess), 4) if excess else None,
            "excess_p95": round(percentile(excess, 0.95), 4) if excess else None,
            "status": dict(Counter(o.marks.status for o in of_kind)),
        }
    known = [o for o in outcomes if o.covered is not None]
    return {
        "n": len(known),
        "share": round(sum(o.right for o in known) / max(len(known), 1), 4),
        "unchecked": len(outcomes) - len(known),
        "by_kind": by_kind,
    }


def main(argv: Sequence[str] | None = None) -> int:
    """Measure, print one JSON object; 1 where fewer than `--at-least` are covered."""
    parser = argparse.ArgumentParser(description="引用された文に正しく印が付くかを、別の道具で確かめます。")
    parser.add_argument("folder", type=Path, help="PDF のフォルダー")
    parser.add_argument("--each", type=int, default=17, help="種類ごと、ファイルごとの引用の数")
    parser.add_argument("--seed", type=int, default=_SEED)
    parser.add_argument("--at-least", type=float, default=0.0, help="これ未満なら終了コード 1")
    parser.add_argument("--failures", action="store_true", help="外れた引用を示す")
    options = parser.parse_args(argv)
    outcomes = list(run(options.folder, options.each, options.seed))
    if options.failures:
        for o in outcomes:
            if not o.right:
                place = f"{o.quote.kind} {o.quote.file} p{o.quote.page}"
                lacking = "".join(x.text for x in o.quote.letters or () if not _inside(x, o.marks))
                print(place, o.marks.status, o.covered, repr(o.quote.text[:80]), repr(lacking[:40]))
    result = summary(outcomes)
    print(json.dumps(result, ensure_ascii=False))
    return int(result["share"] < options.at_least)


if __name__ == "__main__":
    sys.exit(main())
