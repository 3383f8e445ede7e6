"""Measure answers that a real language model wrote: `python -m eval.llm`, see docs/llm.md."""

import argparse
import platform
import sys
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path

from tqdm import tqdm

from app.answering.compose_llm import LlmComposer
from app.assemble import answer_service, llm_composer
from app.settings import ServiceSettings
from eval.llm.measure import Asked, RecordingComposer, ask_all
from eval.llm.model_file import prepared
from eval.llm.report import Killed, Setup, details, section, write_section
from eval.llm.server import LocalServer, local_server
from eval.machine import machine
from eval.question_set import Question, read_questions
from ingest.errors import ErrorCode, YorozuError

_QUESTIONS = Path("eval/questions/fresh.jsonl")
_SECONDS = 600.0  # for one answer: a small machine is slow, and it is not speed that is measured
_TOKENS = 400  # an answer of eight sentences; a small model that needs more goes round in circles
_MATERIAL = 5000  # characters; with the reply they fit the context of the local server


def main(argv: Sequence[str] | None = None) -> int:
    """Measure and print the section; 1 where that could not be done."""
    options = _options(argv)
    try:
        print(_measured(options))
    except YorozuError as error:
        print(f"{error.message} [{error.code}]", file=sys.stderr)
        return 1
    return 0


def _measured(options: argparse.Namespace) -> str:
    questions = sample(read_questions(options.questions), options.n)
    with _model(options) as (settings, server):
        asked = _asked(settings, questions, options.details)
        killed = _killed(settings, asked, server) if server is not None else None
    setup = Setup(
        model=settings.llm or "",
        questions=options.questions.name,
        structured=settings.llm_structured,
        day=datetime.now(tz=UTC).date(),
        machine=f"{machine()['cpu']}, Python {platform.python_version()}",
    )
    text = section(setup, asked, killed)
    if options.write is not None:
        write_section(options.write, text)
    return text


def sample(questions: Sequence[Question], n: int) -> list[Question]:
    """Return `n` questions evenly spread over the set, all for 0; those that end in an error are left out."""
    usable = [question for question in questions if question.expect != "error"]
    if not 0 < n < len(usable):
        return usable
    return [usable[i * len(usable) // n] for i in range(n)]


@contextmanager
def _model(options: argparse.Namespace) -> Iterator[tuple[ServiceSettings, LocalServer | None]]:
    """The model of the settings, or the packaged one served here."""
    paths = {"corpus": options.corpus, "data_dir": options.data_dir}
    if options.configured:
        settings = ServiceSettings.load(**paths)
        if settings.llm is None:
            raise YorozuError(ErrorCode.SETTING_INVALID, name="YOROZU_LLM", reason="設定されていません")
        yield settings, None
        return
    file = prepared(ServiceSettings.load(**paths).models / "llm")
    with local_server(file) as server:
        yield (
            ServiceSettings.load(
                **paths,
                llm=f"openai:{file.stem}",
                llm_base_url=server.url,
                llm_seconds=options.seconds,
                llm_max_tokens=_TOKENS,
                llm_retries=0,
                llm_material_limit=_MATERIAL,
                llm_structured=options.structured,
            ),
            server,
        )


def _asked(settings: ServiceSettings, questions: Sequence[Question], file: Path | None) -> list[Asked]:
    recording = RecordingComposer(_composer(settings))
    found: list[Asked] = []
    with closing(answer_service(settings, recording)) as service:
        progress = tqdm(total=len(questions), desc="質問", unit="問", disable=None)
        for asked in ask_all(service, recording, questions):
            found.append(asked)
            progress.update()
            if file is not None:
                with file.open("a", encoding="utf-8") as lines:
                    lines.write(details(asked) + "\n")
        progress.close()
    return found


def _killed(settings: ServiceSettings, asked: Sequence[Asked], server: LocalServer) -> Killed | None:
    """Ask once more what the model wrote most about, and kill the server at its first sentence."""
    written = [a for a in asked if a.written is not None and a.written.statements]
    if not written:
        return None
    longest = max(written, key=lambda a: len(a.written.statements) if a.written is not None else 0)
    recording = RecordingComposer(_composer(settings), on_first=server.kill)
    with closing(answer_service(settings, recording)) as service:
        answer = service.answer(longest.question.question, engine="llm")
    return Killed(answer, recording.written.failure if recording.written is not None else None)


def _composer(settings: ServiceSettings) -> LlmComposer:
    composer = llm_composer(settings)
    assert composer is not None
    return composer


def _options(argv: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m eval.llm",
        description="言語モデルが書いた文と、検証を経て表示される回答を、質問集で比べます。",
    )
    parser.add_argument("--questions", type=Path, default=_QUESTIONS, help="質問集（JSONL）")
    parser.add_argument("-n", type=int, default=0, help="使う質問の数（均等に選ぶ。0 はすべて）")
    parser.add_argument("--configured", action="store_true", help="YOROZU_LLM で設定したモデルを測る")
    parser.add_argument("--structured", action="store_true", help="JSONスキーマで出力の形を強制する")
    parser.add_argument("--seconds", type=float, default=_SECONDS, help="一つの回答にかける上限（秒）")
    parser.add_argument("--write", type=Path, help="結果を書き込む文書（docs/llm.md）")
    parser.add_argument("--details", type=Path, help="一問ずつの結果を追記するファイル（JSONL）")
    parser.add_argument("--corpus", type=Path, help="資料のフォルダー")
    parser.add_argument("--data-dir", type=Path, help="索引のフォルダー")
    return parser.parse_args(argv)


if __name__ == "__main__":
    sys.exit(main())
