"""An organiser's whole circle in a real browser, around the real service: from a spreadsheet to the chat."""

import os
import shutil
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import openpyxl
import pytest
from selenium.webdriver import ActionChains, Chrome
from selenium.webdriver.common.keys import Keys

from app.access.visitor import Scope
from app.assemble import service_state
from app.settings import ServiceSettings
from app.store.keys import KeyStore
from ingest.pipeline import ingest
from tests.app.web.conftest import no_complaints
from tests.bench import AXE, Bench
from tests.browser import screen
from tests.serving import serving
from tests.widget import Chat

pytestmark = [pytest.mark.browser, pytest.mark.slow]
ROOT = Path(__file__).resolve().parents[3]
COMPANY = "株式会社ミドリ精機"
ROWS = [
    ("会社名", "担当者", "ご質問", "受付日"),
    (
        COMPANY,
        "山田太郎",
        f"{COMPANY}では、社内の規程を作る専任者がいません。どこから始めればよいですか。",
        "2026-11-02",
    ),
    ("アオイ工業株式会社", "鈴木花子", "機密区分はどのように決めればよいですか。", "2026-11-04"),
    ("有限会社アカネ", "佐藤次郎", "機密の区分はどう決めればよいでしょうか。", "2026-11-05"),
    ("株式会社シロガネ", "田中一郎", "社員食堂の献立はどのように決めればよいですか。", "2026-11-06"),
]
Keep = Callable[[str], None]


@pytest.fixture
def service(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[str, str]]:
    """Address and an organiser's key of a service over a copy of the shipped corpus, words alone."""
    monkeypatch.setattr("app.assemble.prepare_recogniser", lambda _: None)
    shutil.copytree(ROOT / "corpus", tmp_path / "corpus", ignore=shutil.ignore_patterns("documents"))
    settings = ServiceSettings(corpus=tmp_path / "corpus", data_dir=tmp_path / "var", embedder="none", port=0)
    ingest(settings, embedder=None)
    state = service_state(settings)
    _, key = KeyStore(state.store).create("事務局", Scope.ORGANISER)
    with serving(state) as address:
        while httpx.get(f"{address}/readyz").status_code != 200:
            time.sleep(0.05)
        yield address, str(key)
    state.store.close()


@pytest.fixture
def keep(request: pytest.FixtureRequest, tmp_path: Path, chrome: Chrome) -> Keep:
    """Look at what is shown now with axe, and keep a picture of it, if it is to have a name."""
    told = request.config.getoption("--screenshots")
    folder = told if isinstance(told, Path) else tmp_path
    folder.mkdir(parents=True, exist_ok=True)
    if not AXE.is_file() and os.environ.get("CI"):
        pytest.fail("axe-core is not here; CI installs it with npm")

    def keep(name: str) -> None:
        bench = Bench(chrome)
        assert bench.too_wide() == []
        if AXE.is_file():
            assert bench.faults() == []
        if not name:
            return
        chrome.execute_script("scrollTo(0, 0)")
        path = folder / f"bench-{name}.png"
        assert chrome.save_screenshot(str(path))
        assert path.stat().st_size > 5_000

    return keep


def _prepared(service: tuple[str, str], texts: list[str]) -> list[dict[str, Any]]:
    """A meeting whose chosen questions are drafted, made over HTTP; its drafts."""
    address, key = service
    headers = {"Authorization": f"Bearer {key}"}
    with httpx.Client(base_url=f"{address}/api/v1", headers=headers, timeout=60) as http:
        assert http.post("/meetings", json={"id": "m1", "title": "第2回", "held_on": "2026-12-10"}).is_success
        text = "\n".join(f"{no}. {one}" for no, one in enumerate(texts, 1))
        assert http.post("/meetings/m1/intake", json={"text": text}).is_success
        for diff in http.get("/meetings/m1/generalisations").json()["diffs"]:
            at = f"/questions/{diff['question']['id']}"
            body = {"version": 1, "text": diff["text"]}
            assert http.post(f"{at}/generalisation", json=body).is_success
            assert http.post(f"{at}/decision", json={"version": 2, "state": "chosen"}).is_success
        http.post("/meetings/m1/drafts", json={})
        while http.get("/meetings/m1").json()["progress"]["done"] < len(texts):
            time.sleep(0.1)
        drafts: list[dict[str, Any]] = http.get("/drafts").json()["drafts"]
        return drafts


