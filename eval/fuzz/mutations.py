"""Ways to damage a file. Each takes the bytes and a source of chance and returns other bytes."""

import io
import random
import re
import zipfile
from collections.abc import Callable, Iterable

Mutation = Callable[[bytes, random.Random], bytes]
_NUMBER = re.compile(rb"(?<![\w.])\d{1,10}(?![\w.])")
_HUGE = (b"-1", b"0", b"2147483647", b"4294967296", b"18446744073709551616", b"9" * 40, b"1e308")
_DEEP = 20_000


def flip(data: bytes, chance: random.Random) -> bytes:
    """Other bits in a few bytes."""
    found = bytearray(data)
    for _ in range(chance.randint(1, 30)):
        found[chance.randrange(len(found))] ^= 1 << chance.randrange(8)
    return bytes(found)


def cut(data: bytes, chance: random.Random) -> bytes:
    """An end too early."""
    return data[: chance.randrange(1, len(data))]


def repeat(data: bytes, chance: random.Random) -> bytes:
    """A piece of it twice, somewhere else."""
    start = chance.randrange(len(data))
    piece = data[start : start + chance.randint(1, 4096)]
    at = chance.randrange(len(data))
    return data[:at] + piece * chance.randint(1, 20) + data[at:]


def huge(data: bytes, chance: random.Random) -> bytes:
    """Numbers far too large in the place of a few."""
    places = list(_NUMBER.finditer(data))
    for place in sorted(chance.sample(places, min(3, len(places))), key=lambda m: -m.start()):
        data = data[: place.start()] + chance.choice(_HUGE) + data[place.end() :]
    return data


def double_xref(data: bytes, chance: random.Random) -> bytes:
    """A PDF's lines of objects twice, in another order, and a second table that points at the first."""
    lines = re.findall(rb"\d{10} \d{5} [nf]\s?\n", data)
    if not lines:
        return repeat(data, chance)
    chance.shuffle(lines)
    at = data.find(b"startxref")
    table = b"xref\n0 %d\n" % (2 * len(lines)) + b"".join(lines * 2)
    again = b"trailer << /Size %d /Root 1 0 R /Prev %d >>\n" % (2 * len(lines), max(at, 0))
    return data[:at] + table + again + data[at:]


def deep_pdf(data: bytes, chance: random.Random) -> bytes:
    """Lists within lists in the place of a number or a name."""
    depth = chance.randint(100, _DEEP)
    at = data.find(b"/", chance.randrange(len(data)))
    at = at if at >= 0 else len(data) // 2
    return data[:at] + b"/X " + b"[" * depth + b"]" * chance.randint(0, depth) + b" " + data[at:]


def swap_parts(data: bytes, chance: random.Random) -> bytes:
    """An archive whose parts have each other's content."""
    parts = _parts(data)
    names = [name for name, _ in parts]
    chance.shuffle(names)
    return _packed(zip(names, (content for _, content in parts), strict=True))


def damage_part(data: bytes, chance: random.Random) -> bytes:
    """An archive one of whose parts is damaged inside."""
    parts = _parts(data)
    at = chance.randrange(len(parts))
    name, content = parts[at]
    parts[at] = name, chance.choice((flip, cut, repeat, huge))(content or b" ", chance)
    return _packed(parts)


def deep_xml(data: bytes, chance: random.Random) -> bytes:
    """An archive one of whose parts has elements within elements."""
    parts = _parts(data)
    at = chance.randrange(len(parts))
    name, content = parts[at]
    depth = chance.randint(100, _DEEP)
    tag = (re.findall(rb"<(\w+:\w+)[ />]", content) or [b"x"])[-1]
    place = content.rfind(b"</")
    place = place if place >= 0 else len(content)
    nested = (b"<" + tag + b">") * depth + (b"</" + tag + b">") * depth
    parts[at] = name, content[:place] + nested + content[place:]
    return _packed(parts)


def lose_part(data: bytes, chance: random.Random) -> bytes:
    """An archive without one of its parts, and one more that points out of it."""
    parts = _parts(data)
    parts.pop(chance.randrange(len(parts)))
    parts.append(("../../outside.xml", b"<x/>"))
    return _packed(parts)


ANY: tuple[Mutation, ...] = (flip, cut, repeat, huge)
PDF: tuple[Mutation, ...] = (*ANY, double_xref, deep_pdf)
OFFICE: tuple[Mutation, ...] = (flip, cut, repeat, swap_parts, damage_part, deep_xml, lose_part)


def mutated(name: str, data: bytes, chance: random.Random) -> tuple[str, bytes]:
    """Damage a file in one way that suits it; return what was done, and the file."""
    mutation = chance.choice(PDF if name.endswith(".pdf") else OFFICE)
    return mutation.__name__, mutation(data, chance)


def _parts(data: bytes) -> list[tuple[str, bytes]]:
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        return [(member.filename, package.read(member)) for member in package.infolist()]


def _packed(parts: Iterable[tuple[str, bytes]]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in parts:
            package.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)
    return stream.getvalue()
