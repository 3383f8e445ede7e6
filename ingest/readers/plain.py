"""Plain text: one block a line for the search for Q&As, paragraphs once that is done."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import groupby
from pathlib import Path

from ingest.errors import ErrorCode, YorozuError
from ingest.models import Block, FileContent
from ingest.readers.encoding import decode
from ingest.readers.lines import heading_level, is_item, unwrap
from ingest.text.normalise import clean


def read_plain(path: Path) -> FileContent:
    """Return one paragraph block a line, blank lines included; `join_lines` makes paragraphs of them.

    Raises:
        YorozuError: FILE_ENCODING, FILE_NO_TEXT.
        OSError: the file cannot be read.
    """
    lines = clean(decode(path.read_bytes())).split("\n")
    if not any(line.strip() for line in lines):
        raise YorozuError(ErrorCode.FILE_NO_TEXT)
    return FileContent(tuple(Block("paragraph", line.rstrip()) for line in lines))


def join_lines(blocks: Sequence[Block]) -> tuple[Block, ...]:
    """Return line blocks as headings, list items and paragraphs; blank lines separate and go.

    Blocks that are something else than a paragraph pass through.
    """
    joined: list[Block] = []
    for blank, group in groupby(blocks, key=lambda block: not block.text.strip()):
        if not blank:
            joined += _paragraphs(list(group))
    return tuple(_with_text_below(joined))


def text_blocks(text: str) -> list[Block]:
    """Return the blocks of a text that stands inside another format (a YAML value, a slide note)."""
    return list(join_lines([Block("paragraph", line) for line in clean(text).split("\n")]))


def _paragraphs(blocks: list[Block]) -> list[Block]:
    """The blocks of the lines between two blank lines."""
    found: list[Block] = []
    for is_line, group in groupby(blocks, key=lambda block: block.kind == "paragraph"):
        members = list(group)
        if is_line:
            lines = unwrap([member.text for member in members])
            found += [_line_block(members[0], line, alone=len(lines) == 1) for line in lines]
        else:
            found += members
    return _merge(found)


def _line_block(like: Block, line: str, *, alone: bool) -> Block:
    level = heading_level(line)
    # １． begins list items as well as headings: only a line by itself is a heading for it.
    if level and (alone or not is_item(line)):
        return replace(like, kind="heading", text=line, level=level)
    return replace(like, kind="list_item" if is_item(line) else "paragraph", text=line)


def _with_text_below(blocks: list[Block]) -> list[Block]:
    """Headings by shape that head nothing (a list of short numbered lines) become the items that they are."""
    kept: list[Block] = []
    level_below = 1  # what follows the last block heads nothing
    for block in reversed(blocks):
        if block.kind == "heading" and 0 < level_below <= block.level:
            kept.append(replace(block, kind="list_item", level=0))
        else:
            level_below = block.level if block.kind == "heading" else 0
            kept.append(block)
    return kept[::-1]


def _merge(blocks: list[Block]) -> list[Block]:
    """Lines of one paragraph that stay lines are one block: an address, a signature, a short list."""
    merged: list[Block] = []
    for block in blocks:
        if merged and merged[-1].kind == block.kind == "paragraph":
            merged[-1] = replace(merged[-1], text=f"{merged[-1].text}\n{block.text}")
        else:
            merged.append(block)
    return merged
