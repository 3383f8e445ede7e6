"""The program as it is called: what it prints, on which stream, and its exit status."""

import json
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from app.cli import cli, run_cli
from app.doctor.examine import checks
from ingest.index import layout
from ingest.index.lock import writer_lock
from tests.fakes.llm_server import Behaviour, llm_server

ROOT = Path(__file__).resolve().parents[2]
MEETING = """
id: tokei_gidai
title: 時計の相談会
status: 要約
qas:
  - no: 1
    question: 工場の時計が遅れるときは、どう直せばよいですか。
    answer: 時計は毎朝、標準電波に合わせてください。
    item_nos: [31]
  - no: 2
    question: 来客に渡す名札は、どう管理すればよいですか。
    answer: |-
      名札は番号を付けて受付で管理し、退出のときに必ず返してもらってください。
      名札の様式は2020年度中に見直してください。
    item_nos: [44]
"""
CATALOGUE = """sources:
  - id: tokei_gidai
    kind: consultation
    title: 時計の相談会
"""
FILE = "consultations/tokei_gidai.yaml"
QUESTION = "来客に渡す名札は、どう管理すればよいですか。"


@dataclass(frozen=True)
class Ran:
    status: int
    out: str
    err: str

    def json(self) -> Any:
        return json.loads(self.out)


