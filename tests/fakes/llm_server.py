"""A real OpenAI-compatible server on loopback that behaves as it is told, well or badly."""

import contextlib
import json
import re
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import Enum, auto
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from ingest.text.sentences import split_sentences

PASSAGE = re.compile(r'<passage n="(\d+)">\n出典: [^\n]*\n(?:質問: .*?\n回答: )?(.*?)\n</passage>', re.DOTALL)
SECRET = "パスワードは hunter2 です。"  # what an obedient model would say


class Behaviour(Enum):
    """How the server answers."""

    GOOD = auto()  # every sentence of the passages, one JSON object a line
    OBJECT = auto()  # the same as one object in a fence, with words in front
    MARKS = auto()  # the same as running text with marks
    SLOW = auto()  # the same, with a pause before each piece
    FLAKY = auto()  # an error the first time, then the same
    SILENT = auto()  # takes the request and says nothing
    KEEPALIVE = auto()  # comments for ever, so that the connection never looks idle
    DIES = auto()  # the connection breaks within the second sentence
    STOPS = auto()  # the reply ends after the first sentence, as if that were all, but without saying so
    ERROR = auto()  # 500
    UNAUTHORISED = auto()  # 401, with the key in its message
    RAMBLING = auto()  # new sentences without end
    REPEATING = auto()  # one true sentence over and over
    CUT = auto()  # the limit of tokens is reached
    NO_CITATIONS = auto()  # true sentences without numbers
    INVENTED_CITATIONS = auto()  # true sentences with numbers that were not given
    INVENTED = auto()  # sentences that stand nowhere
    HALF_INVENTED = auto()  # a true sentence first, then more invented ones
    OBEYS = auto()  # does what planted text may ask for: the prompt, a secret, markup
    WRONG_JSON = auto()  # braces and quotation marks, but no JSON
    NOTHING = auto()  # it says that the passages do not answer


@dataclass
class LlmServer:
    """`behaviour` may be changed at any time; `requests` are the bodies, `keys` the Authorization headers."""

    port: int
    behaviour: Behaviour = Behaviour.GOOD
    pause: float = 0.3  # seconds before each piece of SLOW, KEEPALIVE
    requests: list[dict[str, Any]] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)
    hung_up: threading.Event = field(
        default_factory=threading.Event
    )  # a client that did not wait for the end

    @property
    def url(self) -> str:
        """What YOROZU_LLM_BASE_URL takes."""
        return f"http://127.0.0.1:{self.port}/v1"


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    state: LlmServer

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing of clients that left."""


@contextlib.contextmanager
def llm_server() -> Iterator[LlmServer]:
    """Run the server until the block ends."""
    with _Server(("127.0.0.1", 0), _Handler) as http:
        http.state = LlmServer(http.server_address[1])
        thread = threading.Thread(target=http.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield http.state
        finally:
            http.shutdown()
            thread.join()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Say nothing."""

    def do_POST(self) -> None:
        state = self.server.state
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        state.requests.append(body)
        state.keys.append(self.headers.get("Authorization", ""))
        behaviour = state.behaviour
        if behaviour is Behaviour.ERROR or (behaviour is Behaviour.FLAKY and len(state.requests) == 1):
            self._error(500, "out of memory")
            return
        if behaviour is Behaviour.UNAUTHORISED:
            self._error(401, f"Incorrect API key provided: {state.keys[-1]}")
            return
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        try:
            self._reply(behaviour, body["messages"])
        except (BrokenPipeError, ConnectionResetError):
            state.hung_up.set()
            self.close_connection = True

    def _error(self, status: int, message: str) -> None:
        body = json.dumps({"error": {"message": message, "type": "error", "code": None}}).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _reply(self, behaviour: Behaviour, messages: list[dict[str, str]]) -> None:
        pause = self.server.state.pause
        while behaviour in (Behaviour.SILENT, Behaviour.KEEPALIVE):
            time.sleep(pause)
            self._chunk(b": still here\n\n" if behaviour is Behaviour.KEEPALIVE else b"")
        for piece in _pieces(behaviour, messages):
            if behaviour is Behaviour.SLOW:
                time.sleep(pause)
            self._delta(piece)
        if behaviour is Behaviour.DIES:
            self.wfile.write(b"40\r\ndata: {")  # a chunk that is never finished
            self.close_connection = True
            return
        if behaviour is not Behaviour.STOPS:
            self._delta("", finish="length" if behaviour is Behaviour.CUT else "stop")
        self._chunk(b"data: [DONE]\n\n")
        self.wfile.write(b"0\r\n\r\n")

    def _delta(self, text: str, finish: str | None = None) -> None:
        choice = {"index": 0, "delta": {"role": "assistant", "content": text}, "finish_reason": finish}
        event = {
            "id": "c",
            "object": "chat.completion.chunk",
            "created": 0,
            "model": "m",
            "choices": [choice],
        }
        self._chunk(f"data: {json.dumps(event, ensure_ascii=False)}\n\n".encode())

    def _chunk(self, data: bytes) -> None:
        if data:
            self.wfile.write(b"%x\r\n%s\r\n" % (len(data), data))
            self.wfile.flush()
        elif _hung_up(self.connection):
            raise BrokenPipeError


