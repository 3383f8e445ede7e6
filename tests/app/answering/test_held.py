from app.answering.held import covered, holds
from ingest.text.words import Tokenizer


def test_a_word_is_held_as_it_is_or_in_another_of_the_same_meaning(tokenizer: Tokenizer) -> None:
    assert covered(["転居", "時計"], "引っ越しの日を決めます。", tokenizer) == {"転居"}


def test_two_words_have_both_to_be_there_of_more_two_thirds(tokenizer: Tokenizer) -> None:
    text = "名札と時計を受付で渡します。"
    assert holds((), text, tokenizer)
    assert not holds(("名札", "植木"), text, tokenizer)
    assert holds(("名札", "時計", "植木"), text, tokenizer)
    assert not holds(("名札", "電球", "植木"), text, tokenizer)
    assert not holds(("名札", "時計", "電球", "植木"), text, tokenizer)
    assert holds(("名札", "時計", "受付", "植木"), text, tokenizer)
