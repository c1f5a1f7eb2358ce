"""Composing an answer: it leads with the fact that was asked for, then quotes the clause."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from rapidfuzz import fuzz

from corpus.check import figure_conflicts
from corpus.enrich import sentence_actors
from corpus.lexicon import Kind, Lexicon
from corpus.model import Document, DocumentKind, Statement, TimeLimit
from index.built import Index
from index.facts import Fact, FactKind
from index.question import Asked, Question, asks_all_steps
from index.search import Hit
from index.wording import LABELS, excerpt, limit_words, role_words

ANSWER_LIMIT = 600
STEPS_LIMIT = 1800
_PROCESSES = {
    "Formulation": re.compile(r"formulat|draft|merumus|menyusun", re.IGNORECASE),
    "Review": re.compile(r"review|memeriksa|meninjau", re.IGNORECASE),
    "Consideration": re.compile(r"consider|pertimbang", re.IGNORECASE),
    "Approv": re.compile(r"approv|menyetujui|mengesahkan", re.IGNORECASE),
    "Appoint": re.compile(r"appoint|menetapkan", re.IGNORECASE),
    "Control": re.compile(r"control|mengendalikan", re.IGNORECASE),
}
"""Processes of the approval sheet, by how they are asked for."""
_STEP_KINDS = {FactKind.PROCEDURE, FactKind.STEP, FactKind.WORK_INSTRUCTION}
_WHOLE_KINDS = _STEP_KINDS | {FactKind.DOCUMENT, FactKind.PURPOSE, FactKind.SCOPE}
_ALIKE = 80
"""Similarity (0..100) from which a statement and its indicator need not both be quoted."""
_SAME = 82
"""Similarity (0..100) from which two texts say the same thing."""
_TITLED = 0.7
"""Share of a title from which a question names its document."""
_NEAR = 3.0
"""Score behind the best within which a near-twin's clause fits as well."""
_LONELY = 1.0
"""Lead in score from which one step alone is meant."""


@dataclass(slots=True)
class Draft:
    """An answer in the making: its text and the facts that it cites, the first one first."""

    text: str
    cited: list[Fact] = field(default_factory=list)
    kind: Asked = Asked.OTHER


