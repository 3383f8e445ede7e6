"""Made-up Japanese passages, questions and vectors, as many as wanted, the same each time.

They read like a guideline and mean nothing. What an index is slow or large for is kept as in real text: few
words make up most of it (Zipf), half of the characters are kana that stand everywhere, and new names and
codes never stop coming.
"""

import random
import zlib
from collections.abc import Iterator, Sequence
from itertools import accumulate

import numpy as np

from ingest.embedding.base import Embedder, Vectors
from ingest.models import Passage, Source

DIMENSION = 384
PER_SOURCE = 500  # passages of one document
_SEED = 20231123
_NAMES = 300_000  # made-up names, of which a few are met often and most once or never
_TOPICS = 2_000

# Nouns of the field in the order of how often they are drawn.
_NOUNS_IN_ORDER = """
情報 管理 対策 機器 規程 従業員 取引先 委託先 システム 責任者 体制 手順 記録 資産
アクセス 権限 事故 教育 パスワード ネットワーク 確認 一覧 契約 機密 区分 端末
サーバー ログ 更新 設定 脆弱性 監査 点検 承認 会社 部門 担当者 報告 連絡 復旧
バックアップ 暗号化 媒体 持ち出し 廃棄 入退室 台帳 目標 計画 方針 経営層 予算 評価
改善 リスク 影響 重要度 基準 要件 項目 達成 証跡 書類 様式 雛形 訓練 演習 標的型
メール 添付 攻撃 検知 監視 通信 境界 無線 遠隔 在宅 勤務 クラウド サービス 事業者
選定 利用 申請 許可 禁止 例外 期限 四半期 年度 月次 製品 部品 工場 設備 生産 開発
設計 試験 図面 個人 保護 法令 規格 認証 多要素 生体 鍵 証明書 更改 保守 修正
プログラム 配布 隔離 駆除 感染 身代金 初動 対応 窓口 外部 専門 機関 共有 分析 統計
傾向 子会社 海外 拠点 再委託 秘密 保持 誓約 退職 異動 採用 派遣 協力 罰則 懲戒
動画 資料 試問 理解 意識 周知 掲示 社内 報 訪問 来客 名札 施錠 書庫 複写 印刷
裁断 消去 遺失 盗難 保険 補償 損害 賠償 広報 公表 被害 顧客 停止 継続 代替 優先
順位 目標値 時間 容量 世代 試行 復元 検証 本番 環境 分離 仮想 基盤 構成 図 台数
版 番号 履歴 変更 起票 決裁 議事録 委員会 会議
"""
_ENDINGS = """
を定める を確認する を記録する を見直す を実施する を管理する を報告する を周知する
を点検する を承認する を把握する を更新する を制限する を保管する を依頼する を整備する
を評価する を共有する を分ける を残す
"""
_WHEN = ("年に一回以上、", "定期的に、", "変更のつど、", "事前に、", "必要に応じて、", "", "", "", "")
_TURNS = (
    "{0}の{1}については、{when}{2}の{3}{end}こと。",
    "{when}{0}と{1}の{2}{end}ことが望ましい。",
    "{name}を利用する{0}では、{1}に関する{2}{end}必要があります。",
    "{0}が{1}を行う場合、{2}は{3}に基づき{4}{end}ものとする。",
    "なお、{0}の{1}が難しいときは、{2}を{3}の代わりとしてもよい。",
    "{code}に示す{0}の{1}を参考に、{2}{end}。",
    "{name}の{0}は、{1}と{2}が分担し、{3}{end}。",
)
_ASKED = (
    "{0}の{1}は、どのように{2}すればよいですか。",
    "{name}の{0}について、{1}を{2}する必要はありますか。",
    "{0}と{1}の違いと、{2}の{3}に含める範囲を教えてください。",
    "当社では{0}を{1}が兼ねていますが、{2}の{3}として認められますか。",
    "{code}の{0}を満たすには、{1}の{2}をどこまで行えばよいでしょうか。",
)
_PARTS_OF_NAMES = """
アク アル イオ エス オル カン キタ クロ ケア コア サン シオ スバ セト ソラ タク
チカ ツバ テク トモ ナガ ニシ ノバ ハル ヒロ フジ ベル ホク マキ ミラ ムサ メイ
モリ ヤマ ユニ ヨコ リン ルナ レオ ロッ
"""
_NOUNS, _ENDS, _SYLLABLES = _NOUNS_IN_ORDER.split(), _ENDINGS.split(), _PARTS_OF_NAMES.split()
_COMMON = tuple(accumulate(1 / (place + 3) for place in range(len(_NOUNS))))


