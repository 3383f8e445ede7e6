import time
from contextlib import closing
from threading import Event

import httpx
import pytest
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

from app.answering.models import Answer, Citation, ReferenceLine, Related, Statement
from app.answering.progress import Progress
from app.state import ServiceState
from app.store.feedback import FeedbackStore
from app.store.originals import OriginalStore
from app.store.sent_questions import SentQuestions
from ingest.errors import ErrorCode, YorozuError
from tests.browser import screen
from tests.fakes.answer_service import FakeAnswerService, answered, insufficient
from tests.widget import Chat

pytestmark = pytest.mark.browser

HOSTILE = "<img src=x onerror=\"document.title='owned'\"><script>document.title='owned'</script>"


def test_the_empty_page_says_what_it_knows_and_offers_questions(
    page: Chat, answerer: FakeAnswerService
) -> None:
    assert "見つからないとお伝えします" in page.one(".welcome").text
    examples = page.all(".welcome .ask")
    assert len(examples) == 3
    question = examples[0].text
    examples[0].click()
    turn = page.finished(0)
    assert answerer.asked[0][0] == question
    assert question in turn.text
    assert page.all(".welcome") == []


def test_from_question_to_the_passage_that_was_cited(page: Chat) -> None:
    turn = page.ask("規程はどう作りますか")
    text = turn.text
    order = ["質問内容", "規程はどう作りますか", "第4.0版が公開", "回答", "引用", "参考資料", "関連する質問"]
    assert [text.index(part) for part in order] == sorted(text.index(part) for part in order)
    mark = turn.find_element(By.CSS_SELECTOR, ".statement .mark")
    mark.click()
    viewer = page.one("dialog.viewer")
    facts = (
        "よろず相談会 議題１",
        "質問7",
        "自工会／部工会",
        "No17、No18",
        "2023-10",
        "自社のリスクを把握し",
    )
    for fact in facts:
        assert fact in viewer.text
    page.button("閉じる").click()
    page.until(lambda: not page.all("dialog"))
    assert page.focused() == mark


def test_a_guideline_names_edition_page_and_a_safe_link(page: Chat, answerer: FakeAnswerService) -> None:
    pdf = answered().citations[1].model_copy(update={"url": "https://example.test/a.pdf"})
    answerer.queue.append(answered(citations=[answered().citations[0], pdf]))
    page.ask("規程はどう作りますか")
    page.all(".mark")[-1].click()
    viewer = page.one("dialog.viewer")
    assert "第3.1版" in viewer.text
    assert "P54（ファイルの56～60ページ目）" in viewer.text
    page.until(lambda: "画像は用意されていません" in viewer.text)
    link = viewer.find_elements(By.TAG_NAME, "a")[-1]
    assert link.get_attribute("href") == "https://example.test/a.pdf#page=56"
    assert "noopener" in str(link.get_attribute("rel"))


def test_sentences_show_while_the_rest_is_made(page: Chat, answerer: FakeAnswerService) -> None:
    go_on = Event()
    seen: list[Progress | Answer] = []

    def between(step: Progress | Answer) -> None:
        seen.append(step)
        if len(seen) == 3:
            assert go_on.wait(10)

    answerer.between = between
    page.one("#question").send_keys("規程はどう作りますか", Keys.ENTER)
    page.until(lambda: page.all(".turn[aria-busy=true] .statement"))
    assert len(page.all(".statement")) == 1
    assert page.all(".waiting")
    assert not page.all(".references")
    go_on.set()
    page.finished(0)
    assert len(page.all(".statement")) == 2
    assert not page.all(".waiting")


def test_a_follow_up_goes_on_and_says_how_it_was_read(page: Chat, answerer: FakeAnswerService) -> None:
    answerer.queue += [answered(conversation_id="conv_1"), answered(asked_as="続きとして読みました。")]
    page.ask("規程はどう作りますか")
    turn = page.ask("それはいつまで？")
    assert answerer.asked[1][2] == "conv_1"
    assert "続きとして読みました。" in turn.text


def test_no_answer_can_be_sent_to_the_meeting(
    page: Chat, answerer: FakeAnswerService, state: ServiceState
) -> None:
    answerer.queue.append(insufficient())
    turn = page.ask("社食の献立は")
    for part in ("見つかりませんでした", "社食、献立", "よろず相談会の事務局"):
        assert part in turn.text
    assert page.all(".mark, .judging") == []
    page.button("この質問を相談会に送る").click()
    question, note = page.all(".form textarea")
    assert page.focused() == question
    question.send_keys(" 教えてください")
    note.send_keys("工場が3つあります")
    page.button("相談会に送る").click()
    assert "受付番号は 1 です" in page.one(".receipt").text
    with closing(OriginalStore.open(state.settings.data_dir)) as originals:
        (sent,) = SentQuestions(state.store, originals).waiting()
    assert (sent.question, sent.note) == ("社食の献立は 教えてください", "工場が3つあります")
    assert sent.answer_id == state.store.get(str(sent.answer_id)).id
    page.chrome.refresh()
    assert "受付番号は 1 です" in page.one(".receipt").text
    page.button("持出し物の制限はどこまで必要ですか").click()
    page.finished(1)
    assert answerer.asked[1][0] == "持出し物の制限はどこまで必要ですか"


