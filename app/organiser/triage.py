"""Whether a proposed answer can be approved after a glance or needs a person, and why."""

from app.answering.models import Answer, CautionCode
from app.organiser.draft_models import Triage

_WEAK = 0.8  # as in the answering side: below it one answer in five or more is beside the question
_WHY: dict[CautionCode, str] = {
    "dated_deadline": "期限の書かれた文があります。今も有効か確認してください。",
    "older_edition": "引用元に新しい版があります。",
    "dated_edition": "年版の資料が挙げられています。その後の年のものが出ていないか確認してください。",
    "partial": "質問の一部に答えていません。",
    "weak_evidence": "質問に近い内容への回答です。質問そのものへの答えか確認してください。",
    "unknown_item": "質問の項目番号が資料に見当たりません。",
    "degraded": "検索の一部が使えない状態で作られました。",
}


def triage_of(answer: Answer) -> Triage:
    """Judge an answer by its status, its confidence and its cautions."""
    if answer.status != "answered":
        return Triage(needs="no_source", why=("資料に根拠が見つかりません。担当者による回答が必要です。",))
    why = [_WHY[caution.code] for caution in answer.cautions]
    if answer.confidence < _WEAK:
        why.append(_WHY["weak_evidence"])
    if any(statement.support != "verified" for statement in answer.statements):
        why.append("引用元と一致しない文があります。")
    return Triage(needs="check" if why else "ready", why=tuple(dict.fromkeys(why)))
