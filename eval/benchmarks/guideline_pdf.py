"""Made-up guidelines in Japanese as PDF files: the same bytes for the same number of pages, wherever made."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

PAGES_PER_FILE = 50  # what a guideline has; one endless file would measure the reader's limits instead
_FONT = "HeiseiMin-W3"  # a font of the PDF format's own for Japanese: no font file is needed
_LINE_LENGTH = 40
_TOP, _LEFT, _STEP = 780, 60, 18
_SENTENCES = 15

# One of each makes a sentence. The lengths have no common divisor, so that thousands of sentences differ.
_WHO = ("情報セキュリティ責任者", "各部門の管理者", "システムの利用者", "開発の委託先", "監査の担当者")
_WHEN = (
    "新しい機器を社内に接続する前に",
    "取引先へ資料を渡すときに",
    "担当者が異動または退職したときに",
    "年度の初めに",
    "障害や事故の疑いに気付いたときに",
    "保守契約を更新するときに",
    "社外で作業をする場合に",
)
_WHAT = (
    "利用者の登録と権限の一覧",
    "秘密情報を含む図面と仕様書",
    "遠隔接続に使う装置の設定",
    "工場の設備に付属する端末",
    "記録媒体の持ち出し台帳",
    "製品に組み込むソフトウェアの構成表",
    "通信の記録と警告の履歴",
    "予備の電源と復旧の手順書",
    "入退室の許可証",
    "外部サービスの契約内容",
    "教育の受講状況",
)
_DO = (
    "点検し、結果を文書に残さなければならない",
    "最新の状態に保ち、責任者の承認を得るものとする",
    "二名で照合し、食い違いを是正することが望ましい",
    "定められた場所に保管し、期限後に廃棄する",
    "見直し、変更の理由と日付を記載する",
    "関係者に周知し、問い合わせ先を明示する",
    "暗号化し、鍵を別の方法で受け渡す",
    "分類し、重要度に応じた表示を付ける",
    "抜き取りで確認し、不備があれば三日以内に報告する",
    "一覧にまとめ、四半期ごとに棚卸しを行う",
    "写しを作成し、離れた拠点に置く",
    "試験環境で検証してから本番に適用する",
    "記録と突き合わせ、不要な項目を削除する",
)


def write_guidelines(folder: Path, pages: int) -> list[Path]:
    """Write `pages` pages in files of PAGES_PER_FILE into the existing `folder`; return the files."""
    files: list[Path] = []
    for start in range(0, pages, PAGES_PER_FILE):
        path = folder / f"guideline-{len(files) + 1:03}.pdf"
        _write(path, range(start, min(start + PAGES_PER_FILE, pages)))
        files.append(path)
    return files


def page_text(page: int) -> tuple[str, list[str]]:
    """Return heading and sentences of a page, counted from 0; no two pages share a sentence."""
    heading = f"{page // PAGES_PER_FILE + 1}.{page % PAGES_PER_FILE + 1} {_pick(_WHAT, page)}の取扱い"
    return heading, [_sentence(page, place) for place in range(_SENTENCES)]


def _sentence(page: int, place: int) -> str:
    number = page * _SENTENCES + place
    return (
        f"（{number + 1}）{_pick(_WHO, number)}は、{_pick(_WHEN, number // 2)}、"
        f"{_pick(_WHAT, number + page)}を{_pick(_DO, number // 3)}。"
    )


def _pick(phrases: tuple[str, ...], number: int) -> str:
    return phrases[number % len(phrases)]


def _write(path: Path, pages: range) -> None:
    from reportlab.pdfbase.cidfonts import UnicodeCIDFont
    from reportlab.pdfbase.pdfmetrics import registerFont
    from reportlab.pdfgen.canvas import Canvas

    registerFont(UnicodeCIDFont(_FONT))
    canvas: Any = Canvas(str(path), invariant=1)
    canvas.setTitle(f"架空の情報管理ガイドライン 第{pages.start // PAGES_PER_FILE + 1}分冊")
    for page in pages:
        heading, sentences = page_text(page)
        canvas.setFont(_FONT, 15)
        canvas.drawString(_LEFT, _TOP, heading)
        canvas.setFont(_FONT, 11)
        for row, line in enumerate(_lines(sentences), start=2):
            canvas.drawString(_LEFT, _TOP - row * _STEP, line)
        canvas.showPage()
    canvas.save()


def _lines(sentences: list[str]) -> Iterator[str]:
    """Sentences as printed lines, each sentence a paragraph of its own."""
    for sentence in sentences:
        for start in range(0, len(sentence), _LINE_LENGTH):
            yield sentence[start : start + _LINE_LENGTH]
