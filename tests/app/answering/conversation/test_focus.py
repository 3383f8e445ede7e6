"""Which sentences a follow-up is about: one that goes on from another brings that along."""

from app.answering.asked_for import asked_for
from app.answering.conversation.focus import around, focus
from ingest.models import Passage
from ingest.text.words import Tokenizer

FIRST = "全社に、すべての鍵を替えて頂くことを希望しています。"
BUT = "ただし、難しい会社には、2年度中に玄関の鍵を替えることをお願いします。"
SO = "その際は、総務に届けてください。"
LAST = "鍵は受付で保管します。"
PASSAGES = [Passage("p", "m", "m.yaml", f"{FIRST}\n{BUT}\n{SO}\n{LAST}", 0, question_no=1)]


def test_but_comes_with_what_it_restricts(tokenizer: Tokenizer) -> None:
    asked = "玄関はいつまでですか"
    assert focus(PASSAGES, ("玄関",), asked_for(asked), tokenizer) == {FIRST, BUT}
    assert focus(PASSAGES, ("総務",), None, tokenizer) == {FIRST, BUT, SO}


def test_what_stands_by_itself_comes_alone(tokenizer: Tokenizer) -> None:
    assert focus(PASSAGES, ("受付",), None, tokenizer) == {LAST}
    assert around(PASSAGES, LAST, tokenizer) == {LAST}


def test_nothing_stands_out_where_no_word_is_held(tokenizer: Tokenizer) -> None:
    assert focus(PASSAGES, ("植木",), None, tokenizer) == frozenset()
