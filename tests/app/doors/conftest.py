"""A small corpus of its own, ingested once: words alone, one consultation and one guideline page."""

import pytest

from app.settings import ServiceSettings
from ingest.pipeline import ingest

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
MEETING = """
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
GUIDE = "# 時計の点検\n\n時計の点検は毎月一度行い、結果を台帳に記録することが望ましい。\n"
QUESTION = "来客に渡す名札はどう管理すればよいですか"


@pytest.fixture(scope="session")
def small(tmp_path_factory: pytest.TempPathFactory) -> ServiceSettings:
    """Settings of a service over the small corpus."""
    folder = tmp_path_factory.mktemp("doors")
    (folder / "corpus" / "consultations").mkdir(parents=True)
    (folder / "corpus" / "documents").mkdir()
    (folder / "corpus" / "sources.yaml").write_text(CATALOGUE, encoding="utf-8")
    (folder / "corpus" / "consultations" / "tokei_gidai.yaml").write_text(MEETING, encoding="utf-8")
    (folder / "corpus" / "documents" / "guide.md").write_text(GUIDE, encoding="utf-8")
    settings = ServiceSettings(corpus=folder / "corpus", data_dir=folder / "var", embedder="none", port=0)
    assert ingest(settings, embedder=None).failures == []
    return settings
