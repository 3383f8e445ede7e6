import json
import sys
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import httpx
import pytest

from eval import latency

# A server that is ready at the second look and ends when it is told to.
FAKE_SERVER = """
import sys
from http.server import BaseHTTPRequestHandler, HTTPServer
looks = []
class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        looks.append(self.path)
        self.send_response(200 if len(looks) > 1 and self.path == "/readyz" else 503)
        self.end_headers()
    def log_message(self, *args):
        pass
HTTPServer(("127.0.0.1", int(sys.argv[-1])), Handler).serve_forever()
"""


class Recorder(BaseHTTPRequestHandler):
    """Answers every question but one and remembers them."""

    asked: list[str]

    def do_POST(self) -> None:
        question = json.loads(self.rfile.read(int(self.headers["Content-Length"])))["question"]
        self.asked.append(question)
        self.send_response(500 if question == "こわれる" else 200)
        self.end_headers()
        if self.headers["Accept"] != "text/event-stream":
            self.wfile.write(b"{}")
            return
        last = "error" if question == "できない" else "answer"
        for piece in (":", "event: citations\ndata: []", f"event: {last}\ndata: {{}}"):
            self.wfile.write(f"{piece}\n\n".encode())
            time.sleep(0.05)

    def log_message(self, *args: object) -> None:
        pass


@pytest.fixture
def server() -> Iterator[tuple[str, list[str]]]:
    asked: list[str] = []
    handler = type("Handler", (Recorder,), {"asked": asked})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as http:
        thread = threading.Thread(target=http.serve_forever, args=(0.02,))
        thread.start()
        try:
            yield f"http://127.0.0.1:{http.server_port}", asked
        finally:
            http.shutdown()
            thread.join()


def question_file(folder: Path, *questions: str) -> str:
    path = folder / "set.jsonl"
    records = [{"id": str(n), "kind": "k", "question": q, "gold": [1]} for n, q in enumerate(questions)]
    records.append({"id": "e", "kind": "attack", "question": "空の代わり", "expect": "error"})
    path.write_text("".join(json.dumps(r) + "\n" for r in records), encoding="utf-8")
    return str(path)


def test_each_question_is_asked_in_order_after_the_warm_up(server: tuple[str, list[str]]) -> None:
    url, asked = server
    with httpx.Client(base_url=url, trust_env=False) as client:
        times = latency.measure(client, ["一", "二"], warm_up=3)
    assert asked == ["一", "二", "一", "一", "二"]
    assert len(times) == 2
    assert all(0 < ms < 10_000 for ms in times)


def test_the_command_prints_times_and_machine(
    server: tuple[str, list[str]], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    url, asked = server
    status = latency.main(
        ["--url", url, "--questions", question_file(tmp_path, "一", "二", "三"), "-n", "2", "--warm-up", "0"]
    )
    printed = json.loads(capsys.readouterr().out)
    assert status == 0
    assert asked == ["一", "二"]
    assert printed["n"] == 2
    assert 0 < printed["ms_p50"] <= printed["ms_p95"] <= printed["ms_max"]
    assert printed["machine"]["cores"] >= 1
    assert set(printed["machine"]) == {"cores", "cpu", "python", "system"}


def test_events_are_timed_from_the_first_to_the_answer(
    server: tuple[str, list[str]], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    url, _ = server
    common = ["--stream", "--url", url, "--questions", question_file(tmp_path, "一", "二"), "--warm-up", "0"]
    assert latency.main([*common, "--max-p95", "60000"]) == 0
    printed = json.loads(capsys.readouterr().out)
    assert (printed["n"], set(printed["machine"])) == (2, {"cores", "cpu", "python", "system"})
    assert 40 <= printed["first_event"]["ms_p50"] <= printed["answer"]["ms_p50"] - 40  # the comment is none
    assert latency.main([*common, "--max-p50", "0.0001"]) == 1


def test_events_without_an_answer_end_the_measurement(
    server: tuple[str, list[str]], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = question_file(tmp_path, "できない")
    assert latency.main(["--stream", "--url", server[0], "--questions", path, "--warm-up", "0"]) == 1
    assert "最後のイベント: error" in capsys.readouterr().err


def test_questions_that_end_in_an_error_are_left_out(server: tuple[str, list[str]], tmp_path: Path) -> None:
    url, asked = server
    latency.main(["--url", url, "--questions", question_file(tmp_path, "一"), "--warm-up", "0"])
    assert asked == ["一"]


def test_a_limit_that_is_exceeded_gives_status_1(server: tuple[str, list[str]], tmp_path: Path) -> None:
    url, _ = server
    common = ["--url", url, "--questions", question_file(tmp_path, "一"), "--warm-up", "0"]
    assert latency.main([*common, "--max-p50", "0.0001"]) == 1
    assert latency.main([*common, "--max-p50", "60000", "--max-p95", "60000"]) == 0


def test_a_failed_answer_ends_the_measurement(
    server: tuple[str, list[str]], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    url, _ = server
    path = question_file(tmp_path, "こわれる")
    assert latency.main(["--url", url, "--questions", path, "--warm-up", "0"]) == 1
    assert "HTTP 500" in capsys.readouterr().err


def test_no_server_is_said_plainly(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert latency.main(["--url", "http://127.0.0.1:9", "--questions", question_file(tmp_path, "一")]) == 1
    assert "応答しません" in capsys.readouterr().err


def test_a_bad_question_set_is_said_plainly(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert latency.main(["--questions", str(tmp_path / "none.jsonl")]) == 1
    assert "none.jsonl" in capsys.readouterr().err


def test_an_own_server_is_waited_for_and_stopped() -> None:
    with latency.own_server([sys.executable, "-c", FAKE_SERVER]) as (url, _):
        assert httpx.get(f"{url}/readyz", trust_env=False).status_code == httpx.codes.OK
    with pytest.raises(httpx.ConnectError):
        httpx.get(f"{url}/readyz", trust_env=False)


def test_an_own_server_that_ends_is_not_waited_for() -> None:
    ends = latency.own_server([sys.executable, "-c", "raise SystemExit(3)"])
    with pytest.raises(latency.ServerError, match="終了コード 3"), ends:
        pass
