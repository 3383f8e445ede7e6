"""The admin page in a real browser: logging in by account and by a real provider, ingesting, going back."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from selenium.common.exceptions import StaleElementReferenceException
from selenium.webdriver import Chrome
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support.ui import WebDriverWait

from app.access.passwords import Passwords
from app.access.visitor import Scope
from app.api.server import listen
from app.assemble import service_state
from app.settings import ServiceSettings
from app.store.answers import AnswerStore
from app.store.feedback import FeedbackStore
from app.store.keys import KeyStore
from app.store.people import PeopleStore
from ingest.pipeline import ingest
from tests.app.web.conftest import no_complaints
from tests.axe import findings
from tests.browser import screen
from tests.fakes.answer_service import answered, insufficient
from tests.real_provider import oidc_provider
from tests.serving import serving_on

pytestmark = pytest.mark.browser
NAME, PASSWORD = "佐藤 花子", "ながくて覚えやすい合言葉"
BOSS: dict[str, object] = {"sub": "boss", "name": "管理 一郎", "groups": ["yorozu-admin"]}
CONSULTATION = """
id: {id}
title: {id}の相談会
status: 要約
qas:
  - no: 1
    question: 来客に渡す名札は、どう管理すればよいですか。
    answer: 名札は番号を付けて受付で管理してください。
"""
CATALOGUE = """
sources:
  - id: tebiki3
    work: tebiki
    title: 情報セキュリティ対策の手引き
    publisher: 見本協会
    edition: 第3版
    url: https://example.jp/tebiki3.pdf
  - id: tebiki4
    work: tebiki
    title: 情報セキュリティ対策の手引き
    publisher: 見本協会
    edition: 第4版
    supersedes: tebiki3
