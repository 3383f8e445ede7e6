"""How a test works with the organisers' workbench: by the words that people see and hear."""

from collections.abc import Callable
from pathlib import Path

from selenium.common.exceptions import StaleElementReferenceException
from selenium.webdriver import Chrome
from selenium.webdriver.common.by import By
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support.ui import WebDriverWait

PATIENCE_SECONDS = 20
AXE = Path(__file__).resolve().parents[1] / "app/web/widget/node_modules/axe-core/axe.min.js"


class Bench:
    """The workbench in one tab of a browser."""

    def __init__(self, chrome: Chrome) -> None:
        self.chrome = chrome

    def all(self, selector: str) -> list[WebElement]:
        return self.chrome.find_elements(By.CSS_SELECTOR, selector)

    def one(self, selector: str) -> WebElement:
        self.until(lambda: self.all(selector))
        return self.all(selector)[0]

    def named(self, text: str) -> list[WebElement]:
        """Buttons and links with these words, or whose name begins with them."""
        return [
            one
            for one in self.all("button, a")
            if one.text.strip().startswith(text) or (one.get_attribute("aria-label") or "").startswith(text)
        ]

    def press(self, text: str) -> None:
        """Press the first enabled button or link with these words."""

        def pressed() -> bool:
            for one in self.named(text):
                if one.is_enabled() and one.get_attribute("aria-disabled") != "true":
                    self.chrome.execute_script("arguments[0].scrollIntoView({block: 'center'})", one)
                    one.click()
                    return True
            return False

        self.until(pressed)

    def field(self, label: str) -> WebElement:
        """The field whose label begins with these words."""

        def found() -> list[WebElement]:
            controls: list[WebElement] = self.chrome.execute_script(
                "return [...document.querySelectorAll('label')]"
                ".filter((one) => one.textContent.trim().startsWith(arguments[0])).map((one) => one.control)",
                label,
            )
            return controls

        self.until(found)
        return found()[0]

    def write(self, label: str, text: str) -> None:
        field = self.field(label)
        field.clear()
        field.send_keys(text)

    def says(self, text: str) -> None:
        """Wait until these words are on the page."""
        self.until(lambda: text in self.text)

    @property
    def text(self) -> str:
        return self.chrome.find_element(By.TAG_NAME, "body").text

    def until(self, condition: Callable[[], object]) -> None:
        wait = WebDriverWait(
            self.chrome,
            PATIENCE_SECONDS,
            poll_frequency=0.05,
            ignored_exceptions=[StaleElementReferenceException],
        )
        wait.until(lambda _: condition())

    def enter(self, address: str, key: str) -> None:
        """Open the workbench with a key."""
        self.chrome.get(f"{address}/organiser")
        self.write("主催者用のAPIキー", key)
        self.press("始める")
        self.says("新しい相談会")

    def faults(self) -> list[str]:
        """What axe-core finds serious or critical in what is shown now."""
        self.chrome.execute_script(AXE.read_text(encoding="utf-8"))
        found: list[str] = self.chrome.execute_async_script("""
          const done = arguments[0];
          axe.run(document).then((result) => done(result.violations
            .filter((one) => ["serious", "critical"].includes(one.impact))
            .map((one) => `${one.id}: ${one.nodes.map((node) => node.html.slice(0, 150)).join(" | ")}`)));
        """)
        return found

    def too_wide(self) -> list[str]:
        """What reaches beyond the screen."""
        found: list[str] = self.chrome.execute_script("""
          const beyond = (e) => e.getBoundingClientRect().right > innerWidth + 0.5;
          const wide = [...document.querySelectorAll("body *")]
            .filter((e) => !e.closest(".unseen, .skip, .samples") && beyond(e))
            .map((e) => e.outerHTML.slice(0, 150));
          return document.documentElement.scrollWidth > innerWidth ? ["page", ...wide] : wide;
        """)
        return found
