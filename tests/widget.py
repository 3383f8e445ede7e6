"""How a test works with the chat widget: everything in it lies in a shadow tree."""

from collections.abc import Callable

from selenium.common.exceptions import StaleElementReferenceException
from selenium.webdriver import Chrome
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.remote.shadowroot import ShadowRoot
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support.ui import WebDriverWait

PATIENCE_SECONDS = 10


class Chat:
    """The widget on the page that a browser shows."""

    def __init__(self, chrome: Chrome) -> None:
        self.chrome = chrome

    @property
    def root(self) -> ShadowRoot:
        return self.chrome.find_element(By.CSS_SELECTOR, "yorozu-chat").shadow_root

    def all(self, selector: str) -> list[WebElement]:
        return self.root.find_elements(By.CSS_SELECTOR, selector)

    def one(self, selector: str) -> WebElement:
        self.until(lambda: self.all(selector))
        return self.all(selector)[0]

    def button(self, text: str) -> WebElement:
        """The last button with these words or this name: what is newest stands last."""
        self.until(lambda: self._named(text))
        return self._named(text)[-1]

    def focused(self) -> WebElement:
        element: WebElement = self.chrome.execute_script(
            "return document.querySelector('yorozu-chat').shadowRoot.activeElement"
        )
        return element

    def ask(self, question: str) -> WebElement:
        """Type a question, send it, and return its turn when it is complete."""
        before = len(self.all(".turn"))
        self.one("#question").send_keys(question, Keys.ENTER)
        return self.finished(before)

    def finished(self, before: int) -> WebElement:
        self.until(lambda: len(self.all(".turn[aria-busy=false]")) > before)
        return self.all(".turn")[-1]

    def until(self, condition: Callable[[], object]) -> None:
        wait = WebDriverWait(
            self.chrome,
            PATIENCE_SECONDS,
            poll_frequency=0.02,
            ignored_exceptions=[StaleElementReferenceException],
        )
        wait.until(lambda _: condition())

    def _named(self, text: str) -> list[WebElement]:
        return [
            one for one in self.all("button") if text in (one.text.strip(), one.get_attribute("aria-label"))
        ]
