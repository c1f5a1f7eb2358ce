"""A new survey: asked one thing after the other, read back in full, then opened.

    kind ──> (form) ──> academic year ──> (graduated when) ──> of which unit ──> days ──> (NIK) ──> contact
                                                                                   ↑                   │
                                        opened <── read back ──────── other days, title ───────────────┘

What is known so far stands in the dialogue's step (`Draft`); what is asked next follows from what is missing.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from telegram import Update

from handlers import ask
from handlers.addresses import SurveyDraftButton
from handlers.day_wording import date_fault
from handlers.entry import refuse
from handlers.texts import Html, fill
from handlers.tracer_wording import (
    KINDS,
    cohort_words,
    kept_until,
    may_manage,
    note,
    to_survey,
    to_surveys,
    whom,
    year_words,
)
from handlers.turn import Button, Keyboard, Turn
from handlers.unit_search import QUESTION_WORDS, has_units, outcome, search
from handlers.wording import unit_label
from index.reply import clip, one_line
from reminders.dates import DateError, FullDate, read_back
from reminders.periods import Days, read_days
from store.campaigns import (
    LONGEST_CONTACT,
    LONGEST_TITLE,
    CampaignKind,
    CampaignState,
    CampaignTermsError,
    CampaignUnknownError,
    NewCampaign,
)
from store.conversations import Step
from store.units import Unit, UnitNotFoundError
from tracer.population import NEWEST, academic_year, cohorts

STEP = "tracer_draft"
UNCHOSEN, UNIVERSITY = -1, 0
KIND_ORDER = tuple(KINDS)
FORMS = 8
"""Forms of people's own that are offered, the newest first."""


@dataclass(frozen=True)
class Draft:
    """What is known of the survey; ``first`` and ``last`` are the years of graduation, ``nik`` is 1 where asked."""

    number: int
    kind: str = ""
    form_id: int = 0
    year: int = 0
    first: int = 0
    last: int = 0
    unit: int = UNCHOSEN
    opens: dt.date | None = None
    closes: dt.date | None = None
    nik: int = UNCHOSEN
    contact: str | None = None
    title: str = ""
    wants_title: bool = False

    @property
    def unit_id(self) -> int | None:
        """The unit as the store has it."""
        return self.unit if self.unit > UNIVERSITY else None

    @property
    def asks(self) -> str:
        """What comes next; empty where all is known."""
        missing = {
            "kind": not self.kind,
            "form": self.kind == CampaignKind.OWN and not self.form_id,
            "year": not self.year,
            "span": not self.first,
            "unit": self.unit == UNCHOSEN,
            "days": self.opens is None or self.closes is None,
            "nik": self.nik == UNCHOSEN,
            "contact": self.contact is None,
            "title": self.wants_title,
        }
        return next((name for name, is_missing in missing.items() if is_missing), "")

    def data(self) -> dict[str, Any]:
        """Return the draft as a step keeps it."""
        days = {"opens": self.opens and self.opens.isoformat(), "closes": self.closes and self.closes.isoformat()}
        return {**vars(self), **days}

    @classmethod
    def of(cls, step: Step | None) -> Draft | None:
        """Return the draft that a step keeps, None where another dialogue or none is running."""
        if step is None or step.name != STEP or "number" not in step.data:
            return None
        days = {name: step.data[name] and dt.date.fromisoformat(step.data[name]) for name in ("opens", "closes")}
        return cls(**{**step.data, **days})


# ---------------------------------------------------------------- what a person does


def begin(turn: Turn, kind: str = "", form_id: int = 0) -> None:
    """Begin a survey, with its form if that is known."""
    _go_on(turn, Draft(turn.claimed.update_id, kind, form_id))


def press_draft(turn: Turn, button: SurveyDraftButton) -> None:
    """Take a choice; a button of a draft that is over changes nothing."""
    draft = Draft.of(turn.step)
    if button.act == "form" and button.draft == 0:
        turn.toast()
        known = button.value in {form.id for form in turn.rooms.store.campaigns.forms()}
        begin(turn, CampaignKind.OWN, button.value if known else 0)
        return
    if draft is None or draft.number != button.draft:
        turn.toast(turn.t.plain("This was dealt with already, or left. /tracer begins anew."), is_alert=True)
        return
    if button.act == "unit" and not may_manage(turn, button.value or None):
        refuse(turn)
        return
    turn.toast()
    if button.act == "cancel":
        turn.end_step()
        turn.show(turn.t("Cancelled. Nothing was changed."), [[to_surveys(turn)]])
    elif button.act == "save":
        _save(turn, draft)
    else:
        _go_on(turn, _chosen(turn, draft, button))


