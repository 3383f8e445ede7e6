import os
from pathlib import Path

from app.pages.cache import PageCache, key_of


def test_what_was_put_is_there_and_the_least_used_goes_first(tmp_path: Path) -> None:
    cache = PageCache(tmp_path / "pages", 100)
    for number, name in enumerate("abc"):
        cache.put(name, bytes(30))
        os.utime(tmp_path / "pages" / f"{name}.page", (number, number))
    assert cache.get("a") == bytes(30)  # used just now
    cache.put("d", bytes(30))
    assert [cache.get(name) is not None for name in "abcd"] == [True, False, True, True]
    assert sum(path.stat().st_size for path in (tmp_path / "pages").iterdir()) <= 100


def test_without_a_folder_nothing_is_kept_and_nothing_fails(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    cache = PageCache(tmp_path / "file" / "pages", 100)
    cache.put("a", b"1")
    assert cache.get("a") is None
    off = PageCache(tmp_path / "off", 0)
    off.put("a", b"1")
    assert not (tmp_path / "off").exists()


def test_keys_tell_apart() -> None:
    assert key_of("a", 1) == key_of("a", 1) != key_of("a1", "")
    assert key_of("\ud800")
