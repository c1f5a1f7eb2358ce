"""Composing an answer: it leads with the fact that was asked for, then quotes the clause."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from rapidfuzz import fuzz

from corpus.check import figure_conflicts
from corpus.enrich import sentence_actors
from corpus.language import Language
from corpus.lexicon import Kind, Lexicon
from corpus.model import Document, DocumentKind, Statement, TimeLimit
from index.asking import said
from index.built import Index
from index.facts import STEP_KINDS, Fact, FactKind, effective_words
from index.lexical import Group
from index.question import Asked, Question, asks_all_steps
from index.search import Hit
from index.tokens import stem, words_of
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
_WHOLE_KINDS = STEP_KINDS | {FactKind.DOCUMENT, FactKind.PURPOSE, FactKind.SCOPE}
_ALIKE = 80
"""Similarity (0..100) from which a statement and its indicator need not both be quoted."""
_SAME = 82
"""Similarity (0..100) from which two texts say the same thing."""
_TITLED = 0.7
"""Share of a title from which a question names its document."""
_NEAR = 3.0
"""Score behind the best within which a near-twin's clause fits as well."""
_DOCUMENT_FIRST = re.compile(r"\W*(sop|standard?|formulir|form)\b(?!.*\?)", re.IGNORECASE)
_FEW = 2
"""Time limits of one clause that are all told."""
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
        if kind == Asked.STEPS and (best.kind in _WHOLE_KINDS or _introduces(question, best)):
            draft = self._steps(question, hits)
            if draft:
                return draft
        if kind == Asked.APPROVAL and (draft := self._approval(question, best)):
            return draft
        if (
            best.kind is FactKind.DOCUMENT
            or _names_document(question, hits)
            or (kind == Asked.DOCUMENT and best.kind is not FactKind.STATEMENT)
        ):
            return self._document(question, best)
        if best.kind is FactKind.FORM_ROLE:
            return self._form_roles(question, best)
        if best.kind is FactKind.APPROVAL:
            words = best.words(question.language)
            return Draft(excerpt(words.text, ANSWER_LIMIT, question.groups), [best], Asked.APPROVAL)
        if kind in {Asked.RESPONSIBLE, Asked.APPROVAL}:
            return self._responsible(question, hits)
        if best.kind in {FactKind.STATEMENT, FactKind.INDICATOR}:
            return self._statement(question, hits)
        return self._clause(question, hits)

    def say(self, language: Language) -> Callable[[str], str]:
        """Give what puts a text of the sources into a language, where it has a wording in it."""
        return (lambda text: self.index.wordings.of(text) or text) if language == "id" else str

    def _responsible(self, question: Question, hits: Sequence[Hit]) -> Draft:
        best = hits[0].fact
        actors = self.actors(best)
        lead = self._lead(question, best).rstrip(".")
        twins = self._twins(best, hits)
        notes = self._actor_conflict(question, best, actors, twins)
        more = [*self._limits(question, best), *notes]
        room = ANSWER_LIMIT - len(lead) - sum(len(line) + 1 for line in more) - 6
        quote = excerpt(best.words(question.language).text, max(room, 150), question.groups)
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

    def told(self, question: Question, fact: Fact) -> object:
        """Give what a question asks for of a fact, to be compared: who, when, or else all that it says."""
        if question.asked is Asked.RESPONSIBLE:
            asked_for = [fact.charge] if question.wants_charge and fact.charge else self.actors(fact)
            return frozenset(self._roles(asked_for))
        if question.asked is Asked.DEADLINE and fact.limits:
            return frozenset((limit.kind, limit.offset or limit.quote, limit.days) for limit in fact.limits)
        return said(fact)

    def _roles(self, actors: Sequence[str]) -> set[str]:
        return {m.entry.id for m in self.lexicon.find(" / ".join(actors)) if m.entry.kind in {Kind.ROLE, Kind.UNIT}}

    def _actor_conflict(
        self, question: Question, best: Fact, actors: Sequence[str], twins: Sequence[Fact]
    ) -> list[str]:
        """Name the other actor where the procedure table and the matrix of one SOP, or mark and sentence, disagree."""
        labels = LABELS[question.language]
        said = sentence_actors(best.text, self.lexicon)
        if best.kind is FactKind.WORK_INSTRUCTION and said and actors and not self._same_roles(actors, said):
            return [f"{labels['conflict_sentence']}: {role_words(said, question.language, self.lexicon)}."]
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
        if Asked.DEADLINE not in {question.asked, *question.also}:
            return []
        return [self._limit_line(question, limit, fact) for limit in _limits_asked(question, fact)]

    def _quoted_limit(self, question: Question, fact: Fact) -> str:
        """Give the words of the time limit that is asked for, as they stand in the text that will be quoted."""
        asked = [limit.quote for limit in _limits_asked(question, fact)]
        return asked[0] if asked and asked[0] in fact.words(question.language).text else ""

    def _limit_line(self, question: Question, limit: TimeLimit, fact: Fact) -> str:
        labels = LABELS[question.language]
        line = f"{labels[limit.kind.value]}: {limit_words(limit, question.language, self.say(question.language))}"
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
        keep = self._quoted_limit(question, best) if lines else ""
        room = ANSWER_LIMIT - sum(len(line) + 1 for line in lines) - 2
        figures = question.asked is Asked.TARGET
        quote = excerpt(best.words(question.language).text, max(room, 150), question.groups, keep, figures=figures)
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
        words, figures = best.words(question.language), question.asked is Asked.TARGET
        alike = fuzz.token_set_ratio(best.text, best.indicator) >= _ALIKE and not figure_conflicts(_as_statement(best))
        if not best.indicator or alike:
            lines.append(f"“{excerpt(words.text, room, question.groups, figures=figures)}”")
            return Draft(_fit(lines), [best, *self._twins(best, hits)], question.asked)
        conflict = figure_conflicts(_as_statement(best))
        if conflict:
            lines.append(labels["conflict_figures" if conflict[0] else "indicator_only"] + ":")
            room -= len(lines[-1]) + 1
        room -= len(labels["statement"]) + len(labels["indicator"]) + 8
        first = excerpt(words.text, max(room // 2, room - len(words.indicator)), question.groups, figures=figures)
        second = excerpt(words.indicator, room - len(first), question.groups, figures=figures)
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
        say = self.say(question.language)
        lines = [
            f"{say(row.process)}: {row.name}, {say(row.position)}".rstrip(", ") for row in rows or document.approvals
        ]
        head = f"{document.code or document.id} {say(document.title)}:"
        return Draft(_fit([head, *lines]), [sheet], Asked.APPROVAL)

    def _document(self, question: Question, best: Fact) -> Draft:
        document = self.index.documents[best.document]
        labels = LABELS[question.language]
        text = f"{document.code or document.id}: {self.say(question.language)(document.title)}"
        if document.effective:
            text += f" ({labels['effective']} {effective_words(document, question.language)})"
        whole = next((f for f in self.index.by_document[best.document] if f.kind is FactKind.DOCUMENT), best)
        lines = [f"{text}."]
        if best.kind is not FactKind.DOCUMENT:
            lines.append(f"“{excerpt(best.words(question.language).text, 350, question.groups)}”")
        return Draft(_fit(lines), [whole, best] if whole is not best else [whole], Asked.DOCUMENT)

    def _steps(self, question: Question, hits: Sequence[Hit]) -> Draft | None:
        """List the steps of the procedure that the best fact belongs to, with their actors."""
        best = hits[0].fact
        document = self.index.documents[best.document]
        facts = self._step_facts(question, document, best, hits)
        if not facts:
            return None
        roles = [role_words(self._step_actors(fact), question.language, self.lexicon) for fact in facts]
        head = f"{LABELS[question.language]['steps']} — {self.say(question.language)(document.title)}:"
        texts = [fact.words(question.language).text for fact in facts]
        one = self._one_step(question, hits)
        lines = _numbered(texts, roles, STEPS_LIMIT - len(head) - len(one) - 60)
        missing = len(facts) - len(lines)
        if missing > 0:
            lines.append(f"… ({missing} {LABELS[question.language]['more']})")
        cited = [best, *(fact for fact in facts if fact is not best)] if one else list(facts)
        return Draft("\n".join(line for line in [one, head, *lines] if line), cited, Asked.STEPS)

    def _one_step(self, question: Question, hits: Sequence[Hit]) -> str:
        """Say the step that alone is asked about (``once the data is there, how does …``); empty for all steps."""
        best = hits[0]
        if asks_all_steps(question.normal) or best.fact.kind not in STEP_KINDS:
            return ""
        rest = [h for h in hits[1:] if h.fact.document == best.fact.document and h.fact.kind is best.fact.kind]
        if not rest or best.score - rest[0].score <= _LONELY:
            return ""
        return self.step_line(best.fact, question.language, question.groups)

    def step_line(self, fact: Fact, language: Language, groups: Sequence[Group] = ()) -> str:
        """Say one step with who takes it, in one line, cut around what was asked."""
        role = role_words(self._step_actors(fact), language, self.lexicon)
        text = excerpt(fact.words(language).text, 400, groups)
        return f"▸ {role}: {text}" if role else f"▸ {text}"

    def _step_actors(self, fact: Fact) -> tuple[str, ...]:
        return fact.actors if fact.kind is not FactKind.STEP else ()

    def _step_facts(self, question: Question, document: Document, best: Fact, hits: Sequence[Hit]) -> list[Fact]:
        """Choose which steps to list: the table's or the prose's, one part or one role's row if that is asked."""
        facts = [f for f in self.index.by_document[document.id] if f.kind in STEP_KINDS]
        kinds = [
            k for k in (FactKind.PROCEDURE, FactKind.STEP, FactKind.WORK_INSTRUCTION) if any(f.kind is k for f in facts)
        ]
        if not kinds:
            return []
        kind = best.kind if best.kind in {FactKind.PROCEDURE, FactKind.STEP} else kinds[0]
        counts = {k: sum(fact.kind is k for fact in facts) for k in kinds}
        if asks_all_steps(question.normal) and counts.get(FactKind.PROCEDURE, 0) >= counts.get(kind, 0):
            kind = FactKind.PROCEDURE
        chosen = [fact for fact in facts if fact.kind is kind]
        parts = list(dict.fromkeys(part_of(fact) for fact in chosen))
        if len(parts) > 1 and best.kind is kind:
            share = sum(
                1 for hit in hits[:5] if hit.fact.document == document.id and part_of(hit.fact) == part_of(best)
            )
            if share >= 2 or len(chosen) > 14:
                chosen = [fact for fact in chosen if part_of(fact) == part_of(best)]
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


def _names_document(question: Question, hits: Sequence[Hit]) -> bool:
    """Whether bare words name a document and ask nothing of it (``SOP cuti akademik``)."""
    named = _DOCUMENT_FIRST.match(question.normal) is not None and hits[0].features["title"] >= _TITLED
    return named and question.asked is Asked.OTHER


def _introduces(question: Question, best: Fact) -> bool:
    """Whether the best fact merely says what the thing is whose steps are asked for."""
    return best.kind is FactKind.DEFINITION and asks_all_steps(question.normal)


def part_of(fact: Fact) -> str:
    """Name the part of its procedure that a step belongs to; empty where it has no parts."""
    return fact.label if fact.kind is FactKind.PROCEDURE else fact.group


def _limits_asked(question: Question, fact: Fact) -> list[TimeLimit]:
    """Choose the time limits of a clause to tell first: at most two, none of a list that the words do not single out.

    A clause that sets 7 years for one level and 3 for another must not be answered with either by chance.
    """
    if len(fact.limits) <= _FEW:
        return list(fact.limits)
    values = [_nearness(limit, fact, question.tokens) for limit in fact.limits]
    clear = [limit for limit, value in zip(fact.limits, values, strict=True) if value == max(values)]
    return clear if len(clear) <= _FEW and max(values) > 0 else []


def _nearness(limit: TimeLimit, fact: Fact, tokens: frozenset[str]) -> int:
    """How many of the things asked for stand in the same part of the sentence as a time limit."""
    text = f"{fact.text} {fact.indicator}"
    parts = [part for part in re.split(r"[;.]\s|\d\)\s", text) if limit.quote in part] or [limit.quote]
    return len({stem(word, "en") for word in words_of(parts[0])} & tokens)


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


def _numbered(texts: Sequence[str], roles: Sequence[str], room: int) -> list[str]:
    """Number steps; texts are shortened evenly until all fit, or the last ones are left out."""
    for width in (400, 260, 180, 130, 95, 70):
        lines = [
            f"{number}. {f'{role}: ' if role else ''}{excerpt(text, width)}"
            for number, (text, role) in enumerate(zip(texts, _once(roles), strict=True), start=1)
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