async def take_words(turn: Turn, update: Update) -> None:
    """Take the words of a unit, of days or of a title; a question in between is answered."""
    draft, message = Draft.of(turn.step), update.effective_message
    words = ((message and message.text) or "").strip()
    if draft is None:
        return
    if draft.asks == "unit":
        await search(turn, update, lambda said, found: _show_units(turn, draft, said, found))
    elif draft.asks in ("title", "contact"):
        turn.do(lambda: _take_text(turn, draft, words))
    elif draft.asks == "days":
        await _take_days(turn, update, draft, words)
    else:
        await ask.ask(turn, update)


# ---------------------------------------------------------------- what is asked


def _go_on(turn: Turn, draft: Draft) -> None:
    """Keep the draft and ask for what is missing; if nothing is, read it back."""
    draft = _settled(turn, draft)
    turn.set_step(STEP, **draft.data())
    text, rows = _ASKING[draft.asks](turn, draft)
    turn.show(text, [*rows, [_button(turn.t.plain("Cancel"), draft, "cancel")]])


def _settled(turn: Turn, draft: Draft) -> Draft:
    """Fill in what there is no choice about."""
    if draft.year and not draft.first and draft.kind == CampaignKind.NATIONAL:
        years = cohorts(draft.year)
        draft = replace(draft, first=years[0], last=years[-1])
    if draft.kind and draft.kind != CampaignKind.NATIONAL:
        draft = replace(draft, nik=0)
    if draft.unit == UNCHOSEN and not has_units(turn) and may_manage(turn, None):
        draft = replace(draft, unit=UNIVERSITY)
    return draft


def _ask_kind(turn: Turn, draft: Draft) -> tuple[Html, Keyboard]:
    rows = [
        [_button(turn.t.plain(KINDS[kind]), draft, "kind", place)]
        for place, kind in enumerate(KIND_ORDER)
        if kind is not CampaignKind.OWN or turn.rooms.store.campaigns.forms()
    ]
    text = turn.t(
        "<b>New survey</b>\nWhat shall be asked? For a questionnaire of your own send me its XLSForm (.xlsx) first."
    )
    return text, rows


def _ask_form(turn: Turn, draft: Draft) -> tuple[Html, Keyboard]:
    forms = turn.rooms.store.campaigns.forms()[:FORMS]
    return turn.t("Which questionnaire?"), [[_button(form.name, draft, "form", form.id)] for form in forms]


def _ask_year(turn: Turn, draft: Draft) -> tuple[Html, Keyboard]:
    now = academic_year(turn.rooms.today, turn.rooms.year_begins)
    text = turn.t("<b>{kind}</b>\nFor which academic year (TS)?", kind=turn.t.plain(KINDS[CampaignKind(draft.kind)]))
    return text, [[_button(year_words(year), draft, "year", year) for year in (now - 1, now, now + 1)]]


def _ask_span(turn: Turn, draft: Draft) -> tuple[Html, Keyboard]:
    rows = [
        [_button(cohort_words(turn.t, years), draft, "span", place)]
        for place, years in enumerate(_spans(turn, draft.year))
    ]
    text = turn.t("Graduates of which academic years shall be asked? The first choice is TS-4 to TS-2.")
    return text, rows


def _spans(turn: Turn, year: int) -> list[range]:
    """Return the years of graduation that are offered: TS-4 to TS-2, the single years around it, all of the list."""
    listed = turn.rooms.store.graduates.span()
    single = [range(one, one + 1) for one in range(year, year - NEWEST - 1, -1)]
    return list(dict.fromkeys([cohorts(year), *single, *([listed] if listed else [])]))


def _ask_unit(turn: Turn, draft: Draft) -> tuple[Html, Keyboard]:
    text = turn.t("Graduates of which unit? Choose, or write a part of its name or its code.")
    return text, _without_words(turn, draft)


def _without_words(turn: Turn, draft: Draft) -> Keyboard:
    """Return the units that take no search: the university and one's own."""
    own = turn.person.unit_id
    rows = []
    if may_manage(turn, None):
        rows.append([_button(turn.t.plain("The whole university"), draft, "unit", UNIVERSITY)])
    if own is not None and may_manage(turn, own):
        rows.append([_button(unit_label(turn.rooms.store.units.get(own)), draft, "unit", own)])
    return rows


