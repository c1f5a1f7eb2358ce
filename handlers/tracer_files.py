"""Files for surveys: the list of graduates, and questionnaires of people's own.

    list ──> what it would change, and which rows are left out ──> import (all at once) or cancel
    questionnaire ──> faults with sheet and row, or kept: it can be chosen for a new survey

A list waits in the store as it was sent (`store.uploads`), and is read and compared anew at the confirmation.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace

from handlers.addresses import SurveyDraftButton, TracerButton, UploadButton
from handlers.calendar_import import is_called_calendar
from handlers.documents import Incoming
from handlers.texts import Html, escape, fill
from handlers.tracer_faults import fault_words, form_fault
from handlers.tracer_wording import may_manage, year_words
from handlers.turn import Button, Turn
from index.reply import clip
from store.graduates import PopulationReport
from store.sheets import SheetError
from store.trail import Act
from store.units import RowProblem, UnitNotFoundError
from store.uploads import UploadGoneError
from tracer.forms import FormError, Kind
from tracer.national.places import read_places, remember_places
from tracer.population import ReadPopulation, confirm, preview, read_population
from tracer.questionnaires import checked
from tracer.recognising import FileKind, kind_of

GRADUATES = "graduates"
SHOWN = 10
LEFT_OUT_FILE, FAULTS_FILE = "baris-tidak-diimpor.txt", "kesalahan-kuesioner.txt"
_ENDINGS = (".csv", ".xlsx")
_TYPES = frozenset({"text/csv", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"})


def fits(incoming: Incoming) -> bool:
    """Whether a file may be one for surveys."""
    return incoming.name.endswith(_ENDINGS) or incoming.media_type in _TYPES


def is_list(incoming: Incoming, content: bytes) -> bool:
    """Whether a file is surely a list of graduates."""
    return _kind(incoming, content) is FileKind.GRADUATES


def is_form(incoming: Incoming, content: bytes) -> bool:
    """Whether a file is surely a questionnaire."""
    return _kind(incoming, content) is FileKind.FORM


def is_answers(incoming: Incoming, content: bytes) -> bool:
    """Whether a file surely holds answers."""
    return _kind(incoming, content) is FileKind.ANSWERS


def is_places(incoming: Incoming, content: bytes) -> bool:
    """Whether a file surely holds the ministry's codes of places."""
    return _kind(incoming, content) is FileKind.PLACES


def _kind(incoming: Incoming, content: bytes) -> FileKind | None:
    return None if is_called_calendar(incoming) else kind_of(incoming.name, incoming.caption, content)


# ---------------------------------------------------------------- the list of graduates


async def take_list(turn: Turn, name: str, content: bytes) -> None:
    """Read a list of graduates and show what it would change."""
    read = await _read_list(turn, name, content)
    if read is not None:
        turn.do(lambda: _show_list(turn, name, content, read))


async def import_list(turn: Turn, button: UploadButton) -> None:
    """Take in the list that was shown."""
    try:
        upload = await turn.read(lambda: turn.rooms.store.uploads.get(button.upload_id, turn.person.id))
    except UploadGoneError:
        gone(turn)
        return
    turn.toast()
    read = await _read_list(turn, upload.name, upload.content)
    if read is not None:
        turn.do(lambda: _import(turn, button.upload_id, read))


async def _read_list(turn: Turn, name: str, content: bytes) -> ReadPopulation | None:
    rooms = turn.rooms
    units = await turn.read(rooms.store.units.all)
    try:
        return await turn.work(read_population, content, name, units, rooms.today, None, rooms.year_begins)
    except SheetError as error:
        turn.say(escape(fault_words(turn.t, str(error))))
        return None


