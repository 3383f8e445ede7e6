import json
import sys
from contextlib import closing
from pathlib import Path

import pytest

from app.cli import cli, run_cli
from app.organiser.cli import questions_cli
from app.store.answers import AnswerStore
from app.store.audit import AuditLog
from app.store.originals import OriginalStore
from app.store.sent_questions import SentQuestions


def run(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, *args: str
) -> tuple[int, str, str]:
    assert any(group.typer_instance is questions_cli for group in cli.registered_groups)
    monkeypatch.setattr("app.assemble.prepare_recogniser", lambda _: None)
    monkeypatch.setattr(sys, "argv", ["yorozu", "questions", *args])
    with pytest.raises(SystemExit) as ended:
        run_cli(cli)
    out, err = capsys.readouterr()
    return int(ended.value.code or 0), out, err


def test_what_came_from_the_chat_is_taken_over_once(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    data = tmp_path / "var"
    with closing(AnswerStore.open(data)) as answers, closing(OriginalStore.open(data)) as originals:
        for question in ("規程はどう作りますか", "教育はどう行いますか"):
            SentQuestions(answers, originals).save(question)
    given = ("import-sent", "--meeting", "m1", "--accept", "--json", "--data-dir", str(data))
    status, _, err = run(capsys, monkeypatch, *given)
    assert (status in {1, 2}, "[meeting_not_found]" in err) == (True, True)
    status, out, _ = run(capsys, monkeypatch, *given, "--title", "第2回")
    assert (status, json.loads(out)) == (0, {"added": 2, "known": 0})
    status, out, _ = run(capsys, monkeypatch, *given)
    assert json.loads(out) == {"added": 0, "known": 0}
    status, out, _ = run(capsys, monkeypatch, "list", "--meeting", "m1", "--json", "--data-dir", str(data))
    listed = json.loads(out)
    assert [one["text"] for one in listed] == ["規程はどう作りますか", "教育はどう行いますか"]
    assert [one["origin"]["sent_no"] for one in listed] == [1, 2]
    with closing(AnswerStore.open(data)) as answers:
        lines = AuditLog(answers).newest(10)
    assert [(line.action, line.who) for line in lines][-2:] == [
        ("questions.taken_over", "local"),
        ("meeting.created", "local"),
    ]