def _ask_days(turn: Turn, _: Draft) -> tuple[Html, Keyboard]:
    text = turn.t(
        "From which day to which can it be answered? Write both: <i>1 Des 2026 – 31 Jan 2027</i>. With one day it"
        " opens today and closes on that day."
    )
    return text, []


def _ask_nik(turn: Turn, draft: Draft) -> tuple[Html, Keyboard]:
    text = turn.t(
        "Shall NIK and NPWP be asked? They are kept apart from the answers, masked everywhere and only in the"
        " ministry's file. Ask for them only if the ministry wants them this year."
    )
    no, yes = turn.t.plain("No, do not ask"), turn.t.plain("Yes, ask")
    return text, [[_button(no, draft, "nik", 0), _button(yes, draft, "nik", 1)]]


def _ask_contact(turn: Turn, draft: Draft) -> tuple[Html, Keyboard]:
    text = turn.t(
        "Whom may the asked turn to with questions? Write a name with a phone number or an e-mail address; it stands in"
        " the request for their consent."
    )
    return text, [[_button(turn.t.plain("Leave out"), draft, "contact")]]


def _ask_title(turn: Turn, _: Draft) -> tuple[Html, Keyboard]:
    return turn.t(
        "What shall it be called? The graduates read it. Write 1 to {most} characters.", most=LONGEST_TITLE
    ), []


def _read_back(turn: Turn, draft: Draft) -> tuple[Html, Keyboard]:
    """Return the survey as it would be opened."""
    t, new = turn.t, _new(turn, draft)
    population = _asked(turn, draft)
    lines = [
        fill("<b>{title}</b>", title=new.title),
        fill("{kind}", kind=_form_name(turn, draft)),
        t(
            "Academic year {year}; graduates of {cohorts}; {whom}",
            year=year_words(new.academic_year),
            cohorts=cohort_words(t, new.cohorts),
            whom=whom(turn, new.unit_id),
        ),
        t(
            "Open from {opens} to {closes}",
            opens=read_back(new.opens, t.language),
            closes=read_back(new.closes, t.language),
        ),
        t.several("{number} graduate of the list", "{number} graduates of the list", population),
    ]
    if draft.kind == CampaignKind.NATIONAL:
        lines.append(t("NIK and NPWP are asked.") if new.asks_nik else t("NIK and NPWP are not asked."))
    if new.contact:
        lines.append(t("For questions: {contact}", contact=new.contact))
    until = read_back(kept_until(turn, new.closes), t.language)
    lines.append(t("Answers are kept until {day}, then only the counts.", day=until))
    if not population:
        lines.append(t("⚠️ Nobody of these years is on the list of graduates yet: send me the list."))
    save = _button(t.plain("✅ Open it"), draft, "save")
    days, title = _button(t.plain("Other days"), draft, "days"), _button(t.plain("Other title"), draft, "title")
    return Html("\n".join(lines)), [[save], [days, title]]


_ASKING = {
    "kind": _ask_kind,
    "form": _ask_form,
    "year": _ask_year,
    "span": _ask_span,
    "unit": _ask_unit,
    "days": _ask_days,
    "nik": _ask_nik,
    "contact": _ask_contact,
    "title": _ask_title,
    "": _read_back,
}


# ---------------------------------------------------------------- what is taken


def _chosen(turn: Turn, draft: Draft, button: SurveyDraftButton) -> Draft:
    """Return the draft with what a button chose; with nothing new for a value that was not offered."""
    value, spans = button.value, _spans(turn, draft.year) if button.act == "span" and draft.year else []
    match button.act:
        case "kind" if 0 <= value < len(KIND_ORDER):
            return replace(draft, kind=KIND_ORDER[value].value)
        case "form" if value in {form.id for form in turn.rooms.store.campaigns.forms()}:
            return replace(draft, form_id=value)
        case "year" if abs(value - turn.rooms.today.year) <= NEWEST:
            return replace(draft, year=value, first=0, last=0)
        case "span" if 0 <= value < len(spans):
            return replace(draft, first=spans[value][0], last=spans[value][-1])
        case "unit":
            return replace(draft, unit=max(value, UNIVERSITY))
        case "days":
            return replace(draft, opens=None, closes=None)
        case "nik" if value in (0, 1):
            return replace(draft, nik=value)
        case "contact":
            return replace(draft, contact="")
        case "title":
            return replace(draft, wants_title=True)
        case _:
            return draft


def _show_units(turn: Turn, draft: Draft, words: str, found: Sequence[Unit]) -> None:
    allowed = [unit for unit in found if may_manage(turn, unit.id)]
    rows = [[_button(unit_label(unit), draft, "unit", unit.id)] for unit in allowed]
    turn.say(outcome(turn, words, allowed), [*rows, *_without_words(turn, draft)])


