from functools import partial
from pathlib import Path

import numpy as np

from ingest.index.sections import Sections, section_numbers, write_sections
from ingest.models import Passage

page = partial(Passage, source_id="guide", file="g.pdf", text="本文")
PASSAGES = [
    page("p0", ordinal=0, heading=("1 契約",)),
    page("p1", ordinal=1, heading=("1 契約",)),
    page("p2", ordinal=2, heading=("2 監査",)),
    page("p3", ordinal=0, heading=("2 監査",), source_id="other"),
    page("p4", ordinal=1, question="札は？", question_no=1, source_id="other"),
    page("p5", ordinal=2, question="札は？", question_no=1, source_id="other"),
    page("p6", ordinal=3, question="札は？", question_no=2, source_id="other"),
]


def test_a_section_is_a_heading_or_a_question_of_one_source() -> None:
    assert section_numbers(PASSAGES) == [0, 0, 1, 2, 3, 3, 4]


def test_neighbours_end_with_the_section(tmp_path: Path) -> None:
    write_sections(tmp_path, PASSAGES)
    before, after = Sections(tmp_path).neighbours(np.arange(len(PASSAGES)))
    assert before.tolist() == [-1, 0, -1, -1, -1, 4, -1]
    assert after.tolist() == [1, -1, -1, -1, 5, -1, -1]


def test_an_empty_index_has_no_neighbours(tmp_path: Path) -> None:
    write_sections(tmp_path, [])
    before, after = Sections(tmp_path).neighbours(np.array([], dtype=np.int64))
    assert (len(before), len(after)) == (0, 0)
