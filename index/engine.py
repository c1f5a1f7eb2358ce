"""The engine: from a question to a reply with citations, or to an honest refusal."""

from __future__ import annotations

import time
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Protocol

from corpus.language import Language
from corpus.lexicon import Lexicon
from corpus.model import DocumentKind
from corpus.passage import plain
from index.adapter import Adapter
from index.asked import AskedBefore
from index.asking import phase_of, siblings, twins
from index.aspect import cited_first, lacks, says_alike
from index.built import Index
from index.compose import Composer, Draft, other_documents
from index.curated import CuratedBook, CuratedSource
from index.embed import Embedder
from index.errors import QuestionError
from index.facts import STEP_KINDS, Fact, Words
from index.followup import Follow, FollowUp, Listener
from index.question import Question, read_question
from index.refusal import Beside, Refusal
from index.reply import Choice, Citation, ClauseNotFoundError, Reply, source_id
from index.search import Hit, Searcher, best_documents
from index.spelling import Speller
from index.steps import Steps, StepTold
from index.topic import Topic
from index.wording import LABELS

MAX_QUESTION = 1000
_CITATION_LINES = 40
_AROUND = 6
_HITS = 20
"""Facts that an answer is composed from."""
_MANY = 400
"""Facts that are ranked where those of the topic may then rise."""
_RERANKED = 60
"""Facts that are looked at for another thing."""
_OTHER_THING = 1.5
"""What holding the other thing adds to a score."""
_SAME_DOCUMENT = 1.0
"""What the topic's documents add to a score when its question is asked of another thing."""


class SourceText(Protocol):
    """Where the lines of a source are read, retired versions included."""

    def lines(self, source: str, start: int, end: int) -> list[str]:
        """Give raw lines ``start`` to ``end``, 1-based, both included."""
        ...

    def sources(self) -> Sequence[str]:
        """Name all sources."""
        ...