def test_a_verdict_and_its_reason_arrive_and_can_be_changed(page: Chat, state: ServiceState) -> None:
    page.ask("規程はどう作りますか")
    page.button("違う").click()
    page.all(".choice")[2].click()
    page.one(".judging textarea").send_keys("第4.0版が出ています")
    page.button("評価を送る").click()
    page.until(lambda: "ありがとうございました" in page.one(".judging").text)
    assert page.focused() == page.button("違う")
    answer_id = _stored_answer(page)
    feedback = FeedbackStore(state.store).get(answer_id)
    assert feedback is not None
    assert (feedback.verdict, feedback.reason) == ("wrong", "情報が古い：第4.0版が出ています")
    page.button("この質問を相談会に送る")
    page.button("役に立った").click()
    page.until(lambda: page.button("役に立った").get_attribute("aria-pressed") == "true")
    feedback = FeedbackStore(state.store).get(answer_id)
    assert feedback is not None
    assert (feedback.verdict, feedback.reason) == ("helpful", None)


def _stored_answer(page: Chat) -> str:
    return str(
        page.chrome.execute_script(
            "const [, kept] = Object.entries(localStorage).find(([k]) => k.startsWith('yorozu-chat:http'));"
            "return JSON.parse(kept)[0].turns[0].answer.id"
        )
    )


def test_a_failure_shows_its_message_and_can_be_tried_again(page: Chat, answerer: FakeAnswerService) -> None:
    answerer.queue.append(YorozuError(ErrorCode.INDEX_MISSING))
    page.ask("規程は")
    assert "yorozu ingest" in page.one(".failure").text
    page.button("もう一度試す").click()
    page.until(lambda: page.all(".statement"))
    assert len(page.all(".turn")) == 1
    assert page.all(".failure") == []


def test_a_question_that_is_too_long_can_be_edited(page: Chat, answerer: FakeAnswerService) -> None:
    answerer.limit = 10
    page.ask("長い質問です" * 5)
    assert "長すぎます" in page.one(".failure").text
    page.button("質問を直す").click()
    assert page.one("#question").get_attribute("value") == "長い質問です" * 5
    assert page.focused() == page.one("#question")


def test_waiting_is_shown_nothing_is_sent_twice_and_it_can_be_stopped(
    page: Chat, answerer: FakeAnswerService
) -> None:
    answerer.gate.clear()
    box = page.one("#question")
    box.send_keys("一つ目", Keys.ENTER)
    page.until(lambda: "資料を調べています" in page.one(".log").text)
    assert page.one(".panel > [role=status]").get_attribute("textContent") == "資料を調べています"
    box.send_keys("二つ目", Keys.ENTER)
    assert box.get_attribute("value") == "二つ目"
    page.button("中止").click()
    page.until(lambda: "中止しました" in page.one(".turn").text)
    answerer.gate.set()
    box.send_keys(Keys.ENTER)
    page.finished(1)
    assert [asked[0] for asked in answerer.asked] == ["一つ目", "二つ目"]


def test_shift_enter_and_the_enter_of_an_input_method_do_not_send(
    page: Chat, answerer: FakeAnswerService
) -> None:
    box = page.one("#question")
    box.send_keys("  ", Keys.ENTER)
    box.clear()
    box.send_keys("一行目", Keys.SHIFT + Keys.ENTER)
    box.send_keys(Keys.NULL, "二行目")
    compose = """
      for (const options of [{isComposing: true}, {keyCode: 229}])
        arguments[0].dispatchEvent(new KeyboardEvent("keydown", {key: "Enter", bubbles: true, ...options}));
    """
    page.chrome.execute_script(compose, box)
    Event().wait(0.2)
    assert answerer.asked == []
    box.send_keys(Keys.ENTER)
    page.finished(0)
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


def test_hostile_text_stays_text(page: Chat, answerer: FakeAnswerService) -> None:
    answerer.queue.append(_hostile())
    title = page.chrome.title
    turn = page.ask(HOSTILE)
    turn.find_element(By.CSS_SELECTOR, ".mark").click()
    assert page.one("blockquote").text == HOSTILE
    time.sleep(0.2)
    assert page.chrome.title == title
    assert page.all("img, script, a") == []
    assert HOSTILE in turn.find_element(By.CSS_SELECTOR, ".statement").text
    assert "[99]" in turn.find_element(By.CSS_SELECTOR, ".statement").text
    assert "javascript:document.title='owned'" in turn.text