"""


class Page:
    """A page of ours, as a test works with it."""

    def __init__(self, chrome: Chrome, address: str) -> None:
        self.chrome, self.address = chrome, address

    def open(self, path: str) -> None:
        self.chrome.get(self.address + path)

    def until(self, condition: Callable[[], object]) -> None:
        wait = WebDriverWait(self.chrome, 20, 0.05, [StaleElementReferenceException])
        wait.until(lambda _: condition())

    def all(self, selector: str) -> list[WebElement]:
        return self.chrome.find_elements(By.CSS_SELECTOR, selector)

    def one(self, selector: str) -> WebElement:
        self.until(lambda: self.all(selector))
        return self.all(selector)[0]

    def named(self, kind: str, text: str) -> WebElement:
        """A link or button with these words."""
        self.until(lambda: [one for one in self.all(kind) if one.text.strip() == text])
        return next(one for one in self.all(kind) if one.text.strip() == text)

    def says(self, text: str) -> None:
        self.until(lambda: text in self.one("body").text)

    @property
    def path(self) -> str:
        return self.chrome.current_url.removeprefix(self.address)

    def log_in(self, name: str = NAME, password: str = PASSWORD) -> None:
        self.one("input[name=name]").send_keys(name)
        self.one("input[name=password]").send_keys(password, Keys.ENTER)


@contextmanager
def _served(folder: Path, **given: object) -> Iterator[tuple[str, ServiceSettings]]:
    """A real service over a small corpus; its address, and its settings."""
    corpus = folder / "corpus"
    (corpus / "documents").mkdir(parents=True)
    (corpus / "meibo.yaml").write_text(CONSULTATION.format(id="名簿"), encoding="utf-8")
    (corpus / "sources.yaml").write_text(CATALOGUE, encoding="utf-8")
    (corpus / "documents" / "壊れた資料.pdf").write_bytes(b"%PDF-1.4 nothing")
    with listen("127.0.0.1", 0) as sock:
        address = f"http://127.0.0.1:{sock.getsockname()[1]}"
        settings = ServiceSettings.load(
            corpus=corpus,
            data_dir=folder / "var",
            embedder="none",
            anonymous=False,
            log_questions=True,
            public_url=address,
            **given,
        )
        ingest(settings, embedder=None)
        state = service_state(settings)
        _used(state.store)
        with serving_on(sock, state):
            yield address, settings
        state.store.close()


def _used(store: AnswerStore) -> None:
    """Somebody has been here before."""
    PeopleStore(store).create_account(NAME, Scope.ADMIN, Passwords().hash(PASSWORD))
    PeopleStore(store).create_account("田中", Scope.READER, Passwords().hash(PASSWORD))
    KeyStore(store).create("社内ポータル", Scope.READER)
    store.save(insufficient("社員食堂の献立はどこで確認できますか"))
    answer = answered()
    store.save(answer)
    FeedbackStore(store).save(answer.id, "wrong", "引用のページが違います")


@pytest.fixture(scope="module")
def issuer() -> Iterator[str]:
    with oidc_provider(BOSS) as address:
        yield address


@pytest.fixture
def service(tmp_path: Path, issuer: str) -> Iterator[tuple[str, ServiceSettings]]:
    oidc = {
        "oidc_issuer": issuer,
        "oidc_client_id": "yorozu",
        "oidc_client_secret": "kX9-mN2_pQ7.rT4~vW",
        "oidc_admin_roles": ("yorozu-admin",),
    }
    with _served(tmp_path, **oidc) as served:
        yield served


@pytest.fixture
def page(chrome: Chrome, service: tuple[str, ServiceSettings]) -> Iterator[Page]:
    chrome.delete_all_cookies()
    screen(chrome, 1280, 860)
    page = Page(chrome, service[0])
    page.open("/login")
    chrome.delete_all_cookies()
    with no_complaints(chrome):
        yield page


def test_an_account_logs_in_ingests_goes_back_and_logs_out(
    page: Page, service: tuple[str, ServiceSettings]
) -> None:
    page.open("/admin")
    page.until(lambda: page.path == "/login?after=%2Fadmin")  # and back afterwards
    page.log_in(password="ちがう合言葉です長い")
    page.says("名前かパスワードが違います")
    page.one("input[name=password]").send_keys(PASSWORD, Keys.ENTER)
    page.until(lambda: page.path == "/admin")
    page.says("gen-000001")
    corpus = service[1].corpus
    (corpus / "kaigi.yaml").write_text(CONSULTATION.format(id="会議"), encoding="utf-8")
    page.named("button", "取り込みを始める").click()
    page.says("取り込みが終わりました")
    page.says("gen-000002")
    page.named("button", "前の世代に戻す").click()
    page.named("button", "戻す").click()
    page.says("世代 gen-000001 に戻しました")
    page.named("a", "監査記録").click()
    page.says("前の世代に戻した")
    assert NAME in page.one("tbody").text
    page.chrome.execute_script("localStorage.setItem('kept', 'x')")
    page.named("button", "ログアウト").click()
    page.until(lambda: page.path == "/login")
    assert page.chrome.execute_script("return localStorage.getItem('kept')") is None
    page.open("/admin")
    page.until(lambda: page.path.startswith("/login"))


def test_the_company_s_provider_logs_in(page: Page, issuer: str) -> None:
    page.open("/login?after=/admin")
    page.named("a", "会社のアカウントでログイン").click()
    page.until(lambda: page.chrome.current_url.startswith(issuer))
    page.named("button", "boss").click()
    page.until(lambda: page.path == "/admin")
    page.says("管理 一郎")
    page.says("gen-000001")
    page.named("button", "ログアウト").click()
    page.until(lambda: page.chrome.current_url.startswith(f"{issuer}/oauth2/end_session"))


def test_whoever_may_only_read_asks_and_is_not_let_into_the_admin_page(page: Page) -> None:
    page.open("/")
    page.until(lambda: page.path == "/login?after=%2F")
    page.log_in("田中")
    page.until(lambda: page.path == "/")
    page.says("田中")
    assert [link.text for link in page.all(".site nav a")] == ["チャット"]
    chat = page.one("yorozu-chat").shadow_root
    chat.find_element(By.CSS_SELECTOR, "#question").send_keys("名札はどう管理しますか", Keys.ENTER)
    page.until(lambda: chat.find_elements(By.CSS_SELECTOR, ".turn[aria-busy=false]"))
    assert "番号を付けて" in chat.find_element(By.CSS_SELECTOR, ".turn").text
    page.open("/admin")
    page.says("権限がありません")


SHOWN = {f"ja-light-{name}" for name in ("login", "admin-index", "admin-files", "admin-audit")} | {
    "phone-dark-admin-index"
}  # what the documentation shows
VIEWS = {
    "index": "gen-000001",
    "sources": "第4版",
    "files": "壊れた資料.pdf",
    "unanswered": "社員食堂",
    "feedback": "引用のページが違います",
    "keys": "社内ポータル",
    "audit": "ログイン",
}


@pytest.mark.parametrize(("width", "dark"), [(1280, False), (360, True)])
def test_nothing_serious_on_any_page(
    page: Page, request: pytest.FixtureRequest, tmp_path: Path, *, width: int, dark: bool
) -> None:
    told = request.config.getoption("--screenshots")
    docs = told if isinstance(told, Path) else tmp_path
    screen(page.chrome, width, 860, dark=dark)
    name = "phone-dark" if dark else "ja-light"
    page.open("/login")
    page.one("form")
    assert findings(page.chrome) == []
    _keep(page.chrome, docs, f"{name}-login")
    page.open("/login?after=/admin")
    page.log_in()
    for view, says in VIEWS.items():
        page.until(lambda: page.path.startswith("/admin"))
        page.one(f'.side a[href="#{view}"]').click()
        page.says(says)
        page.until(lambda: not page.all(".soft[role=status]"))
        assert findings(page.chrome) == [], view
        wide = page.chrome.execute_script("return document.documentElement.scrollWidth")
        assert wide <= width, view
        _keep(page.chrome, docs, f"{name}-admin-{view}")


def _keep(chrome: Chrome, docs: Path, name: str) -> None:
    if name in SHOWN:
        chrome.execute_script("return document.fonts.ready")
        assert chrome.save_screenshot(str(docs / f"{name}.png"))
        assert 5_000 < (docs / f"{name}.png").stat().st_size < 150_000
