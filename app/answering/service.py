"""The way of a question: understand → retrieve → weigh the evidence → compose → verify → render."""

import time
from collections.abc import Callable, Generator, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone

from app.answering import refuse
from app.answering.cautions import deadline_cautions, edition_cautions, fact_cautions, year_cautions
from app.answering.compose import Composer, Material, composition
from app.answering.compose_extractive import ExtractiveComposer
from app.answering.conversation.follow import Followed, FollowUps, Rewriter, as_one
from app.answering.conversation.turns import Conversations, Turn, Unkept, new_conversation_id, turn_of
from app.answering.disagreement import Disagreements
from app.answering.evidence import EvidenceModel, load_model
from app.answering.filters import Filters
from app.answering.findings import Finder, Finding, Findings
from app.answering.ids import new_id
from app.answering.inert import addresses_of, without_markup
from app.answering.judge import Judge
from app.answering.models import Answer, Caution, SearchHit, SearchResult, Statement, Timings
from app.answering.progress import Citations, Progress
from app.answering.render import answered_text, citation_of, printed_page, references_of, shortened
from app.answering.rerank import Reranker
from app.answering.retrieve import MODEL_ERRORS, Retriever
from app.answering.signals import WordsLost
from app.answering.speech_acts import without_conjunction
from app.answering.understand import Question, understand
from app.answering.verification.verifier import Verifier
from ingest.embedding.base import Embedder
from ingest.errors import ErrorCode, YorozuError
from ingest.index.reader import Index, IndexHolder
from ingest.models import Passage, Source
from ingest.text.sentences import split_sentences
from ingest.text.words import Tokenizer

_WEAK = 0.8  # confidence is calibrated: below it one answer in five or more is beside the question
_HEADING = 60  # characters of a past question that a heading shows
_INNER_QUOTES = str.maketrans("「」", "『』")
_JAPAN = timezone(timedelta(hours=9))  # deadlines end with the day in Japan


