"""From candidates to findings: which passages answer which part of the question, and how surely."""

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from threading import Semaphore

from app.answering.asks import own_words
from app.answering.evidence import EvidenceModel, answer_text, compared_by_vectors, features_of, place_of
from app.answering.filters import Filters
from app.answering.held import holds
from app.answering.judge import Judge
from app.answering.models import Related
from app.answering.retrieve import MODEL_ERRORS, Candidate, Retrieved, Retriever
from app.answering.signals import WordsLost
from app.answering.speech_acts import speaks_of_itself
from app.answering.understand import Part, Question
from ingest.errors import YorozuError
from ingest.index.reader import Index
from ingest.models import Passage
from ingest.text.item_numbers import without_item_numbers
from ingest.text.sentences import split_sentences
from ingest.text.words import Tokenizer

DEPTH = 30
MOST_RELATED = 3
MOST_FINDINGS = 4
NEAR = 8  # passages of each part that may contradict the answer
# A clause by itself says less than the question that it is taken from, so it has to be surer.
CLAUSE_THRESHOLD = 0.75
# A question of which nothing is found as a whole is not answered by what its background happens to mention.
PART_FLOOR = 0.3
# 「項番95について」 asks for what there is about the item: the number is exact, no word can speak against it.
ITEM_ALONE = 0.95
# The judge reads where it may change something: reading is most of the work. In 1,194 readings (own, fresh,
# calibrate) nothing beyond these bounds crossed a threshold.
HOPELESS, HOPELESS_CLAUSE, SURE = 0.05, 0.2, 0.96


@dataclass(frozen=True, slots=True)
class Finding:
    """What answers one part of the question: the passages, and how sure that is."""

    part: str
    passages: tuple[Passage, ...]
    confidence: float
    focus: frozenset[str] = frozenset()  # the sentences that matter, where a follow-up asks for some of them
    also: tuple[str, ...] = ()  # further parts of the question that the same place answers


@dataclass(frozen=True, slots=True)
class Findings:
    """What was found for a whole question.

    Attributes:
        answered: what has enough evidence, each Q&A or page once, in the order of the question.
        open_parts: parts of the question without enough evidence.
        best: probability of the best part, answered or not.
        unknown_items: item numbers asked about that the index does not hold.
        related: past questions nearby that are not cited.
        by_words_alone: no vectors were compared, so other wordings of the same may have been missed.
        words_lost: why the search by words could do nothing with the question, None where it could.
        near: the best passages, cited or not, and those about the item numbers that are asked for.
    """

    answered: tuple[Finding, ...]
    open_parts: tuple[str, ...]
    best: float
    unknown_items: tuple[int, ...]
    related: list[Related]
    by_words_alone: bool
    words_lost: WordsLost | None
    near: tuple[Passage, ...] = ()


@dataclass(frozen=True, slots=True)
class _Weighed:
    """How sure it is that the first candidate answers, and the judge's log-odds where it was asked."""

    probability: float
    judged: float | None = None


