"""The words of a Word paragraph: text as shown, without deleted words, hidden words and field codes."""

from typing import Any

from ingest.text.normalise import clean

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"

# Below these no text of the paragraph itself stands: text boxes are blocks of their own, the fallback repeats
# what the choice says, ruby is a reading aid, deleted text is gone.
_SKIPPED = frozenset(
    {f"{W}txbxContent", f"{MC}Fallback", f"{W}rt", f"{W}del", f"{W}moveFrom", f"{W}instrText", f"{W}pPr"}
)
_CHARACTERS = {
    f"{W}tab": " ",
    f"{W}br": "\n",
    f"{W}cr": "\n",
    f"{W}noBreakHyphen": "-",
    f"{W}ptab": " ",
}
_REFERENCE = 0.5  # of a paragraph's text: with that much of it linked, the link is what it is there for


def paragraph_text(paragraph: Any, addresses: dict[str, str]) -> str:
    """Return the text of a w:p; a paragraph that consists of links is followed by their addresses.

    Args:
        paragraph: the w:p element.
        addresses: relation id → address of the document's external links.
    """
    text = clean("".join(_words(paragraph))).strip()
    links = [
        (clean("".join(_words(link))).strip(), addresses.get(link.get(f"{R}id"), ""))
        for link in paragraph.iter(f"{W}hyperlink")
    ]
    links = [(words, address) for words, address in links if address.startswith(("http://", "https://"))]
    if sum(len(words) for words, _ in links) < _REFERENCE * len(text):
        return text
    return text + "".join(f"（{address}）" for _, address in dict.fromkeys(links) if address not in text)


def text_boxes(element: Any) -> list[Any]:
    """Return the outermost w:txbxContent elements below `element`, each once."""
    boxes: list[Any] = []
    for child in element:
        if child.tag == f"{W}txbxContent":
            boxes.append(child)
        elif child.tag != f"{MC}Fallback":
            boxes += text_boxes(child)
    return boxes


def _words(element: Any) -> list[str]:
    words: list[str] = []
    for child in element:
        if child.tag in _SKIPPED:
            continue
        if child.tag == f"{W}t":
            words.append(child.text or "")
        elif child.tag in _CHARACTERS:
            if child.tag != f"{W}br" or child.get(f"{W}type") not in {"page", "column"}:
                words.append(_CHARACTERS[child.tag])
        elif child.tag != f"{W}r" or not _is_hidden(child):
            words += _words(child)
    return words


def _is_hidden(run: Any) -> bool:
    vanish = run.find(f"{W}rPr/{W}vanish")
    return vanish is not None and vanish.get(f"{W}val") not in {"0", "false", "off"}