class AnswerService:
    """Answers questions from the current generation of the index. Safe to use from several threads."""

    def __init__(
        self,
        holder: IndexHolder,
        tokenizer: Tokenizer,
        embedder: Embedder | None,
        *,
        question_limit: int,
        ask_contact: str,
        today: date | None = None,
        evidence: EvidenceModel | None = None,
        judge: Judge | None = None,
        reranker: Reranker | None = None,
        lost: Callable[[WordsLost], object] = lambda _: None,
        dropped: Callable[[int], object] = lambda _: None,
        llm: Composer | None = None,
        conversations: Conversations | None = None,
        rewriter: Rewriter | None = None,
        verifier: Verifier | None = None,
    ) -> None:
        self._holder = holder
        self._tokenizer = tokenizer
        self._embedder = embedder
        self._retriever = Retriever(tokenizer, embedder, reranker=reranker)
        self._limit = question_limit
        self._contact = ask_contact
        self._today = today
        self._lost = lost
        self._dropped = dropped
        self._finder = Finder(self._retriever, tokenizer, evidence or load_model(), judge)
        self._extractive = ExtractiveComposer(tokenizer)
        self._disagreements = Disagreements()
        self._llm = llm
        self._conversations = conversations or Unkept()
        self._follow_ups = FollowUps(self._finder, tokenizer, rewriter)
        self._verifier = verifier or Verifier()

    def warm(self) -> None:
        """Load what the first question would wait for. Raises INDEX_MISSING and its like."""
        index = self._holder.current()
        question = "情報セキュリティの規程はどう作りますか"
        self._finder.find(index, understand(question, self._tokenizer, limit=self._limit), Filters())

    def prepare(self, questions: Sequence[str]) -> None:
        """Embed what answering these questions will ask for, all at once. A question that is none waits."""
        if self._embedder is None:
            return
        wordings: list[str] = []
        for question in questions:
            with suppress(YorozuError):  # whoever answers it says why it cannot be
                asked = understand(question, self._tokenizer, limit=self._limit)
                wordings += (asked.text, *(w for part in asked.parts for w in (part.text, *part.clauses)))
        try:
            self._embedder.queries(list(dict.fromkeys(wordings)))
        except YorozuError as error:
            if error.code not in MODEL_ERRORS:
                raise

    def close(self) -> None:
        """Close the connections to a language model; no question is answered afterwards."""
        self._holder.close()
        if self._llm is not None:
            self._llm.close()

    def index(self) -> Index:
        """The generation that questions are answered from."""
        return self._holder.current()

    def model_trouble(self) -> str | None:
        """Why questions are compared by words alone although there is a model; None where they are not."""
        return self._retriever.model_trouble

    def index_trouble(self) -> str | None:
        """Why the index in use finds neighbours without Chroma; None where it does not."""
        return self._holder.trouble

    def generation(self) -> str:
        """Name of the generation that questions are answered from."""
        return self._holder.current().generation

    def sources(self) -> list[Source]:
        """Every document of the catalogue and of the corpus."""
        return self._holder.current().sources()

    def source(self, source_id: str) -> Source:
        """Return one document; raises SOURCE_NOT_FOUND."""
        return self._holder.current().source(source_id)

    def search(self, query: str, k: int, filters: Filters | None = None) -> SearchResult:
        """Return the `k` best passages for a query; with `filters`, of the sources that they allow."""
        question = understand(query, self._tokenizer, limit=self._limit)
        index = self._holder.current()
        wanted = filters or Filters()
        depth = k if wanted.empty else len(index)
        found = self._retriever.search(index, question.text, question.item_nos, depth)
        with_sources = ((c, index.source(c.passage.source_id)) for c in found.candidates)
        allowed = [(c, source) for c, source in with_sources if wanted.allow(source)]
        hits = [_hit(rank, c.score, c.passage, source) for rank, (c, source) in enumerate(allowed[:k], 1)]
        return SearchResult(query=question.text, results=hits)

    def answer(
        self,
        question: str,
        *,
        engine: str | None = None,
        conversation_id: str | None = None,
        filters: Filters | None = None,
    ) -> Answer:
        """Answer one question, or say that the material does not.

        Raises:
            YorozuError: QUESTION_EMPTY, QUESTION_TOO_LONG, ENGINE_UNAVAILABLE, INDEX_MISSING, INDEX_DAMAGED.
        """
        steps = self.stream(question, engine=engine, conversation_id=conversation_id, filters=filters)
        return next(step for step in steps if isinstance(step, Answer))

    def stream(
        self,
        question: str,
        *,
        engine: str | None = None,
        conversation_id: str | None = None,
        filters: Filters | None = None,
    ) -> Generator[Progress | Answer]:
        """Answer one question step by step, the answer last. Closing the generator stops the work.

        A conversation is known by an id that an answer brought. Any other id begins a new one, whose id the
        answer tells: nobody can choose an id that somebody else may guess.

        Raises:
            YorozuError: as `answer`, at the first step.
        """
        composer = self._composer(engine)
        started = time.perf_counter()
        asked = understand(question, self._tokenizer, limit=self._limit)
        index = self._holder.current()
        turns = self._conversations.turns(conversation_id) if conversation_id else ()
        rewrite = composer is not self._extractive
        read = self._follow_ups.read(index, asked, turns, filters or Filters(), rewrite=rewrite)
        followed = read if isinstance(read, Followed) else None
        findings = read.findings if isinstance(read, Followed) else read
        asked = asked if followed is None else as_one(asked)
        if findings.words_lost is not None:
            self._lost(findings.words_lost)
        retrieved = time.perf_counter()
        if not findings.answered:
            yield Citations(())
            answer = refuse.insufficient(index, asked, findings, self._tokenizer, self._contact)
            answer.asked_as = f"{without_markup(followed.about)}の答えを探しました。" if followed else None
            composed = time.perf_counter()
        else:
            answer, composed = yield from self._compose(index, asked, findings, composer, followed)
        topic = followed.topic if followed is not None else asked.text
        before = turns[-1] if followed is not None else None
        turn = turn_of(answer, topic, before)
        answer.conversation_id = self._remembered(conversation_id if turns else new_conversation_id(), turn)
        answer.timings_ms = _timings(started, retrieved, composed)
        yield answer

    def _remembered(self, conversation_id: str | None, turn: Turn) -> str | None:
        """Keep a turn and return its conversation; None where nothing can be written: the answer stands."""
        try:
            self._conversations.add(conversation_id or "", turn)
        except YorozuError as error:
            if error.code is not ErrorCode.DATA_DIR_UNWRITABLE:
                raise
            return None
        return conversation_id

    def _composer(self, engine: str | None) -> Composer:
        """The composer asked for; without a wish the language model, where one is configured."""
        if engine is None:
            return self._llm or self._extractive
        for composer in (self._extractive, self._llm):
            if composer is not None and composer.engine == engine:
                return composer
        raise YorozuError(ErrorCode.ENGINE_UNAVAILABLE, engine=engine)

    def _compose(
        self,
        index: Index,
        asked: Question,
        findings: Findings,
        composer: Composer,
        followed: Followed | None,
    ) -> Generator[Progress, None, tuple[Answer, float]]:
        material, passages = _material(index, asked, findings, followed)
        asked_as = f"{without_markup(followed.about)}にお答えしました。" if followed is not None else None
        yield Citations(material.citations)
        made = yield from composition(material, composer, self._extractive, self._verifier, self._dropped)
        groups = _groups(made.drafts, asked, self._tokenizer)
        if not groups:
            nothing = replace(findings, answered=(), open_parts=())
            return refuse.insufficient(
                index, asked, nothing, self._tokenizer, self._contact
            ), made.composed_at
        statements = [statement for _, group in groups for statement in group]
        cited = {n for statement in statements for n in statement.citations}
        citations = [citation for citation in material.citations if citation.n in cited]
        sources = {source.id: source for source in index.sources()}
        shown = [p for p in passages if material.numbers[p.id] in cited]
        references = references_of(citations, shown, sources)
        catalogue = list(sources.values())
        today = self._today or datetime.now(tz=_JAPAN).date()
        cautions = [
            *refuse.gaps(asked, findings),
            *fact_cautions(material.parts, findings.answered),
            *deadline_cautions(statements, today, citations),
            *edition_cautions(citations, references, statements, catalogue),
            *year_cautions(citations, references, statements, catalogue, today),
            *self._disagreements.cautions(statements, citations, findings.near, sources),
            *_weak(findings),
        ]
        return Answer(
            id=new_id(),
            status="answered",
            question=asked.text,
            asked_as=asked_as,
            text=answered_text(
                material.question, groups, cautions, references, citations, asked_as, material.known
            ),
            statements=statements,
            citations=citations,
            references=references,
            cautions=cautions,
            related=findings.related,
            confidence=round(min(f.confidence for f in findings.answered), 4),
            engine=made.engine,
            model=made.model,
            generation=index.generation,
            created_at=datetime.now(tz=UTC).isoformat(timespec="seconds"),
        ), made.composed_at


