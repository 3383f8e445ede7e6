"""Where names stand that must stand nowhere, whatever form a file or a database gives them."""

import io
import json
import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from urllib.parse import quote


def forms_of(name: str) -> set[bytes]:
    """How a name may be written in a file."""
    escaped = json.dumps(name)[1:-1]
    references = "".join(f"&#{ord(letter)};" for letter in name)
    hexadecimal = "".join(f"&#x{ord(letter):x};" for letter in name)
    plain = {name, escaped, escaped.upper(), quote(name), references, hexadecimal}
    return {text.encode() for text in plain} | {name.encode("utf-16-le"), name.encode("cp932")}


def names_in(content: bytes, names: Iterable[str]) -> set[str]:
    """The names that stand in a file; what is packed in it is unpacked first."""
    parts = [content, *_unpacked(content)]
    return {name for name in names if any(form in part for form in forms_of(name) for part in parts)}


def names_below(folder: Path, names: Iterable[str]) -> dict[str, set[str]]:
    """For each file below `folder` that holds one of the names, or is called by one, which these are."""
    names = list(names)
    found = {
        str(path.relative_to(folder)): names_in(path.read_bytes() + b"\n" + path.name.encode(), names)
        for path in folder.rglob("*")
        if path.is_file()
    }
    return {path: names for path, names in found.items() if names}


def _unpacked(content: bytes) -> Iterator[bytes]:
    if content.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            for member in packed.namelist():
                inner = packed.read(member)
                yield member.encode() + b"\n" + inner
                yield from _unpacked(inner)
