"""Answers that were collected elsewhere: the ministry's file, or the CSV of another form.

    file ──> (which survey?) ──> what was understood, what would be taken ──> import or cancel
                                     ↑ └─ columns that are not understood: “Heading = question”, kept for the next file

The file waits in the store as it was sent. At the confirmation it is read anew and taken in a few rows at a time, so
that nobody waits for a long one; a graduate's own answers are never replaced.
"""

from __future__ import annotations

from telegram import Update

from handlers import ask, tracer_files
from handlers.addresses import UploadButton
from handlers.entry import stale
from handlers.texts import Html, escape, fill
from handlers.tracer_faults import fault_words
from handlers.tracer_files import GRADUATES, LEFT_OUT_FILE, SHOWN, gone, left_out_part, problem_lines
from handlers.tracer_wording import campaign_of, may_manage, note, to_survey
from handlers.turn import Button, Keyboard, Turn
from index.reply import clip
from store.campaigns import Campaign, CampaignKind
from store.sheets import SheetError
from store.uploads import Upload, UploadGoneError
from tracer.collected import (
    NIM,
    Collected,
    CollectedReport,
    is_target,
    known,
    look,
    parts_of,
    read_collected,
    remember_columns,
    remembered_columns,
    take_in,
)
from tracer.forms import Form, Kind

STEP = "survey_columns"
ANSWERS = "answers"
AT_ONCE = 20
"""Rows in one job at the desk, about a fifteenth of a second."""
SURVEYS = 8
NAMES_FILE = "nama-pertanyaan.txt"


async def take_answers(turn: Turn, name: str, content: bytes) -> None:
    """Ask to which survey a file belongs, or show what it holds."""
    mine = await turn.read(lambda: _surveys(turn))
    if not mine:
        turn.do(lambda: turn.say(turn.t("There is no survey these answers could belong to. /tracer makes one.")))
        return
    upload = await turn.read(lambda: turn.rooms.store.uploads.keep(turn.person.id, name, content, {"purpose": ANSWERS}))
    if len(mine) == 1:
        await _show(turn, upload, mine[0])
        return
    rows = [[Button(one.title, UploadButton("survey", upload, one.id).data())] for one in mine]
    cancel = [Button(turn.t.plain("Cancel"), UploadButton("cancel", upload).data())]
    text = turn.t("<b>{name}</b>\nOf which survey are these answers?", name=clip(name, 100))
    turn.do(lambda: turn.say(text, [*rows, cancel]))


async def press_upload(turn: Turn, button: UploadButton) -> None:
    """Do what a button under a file says."""
    try:
        upload = await turn.read(lambda: turn.rooms.store.uploads.get(button.upload_id, turn.person.id))
    except UploadGoneError:
        gone(turn)
        return
    if button.act == "cancel":
        turn.toast()
        turn.do(lambda: _cancel(turn, upload))
    elif button.act == "import" and upload.data.get("purpose") == GRADUATES:
        await tracer_files.import_list(turn, button)
    elif upload.data.get("purpose") != ANSWERS:
        stale(turn)
    else:
        number = button.value if button.act == "survey" else int(upload.data.get("campaign", 0))
        campaign = await turn.read(lambda: campaign_of(turn, number))
        if campaign is None or campaign.kind is CampaignKind.EMPLOYER:
            stale(turn)
        elif button.act == "survey":
            turn.toast()
            await _show(turn, upload.id, campaign)
        elif button.act == "column":
            await _send_names(turn, campaign)
        else:
            await _import(turn, upload, campaign)


