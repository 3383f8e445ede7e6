"""What pip-audit says is judged: findings fail unless explained, and what was not looked up is said."""

from typing import Any

import pytest

from eval.supply.audit import judged

FOUND: dict[str, Any] = {"name": "a", "version": "1", "vulns": [{"id": "PYSEC-1", "aliases": ["CVE-1"]}]}
CLEAN: dict[str, Any] = {"name": "b", "version": "1", "vulns": []}
UNSEEN = {"name": "c", "version": "1", "skip_reason": "not found"}


@pytest.mark.parametrize(
    ("packages", "accepted", "status", "said"),
    [
        ([CLEAN, UNSEEN], {}, 0, "1 of 2"),
        ([FOUND], {}, 1, "NOT ACCEPTED"),
        ([FOUND], {"CVE-1": "not called"}, 0, "not called"),
        ([UNSEEN], {}, 0, "NOT SEEN"),
    ],
)
def test_findings_fail_and_silence_is_named(
    packages: list[dict[str, Any]], accepted: dict[str, str], status: int, said: str
) -> None:
    found, lines = judged({"dependencies": packages}, accepted)
    assert found == status
    assert said in "\n".join(lines)
