"""When somebody wants to be reminded: how many days before, at what time of the morning, in which hours not."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from telegram import Update

from handlers import ask, own_wish
from handlers.addresses import AgendaButton, ReminderSettingsButton
from handlers.day_wording import date_fault, refusal
from handlers.entry import stale
from handlers.texts import Html, Speech, fill
from handlers.turn import Button, Keyboard, Turn
from handlers.unit_search import QUESTION_WORDS
from index.reply import clip
from reminders.dates import DateError, read_time
from store.wishes import QUIET, Wishes, WishRefusedError

STEP = "reminder_morning"
LEAD_DAYS = (14, 7, 3, 1, 0)
MORNINGS = tuple(dt.time(hour, minute) for hour in range(6, 10) for minute in (0, 30) if (hour, minute) <= (9, 0))
NO_QUIET = (dt.time(0), dt.time(0))
QUIET_HOURS = (
    QUIET,
    (dt.time(21), dt.time(6)),
    (dt.time(22), dt.time(5)),
    (dt.time(18), dt.time(7)),
    NO_QUIET,
)


def press_settings(turn: Turn, button: ReminderSettingsButton) -> None:
    """Show the settings, or change one; what waits is planned anew."""
    before = turn.rooms.store.wishes.of(turn.person.id)
    if button.act in ("show", "typed"):
        turn.toast()
        if button.act == "typed":
            _ask_morning(turn)
        else:
            turn.show(*_settings(turn, before))
        return
    wanted = _changed(before, button)
    if wanted is None:
        stale(turn)
        return
    try:
        after = _keep(turn, before, wanted)
    except WishRefusedError as error:
        turn.toast(refusal(turn.t, error), is_alert=True)
        return
    turn.toast()
    if after != before:
        turn.show(*_settings(turn, after, before))


async def take_morning(turn: Turn, update: Update) -> None:
    """Take a time that was written; what asks something is answered instead."""
    words = ((update.effective_message and update.effective_message.text) or "").strip()
    if own_wish.is_wish(turn, words):
        turn.do(lambda: own_wish.take_wish(turn, update))
        return
    if words.endswith("?") or len(words.split()) >= QUESTION_WORDS:
        await ask.ask(turn, update)
        return
    turn.do(lambda: _take(turn, words))


def _take(turn: Turn, words: str) -> None:
    t, before = turn.t, turn.rooms.store.wishes.of(turn.person.id)
    try:
        time = read_time(f"jam {words}")
        if time is None:
            turn.say(t("“{words}” is no time of the day; write it as 07.15.", words=clip(words, 100)))
            return
        after = _keep(turn, before, replace(before, morning=time))
    except DateError as error:
        turn.say(date_fault(t, error))
    except WishRefusedError as error:
        turn.say(fill("{sentence}", sentence=refusal(t, error)))
    else:
        turn.say(*_settings(turn, after, before))


def _changed(wishes: Wishes, button: ReminderSettingsButton) -> Wishes | None:
    """Return wishes with what a button changes, None for one that is forged."""
    if button.act == "rule":
        return replace(wishes, leads=None)
    if button.act == "lead" and button.value in LEAD_DAYS:
        leads = set(wishes.leads or ()) | {button.value} if button.on else set(wishes.leads or ()) - {button.value}
        return replace(wishes, leads=tuple(sorted(leads, reverse=True)))
    if button.act == "morning":
        return next((replace(wishes, morning=time) for time in MORNINGS if _minutes(time) == button.value), None)
    if button.act == "quiet" and 0 <= button.value < len(QUIET_HOURS):
        start, end = QUIET_HOURS[button.value]
        return replace(wishes, quiet_from=start, quiet_to=end)
    return None


def _keep(turn: Turn, before: Wishes, wanted: Wishes) -> Wishes:
    """Keep wishes and plan anew what waits; raises `WishRefusedError`, and then nothing changes."""
    if wanted != before:
        turn.rooms.store.wishes.keep(turn.person.id, wanted)
        turn.rooms.running.schedule.again_for(turn.person.id)
    return turn.rooms.store.wishes.of(turn.person.id)


def _ask_morning(turn: Turn) -> None:
    turn.set_step(STEP)
    back = Button(turn.t.plain("« Settings"), ReminderSettingsButton("show").data())
    turn.show(turn.t("At what time of the day shall I remind you? Write it as 07.15."), [[back]])


def _settings(turn: Turn, wishes: Wishes, before: Wishes | None = None) -> tuple[Html, Keyboard]:
    """Return the settings with a button for each choice; after a change also what was."""
    turn.end_step(STEP)
    t = turn.t
    lines = [t("<b>When shall I remind you?</b>"), *_lines(t, wishes)]
    if before is not None:
        lines += [Html(""), t("<i>Before:</i>"), *_lines(t, before)]
    rows = [
        [_lead_button(t, wishes, lead) for lead in LEAD_DAYS],
        [Button(_mark(t.plain("Days as the rule says"), wishes.leads is None), ReminderSettingsButton("rule").data())],
        [_morning_button(wishes, time) for time in MORNINGS[:4]],
        [_morning_button(wishes, time) for time in MORNINGS[4:]],
        [Button(t.plain("Another time …"), ReminderSettingsButton("typed").data())],
        [_quiet_button(t, wishes, place) for place in range(2)],
        [_quiet_button(t, wishes, place) for place in range(2, 4)],
        [_quiet_button(t, wishes, 4)],
        [Button(t.plain("« Schedule"), AgendaButton("show").data())],
    ]
    return Html("\n".join(lines)), rows


def _lines(t: Speech, wishes: Wishes) -> list[Html]:
    quiet = f"{wishes.quiet_from:%H.%M}–{wishes.quiet_to:%H.%M}" if _has_quiet(wishes) else t.plain("none")
    return [
        t("Days before: {leads}", leads=_leads(t, wishes)),
        t("Time of the day: {time}", time=f"{wishes.morning:%H.%M}"),
        t("Quiet hours: {hours}", hours=quiet),
    ]


def _leads(t: Speech, wishes: Wishes) -> str:
    if wishes.leads is None:
        return t.plain("as the rule says, else 7, 3, 1 and on the day")
    if not wishes.leads:
        return t.plain("none; only when something is late")
    return ", ".join(str(lead) if lead else t.plain("on the day") for lead in wishes.leads)


def _lead_button(t: Speech, wishes: Wishes, lead: int) -> Button:
    is_on = wishes.leads is not None and lead in wishes.leads
    label = str(lead) if lead else t.plain("on the day")
    return Button(_mark(label, is_on), ReminderSettingsButton("lead", lead, int(not is_on)).data())


def _morning_button(wishes: Wishes, time: dt.time) -> Button:
    return Button(
        _mark(f"{time:%H.%M}", time == wishes.morning), ReminderSettingsButton("morning", _minutes(time)).data()
    )


def _quiet_button(t: Speech, wishes: Wishes, place: int) -> Button:
    start, end = QUIET_HOURS[place]
    is_off = QUIET_HOURS[place] == NO_QUIET
    label = t.plain("No quiet hours") if is_off else t.plain("Quiet {hours}", hours=f"{start:%H.%M}–{end:%H.%M}")
    is_chosen = not _has_quiet(wishes) if is_off else (wishes.quiet_from, wishes.quiet_to) == (start, end)
    return Button(_mark(label, is_chosen), ReminderSettingsButton("quiet", place).data())


def _has_quiet(wishes: Wishes) -> bool:
    return wishes.quiet_from != wishes.quiet_to


def _mark(label: str, is_chosen: bool) -> str:
    return f"✅ {label}" if is_chosen else label


def _minutes(time: dt.time) -> int:
    return time.hour * 60 + time.minute