def _spreadsheet(path: Path) -> Path:
    book = openpyxl.Workbook()
    for row in ROWS:
        book.worksheets[0].append(row)
    book.save(path)
    return path


def _taken_in(bench: Bench, path: Path, keep: Keep) -> None:
    bench.press("新しい相談会")
    bench.write("名称", "第2回 よろず相談会")
    bench.chrome.execute_script(_SET, bench.field("開催日"), "2026-12-10")
    keep("meeting")
    bench.press("登録する")
    bench.one("#file").send_keys(str(path))
    bench.says("4件の質問が見つかりました")
    assert bench.field("C列 ご質問 の役割").get_attribute("value") == "question"
    keep("columns")
    bench.press("この読み方で取り込む")
    bench.says("4件を取り込みました")
    bench.press("次へ：会社名などを伏せる")


_SET = """
  const [field, value] = arguments;
  Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, "value").set.call(field, value);
  field.dispatchEvent(new Event("input", {bubbles: true}));
"""


def _accepted(bench: Bench, keep: Keep) -> None:
    bench.says("確認待ち 4件")
    assert COMPANY in bench.one(".original").text
    assert "弊社" in bench.one(".swap ins").text
    keep("generalise")
    for left in (3, 2, 1, 0):
        bench.press("この文で確定")
        bench.says(f"確認待ち {left}件" if left else "すべて確定しました")
    bench.press("次へ：選んで並べる")
    bench.says("本日取り上げさせて頂くご質問一覧")


def _chosen(bench: Bench, keep: Keep) -> None:
    assert COMPANY not in bench.text
    bench.press("似た質問をまとめる")
    bench.says("組にまとめました")
    bench.press("取り上げる：弊社では")
    bench.says("取り上げる 1")
    bench.press("取り上げる：機密")
    bench.says("取り上げる 2")
    bench.press("取り上げない：社員食堂")
    bench.write("取り上げない理由", "テーマと異なるため")
    bench.press("取り上げないことにする")
    bench.until(lambda: bench.named("取り上げない 1"))
    first, second = bench.all(".order > li")
    ActionChains(bench.chrome).drag_and_drop(second, first).perform()
    bench.until(lambda: "機密" in bench.all(".order .words")[0].text)
    bench.until(lambda: _ready(bench, "下へ：機密"))
    bench.named("下へ：機密")[0].send_keys(Keys.ENTER)
    bench.until(lambda: "弊社" in bench.all(".order .words")[0].text)
    assert bench.chrome.switch_to.active_element == bench.named("下へ：機密")[0]  # still at hand
    bench.until(lambda: _ready(bench, "上へ：機密"))
    bench.named("上へ：機密")[0].send_keys(Keys.ENTER)
    bench.until(lambda: "機密" in bench.all(".order .words")[0].text)
    keep("choose")
    bench.press("次へ：回答を仕上げる")


def _ready(bench: Bench, name: str) -> bool:
    return bench.named(name)[0].get_attribute("aria-disabled") == "false"


def _drafted(bench: Bench, keep: Keep) -> None:
    bench.press("下書きを作る（2件）")
    bench.until(lambda: len(bench.all("ol.cards > li")) == 2)
    keep("drafts")


def _reviewed(bench: Bench, keep: Keep) -> str:
    """Edit the first draft, see the verdict change as it is typed, cite and approve; return its text."""
    bench.all("ol.cards a")[0].click()
    text = bench.one("#text")
    proposed = str(text.get_attribute("value"))
    text.send_keys("\n毎月、社長が金庫の鍵を数えます。")
    bench.until(lambda: bench.all(".sentences .bad"))
    assert "引用がありません" in bench.one(".sentences .bad").text
    bench.press("探す")
    bench.press("引用に加える")
    bench.says("どの文にも使われていません")
    assert str(bench.one("#text").get_attribute("value")).endswith("鍵を数えます。")
    bench.write("コメントを書く", "数え方を確認してください")
    bench.press("書き込む")
    keep("draft")
    text = bench.one("#text")
    text.clear()
    text.send_keys(proposed)
    bench.until(lambda: not bench.all(".sentences .bad") and not bench.all("[aria-busy=true]"))
    bench.press("承認")
    bench.says("承認済みの文章は変えられません")
    return proposed


