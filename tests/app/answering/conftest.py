"""A small index of words alone, made once; its topics are far from those of the shipped corpus."""

from pathlib import Path

import pytest

from app.answering.evidence import EvidenceModel, Weights
from app.answering.findings import Finder
from app.answering.retrieve import Retriever
from ingest.index.build import build_index
from ingest.index.reader import Index, IndexHolder
from ingest.models import Passage, Reference, Source
from ingest.text.words import Tokenizer

SOURCES = (
    Source("meeting", "時計の相談会", kind="consultation", as_of="2023"),
    Source("guide", "時計の手引き", publisher="時計協会", edition="第1.0版", url="https://example.org/g.pdf"),
    Source("guide2", "時計の手引き", publisher="時計協会", edition="第2.0版", supersedes="guide"),
)


def qa(no: int, question: str, answer: str, *item_nos: int, part: int = 0, label: str = "") -> Passage:
    return Passage(
        f"qa{no}.{part}",
        "meeting",
        "m.yaml",
        answer,
        no * 10 + part,
        question=question,
        question_no=no,
        item_nos=item_nos,
        references=(Reference(label, "https://example.org/", None, "P3"),) if label else (),
    )


def page(number: int, text: str, *heading: str) -> Passage:
    label = str(number - 2) if number > 2 else None
    return Passage(
        f"page{number}",
        "guide",
        "g.pdf",
        text,
        number,
        page=number,
        page_end=number,
        page_label=label,
        heading=heading,
    )


CLOCK = "工場の時計が遅れるときは、どう直せばよいですか。"
BADGE = "来客に渡す名札は、どう管理すればよいですか。"
PASSAGES = (
    qa(
        1,
        CLOCK,
        "時計は毎朝、標準電波に合わせてください。電池は一年ごとに交換してください。",
        17,
        label="■時計協会：時計の手引き第1.0版 P3",
    ),
    qa(2, BADGE, "名札は番号を付けて受付で管理します。", 117),
    qa(2, BADGE, "退出のときに必ず返してもらってください。", 117, part=1),
    qa(3, "植木鉢の水やりは誰が担当しますか。", "当番表を作り、総務が水やりを担当します。", 171),
    qa(4, "廊下の電球が切れたら、誰に連絡しますか。", "電球は施設の係に連絡してください。", 30),
    qa(5, "非常口の鍵はどこに置きますか。", "鍵は守衛室の箱に置きます。", 94, 95, 96),
    page(3, "1 掃除\n床は毎週、湿った布で拭きます。窓は月に一度拭きます。", "1 掃除"),
    page(4, "2 空調\n夏の冷房は二十八度に設定します。", "2 空調"),
)


@pytest.fixture(scope="session")
def tokenizer() -> Tokenizer:
    return Tokenizer()


@pytest.fixture(scope="session")
def data_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("small")
    build_index(folder, SOURCES, PASSAGES, None)
    return folder


@pytest.fixture(scope="session")
def holder(data_dir: Path) -> IndexHolder:
    return IndexHolder(data_dir, None)


@pytest.fixture(scope="session")
def index(holder: IndexHolder) -> Index:
    return holder.current()


@pytest.fixture(scope="session")
def retriever(tokenizer: Tokenizer) -> Retriever:
    return Retriever(tokenizer, None)


@pytest.fixture(scope="session")
def evidence() -> EvidenceModel:
    """Sure where the passage holds most of the words, or the item: the fitted weights may change any day."""
    weights = Weights(-5.0, {"coverage": 10.0, "item_match": 5.0})
    return EvidenceModel(judged=weights, vectors=weights, words=weights, threshold=0.5)


@pytest.fixture(scope="session")
def finder(retriever: Retriever, tokenizer: Tokenizer, evidence: EvidenceModel) -> Finder:
    return Finder(retriever, tokenizer, evidence)
