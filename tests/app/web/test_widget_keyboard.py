"""Everything can be reached and done with the keyboard alone, and the focus is never lost."""

from contextlib import closing

import pytest
from selenium.webdriver import ActionChains, Chrome
from selenium.webdriver.common.keys import Keys

from app.state import ServiceState
from app.store.feedback import FeedbackStore
from app.store.originals import OriginalStore
from app.store.sent_questions import SentQuestions
from tests.browser import screen
from tests.fakes.answer_service import FakeAnswerService, insufficient
from tests.widget import Chat

pytestmark = pytest.mark.browser
MOST_STEPS = 40
_INSIDE = """
  const focused = document.querySelector("yorozu-chat").shadowRoot.activeElement;
  return !focused || !!focused.closest("dialog");
"""


@pytest.fixture
def panel(chrome: Chrome, address: str) -> Chat:
    """The widget as a panel, on the service's own address (the API description is an ordinary page)."""
    screen(chrome, 1280, 900)
    chrome.get(f"{address}/docs")
    add = "const s = document.createElement('script'); s.src = '/widget.js'; document.body.append(s)"
    chrome.execute_script(add)
    chat = Chat(chrome)
    chat.until(lambda: chrome.execute_script("return !!document.querySelector('yorozu-chat')?.shadowRoot"))
    chat.button("よろず相談を開く")
    return chat


def _press(chat: Chat, *keys: str) -> None:
    ActionChains(chat.chrome).send_keys(*keys).perform()


def _go_to(chat: Chat, name: str, key: str = Keys.TAB) -> None:
    """Press Tab until the focus is on the element with this text or name."""
    for _ in range(MOST_STEPS):
        focused = chat.chrome.execute_script(
            "return document.activeElement.shadowRoot?.activeElement ?? document.activeElement"
        )
        names = (focused.text.strip(), focused.get_attribute("aria-label"), focused.get_attribute("id"))
        if name in names or any(name in str(one) for one in names[:1]):
            return
        ActionChains(chat.chrome).send_keys(key).perform()
    raise AssertionError(f"{name} is not reached by Tab")


def test_ask_open_a_citation_judge_and_leave(panel: Chat, state: ServiceState) -> None:
    panel.chrome.execute_script(
        "document.querySelector('yorozu-chat').shadowRoot.querySelector('button').focus()"
    )
    _press(panel, Keys.ENTER)
    panel.until(lambda: panel.focused() == panel.one("#question"))
    _press(panel, "規程は", Keys.ENTER)
    panel.finished(0)
    assert panel.focused() == panel.one("#question")
    _back_to(panel, "引用1を開く")
    _press(panel, Keys.ENTER)
    panel.one("dialog")
    for _ in range(8):  # the focus stays in the dialog
        _press(panel, Keys.TAB)
        assert panel.chrome.execute_script(_INSIDE)
    _press(panel, Keys.ESCAPE)
    panel.until(lambda: not panel.all("dialog"))
    assert (
        "引用1を開く" in str(panel.focused().get_attribute("textContent"))
        or panel.focused().get_attribute("aria-label") == "引用1を開く"
    )
    _go_to(panel, "違う")
    _press(panel, Keys.ENTER)
    panel.until(lambda: panel.all(".form"))
    _press(panel, Keys.ARROW_DOWN)
    _go_to(panel, "評価を送る")
    _press(panel, Keys.ENTER)
    panel.until(lambda: "ありがとうございました" in panel.one(".judging").text)
    answer_id = panel.chrome.execute_script(
        "return Object.values(localStorage).map(JSON.parse)[0][0].turns[0].answer.id"
    )
    kept = FeedbackStore(state.store).get(answer_id)
    assert kept is not None
    assert (kept.verdict, kept.reason) == ("wrong", "内容が正しくない")
    _press(panel, Keys.ESCAPE)
    panel.until(lambda: not panel.all(".panel"))
    assert panel.focused() == panel.button("よろず相談を開く")


def test_send_a_question_to_the_meeting(
    panel: Chat, answerer: FakeAnswerService, state: ServiceState
) -> None:
    answerer.queue.append(insufficient())
    panel.button("よろず相談を開く").send_keys(Keys.ENTER)
    panel.until(lambda: panel.focused() == panel.one("#question"))
    _press(panel, "社食の献立は", Keys.ENTER)
    panel.finished(0)
    _back_to(panel, "この質問を相談会に送る")
    _press(panel, Keys.ENTER)
    panel.until(lambda: panel.all(".form"))
    assert panel.focused().tag_name == "textarea"
    _press(panel, Keys.TAB, "補足です", Keys.TAB, Keys.ENTER)
    panel.one(".receipt")
    panel.until(lambda: panel.focused() == panel.one(".meeting"))
    with closing(OriginalStore.open(state.settings.data_dir)) as originals:
        (sent,) = SentQuestions(state.store, originals).waiting()
    assert sent.note == "補足です"


def test_the_menu_closes_where_it_was_opened(panel: Chat) -> None:
    panel.button("よろず相談を開く").send_keys(Keys.ENTER)
    panel.until(lambda: panel.focused() == panel.one("#question"))
    panel.button("履歴と表示").send_keys(Keys.ENTER)
    panel.one(".menu")
    _press(panel, Keys.ESCAPE)
    panel.until(lambda: not panel.all(".menu"))
    panel.until(lambda: panel.focused() == panel.button("履歴と表示"))
    assert panel.all(".panel")


def _back_to(chat: Chat, name: str) -> None:
    for _ in range(MOST_STEPS):
        ActionChains(chat.chrome).key_down(Keys.SHIFT).send_keys(Keys.TAB).key_up(Keys.SHIFT).perform()
        focused = chat.focused()
        if focused and name in (focused.text.strip(), focused.get_attribute("aria-label")):
            return
    raise AssertionError(f"{name} is not reached by Shift+Tab")
