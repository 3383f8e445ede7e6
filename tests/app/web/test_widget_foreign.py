"""The widget on somebody else's page: another origin, a strict policy, a style sheet that spares nothing."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest
from selenium.webdriver import Chrome
from selenium.webdriver.common.by import By

from app.state import ServiceState
from tests.app.web.conftest import no_complaints
from tests.browser import screen
from tests.fakes.answer_service import answered
from tests.fakes.event_service import EventService, event_service, quoted_in
from tests.fakes.foreign_page import ForeignPage, foreign_page
from tests.fakes.page_picture import page_picture
from tests.serving import serving
from tests.widget import Chat

pytestmark = pytest.mark.browser


@pytest.fixture
def foreign() -> Iterator[ForeignPage]:
    with foreign_page() as page:
        yield page


@contextmanager
def _served(state: ServiceState, *origins: str) -> Iterator[str]:
    settings = state.settings.model_copy(update={"cors_origins": origins})
    with serving(replace(state, settings=settings)) as address:
        yield address


def test_one_script_tag_is_enough_under_a_strict_policy_and_hostile_style(
    chrome: Chrome, foreign: ForeignPage, state: ServiceState
) -> None:
    screen(chrome, 1280, 900)
    with _served(state, foreign.address) as service:
        foreign.service = service
        foreign.body = f'<script src="{service}/widget.js" data-lang="ja"></script>'
        chrome.get(foreign.address)
        with no_complaints(chrome):
            chat = Chat(chrome)
            launcher = chat.button("よろず相談を開く")
            box = launcher.rect
            assert (box["x"] > 1000, box["y"] > 700, 44 < box["height"] < 60) == (True, True, True)
            launcher.click()
            chat.until(lambda: chat.focused() == chat.one("#question"))
            turn = chat.ask("規程はどう作りますか")
            assert "自社のリスクを把握し" in turn.text
            chat.one(".mark").click()
            chat.one("dialog")
            assert _looks_of(chat, ".statement") == [
                "rgb(29, 36, 36)",
                "16px",
                "normal",
                "none",
                "1",
                "visible",
            ]
            chat.button("閉じる").click()
    assert set(foreign.paths) <= {"/", "/style.css", "/favicon.ico"}


def _looks_of(chat: Chat, selector: str) -> list[str]:
    looks: list[str] = chat.chrome.execute_script(
        """const own = getComputedStyle(arguments[0]);
        const host = getComputedStyle(document.querySelector("yorozu-chat"));
        return [own.color, own.fontSize, own.letterSpacing, own.textTransform, host.opacity,
          host.visibility]""",
        chat.one(selector),
    )
    return looks


def test_the_widget_leaves_the_page_as_it_was(
    chrome: Chrome, foreign: ForeignPage, state: ServiceState
) -> None:
    with _served(state, foreign.address) as service:
        foreign.service = service
        foreign.body = f'<script src="{service}/widget.js" data-auto="off"></script>'
        chrome.get(foreign.address)
        before = chrome.execute_script(_PAGE_STYLE)
        assert chrome.find_elements(By.TAG_NAME, "yorozu-chat") == []
        chrome.execute_script("document.body.append(document.createElement('yorozu-chat'))")
        Chat(chrome).button("よろず相談を開く").click()
        assert chrome.execute_script(_PAGE_STYLE) == before


_PAGE_STYLE = """
  const rect = document.querySelector("h1").getBoundingClientRect();
  return [rect.x, rect.y, rect.width, document.querySelector("h1").outerHTML]
