"""The engine: from a question to a reply with citations, or to an honest refusal."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from corpus.language import Language
from corpus.lexicon import Lexicon
from corpus.passage import plain
from index.adapter import Adapter
from index.asked import AskedBefore
from index.built import Index
from index.compose import Composer, Draft, other_documents
from index.embed import Embedder
from index.errors import QuestionError
from index.facts import Fact, Words
from index.question import Question, read_question
from index.refusal import Beside, Refusal
from index.reply import Citation, ClauseNotFoundError, Reply, source_id
from index.search import Hit, Searcher, best_documents
from index.spelling import Speller
from index.wording import LABELS

MAX_QUESTION = 1000
_CITATION_LINES = 40
_AROUND = 6


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

    @classmethod
    def of(cls, index: Index, embedder: Embedder, lexicon: Lexicon, texts: SourceText) -> Engine:
        """Put an engine together."""
        adapter, asked = Adapter.load(), AskedBefore.load()
        tellings = (words for fact in index.facts for words in fact.tellings)
        words = (f"{w.title} {w.text} {w.indicator} {' '.join(w.actors)}" for w in tellings)
        return cls(
            index,
            embedder,
            lexicon,
            texts,
            Searcher(index, lexicon),
            Composer(index, lexicon),
            Refusal.load(),
            Speller(lexicon, words),
            adapter if adapter and embedder.name in adapter.models else None,
            asked if asked and embedder.name in asked.models else None,
        )

    def find(self, text: str, limit: int = 20) -> tuple[Question, list[Hit], Beside]:
        """Read a question and rank the facts for it; give also what lies beside them (see `Beside`)."""
        question = self.read(text)
        plain = self.embedder.query(question.normal)
        vector = self.adapter(plain) if self.adapter else plain
        hits = self.searcher.search(question, vector, limit)
        away = self.searcher.standing(self.adapter.away(vector), vector) if self.adapter else 0.0
        asked = self.asked.signs(self.asked.likeness(plain), hits) if self.asked else {}
        return question, hits, Beside(away, asked)

    def read(self, text: str) -> Question:
        """Read a question, typing errors mended."""
        return read_question(text, self.lexicon, self.speller)

    def answer(self, question: str) -> Reply:
        """Answer a question of 1 to 1,000 characters.

        Raises:
            QuestionError: the question is empty, too long, or has no words.
        """
        text = checked(question)
        if not any(sign.isalnum() for sign in self.lexicon.normalise(text)):
            raise QuestionError("That holds no question: ask about a standard or an SOP.")
        start = time.perf_counter()
        read, hits, beside = self.find(text)
        if not hits or not self.refusal.answers(read, hits, beside):
            reply = self._refuse(read, hits)
        else:
            draft = self.composer.compose(read, hits)
            reply = Reply(
                question=text,
                language=read.language,
                answerable=True,
                kind=draft.kind.value,
                answer=draft.text,
                citations=tuple(self._citations(draft, read.language)),
                others=tuple(self._name(d, read.language) for d in other_documents(self.index, hits, read)),
                nearest=(),
                ms=0.0,
            )
        return reply.model_copy(update={"ms": round((time.perf_counter() - start) * 1000, 1)})

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

        Raises:
            ClauseNotFoundError: there is no such source or line.
        """
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
