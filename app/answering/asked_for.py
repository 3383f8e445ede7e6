"""What kind of fact a question asks for, and whether a text holds one of that kind."""

import re
import unicodedata
from dataclasses import dataclass

from app.answering.named_numbers import unknown_names
from ingest.text.sentences import split_sentences

_DIGIT = r"[0-9〇一二三四五六七八九十百千万]"  # the last one: what stands before it changes nothing
# (what the question looks like, what an answer of that kind looks like). The kinds are those of Japanese
# interrogatives: 何 + counter, いくら, いつ, どの頁, URL, どのレベル, どう違う. An open question (どう, なぜ, どのような) has none.
_COUNTERS = "人|名|回|年度|年|日|時間|分(?![野類割担])|[かヶヵカケ箇]月|週間|文字|桁|台|社|件|個|項目|種類|段階|歳|枚|シート|部(?![屋署分品門])|章|版|円|万円|%|パーセント|割"
_KINDS: tuple[tuple[str, re.Pattern[str], re.Pattern[str]], ...] = (
    (
        "金額",
        re.compile(r"いくら|費用(?!対効果)|料金(?!所)|値段|価格|金額|予算は|単価|相場|コストは"),
        re.compile(rf"{_DIGIT}\s?(?:円|万円|億円|千円)|無料|無償"),
    ),
    (
        "期日",
        re.compile(r"いつ(?!も|でも|の間)|期限(?!切れ)|締切|締め切り|〆切|何月|デッドライン|deadline"),
        re.compile(
            rf"{_DIGIT}\s?(?:年|月|日|年度)|\d[/.]\d{{1,2}}[/.]\d|(?:時|前|後|際|都度|定期)|毎[年月週日]|[今本来翌][年月週]"
        ),
    ),
    (
        "ページ",
        re.compile(r"何(?:ページ|頁)|どの(?:ページ|頁)|ページは"),
        re.compile(r"(?<![A-Za-z])[pP]{1,2}\.?\s?\d|\d\s?(?:ページ|頁)"),
    ),
    (
        "URL",
        # 「不審なリンクを開いた」 and 「メールアドレスの管理」 ask for no address.
        re.compile(
            r"(?:(?<![a-z])url|リンク先?|(?<![a-zァ-ー])アドレス)(?:は(?:どこ|何|あり|$|[?。])|を(?:教|知|示|お|くだ|送)|が(?:知|わか|分か)|\??$)"
            r"|サイトはどこ|どこのサイト",
            re.IGNORECASE,
        ),
        re.compile(r"https?://|サイト|ページ"),
    ),
    (
        "レベル",
        re.compile(r"(?:何|どの)\s?レベル|レベル(?:は|って)?\s?(?:いくつ|何|どれ)"),
        re.compile(r"(?:レベル|(?<![a-z])lv\.?)\s?\d", re.IGNORECASE),
    ),
    (
        "違い",
        re.compile(
            r"違い(?:は|を|って|が(?:わか|分か|知)|とは|$|[?。])|(?:どう|どこが|何が|どのように)(?:違|異な)|区別は"
        ),
        re.compile(r"違[いうっ]|異な|一方|対して|区別|差が|とは"),
    ),
)
# Units in which the same thing may be counted: 何人 is answered by 3名, 何か月 by 6ヶ月.
_SAME_UNIT = (
    "人|名",
    "[かヶヵカケ箇]月|月間",
    "文字|字|桁",
    "円|万円|億円|千円",
    "%|パーセント|割",
    "件|つ",
    "個|つ",
    "項目|つ",
    "種類|種|つ",
    "枚|シート",
)
_HOW_MANY = re.compile(rf"何\s*({_COUNTERS})(?!か(?:の|が|を|は|、))")


@dataclass(frozen=True, slots=True)
class AskedFor:
    """The kind of fact asked for, in Japanese, and the pattern of a fact of that kind."""

    kind: str
    pattern: re.Pattern[str]

    @property
    def in_one_sentence(self) -> bool:
        """Whether one sentence may be all the answer; how two things differ often takes several."""
        return self.kind != "違い"

    def stands_in(self, text: str, question: str = "") -> bool:
        """Whether `text` holds any fact of this kind.

        With the question, sentence and clause that hold it must not speak of another number than the one asked
        about: 「レベル2が難しければ、レベル1の50項目から」 does not say how many レベル2 has.
        """
        return any(
            self.pattern.search(clause) and not unknown_names(question, clause)
            for sentence in split_sentences(unicodedata.normalize("NFKC", text))
            if not unknown_names(question, sentence)
            for clause in sentence.split("、")
        )


def asked_for(question: str) -> AskedFor | None:
    """Return the kind of fact that `question` asks for, None for an open question."""
    text = unicodedata.normalize("NFKC", question)
    if match := _HOW_MANY.search(text):
        unit = match.group(1)
        same = next((units for units in _SAME_UNIT if re.fullmatch(units, unit)), re.escape(unit))
        return AskedFor(f"何{unit}", re.compile(rf"{_DIGIT}\s?(?:{same})"))
    for kind, asks, answers in _KINDS:
        if asks.search(text):
            return AskedFor(kind, answers)
    return None
