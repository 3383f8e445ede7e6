import json
from collections.abc import Generator
from typing import Any

import pytest

from app.answering.models import Answer, Statement
from app.answering.progress import Citations, Progress, Reset, StatementReady, Waiting
from app.doors.openai.reply import annotations, completion, pieces
from app.doors.openai.stream import StreamWanted, chunks
from ingest.errors import ErrorCode, YorozuError
from tests.fakes.answer_service import answered

URL = "https://www.ipa.go.jp/security/guide/sme/about.html"
ONE = Statement(text="自社のリスクを把握します。", citations=[1], support="verified")
TWO = Statement(text="ひな形を使えます。", citations=[1, 2], support="verified")
THREE = Statement(text="別の文です。", citations=[2], support="verified")
LEAD = "質問内容：自社のリスクを把握します。[1]\n\n回答：\n"  # the question may hold the answer's words
TAIL = f"\n\n参考資料\n■IPA\n{URL}\n\n出典\n[1] 議題１\n[2] IPA"


def _answer(lines: str = "自社のリスクを把握します。[1]\nひな形を使えます。[1][2]") -> Answer:
    return answered(text=LEAD + lines + TAIL, statements=[ONE, TWO])


def _sent(
    steps: list[Progress | Answer | YorozuError], *, live: bool = True, include_usage: bool = False
) -> tuple[list[dict[str, Any]], bool]:
    """The data of all events, and whether [DONE] came last."""
    closed: list[bool] = []

    def rest() -> Generator[Progress | Answer]:
        try:
            for step in steps[1:]:
                if isinstance(step, YorozuError):
                    raise step
                yield step
        finally:
            closed.append(True)

    first = steps[0]
    assert not isinstance(first, YorozuError)
    following = rest()
    how = StreamWanted(model="yorozu", asked=3, include_usage=include_usage, live=live)
    kept: list[Answer] = []
    made = b"".join(chunks(first, following, how, kept.append)).decode()
    assert kept == [step for step in steps if isinstance(step, Answer)]
    events = [block.removeprefix("data: ") for block in made.strip().split("\n\n")]
    done = events[-1] == "[DONE]"
    return [json.loads(event) for event in (events[:-1] if done else events)], done


def _text(events: list[dict[str, Any]]) -> str:
    return "".join(c["delta"].get("content") or "" for e in events for c in e.get("choices", []))


def _marked(text: str, notes: list[dict[str, Any]]) -> list[str]:
    places = [note["url_citation"] for note in notes]
    return [text[place["start_index"] : place["end_index"]] for place in places]


def test_a_whole_completion() -> None:
    answer = _answer()
    whole = completion(answer, model="yorozu", asked=3).model_dump(mode="json")
    assert whole["id"] == f"chatcmpl-{answer.id}"
    message = whole["choices"][0]["message"]
    assert message["content"] == answer.text
    assert _marked(answer.text, message["annotations"]) == ["[2]", URL]
    assert whole["yorozu"] == answer.model_dump(mode="json")
    assert whole["usage"]["total_tokens"] == 3 + len(answer.text)


def test_marks_are_those_of_the_answer_not_of_the_question() -> None:
    answer = _answer()
    answer.citations[0].url = "https://example.com/1"
    first = annotations(answer)[0].url_citation
    assert answer.text[: first.start_index].endswith("回答：\n自社のリスクを把握します。")


def test_pieces_add_up() -> None:
    answer = _answer()
    assert list(pieces(answer)) == [
        LEAD,
        "自社のリスクを把握します。[1]",
        "\n",
        "ひな形を使えます。[1][2]",
        TAIL,
    ]
    assert list(pieces(answered(text="別の文", statements=[ONE]))) == ["別の文"]


@pytest.mark.parametrize("live", [False, True])
def test_a_finished_answer_in_pieces(*, live: bool) -> None:
    answer = _answer()
    events, done = _sent([Citations(()), Waiting(), answer], live=live, include_usage=True)
    assert done
    assert events[0]["choices"][0]["delta"] == {"role": "assistant", "content": "", "refusal": None}
    assert _text(events) == answer.text
    assert {event["id"] for event in events} == {f"chatcmpl-{answer.id}"}
    last, usage = events[-2:]
    assert last["choices"][0]["finish_reason"] == "stop"
    assert last["yorozu"]["id"] == answer.id
    assert _marked(answer.text, last["choices"][0]["delta"]["annotations"]) == ["[2]", URL]
    assert (usage["choices"], usage["usage"]["completion_tokens"]) == ([], len(answer.text))
    assert all(event["usage"] is None for event in events[:-1])


def test_without_a_model_nothing_is_sent_before_the_answer() -> None:
    answer = _answer()
    events, _ = _sent([StatementReady(THREE), Reset(), StatementReady(ONE), answer], live=False)
    assert _text(events) == answer.text
    assert "usage" not in events[0]


def test_sentences_come_as_they_are_made() -> None:
    answer = _answer()
    events, done = _sent([Citations(()), StatementReady(ONE), Waiting(), StatementReady(TWO), answer])
    assert done
    assert _text(events) == answer.text.removeprefix(LEAD)
    assert len({event["id"] for event in events}) == 1
    notes = events[-1]["choices"][0]["delta"]["annotations"]
    assert _marked(_text(events), notes) == ["[2]", URL]


def test_headings_are_not_put_in_afterwards() -> None:
    answer = _answer("【その１】\n自社のリスクを把握します。[1]\n\n【その２】\nひな形を使えます。[1][2]")
    events, _ = _sent([StatementReady(TWO), StatementReady(ONE), answer])
    assert _text(events) == "ひな形を使えます。[1][2]\n自社のリスクを把握します。[1]\n" + TAIL.removeprefix(
        "\n"
    )
    assert events[-1]["choices"][0]["delta"]["annotations"] == []


@pytest.mark.parametrize(
    "steps",
    [
        [StatementReady(THREE), Reset(), StatementReady(ONE), StatementReady(TWO)],
        [StatementReady(ONE), Reset(), StatementReady(ONE), StatementReady(TWO)],
        [StatementReady(ONE), Reset(), StatementReady(TWO)],
        [StatementReady(ONE), StatementReady(TWO), StatementReady(THREE)],
    ],
)
def test_what_was_withdrawn_is_said_and_the_answer_follows_whole(steps: list[Progress]) -> None:
    answer = _answer()
    events, _ = _sent([*steps, answer])
    text = _text(events)
    assert text.endswith(f"（ここまでの文章は取り消し、次の回答に代えます。）\n\n{answer.text}")
    assert _marked(text, events[-1]["choices"][0]["delta"]["annotations"]) == ["[2]", URL]


def test_a_failure_half_way_is_an_event() -> None:
    events, done = _sent([StatementReady(ONE), YorozuError(ErrorCode.INDEX_DAMAGED, reason="x")])
    assert not done
    assert events[-1]["error"]["code"] == "index_damaged"
    assert events[-1]["error"]["type"] == "server_error"
