from collections.abc import Iterator
from pathlib import Path

import pytest

from app.organiser.draft_desk import DraftDesk
from app.store.place import Place
from tests.fakes.drafting import desk_in


@pytest.fixture
def desk(tmp_path: Path, place: Place) -> Iterator[DraftDesk]:
    opened = desk_in(tmp_path, url=place.url)
    yield opened
    opened.close()
