"""Look at every part as `yorozu serve` would use it, and say what to do.

Nothing is changed, and nothing is asked of anybody but the database server, the language model and the login
provider that are configured. A service may run meanwhile.
"""

from collections.abc import Callable, Iterator

from app.doctor.disk import check_disk, check_restore
from app.doctor.finding import Finding
from app.doctor.index import check_backup_generation, check_index, check_vectors
from app.doctor.remote import check_llm, check_oidc
from app.doctor.stores import check_clock, check_embeddings, check_originals, check_store
from app.settings import ServiceSettings
from ingest.catalogue import load_catalogue
from ingest.embedding.load import load_embedder, verify_model
from ingest.errors import YorozuError

Check = Callable[[ServiceSettings], str]


def examine(settings: ServiceSettings) -> list[Finding]:
    """Check each part by itself, so that one broken part does not hide the next."""
    return list(_run(settings))


def checks() -> list[tuple[str, Check]]:
    """All that is looked at, with what it is called."""
    return [
        ("ディスク", check_disk),
        ("復元", check_restore),
        ("資料目録", _catalogue),
        ("埋め込みモデル", _model),
        ("索引", check_index),
        ("ベクトルの索引", check_vectors),
        ("前の世代", check_backup_generation),
        ("回答と下書きの保存先", check_store),
        ("質問の原文の保存先", check_originals),
        ("計算済みのベクトル", check_embeddings),
        ("時計", check_clock),
        ("言語モデル", check_llm),
        ("認証サーバー", check_oidc),
    ]


def _run(settings: ServiceSettings) -> Iterator[Finding]:
    for what, check in checks():
        try:
            yield Finding(fine=True, what=what, says=check(settings))
        except YorozuError as error:
            yield Finding(fine=False, what=what, says=error.message, code=error.code)


def _catalogue(settings: ServiceSettings) -> str:
    return f"{len(load_catalogue(settings.corpus / 'sources.yaml').sources)}件"


def _model(settings: ServiceSettings) -> str:
    embedder = load_embedder(settings)
    if embedder is None:
        return "使わない設定です（語の一致だけで探します）"
    verify_model(settings)  # weights included: a file that was swapped would answer, wrongly
    embedder.query("確認")
    return embedder.name
