"""The real page in a real browser, served by a real server around a stand-in for the answering side."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from selenium.webdriver import Chrome, ChromeOptions
from selenium.webdriver.chrome.service import Service

from tests.browser import screen
from tests.widget import Chat

FLAGS = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--lang=ja",
)


@pytest.fixture(scope="module")
def chrome(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chrome]:
    browser, driver = shutil.which("chromium"), shutil.which("chromedriver")
    if not browser or not driver:
        pytest.skip("chromium or chromedriver is not here")
    options = ChromeOptions()
    options.binary_location = browser
    for flag in (*FLAGS, f"--user-data-dir={tmp_path_factory.mktemp('profile')}"):
        options.add_argument(flag)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    chrome = Chrome(options=options, service=Service(driver))
    yield chrome
    chrome.quit()


@pytest.fixture
def page(chrome: Chrome, address: str) -> Iterator[Chat]:
    """The chat page, freshly loaded at desktop size."""
    screen(chrome, 1280, 900)
    chrome.get(address)
    with no_complaints(chrome):
        yield Chat(chrome)


@contextmanager
def no_complaints(chrome: Chrome) -> Iterator[None]:
    """Whatever the browser complained about fails the test; an address that is not there is no complaint."""
    chrome.get_log("browser")  # type: ignore[no-untyped-call]
    yield
    entries = chrome.get_log("browser")  # type: ignore[no-untyped-call]
    complaints = [entry["message"] for entry in entries if entry["level"] == "SEVERE"]
    assert [line for line in complaints if "Failed to load resource" not in line] == []
