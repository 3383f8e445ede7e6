"""How a question is written: in kana alone, or with the kanji and Latin words that carry meaning."""

import re
import unicodedata

_KANA = re.compile(r"[\u3041-\u3096\u30a1-\u30fa]")
_MEANING = re.compile(r"[\u3400-\u9fff々a-z]")
_MOSTLY = 0.95  # one stray kanji or letter does not make きていのつくりかたk readable


def is_kana_only(text: str) -> bool:
    """Whether `text` is written without kanji and Latin words, as in きていのつくりかた."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    kana, meaning = len(_KANA.findall(folded)), len(_MEANING.findall(folded))
    return kana > 0 and kana / (kana + meaning) >= _MOSTLY
