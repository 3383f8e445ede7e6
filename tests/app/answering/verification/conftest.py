import pytest

from app.answering.verification.morphs import Analyser
from app.answering.verification.verifier import Verifier


@pytest.fixture(scope="session")
def analyser() -> Analyser:
    return Analyser()


@pytest.fixture(scope="session")
def verifier(analyser: Analyser) -> Verifier:
    return Verifier(analyser)