async def take_words(turn: Turn, update: Update) -> None:
    """Take lines like “Heading = question”; what is no such line is a question."""
    step, message = turn.step, update.effective_message
    words = ((message and message.text) or "").strip()
    if step is None:
        return
    if "=" not in words:
        await ask.ask(turn, update)
        return
    try:
        upload = await turn.read(lambda: turn.rooms.store.uploads.get(int(step.data["upload"]), turn.person.id))
    except UploadGoneError:
        turn.do(turn.end_step)
        turn.do(lambda: turn.say(turn.t("This file was dealt with already, or left. Send it again.")))
        return
    campaign = await turn.read(lambda: campaign_of(turn, int(upload.data.get("campaign", 0))))
    if campaign is None:
        turn.do(turn.end_step)
        return
    form = await turn.read(lambda: turn.rooms.questionnaires.of(campaign, None))
    given, unknown = _mapping(form, words)
    if unknown:
        text = turn.t("There is no question {names}. Nothing was kept; write the line again.", names=", ".join(unknown))
        turn.do(lambda: turn.say(text))
        return
    store = turn.rooms.store
    await turn.read(lambda: remember_columns(store, form, {**remembered_columns(store, form), **given}))
    await _show(turn, upload.id, campaign)


def _mapping(form: Form, words: str) -> tuple[dict[str, str], list[str]]:
    """Return headings and words of choices with what each stands for, and what of it is not in the form."""
    given = {}
    for line in words.splitlines():
        heading, is_given, name = line.rpartition("=")
        if is_given and heading.strip():
            given[heading.strip()] = name.strip()
    return given, [wanted for wanted in given.values() if not is_target(form, wanted)]


# ---------------------------------------------------------------- what a file holds


async def _read(turn: Turn, name: str, content: bytes, campaign: Campaign) -> Collected | SheetError:
    store = turn.rooms.store
    form = await turn.read(lambda: turn.rooms.questionnaires.of(campaign, None))
    columns = await turn.read(lambda: remembered_columns(store, form))
    try:
        return await turn.work(read_collected, content, name, form, columns)
    except SheetError as error:
        return error


async def _show(turn: Turn, upload_id: int, campaign: Campaign) -> None:
    """Show what would be taken of a file, and what is not understood."""
    store, rooms = turn.rooms.store, turn.rooms
    upload = await turn.read(lambda: store.uploads.get(upload_id, turn.person.id))
    read = await _read(turn, upload.name, upload.content, campaign)
    if isinstance(read, SheetError):
        turn.do(lambda: _show_fault(turn, upload, campaign, str(read)))
        return
    listed = await turn.read(lambda: known(store, campaign))
    now = rooms.clock().astimezone(rooms.timezone)
    report = await turn.work(look, read, listed, lambda one: rooms.questionnaires.of(campaign, one), now, turn.language)
    turn.do(lambda: _say(turn, upload, campaign, read, report))


def _say(turn: Turn, upload: Upload, campaign: Campaign, read: Collected, report: CollectedReport) -> None:
    t = turn.t
    left_out = problem_lines(turn, sorted(report.problems, key=lambda problem: problem.number))
    lines = [
        fill("<b>{name}</b> → <b>{title}</b>", name=clip(upload.name, 100), title=campaign.title),
        _numbers(turn, report),
        t("Columns understood: {count}", count=len(read.columns)),
    ]
    parts = [Html("\n".join(lines)), left_out_part(turn, left_out)]
    if read.unused:
        parts.append(_how_to_map(turn, read.unused))
    _wait(turn, upload, campaign)
    turn.say(Html("\n\n".join(part for part in parts if part)), _buttons(turn, upload, has_rows=report.taken > 0))
    if len(left_out) > SHOWN:
        turn.hand(LEFT_OUT_FILE, "\n".join(left_out).encode(), t("All that is left out, with the reasons."))


def _show_fault(turn: Turn, upload: Upload, campaign: Campaign, fault: str) -> None:
    """Say why a file cannot be read; the columns may be named."""
    _wait(turn, upload, campaign)
    text = escape(fault_words(turn.t, fault))
    turn.say(fill("{text}\n\n{how}", text=text, how=_how_to_map(turn, ())), _buttons(turn, upload, has_rows=False))


def _wait(turn: Turn, upload: Upload, campaign: Campaign) -> None:
    turn.rooms.store.uploads.note(upload.id, {"purpose": ANSWERS, "campaign": campaign.id})
    turn.set_step(STEP, upload=upload.id)


