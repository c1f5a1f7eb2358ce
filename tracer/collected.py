"""Answers that were collected elsewhere: the ministry's file, or the CSV of another form; previewed, then taken in.

The columns are found by the questions' names and wordings, choices by their codes and words. What is not found is
told, and a coordinator may map it once (``columns``: heading to question name, or words of a choice to
``question:code``); the mapping is remembered by form.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace

from corpus.lexicon.entries import Language
from store.campaigns import Campaign
from store.database import from_json, to_json
from store.graduates import Graduate
from store.interviews import InterviewState
from store.lists import with_most
from store.sheets import SheetError, SheetRow, read_sheets
from store.store import Store
from store.units import RowProblem
from tracer.forms import Answer, Form, Kind, Question, check_all
from tracer.interview import Interviewing, NotAmongThemError, NotOpenError
from tracer.national.bridge import answers_of
from tracer.national.form import SENSITIVE, unit_of
from tracer.national.questionnaire import national
from tracer.population import NIM_NAMES, headings_of, plain_phone, read_day
from tracer.reading import Read, read_number
from tracer.wording import Text

NIM = "nim"
_SEVERAL = re.compile(r"[;,|\n]")
_CONTACT = {"telpomsmh": "phone", "emailmsmh": "email"}
"""Columns of identity that are asked of whom the list of graduates has none, with the list's field."""
_NUMBERED = re.compile(r"[\[(]?(\d{1,2})[\]).:]*(?:\s*[-–]\s*|\s+)\S.*", re.DOTALL)
"""How forms write a choice with its code: ``1. Bekerja``, ``[1] Bekerja``, ``1 - Bekerja``."""
Words = Mapping[str, str]
"""Words that a form has for choices, plain, to ``question:code``."""


@dataclass(frozen=True)
class CollectedRow:
    """One graduate's answers by question (or by the ministry's column); ``number`` is the row of the file."""

    number: int
    nim: str
    answers: Mapping[str, Answer]


@dataclass(frozen=True)
class Collected:
    """What a file holds; ``columns`` are the headings that were understood, ``unused`` those that were not."""

    rows: tuple[CollectedRow, ...]
    problems: tuple[RowProblem, ...]
    columns: Mapping[str, str]
    unused: tuple[str, ...]


@dataclass(frozen=True)
class CollectedReport:
    """What became of the rows; ``already`` are graduates who answered themselves, whose answers stay."""

    taken: int
    already: int
    problems: tuple[RowProblem, ...]

    @property
    def left_out(self) -> int:
        """How many rows are not taken; one may have several problems."""
        return len({problem.number for problem in self.problems})


def read_collected(
    content: bytes, name: str, form: Form, columns: Mapping[str, str] | None = None, sheet: str | None = None
) -> Collected:
    """Read a file of answers; ``columns`` maps headings and choices that differ from the form's.

    Above the names of the columns there may be titles. Raises `SheetError`.
    """
    given = {_plain(words): wanted for words, wanted in (columns or {}).items()}
    words = {plain: wanted for plain, wanted in given.items() if ":" in wanted}
    by_name = {**_names(form), **{plain: wanted for plain, wanted in given.items() if plain not in words}}
    rows, place = with_most(read_sheets(content, name, sheet), lambda cell: by_name.get(_plain(cell)))
    head, body = rows[place], rows[place + 1 :]
    places = {at: by_name[_plain(cell)] for at, cell in enumerate(head.cells) if _plain(cell) in by_name}
    if NIM not in places.values():
        raise SheetError(f"{name} has no column “nim”: name the columns in its first row.")
    if not body:
        raise SheetError(f"{name} has no rows under the names of its columns: fill it, and save it again.")
    unused = [cell.strip() for at, cell in enumerate(head.cells) if at not in places and cell.strip()]
    understood = {head.cells[at].strip(): question for at, question in places.items()}
    return Collected(
        rows=tuple(_row(row, places, form, words) for row in body if not row.fault),
        problems=tuple(RowProblem(row.number, row.fault) for row in body if row.fault),
        columns=understood,
        unused=tuple(unused),
    )


