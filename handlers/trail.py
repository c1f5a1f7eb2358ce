"""/riwayat: who did what when in a run, page by page, as a file, with the evidence that was given."""

from __future__ import annotations

import re

from telegram import Update
from telegram.constants import ParseMode

from handlers.addresses import EvidenceButton, TrailButton
from handlers.browse import words_after
from handlers.entry import stale
from handlers.paging import Block, pages_of, turning
from handlers.texts import Html, Speech, fill
from handlers.trail_sheet import SheetRow, trail_file
from handlers.trail_wording import STATES, TrailRow, done_by, entry_line, event_words, may_read, rows_of, unit_of
from handlers.turn import Button, Keyboard, Turn
from handlers.wording import when, who
from store.runs import Run, RunNotFoundError, RunState
from store.units import UnitNotFoundError

LISTED = 8
View = tuple[Html, Keyboard]


def show_trail(turn: Turn, update: Update) -> None:
    """Show the runs; or with a number behind the command the trail of that run."""
    words = words_after(update)
    if not words.isdecimal() or len(words) > 9:
        turn.say(*_list(turn, 1))
        return
    run = _run(turn, int(words))
    if run is None:
        turn.say(turn.t("There is no run {number} that you may see. /riwayat lists them.", number=int(words)))
        return
    turn.say(*_pages(turn, run, 1))


async def press_trail(turn: Turn, button: TrailButton) -> None:
    """Turn the message to the list or to a page of a run, or send a file."""
    if button.act in ("file", "all"):
        await _send_file(turn, button)
    else:
        turn.do(lambda: _show(turn, button))


def send_evidence(turn: Turn, button: EvidenceButton) -> None:
    """Send the file that was given as evidence in an entry."""
    run = _run(turn, button.run_id)
    if run is None:
        stale(turn)
        return
    rows = rows_of(turn.rooms.store, turn.rooms.store.trail.of_run(run.id))
    row = next((row for row in rows if row.entry.id == button.entry_id), None)
    if row is None or row.evidence is None:
        stale(turn)
        return
    turn.toast()
    if turn.rooms.taps.is_repeat((turn.person.id, turn.place.message_id, button)):
        return
    told = fill(
        "{code} · {who} · {when}",
        code=f"{run.code} {row.step.number}" if row.step else run.code,
        who=done_by(turn.t, row.entry),
        when=when(row.entry.at, turn.rooms.timezone),
    )
    method, part = ("sendPhoto", "photo") if row.evidence.is_picture else ("sendDocument", "document")
    turn.send(method, {part: row.evidence.file_id, "caption": told, "parse_mode": ParseMode.HTML})


def _show(turn: Turn, button: TrailButton) -> None:
    if button.act == "list":
        turn.toast()
        turn.show(*_list(turn, button.page))
        return
    run = _run(turn, button.run_id)
    if run is None:
        stale(turn)
        return
    turn.toast()
    turn.show(*_pages(turn, run, button.page))


def _run(turn: Turn, run_id: int) -> Run | None:
    """Return a run that has a trail and whose trail the person may read."""
    try:
        run = turn.rooms.store.runs.get(run_id)
    except RunNotFoundError:
        return None
    return run if run.state is not RunState.DRAFT and may_read(turn, run.unit_id) else None


def _runs(turn: Turn) -> list[Run]:
    return [run for run in turn.rooms.store.runs.all() if _run(turn, run.id) is not None]


def _list(turn: Turn, page: int) -> View:
    """Return a page of the runs, the newest first."""
    t, runs = turn.t, _runs(turn)
    rest = [[Button(t.plain("Everything as XLSX"), TrailButton("all").data())]]
    if not runs:
        return t("There is no run yet whose trail you may see."), rest
    last = (len(runs) + LISTED - 1) // LISTED
    page = min(max(page, 1), last)
    rows = [
        [Button(_label(turn, run), TrailButton("run", run.id).data())]
        for run in runs[(page - 1) * LISTED : page * LISTED]
    ]
    text = t("<b>Audit trail</b>\nRuns: {count}. Which one?", count=len(runs))
    return text, [*rows, turning(page, last, lambda other: TrailButton("list", 0, other)), *rest]


def _label(turn: Turn, run: Run) -> str:
    started = run.started_at.astimezone(turn.rooms.timezone)
    return f"{run.id} · {run.code} · {started:%d.%m.%Y} · {turn.t.plain(STATES[run.state])} · {unit_of(turn, run)}"


