"""Bringing the index up to date while the service runs: in the background, one at a time."""

import logging
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, Literal

from pydantic import BaseModel, Field

from app.store.database import now
from ingest.errors import ErrorCode, YorozuError

if TYPE_CHECKING:  # it brings the whole of the ingest with it
    from ingest.pipeline import Hear, IngestReport

Run = Callable[[bool, "Hear"], "IngestReport"]
_PATIENCE_SECONDS = 5.0  # at the end; an ingest that is cut off leaves the index as it was

log = logging.getLogger(__name__)


class IngestFailure(BaseModel):
    """Why an ingest ended without a result: an error of the closed list."""

    code: ErrorCode
    message: str


class IngestCounts(BaseModel):
    """What an ingest did."""

    files: int = Field(description="ファイル")
    failed: int = Field(description="読めないファイル")
    qas: int = Field(description="質問と回答")
    passages: int = Field(description="一節")
    embedded: int = Field(description="新しく埋め込んだ文")
    deleted: int = Field(description="除いた一節")
    generation: str = Field(description="世代", examples=["gen-000012"])


class IngestState(BaseModel):
    """The ingest under way, or else the last one since the service started."""

    state: Literal["idle", "running", "done", "failed"] = Field(
        "idle", description="idle は、起動してからまだ実行していないこと"
    )
    stage: Literal["load", "read", "embed", "words"] | None = Field(
        None, description="段階: モデルの準備・読み取り・埋め込み・単語"
    )
    done: int = Field(0, description="その段階で終わった数")
    total: int = Field(0, description="その段階の全体の数（分からないうちは 0）")
    started_at: str | None = None
    ended_at: str | None = None
    result: IngestCounts | None = None
    error: IngestFailure | None = None


class Ingesting:
    """One a service. Safe to use from several threads.

    Args:
        run: does it, given whether to build all anew and whom to tell how far it is.
    """

    def __init__(self, run: Run) -> None:
        self._run = run
        self._lock = threading.Lock()
        self._state = IngestState()
        self._thread: threading.Thread | None = None

    def state(self) -> IngestState:
        """Return how far it is."""
        with self._lock:
            return self._state

    def start(self, *, rebuild: bool, ended: Callable[[IngestState], object]) -> IngestState:
        """Begin.

        Args:
            rebuild: read everything again.
            ended: hears the final state, in the thread of the ingest.

        Raises:
            YorozuError: INGEST_RUNNING.
        """
        with self._lock:
            if self._state.state == "running":
                raise YorozuError(ErrorCode.INGEST_RUNNING)
            self._state = IngestState(state="running", stage="load", started_at=now())
            # A daemon: whoever stops the service does not wait for an hour of embedding.
            self._thread = threading.Thread(target=self._work, args=(rebuild, ended), daemon=True)
            self._thread.start()
            return self._state

    def stop(self) -> None:
        """Wait a little for what is under way."""
        if self._thread is not None:
            self._thread.join(_PATIENCE_SECONDS)

    def _work(self, rebuild: bool, ended: Callable[[IngestState], object]) -> None:  # noqa: FBT001 - a thread's
        try:
            report = self._run(rebuild, self._hear)
            counts = {name: getattr(report, name) for name in IngestCounts.model_fields}
            changed: dict[str, object] = {"state": "done", "result": IngestCounts(**counts)}
        except YorozuError as error:
            failure = IngestFailure(code=error.code, message=error.message)
            changed = {"state": "failed", "error": failure}
        except Exception:  # the border of the worker: the page says it, the log has the traceback
            log.exception("ingest failed")
            unexpected = YorozuError(ErrorCode.INTERNAL)
            failure = IngestFailure(code=unexpected.code, message=unexpected.message)
            changed = {"state": "failed", "error": failure}
        with self._lock:
            self._state = self._state.model_copy(update={**changed, "ended_at": now(), "stage": None})
        ended(self._state)

    def _hear(self, stage: str, done: int, total: int) -> None:
        with self._lock:
            self._state = self._state.model_copy(update={"stage": stage, "done": done, "total": total})