def take_in(store: Store, interviewing: Interviewing, campaign: Campaign, collected: Collected) -> CollectedReport:
    """Store the answers of all graduates whose row has no fault, as sent; `look` gives a preview."""
    taken = already = 0
    problems = list(collected.problems)
    with store.transaction():
        for row in collected.rows:
            graduate = store.graduates.by_nim(row.nim)
            if graduate is None:
                problems.append(_not_listed(row))
                continue
            try:
                faults = interviewing.bring_in(campaign.id, graduate.id, row.answers, f"file:{row.number}")
            except NotOpenError:
                already += 1
            except NotAmongThemError as error:
                problems.append(RowProblem(row.number, str(error)))
            else:
                taken += not faults
                problems += _faults(row, faults, "en")
    return CollectedReport(taken, already, tuple(problems))


@dataclass(frozen=True)
class Known:
    """What a preview looks at: who is on the list, who of them the campaign asks and who began to answer."""

    graduates: Mapping[str, Graduate]
    asked: frozenset[int]
    begun: frozenset[int]


def known(store: Store, campaign: Campaign) -> Known:
    """Gather what `look` needs; at the desk."""
    listed = store.graduates.all()
    begun = {
        interview.graduate_id
        for interview in store.interviews.of_campaign(campaign.id)
        if interview.state is not InterviewState.INVITED
    }
    return Known(
        graduates={graduate.nim: graduate for graduate in listed if graduate.nim},
        asked=frozenset(graduate.id for graduate in store.campaigns.population(campaign)),
        begun=frozenset(one for one in begun if one is not None),
    )


def look(
    collected: Collected,
    known: Known,
    form_of: Callable[[Graduate], Form],
    now: dt.datetime,
    language: Language = "en",
) -> CollectedReport:
    """Return what `take_in` would do, off the desk; ``form_of`` gives what a graduate is asked, ``now`` is local.

    What is wrong with an answer is said in ``language``.
    """
    taken = already = 0
    problems, seen = list(collected.problems), set[int]()
    for row in collected.rows:
        graduate = known.graduates.get(row.nim)
        if graduate is None:
            problems.append(_not_listed(row))
        elif graduate.id not in known.asked:
            problems.append(RowProblem(row.number, str(NotAmongThemError())))
        elif graduate.id in known.begun or graduate.id in seen:
            already += 1
        elif faults := check_all(form_of(graduate), row.answers, now)[1]:
            problems += _faults(row, faults, language)
        else:
            seen.add(graduate.id)
            taken += 1
    return CollectedReport(taken, already, tuple(problems))


def parts_of(collected: Collected, size: int) -> Iterator[Collected]:
    """Yield the rows a few at a time, so that others are answered while a long file is taken in."""
    for start in range(0, len(collected.rows), size):
        yield replace(collected, rows=collected.rows[start : start + size], problems=())


def _not_listed(row: CollectedRow) -> RowProblem:
    return RowProblem(row.number, f"the NIM “{row.nim[:40]}” is not on the list of graduates")


def _faults(row: CollectedRow, faults: Mapping[str, Text], language: Language) -> list[RowProblem]:
    return [RowProblem(row.number, f"{name}{_quoted(row, name)}: {why.in_(language)}") for name, why in faults.items()]


def _quoted(row: CollectedRow, name: str) -> str:
    """Return what stands in the cell, so that a coordinator sees which words are not understood."""
    given = row.answers.get(name)
    words = " ".join(given) if isinstance(given, tuple) else str(given or "")
    return f" “{words[:60]}”" if words and name not in SENSITIVE else ""


def remembered_columns(store: Store, form: Form) -> dict[str, str]:
    """Return the mapping that was kept for a form."""
    kept = store.remembered(f"columns:{form.id}")
    return dict(from_json(kept)) if kept else {}


