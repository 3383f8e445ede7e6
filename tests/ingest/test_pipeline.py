import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as given_settings
from hypothesis import strategies as st

from ingest import documents, pipeline
from ingest.embedding.base import Embedder
from ingest.errors import ErrorCode, YorozuError
from ingest.index.reader import Index, open_index
from ingest.models import Block, FileContent, PageProblem
from ingest.pipeline import IngestReport, ingest
from ingest.readers.registry import read_file
from ingest.settings import Settings
from tests.fakes.hashed_embedder import HashedEmbedder

ROOT = Path(__file__).resolve().parents[2]

MEETING = """id: meeting1
title: 第1回 よろず相談会
status: {status}
qas:
  - no: 1
    question: 専任者がいないときはどうすればよいですか
    answer: {answer}
    item_nos: [17]
  - no: 2
    question: 記録はいつまで保管しますか
    answer: 三年のあいだ保管してください。
"""
CATALOGUE = """sources:
  - id: guide
    title: 対策ガイドライン
    publisher: IPA
    edition: 第3.1版
  - id: absent
    title: まだ手元にない資料
"""


@pytest.fixture
def reads(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Read with the same readers but in no other process, where a test reads dozens of times."""
    names: list[str] = []

    def read_here(paths: Sequence[Path], seconds: float) -> Iterator[tuple[int, FileContent | YorozuError]]:
        assert seconds > 0
        for number, path in enumerate(paths):
            names.append(path.name)
            try:
                yield number, read_file(path)
            except YorozuError as error:
                yield number, error

    monkeypatch.setattr(pipeline, "read_each", read_here)
    return names


class Corpus:
    def __init__(self, folder: Path) -> None:
        self.folder = folder / "corpus"
        self.settings = Settings(corpus=self.folder, data_dir=folder / "var")
        self.folder.mkdir(parents=True)
        self.embedder = HashedEmbedder()

    def put(self, name: str, text: str | bytes) -> Path:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode() if isinstance(text, str) else text)
        return path

    def ingest(self, embedder: Embedder | None = None, *, rebuild: bool = False) -> IngestReport:
        return ingest(self.settings, embedder=embedder or self.embedder, rebuild=rebuild)

    def index(self) -> Index:
        return open_index(self.settings.data_dir, None)

    def texts(self) -> list[str]:
        index = self.index()
        return [passage.text for passage in index.passages(range(len(index)))]


@pytest.fixture
def corpus(tmp_path: Path) -> Corpus:
    return Corpus(tmp_path)


def two_pages(folder: Path, second: str) -> bytes:
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.cidfonts import UnicodeCIDFont
    from reportlab.pdfgen.canvas import Canvas

    pdfmetrics.registerFont(UnicodeCIDFont("HeiseiMin-W3"))
    canvas = Canvas(str(folder / "made.pdf"), invariant=1)
    for text in ("一ページ目では規程の作り方を説明します。", second):
        canvas.setFont("HeiseiMin-W3", 12)
        canvas.drawString(72, 700, text)
        canvas.showPage()
    canvas.save()
    return (folder / "made.pdf").read_bytes()


def test_counts_failures_and_sources(corpus: Corpus) -> None:
    corpus.put("sources.yaml", CATALOGUE)
    corpus.put("consultations/m.yaml", MEETING.format(status="要約", answer="兼任でも構いません。"))
    corpus.put("documents/guide.md", "# 規程\n\n規程を年に一度見直します。\n")
    corpus.put("documents/empty.txt", "")
    corpus.put("documents/photo.jpg", b"\xff\xd8\xff")
    report = corpus.ingest()
    assert (report.files, report.failed, report.qas, report.passages) == (4, 2, 2, 3)
    assert (report.embedded, report.deleted, report.generation) == (
        8,
        0,
        "gen-000001",
    )  # a heading is one too
    assert [(file, code) for file, code, _ in report.failures] == [
        ("documents/empty.txt", "file_empty"),
        ("documents/photo.jpg", "file_unsupported"),
    ]
    assert "置き直してください" in report.failures[0][2]
    index = corpus.index()
    guide = index.source("guide")
    assert (guide.title, guide.edition, guide.file) == ("対策ガイドライン", "第3.1版", "documents/guide.md")
    assert index.source("absent").file is None
    meeting = index.source("meeting1")
    assert (meeting.title, meeting.kind) == ("第1回 よろず相談会", "consultation")
    assert index.rows_for_qa("meeting1", 2) == [1]
    assert index.rows_for_items([17]) == [0]
    assert [(record.file, record.code) for record in index.files()][1:3] == [
        ("documents/empty.txt", "file_empty"),
        ("documents/guide.md", None),
    ]


def test_nothing_changed_means_nothing_done(corpus: Corpus, reads: list[str]) -> None:
    corpus.put("m.yaml", MEETING.format(status="要約", answer="兼任でも構いません。"))
    corpus.put("again.yaml", MEETING.format(status="要約", answer="兼任でも構いません。"))
    corpus.put("bad.pdf", b"%PDF-1.4 no")
    first = corpus.ingest()
    assert first.embedded == 6  # two answers, each as a whole, as a question and as a sentence
    reads.clear()
    second = corpus.ingest()
    assert reads == []
    assert (second.embedded, second.deleted, second.generation) == (0, 0, "gen-000001")
    same = ("files", "failed", "qas", "passages", "failures", "warnings")
    assert [getattr(first, name) for name in same] == [getattr(second, name) for name in same]
    assert second.failed == 1
    assert len(second.warnings) == 1


def test_nothing_changed_loads_neither_torch_nor_chroma_and_is_quick(corpus: Corpus) -> None:
    for number in range(30):
        corpus.put(f"{number}.txt", f"第{number}の規程を見直します。" * 20)
    corpus.ingest()
    code = (
        "import sys, time\nfrom pathlib import Path\nfrom ingest.pipeline import ingest\n"
        "from ingest.settings import Settings\nfrom tests.fakes.hashed_embedder import HashedEmbedder\n"
        "settings = Settings(corpus=Path(sys.argv[1]), data_dir=Path(sys.argv[2]))\n"
        "start = time.perf_counter()\nreport = ingest(settings, embedder=HashedEmbedder())\n"
        "assert report.generation == 'gen-000001', report\nassert time.perf_counter() - start < 3\n"
        "heavy = {'torch', 'chromadb', 'sentence_transformers', 'sudachipy'} & set(sys.modules)\n"
        "assert not heavy, heavy\n"
    )
    args = [sys.executable, "-c", code, str(corpus.folder), str(corpus.settings.data_dir)]
    subprocess.run(args, cwd=ROOT, check=True)


def test_a_changed_page_embeds_only_its_passages(corpus: Corpus, tmp_path: Path, reads: list[str]) -> None:
    corpus.put("a.pdf", two_pages(tmp_path, "二ページ目では委託先の管理を説明します。"))
    corpus.put("b.txt", "変わらないファイルです。")
    corpus.ingest()
    corpus.put("a.pdf", two_pages(tmp_path, "二ページ目は改訂され、取引先の監査を説明します。"))
    corpus.embedder.embedded.clear()
    reads.clear()
    report = corpus.ingest()
    assert reads == ["a.pdf"]
    assert report.embedded == 1
    assert report.deleted == 1
    assert ["取引先の監査" in text for text in corpus.embedder.embedded] == [True]
    assert corpus.index().page_text("a.pdf", 2) is not None
    assert corpus.index().page_text("a.pdf", 3) is None


@pytest.mark.usefixtures("reads")
def test_a_terminal_sees_a_bar_for_each_stage(
    corpus: Corpus, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    corpus.put("a.txt", "規程を見直します。")
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    ingest(corpus.settings, embedder=corpus.embedder, progress=True)
    shown = capsys.readouterr().err
    assert [f"{stage}: 100%" in shown for stage in ("読み取り", "埋め込み", "単語")] == [True] * 3


@pytest.mark.usefixtures("reads")
def test_a_vanished_file_leaves(corpus: Corpus) -> None:
    corpus.put("a.txt", "規程を見直します。")
    corpus.put("b.txt", "委託先を確認します。").unlink()
    corpus.put("b.txt", "委託先を確認します。")
    corpus.ingest()
    (corpus.folder / "b.txt").unlink()
    report = corpus.ingest()
    assert (report.files, report.passages, report.deleted, report.embedded) == (1, 1, 1, 0)
    assert corpus.texts() == ["規程を見直します。"]
    (corpus.folder / "a.txt").unlink()
    assert corpus.ingest().passages == 0
    assert corpus.texts() == []


@pytest.mark.usefixtures("reads")
def test_the_verbatim_consultation_replaces_the_restated_one(corpus: Corpus) -> None:
    restated = MEETING.format(status="要約", answer="要約した回答です。")
    corpus.put("a.yaml", restated)
    corpus.ingest()
    assert corpus.texts()[0] == "要約した回答です。"
    corpus.put("b.yaml", MEETING.format(status="原文", answer="原文の回答です。"))
    report = corpus.ingest()
    assert (report.files, report.failed, report.qas) == (2, 0, 2)
    assert corpus.texts()[0] == "原文の回答です。"
    assert report.warnings == ["a.yaml: 同じ相談会の原文 b.yaml があるので、要約の代わりに原文を使いました。"]
    assert corpus.index().source("meeting1").file == "b.yaml"
    (corpus.folder / "b.yaml").unlink()
    assert corpus.ingest().warnings == []
    assert corpus.texts()[0] == "要約した回答です。"


@pytest.mark.usefixtures("reads")
def test_a_verbatim_consultation_is_found_by_the_wordings_of_its_restated_form(corpus: Corpus) -> None:
    asked = MEETING.format(status="要約", answer="要約した回答です。").replace(
        "    answer:", "    wordings: [掛け持ちの係でもよいか]\n    answer:", 1
    )
    corpus.put("a.yaml", asked)
    corpus.ingest()
    corpus.put("b.yaml", MEETING.format(status="原文", answer="原文の回答です。"))
    corpus.ingest()
    (first, *others) = corpus.index().passages(range(len(corpus.index())))
    assert (first.text, first.wordings) == ("原文の回答です。", ("掛け持ちの係でもよいか",))
    assert all(passage.wordings == () for passage in others)
    corpus.put("a.yaml", asked.replace("掛け持ち", "兼務"))
    assert corpus.ingest().embedded == 1
    assert corpus.index().passage(0).wordings == ("兼務の係でもよいか",)


@pytest.mark.usefixtures("reads")
def test_the_same_content_goes_in_once(corpus: Corpus) -> None:
    corpus.put("a.txt", "規程を見直します。")
    corpus.put("b.txt", "規程を見直します。")
    report = corpus.ingest()
    assert (report.files, report.passages) == (2, 1)
    assert report.warnings == ["b.txt: a.txt と同じ内容なので、そちらだけを取り込みました。"]
    (corpus.folder / "a.txt").unlink()
    assert corpus.ingest().passages == 1
    assert corpus.index().passage(0).file == "b.txt"


@pytest.mark.usefixtures("reads")
def test_two_files_of_one_name_have_ids_of_their_own(corpus: Corpus) -> None:
    for name in ("a b.txt", "a-b.txt", "a/b.txt"):
        corpus.put(name, f"{name}の規程です。")
    corpus.ingest()
    ids = [source.id for source in corpus.index().sources()]
    assert len(set(ids)) == 3
    (corpus.folder / "a b.txt").unlink()
    corpus.ingest()
    assert [source.id for source in corpus.index().sources()] == ids[1:]


@pytest.mark.usefixtures("reads")
def test_a_catalogue_entry_that_changes_is_taken_over(corpus: Corpus) -> None:
    corpus.put("documents/guide.md", "規程を見直します。")
    corpus.ingest()
    corpus.put("sources.yaml", CATALOGUE)
    report = corpus.ingest()
    assert report.embedded == 0
    assert corpus.index().passage(0).source_id == "guide"
    corpus.put("sources.yaml", CATALOGUE.replace("まだ手元にない資料", "別の題"))
    assert corpus.ingest().generation == "gen-000003"
    assert corpus.index().source("absent").title == "別の題"


@pytest.mark.usefixtures("reads")
def test_another_embedder_means_other_vectors(corpus: Corpus) -> None:
    corpus.put("a.txt", "規程を見直します。")
    corpus.ingest()
    other = HashedEmbedder("other@2")
    assert corpus.ingest(other).embedded == 1
    assert open_index(corpus.settings.data_dir, "other@2").has_vectors
    report = ingest(corpus.settings, embedder=None)
    assert not corpus.index().has_vectors
    assert report.passages == 1


def test_rebuild_reads_again_but_embeds_nothing(corpus: Corpus, reads: list[str]) -> None:
    corpus.put("a.txt", "規程を見直します。")
    corpus.ingest()
    reads.clear()
    report = corpus.ingest(rebuild=True)
    assert (report.generation, report.embedded, report.deleted) == ("gen-000002", 0, 0)
    assert reads == ["a.txt"]


@pytest.mark.usefixtures("reads")
def test_a_damaged_index_is_built_anew(corpus: Corpus) -> None:
    corpus.put("a.txt", "規程を見直します。")
    corpus.ingest()
    shutil.rmtree(corpus.settings.data_dir / "index" / "gen-000001" / "chroma")
    with pytest.raises(YorozuError) as damage:
        corpus.index()
    assert damage.value.code is ErrorCode.INDEX_DAMAGED
    report = corpus.ingest()
    assert (report.generation, report.embedded) == ("gen-000002", 0)
    assert corpus.texts() == ["規程を見直します。"]


@pytest.mark.usefixtures("reads")
def test_too_large_and_unreadable_files_are_named(corpus: Corpus) -> None:
    corpus.settings = Settings(**{**dict(corpus.settings), "max_file_mb": 1})
    corpus.put("big.txt", "あ" * 400_000)
    corpus.put("ok.txt", "規程を見直します。")
    report = corpus.ingest()
    assert [(file, code) for file, code, _ in report.failures] == [("big.txt", "file_too_large")]
    assert report.passages == 1
    assert corpus.ingest().generation == "gen-000001"


def test_pages_without_text_are_warned_of(corpus: Corpus, monkeypatch: pytest.MonkeyPatch) -> None:
    blocks = (Block("paragraph", "規程を見直します。", page=1),)
    problems = (
        PageProblem(2, "file_no_text"),
        PageProblem(5, "file_no_text"),
        PageProblem(3, "file_garbled"),
    )
    content = FileContent(
        blocks, pages=("規程を見直します。",), problems=problems, notes=("表は省きました。",)
    )
    monkeypatch.setattr(pipeline, "read_each", lambda paths, _: ((n, content) for n, _ in enumerate(paths)))
    corpus.put("a.pdf", "x")
    report = corpus.ingest()
    assert (report.failed, report.passages) == (0, 1)
    starts = [
        "a.pdf: 2・5ページ: 文字のデータがありません",
        "a.pdf: 3ページ: 文字が正しく取り出せません",
        "a.pdf: 表は省",
    ]
    assert [w.startswith(s) for w, s in zip(report.warnings, starts, strict=True)] == [True] * 3
    assert corpus.ingest().warnings == report.warnings


def test_a_file_that_reads_as_nothing_is_named(corpus: Corpus, monkeypatch: pytest.MonkeyPatch) -> None:
    content = FileContent((Block("paragraph", " "),))
    monkeypatch.setattr(pipeline, "read_each", lambda paths, _: ((n, content) for n, _ in enumerate(paths)))
    corpus.put("a.html", "x")
    assert [code for _, code, _ in corpus.ingest().failures] == ["file_no_text"]
    assert corpus.ingest().generation == "gen-000001"


def snapshot(index: Index) -> tuple[object, ...]:
    """All that two builds of the same corpus must agree on."""
    rows = range(len(index))
    passages = index.passages(rows)
    words = ["規程", "委託", "見直す", "監査", "1"]
    lexical = [index.lexical(name, words).tolist() for name in ("words", "chars", "concepts")]
    query = HashedEmbedder().query("規程")
    cosines = [
        np.nan_to_num(index.cosines(name, query, rows), nan=9).tolist() for name in ("text", "question")
    ]
    nearest = index.nearest("text", query, len(index))[0].tolist()
    pages = {record.file: index.pages_of_file(record.file) for record in index.files()}
    statistics = np.round(index.statistics("text", query), 6).tolist()
    return passages, index.sources(), index.files(), pages, lexical, cosines, statistics, nearest


_NAMES = st.sampled_from(["a.txt", "b.md", "docs/c.txt", "m1.yaml", "m2.yaml"])
_TEXTS = st.sampled_from(
    ["", "規程を見直します。", "委託先を確認します。\n\n監査を受けます。", "# 題\n\n- 規程\n- 監査"]
)
_MEETINGS = st.builds(
    MEETING.format, status=st.sampled_from(["原文", "要約"]), answer=st.sampled_from(["可", "不可"])
)
_STEPS = st.lists(st.tuples(_NAMES, st.none() | _TEXTS, _MEETINGS), min_size=1, max_size=3)


@pytest.mark.slow
@given_settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(_STEPS, min_size=1, max_size=3))
@pytest.mark.usefixtures("reads")
def test_any_series_of_changes_ends_as_a_build_from_scratch(
    tmp_path_factory: pytest.TempPathFactory,
    series: list[list[tuple[str, str | None, str]]],
) -> None:
    corpus = Corpus(tmp_path_factory.mktemp("series"))
    for steps in series:
        for name, text, meeting in steps:
            if text is None:
                (corpus.folder / name).unlink(missing_ok=True)
            else:
                corpus.put(name, meeting if name.endswith("yaml") and text else text)
        corpus.ingest()
    scratch = Settings(corpus=corpus.folder, data_dir=corpus.settings.data_dir.with_name("scratch"))
    report = ingest(scratch, embedder=HashedEmbedder())
    assert snapshot(corpus.index()) == snapshot(open_index(scratch.data_dir, None))
    after = corpus.ingest()
    assert (after.passages, after.failures, after.warnings) == (
        report.passages,
        report.failures,
        report.warnings,
    )
    assert after.embedded == after.deleted == 0


@pytest.mark.model
def test_with_the_real_embedder(corpus: Corpus, embedder: Embedder) -> None:
    corpus.put("a.txt", "委託先とは秘密保持契約を結びます。\n\n食堂は正午に開きます。")
    corpus.put("m.yaml", MEETING.format(status="要約", answer="兼任でも構いません。"))
    assert corpus.ingest(embedder).embedded > 0
    start = time.perf_counter()
    assert corpus.ingest(embedder).embedded == 0
    assert time.perf_counter() - start < 3
    index = open_index(corpus.settings.data_dir, embedder.name)
    rows, _ = index.nearest("question", embedder.query("担当を専門に置けない場合は？"), 1)
    assert index.passage(rows[0]).question_no == 1


def test_real_samples_go_in_or_are_named(corpus: Corpus, shared: Path) -> None:
    samples = shared / "samples"
    shutil.copytree(samples / "broken", corpus.folder / "broken")
    shutil.copytree(samples / "consultation_variants", corpus.folder / "variants")
    report = ingest(corpus.settings, embedder=None)
    assert report.files == 11
    assert report.qas >= 9
    assert all(code in set(ErrorCode) and message for _, code, message in report.failures)
    assert ingest(corpus.settings, embedder=None).generation == "gen-000001"


def test_other_word_lists_make_other_passages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is stored of a passage holds synonym groups: with other groups the question would not meet it."""
    package = tmp_path / "ingest"
    shutil.copytree(ROOT / "ingest", package, ignore=shutil.ignore_patterns("__pycache__", "*.npz"))
    monkeypatch.setattr(documents, "__file__", str(package / "documents.py"))
    shape = documents.shape_of_passages("none", 60)
    assert documents.shape_of_passages("none", 60) == shape
    (package / "text" / "notes.md").write_text("nothing that is read")
    assert documents.shape_of_passages("none", 60) == shape
    shapes = {shape}
    for name in ("text/synonyms.txt", "text/words.py", "chunks.py"):
        with (package / name).open("a") as stream:
            stream.write("\n# more")
        shapes.add(documents.shape_of_passages("none", 60))
    assert len(shapes) == 4