@dataclass(slots=True)
class Engine:
    """Answers questions from an index; may be used from several threads."""

    index: Index
    embedder: Embedder
    lexicon: Lexicon
    texts: SourceText
    searcher: Searcher
    composer: Composer
    refusal: Refusal
    speller: Speller
    adapter: Adapter | None
    asked: AskedBefore | None
    curated: CuratedBook | None = None
    listener: Listener = field(init=False)

    def __post_init__(self) -> None:
        self.listener = Listener(self.lexicon, self.embedder, self.read, self.searcher.titled, self._title_of)

    @classmethod
    def of(
        cls,
        index: Index,
        embedder: Embedder,
        lexicon: Lexicon,
        texts: SourceText,
        curated: CuratedSource | None = None,
    ) -> Engine:
        """Put an engine together; ``curated`` gives the answers that people wrote."""
        adapter, asked = Adapter.load(), AskedBefore.load()
        tellings = (words for fact in index.facts for words in fact.tellings)
        words = (f"{w.title} {w.text} {w.indicator} {' '.join(w.actors)}" for w in tellings)
        speller = Speller(lexicon, words)
        return cls(
            index,
            embedder,
            lexicon,
            texts,
            Searcher(index, lexicon),
            Composer(index, lexicon),
            Refusal.load(),
            speller,
            adapter if adapter and embedder.name in adapter.models else None,
            asked if asked and embedder.name in asked.models else None,
            CuratedBook(curated, embedder, lexicon, speller, index.lexical) if curated else None,
        )

    def find(
        self, text: str, limit: int = _HITS, *, within: Collection[str] = (), language: Language | None = None
    ) -> tuple[Question, list[Hit], Beside]:
        """Read a question and rank the facts for it; give also what lies beside them (see `Beside`).

        ``within`` are ids of the documents to keep to, all where there is none.
        """
        question = self.read(text, language)
        plain = self.embedder.query(question.normal)
        vector = self.adapter(plain) if self.adapter else plain
        hits = self.searcher.search(question, vector, limit, within=within)
        away = self.searcher.standing(self.adapter.away(vector), vector) if self.adapter else 0.0
        asked = self.asked.signs(self.asked.likeness(plain), hits) if self.asked else {}
        curated = self.curated.match(question, plain) if self.curated else None
        return question, hits, Beside(away, asked, curated)

    def read(self, text: str, language: Language | None = None) -> Question:
        """Read a question, typing errors mended; in a language where it is known."""
        return read_question(text, self.lexicon, self.speller, language)

    def answer(self, question: str, *, topic: Topic | None = None, document: str | None = None) -> Reply:
        """Answer a question of 1 to 1,000 characters.

        With a ``topic`` a question that cannot stand alone is understood in it; with a ``document``, by code or id,
        the answer comes from that one alone.

        Raises:
            QuestionError: the question is empty, too long, or has no words; or there is no such document.
        """
        text = checked(question)
        if not any(sign.isalnum() for sign in self.lexicon.normalise(text)):
            raise QuestionError("That holds no question: ask about a standard or an SOP.")
        start = time.perf_counter()
        within = {self._document_id(document)} if document else set()
        follow = self.listener.understand(text, topic) if topic else None
        if follow and topic:
            reply = self._follow(text, follow, topic, within)
        else:
            reply = self._reply(text, *self.find(text, within=within), ask_back=not document)
        return reply.model_copy(update={"ms": round((time.perf_counter() - start) * 1000, 1)})

    def _reply(
        self,
        text: str,
        read: Question,
        hits: Sequence[Hit],
        beside: Beside,
        *,
        ask_back: bool = False,
        sure: bool = False,
    ) -> Reply:
        """Compose the reply from ranked facts, or refuse; ``sure`` where the answer is known to be among them."""
        answers = bool(hits) and (sure or self.refusal.answers(read, hits, beside))
        if beside.curated and not sure and (beside.curated.strength == "same" or not answers):
            return beside.curated.entry.reply(read).model_copy(update={"question": text})
        if not answers:
            return self._refuse(read, hits).model_copy(update={"question": text})
        draft = self.composer.compose(read, hits)
        others = other_documents(self.index, hits, read)
        return self._told(text, read.language, draft).model_copy(
            update={
                "others": tuple(self._name(document, read.language) for document in others),
                "choices": tuple(self._choices(read, hits)) if ask_back else (),
            }
        )

    def _told(self, text: str, language: Language, draft: Draft) -> Reply:
        return Reply(
            question=text,
            language=language,
            answerable=True,
            kind=draft.kind.value,
            answer=draft.text,
            citations=tuple(self._citations(draft, language)),
            others=(),
            nearest=(),
            ms=0.0,
        )

    def _follow(self, text: str, follow: FollowUp, topic: Topic, within: Collection[str]) -> Reply:
        """Answer a follow-up: a step by its place, an aspect from the topic's documents, another thing from any."""
        documents = within or self._documents_of(topic)
        language = follow.language
        if follow.follow is Follow.STEP:
            step = self._step(follow, topic, documents)
            if step is None:
                return self._refuse(self.read(text, language), [])
            return self._told(text, language, step.draft).model_copy(update={"understood": step.question})
        aspect = follow.follow is Follow.ASPECT
        read, hits, beside = self.find(
            follow.question, _MANY, within=documents if aspect else within, language=language
        )
        if aspect:
            hits, sure = cited_first(hits, read, topic, bare=follow.bare)
            hits = hits if hits and not lacks(read, hits[0].fact) else []
        else:
            hits, sure = self._other_thing(hits, self.read(follow.phrase, language), topic, documents)
        reply = self._reply(text, read, hits[:_HITS], beside, sure=sure)
        return reply.model_copy(update={"understood": follow.question})

    def _other_thing(
        self, hits: Sequence[Hit], thing: Question, topic: Topic, documents: Collection[str]
    ) -> tuple[list[Hit], bool]:
        """Put first what speaks of another thing than the topic's answer, in the same document rather than elsewhere.

        Tell too whether it is sure to answer: where it says of the other thing what the cited clause says.
        """

        def value(hit: Hit) -> float:
            near = hit.fact.document in documents
            held = self.searcher.held(thing, hit.fact, titled=not near)
            return hit.score + _SAME_DOCUMENT * near + _OTHER_THING * held

        ranked = sorted(hits[:_RERANKED], key=value, reverse=True)
        if not ranked or not topic.places:
            return ranked, False
        best = ranked[0].fact
        wholly = self.searcher.held(thing, best, titled=False) >= 1.0
        return ranked, wholly and any(says_alike(best, fact) for fact in self._cited_facts(topic))

    def _cited_facts(self, topic: Topic) -> list[Fact]:
        source, start, end = topic.places[0]
        return [f for f in self.index.facts if f.source == source and f.lines.start <= end and start <= f.lines.end]

    def _step(self, follow: FollowUp, topic: Topic, documents: Collection[str]) -> StepTold | None:
        """Tell a step by its place; None where the topic's documents have no step near what was answered."""
        steps = Steps(self.index, self.composer)
        cited = steps.cited(topic)
        if not cited and documents:
            _, hits, _ = self.find(topic.question, _MANY, within=documents)
            cited = [hit.fact for hit in hits if hit.fact.kind in STEP_KINDS][:1]
        if not cited:
            return None
        if follow.number:
            return steps.number(cited, follow.language, follow.number)
        return steps.on(cited, follow.language, follow.move)

    def _choices(self, question: Question, hits: Sequence[Hit]) -> list[Choice]:
        """Give the documents among which the answer is a guess."""
        say = self.composer.say(question.language)
        told = partial(self.composer.told, question)
        meant = twins(self.index, hits, question, told) or siblings(self.index, hits, question, self.lexicon)
        return [
            Choice(
                document=self.index.documents[document].code or document,
                title=say(self.index.documents[document].title),
                phase=phase_of(self.index, document, self.lexicon),
            )
            for document in meant
        ]

    def _refuse(self, question: Question, hits: Sequence[Hit]) -> Reply:
        labels = LABELS[question.language]
        nearest = [self._name(document, question.language) for document in best_documents(hits, 3)]
        answer = labels["refusal"]
        if nearest:
            answer += f" {labels['nearest']}: {'; '.join(nearest)}."
        return Reply(
            question=question.text,
            language=question.language,
            answerable=False,
            kind=question.asked.value,
            answer=answer,
            citations=(),
            others=(),
            nearest=tuple(nearest),
            ms=0.0,
        )

    def _document_id(self, name: str) -> str:
        """Find a document by its id or its code.

        Raises:
            QuestionError: there is none.
        """
        if name in self.index.documents:
            return name
        found = next((document.id for document in self.index.documents.values() if document.code == name), None)
        if found is None:
            raise QuestionError(f"There is no document {name[:80]}: choose one that the answer names.")
        return found

    def _documents_of(self, topic: Topic) -> list[str]:
        """Give the ids of a topic's documents that are still there."""
        there = self.index.documents.values()
        return [d.id for name in topic.documents for d in there if name in {d.id, d.code}]

    def _title_of(self, name: str, language: Language) -> str:
        """Name a document, by code or id, as a question would: ``SOP`` and its title."""
        found = next((d for d in self.index.documents.values() if name in {d.id, d.code}), None)
        if found is None:
            return name
        title = self.composer.say(language)(found.title)
        title = title.capitalize() if title.isupper() else title
        return f"SOP {title}" if found.kind is DocumentKind.SOP and not title.startswith("SOP") else title

    def _name(self, document: str, language: Language) -> str:
        found = self.index.documents[document]
        title = self.composer.say(language)(found.title)
        return f"{found.code} {title}" if found.code else title

    def _citations(self, draft: Draft, language: Language) -> list[Citation]:
        """Cite the facts; steps that follow one another are cited together, at most 40 lines at once."""
        runs: list[list[Fact]] = []
        for fact in draft.cited:
            last = runs[-1] if runs else None
            if last and _joins(last, fact):
                last.append(fact)
            else:
                runs.append([fact])
        return [self._citation(run, language) for run in runs[:6]]

    def _citation(self, run: Sequence[Fact], language: Language) -> Citation:
        first = run[0]
        words = first.words(language)
        told = [fact.wording for fact in run if fact.wording] if language == "id" else []
        document = self.index.documents[first.document]
        start = min(fact.lines.start for fact in run)
        end = min(max(fact.lines.end for fact in run), start + _CITATION_LINES - 1)
        return Citation(
            source=first.source,
            document=document.code or document.id,
            title=words.title,
            section=f"{first.section} {words.heading}".strip(),
            lines=(start, end),
            quote="\n".join(_quote(fact.source_words) for fact in run)[:4000],
            wording="\n".join(map(_quote, told))[:4000],
        )

    def clause(self, citation: Citation) -> str:
        """Give a citation's lines with what stands around them, as plain text."""
        return self.clause_at(source_id(citation.source), *citation.lines)[1]

    def clause_at(self, source: str, start: int, end: int, language: Language = "id") -> tuple[Citation, str]:
        """Give the clause at an address, with its surroundings; in Indonesian its wording too.

        At a curated answer's address that is the whole answer.

        Raises:
            ClauseNotFoundError: there is no such source or line, or the curated answer was withdrawn.
        """
        entry = self.curated.at(source) if self.curated else None
        if entry:
            return entry.citation(language), entry.answer
        name = next((name for name in self.texts.sources() if source_id(name) == source), None)
        if name is None:
            raise ClauseNotFoundError(f"no source {source}")
        facts = [f for f in self.index.facts if f.source == name and f.lines.start <= end and f.lines.end >= start]
        wanted = self.texts.lines(name, start, end)
        if not wanted:
            raise ClauseNotFoundError(f"no lines {start} to {end} in {name}")
        text = clause_text(self.texts.lines(name, max(1, start - _AROUND), end + _AROUND))
        if facts:
            run = [fact for fact in facts if fact.document == facts[0].document]
            return self._citation(run, language).model_copy(update={"lines": (start, end)}), text
        quote = clause_text(wanted)
        return (
            Citation(source=name, document=name, title=name, section="", lines=(start, end), quote=quote),
            text,
        )