def _take_text(turn: Turn, draft: Draft, words: str) -> None:
    """Take a title, or whom the asked may turn to."""
    text, longest = one_line(words), LONGEST_TITLE if draft.asks == "title" else LONGEST_CONTACT
    if not text or len(text) > longest:
        turn.say(turn.t("Please write 1 to {longest} characters of text.", longest=longest))
    elif draft.asks == "title":
        _go_on(turn, replace(draft, title=text, wants_title=False))
    else:
        _go_on(turn, replace(draft, contact=text))


async def _take_days(turn: Turn, update: Update, draft: Draft, words: str) -> None:
    try:
        days = read_days(words, turn.rooms.today)
    except DateError as error:
        said = date_fault(turn.t, error)
        turn.do(lambda: turn.say(said))
        return
    if days is None and (words.endswith("?") or len(words.split()) >= QUESTION_WORDS):
        await ask.ask(turn, update)
    else:
        turn.do(lambda: _set_days(turn, draft, words, days))


def _set_days(turn: Turn, draft: Draft, words: str, days: Days | None) -> None:
    """Take the days if they are whole and in order, else say what is missing."""
    first, last = (days.first, days.last) if days else (None, None)
    if isinstance(first, FullDate) and last is None:
        first, last = FullDate(turn.rooms.today, ""), first
    if not isinstance(first, FullDate) or not isinstance(last, FullDate):
        text = turn.t(
            "“{words}” does not name both days in full. Write them like <i>1 Des 2026 – 31 Jan 2027</i>.",
            words=clip(words, 100),
        )
        turn.say(text)
    elif last.day < max(first.day, turn.rooms.today):
        text = turn.t(
            "It would close on {day}, before it opens or in the past. Write the days again.",
            day=read_back(last.day, turn.language),
        )
        turn.say(text)
    else:
        _go_on(turn, replace(draft, opens=first.day, closes=last.day))


def _save(turn: Turn, draft: Draft) -> None:
    """Make the survey and open it; what is still missing is asked instead."""
    try:
        allowed = may_manage(turn, draft.unit_id)
        if draft.asks or not allowed:
            _go_on(turn, draft if allowed else replace(draft, unit=UNCHOSEN))
            return
        campaigns = turn.rooms.store.campaigns
        made = campaigns.add(_new(turn, draft), turn.person.id)
    except (CampaignTermsError, CampaignUnknownError, UnitNotFoundError):
        _go_on(turn, Draft(draft.number))
        return
    made = campaigns.set_state(made.id, CampaignState.OPEN)
    note(turn, made, "made", kind_of_survey=made.kind, opens=made.opens.isoformat(), closes=made.closes.isoformat())
    turn.end_step()
    text = turn.t(
        "<b>{title}</b> is ready. Now the graduates need their links: send them as a mail merge, or as QR codes. Those"
        " who are in Telegram already are reminded after a week, three times at most.",
        title=made.title,
    )
    turn.show(text, [[to_survey(turn, made.id)]])


def _new(turn: Turn, draft: Draft) -> NewCampaign:
    today = turn.rooms.today
    return NewCampaign(
        kind=CampaignKind(draft.kind),
        title=draft.title or f"{_form_name(turn, draft)} {year_words(draft.year)}"[:LONGEST_TITLE],
        academic_year=draft.year,
        cohorts=range(draft.first, draft.last + 1),
        opens=draft.opens or today,
        closes=draft.closes or today,
        unit_id=draft.unit_id,
        form_id=draft.form_id or None,
        asks_nik=draft.nik == 1,
        contact=draft.contact or "",
    )


def _form_name(turn: Turn, draft: Draft) -> str:
    """Return what is asked, for people: the kind, or the name of a form of one's own."""
    if draft.kind == CampaignKind.OWN and draft.form_id:
        return turn.rooms.store.campaigns.form(draft.form_id).name
    if draft.kind == CampaignKind.NATIONAL:
        return "Tracer Study"
    return turn.t.plain(KINDS[CampaignKind(draft.kind)])


def _asked(turn: Turn, draft: Draft) -> int:
    """Return how many graduates of the list would be asked."""
    store = turn.rooms.store
    codes = store.campaigns.codes_of(draft.unit_id)
    return sum(count.many for count in store.graduates.counts(draft.first, draft.last, codes))


def _button(label: str, draft: Draft, act: Any, value: int = 0) -> Button:
    return Button(label, SurveyDraftButton(act, draft.number, value).data())
