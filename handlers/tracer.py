"""/tracer: the surveys of graduates and employers, how each stands, and what a coordinator does with it.

/tracer ──> list ──> survey ──> picture · who is missing (`handlers.tracer_missing`)
│                ├─ links, QR codes, one graduate (`handlers.tracer_links`)
│                └─ close (asked once), reopen, another closing day
└── new (`handlers.tracer_draft`); files come in by `handlers.tracer_files`, `tracer_answers`,
`tracer_files`
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from telegram import Update

from handlers import ask, tracer_draft, tracer_links, tracer_missing
from handlers.addresses import SurveyLinksButton, TracerButton
from handlers.day_wording import date_fault
from handlers.entry import stale
from handlers.paging import turning
from handlers.texts import Html, fill
from handlers.tracer_wording import (
    KINDS,
    campaign_of,
    cohort_words,
    day_of,
    kept_until,
    may_manage,
    may_watch,
    note,
    number_of,
    part_of,
    share_line,
    state_words,
    to_survey,
    to_surveys,
    watched_of,
    whom,
    year_words,
)
from handlers.turn import Button, Keyboard, Turn
from handlers.unit_search import QUESTION_WORDS
from index.reply import clip
from reminders.dates import DateError, FullDate, read_back, read_date
from store.campaigns import Campaign, CampaignKind, CampaignState
from store.interviews import Source
from tracer.response import response
from tracer.response_picture import picture

STEP_DAY = "survey_day"
LISTED = 6
_LONGER = (7, 14, 30)
"""Days that are offered for a later closing day."""
View = tuple[Html, Keyboard]


def show_surveys(turn: Turn, _: Update) -> None:
    """Show the surveys."""
    turn.say(*_list(turn, 1))


async def press_survey(turn: Turn, button: TracerButton) -> None:
    """Do what a button of the list or of a survey says."""
    if button.act == "picture":
        await _send_picture(turn, button)
    elif button.act == "names":
        campaign = await turn.read(lambda: campaign_of(turn, button.campaign_id))
        if campaign is None:
            stale(turn)
        else:
            await tracer_missing.send_names(turn, campaign, button)
    else:
        turn.do(lambda: _press(turn, button))


def _press(turn: Turn, button: TracerButton) -> None:
    if button.act == "list":
        turn.toast()
        turn.show(*_list(turn, button.value))
        return
    if button.act == "new":
        turn.toast()
        tracer_draft.begin(turn)
        return
    see = watched_of if button.act in ("show", "missing") else campaign_of
    campaign = see(turn, button.campaign_id)
    if campaign is None:
        stale(turn)
        return
    if button.act == "until":
        _extend(turn, campaign, day_of(button.value))
        return
    turn.toast()
    if button.act == "missing":
        tracer_missing.show_missing(turn, campaign, button.value)
    elif button.act == "one":
        tracer_links.ask_for_one(turn, campaign)
    elif button.act == "ask_close":
        _ask_to_close(turn, campaign)
    elif button.act == "close":
        _set_state(turn, campaign, CampaignState.CLOSED)
    elif button.act == "reopen":
        _reopen(turn, campaign)
    elif button.act == "extend":
        _ask_day(turn, campaign, turn.t("On which day shall <b>{title}</b> close?", title=campaign.title))
    else:
        turn.show(*card(turn, campaign))


async def take_day(turn: Turn, update: Update) -> None:
    """Take the words of another closing day; a question in between is answered."""
    step, message = turn.step, update.effective_message
    words = ((message and message.text) or "").strip()
    if step is None:
        return
    cancel = TracerButton("show", int(step.data["campaign"]))
    back = [Button(turn.t.plain("Cancel"), cancel.data())]
    try:
        day = read_date(words, turn.rooms.today)
    except DateError as error:
        said = date_fault(turn.t, error)
        turn.do(lambda: turn.say(said, [back]))
        return
    if day is None and (words.endswith("?") or len(words.split()) >= QUESTION_WORDS):
        await ask.ask(turn, update)
        return
    if not isinstance(day, FullDate):
        text = turn.t(
            "“{words}” is not a whole date. Write day, month and year, like <i>14 Des 2026</i>.", words=clip(words, 100)
        )
        turn.do(lambda: turn.say(text, [back]))
        return
    sure = Button(
        turn.t.plain("Yes, until {day}", day=read_back(day.day, turn.language)),
        TracerButton("until", cancel.campaign_id, number_of(day.day)).data(),
    )
    turn.do(lambda: turn.say(turn.t("Shall it close at the end of that day?"), [[sure], back]))


# ---------------------------------------------------------------- the list and a survey


def _list(turn: Turn, page: int) -> View:
    """Return a page of the surveys that the person may manage or watch, the newest first."""
    t = turn.t
    mine = [
        campaign
        for campaign in turn.rooms.store.campaigns.all()
        if may_manage(turn, campaign.unit_id) or may_watch(turn, campaign)
    ]
    last = max(1, (len(mine) + LISTED - 1) // LISTED)
    page = min(max(page, 1), last)
    shown = mine[(page - 1) * LISTED : page * LISTED]
    parts = [t("<b>Surveys of graduates and employers</b>"), *(_line(turn, campaign) for campaign in shown)]
    if not mine:
        parts.append(t("There is none yet."))
    people = turn.rooms.store.graduates.span()
    parts.append(
        t("Send me a file here: the list of graduates, a questionnaire of your own (XLSForm), or collected answers.")
        if people is not None
        else t("Send me the list of graduates first, as CSV or XLSX: NIM, name, programme code, graduation date.")
    )
    rows = [[Button(campaign.title, TracerButton("show", campaign.id).data())] for campaign in shown]
    return Html("\n\n".join(parts)), [
        *rows,
        turning(page, last, lambda other: TracerButton("list", 0, other)),
        [Button(t.plain("➕ New survey"), TracerButton("new").data())],
    ]


def _line(turn: Turn, campaign: Campaign) -> Html:
    """Return a survey in the list."""
    head = fill("<b>{title}</b>\n{state}", title=campaign.title, state=state_words(turn, campaign))
    return fill("{head}\n{answers}", head=head, answers=_answers(turn, campaign))


def _answers(turn: Turn, campaign: Campaign) -> Html:
    found = response(turn.rooms.store, campaign, part_of(turn, campaign))
    if found.is_rate:
        return share_line(turn.t, found.whole)
    return turn.t.several("{number} answer", "{number} answers", found.whole.sent)


def card(turn: Turn, campaign: Campaign) -> View:
    """Return a survey with its numbers and all that can be done; at the desk."""
    t, part = turn.t, part_of(turn, campaign)
    lines = [
        fill("<b>{title}</b>", title=campaign.title),
        t(KINDS[campaign.kind]),
        t(
            "Academic year {year}; graduates of {cohorts}; {whom}",
            year=year_words(campaign.academic_year),
            cohorts=cohort_words(t, campaign.cohorts),
            whom=whom(turn, campaign.unit_id),
        ),
        state_words(turn, campaign),
        Html(""),
        *_how_it_stands(turn, campaign),
    ]
    if campaign.kind is CampaignKind.NATIONAL:
        lines.append(t("NIK and NPWP are asked.") if campaign.asks_nik else t("NIK and NPWP are not asked."))
    until = read_back(kept_until(turn, campaign.closes), t.language)
    lines.append(t("Answers are kept until {day}, then only the counts.", day=until))
    if part is not None:
        lines.append(t("The numbers are those of {unit} alone.", unit=whom(turn, turn.person.unit_id)))
        return Html("\n".join(lines)), [_looking(turn, campaign), [to_surveys(turn)]]
    return Html("\n".join(lines)), _card_buttons(turn, campaign)


def _how_it_stands(turn: Turn, campaign: Campaign) -> Iterator[Html]:
    """Yield how many have answered, begun and been reminded; to who sees a part alone only the numbers of that."""
    t, store, part = turn.t, turn.rooms.store, part_of(turn, campaign)
    found = response(store, campaign, part)
    yield (
        share_line(t, found.whole)
        if found.is_rate
        else t.several("{number} answer", "{number} answers", found.whole.sent)
    )
    yield t("Begun and not sent: {count}", count=found.begun)
    if part is not None:
        return
    came, told = store.interviews.sources(campaign.id), store.reminded.counts(campaign.id)
    by_hand, by_file = came.get(Source.TELEPHONE, 0), came.get(Source.IMPORT, 0)
    if by_hand or by_file:
        yield t("Of the answers by telephone: {by_hand}, from files: {by_file}", by_hand=by_hand, by_file=by_file)
    if told:
        yield t(
            "Reminded once: {once}, twice: {twice}, three times: {thrice}",
            once=told.get(1, 0),
            twice=told.get(2, 0),
            thrice=told.get(3, 0),
        )


def _looking(turn: Turn, campaign: Campaign) -> list[Button]:
    """Return the buttons that change nothing."""
    return [
        Button(turn.t.plain("📈 Picture"), TracerButton("picture", campaign.id).data()),
        Button(turn.t.plain("👥 Who is missing"), TracerButton("missing", campaign.id, 1).data()),
    ]


def _card_buttons(turn: Turn, campaign: Campaign) -> Keyboard:
    t, number = turn.t, campaign.id
    is_open = campaign.state is CampaignState.OPEN and turn.rooms.today <= campaign.closes
    closing = (
        Button(t.plain("⏹ Close"), TracerButton("ask_close", number).data())
        if is_open
        else Button(t.plain("▶ Open"), TracerButton("reopen", number).data())
    )
    rows = [
        _looking(turn, campaign),
        [Button(t.plain("🔗 Links and QR codes"), SurveyLinksButton("menu", number).data())],
        [
            Button(t.plain("📅 Closing day"), TracerButton("extend", number).data()),
            closing,
        ],
        [to_surveys(turn)],
    ]
    if campaign.kind is not CampaignKind.EMPLOYER:
        rows.insert(2, [Button(t.plain("☎ One graduate"), TracerButton("one", number).data())])
    return rows


# ---------------------------------------------------------------- closing, opening, another day


def _ask_to_close(turn: Turn, campaign: Campaign) -> None:
    text = turn.t(
        "Close <b>{title}</b> now? Nobody can answer then, and nobody is reminded; what was sent stays. It can be"
        " opened again.",
        title=campaign.title,
    )
    yes = Button(turn.t.plain("Yes, close it"), TracerButton("close", campaign.id).data())
    turn.show(text, [[yes], [to_survey(turn, campaign.id)]])


def _set_state(turn: Turn, campaign: Campaign, state: CampaignState) -> None:
    if campaign.state is not state:
        campaign = turn.rooms.store.campaigns.set_state(campaign.id, state)
        if state is CampaignState.CLOSED:
            turn.rooms.store.reminded.take_back(campaign.id)
        note(turn, campaign, state)
    turn.show(*card(turn, campaign))


def _reopen(turn: Turn, campaign: Campaign) -> None:
    """Open a survey again; one whose closing day has passed needs another first."""
    if turn.rooms.today <= campaign.closes:
        _set_state(turn, campaign, CampaignState.OPEN)
        return
    text = turn.t(
        "Its closing day, {day}, has passed. On which day shall <b>{title}</b> close now?",
        day=read_back(campaign.closes, turn.language),
        title=campaign.title,
    )
    _ask_day(turn, campaign, text, reopens=True)


def _ask_day(turn: Turn, campaign: Campaign, text: Html, *, reopens: bool = False) -> None:
    turn.set_step(STEP_DAY, campaign=campaign.id, reopens=reopens)
    start = max(campaign.closes, turn.rooms.today)
    rows = [
        [
            Button(
                read_back(start + dt.timedelta(days=days), turn.language),
                TracerButton("until", campaign.id, number_of(start + dt.timedelta(days=days))).data(),
            )
        ]
        for days in _LONGER
    ]
    hint = turn.t("Choose, or write the day.")
    turn.show(fill("{text}\n{hint}", text=text, hint=hint), [*rows, [to_survey(turn, campaign.id)]])


def _extend(turn: Turn, campaign: Campaign, day: dt.date | None) -> None:
    """Let a survey close on another day; a closed one is open again with it if the day was asked for that."""
    if day is None:
        stale(turn)
        return
    if day < max(campaign.opens, turn.rooms.today):
        turn.toast(
            turn.t.plain("That day has passed, or is before the survey opens: choose a later one."), is_alert=True
        )
        return
    turn.toast()
    reopens = False
    if turn.step is not None and turn.step.name == STEP_DAY:
        reopens = bool(turn.step.data.get("reopens")) and turn.step.data["campaign"] == campaign.id
        turn.end_step()
    if day != campaign.closes:
        before = campaign.closes
        campaign = turn.rooms.store.campaigns.extend(campaign.id, day)
        note(turn, campaign, "closes", before=before.isoformat(), day=day.isoformat())
    if reopens:
        _set_state(turn, campaign, CampaignState.OPEN)
    else:
        turn.show(*card(turn, campaign))


# ---------------------------------------------------------------- the picture


async def _send_picture(turn: Turn, button: TracerButton) -> None:
    """Send how the survey stands as a picture; it is drawn off the desk."""
    campaign = await turn.read(lambda: watched_of(turn, button.campaign_id))
    if campaign is None:
        stale(turn)
        return
    turn.toast()
    if turn.rooms.taps.is_repeat((turn.person.id, turn.place.message_id, button)):
        return
    rooms = turn.rooms
    found = await turn.read(lambda: response(rooms.store, campaign, part_of(turn, campaign), rooms.timezone))
    drawn = await turn.work(picture, found, campaign.title, turn.language, turn.rooms.today)
    turn.picture("survey.png", drawn, fill("<b>{title}</b>", title=campaign.title))