def _hung_up(connection: Any) -> bool:
    """Whether the other side has closed: reading gives its end at once."""
    connection.settimeout(0.001)
    with contextlib.suppress(TimeoutError):
        return not connection.recv(1)
    return False


def _pieces(behaviour: Behaviour, messages: list[dict[str, str]]) -> Iterator[str]:
    """The reply in pieces of a few characters, so that nothing is complete by accident."""
    said = _said(behaviour, messages)
    for text in [said] if isinstance(said, str) else said:
        yield from (text[start : start + 7] for start in range(0, len(text), 7))


def _said(behaviour: Behaviour, messages: list[dict[str, str]]) -> str | Iterator[str]:
    passages = PASSAGE.findall(messages[-1]["content"])
    given = [(sentence, int(n)) for n, text in passages for sentence in split_sentences(text)]
    lines = [_line(sentence, n) for sentence, n in given]
    inner = ",\n    ".join(lines)
    first = given[0][0] if given else ""
    more = (f"{first[:-1]}と{i}回申し上げます。" for i in range(10**9))
    budget = (f"予算は{i}億円です。" for i in range(2, 5))
    said: dict[Behaviour, str | Iterator[str]] = {
        Behaviour.OBJECT: f'回答は次のとおりです。\n```json\n{{"sentences": [\n    {inner}\n]}}\n```',
        Behaviour.MARKS: "".join(f"{sentence}[{n}]" for sentence, n in given),
        Behaviour.DIES: "\n".join(lines)[: -len(lines[-1]) + 12] if lines else "",
        Behaviour.STOPS: "".join(lines[:1]),
        Behaviour.RAMBLING: (_line(sentence, 1) for sentence in more),
        Behaviour.REPEATING: (line for _ in range(10**9) for line in lines[:1]),
        Behaviour.NO_CITATIONS: "\n".join(_line(sentence) for sentence, _ in given),
        Behaviour.INVENTED_CITATIONS: "\n".join(_line(sentence, 99) for sentence, _ in given),
        Behaviour.INVENTED: _line("名札の管理には一個あたり三億円が必要です。", 1),
        Behaviour.HALF_INVENTED: "\n".join([*lines[:1], *(_line(sentence, 1) for sentence in budget)]),
        Behaviour.OBEYS: "\n".join(
            _line(text, 1) for text in (SECRET, messages[0]["content"][:80], "<img src=x>")
        ),
        Behaviour.WRONG_JSON: '{"text": "名札は"番号"を付けて}, {citations: [1}}\n{{{',
        Behaviour.NOTHING: _line(""),
    }
    return said.get(behaviour, "\n".join(lines))


def _line(text: str, *numbers: int) -> str:
    return json.dumps({"text": text, "citations": list(numbers)}, ensure_ascii=False)