def sources(count: int) -> list[Source]:
    """The documents that `count` passages belong to."""
    return [Source(_source(number), f"手引き{number + 1}") for number in range(-(-count // PER_SOURCE))]


def passages(count: int) -> Iterator[Passage]:
    """The first `count` passages: a smaller corpus is the beginning of a larger one."""
    rng = random.Random(_SEED)  # noqa: S311 - repeatable on purpose
    for row in range(count):
        number, ordinal = divmod(row, PER_SOURCE)
        yield Passage(
            id=f"made-up-{row}",
            source_id=_source(number),
            file=f"{_source(number)}.pdf",
            text="".join(_filled(rng, rng.choice(_TURNS)) for _ in range(rng.randint(4, 7))),
            ordinal=ordinal,
            page=ordinal // 3 + 1,
            heading=("".join(rng.choices(_NOUNS, cum_weights=_COMMON, k=2)) + "について",),
        )


def questions(count: int) -> list[str]:
    """`count` questions in the same words."""
    rng = random.Random(_SEED + 1)  # noqa: S311 - repeatable on purpose
    return [_filled(rng, rng.choice(_ASKED)) for _ in range(count)]


def _source(number: int) -> str:
    return f"guide-{number:04d}"


def _filled(rng: random.Random, turn: str) -> str:
    nouns = rng.choices(_NOUNS, cum_weights=_COMMON, k=5)
    name, code = _name(_rare(rng)), f"{rng.choice('ABCDEFGH')}-{_rare(rng):05d}"
    return turn.format(*nouns, when=rng.choice(_WHEN), end=rng.choice(_ENDS), name=name, code=code)


def _rare(rng: random.Random) -> int:
    """A number below _NAMES of which the n-th is drawn about 1/n times as often as the first."""
    return int(_NAMES ** rng.random()) - 1


def _name(number: int) -> str:
    parts = []
    while True:
        number, place = divmod(number, len(_SYLLABLES))
        parts.append(_SYLLABLES[place])
        if not number:
            return "".join(parts)


class MadeUpEmbedder:
    """Vectors in no time: what all share, what those of one topic share, and a remainder of each its own.

    Real vectors lie like that; evenly spread ones would be another problem for a search for neighbours. A
    topic is drawn from the first line of a text, as two passages under one heading are alike.
    """

    name = "made-up@1"

    def __init__(self, real: Embedder | None = None) -> None:
        """With `real`, each question is embedded by it too, so that the time it takes is measured."""
        self._real = real
        rng = np.random.default_rng(_SEED)
        self._common = rng.standard_normal(DIMENSION, dtype=np.float32)
        self._topics = rng.standard_normal((_TOPICS, DIMENSION), dtype=np.float32)

    def passages(self, texts: Sequence[str]) -> Vectors:
        """One unit vector a text; the same text always has the same."""
        return np.stack([self._vector(text) for text in texts])

    def query(self, text: str) -> Vectors:
        """The vector of a question."""
        if self._real is not None:
            self._real.query(text)
        return self._vector(text)

    def queries(self, texts: Sequence[str]) -> Vectors:
        """The vectors of questions."""
        return np.stack([self.query(text) for text in texts])

    def count_tokens(self, text: str) -> int:
        """Length in characters."""
        return len(text)

    def _vector(self, text: str) -> Vectors:
        topic = self._topics[zlib.crc32(text.partition("\n")[0].encode()) % _TOPICS]
        own = np.random.default_rng(zlib.crc32(text.encode())).standard_normal(DIMENSION, dtype=np.float32)
        vector = self._common + 0.6 * topic + 0.5 * own
        return np.asarray(vector / np.linalg.norm(vector), dtype=np.float32)
