"""The commands of a command line, as words."""

import typer
from typer.main import get_command


def commands_of(program: typer.Typer) -> set[tuple[str, ...]]:
    """Every command with the words that lead to it."""
    return set(_below(get_command(program), ()))


def _below(command: object, before: tuple[str, ...]) -> list[tuple[str, ...]]:
    inner = getattr(command, "commands", None)
    if inner is None:
        return [before]
    return [found for name, one in inner.items() for found in _below(one, (*before, name))]