def test_the_whole_circle(chrome: Chrome, service: tuple[str, str], tmp_path: Path, keep: Keep) -> None:
    address, key = service
    screen(chrome, 1180, 900)
    bench = Bench(chrome)
    downloads = tmp_path / "downloads"
    allowed = {"behavior": "allow", "downloadPath": str(downloads)}
    chrome.execute_cdp_cmd("Browser.setDownloadBehavior", allowed)
    with no_complaints(chrome):
        chrome.get(f"{address}/organiser")
        bench.says("主催者用のAPIキー")
        keep("start")
        bench.enter(address, key)
        _taken_in(bench, _spreadsheet(tmp_path / "質問票.xlsx"), keep)
        _accepted(bench, keep)
        _chosen(bench, keep)
        _drafted(bench, keep)
        text = _reviewed(bench, keep)
        bench.press("← 第2回")
        bench.press("5")
        bench.press("スライド（PowerPoint）を書き出す")
        bench.says("を書き出しました")
        bench.until(lambda: list(downloads.glob("*.pptx")))
        bench.press("承認済みの1件を公開する")
        bench.press("公開する")
        bench.says("1件を公開しています")
        keep("output")
        chrome.get(address)
        turn = Chat(chrome).ask("機密区分はどのように決めればよいですか。")
        assert "第2回 よろず相談会" in turn.text
        assert text.split("[")[0][:20] in turn.text
        bench.chrome.get(f"{address}/organiser#/impact")
        bench.says("影響を受ける回答はありません")


def test_what_staff_sent_from_the_chat_is_taken_in(chrome: Chrome, service: tuple[str, str]) -> None:
    address, key = service
    sent = {"question": f"{COMPANY}の社員食堂の献立はどう決めますか。"}
    assert httpx.post(f"{address}/api/v1/questions", json=sent).is_success
    headers = {"Authorization": f"Bearer {key}"}
    meeting = {"id": "m1", "title": "第2回", "held_on": "2026-12-10"}
    assert httpx.post(f"{address}/api/v1/meetings", json=meeting, headers=headers).is_success
    bench = Bench(chrome)
    with no_complaints(chrome):
        bench.enter(address, key)
        chrome.get(f"{address}/organiser#/meetings/m1/intake")
        bench.press("チャットの質問を取り込む（1件）")
        bench.says("1件を取り込みました")
        bench.until(lambda: not bench.named("チャットの質問を取り込む"))
        bench.press("次へ：会社名などを伏せる（1件）")
        bench.says("確認待ち 1件")
        assert COMPANY in bench.one(".original").text


def test_two_editors_cannot_overwrite_each_other(
    chrome: Chrome, service: tuple[str, str], keep: Keep
) -> None:
    address, key = service
    (draft,) = _prepared(service, ["機密区分はどのように決めればよいですか。"])
    screen(chrome, 1180, 900)
    bench = Bench(chrome)
    with no_complaints(chrome):
        bench.enter(address, key)
        chrome.get(f"{address}/organiser#/meetings/m1/drafts/{draft['id']}")
        bench.one("#text").send_keys("\n乙の文です。")
        _edit_as(service, draft["id"], 1, "甲の文です。")
        bench.press("保存")
        bench.says("ほかの方が先に変更しました")
        assert "乙の文です。" in bench.one(".mine").text
        assert bench.one(".theirs").text == "甲の文です。"
        assert not next(one for one in bench.named("保存") if one.text == "保存").is_enabled()
        keep("two-editors")
        chrome.refresh()  # what was typed outlives the page
        bench.says("ほかの方が先に変更しました")
        assert "乙の文です。" in bench.one(".mine").text
        _edit_as(service, draft["id"], 2, "甲の二つ目の文です。")
        bench.press("あなたの文章を新しい版として保存")
        bench.until(lambda: bench.one(".theirs").text == "甲の二つ目の文です。")
        bench.press("あなたの文章を新しい版として保存")
        bench.until(lambda: not bench.all(".clash"))
        bench.says("保存済み")
        stored = _draft(service, draft["id"])
        assert (stored["version"], stored["content"]["text"][-7:]) == (4, "\n乙の文です。")
        history = [change["after"]["content"]["text"] for change in _history(service, draft["id"])[1:]]
        assert history[:2] == ["甲の文です。", "甲の二つ目の文です。"]
        bench.one("#text").send_keys("\n捨てる文です。")
        _edit_as(service, draft["id"], 4, "甲の三つ目の文です。")
        bench.press("保存")
        bench.press("保存されている文章を使う")
        bench.until(lambda: bench.one("#text").get_attribute("value") == "甲の三つ目の文です。")
        assert not bench.all(".clash")
        bench.one(".aside summary").click()
        assert "捨てる文です。" in bench.one(".aside .both").text  # laid aside, not lost


