"""pdfminer.six with character spacing as the PDF standard has it (ISO 32000-1, 9.4.4): after every character.

pdfminer leaves it out after the last character of a string and puts it in before the first one where a
number comes first (20260107). What follows then stands too far left, by inches where type is spread wide.
"""

from typing import Any

from pdfminer.converter import PDFPageAggregator


class SpacedPages(PDFPageAggregator):
    """Lays a page out; only where the letters of a line stand differs from its base."""

    def render_string_horizontal(
        self,
        seq: Any,
        matrix: Any,
        pos: tuple[float, float],
        font: Any,
        fontsize: float,
        scaling: float,
        charspace: float,
        *rest: Any,
    ) -> tuple[float, float]:
        """Draw `seq` from `pos`; return where the next string begins."""
        parts = [part for part in seq if part != b""]
        if not parts:
            return pos
        early = 0.0 if isinstance(parts[0], bytes) else charspace
        start = (pos[0] - early, pos[1])
        x, y = super().render_string_horizontal(
            parts, matrix, start, font, fontsize, scaling, charspace, *rest
        )
        return x + charspace, y
