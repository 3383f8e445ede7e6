import time
from collections.abc import Callable
from threading import Event

import pytest
from selenium.webdriver import Chrome
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support.ui import WebDriverWait

from app.answering.models import Answer, Citation, ReferenceLine, Related, Statement
from app.answering.progress import Progress
from ingest.errors import ErrorCode, YorozuError
from tests.browser import screen
from tests.fakes.answer_service import FakeAnswerService, answered, insufficient

pytestmark = pytest.mark.browser

HOSTILE = "<img src=x onerror=\"document.title='owned'\"><script>document.title='owned'</script>"


def _all(page: Chrome, selector: str) -> list[WebElement]:
    return page.find_elements(By.CSS_SELECTOR, selector)


def _until(page: Chrome, condition: Callable[[], object]) -> None:
    WebDriverWait(page, 10, poll_frequency=0.02).until(lambda _: condition())


def _ask(page: Chrome, question: str) -> WebElement:
    before = len(_all(page, ".turn"))
    page.find_element(By.ID, "question").send_keys(question, Keys.ENTER)
    return _finished(page, before)


def _finished(page: Chrome, before: int) -> WebElement:
    _until(page, lambda: len(_all(page, ".turn:not([aria-busy])")) > before)
    return _all(page, ".turn")[-1]


def test_the_empty_page_says_what_it_knows_and_offers_questions(
    page: Chrome, answerer: FakeAnswerService
) -> None:
    welcome = page.find_element(By.ID, "welcome")
    assert "見つからないとお伝えします" in welcome.text
    examples = _all(page, "#welcome .ask")
    assert len(examples) == 3
    question = examples[0].text
    examples[0].click()
    turn = _finished(page, 0)
    assert answerer.asked[0][0] == question
    assert question in turn.text
    assert not welcome.is_displayed()


def test_from_question_to_the_passage_that_was_cited(page: Chrome) -> None:
    turn = _ask(page, "規程はどう作りますか")
    text = turn.text
    order = [
        "質問内容",
        "規程はどう作りますか",
        "注意",
        "第4.0版が公開されています。",
        "回答",
        "参考資料",
        "引用",
        "関連する質問",
    ]
    assert [text.index(part) for part in order] == sorted(text.index(part) for part in order)
    card = turn.find_elements(By.CSS_SELECTOR, ".card")[0]
    assert card.get_attribute("open") is None
    turn.find_element(By.CSS_SELECTOR, ".statement .mark").click()
    _until(page, lambda: "自社のリスクを把握し" in card.find_element(By.TAG_NAME, "blockquote").text)
    for fact in ("よろず相談会 議題１", "質問7", "自工会／部工会", "No17、No18", "2023-10"):
        assert fact in card.text
    assert "lit" in str(card.get_attribute("class"))
    assert page.switch_to.active_element == card.find_element(By.TAG_NAME, "summary")
    card.find_element(By.CSS_SELECTOR, "button").click()
    assert page.switch_to.active_element == turn.find_element(By.CSS_SELECTOR, ".statement .mark")


def test_a_guideline_names_edition_page_and_a_safe_link(page: Chrome, answerer: FakeAnswerService) -> None:
    pdf = answered().citations[1].model_copy(update={"url": "https://example.test/a.pdf"})
    answerer.queue.append(answered(citations=[answered().citations[0], pdf]))
    turn = _ask(page, "規程はどう作りますか")
    turn.find_elements(By.CSS_SELECTOR, ".mark")[-1].click()
    card = turn.find_elements(By.CSS_SELECTOR, ".card")[1]
    assert "第3.1版" in card.text
    assert "P54（ファイルの56～60ページ目）" in card.text
    link = card.find_element(By.TAG_NAME, "a")
    assert link.get_attribute("href") == "https://example.test/a.pdf#page=56"
    assert "noopener" in str(link.get_attribute("rel"))


