import re

from eval.benchmarks.tables import difference, share, table, with_ratio


def test_a_table_has_texts_left_and_figures_right() -> None:
    assert (
        table(("a", "b", "c"), [("x", "1", "2")], texts=2) == "| a | b | c |\n|---|---|---:|\n| x | 1 | 2 |"
    )
    assert table(("a", "b"), []) == "| a | b |\n|---|---:|"


def test_shares_are_short() -> None:
    assert [share(value) for value in (0.0, 0.8125, 1.0)] == [".000", ".812", "1.000"]


def test_a_ratio_needs_something_to_divide_by() -> None:
    assert with_ratio(".400", 0.4, 0.5) == ".400 (×0.80)"
    assert with_ratio(".400", 0.4, 0.0) == ".400 (–)"


def test_a_difference_is_of_pairs() -> None:
    assert difference([1.0, 1.0], [0.5, 0.5]) == "+.500 [+.500, +.500]"
    assert difference([0.0, 0.0], [1.0, 1.0]) == "-1.000 [-1.000, -1.000]"
    assert difference([0.0] * 9, [0.0001] * 9) == "+.000 [+.000, +.000]"
    assert re.fullmatch(r"\+\.250 \[[+-]\.\d{3}, \+1?\.\d{3}\]", difference([1, 1, 0, 0], [0, 0, 1, 0]))
