"""How the audit trail is written: what was done, by whom in which role, and what was said to it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any, Final
from zoneinfo import ZoneInfo

from handlers.texts import N_, Html, Speech, fill
from handlers.turn import Turn
from handlers.wording import role_name, unit_label, when
from index.reply import clip, one_line
from reminders.dates import read_back
from store.database import to_json
from store.permissions import Action, Subject, may
from store.runs import Run, RunNotFoundError, RunState, RunStep
from store.store import Store
from store.trail import Act, Entry
from store.units import UnitNotFoundError

ACTS: Final[dict[Act, str]] = {
    Act.RUN_STARTED: N_("run started"),
    Act.RUN_STOPPED: N_("run stopped"),
    Act.RUN_FINISHED: N_("run finished"),
    Act.RUN_TAKEN_OVER: N_("run taken over, its coordinator left"),
    Act.STEP_OPENED: N_("step's turn has come"),
    Act.STEP_DONE: N_("step done"),
    Act.PART_DONE: N_("own part of the step done"),
    Act.STEP_SKIPPED: N_("step skipped"),
    Act.STEP_REOPENED: N_("step opened again"),
    Act.DATE_SET: N_("day set"),
    Act.PUT_OFF: N_("put off"),
    Act.MOVED: N_("moved with the calendar"),
    Act.ASSIGNED: N_("step given"),
    Act.OFFERED: N_("step offered"),
    Act.ACCEPTED: N_("step accepted"),
    Act.DECLINED: N_("step declined"),
    Act.RELEASED: N_("nobody has the step any more"),
    Act.EVENT_ADDED: N_("event entered in the calendar"),
    Act.EVENT_CHANGED: N_("event of the calendar changed"),
    Act.EVENT_REMOVED: N_("event removed from the calendar"),
    Act.EVIDENCE: N_("evidence given"),
    Act.RULED: N_("rule decided"),
    Act.POPULATION_IMPORTED: N_("list of graduates imported"),
    Act.CAMPAIGN_SET: N_("survey made or changed"),
    Act.LINKS_EXPORTED: N_("links into a survey given out"),
    Act.NAMES_SEEN: N_("names of who has not answered seen"),
    Act.ANSWERS_SEEN: N_("answers with names seen"),
    Act.ANSWERS_EXPORTED: N_("answers exported"),
    Act.ANSWERS_PURGED: N_("answers deleted after their time"),
}
STATES: Final[dict[RunState, str]] = {
    RunState.DRAFT: N_("a plan"),
    RunState.RUNNING: N_("running"),
    RunState.FINISHED: N_("finished"),
    RunState.STOPPED: N_("stopped"),
}
_WHYS: Final[dict[str, str]] = {
    "gone": N_("the person is gone"),
    "blocked": N_("the person has blocked the bot"),
    "role": N_("the person has another role now"),
}
_SHOWN = frozenset({"reason", "note", "evidence", "before", "day", "why", "kind", "label", "starts", "ends"})
LONGEST_WORDS = 300


@dataclass(frozen=True)
class Evidence:
    """A file of Telegram that was given as evidence."""

    file_id: str
    name: str
    is_picture: bool = False
    """Telegram sends a picture by another call than a file."""


@dataclass(frozen=True)
class TrailRow:
    """An entry with what it is about; all that a page or a sheet says of it."""

    entry: Entry
    run: Run | None
    step: RunStep | None

    @property
    def evidence(self) -> Evidence | None:
        """The file that was given, None without one."""
        found = self.entry.details.get("evidence")
        return (
            Evidence(str(found["file_id"]), str(found.get("name") or ""), bool(found.get("is_picture")))
            if found
            else None
        )

    def day(self, name: str) -> dt.date | None:
        """Return a day that the entry's details name (``before``, ``day``, ``starts``, ``ends``)."""
        text = self.entry.details.get(name)
        return dt.date.fromisoformat(str(text)) if text else None

    @property
    def rest(self) -> str:
        """What else the details hold, as JSON; empty for nothing."""
        rest = {name: value for name, value in self.entry.details.items() if name not in _SHOWN}
        return to_json(rest) if rest else ""


