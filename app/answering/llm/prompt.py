"""What is sent to the model: the rules out of prompts/, the passages and the question as data."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from app.answering.compose import Material
from app.answering.models import Citation

if TYPE_CHECKING:
    from langchain_core.messages import BaseMessage

PROMPTS = Path(__file__).resolve().parents[3] / "prompts"
CHECK = "check-v1.md"
REWRITE = "rewrite-v1.md"
SYSTEM, LINES, OBJECT, MATERIAL = (
    f"answer-{name}-v1.md" for name in ("system", "lines", "object", "material")
)
_FIELD = re.compile(r"\{\{(\w+)\}\}")
_TAGS = str.maketrans("<>", "＜＞")


@dataclass(frozen=True, slots=True)
class Prompt:
    """The prompts as read: `system` with its form of reply, `material` with its two fields."""

    system: str
    material: str

    @classmethod
    def load(cls, *, structured: bool, folder: Path = PROMPTS) -> "Prompt":
        """Read the current version."""
        form = _read(folder / (OBJECT if structured else LINES))
        return cls(_filled(_read(folder / SYSTEM), format=form), _read(folder / MATERIAL))

    def messages(self, material: Material) -> list["BaseMessage"]:
        """Return the messages for one answer."""
        from langchain_core.messages import HumanMessage, SystemMessage

        passages = "\n".join(_passage(citation) for citation in material.citations)
        filled = _filled(
            self.material, passages=passages, question=_data(material.wording or material.question)
        )
        return [SystemMessage(self.system), HumanMessage(filled)]


def check_messages(folder: Path = PROMPTS) -> list["BaseMessage"]:
    """Return what is sent to see whether a model answers at all."""
    from langchain_core.messages import HumanMessage

    return [HumanMessage(_read(folder / CHECK))]


def rewrite_messages(
    turns: Sequence[tuple[str, Sequence[str]]], question: str, folder: Path = PROMPTS
) -> list["BaseMessage"]:
    """Return what is sent to have a follow-up worded as a question that stands by itself.

    Args:
        turns: each question before with the sentences that answered it.
        question: the follow-up.
        folder: of the prompts.
    """
    from langchain_core.messages import HumanMessage

    said = "\n".join(f"質問: {_data(asked)}\n回答: {_data(''.join(answer))}" for asked, answer in turns)
    return [HumanMessage(_filled(_read(folder / REWRITE), conversation=said, question=_data(question)))]


def reply_schema(numbers: list[int]) -> dict[str, Any]:
    """Return the JSON schema of a structured reply; only `numbers` can be cited."""
    sentence = {
        "type": "object",
        "properties": {
            "text": {"type": "string"},
            "citations": {"type": "array", "items": {"type": "integer", "enum": numbers}},
        },
        "required": ["text", "citations"],
        "additionalProperties": False,
    }
    schema = {
        "type": "object",
        "properties": {"sentences": {"type": "array", "items": sentence}},
        "required": ["sentences"],
        "additionalProperties": False,
    }
    return {"type": "json_schema", "json_schema": {"name": "answer", "strict": True, "schema": schema}}


def _passage(citation: Citation) -> str:
    """A passage with its number, where it stands, and the question that it answered."""
    place = f"質問{citation.question_no}" if citation.question_no is not None else " ".join(citation.heading)
    title = " ".join(part for part in (citation.title, citation.edition, place) if part)
    asked = f"質問: {_data(citation.question)}\n回答: " if citation.question else ""
    return f'<passage n="{citation.n}">\n出典: {_data(title)}\n{asked}{_data(citation.quote)}\n</passage>'


def _data(text: str) -> str:
    return text.translate(_TAGS).strip()


def _filled(template: str, **fields: str) -> str:
    """The template with its fields; what is filled in is not looked at again."""
    return _FIELD.sub(lambda match: fields[match[1]], template)


def _read(path: Path) -> str:
    return path.read_text(encoding="utf-8").strip()
