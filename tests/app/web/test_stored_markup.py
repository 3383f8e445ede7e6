"""Markup in everything that people can name, shown to an administrator and an organiser in a real browser."""

from pathlib import Path

import pytest
from selenium.webdriver import Chrome

from app.access.visitor import Scope
from app.settings import ServiceSettings
from app.store.answers import AnswerStore
from app.store.feedback import FeedbackStore
from app.store.keys import KeyStore
from app.store.questions import QuestionStore
from ingest.pipeline import ingest
from tests.app.web.conftest import no_complaints
from tests.app.web.test_admin_page import Page, _served
from tests.browser import screen
from tests.fakes.answer_service import insufficient

pytestmark = pytest.mark.browser
MARKUP = "<img src=x onerror=document.title='owned'><script>document.title='owned'</script>"
FILE = "<img src=x onerror=alert(1)>.pdf"
VIEWS = dict.fromkeys(("sources", "unanswered", "feedback", "keys"), MARKUP) | {"files": FILE}


def _planted(settings: ServiceSettings) -> None:
    """What readers, organisers and writers of documents can put somewhere."""
    catalogue = settings.corpus / "sources.yaml"
    text = catalogue.read_text(encoding="utf-8").replace("情報セキュリティ対策の手引き", f'"{MARKUP}"')
    catalogue.write_text(text, encoding="utf-8")
    (settings.corpus / "documents" / FILE).write_bytes(b"%PDF-1.4 nothing")
    ingest(settings, embedder=None)
    store = AnswerStore.open(settings.data_dir)
    answer = insufficient(MARKUP)
    store.save(answer)
    FeedbackStore(store).save(answer.id, "wrong", MARKUP)
    KeyStore(store).create(MARKUP, Scope.READER)
    store.close()
    questions = QuestionStore.open(settings.place)
    questions.create_meeting("m1", MARKUP)
    questions.close()


def test_it_is_shown_and_does_nothing(chrome: Chrome, tmp_path: Path) -> None:
    screen(chrome, 1280, 860)
    with _served(tmp_path) as (address, settings):
        _planted(settings)
        page = Page(chrome, address)
        page.open("/login?error=" + MARKUP)
        chrome.delete_all_cookies()
        with no_complaints(chrome):
            page.open("/login?after=/admin&error=" + MARKUP)
            title = chrome.title
            assert page.all("img, main script") == []
            page.log_in()
            for view, says in VIEWS.items():
                page.until(lambda: page.path.startswith("/admin"))
                page.one(f'.side a[href="#{view}"]').click()
                page.says(says)
                assert page.all("main img, main script") == [], view
            page.open("/organiser")
            page.says(MARKUP)
            assert page.all("main img, main script") == []
            assert "owned" not in chrome.title + title
