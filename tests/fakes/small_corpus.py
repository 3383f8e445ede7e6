"""A corpus of one consultation, and a data folder with everything in it that people made."""

from contextlib import closing
from pathlib import Path

from app.answering.models import Answer
from app.settings import ServiceSettings
from app.store.answers import AnswerStore
from app.store.originals import OriginalStore
from ingest.embedding.base import Embedder
from ingest.pipeline import ingest
from tests.fakes.answer_service import answered

CONSULTATION = """
id: tokei_gidai
title: 時計の相談会
status: 要約
qas:
  - no: 1
    question: 工場の時計が遅れるときは、どう直せばよいですか。
    answer: 時計は毎朝、標準電波に合わせてください。電池は一年ごとに交換してください。
    item_nos: [31]
  - no: 2
    question: 来客に渡す名札は、どう管理すればよいですか。
    answer: 名札は番号を付けて受付で管理し、退出のときに必ず返してもらってください。
    item_nos: [44]
"""
QUESTION = "来客に渡す名札はどう管理すればよいですか"


def write_corpus(corpus: Path) -> None:
    """Write the corpus."""
    (corpus / "consultations").mkdir(parents=True)
    (corpus / "consultations" / "tokei_gidai.yaml").write_text(CONSULTATION, encoding="utf-8")


def settings_in(folder: Path) -> ServiceSettings:
    """Settings for `folder`/corpus and `folder`/var, words alone."""
    return ServiceSettings(corpus=folder / "corpus", data_dir=folder / "var", embedder="none")


def filled(folder: Path, embedder: Embedder | None = None) -> tuple[ServiceSettings, Answer]:
    """An index, a stored answer and a store of originals; the settings and the answer."""
    settings = settings_in(folder)
    write_corpus(settings.corpus)
    ingest(settings, embedder=embedder)
    answer = answered("名札はどう管理しますか")
    with closing(AnswerStore.open(settings.data_dir)) as store:
        store.save(answer)
    with closing(OriginalStore.open(settings.data_dir)) as originals:
        originals.keep_sent("sent_1", "株式会社見本の名札はどう管理しますか", None)
    return settings, answer
