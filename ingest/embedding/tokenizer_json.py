"""The tokenizer of the converted model, in the JSON form that the `tokenizers` library reads."""

import unicodedata
from typing import Any

from ingest.embedding.e5_format import PackedModel

_BLANK = "▁"  # how SentencePiece writes a blank
_SHIELD = "\U0010fffd"  # private use, in no text: stands in for a character that NFKC must not touch


def tokenizer_json(model: PackedModel) -> dict[str, Any]:
    """Return the content of tokenizer.json: Unigram pieces, normalisation and the <s> … </s> frame."""
    first, last = (model.pieces[model.special[name]][0] for name in ("bos", "eos"))
    ids = {first: model.special["bos"], last: model.special["eos"]}
    metaspace = {"type": "Metaspace", "replacement": _BLANK, "prepend_scheme": "always", "split": True}
    return {
        "version": "1.0",
        "truncation": None,
        "padding": None,
        "added_tokens": [_special_token(i, model.pieces[i][0]) for i in sorted(model.special.values())],
        "normalizer": {"type": "Sequence", "normalizers": _normalisers(model)},
        "pre_tokenizer": metaspace,
        "post_processor": {
            "type": "TemplateProcessing",
            "single": [_frame(first), _sequence("A"), _frame(last)],
            "pair": [_frame(first), _sequence("A"), _frame(last), _frame(last), _sequence("B"), _frame(last)],
            "special_tokens": {t: {"id": t, "ids": [i], "tokens": [t]} for t, i in ids.items()},
        },
        "decoder": metaspace,
        "model": {
            "type": "Unigram",
            "unk_id": model.special["unk"],
            "vocab": [[text, score] for text, score in model.pieces],
            "byte_fallback": False,
        },
    }


def _normalisers(model: PackedModel) -> list[dict[str, Any]]:
    """Express the file's table of single code points as NFKC and what differs from NFKC.

    NFKC also joins a base letter and a combining mark (か + ゛), which such a table cannot.
    """
    dropped = [chr(code) for code, text in model.replacements.items() if not text]
    blanks = [chr(code) for code, text in model.replacements.items() if text == " "]
    kept = sorted(
        char
        for char in set().union(*(text for text, _ in model.pieces))
        if ord(char) not in model.replacements and unicodedata.normalize("NFKC", char) != char
    )
    shields = [(char, _SHIELD * (n + 1)) for n, char in enumerate(kept)]
    return [
        *([_replace(_one_of(dropped), "")] if dropped else []),
        *([_replace(_one_of(blanks), " ")] if blanks else []),
        *(_replace(char, shield) for char, shield in shields),
        {"type": "NFKC"},
        *(_replace(shield, char) for char, shield in reversed(shields)),
        _replace(" {2,}", " "),
        {"type": "Strip", "strip_left": True, "strip_right": True},
    ]


def _one_of(characters: list[str]) -> str:
    return "[" + "".join(rf"\x{{{ord(c):X}}}" for c in characters) + "]"


def _replace(pattern: str, content: str) -> dict[str, Any]:
    return {"type": "Replace", "pattern": {"Regex": pattern}, "content": content}


def _special_token(index: int, text: str) -> dict[str, Any]:
    flags = {"single_word": False, "lstrip": False, "rstrip": False, "normalized": False, "special": True}
    return {"id": index, "content": text, **flags}


def _frame(token: str) -> dict[str, Any]:
    return {"SpecialToken": {"id": token, "type_id": 0}}


def _sequence(name: str) -> dict[str, Any]:
    return {"Sequence": {"id": name, "type_id": 0}}