def checked(question: str) -> str:
    """Check a question and tidy its white space.

    Raises:
        QuestionError: with one sentence that says what to do.
    """
    text = " ".join(question.split())
    if any("\ud800" <= sign <= "\udfff" for sign in text):
        raise QuestionError("The question is not text in UTF-8: type it anew.")
    if not text:
        raise QuestionError("The question is empty: type what you want to know.")
    if len(text) > MAX_QUESTION:
        raise QuestionError(
            f"The question has {len(text):,} characters; {MAX_QUESTION:,} are the most. "
            f"Ask one thing in a sentence or two."
        )
    if not any(sign.isalnum() for sign in text):
        raise QuestionError("The question has no words: type what you want to know.")
    return text


def _joins(run: Sequence[Fact], fact: Fact) -> bool:
    last, first = run[-1], run[0]
    same = last.document == fact.document and last.kind == fact.kind and fact.order == last.order + 1
    return same and fact.lines.end - first.lines.start < _CITATION_LINES


def _quote(words: Words) -> str:
    return f"{words.text} — {words.indicator}" if words.indicator and words.indicator != words.text else words.text


def clause_text(lines: Sequence[str]) -> str:
    """Make source lines readable: markup gone, cells apart by a bar, blank lines dropped."""
    rows = []
    for line in lines:
        cells = [plain(cell) for cell in line.split("\t")]
        text = " | ".join(cell for cell in cells if cell)
        if text:
            rows.append(text)
    return "\n".join(rows)
