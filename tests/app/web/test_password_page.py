"""Changing one's own password in a real browser, by keyboard as well."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from selenium.webdriver import Chrome
from selenium.webdriver.common.keys import Keys

from tests.app.web.conftest import no_complaints
from tests.app.web.test_admin_page import NAME, PASSWORD, Page, _served
from tests.axe import findings
from tests.browser import screen

pytestmark = pytest.mark.browser
NEW = "くじらと歩いた青い坂道の朝"


@pytest.fixture
def page(chrome: Chrome, tmp_path: Path) -> Iterator[Page]:
    with _served(tmp_path) as (address, _):
        screen(chrome, 1280, 860)
        page = Page(chrome, address)
        page.open("/login")
        chrome.delete_all_cookies()
        with no_complaints(chrome):
            yield page


def _open_from_the_head_of_the_admin_page(page: Page) -> None:
    page.open("/login?after=/admin")
    page.log_in()
    page.until(lambda: page.path == "/admin")
    page.named(".site a", "パスワードを変更").click()
    page.until(lambda: page.path == "/password?after=%2Fadmin")
    page.one("form")


def _type(page: Page, current: str, new: str, again: str) -> None:
    """From field to field by the keyboard alone."""
    page.chrome.execute_script("document.querySelector('input[name=current]').focus()")
    for field, text in (("current", current), ("new", new), ("again", again)):
        typed = page.chrome.switch_to.active_element
        assert typed.get_attribute("name") == field
        typed.send_keys(Keys.CONTROL, "a")
        typed.send_keys(text, Keys.ENTER if field == "again" else Keys.TAB)


def test_a_password_is_changed_by_keyboard_and_counts(page: Page) -> None:
    _open_from_the_head_of_the_admin_page(page)
    _type(page, "ちがう合言葉ですよ長い", NEW, NEW)
    page.says("今のパスワードが違います")
    assert page.one("input[name=current]").get_attribute("aria-invalid") == "true"
    _type(page, PASSWORD, "みじかい", "みじかい")
    page.says("12文字以上にしてください")
    assert page.chrome.switch_to.active_element.get_attribute("name") == "new"
    _type(page, PASSWORD, NEW, NEW + "?")
    page.says("もう一度入力したパスワードが違います")
    assert page.chrome.switch_to.active_element.get_attribute("name") == "again"
    _type(page, PASSWORD, NEW, NEW)
    page.says("パスワードを変更しました")
    assert page.chrome.switch_to.active_element.tag_name == "h1"
    assert page.one("[role=alert]").text == ""
    page.named("a", "続ける").click()
    page.until(lambda: page.path == "/admin")
    page.named("a", "監査記録").click()
    page.says("パスワードを設定")
    page.says("パスワードの変更に失敗")
    page.named("button", "ログアウト").click()
    page.until(lambda: page.path == "/login")
    page.log_in(password=PASSWORD)
    page.says("名前かパスワードが違います")
    page.one("input[name=password]").send_keys(NEW, Keys.ENTER)
    page.until(lambda: page.path == "/")


def test_the_form_is_found_from_the_login_page_and_takes_what_a_password_manager_fills_in(page: Page) -> None:
    page.open("/password")
    page.until(lambda: page.path == "/login?after=%2Fpassword")
    page.log_in()
    page.until(lambda: page.path == "/password")
    page.open("/login")
    page.says(f"{NAME} さんとしてログインしています")
    page.named("a", "パスワードを変更").click()
    page.until(lambda: page.path == "/password")
    page.says("12文字以上、256文字以内")
    fields = {
        one.get_attribute("name") or "": one.get_attribute("autocomplete") for one in page.all("form input")
    }
    assert fields == {
        "": "username",
        "current": "current-password",
        "new": "new-password",
        "again": "new-password",
    }
    described = page.one("input[name=new]").get_attribute("aria-describedby")
    assert "256文字以内" in page.one(f"#{described}").text
    page.chrome.execute_cdp_cmd("Input.insertText", {"text": PASSWORD})  # as pasting does: no key is pressed
    assert page.one("input[name=current]").get_property("value") == PASSWORD


@pytest.mark.parametrize(("width", "dark"), [(1280, False), (360, True)])
def test_nothing_serious_on_the_page(page: Page, *, width: int, dark: bool) -> None:
    screen(page.chrome, width, 860, dark=dark)
    _open_from_the_head_of_the_admin_page(page)
    assert findings(page.chrome) == []
    assert page.chrome.execute_script("return document.documentElement.scrollWidth") <= width
    _type(page, "ちがう合言葉ですよ長い", NEW, NEW)
    page.says("今のパスワードが違います")
    assert findings(page.chrome) == []