def remember_columns(store: Store, form: Form, columns: Mapping[str, str]) -> None:
    """Keep a mapping for the next file of the same form."""
    store.remember(f"columns:{form.id}", to_json(dict(columns)))


def _names(form: Form) -> dict[str, str]:
    """Return the question by every name that a heading may have, in plain words."""
    found = {_plain(name): NIM for name in NIM_NAMES}
    if form.id == "national":
        found |= {code: code for code in national().columns if code not in found}
        found |= {_plain(words): column for column, field in _CONTACT.items() for words in headings_of(field)}
    for question in form.questions:
        found |= {_plain(words): question.name for words in (question.label.id, question.label.en)}
    # A name is one question's alone; the same words may stand over several.
    return found | {_plain(question.name): question.name for question in form.questions}


def is_target(form: Form, wanted: str) -> bool:
    """Whether a heading or words may be mapped to this: the student number, a question, or ``question:code``."""
    name, is_choice, code = wanted.partition(":")
    known = {question.name: {choice.code for choice in question.choices} for question in form.questions}
    return code in known.get(name, ()) if is_choice else wanted == NIM or wanted in known


def _row(row: SheetRow, places: Mapping[int, str], form: Form, words: Words) -> CollectedRow:
    cells = {question: row.cells[at].strip() for at, question in places.items() if at < len(row.cells)}
    nim = re.sub(r"\s", "", cells.pop(NIM, ""))
    answers = {
        question.name: _answer(question, cells[question.name], words)
        for question in form.questions
        if cells.get(question.name)
    }
    if "telpomsmh" in cells:
        cells["telpomsmh"] = plain_phone(cells["telpomsmh"])
    boxes = answers_of(cells) if form.id == "national" else {}
    return CollectedRow(row.number, nim, {**boxes, **answers})


def _answer(question: Question, cell: str, words: Words) -> Answer:
    """Return a cell as an answer: choices by code or by their words in either language."""
    if question.kind is Kind.SELECT_ONE:
        return _code(question, cell, words) or cell
    if question.kind is Kind.SELECT_MULTIPLE:
        return _codes(question, cell, words)
    if question.kind in (Kind.INTEGER, Kind.DECIMAL) and not cell.isdecimal():
        number = read_number(cell, unit_of(question), is_whole=question.kind is Kind.INTEGER)
        return _shortest(number.value) if isinstance(number, Read) else cell
    day = read_day(cell) if question.kind is Kind.DATE else None
    return day.isoformat() if day else cell


def _shortest(number: float) -> str:
    return str(int(number)) if float(number).is_integer() else str(number)


def _codes(question: Question, cell: str, words: Words) -> tuple[str, ...]:
    """Return the choices of a cell; the words of a choice may hold the sign that stands between choices."""
    parts = [part.strip() for part in _SEVERAL.split(cell) if part.strip()]
    found: list[str] = []
    while parts:
        ends = (end for end in range(len(parts), 0, -1) if _code(question, " ".join(parts[:end]), words))
        end = next(ends, 0)
        if not end:
            return tuple(cell.split())  # the codes of an XLSForm, with blanks between; or nothing that is known
        found.append(str(_code(question, " ".join(parts[:end]), words)))
        parts = parts[end:]
    return tuple(found)


def _code(question: Question, cell: str, words: Words) -> str | None:
    """Return the code of a choice by its words, its code, or what a coordinator said of the words."""
    named = {
        _plain(name): choice.code
        for choice in question.choices
        for name in (choice.label.id, choice.label.en, choice.code)
    }
    plain = _plain(cell)
    name, _, code = words.get(plain, "").partition(":")
    if plain in named or name == question.name:
        return named.get(plain, code)
    numbered = _NUMBERED.fullmatch(cell.strip())
    codes = {choice.code for choice in question.choices}
    return numbered[1] if numbered and numbered[1] in codes else None


def _plain(heading: str) -> str:
    return " ".join(re.findall(r"[^\W_]+", heading.casefold()))
