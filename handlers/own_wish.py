"""“Ingatkan saya …”: a reminder of one's own, from words (or an answer's time limit) to the reminder kept.

    words ──> what about? ──> which day? ──> read back in full ──> kept
                  ^                ^                │
                  └────────────────┴── change ──────┘

What is missing is asked, with buttons for what may be meant; nothing is filled in. All that was gathered stands
in the step of the dialogue, so that it outlives a restart; buttons carry the draft's number, so that those of an
older one do not work on it. What asks something is answered meanwhile.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any, Literal

from telegram import Update

from handlers import ask
from handlers.addresses import AgendaButton, OwnButton, WishButton
from handlers.day_wording import date_fault, day_with_note, refusal
from handlers.entry import stale
from handlers.texts import Html, fill
from handlers.turn import Button, Turn
from index.reply import Citation, address, clip
from reminders.calendar import LAST_YEAR
from reminders.dates import DateError, FullDate, PartialDate, months_on, read_back
from reminders.wishing import Wish, read_wish, what_and_when
from store.wishes import LONGEST_TEXT, OwnReminder, WishRefusedError

STEP = "own_reminder"
QUESTION_WORDS = 5
"""So many words without a date are a question: nobody must end a dialogue in order to ask."""
Want = Literal["", "text", "day"]


@dataclass(frozen=True)
class Draft:
    """A reminder that is being made; ``number`` is that of the update that began it.

    ``reminder_id`` is set where one that was kept shall come at another time; ``wants`` is what was asked last.
    """

    number: int
    text: str = ""
    day: dt.date | None = None
    time: dt.time | None = None
    clause: dict[str, Any] | None = None
    reminder_id: int = 0
    wants: Want = ""

    def data(self) -> dict[str, Any]:
        """Return it as the store keeps a dialogue."""
        return {
            "number": self.number,
            "text": self.text,
            "day": self.day.isoformat() if self.day else None,
            "time": self.time.isoformat("minutes") if self.time else None,
            "clause": self.clause,
            "reminder_id": self.reminder_id,
            "wants": self.wants,
        }

    @classmethod
    def of(cls, turn: Turn) -> Draft | None:
        """Return the draft of the running dialogue."""
        if turn.step is None or turn.step.name != STEP:
            return None
        data = turn.step.data
        day, time = data.get("day"), data.get("time")
        return cls(
            number=data.get("number", 0),
            text=data.get("text", ""),
            day=dt.date.fromisoformat(day) if day else None,
            time=dt.time.fromisoformat(time) if time else None,
            clause=data.get("clause"),
            reminder_id=data.get("reminder_id", 0),
            wants=data.get("wants", ""),
        )


def is_wish(turn: Turn, text: str) -> bool:
    """Whether words ask for a reminder; a date in them that is none does not change it."""
    try:
        return read_wish(text, turn.rooms.today) is not None
    except DateError:
        return True


def take_wish(turn: Turn, update: Update) -> None:
    """Begin a reminder with words that ask for one."""
    _begin(turn, _words(update))


def begin_empty(turn: Turn) -> None:
    """Begin a reminder of which nothing is known yet."""
    _go_on(turn, Draft(turn.claimed.update_id))


def change_day(turn: Turn, reminder: OwnReminder) -> None:
    """Ask for another day for a reminder that waits."""
    draft = Draft(turn.claimed.update_id, reminder.text, clause=reminder.clause, reminder_id=reminder.id)
    _go_on(turn, draft)


def start(turn: Turn, text: str, clause: Citation, asking: Html, rows: Iterable[tuple[str, dt.date]]) -> None:
    """Begin a reminder of a clause: ask for its day, with buttons for days that are proposed."""
    draft = Draft(turn.claimed.update_id, clip(text, LONGEST_TEXT), clause=clause.model_dump(mode="json"), wants="day")
    turn.set_step(STEP, **draft.data())
    buttons = [[_day_button(label, draft, day)] for label, day in rows]
    turn.say(asking, [*buttons, [_button(turn, "date", draft), _button(turn, "cancel", draft)]])


async def take_words(turn: Turn, update: Update) -> None:
    """Take what is written in the middle of the dialogue; what asks something is answered instead."""
    draft, words = Draft.of(turn), _words(update)
    if draft is None:
        return
    if is_wish(turn, words):
        turn.do(lambda: _begin(turn, words))
    elif _is_question(turn, draft, words):
        await ask.ask(turn, update)
    elif draft.wants == "text":
        turn.do(lambda: _take_text(turn, draft, words))
    else:
        turn.do(lambda: _take_day(turn, draft, words))


def press_wish(turn: Turn, button: WishButton) -> None:
    """Go on with the reminder that is being made."""
    press = (turn.person.id, turn.place.message_id, button)
    draft = Draft.of(turn)
    if draft is None or draft.number != button.draft:
        if turn.rooms.taps.is_repeat(press):
            turn.toast()
        else:
            stale(turn)
        return
    turn.rooms.taps.is_repeat(press)  # so that the second of two taps is known when the dialogue has ended
    if button.act == "save":
        _save(turn, draft)
        return
    turn.toast()
    if button.act == "cancel":
        turn.end_step()
        turn.show(turn.t("No reminder was made."))
    elif button.act == "words":
        _ask_text(turn, draft)
    elif button.act == "date":
        _ask_day(turn, replace(draft, day=None, time=None))
    else:
        _go_on(turn, replace(draft, day=_day_of(button.value)))


def _begin(turn: Turn, words: str) -> None:
    """Begin with a wish; where its date is none, the rest of it is kept."""
    today, number = turn.rooms.today, turn.claimed.update_id
    try:
        wish = read_wish(words, today)
    except DateError as error:
        _ask_day(turn, Draft(number, _without_date(words, error, today)), date_fault(turn.t, error))
        return
    if wish is not None:
        _take(turn, Draft(number, wish.text), wish)


def _take(turn: Turn, draft: Draft, wish: Wish) -> None:
    """Take a date and a time into a draft, and go on with what is missing."""
    time = wish.time or draft.time
    if isinstance(wish.date, PartialDate):
        note = turn.t("“{words}” is not a whole date.", words=wish.date.words)
        _ask_day(turn, replace(draft, day=None, time=time), note, _suggestions(wish.date))
        return
    day = wish.date.day if isinstance(wish.date, FullDate) else draft.day
    _go_on(turn, replace(draft, day=day, time=time))


def _take_text(turn: Turn, draft: Draft, words: str) -> None:
    if draft.day is not None:
        _go_on(turn, replace(draft, text=words))
        return
    try:
        wish = what_and_when(words, turn.rooms.today)
    except DateError:  # what it is about may speak of several days
        wish = Wish(words, None)
    _take(turn, replace(draft, text=wish.text or words), wish)


def _take_day(turn: Turn, draft: Draft, words: str) -> None:
    try:
        wish = what_and_when(words, turn.rooms.today)
    except DateError as error:
        _ask_day(turn, draft, date_fault(turn.t, error))
        return
    if wish.date is None and wish.time is None:
        _ask_day(turn, draft, turn.t("“{words}” is no date that I can read.", words=clip(words, 100)))
        return
    _take(turn, draft, wish)


def _go_on(turn: Turn, draft: Draft) -> None:
    """Ask for what is missing or cannot be, else read all back."""
    length = len(" ".join(draft.text.split()))
    if not 0 < length <= LONGEST_TEXT:
        note = turn.t("A reminder needs 1 to 500 characters: write what it is about.") if length else None
        _ask_text(turn, replace(draft, text=""), note)
    elif draft.day is None:
        near = (turn.rooms.today + dt.timedelta(days=ahead) for ahead in (0, 1))
        _ask_day(turn, draft, days=[day for day in near if not _problem(turn, draft, day)])
    elif problem := _problem(turn, draft, draft.day):
        _ask_day(turn, replace(draft, day=None, time=None), problem)
    else:
        _read_back(turn, replace(draft, wants=""), draft.day)


def _problem(turn: Turn, draft: Draft, day: dt.date) -> Html | None:
    """Return why nobody can be reminded then: it is over, or too far away."""
    t = turn.t
    if day.year > LAST_YEAR:
        return t("{day} is too far away.", day=read_back(day, turn.language))
    if day < turn.rooms.today:
        return t("{day} is over already.", day=read_back(day, turn.language, draft.time))
    morning = turn.rooms.store.wishes.of(turn.person.id).morning
    at = turn.rooms.running.almanac.timing().at(day, draft.time or morning)
    if at > turn.rooms.clock():
        return None
    if draft.time is None:
        return t(
            "This morning's time for reminders, {time}, is over. Write today with a time, or another day.",
            time=f"{morning:%H.%M}",
        )
    return t("{day} is over already.", day=read_back(day, turn.language, draft.time))


def _ask_text(turn: Turn, draft: Draft, note: Html | None = None) -> None:
    turn.set_step(STEP, **replace(draft, wants="text").data())
    asking = turn.t("What shall I remind you of? Write it in a sentence.")
    turn.show(
        fill("{note}\n{asking}", note=note, asking=asking) if note else asking, [[_button(turn, "cancel", draft)]]
    )


def _ask_day(turn: Turn, draft: Draft, note: Html | None = None, days: Iterable[dt.date] = ()) -> None:
    """Ask for the day, with buttons for those that may be meant."""
    t = turn.t
    turn.set_step(STEP, **replace(draft, wants="day").data())
    lines = [note] if note else []
    if draft.text:
        lines.append(fill("<b>{text}</b>", text=clip(draft.text, LONGEST_TEXT)))
    example = t("For which day? Write it, with a time if you like: 3 Dec 2026, or tomorrow at 9:00.")
    rows = [[_day_button(read_back(day, turn.language), draft, day)] for day in days]
    turn.show(Html("\n".join([*lines, example])), [*rows, [_button(turn, "cancel", draft)]])


def _read_back(turn: Turn, draft: Draft, day: dt.date) -> None:
    """Show all of it, to be kept or changed."""
    t = turn.t
    turn.set_step(STEP, **draft.data())
    morning = turn.rooms.store.wishes.of(turn.person.id).morning
    workdays = turn.rooms.running.almanac.timing(turn.person.unit_id).workdays
    lines = [
        t("<b>Shall I remind you so?</b>"),
        fill("{text}", text=draft.text),
        fill("⏰ {day}", day=day_with_note(t, day, workdays, draft.time or morning)),
    ]
    if draft.clause is not None:
        lines.append(
            fill("{address}", address=clip(address(Citation.model_validate(draft.clause), turn.language), 400))
        )
    changes = [_button(turn, "date", draft)]
    if not draft.reminder_id:
        changes.append(_button(turn, "words", draft))
    turn.show(Html("\n".join(lines)), [[_button(turn, "save", draft), _button(turn, "cancel", draft)], changes])


def _save(turn: Turn, draft: Draft) -> None:
    """Keep the reminder; what cannot be kept is said, and nothing changes."""
    t, wishes = turn.t, turn.rooms.store.wishes
    if draft.day is None or not draft.text or _problem(turn, draft, draft.day):
        turn.toast()
        _go_on(turn, draft)
        return
    try:
        if draft.reminder_id:
            known = wishes.own(draft.reminder_id, turn.person.id)
            if known is None:
                turn.end_step()
                stale(turn)
                return
            kept = wishes.move_own(known.id, draft.day, draft.time)
        else:
            kept = wishes.add_own(turn.person.id, draft.text, draft.day, draft.time, draft.clause)
    except WishRefusedError as error:
        turn.toast(refusal(t, error), is_alert=True)
        return
    turn.toast()
    turn.end_step()
    turn.rooms.running.schedule.own(kept)
    when = read_back(kept.day, turn.language, kept.time or wishes.of(turn.person.id).morning)
    text = t("Kept. I will remind you: <b>{text}</b>\n⏰ {when}", text=kept.text, when=when)
    schedule = Button(t.plain("My schedule"), AgendaButton("show").data())
    turn.show(text, [[schedule, Button(t.plain("Change or remove"), OwnButton("open", kept.id).data())]])


def _is_question(turn: Turn, draft: Draft, words: str) -> bool:
    """Whether words that were written in the dialogue ask something else."""
    if words.rstrip().endswith("?"):
        return True
    if draft.wants == "text":
        return False
    try:
        wish = what_and_when(words, turn.rooms.today)
    except DateError:
        return False
    return wish.date is None and wish.time is None and (not draft.wants or len(words.split()) >= QUESTION_WORDS)


def _without_date(words: str, error: DateError, today: dt.date) -> str:
    """Return what a wish is about whose date is none; empty if that cannot be told."""
    try:
        wish = read_wish(words.replace(error.words, " "), today)
    except DateError:
        return ""
    return wish.text if wish is not None else ""


def _suggestions(date: PartialDate) -> list[dt.date]:
    """Return the days that an incomplete date may mean, the nearest first."""
    nearest = date.suggestion
    if date.missing == ("week",):
        return [nearest, nearest + dt.timedelta(days=7)]
    months = {("year",): 12, ("year", "month"): 1}.get(date.missing)
    later = months_on(nearest, months) if months else nearest
    return [nearest, later] if later.day == nearest.day and later != nearest else [nearest]


def _day_of(value: int) -> dt.date | None:
    """Return the day of a button's number, None for a forged one."""
    try:
        return dt.datetime.strptime(str(value), "%Y%m%d").date()
    except ValueError:
        return None


def _day_button(label: str, draft: Draft, day: dt.date) -> Button:
    return Button(label, WishButton("day", draft.number, int(f"{day:%Y%m%d}")).data())


def _button(turn: Turn, act: Literal["save", "date", "words", "cancel"], draft: Draft) -> Button:
    t = turn.t
    labels = {
        "save": t.plain("✅ Save"),
        "date": t.plain("Other day or time"),
        "words": t.plain("Other words"),
        "cancel": t.plain("Cancel"),
    }
    return Button(labels[act], WishButton(act, draft.number).data())


def _words(update: Update) -> str:
    return ((update.effective_message and update.effective_message.text) or "").strip()
