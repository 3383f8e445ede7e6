"""Find JSON objects in text that arrives character by character, those inside others too."""

import json
import re
from typing import Any

# What can still be read of an object that is no JSON: a quotation mark or a line break inside a string.
_BROKEN = re.compile(
    r'"(?:text|sentence|文)"\s*:\s*"(?P<text>.*?)"\s*,\s*"citations?"\s*:\s*\[(?P<numbers>[^\]]*)\]',
    re.DOTALL,
)


class JsonObjects:
    """Gives the source of every object as soon as its closing brace is there, inner ones first."""

    def __init__(self) -> None:
        self._text: list[str] = []
        self._starts: list[int] = []
        self._in_string = self._escaped = False

    @property
    def inside(self) -> bool:
        """Whether an object is open."""
        return bool(self._starts)

    def feed(self, char: str) -> list[str]:
        """Take one character; return the object that it closes, if any."""
        self._text.append(char)
        if self._in_string:
            return self._string(char)
        if char == '"':
            self._in_string = True
        elif char == "{":
            self._starts.append(len(self._text) - 1)
        elif char == "}":
            return self._closed(self._starts.pop())
        return []

    def _string(self, char: str) -> list[str]:
        if self._escaped:
            self._escaped = False
        elif char == "\\":
            self._escaped = True
        elif char == '"':
            self._in_string = False
        elif char == "\n" and _BROKEN.search("".join(self._text[self._starts[-1] :])):
            # A quotation mark inside a string has turned inside out what follows; the line is whole.
            self._in_string = False
            return self._closed(self._starts.pop())
        return []

    def _closed(self, start: int) -> list[str]:
        source = "".join(self._text[start:])
        if not self._starts:
            self._text = []
        return [source]


def loaded(source: str) -> dict[str, Any]:
    """Return the object; of one that is broken, its text and citations where they can be told apart."""
    try:
        value = json.loads(source, strict=False)  # models put line breaks into strings
    except json.JSONDecodeError:
        broken = _BROKEN.search(source)
        return {"text": broken["text"], "citations": broken["numbers"]} if broken else {}
    return value if isinstance(value, dict) else {}
