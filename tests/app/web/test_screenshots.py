"""The pictures of the documentation: `make screenshots` puts them into docs/, every run makes them anew."""

from pathlib import Path

import pytest
from selenium.webdriver import Chrome

from tests.browser import screen
from tests.fakes.answer_service import answered, insufficient
from tests.fakes.event_service import EventService, event_service
from tests.fakes.page_picture import page_picture
from tests.widget import Chat

pytestmark = pytest.mark.browser
MOST_BYTES = 150_000
QUESTION = "専任者がいないのですが、規程はどう作ればよいですか"


@pytest.fixture
def folder(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    told = request.config.getoption("--screenshots")
    folder = told if isinstance(told, Path) else tmp_path
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _keep(chrome: Chrome, path: Path) -> None:
    chrome.execute_script("return document.fonts.ready")
    assert chrome.save_screenshot(str(path))
    assert 5_000 < path.stat().st_size < MOST_BYTES


@pytest.mark.parametrize(
    ("name", "lang", "theme", "width"),
    [("ja-light", "ja", "light", 1000), ("en-dark", "en", "dark", 1000), ("phone-dark", "ja", "dark", 360)],
)
def test_every_state_has_its_picture(
    chrome: Chrome, address: str, folder: Path, name: str, lang: str, theme: str, width: int
) -> None:
    screen(chrome, width, 760)
    with event_service() as service:
        service.picture = page_picture()
        # The stand-in speaks from an address of its own, which the page's policy rightly refuses.
        chrome.execute_cdp_cmd("Page.setBypassCSP", {"enabled": True})
        chrome.get(f"{address}/docs")
        chrome.execute_script(_WIDGET, service.address, lang, theme)
        chat = Chat(chrome)
        _states(chat, service, folder, name)
    chrome.execute_cdp_cmd("Page.setBypassCSP", {"enabled": False})


_WIDGET = """
  document.body.replaceChildren();
  const chat = document.createElement("yorozu-chat"), script = document.createElement("script");
  const [api, lang, theme] = arguments;
  for (const [name, value] of Object.entries({api, lang, theme, open: "", history: "off", mode: "page"}))
    chat.setAttribute(name, value);
  const main = document.createElement("main");
  document.body.className = "whole";
  main.append(chat);
  script.src = "/widget.js";
  document.body.append(main, script);
"""


def _states(chat: Chat, service: EventService, folder: Path, name: str) -> None:
    chrome = chat.chrome
    chat.until(lambda: chrome.execute_script("return !!document.querySelector('yorozu-chat').shadowRoot"))
    chat.one(".welcome")
    _keep(chrome, folder / f"{name}-start.png")
    service.say(("answer", answered(QUESTION).model_dump(mode="json")), None)
    chat.ask(QUESTION)
    _keep(chrome, folder / f"{name}-answer.png")
    chat.all(".cite")[1].click()
    chat.until(lambda: chat.all("canvas"))
    _keep(chrome, folder / f"{name}-citation.png")
    chat.one("dialog header button").click()
    service.say(("answer", insufficient().model_dump(mode="json")), None)
    chat.ask("社食の献立は")
    chat.one(".meeting .go").click()
    chat.one(".meeting .form")
    _keep(chrome, folder / f"{name}-meeting.png")
