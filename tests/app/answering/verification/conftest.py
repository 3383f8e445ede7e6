import pytest

from app.answering.verification.morphs import Analyser
from app.answering.verification.rules import Rules


@pytest.fixture(scope="session")
def analyser() -> Analyser:
    return Analyser()


@pytest.fixture(scope="session")
def verifier(analyser: Analyser) -> Rules:
    return Rules(analyser)