class Program:
    """Calls the command line in this process, words alone."""

    def __init__(
        self, folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        self.corpus, self.data_dir = folder / "corpus", folder / "var"
        self._capsys, self._monkeypatch = capsys, monkeypatch

    def __call__(self, *args: str) -> Ran:
        self._monkeypatch.setattr(sys, "argv", ["yorozu", *args])
        with pytest.raises(SystemExit) as ended:
            run_cli(cli)
        out, err = self._capsys.readouterr()
        assert "Traceback" not in err
        return Ran(int(ended.value.code or 0), out, err)

    def here(self, command: str, *args: str) -> Ran:
        """With this corpus and this data folder."""
        corpus = () if command == "rollback" else ("--corpus", str(self.corpus))
        return self(command, *args, *corpus, "--data-dir", str(self.data_dir))


def write_corpus(folder: Path) -> None:
    (folder / "consultations").mkdir(parents=True)
    (folder / "sources.yaml").write_text(CATALOGUE, encoding="utf-8")
    (folder / FILE).write_text(MEETING, encoding="utf-8")


@pytest.fixture
def program(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Program:
    monkeypatch.setenv("YOROZU_EMBEDDER", "none")
    made = Program(tmp_path, capsys, monkeypatch)
    write_corpus(made.corpus)
    return made


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with one generation over the small corpus."""
    from ingest.pipeline import ingest
    from ingest.settings import Settings

    folder = tmp_path_factory.mktemp("built")
    write_corpus(folder / "corpus")
    ingest(Settings(corpus=folder / "corpus", data_dir=folder / "var"), embedder=None)
    return folder / "var"


@pytest.fixture
def ready(program: Program, built: Path) -> Program:
    shutil.copytree(built, program.data_dir)
    return program


def test_ingest_counts_and_names_what_it_could_not_read(program: Program) -> None:
    (program.corpus / "broken.pdf").write_bytes(b"no pdf at all")
    ran = program.here("ingest", "--json")
    assert ran.status == 3
    failures = ran.json().pop("failures")
    counts = {name: value for name, value in ran.json().items() if name not in {"failures", "warnings"}}
    assert counts == {
        "files": 2,
        "failed": 1,
        "qas": 2,
        "passages": 2,
        "embedded": 0,
        "deleted": 0,
        "generation": "gen-000001",
    }
    assert [(f["file"], f["code"]) for f in failures] == [("broken.pdf", "file_damaged")]
    assert "読めません: broken.pdf: " in ran.err

    (program.corpus / "broken.pdf").unlink()
    again = program.here("ingest")
    assert again.status == 0
    assert "質問と回答 2" in again.out
    assert "読めないファイル 0" in again.out
    assert again.err == ""


def test_ask_prints_the_answer(ready: Program) -> None:
    ran = ready.here("ask", QUESTION)
    assert ran.status == 0
    assert ran.out.startswith(f"質問内容：{QUESTION}\n\n回答：\n名札は番号を付けて受付で管理し")
    assert ran.out.splitlines()[-1].startswith("[1] 時計の相談会")
    assert ran.out.splitlines()[-1].endswith(" 質問2")


def test_ask_prints_the_contract(ready: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("YOROZU_TODAY", "2021-04-01")
    answer = ready.here("ask", QUESTION, "--json").json()
    assert answer["status"] == "answered"
    assert [c["question_no"] for c in answer["citations"]] == [2]
    assert {c["code"] for c in answer["cautions"]} == {"dated_deadline", "degraded"}


def test_no_answer_is_no_failure(ready: Program) -> None:
    ran = ready.here("ask", "火星の天気予報の精度は？")
    assert ran.status == 0
    assert "よろず相談会の事務局にお問い合わせください。" in ran.out


def test_search_prints_the_keys_of_the_contract(ready: Program) -> None:
    found = ready.here("search", "名札", "--json", "-k", "1").json()
    assert set(found) == {"query", "results"}
    (hit,) = found["results"]
    assert {
        "rank", "score", "source_id", "file", "title", "page", "page_end", "question_no", "item_nos", "text",
    } <= set(hit)  # fmt: skip
    assert (hit["rank"], hit["question_no"], hit["item_nos"]) == (1, 2, [44])
    assert (hit["source_id"], hit["file"], hit["title"]) == ("tokei_gidai", FILE, "時計の相談会")


def test_search_for_people(ready: Program) -> None:
    ran = ready.here("search", "標準電波")
    assert ran.status == 0
    assert ran.out.startswith("  1. ")
    assert "時計の相談会 質問1" in ran.out.split("\n")[0]


def test_rollback_goes_one_back_and_then_there_is_none(ready: Program) -> None:
    assert ready.here("ingest", "--rebuild", "--json").json()["generation"] == "gen-000002"
    ran = ready.here("rollback")
    assert (ran.status, ran.out) == (0, "世代 gen-000001 に戻しました。\n")
    assert layout.current_generation(ready.data_dir) == "gen-000001"
    none = ready.here("rollback")
    assert none.status == 1
    assert none.err.endswith("[generation_missing]\n")


def test_ask_with_an_engine(ready: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    none = ready.here("ask", QUESTION, "--engine", "llm")
    assert none.status == 2
    assert none.err.endswith("[engine_unavailable]\n")
    with llm_server() as server:
        monkeypatch.setenv("YOROZU_LLM", "openai:m")
        monkeypatch.setenv("YOROZU_LLM_BASE_URL", server.url)
        assert ready.here("ask", QUESTION, "--json").json()["engine"] == "llm"
        assert (
            ready.here("ask", QUESTION, "--json", "--engine", "extractive").json()["engine"] == "extractive"
        )
        server.behaviour = Behaviour.ERROR
        ran = ready.here("ask", QUESTION, "--json", "--engine", "llm")
        assert (ran.status, ran.json()["engine"]) == (0, "extractive")


def test_doctor_asks_the_language_model(ready: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    with llm_server() as server:
        monkeypatch.setenv("YOROZU_LLM", "openai:m")
        monkeypatch.setenv("YOROZU_LLM_BASE_URL", server.url)
        server.behaviour = Behaviour.NOTHING
        assert "良好  言語モデル: openai:m" in ready.here("doctor").out
        server.behaviour = Behaviour.ERROR
        ran = ready.here("doctor")
    assert ran.status == 1
    assert "問題  言語モデル: 言語モデル「openai:m」が応答しません" in ran.out
    assert next(line for line in ran.out.splitlines() if "言語モデル" in line).endswith("[llm_unavailable]")


def test_doctor_finds_all_well(ready: Program) -> None:
    ran = ready.here("doctor")
    assert ran.status == 0
    said = dict(line.removeprefix("良好  ").split(": ", 1) for line in ran.out.splitlines())
    assert list(said) == [what for what, _ in checks()]
    assert "一節 2件" in said["索引"]
    assert "使わない設定" in said["言語モデル"]


def test_doctor_names_each_problem_and_goes_on(program: Program) -> None:
    (program.corpus / "sources.yaml").write_text("sources: [1", encoding="utf-8")
    program.data_dir.mkdir()
    ran = program.here("doctor", "--json")
    assert ran.status == 1
    findings = {finding["what"]: finding for finding in ran.json()["findings"]}
    assert ran.json()["fine"] is False
    assert {what: f["code"] for what, f in findings.items() if not f["fine"]} == {
        "資料目録": "catalogue_invalid",
        "索引": "index_missing",
    }
    assert "yorozu ingest" in findings["索引"]["says"]


@pytest.mark.parametrize(
    ("args", "status", "code", "says"),
    [
        (("ask", QUESTION), 1, "index_missing", "「yorozu ingest」を実行"),
        (("search", "名札"), 1, "index_missing", "「yorozu ingest」を実行"),
        (("ask", "？？"), 2, "question_empty", "入力してください"),
        (("ask", "名" * 2001), 2, "question_too_long", "2001文字"),
        (("rollback",), 1, "generation_missing", "「yorozu ingest」"),
    ],
)
def test_a_failure_is_one_line_that_says_what_to_do(
    program: Program, args: tuple[str, ...], status: int, code: str, says: str
) -> None:
    ran = program.here(*args)
    assert (ran.status, ran.out) == (status, "")
    assert ran.err.count("\n") == 1
    assert ran.err.startswith("エラー: ")
    assert ran.err.endswith(f"[{code}]\n")
    assert says in ran.err


def test_a_corpus_that_is_not_there(program: Program) -> None:
    ran = program("ingest", "--corpus", str(program.corpus / "absent"), "--data-dir", str(program.data_dir))
    assert ran.status == 2
    assert "[corpus_missing]" in ran.err


def test_a_file_to_ingest_that_is_not_there(program: Program) -> None:
    ran = program.here("ingest", str(program.corpus / "absent.txt"))
    assert ran.status == 2
    assert "absent.txt" in ran.err


def test_a_second_ingest_at_the_same_time(program: Program) -> None:
    with writer_lock(program.data_dir):
        ran = program.here("ingest")
    assert ran.status == 1
    assert "[index_locked]" in ran.err


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("YOROZU_CORPSE", "x", "YOROZU_CORPSE"),
        ("YOROZU_QUESTION_LIMIT", "many", "YOROZU_QUESTION_LIMIT"),
        ("YOROZU_TODAY", "someday", "YOROZU_TODAY"),
    ],
)
@pytest.mark.parametrize("command", ["ask", "doctor"])
def test_a_setting_that_is_wrong_is_named(
    program: Program, monkeypatch: pytest.MonkeyPatch, command: str, name: str, value: str, says: str
) -> None:
    monkeypatch.setenv(name, value)
    ran = program.here(command, *([QUESTION] if command == "ask" else []))
    assert ran.status == 2
    assert says in ran.err
    assert "[setting_invalid]" in ran.err


@pytest.mark.parametrize("args", [(), ("ask",), ("search", "名札", "-k", "0"), ("no-such-command",)])
def test_wrong_use_is_two(program: Program, args: tuple[str, ...]) -> None:
    assert program(*args).status == 2


@pytest.mark.parametrize(
    "command", ["ingest", "ask", "search", "serve", "mcp", "fetch", "model", "rollback", "doctor"]
)
def test_every_command_explains_itself_in_japanese(program: Program, command: str) -> None:
    ran = program(command, "--help")
    assert ran.status == 0
    assert "ます" in ran.out


def test_a_reader_that_goes_away_is_no_failure(ready: Program) -> None:
    """`yorozu search … | head -1`: the other end of the pipe is closed before all is written."""
    command = [sys.executable, "-c", "from eval.cli import main; main()", "search", "名札", "--json"]
    options = ["--corpus", str(ready.corpus), "--data-dir", str(ready.data_dir)]
    with subprocess.Popen(
        [*command, *options], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as child:
        assert child.stdout is not None
        assert child.stderr is not None
        child.stdout.close()
        err = child.stderr.read()
        assert child.wait(60) in {0, 1}
    assert b"Traceback" not in err