def _show_list(turn: Turn, name: str, content: bytes, whole: ReadPopulation) -> None:
    """Show what a list would change, and keep it for the confirmation; at the desk."""
    t, read = turn.t, _permitted(turn, whole)
    report = preview(turn.rooms.store, read)
    left_out = _left_out(turn, read, report)
    lines = [fill("<b>{name}</b>", name=clip(name, 100)), _numbers(turn, report, len(left_out))]
    if report.repeated:
        lines.append(t("Rows that stand twice in the same words: {count}", count=len(report.repeated)))
    if report.forgotten:
        lines.append(t("Not taken in again because they had their data erased: {count}", count=report.forgotten))
    lines += _years(turn, read)
    if read.unused:
        lines.append(t("Columns not used: {names}", names=clip(", ".join(read.unused), 200)))
    parts = [Html("\n".join(lines)), _part(turn, t("<b>Changed</b>"), _changes(report)), _named(turn, left_out)]
    rows = []
    if report.added or report.changed:
        upload = turn.rooms.store.uploads.keep(turn.person.id, name, content, {"purpose": GRADUATES})
        rows = [
            [
                Button(t.plain("Import"), UploadButton("import", upload).data()),
                Button(t.plain("Cancel"), UploadButton("cancel", upload).data()),
            ]
        ]
    else:
        parts.append(t("There is nothing to import."))
    turn.say(Html("\n\n".join(part for part in parts if part)), rows)
    if len(left_out) > SHOWN:
        turn.hand(LEFT_OUT_FILE, "\n".join(left_out).encode(), t("All that is left out, with the reasons."))


def _import(turn: Turn, upload_id: int, whole: ReadPopulation) -> None:
    store, t = turn.rooms.store, turn.t
    try:
        store.uploads.get(upload_id, turn.person.id)
    except UploadGoneError:
        return  # the second of two taps
    store.uploads.drop(upload_id)
    read = _permitted(turn, whole)
    report = confirm(store, read)
    details = {"added": report.added, "changed": len(report.changed), "unit": turn.person.unit_id}
    store.trail.note(Act.POPULATION_IMPORTED, turn.person.id, details=details)
    said = _numbers(turn, report, len(_left_out(turn, read, report)))
    to_surveys = Button(t.plain("« Surveys"), TracerButton("list").data())
    turn.show(fill("{done} {said}", done=t("Imported."), said=said), [[to_surveys]])


def _permitted(turn: Turn, read: ReadPopulation) -> ReadPopulation:
    """Return a list with the rows of other units than a coordinator's own as problems."""
    own = turn.person.unit_id if turn.person.role == "coordinator" else None
    try:
        codes = turn.rooms.store.campaigns.codes_of(own)
    except UnitNotFoundError:
        codes = frozenset()
    if codes is None:
        return read
    mine = tuple(row for row in read.rows if row.programme_code in codes)
    foreign = [
        RowProblem(row.number, "the programme is of another unit than yours: ask the quality office to import it")
        for row in read.rows
        if row.programme_code not in codes
    ]
    problems = sorted((*read.problems, *foreign), key=lambda problem: problem.number)
    return replace(read, rows=mine, problems=tuple(problems))


def _numbers(turn: Turn, report: PopulationReport, left_out: int) -> Html:
    return turn.t(
        "New: {added}, changed: {changed}, as before: {unchanged}, left out: {left_out}.",
        added=report.added,
        changed=len(report.changed),
        unchanged=report.unchanged,
        left_out=left_out,
    )


def _years(turn: Turn, read: ReadPopulation) -> list[Html]:
    """Return how many graduated in which academic year."""
    many = Counter(row.cohort for row in read.rows)
    words = ", ".join(f"{year_words(year)}: {many[year]}" for year in sorted(many))
    return [turn.t("Graduated in {years}", years=clip(words, 400))] if words else []


def _changes(report: PopulationReport) -> list[Html]:
    return [fill("• {nim}: {columns}", nim=change.nim, columns=", ".join(change.columns)) for change in report.changed]


def _left_out(turn: Turn, read: ReadPopulation, report: PopulationReport) -> list[str]:
    problems = sorted((*read.problems, *report.problems), key=lambda problem: problem.number)
    return problem_lines(turn, problems)


def problem_lines(turn: Turn, problems: Iterable[RowProblem]) -> list[str]:
    """Return a line for each row that cannot be taken, with the reason, as plain text."""
    t = turn.t
    return [
        t.plain("Row {number}: {reason}", number=problem.number, reason=fault_words(t, problem.reason))
        for problem in problems
    ]