def test_an_approval_of_what_has_changed_meanwhile_shows_the_change_first(
    chrome: Chrome, service: tuple[str, str]
) -> None:
    address, key = service
    (draft,) = _prepared(service, ["機密区分はどのように決めればよいですか。"])
    bench = Bench(chrome)
    bench.enter(address, key)
    chrome.get(f"{address}/organiser#/meetings/m1/drafts/{draft['id']}")
    bench.one("#text")
    _edit_as(service, draft["id"], 1, "甲の文です。")
    bench.press("承認")
    bench.until(lambda: bench.one("#text").get_attribute("value") == "甲の文です。")
    bench.says("ほかの方が先に変更しました")
    assert _draft(service, draft["id"])["state"] == "edited"


@pytest.mark.parametrize("dark", [False, True])
def test_a_phone_shows_every_step(
    chrome: Chrome, service: tuple[str, str], keep: Keep, *, dark: bool
) -> None:
    address, key = service
    drafts = _prepared(service, ["機密区分はどのように決めればよいですか。", "W" * 200 + "はどうしますか。"])
    screen(chrome, 360, 740, dark=dark)
    bench = Bench(chrome)
    with no_complaints(chrome):
        bench.enter(address, key)
        for step in ("intake", "generalise", "choose", "drafts", "output", f"drafts/{drafts[0]['id']}"):
            chrome.get(f"{address}/organiser#/meetings/m1/{step}")
            bench.one(".steps [aria-current], #text")
            bench.until(lambda: not bench.all(".waiting"))
            keep(f"phone-{'draft' if '/' in step else step}" if dark else "")
            assert _too_small(chrome) == []


def test_a_changed_source_shows_old_and_new_side_by_side(
    chrome: Chrome, service: tuple[str, str], tmp_path: Path, keep: Keep
) -> None:
    address, key = service
    _prepared(service, ["機密区分はどのように決めればよいですか。"])
    (path,) = (tmp_path / "corpus" / "consultations").glob("*.yaml")
    old, new = "機密区分の定義は、IPA", "機密の区分は、まずIPA"
    path.write_text(path.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")
    corpus, data = tmp_path / "corpus", tmp_path / "var"
    ingest(ServiceSettings(corpus=corpus, data_dir=data, embedder="none"), embedder=None)
    screen(chrome, 1180, 900)
    bench = Bench(chrome)
    bench.enter(address, key)
    bench.press("資料の変更")
    bench.says("引用した一節の文が変わりました")
    was, now = (one.text for one in bench.all(".both")[:2])
    assert old in was
    assert new in now
    keep("impact")
    bench.press("この回答を開く")
    bench.one("#text")


def _too_small(chrome: Chrome) -> list[str]:
    """What a finger may miss."""
    found: list[str] = chrome.execute_script("""
      const aims = "button, select, input:not([type=checkbox], .unseen), textarea, summary";
      const small = ({height, width}) => height < 43.5 || width < 43.5;
      return [...document.querySelectorAll(aims)]
        .filter((e) => small(e.getBoundingClientRect())).map((e) => e.outerHTML.slice(0, 150));
    """)
    return found


def _edit_as(service: tuple[str, str], draft_id: str, version: int, text: str) -> None:
    address, key = service
    body = {"version": version, "text": text}
    headers = {"Authorization": f"Bearer {key}"}
    httpx.patch(f"{address}/api/v1/drafts/{draft_id}", json=body, headers=headers).raise_for_status()


def _draft(service: tuple[str, str], draft_id: str) -> dict[str, Any]:
    address, key = service
    headers = {"Authorization": f"Bearer {key}"}
    found: dict[str, Any] = httpx.get(f"{address}/api/v1/drafts/{draft_id}", headers=headers).json()
    return found


def _history(service: tuple[str, str], draft_id: str) -> list[dict[str, Any]]:
    address, key = service
    headers = {"Authorization": f"Bearer {key}"}
    found: list[dict[str, Any]] = httpx.get(
        f"{address}/api/v1/drafts/{draft_id}/history", headers=headers
    ).json()["changes"]
    return found
