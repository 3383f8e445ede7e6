import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import insert

from app.organiser.desk import Desk
from app.organiser.generalisation.generaliser import Generaliser
from app.organiser.models import Origin
from app.store.answers import AnswerStore
from app.store.originals import OriginalStore
from app.store.questions import QuestionStore
from app.store.schema import sent_questions
from app.store.sent_questions import SentQuestions
from ingest.errors import ErrorCode, YorozuError

NAME = "株式会社ナナホシ精機"


class Inbox:
    """The stores of one data directory, opened as a service opens them."""

    def __init__(self, data_dir: Path) -> None:
        self.folder = data_dir
        self.answers = AnswerStore.open(data_dir)
        self.originals = OriginalStore.open(data_dir)
        self.questions = QuestionStore.open(data_dir)
        self.sent = SentQuestions(self.answers, self.originals)
        self.desk = Desk(self.questions, self.originals, Generaliser())

    def close(self) -> None:
        for store in (self.answers, self.originals, self.questions):
            store.close()

    def holding(self, words: str) -> set[str]:
        """The files of the data directory that hold these words, plainly or as JSON writes them."""
        forms = (words.encode(), json.dumps(words)[1:-1].encode())
        files = {path.name: path.read_bytes() for path in self.folder.iterdir()}
        return {name for name, content in files.items() if any(form in content for form in forms)}


@pytest.fixture
def inbox(tmp_path: Path) -> Iterator[Inbox]:
    opened = Inbox(tmp_path / "var")
    opened.questions.create_meeting("m1", "第2回")
    opened.questions.create_meeting("m2", "第3回")
    yield opened
    opened.close()


def test_what_was_sent_becomes_a_question_with_a_proposal_and_its_number(inbox: Inbox) -> None:
    sent = inbox.sent.save(f"{NAME}の規程はどう見直しますか。No17です。", note="海外拠点もあります")
    done = inbox.desk.take_over(inbox.sent, "m1")
    (question,) = done.questions
    assert question.origin == Origin(kind="chat", sent_no=sent.number)
    assert (question.meeting_id, question.text, question.item_nos) == ("m1", None, (17,))
    assert question.received_at == sent.received_at
    proposed = inbox.desk.proposal(question.id, by="青木")
    assert proposed.text == "A社の規程はどう見直しますか。No17です。\n補足：海外拠点もあります"
    assert inbox.originals.sent(sent.id) is None


def test_each_is_taken_once_whoever_asks_how_often(inbox: Inbox) -> None:
    for n in range(12):
        inbox.sent.save(f"規程{n}はどう見直しますか。")
    with ThreadPoolExecutor(4) as pool:
        jobs = [pool.submit(inbox.desk.take_over, inbox.sent, m) for m in ("m1", "m2", "m1", "m2")]
        added = [question.id for job in jobs for question in job.result().questions]
    assert len(added) == len(set(added)) == 12
    both = [q for meeting in ("m1", "m2") for q in inbox.questions.of_meeting(meeting)]
    assert sorted(q.origin.sent_no or 0 for q in both) == list(range(1, 13))
    for question in both:
        assert inbox.desk.proposal(question.id, by="青木").original
    assert inbox.desk.take_over(inbox.sent, "m1").questions == ()
    assert inbox.sent.receipts(limit=10) == (0, [])


def test_the_same_words_twice_are_one_question_and_both_are_done(inbox: Inbox) -> None:
    for _ in range(2):
        inbox.sent.save("規程はどう見直しますか。")
    done = inbox.desk.take_over(inbox.sent, "m1")
    assert (len(done.questions), done.known) == (1, 1)
    assert inbox.sent.waiting() == []


def test_only_those_that_are_named_are_taken(inbox: Inbox) -> None:
    first, second = inbox.sent.save("一ですか"), inbox.sent.save("二ですか")
    assert len(inbox.desk.take_over(inbox.sent, "m1", ids=[second.id, "qst_none"]).questions) == 1
    assert [one.id for one in inbox.sent.waiting()] == [first.id]
    with pytest.raises(YorozuError) as told:
        inbox.desk.take_over(inbox.sent, "none")
    assert told.value.code is ErrorCode.MEETING_NOT_FOUND
    assert len(inbox.sent.waiting()) == 1


def test_the_words_lie_with_the_originals_alone(inbox: Inbox) -> None:
    inbox.sent.save(f"{NAME}の規程はどう見直しますか。", note=f"{NAME}の渡辺")
    inbox.desk.take_over(inbox.sent, "m1", accepted_by="事務局")
    assert {name.partition("-")[0] for name in inbox.holding(NAME)} == {"originals.sqlite"}


def test_words_that_an_older_version_kept_beside_the_answers_are_taken_and_leave(inbox: Inbox) -> None:
    row = {"id": "qst_old", "question": f"{NAME}の規程は", "note": None, "origin": "chat", "state": "new"}
    with inbox.answers.transaction() as connection:
        connection.execute(insert(sent_questions).values(row | {"received_at": "2026-01-01T00:00:00+00:00"}))
    (question,) = inbox.desk.take_over(inbox.sent, "m1").questions
    assert inbox.desk.proposal(question.id, by="青木").original == f"{NAME}の規程は"
    inbox.close()  # what is in the write-ahead log goes into the file
    assert inbox.holding(NAME) == {"originals.sqlite"}
