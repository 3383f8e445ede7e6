import pytest

from app.answering.verification.bounds import bound_before, bound_behind

BEHIND = {
    "ge": "以上",
    "le": "以下 以内 まで までに 迄 末 中 内 を上限に が上限 を限度に",
    "lt": "未満 を下回る に満たない より少ない より小さい より短い より低い",
    "gt": "を超える 超 を上回る より多い より大きい より長い より高い",
    "from": "から 以降 以後 後 を過ぎたら がたつと が経つと がたった が経った が経過した "
    "末から 中旬から 上旬から 下旬から 頃から より施行する",
    "before": "以前 前 より前",
    "": "です からの報告 中間 内容 前年 後任 より短くなった より多かった まで上がった まで下がった "
    "まで増えた まで減った まで伸びた まで達した まで広がった まで上昇 まで低下",
}
BEFORE = {
    "ge": "少なくとも 少なくとも、 最低でも 最低 最低限 最小 最短 下限は 下限を 下限が 下限",
    "le": "多くとも 最大でも 最大 最長 遅くとも 上限は 上限を 上限が 上限 上限は、",
    "": "約 最大の理由 少なくともこの",
}


@pytest.mark.parametrize(("bound", "words"), [(b, w) for b, many in BEHIND.items() for w in many.split()])
def test_a_limit_behind(bound: str, words: str) -> None:
    assert bound_behind(f"90日{words}、別の話", 3) == bound


@pytest.mark.parametrize(("bound", "words"), [(b, w) for b, many in BEFORE.items() for w in many.split()])
def test_a_limit_in_front(bound: str, words: str) -> None:
    assert bound_before(f"別の話で{words}90日", 4 + len(words)) == bound


def test_only_the_words_next_to_it_count() -> None:
    assert bound_behind("90日のあいだ保存し、以上", 3) == ""
    assert bound_before("最大の話であって、90日", 9) == ""
