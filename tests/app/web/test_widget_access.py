"""axe-core looks at every state of the widget: nothing serious, nothing critical."""

import pytest

from ingest.errors import ErrorCode, YorozuError
from tests.axe import findings
from tests.browser import screen
from tests.fakes.answer_service import FakeAnswerService, insufficient
from tests.widget import Chat

pytestmark = pytest.mark.browser


@pytest.mark.parametrize(("dark", "english"), [(False, False), (True, False), (False, True)])
def test_nothing_serious_in_any_state(
    page: Chat, answerer: FakeAnswerService, *, dark: bool, english: bool
) -> None:
    screen(page.chrome, 360 if english else 1280, 900, dark=dark)
    if english:
        page.chrome.execute_script("""localStorage.setItem("yorozu-chat:view", '{"lang":"en"}')""")
        page.chrome.refresh()
    assert findings(page.chrome) == []
    page.ask("規程はどう作りますか")
    page.one(".judging button:last-of-type").click()
    page.one(".judging .form")
    assert findings(page.chrome) == []
    page.one(".cite").click()
    page.one("dialog")
    assert findings(page.chrome) == []
    page.one("dialog header button").click()
    answerer.queue += [insufficient(), YorozuError(ErrorCode.INDEX_MISSING)]
    page.ask("社食の献立は")
    page.one(".meeting .go").click()
    page.ask("索引は")
    page.one(".failure")
    assert findings(page.chrome) == []
    page.one(".bar .tool:last-of-type").click()
    page.one(".menu")
    assert findings(page.chrome) == []
