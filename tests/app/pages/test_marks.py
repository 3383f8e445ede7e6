from app.pages.marks import PageText, rectangles


def page(*lines: tuple[float, float, str], down: bool = False) -> PageText:
    """Letters of 10 points; each line begins at (x, y)."""
    text, boxes = "", []
    for x, y, letters in lines:
        for i, letter in enumerate(letters):
            left, top = (x, y + 10 * i) if down else (x + 10 * i, y)
            boxes.append((left, top, left + 10, top + 10))
            text += letter
    return PageText(200.0, 200.0, text, tuple(boxes))


def test_one_rectangle_a_line_and_only_the_quoted_part_of_it() -> None:
    both = page((20, 20, "あいうえお"), (20, 40, "かきくけこ"))
    first, second = rectangles(both, [(3, 7)])
    assert first == (48.8, 18.8, 71.2, 31.2)
    assert second == (18.8, 38.8, 41.2, 51.2)


def test_columns_are_not_bridged() -> None:
    assert len(rectangles(page((10, 20, "あいう"), (120, 20, "かきく")), [(0, 6)])) == 2


def test_lines_that_run_downwards_stay_apart() -> None:
    marks = rectangles(page((100, 20, "あいうえお"), (80, 20, "かきくけこ"), down=True), [(0, 10)])
    assert len(marks) == 2
    assert all(right - left < 15 and bottom - top > 50 for left, top, right, bottom in marks)


def test_spans_of_one_line_are_joined_and_nothing_leaves_the_page() -> None:
    assert rectangles(page((0, 0, "あいうえお")), [(0, 2), (2, 5)]) == [(0.0, 0.0, 51.2, 11.2)]
    assert rectangles(page((0, 0, " ")), [(0, 1)]) == []
