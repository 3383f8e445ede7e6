from collections.abc import Iterator
from pathlib import Path

import pytest

from app.organiser.draft_desk import DraftDesk
from tests.fakes.drafting import desk_in


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[DraftDesk]:
    opened = desk_in(tmp_path)
    yield opened
    opened.close()