def test_sentences_show_while_the_rest_is_made(page: Chrome, answerer: FakeAnswerService) -> None:
    go_on = Event()
    seen: list[Progress | Answer] = []

    def between(step: Progress | Answer) -> None:
        seen.append(step)
        if len(seen) == 3:
            assert go_on.wait(10)

    answerer.between = between
    page.find_element(By.ID, "question").send_keys("規程はどう作りますか", Keys.ENTER)
    _until(page, lambda: _all(page, ".turn[aria-busy] .statement"))
    assert len(_all(page, ".statement")) == 1
    assert _all(page, ".waiting")
    assert not _all(page, ".references")
    go_on.set()
    turn = _finished(page, 0)
    assert len(turn.find_elements(By.CSS_SELECTOR, ".statement")) == 2
    assert not _all(page, ".waiting")


def test_a_follow_up_goes_on_and_says_how_it_was_read(page: Chrome, answerer: FakeAnswerService) -> None:
    answerer.queue += [answered(conversation_id="conv_1"), answered(asked_as="続きとして読みました。")]
    _ask(page, "規程はどう作りますか")
    turn = _ask(page, "それはいつまで？")
    assert [asked[2] for asked in answerer.asked] == [None, "conv_1"]
    assert "続きとして読みました。" in turn.text


def test_no_evidence_says_what_was_looked_for_and_whom_to_ask(
    page: Chrome, answerer: FakeAnswerService
) -> None:
    answerer.queue.append(insufficient())
    turn = _ask(page, "社食の献立は")
    for part in ("見つかりませんでした", "社食、献立", "よろず相談会の事務局"):
        assert part in turn.text
    assert "引用" not in turn.text
    turn.find_element(By.CSS_SELECTOR, ".ask").click()
    _finished(page, 1)
    assert answerer.asked[1][0] == "持出し物の制限はどこまで必要ですか"


def test_a_failure_shows_its_message_and_can_be_tried_again(
    page: Chrome, answerer: FakeAnswerService
) -> None:
    answerer.queue.append(YorozuError(ErrorCode.INDEX_MISSING))
    turn = _ask(page, "規程はどう作りますか")
    failure = turn.find_element(By.CSS_SELECTOR, "[role=alert]")
    assert "索引がまだありません" in failure.text
    failure.find_element(By.TAG_NAME, "button").click()
    _until(page, lambda: turn.find_elements(By.CSS_SELECTOR, ".mark"))
    assert [asked[0] for asked in answerer.asked] == ["規程はどう作りますか"] * 2
    assert len(_all(page, ".turn")) == 1


def test_a_question_that_is_too_long_goes_back_to_the_box(page: Chrome) -> None:
    long = "長" * 2001
    page.execute_script("document.getElementById('question').value = arguments[0]", long)
    page.find_element(By.ID, "send").click()
    turn = _finished(page, 0)
    assert "2000文字以内" in turn.text
    turn.find_element(By.CSS_SELECTOR, ".failure button").click()
    assert page.find_element(By.ID, "question").get_attribute("value") == long


def test_waiting_is_shown_and_nothing_is_sent_twice(page: Chrome, answerer: FakeAnswerService) -> None:
    answerer.gate.clear()
    box = page.find_element(By.ID, "question")
    box.send_keys("一つ目", Keys.ENTER)
    _until(page, lambda: "資料を調べています" in page.find_element(By.ID, "log").text)
    box.send_keys("二つ目", Keys.ENTER)
    answerer.gate.set()
    _finished(page, 0)
    assert [asked[0] for asked in answerer.asked] == ["一つ目"]
    assert box.get_attribute("value") == "二つ目"


def test_shift_enter_and_the_enter_of_an_input_method_do_not_send(
    page: Chrome, answerer: FakeAnswerService
) -> None:
    box = page.find_element(By.ID, "question")
    box.send_keys("  ", Keys.ENTER)
    box.clear()
    box.send_keys("一行目", Keys.SHIFT + Keys.ENTER)
    box.send_keys(Keys.NULL, "二行目")
    compose = """
      const box = document.getElementById("question");
      for (const options of [{isComposing: true}, {keyCode: 229}])
        box.dispatchEvent(new KeyboardEvent("keydown", {key: "Enter", bubbles: true, ...options}));
    """
    page.execute_script(compose)
    Event().wait(0.2)
    assert answerer.asked == []
    box.send_keys(Keys.ENTER)
    _finished(page, 0)
    assert answerer.asked[0][0] == "一行目\n二行目"