"""


def test_a_page_that_is_not_on_the_list_is_refused_in_words(
    chrome: Chrome, foreign: ForeignPage, state: ServiceState
) -> None:
    with _served(state, "https://another.example") as service:
        foreign.service = service
        foreign.body = f'<script src="{service}/widget.js" data-open=""></script>'
        chrome.get(foreign.address)
        chat = Chat(chrome)
        chat.ask("規程は")
        assert "接続できませんでした" in chat.one(".failure").text


def test_attributes_give_language_colour_font_and_title(
    chrome: Chrome, foreign: ForeignPage, state: ServiceState
) -> None:
    with _served(state, foreign.address) as service:
        foreign.service = service
        foreign.body = (
            f'<script src="{service}/widget.js"></script><yorozu-chat lang="en" theme="dark" accent="gold"'
            ' font="monospace" heading="Ask us" examples="一つ目|二つ目" history="off" open></yorozu-chat>'
        )
        chrome.get(foreign.address)
        chat = Chat(chrome)
        assert [one.text for one in chat.all(".welcome .ask")] == ["一つ目", "二つ目"]
        assert chat.one(".title").text == "Ask us"
        chat.button("History and display").click()
        assert "No history is kept" in chat.one(".menu").text
        assert chat.all("select") == []
        style = "const s = getComputedStyle(arguments[0]); return [s.fontFamily, s.color]"
        assert chrome.execute_script(style, chat.one(".title")) == ["monospace", "rgb(255, 215, 0)"]
        chat.button("Back to the conversation").click()
        chat.ask("三つ目")
        assert chrome.execute_script("return localStorage.length") == 0
        chrome.execute_script("document.querySelector('yorozu-chat').setAttribute('theme', 'light')")
        _, colour = chrome.execute_script(style, chat.one(".title"))
        assert colour not in (
            "rgb(255, 215, 0)",
            "rgb(0, 0, 0)",
        )  # gold on white: darkened until it can be read


@pytest.fixture
def streaming(chrome: Chrome, foreign: ForeignPage, address: str) -> Iterator[tuple[Chat, EventService]]:
    """The widget on a foreign page, with a key, talking to a service that speaks when it is told to."""
    screen(chrome, 1280, 900)
    with event_service() as service:
        foreign.service = f"{address} {service.address}"
        foreign.body = (
            f'<script src="{address}/widget.js"></script>'
            f'<yorozu-chat api="{service.address}" key="yk_secret" lang="ja" open></yorozu-chat>'
        )
        chrome.get(foreign.address)
        with no_complaints(chrome):
            yield Chat(chrome), service


def test_sentences_are_shown_as_they_come_and_taken_back(streaming: tuple[Chat, EventService]) -> None:
    chat, service = streaming
    answer = answered().model_dump(mode="json")
    first, second = answer["statements"]
    chat.one("#question").send_keys("規程は\n")
    chat.until(lambda: "資料を調べています" in chat.one(".turn").text)
    service.say(("citations", answer["citations"]), ("statement", first))
    chat.until(lambda: len(chat.all(".statement")) == 1)
    assert chat.one(".turn").get_attribute("aria-busy") == "true"
    assert chat.all(".cautions") == []
    service.say(("reset", {}))
    chat.until(lambda: chat.all(".statement") == [] and "作り直しています" in chat.one(".turn").text)
    service.say(("statement", second), ("answer", answer), None)
    chat.finished(0)
    assert len(chat.all(".statement")) == 2
    announced = chat.one(".panel > [role=status]").get_attribute("textContent")
    assert announced == "回答が届きました。注意が1件あります。文は2つです。"


def test_the_page_picture_is_shown_with_its_key_and_without_the_page_s_leave(
    streaming: tuple[Chat, EventService],
) -> None:
    chat, service = streaming
    service.picture, service.found = page_picture(), "partial"
    answer = answered().model_dump(mode="json")
    service.say(("answer", answer), None)
    chat.ask("規程は")
    chat.all(".cite")[1].click()
    chat.until(lambda: chat.all("canvas"))
    assert (
        chat.one("canvas").get_attribute("aria-label") == "56ページ目の画像。引用した行に印が付いています。"
    )
    assert "引用の一部に印" in chat.one(".leaf").text
    blue = "return arguments[0].getContext('2d').getImageData(110, 256, 1, 1).data[2]"
    chat.until(
        lambda: 0 < chat.chrome.execute_script(blue, chat.one("canvas")) < 130
    )  # the marked line is yellow
    chat.button("次のページ").click()
    chat.until(lambda: "57 / 60ページ" in chat.one(".leaf").text)
    asked = [(path, key) for method, path, key in service.heard if method == "GET"]
    assert {key for _, key in asked} == {"Bearer yk_secret"}
    assert {quoted_in(path) for path, _ in asked} == {f"{answer['id']}:2"}
    assert [path.split("?")[0].rsplit("/", 1)[1] for path, _ in asked] == ["pages", "56.png", "57.png"]