def _material(
    index: Index, asked: Question, findings: Findings, followed: Followed | None
) -> tuple[Material, list[Passage]]:
    passages = list(dict.fromkeys(p for f in findings.answered for p in f.passages))
    return Material(
        question=_asked(asked, findings),
        parts=tuple(part.text for part in asked.parts if part.text not in findings.open_parts),
        findings=findings.answered,
        citations=tuple(citation_of(n, p, index.source(p.source_id)) for n, p in enumerate(passages, 1)),
        numbers={passage.id: n for n, passage in enumerate(passages, 1)},
        wording=without_markup(followed.wording) if followed is not None else None,
        known=addresses_of(index.sources()),
    ), passages


def _weak(findings: Findings) -> list[Caution]:
    if min(finding.confidence for finding in findings.answered) >= _WEAK:
        return []
    message = (
        "ご質問に近い内容への回答です。"
        "ご質問そのものへの答えになっているか、引用元の質問と併せてご確認ください。"
    )
    return [Caution(code="weak_evidence", message=message)]


def _asked(question: Question, findings: Findings) -> str:
    """The question as the answer restates it: without the parts that stay open, markup and addresses.

    What is typed is shown to others (in a meeting, on an intranet page), so nothing in it may act there.
    """
    if not findings.open_parts:
        return without_markup(question.text)
    answered = [part for part in question.parts if part.text not in findings.open_parts]
    # A part that leans holds the one before it, which is restated already where it is answered.
    sentences = dict.fromkeys(s for part in answered for s in split_sentences(part.text))
    return without_markup("".join(sentences))


def _groups(
    checked: list[tuple[Finding, list[Statement]]], question: Question, tokenizer: Tokenizer
) -> list[tuple[str | None, list[Statement]]]:
    """Statements under headings, each statement once; a single group needs no heading."""
    seen: set[str] = set()
    groups: list[tuple[str | None, list[Statement]]] = []
    for finding, statements in checked:
        fresh = [s for s in statements if s.text not in seen]
        seen.update(s.text for s in fresh)
        if fresh:
            groups.append((_heading(finding, question, tokenizer), fresh))
    return groups if len(groups) > 1 else [(None, statements) for _, statements in groups]


def _heading(finding: Finding, question: Question, tokenizer: Tokenizer) -> str:
    """The part that the group answers; where one part is answered from several places, the past question."""
    first = finding.passages[0]
    said = next((part.said for part in question.parts if part.text == finding.part), None)
    if len(question.parts) > 1 and said is not None:
        return without_conjunction(without_markup(said), tokenizer).rstrip("。")
    if first.question_no is not None:
        asked = next(iter(split_sentences(first.question or "")), "")
        quoted = shortened(without_markup(asked), _HEADING).translate(_INNER_QUOTES)
        return f"過去の質問{first.question_no}「{quoted}」への回答"
    return " ".join(first.heading[-1:]) or first.file


def _hit(rank: int, score: float, passage: Passage, source: Source) -> SearchHit:
    return SearchHit(
        rank=rank,
        score=round(score, 4),
        source_id=passage.source_id,
        file=passage.file,
        title=source.title,
        page=passage.page,
        page_end=passage.page_end,
        page_label=printed_page(passage),
        question_no=passage.question_no,
        question=passage.question,
        item_nos=list(passage.item_nos),
        heading=list(passage.heading),
        url=source.url,
        text=passage.text,
    )


def _timings(started: float, retrieved: float, composed: float) -> Timings:
    now = time.perf_counter()
    return Timings(
        retrieve=round((retrieved - started) * 1000, 2),
        compose=round((composed - retrieved) * 1000, 2),
        verify=round((now - composed) * 1000, 2),
        total=round((now - started) * 1000, 2),
    )
