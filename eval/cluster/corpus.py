"""A small corpus of which every sentence says which edition it is: two editions in one answer would show."""

import re
from pathlib import Path

import yaml

SUBJECTS = (
    "アクセス権の棚卸し", "ログの保管", "バックアップの復元試験", "委託先の点検", "従業員の教育",
    "脆弱性への対応", "パスワードの管理", "機密文書の廃棄", "社外でのパソコンの利用", "入退室の記録",
    "事故が起きたときの連絡", "資産台帳の更新", "ネットワーク構成図の整備", "退職者のアカウント",
    "私物端末の利用", "電子メールの誤送信対策", "ウイルス対策ソフトの更新", "クラウドサービスの選定",
    "工場の制御機器の保護", "監査の受け入れ", "規程の見直し", "秘密保持契約の締結", "多要素認証の導入",
    "無線LANの運用",
)  # fmt: skip
_EDITION = re.compile(r"第(\d+)改訂")


def write_edition(corpus: Path, number: int) -> None:
    """Put one edition of the corpus in the place of another."""
    whole = {
        "id": "cluster",
        "title": "試験用の相談会",
        "theme": "運用",
        "as_of": "2026",
        "status": "原文",
        "qas": [
            {
                "no": place,
                "label": f"質問{place}",
                "question": f"{subject}はどのように進めればよいですか",
                "answer": f"{subject}は、第{number}改訂の手順に従い、責任者を決めて年に一度見直します。"
                f"{subject}の記録は、第{number}改訂の様式で三年間残します。",
                "item_nos": [place],
            }
            for place, subject in enumerate(SUBJECTS, start=1)
        ],
    }
    folder = corpus / "consultations"
    folder.mkdir(parents=True, exist_ok=True)
    text = yaml.safe_dump(whole, allow_unicode=True, sort_keys=False)
    fresh = folder / "cluster.new"
    fresh.write_text(text, encoding="utf-8")
    fresh.replace(folder / "cluster.yaml")
    catalogue = corpus / "sources.yaml"
    if not catalogue.exists():
        catalogue.write_text("sources: []\n", encoding="utf-8")


def editions(text: str) -> set[int]:
    """The editions that a text speaks of."""
    return {int(number) for number in _EDITION.findall(text)}
