"""YAML as the corpus uses it: no aliases, no repeated keys, no guessed dates or fractions, bounded depth."""

import re
from collections.abc import Hashable
from typing import Any

import yaml

MAX_DEPTH = 24


class YamlRefusedError(ValueError):
    """Why a text is not YAML that we accept; the message is Japanese and names the line where known."""


class _Loader(yaml.SafeLoader):
    """SafeLoader less what surprises people or lets a small file grow."""

    yaml_implicit_resolvers: dict[str, list[tuple[str, re.Pattern[str]]]] = {}  # noqa: RUF012  yaml's own form
    depth = 0

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        """Refuse aliases (a few lines of them grow to gigabytes), forced types and nesting without end."""
        event: Any = self.peek_event()  # type: ignore[no-untyped-call]
        if isinstance(event, yaml.AliasEvent):
            raise YamlRefusedError(f"{self._line(event)}別名（*名前）は使えません")
        if event.tag is not None:
            raise YamlRefusedError(f"{self._line(event)}型の指定（!）は使えません")
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise YamlRefusedError(f"{self._line(event)}入れ子が深すぎます")
        try:
            return super().compose_node(parent, index)
        finally:
            self.depth -= 1

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:  # noqa: FBT001, FBT002  yaml's signature
        """Refuse a key that stands twice: the first would be lost without a word."""
        seen: set[str] = set()
        for key, _ in node.value:
            if not isinstance(key, yaml.ScalarNode):
                raise YamlRefusedError(f"{self._line(key)}項目名が文字ではありません")
            if key.value in seen:
                raise YamlRefusedError(f"{self._line(key)}項目「{key.value}」が2回書かれています")
            seen.add(key.value)
        return super().construct_mapping(node, deep)

    @staticmethod
    def _line(place: Any) -> str:
        return f"{place.start_mark.line + 1}行目: "


# Dates, fractions, octal numbers and yes/no stay text: "3.1" and "2023-04" are an edition and a date.
_Loader.add_implicit_resolver("tag:yaml.org,2002:null", re.compile(r"^(?:~|null|)$"), ["~", "n", ""])
_Loader.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile(r"^(?:true|false)$"), ["t", "f"])
_Loader.add_implicit_resolver(
    "tag:yaml.org,2002:int", re.compile(r"^-?(?:0|[1-9][0-9]{0,17})$"), list("-0123456789")
)


def load_yaml(text: str) -> Any:
    """Return the one document in `text` as dict, list, str, int, bool or None.

    Raises:
        YamlRefusedError: broken syntax, aliases, a repeated key, or too deep nesting.
    """
    try:
        loader = _Loader(text)
        try:
            return loader.get_single_data()
        finally:
            loader.dispose()
    except yaml.MarkedYAMLError as error:
        line = f"{error.problem_mark.line + 1}行目: " if error.problem_mark else ""
        raise YamlRefusedError(f"{line}YAMLの書き方が正しくありません") from error
    except (yaml.YAMLError, ValueError) as error:
        if isinstance(error, YamlRefusedError):
            raise
        raise YamlRefusedError("YAMLとして読めない文字や値があります") from error
