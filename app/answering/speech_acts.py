"""How a sentence stands in its text: of whom it speaks, and whether it goes on from the one before.

Whether it speaks of the speaker (a wish, a feeling, sympathy, a call) and not to whoever asks is told by the
form of its last predicate: Japanese marks there whose will and whose state it is.
"""

import re

from ingest.text.words import Tokenizer, Word

_END = 14  # words from the end in which the last predicate lies
_POLITE = frozenset({"ます", "です"})
_SILENT = frozenset({"補助記号", "空白"})
# Normalised words with a blank behind each. たい after a verb of receiving or asking (頂く) is a request
# to the reader; after any other it is the speaker's own will.
_WILL = r"(?<!頂く )(?<!戴く )(?<!貰う )(?<!願う )(?<!願う 為る )たい "
_ITSELF = re.compile(
    rf"{_WILL}(?:と (?:思う|考える) (?:て (?:居る|おる) )?)?$"  # …していきたいと考えています
    rf"|{_WILL}と 言う \S+ (?:が|を) (?:有る|持つ) (?:て (?:居る|おる) )?$"  # …にしたいという想いがあります
    r"|(?:と|は) (?:理解|承知|認識|同情|拝察) 為る (?:て (?:居る|おる) )?$"  # 難しいことは理解しています
    r"|\S+:形容詞 思う (?:て (?:居る|おる) )?$"  # うれしく思います
    r"|か (?:\S+ ){1,3}て (?:居る|おる) $"  # …方がいないか呼びかけています
)


def speaks_of_itself(sentence: str, tokenizer: Tokenizer) -> bool:
    """Whether what the sentence says in the end is the speaker's own wish, feeling, sympathy or call."""
    words = [word for word in tokenizer.all_words(sentence) if word.pos[0] not in _SILENT][-_END:]
    while words and words[-1].normalised in _POLITE:
        words.pop()
    end = "".join(
        f"{word.normalised}:形容詞 " if word.pos[0] == "形容詞" else f"{word.normalised} " for word in words
    )
    return _ITSELF.search(end) is not None


def leans_on_the_one_before(sentence: str, tokenizer: Tokenizer) -> bool:
    """Whether the sentence begins with a conjunction or with a word that points back (ただし, その)."""
    first = next((w for w in tokenizer.all_words(sentence) if w.pos[0] not in _SILENT), None)
    if first is None:
        return False
    further = first.pos[0] == "副詞" and first.surface == "より"  # より具体的な例として
    back = first.pos[0] in ("連体詞", "代名詞") and (first.surface[0] in "そこ" or first.surface == "いずれ")
    return further or back or first.pos[0] == "接続詞"


def without_conjunction(sentence: str, tokenizer: Tokenizer) -> str:
    """The sentence without the conjunctions in front (また、それと): as a heading it goes on from nothing."""
    words = [word for word in tokenizer.all_words(sentence) if word.pos[0] != "空白"]
    rest, place = sentence, 0
    while place < len(words):
        taken = _conjunction(words[place:])
        front = "".join(word.surface for word in words[place : place + taken])
        if not taken or not rest.startswith(front) or taken + place == len(words):
            break
        rest, place = rest[len(front) :].lstrip(), place + taken
    return rest


def _conjunction(words: list[Word]) -> int:
    """How many words at the front are a conjunction with its comma: また、 それから、 それと."""
    kinds = [word.pos[0] for word in words[:3]]
    if kinds[:1] == ["接続詞"]:
        taken = 1
    elif kinds[:2] == ["代名詞", "助詞"] and words[0].surface + words[1].surface in ("それと", "それから"):
        taken = 2
    elif [w.surface for w in words[:1]] == ["あと"] and kinds[1:2] != ["助詞"] and "数詞" not in words[1].pos:
        taken = 1
    else:
        return 0
    return taken + (kinds[taken : taken + 1] == ["補助記号"])