@dataclass(frozen=True, slots=True)
class Finder:
    """Retrieves for every part of a question and keeps what has enough evidence."""

    retriever: Retriever
    tokenizer: Tokenizer
    evidence: EvidenceModel
    judge: Judge | None = None
    # Searching and reading keep a processor busy. More of them at once would not be quicker; they would make
    # each other, and whoever asks for health, wait.
    turns: Semaphore = field(default_factory=lambda: Semaphore((os.cpu_count() or 1) + 1))

    def find(self, index: Index, question: Question, filters: Filters) -> Findings:
        """Return the findings for `question`."""
        with self.turns:
            return self._find(index, question, filters)

    def _find(self, index: Index, question: Question, filters: Filters) -> Findings:
        unknown = tuple(n for n in question.item_nos if n not in index.item_nos())
        nothing_known = bool(unknown) and len(unknown) == len(question.item_nos)
        whole = self.retriever.signals(index, question.text)
        results = [
            _filtered(index, self.retriever.for_part(index, question, part.text, DEPTH, whole=whole), filters)
            for part in question.parts
        ]
        weighed = [self._weighed(index, result) for result in results]
        found: dict[tuple[object, ...], Finding] = {}
        open_parts = []
        for part, result, sure in zip(question.parts, results, weighed, strict=True):
            fresh = () if nothing_known else self._for_part(index, part, result, sure, filters)
            if self._of_another(part, fresh, found) and not self._hold(index, part, fresh):
                fresh = self._by_itself(index, part, filters)
            for candidate, finding in fresh:
                first = found.setdefault(place_of(candidate), finding)
                if finding.part == part.text != first.part:
                    found[place_of(candidate)] = replace(first, also=(*first.also, part.text))
            if not fresh:
                open_parts.append(part.text)
        if found:
            for candidate, finding in self._for_items(index, question, results, found):
                found.setdefault(place_of(candidate), finding)
        answered = self._without_talk(question, tuple(found.values()))[:MOST_FINDINGS]
        related = related_to(results, answered)
        by_words = any(result.by_words_alone for result in results)
        return Findings(
            answered,
            tuple(open_parts),
            max((sure.probability for sure in weighed), default=0.0),
            unknown,
            related,
            by_words,
            whole.words_lost,
            _near(index, question, results) if answered else (),
        )

    def search(self, index: Index, wording: str, item_nos: tuple[int, ...], filters: Filters) -> Retrieved:
        """Return the candidates for a wording taken as one."""
        return _filtered(index, self.retriever.search(index, wording, item_nos, DEPTH), filters)

    def probability(self, index: Index, result: Retrieved) -> float:
        """Return the probability that the first candidate answers the wording."""
        return self._weighed(index, result).probability

    def _for_part(
        self, index: Index, part: Part, result: Retrieved, weighed: _Weighed, filters: Filters
    ) -> list[tuple[Candidate, Finding]]:
        """The best place for the part, and for its clauses where they are surely answered elsewhere."""
        found = []
        if weighed.probability >= self.evidence.threshold:
            found.append(self._finding(index, result.candidates[0], part.text, weighed.probability))
        for clause in part.clauses if weighed.probability >= PART_FLOOR else ():
            of_clause = _filtered(index, self.retriever.search(index, clause, (), DEPTH), filters)
            sure = self._weighed(index, of_clause, hopeless=HOPELESS_CLAUSE)
            if sure.probability < CLAUSE_THRESHOLD:
                continue
            if not found or self._adds(index, result, weighed.judged, of_clause, sure.judged):
                found.append(self._finding(index, of_clause.candidates[0], clause, sure.probability))
        return found

    @staticmethod
    def _of_another(
        part: Part, fresh: Sequence[tuple[Candidate, Finding]], found: dict[tuple[object, ...], Finding]
    ) -> bool:
        """Whether what is found may be there for another part: it is in front of this one, or cited for one.

        The whole question counts when a part of it is looked for, which draws a part without an answer to the
        place of its neighbour.
        """
        unsure = all(finding.confidence < CLAUSE_THRESHOLD for _, finding in fresh)
        return part.leans or (unsure and any(place_of(candidate) in found for candidate, _ in fresh))

    def _hold(self, index: Index, part: Part, found: Sequence[tuple[Candidate, Finding]]) -> bool:
        """Whether what is found holds what this part asks for, not only what its neighbour does."""
        own = own_words(part.said, self.tokenizer)
        texts = [t for c, _ in found for t in (answer_text(index, c), *c.passage.wordings)]
        return holds(own, "\n".join(texts), self.tokenizer)

    def _by_itself(self, index: Index, part: Part, filters: Filters) -> list[tuple[Candidate, Finding]]:
        """What answers a short second question without the first one in front of it."""
        result = _filtered(index, self.retriever.search(index, part.said, (), DEPTH), filters)
        sure = self._weighed(index, result, hopeless=HOPELESS_CLAUSE)
        if sure.probability < CLAUSE_THRESHOLD:
            return []
        best = result.candidates[0]
        # Other wordings of a past question also tell of whoever asks (社長から): they prove nothing here.
        own = own_words(part.said, self.tokenizer)
        if not own or not holds(own, answer_text(index, best), self.tokenizer):
            return []
        return [self._finding(index, best, part.text, sure.probability)]

    def _adds(
        self,
        index: Index,
        result: Retrieved,
        judged: float | None,
        of_clause: Retrieved,
        clause_judged: float | None,
    ) -> bool:
        """Whether a clause is a matter of its own: what answers the part does not answer it as well.

        参考になるものを教えてください is answered wherever its part is, 社員教育の時期 is not. What
        answers the clause better may answer the part worse, by twice as much at most; what answers the part
        by itself is welcome. Without the judge's word on both every clause counts.
        """
        first, other = result.candidates[0], of_clause.candidates[0]
        if place_of(first) == place_of(other):
            return True
        # Not asked before where the other features were sure.
        judged = self._judged(result.wording, answer_text(index, first)) if judged is None else judged
        if clause_judged is None:
            clause_judged = self._judged(of_clause.wording, answer_text(index, other))
        if judged is None or clause_judged is None:
            return True
        other_on_part = self._judged(result.wording, answer_text(index, other))
        if other_on_part is None or other_on_part > 0:
            return True
        first_on_clause = self._judged(of_clause.wording, answer_text(index, first))
        return first_on_clause is None or (clause_judged - first_on_clause) * 2 > judged - other_on_part

    def _without_talk(self, question: Question, findings: tuple[Finding, ...]) -> tuple[Finding, ...]:
        """Without what is near the whole and only talk of itself, where the clause that asks has an answer.

        Of 専任がいないのですが、規程はどう作りますか the end asks; what shares the story tells nothing.
        """
        if len(question.parts) > 1 or len(findings) < 2 or not self._is_talk(findings[0]):  # noqa: PLR2004 - of one
            return findings
        asking = [f for f in findings[1:] if question.text.endswith(f.part)]
        if not asking:
            return findings
        return (*asking, *(f for f in findings[1:] if f not in asking))

    def _is_talk(self, finding: Finding) -> bool:
        sentences = (s for passage in finding.passages for s in split_sentences(passage.text))
        return all(speaks_of_itself(sentence, self.tokenizer) for sentence in sentences)

    def _for_items(
        self,
        index: Index,
        question: Question,
        results: list[Retrieved],
        found: dict[tuple[object, ...], Finding],
    ) -> Iterator[tuple[Candidate, Finding]]:
        """A question that names several items gets each of them that the index holds."""
        covered = {n for finding in found.values() for passage in finding.passages for n in passage.item_nos}
        for number in question.item_nos:
            if number in covered:
                continue
            for candidate in (c for result in results for c in result.candidates):
                if number in candidate.passage.item_nos:
                    covered.update(candidate.passage.item_nos)
                    confidence = min(finding.confidence for finding in found.values())
                    yield self._finding(index, candidate, f"No{number}", confidence)
                    break

    def _weighed(self, index: Index, result: Retrieved, *, hopeless: float = HOPELESS) -> _Weighed:
        features = features_of(index, self.tokenizer, result)
        if features is None:
            return _Weighed(0.0)
        if result.candidates[0].item_match and self._only_an_item(result.wording):
            return _Weighed(ITEM_ALONE)
        probability = self.evidence.probability(features, result.wording)
        if not hopeless <= probability < SURE or not compared_by_vectors(features, result.wording):
            return _Weighed(probability)
        judged = self._judged(result.wording, answer_text(index, result.candidates[0]))
        if judged is None:
            return _Weighed(probability)
        return _Weighed(self.evidence.probability(replace(features, judged=judged), result.wording), judged)

    def _judged(self, wording: str, text: str) -> float | None:
        """The judge's word; None without one, or where it will not load: other features decide alone then."""
        if self.judge is None:
            return None
        try:
            return float(self.judge.scores(wording, [text])[0])
        except YorozuError as error:
            if error.code not in MODEL_ERRORS:
                raise
            return None

    def _only_an_item(self, wording: str) -> bool:
        """Whether the wording asks about an item number and names no matter beside it."""
        rest = self.tokenizer.content_words(without_item_numbers(wording))
        return not any(word.pos[0] in ("名詞", "形状詞", "記号") for word in rest)

    @staticmethod
    def _finding(
        index: Index, candidate: Candidate, part: str, confidence: float
    ) -> tuple[Candidate, Finding]:
        return candidate, Finding(part, passages_for(index, candidate.passage), confidence)


