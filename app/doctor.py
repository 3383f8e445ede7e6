"""Look at settings, corpus, model and index as `yorozu serve` would use them, and say what to do."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from app.answering.compose import ComposeFailed
from app.assemble import llm_composer
from app.settings import ServiceSettings
from ingest.catalogue import load_catalogue
from ingest.embedding.load import load_embedder
from ingest.errors import ErrorCode, YorozuError
from ingest.index.reader import open_index


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the report."""

    fine: bool
    what: str
    says: str

    def __str__(self) -> str:
        return f"{'良好' if self.fine else '問題'}  {self.what}: {self.says}"


def examine(settings: ServiceSettings) -> list[Finding]:
    """Check each part by itself, so that one broken part does not hide the next."""
    checks: list[tuple[str, Callable[[], str]]] = [
        ("資料目録", lambda: f"{len(load_catalogue(settings.corpus / 'sources.yaml').sources)}件"),
        ("埋め込みモデル", lambda: _model(settings)),
        ("索引", lambda: _index(settings)),
        ("言語モデル", lambda: _llm(settings)),
    ]
    return list(_run(checks))


def _run(checks: list[tuple[str, Callable[[], str]]]) -> Iterator[Finding]:
    for what, check in checks:
        try:
            yield Finding(fine=True, what=what, says=check())
        except YorozuError as error:
            yield Finding(fine=False, what=what, says=f"{error.message} [{error.code}]")


def _model(settings: ServiceSettings) -> str:
    embedder = load_embedder(settings)
    if embedder is None:
        return "使わない設定です（語の一致だけで探します）"
    embedder.query("確認")
    return embedder.name


def _llm(settings: ServiceSettings) -> str:
    composer = llm_composer(settings)
    if composer is None:
        return "使わない設定です（資料からの抜き出しで答えます）"
    try:
        composer.check()
    except ComposeFailed as failure:
        raise YorozuError(ErrorCode.LLM_UNAVAILABLE, model=settings.llm, reason=failure.reason) from failure
    finally:
        composer.close()
    return f"{settings.llm}"


def _index(settings: ServiceSettings) -> str:
    embedder = load_embedder(settings)
    index = open_index(settings.data_dir, embedder.name if embedder is not None else None)
    unread = sum(1 for record in index.files() if record.code is not None)
    return f"世代 {index.generation}、一節 {len(index)}件" + (
        f"、読めないファイル {unread}件" if unread else ""
    )
