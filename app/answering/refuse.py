"""Saying plainly that the material does not answer: what was looked for, what is near, whom to ask."""

from collections.abc import Sequence
from datetime import UTC, datetime

from app.answering.findings import Findings
from app.answering.ids import new_id
from app.answering.models import Answer, Caution, Missing
from app.answering.render import missing_text
from app.answering.understand import Question
from ingest.index.reader import Index
from ingest.text.words import Tokenizer

MOST_WORDS = 8


def insufficient(
    index: Index, question: Question, findings: Findings, tokenizer: Tokenizer, contact: str
) -> Answer:
    """Return the answer that says that there is none."""
    looked_for = _looked_for(question, tokenizer)
    missing = Missing(
        message=_message(findings, looked_for),
        looked_for=looked_for,
        ask=f"{contact}にお問い合わせください。",
    )
    return Answer(
        id=new_id(),
        status="insufficient_evidence",
        question=question.text,
        text=missing_text(missing, findings.related),
        cautions=gaps(question, findings),
        related=findings.related,
        missing=missing,
        confidence=round(findings.best, 4),
        generation=index.generation,
        created_at=datetime.now(tz=UTC).isoformat(timespec="seconds"),
    )


def gaps(question: Question, findings: Findings) -> list[Caution]:
    """Name what limits the search: no vectors, item numbers not held, parts that stay open."""
    cautions = []
    if findings.by_words_alone:
        message = (
            "埋め込みモデルを使わず、語の一致だけで探しています。"
            "言い換えた質問では見つからないことがあります。"
        )
        cautions.append(Caution(code="degraded", message=message))
    if findings.unknown_items:
        numbers = _numbers(findings.unknown_items)
        message = (
            f"項目番号 {numbers} についての記載は、取り込まれている資料の中に見つかりません。"
            "番号をご確認ください。"
        )
        cautions.append(Caution(code="unknown_item", message=message))
    if findings.answered:
        # Named by their place and not quoted: what was not answered must not appear to be part of the answer.
        cautions += [
            Caution(
                code="partial", message=f"ご質問の{place}つ目の問いには、資料の中に答えが見つかりません。"
            )
            for place, part in enumerate((part.text for part in question.parts if part.due), 1)
            if part in findings.open_parts and not _asked_again(part, question, findings)
        ]
    return cautions


def _asked_again(part: str, question: Question, findings: Findings) -> bool:
    """Whether a later part that is answered holds this one: 「事故？事件？」 is one question."""
    later = (p for p in question.parts if p.leans and p.text not in findings.open_parts)
    return any(part in p.text for p in later)


def _message(findings: Findings, looked_for: Sequence[str]) -> str:
    if findings.unknown_items:
        numbers = _numbers(findings.unknown_items)
        return f"項目番号 {numbers} についての記載は、取り込まれている資料の中に見つかりませんでした。"
    if not looked_for:  # こんにちは, はい, ？？？
        return (
            "資料を探す手がかりになる言葉が見つかりませんでした。お知りになりたいことを、文でお書きください。"
        )
    return "ご質問に答えられる記載は、取り込まれている資料の中に見つかりませんでした。"


def _numbers(items: Sequence[int]) -> str:
    """No25～No29、No31: what follows on each other as a range."""
    runs: list[list[int]] = []
    for n in sorted(items):
        if runs and n == runs[-1][-1] + 1:
            runs[-1].append(n)
        else:
            runs.append([n])
    return "、".join(f"No{run[0]}" if len(run) == 1 else f"No{run[0]}～No{run[-1]}" for run in runs)


def _looked_for(question: Question, tokenizer: Tokenizer) -> list[str]:
    """The content words that were searched for, as typed, each once."""
    words: dict[str, str] = {}
    for word in tokenizer.content_words(question.text):
        words.setdefault(word.normalised, word.surface)
    return list(words.values())[:MOST_WORDS]