def passages_for(index: Index, passage: Passage) -> tuple[Passage, ...]:
    """The passage; for a Q&A every passage of its answer, in order."""
    if passage.question_no is None:
        return (passage,)
    return tuple(index.passages(index.rows_for_qa(passage.source_id, passage.question_no)))


def _near(index: Index, question: Question, results: list[Retrieved]) -> tuple[Passage, ...]:
    of_items = index.passages(index.rows_for_items(question.item_nos)[:NEAR])
    best = [c.passage for result in results for c in result.candidates[:NEAR]]
    return tuple(dict.fromkeys([*best, *of_items]))


def _filtered(index: Index, result: Retrieved, filters: Filters) -> Retrieved:
    if filters.empty:
        return result
    kept = tuple(c for c in result.candidates if filters.allow(index.source(c.passage.source_id)))
    return replace(result, candidates=kept)


def related_to(results: list[Retrieved], answered: tuple[Finding, ...]) -> list[Related]:
    """Return the past questions nearest to what was looked for that are not cited."""
    cited = {(p.source_id, p.question_no) for finding in answered for p in finding.passages}
    near: dict[tuple[str, int], tuple[float, Related]] = {}
    for candidate in (c for result in results for c in result.candidates):
        passage = candidate.passage
        if passage.question_no is None or passage.question is None:
            continue
        key = (passage.source_id, passage.question_no)
        if key not in cited and (key not in near or candidate.score > near[key][0]):
            related = Related(source_id=key[0], question_no=key[1], question=passage.question)
            near[key] = (candidate.score, related)
    ranked = sorted(near.values(), key=lambda pair: -pair[0])
    return [related for _, related in ranked[:MOST_RELATED]]