def _named(turn: Turn, left_out: Sequence[str]) -> Html:
    lines = [fill("• {line}", line=clip(line, 200)) for line in left_out]
    return _part(turn, turn.t("<b>Left out</b>"), lines)


def _part(turn: Turn, head: Html, lines: Sequence[Html]) -> Html:
    """Return the first lines of a list under its heading, with how many more there are; nothing for an empty one."""
    more = [turn.t("… and {count} more", count=len(lines) - SHOWN)] if len(lines) > SHOWN else []
    return Html("\n".join([head, *lines[:SHOWN], *more])) if lines else Html("")


def left_out_part(turn: Turn, left_out: Sequence[str]) -> Html:
    """Return the first of the rows that are left out, under their heading."""
    return _named(turn, left_out)


def gone(turn: Turn) -> None:
    """Say that a file was dealt with."""
    turn.toast(turn.t.plain("This file was dealt with already, or left. Send it again."), is_alert=True)


# ---------------------------------------------------------------- the ministry's codes of places


async def take_places(turn: Turn, name: str, content: bytes) -> None:
    """Keep the ministry's codes of places for its upload file; they are the same for all surveys."""
    if not may_manage(turn, None):
        turn.say(turn.t("The codes of places are everybody's: ask the quality office to send them."))
        return
    try:
        listed = await turn.work(read_places, content, name)
    except SheetError as error:
        turn.say(escape(fault_words(turn.t, str(error))))
        return

    def keep() -> None:
        remember_places(turn.rooms.store, listed)
        text = turn.t.several(
            "Kept: {number} code. The ministry's file has codes instead of names where this list has them.",
            "Kept: {number} codes. The ministry's file has codes instead of names where this list has them.",
            len(listed),
        )
        turn.say(text)

    turn.do(keep)


# ---------------------------------------------------------------- a questionnaire of one's own


async def take_form(turn: Turn, name: str, content: bytes) -> None:
    """Check a questionnaire and keep it, or say with sheet and row what is wrong with it."""
    try:
        sent = await turn.work(checked, content)
    except FormError as error:
        faults = [form_fault(turn.t, fault) for fault in error.faults]
        turn.do(lambda: _say_faults(turn, name, faults))
        return

    def keep() -> None:
        kept = turn.rooms.questionnaires.keep_checked(sent, name.rsplit(".", 1)[0], turn.person.id)
        questions = [one for one in sent.form.questions if one.kind not in (Kind.NOTE, Kind.CALCULATE)]
        lines = [fill("• {label}", label=clip(one.label.in_(turn.language), 100)) for one in questions]
        text = turn.t.several(
            "<b>{name}</b> is in order: {number} question. It can be chosen for a survey.",
            "<b>{name}</b> is in order: {number} questions. It can be chosen for a survey.",
            len(questions),
            name=kept.name,
        )
        begin = Button(turn.t.plain("➕ New survey with it"), SurveyDraftButton("form", 0, kept.id).data())
        turn.say(fill("{text}\n\n{lines}", text=text, lines=_part(turn, turn.t("<b>Questions</b>"), lines)), [[begin]])

    turn.do(keep)


def _say_faults(turn: Turn, name: str, faults: Sequence[str]) -> None:
    t = turn.t
    head = t.several(
        "<b>{name}</b> cannot be used yet: {number} fault. Correct it and send the file again.",
        "<b>{name}</b> cannot be used yet: {number} faults. Correct them and send the file again.",
        len(faults),
        name=clip(name, 100),
    )
    lines = [fill("• {fault}", fault=clip(fault, 250)) for fault in faults]
    turn.say(fill("{head}\n\n{lines}", head=head, lines=_part(turn, t("<b>Sheet, row: what is wrong</b>"), lines)))
    if len(faults) > SHOWN:
        turn.hand(FAULTS_FILE, "\n".join(faults).encode(), t("All faults of the questionnaire."))