def _hostile() -> Answer:
    citation = Citation(
        n=1,
        source_id=HOSTILE,
        kind="web",
        title=HOSTILE,
        publisher=HOSTILE,
        quote=HOSTILE,
        url="javascript:alert(1)",
    )
    return answered(
        HOSTILE,
        statements=[Statement(text=HOSTILE, citations=[1, 99], support="verified")],
        citations=[citation],
        references=[
            ReferenceLine(label=HOSTILE, url="javascript:document.title='owned'"),
            ReferenceLine(label="", url="data:text/html,x"),
        ],
        related=[Related(source_id="x", question_no=1, question=HOSTILE)],
    )


def test_hostile_text_stays_text(page: Chrome, answerer: FakeAnswerService) -> None:
    answerer.queue.append(_hostile())
    title = page.title
    turn = _ask(page, HOSTILE)
    turn.find_element(By.CSS_SELECTOR, ".mark").click()
    time.sleep(0.2)
    assert page.title == title
    assert turn.find_elements(By.CSS_SELECTOR, "img, script, a") == []
    assert turn.find_element(By.TAG_NAME, "blockquote").text == HOSTILE
    assert HOSTILE in turn.find_element(By.CSS_SELECTOR, ".statement").text
    assert "[99]" in turn.find_element(By.CSS_SELECTOR, ".statement").text
    assert "javascript:document.title='owned'" in turn.text


def test_the_answer_can_be_copied_with_and_without_the_clipboard_interface(
    page: Chrome, answerer: FakeAnswerService
) -> None:
    answerer.queue.append(answered(text="質問内容：あ\n回答：い[1]"))
    turn = _ask(page, "あ")
    page.execute_script("Object.defineProperty(navigator, 'clipboard', {value: undefined})")
    turn.find_element(By.CSS_SELECTOR, ".foot button").click()
    _until(page, lambda: "コピーしました" in turn.text)
    box = page.find_element(By.ID, "question")
    box.send_keys(Keys.CONTROL + "v")
    assert box.get_attribute("value") == "質問内容：あ\n回答：い[1]"


@pytest.mark.parametrize("dark", [False, True])
def test_a_narrow_screen_needs_no_sideways_scrolling(
    page: Chrome, answerer: FakeAnswerService, *, dark: bool
) -> None:
    screen(page, 360, 740, dark=dark)
    address = "https://www.example.test/" + "very-long-path/" * 20 + "a.pdf"
    answerer.queue.append(
        answered(
            references=[ReferenceLine(label="■" + "Ｗ" * 80, url=address)],
            statements=[Statement(text="W" * 300, citations=[1, 2], support="partial")],
        )
    )
    for question in ("W" * 200, "規程はどう作りますか"):
        turn = _ask(page, question)
        for summary in turn.find_elements(By.TAG_NAME, "summary"):
            page.execute_script("arguments[0].parentElement.open = true", summary)
        assert page.execute_script("return document.documentElement.scrollWidth <= innerWidth")
        wide = "return [...document.querySelectorAll('main *, form *')]"
        wide += ".filter((e) => e.getBoundingClientRect().right > innerWidth).length"
        assert page.execute_script(wide) == 0


def test_the_api_description_shows_every_call(page: Chrome, address: str) -> None:
    page.get(f"{address}/docs")
    _until(page, lambda: len(_all(page, ".call")) == 8)
    text = page.find_element(By.TAG_NAME, "main").text
    assert "POST /api/v1/answers" in text
    assert "必須" in text
    screen(page, 360, 740)
    assert page.execute_script("return document.documentElement.scrollWidth <= innerWidth")


def test_everything_on_the_page_has_a_name(page: Chrome) -> None:
    _ask(page, "規程はどう作りますか")
    nameless = """
      return [...document.querySelectorAll("button, a, textarea, summary")].filter((e) =>
        !(e.textContent.trim() || e.getAttribute("aria-label") || e.labels?.[0]?.textContent.trim())).length
    """
    assert page.execute_script(nameless) == 0
    log = page.find_element(By.ID, "log")
    assert log.get_attribute("aria-live") == "polite"
