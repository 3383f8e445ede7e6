"""How a sentence asks: for an answer, or for something to be done; and what it asks by itself."""

import re
from collections.abc import Sequence

from app.answering.asked_for import asked_for
from ingest.text.words import Tokenizer, Word

# How a Japanese sentence that asks or requests ends, written or spoken. Grammar, not topics. One that ends
# in a particle (それと基準例も。) leaves its predicate to the sentence before it.
_END = r"[。．.!！…〜～ー\s」）)]*$"
_QUESTION = re.compile(
    r"(?:[?？]|か(?:ね|な|しら)?|かな[あぁ]?|って|とは|[はもを]|何|なに|どこ|いつ|いくら|だろう|でしょう|のか|んだっけ|っけ|べき)"
    + _END
)
_REQUEST = re.compile(
    r"(?:ください|下さい|くれ|ほしい(?:です)?|欲しい(?:です)?|たい(?:です|のですが|んですが)?"
    r"|教えて|おしえて|(?:説明|解説|紹介|案内)して|(?:見せ|聞かせ|示し)て|お願い(?:し|致し|いたし)ます|お願い(?:です)?|願います"
    # …していただけると助かります, …いただければと思います, …いただきたく存じます
    r"|(?:いただけ|頂け|もらえ|貰え|願え)(?:れば|ると|ますと|ましたら|たら)[^。、]{0,10}|(?:いただき|頂き|伺い|願い)たく[^。、]{0,6})"
    + _END
)
# 払えるか！ is no question, 払えますか！ and 払うのか！ are.
_RETORT = re.compile(r"(?<!の)(?<!ます)(?<!です)(?<!せん)(?<!でしょう)か[!！]+[」）)]*$")
_THINGS = {"何", "誰", "どこ", "どれ", "どちら", "どなた", "いつ", "いつ頃", "幾ら"}
INTERROGATIVES = frozenset({*_THINGS, "如何", "どう", "何故", "どの", "どんな", "どのような"})
# Giving and getting information. A request with any other predicate (ご連絡ください) wants something done.
_LEARN = {"知る", "聞く", "伺う", "尋ねる", "見る", "分かる", "教わる", "学ぶ"}
_TEACH = {"教える", "示す", "見せる", "答える", "説明", "解説", "紹介", "助言", "アドバイス", "回答"}
_TELL = frozenset({*_LEARN, *_TEACH, "案内", "教示", "教授", "指南", "例示", "明示", "提示"})
_ASKING_VERBS = frozenset(
    {"下さる", "呉れる", "願う", "為る", "致す", "頂く", "貰う", "欲しい", "御", "思う", "存じる"}
)
_PLACES = {"場合", "方", "点", "際", "時", "所", "迄", "程", "件", "数", "量"}
_WAYS = {"物", "事", "訳", "為", "何", "質問", "方法", "やり方", "仕方", "内容"}
_FORMAL = frozenset({*_PLACES, *_WAYS, *_TELL})  # nouns that name no matter
_NO_OWN = ("副詞可能", "助数詞可能")


def asks(sentence: str) -> bool:
    """Whether a sentence ends as one that asks or requests."""
    return bool(_QUESTION.search(sentence) or _REQUEST.search(sentence))


def is_question(sentence: str) -> bool:
    """Whether it ends as a question, not as a request."""
    return bool(_QUESTION.search(sentence))


def wants_to_know(sentence: str, tokenizer: Tokenizer) -> bool:
    """Whether it asks for an answer: a question, or a request to be told or given something.

    月曜までにご連絡ください, よろしくお願いします and 規程を作りたいです want something to be done.
    """
    if is_question(sentence) and not _RETORT.search(sentence):
        return True
    words = [word for word in tokenizer.all_words(sentence) if word.pos[0] not in ("補助記号", "空白")]
    if any(word.normalised in INTERROGATIVES | _TELL for word in words):
        return True
    return _wants_a_thing(words)


def _wants_a_thing(words: Sequence[Word]) -> bool:
    """ひな型をください, 一覧がほしい, URLお願いします: what is asked for is a noun that names no action."""
    asking = next((i for i, word in enumerate(words) if _rest_asks(words[i:])), len(words))
    before = [word for word in words[:asking] if word.normalised != "御"]
    with_particle = bool(before) and before[-1].surface in ("を", "が", "も", "は")
    if with_particle:
        before.pop()
    if asking == len(words) or not before or before[-1].pos[0] != "名詞" or before[-1].pos[2] in _NO_OWN:
        return False
    # 一覧をください wants a thing; ご連絡ください and ご対応をお願いします want something done.
    given = with_particle and words[asking].normalised not in ("願う", "御")
    return given or before[-1].pos[2] != "サ変可能"


def _rest_asks(words: Sequence[Word]) -> bool:
    asks_for = ("下さる", "呉れる", "願う", "欲しい", "御")
    return words[0].normalised in asks_for and all(
        word.normalised in _ASKING_VERBS or word.pos[0] in ("助動詞", "助詞") for word in words
    )


def own_words(sentence: str, tokenizer: Tokenizer) -> tuple[str, ...]:
    """Normalised nouns that say what the sentence asks about, besides the kind of fact (期限, いくら).

    Empty for one that asks by what stands before it: よろしくお願いします, 期限はいつですか.
    """
    own: dict[str, None] = {}
    for word in tokenizer.content_words(sentence):
        if word.pos[0] not in ("名詞", "形状詞", "記号") or word.normalised in _FORMAL:
            continue
        if word.pos[1] == "数詞" or word.pos[2] in _NO_OWN or asked_for(word.surface):
            continue
        own.setdefault(word.normalised)
    return tuple(own)
