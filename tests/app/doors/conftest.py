"""A small corpus of its own, ingested once: words alone, one consultation and one guideline page."""

import pytest

from app.settings import ServiceSettings
from ingest.pipeline import ingest
from tests.fakes.small_corpus import CONSULTATION

CATALOGUE = """sources:
  - id: tokei_gidai
    kind: consultation
    title: 時計の相談会
    url: https://example.com/tokei
  - id: tokei_guide
    kind: guideline
    title: 時計の手引き
    publisher: 時計協会
    url: https://example.com/guide.pdf
    file: documents/guide.md
"""
GUIDE = "# 時計の点検\n\n時計の点検は毎月一度行い、結果を台帳に記録することが望ましい。\n"


@pytest.fixture(scope="session")
def small(tmp_path_factory: pytest.TempPathFactory) -> ServiceSettings:
    """Settings of a service over the small corpus."""
    folder = tmp_path_factory.mktemp("doors")
    (folder / "corpus" / "consultations").mkdir(parents=True)
    (folder / "corpus" / "documents").mkdir()
    (folder / "corpus" / "sources.yaml").write_text(CATALOGUE, encoding="utf-8")
    (folder / "corpus" / "consultations" / "tokei_gidai.yaml").write_text(CONSULTATION, encoding="utf-8")
    (folder / "corpus" / "documents" / "guide.md").write_text(GUIDE, encoding="utf-8")
    settings = ServiceSettings(corpus=folder / "corpus", data_dir=folder / "var", embedder="none", port=0)
    assert ingest(settings, embedder=None).failures == []
    return settings