def _how_to_map(turn: Turn, unused: tuple[str, ...]) -> Html:
    how = turn.t(
        "To name a column, write its heading and the question: <code>Heading = f502</code>, one a line; the student"
        " number is <code>nim</code>. For a choice that is written otherwise: <code>Its words = f8:1</code>. I remember"
        " it for the next file."
    )
    if not unused:
        return how
    names = turn.t("Columns not understood: {names}", names=clip(", ".join(unused), 300))
    return fill("{names}\n{how}", names=names, how=how)


def _buttons(turn: Turn, upload: Upload, *, has_rows: bool) -> Keyboard:
    t = turn.t
    cancel = Button(t.plain("Cancel"), UploadButton("cancel", upload.id).data())
    take = [Button(t.plain("Import"), UploadButton("import", upload.id).data())] if has_rows else []
    return [[*take, cancel], [Button(t.plain("Names of the questions"), UploadButton("column", upload.id).data())]]


def _numbers(turn: Turn, report: CollectedReport) -> Html:
    return turn.t(
        "Answers to be taken: {taken}, answered already (kept as they are): {already}, left out: {left_out}.",
        taken=report.taken,
        already=report.already,
        left_out=report.left_out,
    )


# ---------------------------------------------------------------- what is done with it


async def _import(turn: Turn, upload: Upload, campaign: Campaign) -> None:
    """Take in the answers, a few rows at a time; doing it again takes what is left."""
    turn.toast()
    if turn.rooms.taps.is_repeat((turn.person.id, ANSWERS, upload.id)):
        return
    rooms = turn.rooms
    read = await _read(turn, upload.name, upload.content, campaign)
    if isinstance(read, SheetError):
        turn.do(lambda: _show_fault(turn, upload, campaign, str(read)))
        return
    taken, already, problems = 0, 0, list(read.problems)
    for part in parts_of(read, AT_ONCE):
        report = await turn.read(lambda part=part: take_in(rooms.store, rooms.interviewing, campaign, part))  # type: ignore[misc]
        taken, already, problems = taken + report.taken, already + report.already, [*problems, *report.problems]
    whole = CollectedReport(taken, already, tuple(problems))
    turn.do(lambda: _finish(turn, upload, campaign, whole))


def _finish(turn: Turn, upload: Upload, campaign: Campaign, report: CollectedReport) -> None:
    turn.rooms.store.uploads.drop(upload.id)
    turn.end_step(STEP)
    note(turn, campaign, "answers_imported", taken=report.taken, left_out=report.left_out)
    text = turn.t(
        "Imported. Answers taken: {taken}, answered already: {already}, left out: {left_out}.",
        taken=report.taken,
        already=report.already,
        left_out=report.left_out,
    )
    turn.show(text, [[to_survey(turn, campaign.id)]])


def _cancel(turn: Turn, upload: Upload) -> None:
    turn.rooms.store.uploads.drop(upload.id)
    turn.end_step(STEP)
    turn.show(turn.t("Cancelled. Nothing was changed."))


async def _send_names(turn: Turn, campaign: Campaign) -> None:
    """Send the names of the questions with their words, for the lines that name a column."""
    turn.toast()
    form = await turn.read(lambda: turn.rooms.questionnaires.of(campaign, None))
    wanted: dict[str, str] = {
        question.name: question.label.in_(turn.language)
        for question in form.questions
        if question.kind not in (Kind.NOTE, Kind.CALCULATE)
    }
    wanted |= {
        f"{question.name}:{choice.code}": choice.label.in_(turn.language)
        for question in form.questions
        for choice in question.choices
    }
    content = "\n".join([NIM, *(f"{name}\t{label}" for name, label in wanted.items())]).encode()
    turn.do(lambda: turn.hand(NAMES_FILE, content, turn.t("The names of the questions, with their words.")))


def _surveys(turn: Turn) -> list[Campaign]:
    """Return the surveys of graduates that the person may manage, the newest first; at the desk."""
    return [
        campaign
        for campaign in turn.rooms.store.campaigns.all()
        if campaign.kind is not CampaignKind.EMPLOYER and may_manage(turn, campaign.unit_id)
    ][:SURVEYS]
