"""Passages of running text: neighbouring blocks of one page and one heading, joined to a good size."""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

from ingest.chunks import MAX_TOKENS, TARGET_TOKENS, CountTokens, chunks
from ingest.models import Block, FileContent, Passage
from ingest.text.item_numbers import find_item_numbers
from ingest.text.normalise import fold

_NUMBER_COLUMN = re.compile(r"(?:^|／)\s*(?:no\.?|項番|項目番号|項目no\.?)\s*[:：]\s*(\d{1,4})(?=／|$)")


def text_passages(
    content: FileContent, source_id: str, file: str, count_tokens: CountTokens
) -> list[Passage]:
    """Return the passages of the blocks that belong to no Q&A."""
    return _Grouper(content, source_id, file, count_tokens).passages()


@dataclass
class _Grouper:
    """Joins neighbouring blocks of one page and one heading up to the target size."""

    content: FileContent
    source_id: str
    file: str
    count_tokens: CountTokens
    done: list[Passage] = field(default_factory=list)
    path: list[tuple[int, str]] = field(default_factory=list)
    blocks: list[Block] = field(default_factory=list)
    size: int = 0
    folded: dict[int, str] = field(default_factory=dict)  # the page that was looked at last

    def passages(self) -> list[Passage]:
        for block in self.content.blocks:
            if block.kind == "heading":
                self._open_heading(block)
            elif block.text.strip():
                for piece, tokens in self._fitting(block):
                    self._add(piece, tokens)
        self._flush()
        return self.done

    def _open_heading(self, block: Block) -> None:
        self._flush()
        while self.path and self.path[-1][0] >= block.level:
            self.path.pop()
        self.path.append((block.level, " ".join(block.text.split())))
        self._add(block, self.count_tokens(block.text))

    def _fitting(self, block: Block) -> Iterator[tuple[Block, int]]:
        """The block, in pieces where it is too long, and how many tokens each has."""
        tokens = self.count_tokens(block.text)
        if tokens <= MAX_TOKENS:
            yield block, tokens
            return
        for text in chunks(block.text, self.count_tokens):
            yield replace(block, text=text), self.count_tokens(text)

    def _add(self, block: Block, tokens: int) -> None:
        if self.blocks and not self._joins(block, tokens):
            self._flush()
        self.blocks.append(block)
        self.size += tokens

    def _joins(self, block: Block, tokens: int) -> bool:
        last = self.blocks[-1]
        if self.size + tokens > MAX_TOKENS or (self.size >= TARGET_TOKENS and block.kind != "list_item"):
            return False
        if (last.page, last.sheet) != (block.page, block.sheet) or self._is_record(block):
            return False
        return self._stands(_join([*self.blocks, block]), block.page)

    @staticmethod
    def _is_record(block: Block) -> bool:
        # A row of a sheet is a record of its own: joined to its neighbours its item number would be theirs.
        return block.sheet is not None and block.kind == "table_row"

    def _stands(self, text: str, page: int | None) -> bool:
        if page is None or not self.content.pages:
            return True
        if page not in self.folded:
            self.folded = {page: fold(self.content.pages[page - 1])}
        return fold(text) in self.folded[page]

    def _flush(self) -> None:
        blocks, self.blocks, self.size = self.blocks, [], 0
        if all(block.kind == "heading" for block in blocks):
            return  # a heading alone says nothing; it stays in the path of what follows
        text = _join(blocks)
        first = blocks[0]
        columns = next((block.columns for block in blocks if block.columns), ())
        self.done.append(
            Passage(
                id="",
                source_id=self.source_id,
                file=self.file,
                text=text,
                ordinal=0,
                item_nos=_item_nos(text),
                page=first.page,
                page_end=first.page,
                heading=tuple(title for _, title in self.path),
                columns=columns,
                sheet=first.sheet,
                row=first.row,
            )
        )


def _join(blocks: Iterable[Block]) -> str:
    return "\n".join(block.text.strip() for block in blocks)


def _item_nos(text: str) -> tuple[int, ...]:
    """Numbers named in the text, or in the number column of a checklist row (No：17／…)."""
    column = _NUMBER_COLUMN.findall(unicodedata.normalize("NFKC", text).casefold().replace("/", "／"))
    return tuple(dict.fromkeys((*find_item_numbers(text), *(int(n) for n in column))))
