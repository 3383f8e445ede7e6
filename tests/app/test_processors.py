import os
import subprocess
import sys

import pytest

SAYS = """
import os
from app.processors import one_core_a_thread
one_core_a_thread()
print(os.environ["OMP_NUM_THREADS"])
"""


@pytest.mark.parametrize(("given", "then"), [({}, "1"), ({"OMP_NUM_THREADS": "3"}, "3")])
def test_libraries_get_one_thread_unless_somebody_says_otherwise(given: dict[str, str], then: str) -> None:
    rest = {name: value for name, value in os.environ.items() if name != "OMP_NUM_THREADS"}
    done = subprocess.run(
        [sys.executable, "-c", SAYS], env=rest | given, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == then
