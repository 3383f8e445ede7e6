from pathlib import Path

import pytest

from eval.page_marks import run, summary


@pytest.mark.slow
def test_marks_cover_random_quotes_of_the_sample_pdfs(shared: Path) -> None:
    result = summary(list(run(shared / "samples" / "pdf", each=6)))
    assert result["unchecked"] <= 0.1 * result["n"]
    assert result["share"] >= 0.95
