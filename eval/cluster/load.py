"""Mixed load on a cluster, and a note of everything that was acknowledged."""

import random
import secrets
import threading
import time
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import Any

import httpx

from app.organiser.models import Origin
from app.store.questions import QuestionStore
from eval.cluster.corpus import SUBJECTS, editions
from ingest.errors import ErrorCode, YorozuError

MEETING = "cluster"
_REFUSALS = {code.value for code in ErrorCode if code is not ErrorCode.INTERNAL} | {"balancer_no_replica"}
_QUESTIONS_AT_ONCE = 4


@dataclass(slots=True)
class Notes:
    """What clients saw. Each field is added to under the lock."""

    lock: threading.Lock = field(default_factory=threading.Lock)
    seconds: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    refused: Counter[str] = field(default_factory=Counter)
    broken: list[str] = field(default_factory=list)  # neither an answer nor a clean refusal
    mixed: list[str] = field(default_factory=list)
    degraded: int = 0
    answers: dict[str, str] = field(default_factory=dict)  # id to its text
    verdicts: dict[str, str] = field(default_factory=dict)
    sent: dict[str, int] = field(default_factory=dict)
    questions: set[str] = field(default_factory=set)  # that were handed in to be drafted
    handed: int = 0  # of them, acknowledged
    generations: dict[str, int] = field(default_factory=dict)  # to the edition that it holds


class Client(threading.Thread):
    """Sends one request after another, and waits a little in between."""

    def __init__(
        self, base: str, key: str, notes: Notes, stop: threading.Event, seed: int, pause: float
    ) -> None:
        super().__init__(daemon=True)
        self._client = httpx.Client(base_url=base, timeout=60.0)
        self._key, self._notes, self._until, self._pause = key, notes, stop, pause
        self._random = random.Random(seed)  # noqa: S311 - which request comes next is no secret

    def run(self) -> None:
        """Ask, search, judge and send until told to stop."""
        ways = [self._ask] * 5 + [self._search] * 3 + [self._judge] * 2 + [self._send, self._hand_in]
        while not self._until.is_set():
            self._random.choice(ways)()
            self._until.wait(self._random.uniform(0, 2 * self._pause))
        self._client.close()

    def _request(self, what: str, method: str, path: str, **given: Any) -> Any:
        """The body of a success; None for a clean refusal, which is counted, as is everything else."""
        started = time.perf_counter()
        try:
            found = self._client.request(method, path, **given)
            body = found.json()
        except (httpx.HTTPError, ValueError) as error:
            with self._notes.lock:
                self._notes.broken.append(f"{what}: {type(error).__name__}")
            return None
        with self._notes.lock:
            if found.is_success:
                self._notes.seconds[what].append(time.perf_counter() - started)
                return body
            code = body.get("error", {}).get("code") if isinstance(body, dict) else None
            if code in _REFUSALS:
                self._notes.refused[f"{what} {code}"] += 1
            else:
                self._notes.broken.append(f"{what}: {found.status_code} {code}")
        return None

    def _ask(self) -> None:
        question = f"{self._random.choice(SUBJECTS)}はどう進めればよいでしょうか"
        headers = {"Idempotency-Key": secrets.token_hex(16)}
        body = self._request("ask", "POST", "/api/v1/answers", json={"question": question}, headers=headers)
        if body is None:
            return
        said = [body["text"], *(citation["quote"] for citation in body["citations"])]
        with self._notes.lock:
            self._notes.answers[body["id"]] = body["text"]
            self._notes.degraded += any(caution["code"] == "degraded" for caution in body["cautions"])
            self._note_editions(body["generation"], " ".join(said))

    def _search(self) -> None:
        asked = {"q": self._random.choice(SUBJECTS), "k": 10}
        body = self._request("search", "GET", "/api/v1/search", params=asked)
        if body is not None:
            with self._notes.lock:
                self._note_editions(None, " ".join(hit["text"] for hit in body["results"]))

    def _note_editions(self, generation: str | None, text: str) -> None:
        found = editions(text)
        if len(found) > 1:
            self._notes.mixed.append(f"{generation}: {sorted(found)}")
        elif generation is not None and found:
            (edition,) = found
            if self._notes.generations.setdefault(generation, edition) != edition:
                self._notes.mixed.append(f"{generation}: {edition}")

    def _judge(self) -> None:
        with self._notes.lock:
            known = list(self._notes.answers)[-50:]
        if known:
            answer, verdict = self._random.choice(known), self._random.choice(["helpful", "wrong"])
            path = f"/api/v1/answers/{answer}/feedback"
            body = self._request("feedback", "POST", path, json={"verdict": verdict, "reason": answer})
            if body is not None:
                with self._notes.lock:
                    self._notes.verdicts[answer] = verdict

    def _send(self) -> None:
        text = f"{self._random.choice(SUBJECTS)}について相談します {secrets.token_hex(6)}"
        body = self._request("send", "POST", "/api/v1/questions", json={"question": text})
        if body is not None:
            with self._notes.lock:
                self._notes.sent[body["id"]] = body["number"]

    def _hand_in(self) -> None:
        headers = {"Authorization": f"Bearer {self._key}", "Idempotency-Key": secrets.token_hex(16)}
        path = f"/api/v1/meetings/{MEETING}/drafts"
        if self._request("drafts", "POST", path, json={"by": "試験"}, headers=headers) is not None:
            with self._notes.lock:
                self._notes.handed += 1


class Organiser(threading.Thread):
    """Chooses more questions for the meeting now and then, as an intake would."""

    def __init__(self, store: QuestionStore, notes: Notes, stop: threading.Event, pause: float) -> None:
        super().__init__(daemon=True)
        self._store, self._notes, self._until, self._pause = store, notes, stop, pause

    def run(self) -> None:
        """Add a few, wait, and so on; what the database refuses is not counted."""
        number = 0
        while not self._until.is_set():
            for _ in range(_QUESTIONS_AT_ONCE):
                number += 1
                self._add(number)
            self._until.wait(self._pause)

    def _add(self, number: int) -> None:
        text = f"{SUBJECTS[number % len(SUBJECTS)]}は、どう進めればよいですか（{number}）"
        try:
            added = self._store.add(
                Origin(kind="file", sheet_no=1, row=number), meeting_id=MEETING, text=text, accepted_by="試験"
            )
            self._store.decide(added.id, version=1, state="chosen", by="試験")
        except YorozuError:
            return
        with self._notes.lock:
            self._notes.questions.add(added.id)
