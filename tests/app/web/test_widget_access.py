"""axe-core looks at every state of the widget: nothing serious, nothing critical."""

import os
from pathlib import Path

import pytest

from ingest.errors import ErrorCode, YorozuError
from tests.browser import screen
from tests.fakes.answer_service import FakeAnswerService, insufficient
from tests.widget import Chat

pytestmark = pytest.mark.browser
AXE = Path(__file__).resolve().parents[3] / "app/web/widget/node_modules/axe-core/axe.min.js"


def _findings(chat: Chat) -> list[str]:
    if not AXE.is_file():
        if os.environ.get("CI"):
            pytest.fail("axe-core is not here; CI installs it with npm")
        pytest.skip("axe-core is not here: `make widget` installs it (needs npm)")
    chat.chrome.execute_script(AXE.read_text(encoding="utf-8"))
    report = chat.chrome.execute_async_script("""
      const done = arguments[arguments.length - 1];
      axe.run(document).then((result) => done({
        rules: result.passes.length,
        found: result.violations.filter((one) => ["serious", "critical"].includes(one.impact)).flatMap(
          (one) => one.nodes.map((node) => `${one.id}: ${node.html.slice(0, 200)} ${node.failureSummary}`)),
      }));
    """)
    assert report["rules"] > 10  # it did look
    found: list[str] = report["found"]
    return found


@pytest.mark.parametrize(("dark", "english"), [(False, False), (True, False), (False, True)])
def test_nothing_serious_in_any_state(
    page: Chat, answerer: FakeAnswerService, *, dark: bool, english: bool
) -> None:
    screen(page.chrome, 360 if english else 1280, 900, dark=dark)
    if english:
        page.chrome.execute_script("""localStorage.setItem("yorozu-chat:view", '{"lang":"en"}')""")
        page.chrome.refresh()
    assert _findings(page) == []
    page.ask("規程はどう作りますか")
    page.one(".judging button:last-of-type").click()
    page.one(".judging .form")
    assert _findings(page) == []
    page.one(".cite").click()
    page.one("dialog")
    assert _findings(page) == []
    page.one("dialog header button").click()
    answerer.queue += [insufficient(), YorozuError(ErrorCode.INDEX_MISSING)]
    page.ask("社食の献立は")
    page.one(".meeting .go").click()
    page.ask("索引は")
    page.one(".failure")
    assert _findings(page) == []
    page.one(".bar .tool:last-of-type").click()
    page.one(".menu")
    assert _findings(page) == []
