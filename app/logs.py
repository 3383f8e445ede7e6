"""Where log lines go and what they look like: text for people, or one JSON object a line for programs."""

import json
import logging
import re
import sys
from datetime import UTC, datetime
from typing import Literal

_TEXT = "%(asctime)s %(levelname)s %(name)s %(message)s"
# What a caller hands over as `extra` and a program may want to search by.
_FIELDS = ("request_id", "method", "path", "status", "ms", "who", "answer_id")
_BYTE, _SHORT = 0xFF, 0xFFFF
# What ends a line, steers a terminal, hides or turns text, or is half a character: none belongs into a log.
_UNSEEN = re.compile(
    "[\x00-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f"
    "\ud800-\udfff\ufeff\ufff9-\ufffb\U000e0000-\U000e007f]"
)


def visible(text: str) -> str:
    """Return the text with every character that is no letter, mark or blank written as its number."""
    return _UNSEEN.sub(lambda found: _number(found.group()), text)


class TextLines(logging.Formatter):
    """One line a record, whatever stands in it; lines of a traceback are set in, so that none begins one."""

    def __init__(self) -> None:
        super().__init__(_TEXT)

    def formatTime(self, record: logging.LogRecord, datefmt: str | None = None) -> str:  # noqa: N802, ARG002
        """Return the time with its distance from UTC: logs of several machines are laid side by side."""
        return datetime.fromtimestamp(record.created).astimezone().isoformat(timespec="milliseconds")

    def format(self, record: logging.LogRecord) -> str:
        """Return the lines."""
        record.message = record.getMessage()
        record.asctime = self.formatTime(record, self.datefmt)
        lines = [visible(self.formatMessage(record))]
        if record.exc_info:
            lines += [f"  {visible(line)}" for line in self.formatException(record.exc_info).split("\n")]
        return "\n".join(lines)


class JsonLines(logging.Formatter):
    """One line of JSON a record; a traceback is one of its fields."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        line: dict[str, object] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        line |= {name: getattr(record, name) for name in _FIELDS if hasattr(record, name)}
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        written = json.dumps(line, ensure_ascii=False, default=str)
        return _UNSEEN.sub(lambda found: _json_number(found.group()), written)


def log_to_stderr(form: Literal["text", "json"], level: int = logging.INFO) -> None:
    """Send everything from a level on to stderr."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines() if form == "json" else TextLines())
    logging.basicConfig(level=level, handlers=[handler], force=True)
    # One line for each search of a vector server says nothing that its failures and the counters do not.
    logging.getLogger("httpx").setLevel(logging.WARNING)


def _number(character: str) -> str:
    code = ord(character)
    return f"\\x{code:02x}" if code <= _BYTE else f"\\u{code:04x}" if code <= _SHORT else f"\\U{code:08x}"


def _json_number(character: str) -> str:
    return f"\\u{ord(character):04x}" if character <= "\uffff" else json.dumps(character)[1:-1]