@dataclass(slots=True)
class Composer:
    """Composes answers from ranked facts."""

    index: Index
    lexicon: Lexicon

    def compose(self, question: Question, hits: Sequence[Hit]) -> Draft:
        """Compose the answer to a question from its ranked facts, of which there is at least one."""
        best = hits[0].fact
        kind = question.asked
        if kind == Asked.STEPS and best.kind in _WHOLE_KINDS and not _one_step(question, hits):
            draft = self._steps(question, hits)
            if draft:
                return draft
        if kind == Asked.APPROVAL and (draft := self._approval(question, best)):
            return draft
        if best.kind is FactKind.DOCUMENT or (kind == Asked.DOCUMENT and best.kind is not FactKind.STATEMENT):
            return self._document(question, best)
        if best.kind is FactKind.FORM_ROLE:
            return self._form_roles(question, best)
        if best.kind is FactKind.APPROVAL:
            return Draft(excerpt(best.text, ANSWER_LIMIT, question.groups), [best], Asked.APPROVAL)
        if kind in {Asked.RESPONSIBLE, Asked.APPROVAL}:
            return self._responsible(question, hits)
        if best.kind in {FactKind.STATEMENT, FactKind.INDICATOR}:
            return self._statement(question, hits)
        return self._clause(question, hits)

    def _responsible(self, question: Question, hits: Sequence[Hit]) -> Draft:
        best = hits[0].fact
        actors = self.actors(best)
        lead = self._lead(question, best).rstrip(".")
        twins = self._twins(best, hits)
        notes = self._actor_conflict(question, best, actors, twins)
        more = [*self._limits(question, best), *notes]
        room = ANSWER_LIMIT - len(lead) - sum(len(line) + 1 for line in more) - 6
        quote = excerpt(best.text, max(room, 150), question.groups)
        lines = [f"{lead}." if lead else "", f"“{quote}”", *more]
        return Draft(_fit(lines), [best, *twins], Asked.RESPONSIBLE)

    def _lead(self, question: Question, best: Fact) -> str:
        """Say who does it and who is in charge, the one asked for first."""
        labels = LABELS[question.language]
        acting = role_words(self.actors(best), question.language, self.lexicon)
        charge = role_words([best.charge] if best.charge else [], question.language, self.lexicon)
        parts = [(labels["actor"], acting), (labels["charge"], charge)]
        if question.wants_charge:
            parts.reverse()
        lead = ". ".join(f"{label}: {name}" for label, name in parts if name)
        return f"{lead}." if lead else ""

    def actors(self, fact: Fact) -> tuple[str, ...]:
        """Who acts: as marked in the row, else as the sentence says.

        Where a matrix has one column for several roles, the sentence says which of them it is.
        """
        said = sentence_actors(fact.text, self.lexicon)
        if fact.kind is FactKind.WORK_INSTRUCTION and said and self._roles(said) < self._roles(fact.actors):
            return said
        return fact.actors or said

    def _roles(self, actors: Sequence[str]) -> set[str]:
        return {m.entry.id for m in self.lexicon.find(" / ".join(actors)) if m.entry.kind in {Kind.ROLE, Kind.UNIT}}

    def _actor_conflict(
        self, question: Question, best: Fact, actors: Sequence[str], twins: Sequence[Fact]
    ) -> list[str]:
        """Name the other actor where the procedure table and the matrix of one SOP disagree on a step."""
        labels = LABELS[question.language]
        for twin in twins:
            if twin.document != best.document or not twin.actors or not actors:
                continue
            if {best.kind, twin.kind} != {FactKind.PROCEDURE, FactKind.WORK_INSTRUCTION}:
                continue
            if not self._same_roles(actors, twin.actors):
                other = role_words(twin.actors, question.language, self.lexicon)
                return [f"{labels['conflict']}: § {twin.heading or twin.section} ({twin.lines}): {other}."]
        return []

    def _same_roles(self, one: Sequence[str], other: Sequence[str]) -> bool:
        first, second = self._roles(one), self._roles(other)
        return bool(first & second) or not (first and second)

    def _limits(self, question: Question, fact: Fact) -> list[str]:
        """Say the clause's time limits, when times are asked for: the limit, who must keep it, from when."""
        if Asked.DEADLINE not in {question.asked, *question.also} or not fact.limits:
            return []
        limits = sorted(fact.limits, key=lambda limit: -_relevance(limit, question))
        return [self._limit_line(question, limit, fact) for limit in limits[:2]]

    def _limit_line(self, question: Question, limit: TimeLimit, fact: Fact) -> str:
        labels = LABELS[question.language]
        line = f"{labels[limit.kind.value]}: {limit_words(limit, question.language)}"
        actors = [limit.actor] if limit.actor else list(self.actors(fact))
        if actors and question.asked == Asked.DEADLINE:
            line += f" — {role_words(actors, question.language, self.lexicon)}"
        return line

    def _clause(self, question: Question, hits: Sequence[Hit]) -> Draft:
        best = hits[0].fact
        labels = LABELS[question.language]
        lines = self._limits(question, best)
        if best.kind in {FactKind.PROCEDURE, FactKind.WORK_INSTRUCTION} and not lines:
            lines = [self._lead(question, best)]
        if question.asked == Asked.DEFINITION and best.kind is FactKind.DEFINITION:
            lines = [f"{labels['definition']}:"]
        keep = best.limits[0].quote if lines and best.limits else ""
        room = ANSWER_LIMIT - sum(len(line) + 1 for line in lines) - 2
        quote = excerpt(best.text, max(room, 150), question.groups, keep)
        return Draft(_fit([*lines, f"“{quote}”"]), [best, *self._twins(best, hits)], question.asked)

    def _statement(self, question: Question, hits: Sequence[Hit]) -> Draft:
        """Answer from a standard's row: figure and number first, and both texts where they differ."""
        best = hits[0].fact
        labels = LABELS[question.language]
        lines = self._limits(question, best)
        number = best.label if best.kind is FactKind.STATEMENT else f"{best.document} no. {best.label}"
        head = f"{labels['indicator']} {number}"
        lines.insert(0, f"{labels['target']} ({head.lower()}):" if question.asked == Asked.TARGET else f"{head}:")
        room = ANSWER_LIMIT - sum(len(line) + 1 for line in lines) - 6
        alike = fuzz.token_set_ratio(best.text, best.indicator) >= _ALIKE and not figure_conflicts(_as_statement(best))
        if not best.indicator or alike:
            lines.append(f"“{excerpt(best.text, room, question.groups)}”")
            return Draft(_fit(lines), [best, *self._twins(best, hits)], question.asked)
        conflict = figure_conflicts(_as_statement(best))
        if conflict:
            lines.append(labels["conflict_figures" if conflict[0] else "indicator_only"] + ":")
            room -= len(lines[-1]) + 1
        room -= len(labels["statement"]) + len(labels["indicator"]) + 8
        first = excerpt(best.text, max(room // 2, room - len(best.indicator)), question.groups)
        second = excerpt(best.indicator, room - len(first), question.groups)
        lines += [f"{labels['statement']}: “{first}”", f"{labels['indicator']}: “{second}”"]
        return Draft(_fit(lines), [best, *self._twins(best, hits)], question.asked)

    def _form_roles(self, question: Question, best: Fact) -> Draft:
        labels, roles = LABELS[question.language], []
        for role in self.index.documents[best.document].form_roles:
            office = role_words([role.office], question.language, self.lexicon)
            roles.append(f"{labels.get(role.role, role.role)}: {office}")
        facts = [f for f in self.index.by_document[best.document] if f.kind is FactKind.FORM_ROLE]
        return Draft(
            _fit([f"{role}." for role in roles]),
            [best, *[f for f in facts if f is not best]],
            Asked.RESPONSIBLE,
        )

    def _approval(self, question: Question, best: Fact) -> Draft | None:
        """Say who formulated, reviewed, approved … the document, as its approval sheet says."""
        document = self.index.documents[best.document]
        sheet = next((f for f in self.index.by_document[best.document] if f.kind is FactKind.APPROVAL), None)
        if sheet is None:
            return None
        asked = [process for process, words in _PROCESSES.items() if words.search(question.normal)]
        rows = [row for row in document.approvals if any(row.process.startswith(name) for name in asked)]
        lines = [f"{row.process}: {row.name}, {row.position}".rstrip(", ") for row in rows or document.approvals]
        head = f"{document.code or document.id} {document.title}:"
        return Draft(_fit([head, *lines]), [sheet], Asked.APPROVAL)

    def _document(self, question: Question, best: Fact) -> Draft:
        document = self.index.documents[best.document]
        labels = LABELS[question.language]
        text = f"{document.code or document.id}: {document.title}"
        if document.effective:
            text += f" ({labels['effective']} {document.effective})"
        whole = next((f for f in self.index.by_document[best.document] if f.kind is FactKind.DOCUMENT), best)
        lines = [f"{text}."]
        if best.kind is not FactKind.DOCUMENT:
            lines.append(f"“{excerpt(best.text, 350, question.groups)}”")
        return Draft(_fit(lines), [whole, best] if whole is not best else [whole], Asked.DOCUMENT)

    def _steps(self, question: Question, hits: Sequence[Hit]) -> Draft | None:
        """List the steps of the procedure that the best fact belongs to, with their actors."""
        best = hits[0].fact
        document = self.index.documents[best.document]
        facts = self._step_facts(question, document, best, hits)
        if not facts:
            return None
        roles = [role_words(self._step_actors(fact), question.language, self.lexicon) for fact in facts]
        head = f"{LABELS[question.language]['steps']} — {document.title}:"
        lines = _numbered(facts, roles, STEPS_LIMIT - len(head) - 60)
        missing = len(facts) - len(lines)
        if missing > 0:
            lines.append(f"… ({missing} {LABELS[question.language]['more']})")
        return Draft("\n".join([head, *lines]), list(facts), Asked.STEPS)

    def _step_actors(self, fact: Fact) -> tuple[str, ...]:
        return fact.actors if fact.kind is not FactKind.STEP else ()

    def _step_facts(self, question: Question, document: Document, best: Fact, hits: Sequence[Hit]) -> list[Fact]:
        """Choose which steps to list: the table's or the prose's, one part or one role's row if that is asked."""
        facts = [f for f in self.index.by_document[document.id] if f.kind in _STEP_KINDS]
        kinds = [
            k for k in (FactKind.PROCEDURE, FactKind.STEP, FactKind.WORK_INSTRUCTION) if any(f.kind is k for f in facts)
        ]
        if not kinds:
            return []
        kind = best.kind if best.kind in {FactKind.PROCEDURE, FactKind.STEP} else kinds[0]
        chosen = [fact for fact in facts if fact.kind is kind]
        parts = list(dict.fromkeys(_part(fact) for fact in chosen))
        if len(parts) > 1 and best.kind is kind:
            share = sum(1 for hit in hits[:5] if hit.fact.document == document.id and _part(hit.fact) == _part(best))
            if share >= 2 or len(chosen) > 14:
                chosen = [fact for fact in chosen if _part(fact) == _part(best)]
        return self._rows_of_role(question, chosen, best)

    def _rows_of_role(self, question: Question, facts: list[Fact], best: Fact) -> list[Fact]:
        """Keep one unit's row when the question names that unit and the row holds several instructions."""
        row = [fact for fact in facts if fact.group == best.group]
        if best.kind is not FactKind.PROCEDURE or len(row) < 2:
            return facts
        asked, there = self._roles([question.normal]), self._roles(best.actors)
        return row if asked & there else facts

    def _twins(self, best: Fact, hits: Sequence[Hit]) -> list[Fact]:
        """Find the same thing said elsewhere among the hits: the matrix row of a step, the form's indicator."""
        found = []
        for hit in hits[1:]:
            fact = hit.fact
            texts = [text for text in (fact.text, fact.indicator) if text]
            against = [text for text in (best.text, best.indicator) if text]
            same = max(fuzz.token_set_ratio(a, b) for a in texts for b in against)
            if same >= _SAME and (
                fact.document == best.document or best.kind in {FactKind.STATEMENT, FactKind.INDICATOR}
            ):
                found.append(fact)
        return found[:3]


def _one_step(question: Question, hits: Sequence[Hit]) -> bool:
    """Whether one step alone is asked about (``once the data is there, how does …``), not the procedure."""
    best = hits[0]
    if asks_all_steps(question.normal) or best.fact.kind not in _STEP_KINDS:
        return False
    rest = [h for h in hits[1:] if h.fact.document == best.fact.document and h.fact.kind is best.fact.kind]
    return bool(rest) and best.score - rest[0].score > _LONELY


def _part(fact: Fact) -> str:
    return fact.label if fact.kind is FactKind.PROCEDURE else fact.group


def _relevance(limit: TimeLimit, question: Question) -> float:
    tokens = {token for group in question.groups for token, _ in group.tokens}
    return sum(word in limit.quote.casefold() for word in tokens) + (limit.offset is not None)


def _as_statement(fact: Fact) -> Statement:
    return Statement(number=fact.label, statement=fact.text, indicator=fact.indicator, lines=(fact.lines,))


def _fit(lines: Sequence[str], limit: int = ANSWER_LIMIT) -> str:
    """Join lines while they fit; the line that does not is cut."""
    text = ""
    for line in lines:
        if not line:
            continue
        room = limit - len(text) - (1 if text else 0)
        if room < 20:
            break
        text += ("\n" if text else "") + excerpt(line, room)
    return text


def _numbered(facts: Sequence[Fact], roles: Sequence[str], room: int) -> list[str]:
    """Number steps; texts are shortened evenly until all fit, or the last ones are left out."""
    for width in (400, 260, 180, 130, 95, 70):
        lines = [
            f"{number}. {f'{role}: ' if role else ''}{excerpt(fact.text, width)}"
            for number, (fact, role) in enumerate(zip(facts, _once(roles), strict=True), start=1)
        ]
        if sum(len(line) + 1 for line in lines) <= room:
            return lines
    while lines and sum(len(line) + 1 for line in lines) > room:
        lines.pop()
    return lines


def _once(roles: Sequence[str]) -> list[str]:
    """Name a role at the first of its steps in a row only."""
    return [role if place == 0 or roles[place - 1] != role else "" for place, role in enumerate(roles)]


def other_documents(index: Index, hits: Sequence[Hit], question: Question) -> list[str]:
    """Name near-twin documents whose clause fits as well as the best one, when the question names none."""
    best = hits[0]
    if question.codes or best.features["title"] >= _TITLED:
        return []
    found: list[str] = []
    for hit in hits[1:15]:
        fact = hit.fact
        if fact.document == best.fact.document or fact.document in found or hit.score < best.score - _NEAR:
            continue
        if index.documents[fact.document].kind is DocumentKind.FORM:
            continue
        if fact.kind == best.fact.kind and fuzz.token_set_ratio(fact.text, best.fact.text) >= _SAME - 12:
            found.append(fact.document)
    return found[:4]