@pytest.mark.parametrize("clipboard", [True, False])
def test_an_answer_is_copied_as_text_and_as_the_meeting_s_form(
    page: Chat, answerer: FakeAnswerService, *, clipboard: bool
) -> None:
    answerer.queue.append(answered(text="質問内容：あ\n回答：い[1]"))
    page.ask("あ")
    if not clipboard:
        page.chrome.execute_script("Object.defineProperty(navigator, 'clipboard', {value: undefined})")
    page.button("質問／回答の形でコピー").click()
    page.until(lambda: "コピーしました" in page.one(".turn").text)
    box = page.one("#question")
    box.send_keys(Keys.CONTROL + "v")
    assert box.get_attribute("value") == "質問内容：あ\n回答：い[1]"
    box.clear()
    page.button("文章をコピー").click()
    time.sleep(0.2)
    box.send_keys(Keys.CONTROL + "v")
    copied = str(box.get_attribute("value"))
    assert copied.startswith("注意：第4.0版が公開されています。\n\n自社のリスクを把握し")
    assert "[2] 中小企業の情報セキュリティ対策ガイドライン 第3.1版 P54" in copied


@pytest.mark.parametrize("dark", [False, True])
def test_a_narrow_screen_needs_no_sideways_scrolling(
    page: Chat, answerer: FakeAnswerService, *, dark: bool
) -> None:
    screen(page.chrome, 360, 740, dark=dark)
    address = "https://www.example.test/" + "very-long-path/" * 20 + "a.pdf"
    answerer.queue.append(
        answered(
            references=[ReferenceLine(label="■" + "Ｗ" * 80, url=address)],
            statements=[Statement(text="W" * 300, citations=[1, 2], support="partial")],
        )
    )
    for question in ("W" * 200, "規程はどう作りますか"):
        page.ask(question)
        page.button("違う").click()
        assert _too_wide(page) == []
    page.all(".cite")[-1].click()
    page.one("dialog")
    assert _too_wide(page) == []
    assert _too_small(page) == []


def _too_wide(page: Chat) -> list[str]:
    found: list[str] = page.chrome.execute_script("""
      const root = document.querySelector("yorozu-chat").shadowRoot;
      const wide = [...root.querySelectorAll(".root *")].filter((e) => !e.closest(".unseen, .tool span")
        && e.getBoundingClientRect().right > innerWidth + 0.5).map((e) => e.outerHTML.slice(0, 200));
      return document.documentElement.scrollWidth > innerWidth ? ["page", ...wide] : wide;
    """)
    return found


def _too_small(page: Chat) -> list[str]:
    """Buttons that a finger may miss. Numbers inside a sentence reach beyond what is seen of them."""
    found: list[str] = page.chrome.execute_script("""
      const root = document.querySelector("yorozu-chat").shadowRoot;
      return [...root.querySelectorAll("button:not(.mark), textarea, select, .choice, .official")]
        .filter((e) => e.getBoundingClientRect().height < 43.5 || e.getBoundingClientRect().width < 43.5)
        .map((e) => e.outerHTML.slice(0, 200));
    """)
    return found


def test_the_history_stays_in_the_browser_and_can_be_cleared(page: Chat) -> None:
    page.ask("一つ目")
    page.button("新しい相談").click()
    page.one(".welcome")
    page.ask("二つ目")
    page.button("履歴と表示").click()
    assert [one.text for one in page.all(".past .line")] == ["二つ目", "一つ目"]
    page.all(".past .ask")[1].click()
    page.until(lambda: page.all(".asked") and page.one(".asked").text == "一つ目")
    page.button("履歴と表示").click()
    page.button("「二つ目」を履歴から消す").click()
    page.until(lambda: len(page.all(".past li")) == 1)
    page.button("履歴をすべて消す").click()
    page.button("本当にすべて消す").click()
    page.until(lambda: "まだ履歴はありません" in page.one(".menu").text)
    assert page.chrome.execute_script("return JSON.stringify(localStorage)") == "{}"


def test_language_and_brightness_are_chosen_and_kept(page: Chat) -> None:
    page.button("履歴と表示").click()
    language, theme = page.all("select")
    theme.send_keys("暗い")
    language.send_keys("English")
    page.button("Back to the conversation").click()
    page.chrome.refresh()
    assert page.one(".root").get_attribute("data-theme") == "dark"
    assert "How can we help?" in page.one(".welcome").text


def test_a_conversation_keeps_its_id(page: Chat, answerer: FakeAnswerService) -> None:
    page.ask("一つ目")
    page.ask("二つ目")
    page.button("新しい相談").click()
    page.ask("三つ目")
    first, second, third = (asked[2] for asked in answerer.asked)
    assert first
    assert first == second != third


def test_the_api_description_shows_every_call(page: Chat, address: str) -> None:
    page.chrome.get(f"{address}/docs")
    described = httpx.get(f"{address}/openapi.json", timeout=30).json()["paths"].values()
    calls = sum(len(operations) for operations in described)
    count = "return document.querySelectorAll('.call').length"
    page.until(lambda: page.chrome.execute_script(count) == calls)
    assert calls > 30
    text = page.chrome.find_element(By.TAG_NAME, "main").text
    assert "POST /api/v1/answers/{answer_id}/feedback" in text
    assert "必須" in text
    screen(page.chrome, 360, 740)
    assert page.chrome.execute_script("return document.documentElement.scrollWidth <= innerWidth")