def rows_of(store: Store, entries: tuple[Entry, ...]) -> list[TrailRow]:
    """Return entries with what they are about; at the desk."""
    runs: dict[int, Run] = {}
    steps: dict[int, RunStep] = {}
    for run_id in dict.fromkeys(entry.run_id for entry in entries if entry.run_id is not None):
        try:
            runs[run_id] = store.runs.get(run_id)
        except RunNotFoundError:
            continue
        steps |= {step.id: step for step in store.runs.steps(run_id)}
    return [TrailRow(entry, runs.get(entry.run_id or 0), steps.get(entry.step_id or 0)) for entry in entries]


def may_read(turn: Turn, unit_id: int | None) -> bool:
    """Whether the person may read the trail of a unit's runs; at the desk."""
    try:
        unit_ids = frozenset[int]() if unit_id is None else turn.rooms.store.units.chain(unit_id)
    except UnitNotFoundError:
        unit_ids = frozenset[int]()
    return may(turn.person, Action.READ_TRAIL, Subject(unit_ids=unit_ids))


def unit_of(turn: Turn, run: Run) -> str:
    """Return the name of the unit that a run is for; at the desk."""
    if run.unit_id is None:
        return turn.t.plain("the whole university")
    return unit_label(turn.rooms.store.units.get(run.unit_id))


def done_by(t: Speech, entry: Entry) -> str:
    """Return who did it, with the role they had; the bot itself where nobody did."""
    if not entry.name:
        return t.plain("TanyaMutu itself")
    return f"{entry.name} ({role_name(t, entry.role)})" if entry.role else entry.name


def clause_of(step: RunStep) -> str:
    """Return a step's clause as an address: code, source, lines."""
    first, last = step.lines
    return f"{step.code} · {step.source}:{first}" + (f"–{last}" if last != first else "")


def why(t: Speech, row: TrailRow) -> str:
    """Return why something happened by itself, or the reason that was given."""
    details = row.entry.details
    known = _WHYS.get(str(details.get("why", "")))
    return t.plain(known) if known else one_line(str(details.get("reason", "")))


def days(t: Speech, row: TrailRow) -> str:
    """Return the day that was and the one that is, as far as the entry names them."""
    before, after = row.day("before"), row.day("day")
    shown = [read_back(day, t.language) if day else "–" for day in (before, after)]
    return " → ".join(shown) if before or after else ""


def entry_line(turn: Turn, number: int, row: TrailRow, zone: ZoneInfo) -> Html:
    """Return an entry as a line of a page."""
    t, entry = turn.t, row.entry
    line = fill(
        "{number}. {when} · {who}: {act}",
        number=number,
        when=when(entry.at, zone),
        who=done_by(t, entry),
        act=t(ACTS[entry.act]),
    )
    parts: list[Any] = []
    if row.step is not None:
        words = clip(one_line(row.step.text.of(t.language)), LONGEST_WORDS)
        parts.append(f"{row.step.number}. {words}" if row.step.number else words)
    if entry.act in (Act.EVENT_ADDED, Act.EVENT_CHANGED, Act.EVENT_REMOVED):
        parts.append(event_words(turn, row))
    if entry.told_name:
        parts.append(f"→ {entry.told_name}")
    parts.append(days(t, row))
    parts.append(t("reason: {words}", words=clip(why(t, row), LONGEST_WORDS)) if why(t, row) else "")
    note = one_line(str(entry.details.get("note", "")))
    parts.append(t("note: {words}", words=clip(note, LONGEST_WORDS)) if note else "")
    parts.append(t("evidence: {words}", words=clip(row.evidence.name, 100)) if row.evidence else "")
    told = Html("; ").join(fill("{part}", part=part) for part in parts if part)
    return fill("{line}\n   <i>{told}</i>", line=line, told=Html(told)) if told else line


def event_words(turn: Turn, row: TrailRow) -> str:
    """Return the event of the calendar that an entry is about, with its days; empty for other entries."""
    details = row.entry.details
    if "kind" not in details:
        return ""
    title = turn.rooms.kinds.title(str(details["kind"]), str(details.get("label", "")), turn.language)
    shown = [read_back(day, turn.language) for day in (row.day("starts"), row.day("ends")) if day]
    return f"{title}, {' – '.join(dict.fromkeys(shown))}"