def _pages(turn: Turn, run: Run, number: int) -> View:
    """Return a page of a run's trail, with a button for each file that was given on it."""
    t, zone = turn.t, turn.rooms.timezone
    rows = rows_of(turn.rooms.store, turn.rooms.store.trail.of_run(run.id))
    blocks = [Block(Html(""), (entry_line(turn, place, row, zone),)) for place, row in enumerate(rows, start=1)]
    title = t(
        "<b>Run {number}: {code} {title}</b>\n{unit} · {state}",
        number=run.id,
        code=run.code,
        title=run.title.of(turn.language),
        unit=unit_of(turn, run),
        state=t(STATES[run.state]),
    )
    pages = pages_of(blocks, title)
    number = min(max(number, 1), len(pages))
    shown = {int(place) for place in re.findall(r"^(\d+)\. ", pages[number - 1], re.MULTILINE)}
    files = [
        [Button(f"📎 {place}: {row.evidence.name}", EvidenceButton(run.id, row.entry.id).data())]
        for place, row in enumerate(rows, start=1)
        if row.evidence is not None and place in shown
    ]
    below = [
        Button(t.plain("As XLSX"), TrailButton("file", run.id).data()),
        Button(t.plain("« Runs"), TrailButton("list").data()),
    ]
    return pages[number - 1], [
        *files,
        turning(number, len(pages), lambda other: TrailButton("run", run.id, other)),
        below,
    ]


# ---------------------------------------------------------------- the file


async def _send_file(turn: Turn, button: TrailButton) -> None:
    """Send a run's trail, or all that the person may see; the file is made off the desk."""
    run = await turn.read(lambda: _run(turn, button.run_id)) if button.act == "file" else None
    if button.act == "file" and run is None:
        stale(turn)
        return
    turn.toast()
    if turn.rooms.taps.is_repeat((turn.person.id, turn.place.message_id, button)):
        return
    facts, rows = await turn.read(lambda: _gathered(turn, run))
    content = await turn.work(trail_file, turn.t, facts, rows, turn.rooms.timezone)
    turn.do(
        lambda: turn.hand(_file_name(turn, run), content, turn.t("The audit trail, {count} entries.", count=len(rows)))
    )


def _gathered(turn: Turn, run: Run | None) -> tuple[list[tuple[str, str]], list[SheetRow]]:
    """Read what the file says; at the desk."""
    store = turn.rooms.store
    if run is not None:
        rows = rows_of(store, store.trail.of_run(run.id))
    else:
        every = rows_of(store, store.trail.all())
        units = {unit_id: may_read(turn, unit_id) for unit_id in {_unit_id(row) for row in every}}
        rows = [row for row in every if units[_unit_id(row)]]
    names = {each.id: unit_of(turn, each) for each in dict.fromkeys(row.run for row in rows) if each is not None}
    found = [SheetRow(row, names[row.run.id] if row.run else "", event_words(turn, row)) for row in rows]
    return _facts(turn, run, len(found)), found


def _unit_id(row: TrailRow) -> int | None:
    """Return the unit by which it is decided who may see an entry: its run's, or its event's."""
    unit_id = row.run.unit_id if row.run is not None else row.entry.details.get("unit")
    return int(unit_id) if unit_id is not None else None


def _facts(turn: Turn, run: Run | None, count: int) -> list[tuple[str, str]]:
    t, zone = turn.t, turn.rooms.timezone
    of_run = _run_facts(turn, t, run) if run is not None else [(t.plain("Run"), t.plain("all"))]
    return [
        (t.plain("Audit trail"), "TanyaMutu"),
        *of_run,
        (t.plain("Entries"), str(count)),
        (t.plain("Exported by"), f"{turn.person.name}, {_who(turn)}"),
        (t.plain("Exported at"), when(turn.rooms.clock(), zone)),
        (t.plain("Time zone"), str(zone)),
    ]


def _run_facts(turn: Turn, t: Speech, run: Run) -> list[tuple[str, str]]:
    return [
        (t.plain("Run"), str(run.id)),
        (t.plain("SOP"), f"{run.code} {run.title.of(turn.language)}"),
        (t.plain("Document"), run.document),
        (t.plain("Version of the document (digest)"), run.digest),
        (t.plain("Unit of the run"), unit_of(turn, run)),
        (t.plain("State"), t.plain(STATES[run.state])),
        (t.plain("Started"), when(run.started_at, turn.rooms.timezone)),
        (t.plain("Ended"), when(run.finished_at, turn.rooms.timezone) if run.finished_at else ""),
    ]


def _who(turn: Turn) -> str:
    try:
        return who(turn.t, turn.rooms.store, turn.person.role, turn.person.unit_id)
    except UnitNotFoundError:
        return who(turn.t, turn.rooms.store, turn.person.role, None)


def _file_name(turn: Turn, run: Run | None) -> str:
    """Return ``riwayat-<code>-<run>.xlsx``, ``riwayat-semua-<day>.xlsx`` for all."""
    if run is None:
        return f"riwayat-semua-{turn.rooms.today}.xlsx"
    return f"riwayat-{re.sub(r'[^A-Za-z0-9.]+', '-', run.code).strip('-')}-{run.id}.xlsx"
