"""What exists and what does not look the same to whom it is not, and take as long."""

import statistics
import time
from typing import Any

from app.access.visitor import Scope
from app.store.keys import KeyStore
from tests.security.conftest import Running

ROUNDS = 60
ALIKE = 3.0  # times; a lookup that is there differs from one that is not by microseconds
OWN_HEADERS = {"x-request-id", "date"}


def _seen(response: Any, named: str) -> tuple[int, str, dict[str, str]]:
    """What a caller sees, without the id that they named themselves."""
    headers = {name: value for name, value in response.headers.items() if name not in OWN_HEADERS}
    return response.status_code, response.text.replace(named, "ID"), headers


def _answers(service: Running) -> tuple[str, str, dict[str, str]]:
    """The id of another's answer, one that is nobody's, and what a third person shows."""
    made = service.client.post(
        "/api/v1/answers", json={"question": "名札はどう管理しますか"}, headers=service.shown(Scope.READER)
    ).json()
    _, token = KeyStore(service.state.store).create("third", Scope.READER)
    there = str(made["id"])
    return there, "ans_" + "A" * (len(there) - 4), {"Authorization": f"Bearer {token}"}


def test_an_id_of_another_looks_like_one_that_is_not_there(service: Running) -> None:
    there, nowhere, third = _answers(service)
    client = service.client
    assert client.get(f"/api/v1/answers/{there}", headers=service.shown(Scope.READER)).status_code == 200
    for form in ("/api/v1/answers/{}", "/api/v1/answers/{}/citations/1/page"):
        seen = {name: _seen(client.get(form.format(name), headers=third), name) for name in (there, nowhere)}
        assert seen[there] == seen[nowhere]
        assert seen[there][0] == 404
    judged = {
        name: _seen(
            client.post(f"/api/v1/answers/{name}/feedback", json={"verdict": "wrong"}, headers=third), name
        )
        for name in (there, nowhere)
    }
    assert judged[there] == judged[nowhere]


def test_and_takes_as_long(service: Running) -> None:
    there, nowhere, third = _answers(service)
    taken: dict[str, list[float]] = {there: [], nowhere: []}
    for _ in range(ROUNDS):
        for name, times in taken.items():
            started = time.perf_counter()
            service.client.get(f"/api/v1/answers/{name}", headers=third)
            times.append(time.perf_counter() - started)
    middle = sorted(statistics.median(times) for times in taken.values())
    assert middle[1] < ALIKE * middle[0]


def test_a_key_that_exists_looks_like_one_that_does_not(service: Running) -> None:
    good = service.tokens[Scope.ADMIN]
    wrong_secret = good[: len("yz_000000000000_")] + "A" * 43
    unknown = "yz_" + "0" * 12 + "_" + "A" * 43
    seen = [
        _seen(service.client.get("/api/v1/audit", headers={"Authorization": f"Bearer {token}"}), token)
        for token in (wrong_secret, unknown)
    ]
    assert seen[0] == seen[1]
    assert seen[0][0] == 401
