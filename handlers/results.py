"""/hasil: what came of a survey, as pictures, report, files and anonymous counts.

/hasil ──> surveys ──> one survey ──> pictures · report (HTML, PDF) · anonymous counts
                                 └──> the ministry's file · CSV · JSON · SPSS (for who may read answers with names)

What is needed is read at the desk in one job; figures, pictures and files are made by a worker. The libraries that
draw and write take seconds to load, so they are loaded there, with the first report and not when the bot starts.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from telegram import Update
from telegram.constants import MessageLimit
from telegram.helpers import create_deep_linked_url

from handlers.addresses import AnswersFileButton, ClauseButton, ClauseLink, ResultsButton
from handlers.entry import stale
from handlers.paging import turning
from handlers.texts import N_, Html, fill
from handlers.tracer_wording import made_by
from handlers.turn import Button, Keyboard, Turn
from handlers.wording import role_name, when
from index.reply import clip, source_id
from store.campaigns import Campaign, CampaignKind, CampaignUnknownError
from store.permissions import Action, Subject, may
from store.trail import Act
from store.units import UnitNotFoundError
from tracer.national.bridge import named_rows
from tracer.national.places import Places, remembered_places
from tracer.national.questionnaire import Answers
from tracer.results.clauses import Clause
from tracer.results.gathered import STANDARDS, Gathered, gather

if TYPE_CHECKING:
    from tracer.results.files import Delivered, MadeFile
    from tracer.results.pictures import Picture

LISTED = 8
CAPTION_UNITS = int(MessageLimit.CAPTION_LENGTH) - 100
"""Room for the markup of a caption."""
KINDS: Final[Mapping[CampaignKind, str]] = {
    CampaignKind.NATIONAL: N_("national questionnaire"),
    CampaignKind.EMPLOYER: N_("employers"),
    CampaignKind.NEEDS: N_("needs"),
    CampaignKind.FEEDBACK: N_("feedback"),
    CampaignKind.SHORT: N_("short questionnaire"),
    CampaignKind.OWN: N_("own form"),
}
View = tuple[Html, Keyboard]


def show_results(turn: Turn, _: Update) -> None:
    """Show the surveys whose results the person may read."""
    turn.say(*_list(turn, 1))


async def press_results(turn: Turn, button: ResultsButton) -> None:
    """Turn the message to the list or to a survey, or make what the button asks for."""
    if button.act in ("list", "open"):
        turn.do(lambda: _show(turn, button))
        return
    gathered = await turn.read(lambda: _gathered(turn, button.campaign_id))
    if gathered is None:
        stale(turn)
        return
    if not _is_first(turn, button):
        return
    if button.act == "counts":
        made = await turn.work(_counts, turn, gathered)
        turn.hand(made.name, made.content, turn.t("Anonymous counts; its first sheet says what was done."))
    elif button.act == "pictures":
        for picture in await turn.work(_pictures, turn, gathered):
            _send_picture(turn, picture)
    else:
        made = await turn.work(_report, turn, gathered, button.act)
        turn.hand(made.name, made.content, turn.t("The report. It is for use inside the university."))


async def press_file(turn: Turn, button: AnswersFileButton) -> None:
    """Make a file of identified answers; that it was is in the trail."""
    gathered = await turn.read(lambda: _gathered(turn, button.campaign_id))
    is_upload = button.form.startswith("upload")
    if gathered is None or (is_upload and gathered.campaign.kind is not CampaignKind.NATIONAL):
        stale(turn)
        return
    if is_upload and not turn.rooms.institution:
        turn.toast()
        turn.say(turn.t("The code of the university is not set: whoever runs the bot sets TANYAMUTU_INSTITUTION."))
        return
    if not _is_first(turn, button):
        return
    rows = await turn.read(lambda: _named(turn, gathered))
    if is_upload:
        places = await turn.read(lambda: remembered_places(turn.rooms.store))
        _hand_upload(turn, await turn.work(_upload, turn, gathered, rows or [], button.form, places))
    else:
        made = await turn.work(_data, turn, gathered, rows, button.form)
        turn.hand(made.name, made.content, _warning(turn))


def _is_first(turn: Turn, button: ResultsButton | AnswersFileButton) -> bool:
    """Whether this press is not the second tap of two; it is answered in any case."""
    if turn.rooms.taps.is_repeat((turn.person.id, turn.place.message_id, button)):
        turn.toast()
        return False
    turn.toast(turn.t.plain("This takes a few seconds."))
    return True


# ---------------------------------------------------------------- the list and one survey


def _show(turn: Turn, button: ResultsButton) -> None:
    if button.act == "list":
        turn.toast()
        turn.show(*_list(turn, button.page))
        return
    campaign = _campaign(turn, button.campaign_id)
    if campaign is None:
        stale(turn)
        return
    turn.toast()
    turn.show(*_card(turn, campaign, button.page))


def _list(turn: Turn, page: int) -> View:
    t = turn.t
    campaigns = [campaign for campaign in turn.rooms.store.campaigns.all() if _may_read(turn, campaign)]
    if not campaigns:
        return t("There is no survey yet whose results you may read."), []
    last = (len(campaigns) + LISTED - 1) // LISTED
    page = min(max(page, 1), last)
    rows = [
        [Button(_label(turn, campaign), ResultsButton("open", campaign.id, page).data())]
        for campaign in campaigns[(page - 1) * LISTED : page * LISTED]
    ]
    text = t("<b>Results of surveys</b>\nSurveys: {count}. Which one?", count=len(campaigns))
    return text, [*rows, turning(page, last, lambda other: ResultsButton("list", 0, other))]


def _label(turn: Turn, campaign: Campaign) -> str:
    return f"{campaign.title} · {_year(campaign.academic_year)} · {turn.t.plain(KINDS[campaign.kind])}"


def _card(turn: Turn, campaign: Campaign, page: int) -> View:
    """Return a survey with the buttons to all that may be had of it."""
    t = turn.t
    sent = sum(tally.many for tally in turn.rooms.store.interviews.tallies(campaign.id) if tally.state == "sent")
    text = t(
        "<b>{title}</b>\n{kind}, {year}. Sent: {sent}.\nEverything is made anew from the answers of this moment.",
        title=campaign.title,
        kind=t.plain(KINDS[campaign.kind]),
        year=_year(campaign.academic_year),
        sent=sent,
    )
    rows = [
        [Button(t.plain("📊 Pictures"), ResultsButton("pictures", campaign.id).data())],
        [
            Button(t.plain("📄 Report (PDF)"), ResultsButton("pdf", campaign.id).data()),
            Button(t.plain("🌐 Report (HTML)"), ResultsButton("html", campaign.id).data()),
        ],
    ]
    if campaign.kind in STANDARDS:
        rows.append([Button(t.plain("🔢 Anonymous counts (XLSX)"), ResultsButton("counts", campaign.id).data())])
    if may(turn.person, Action.READ_IDENTIFIED_ANSWERS):
        rows += _file_rows(turn, campaign)
        noted = t("Files with a row for each person are noted in the audit trail.")
        text = Html(f"{text}\n\n{noted}")
    return text, [*rows, [Button(t.plain("« Surveys"), ResultsButton("list", 0, page).data())]]


def _file_rows(turn: Turn, campaign: Campaign) -> list[list[Button]]:
    t = turn.t
    uploads = [
        Button(t.plain("🏛 Ministry's file"), AnswersFileButton("upload", campaign.id).data()),
        Button(t.plain("🏛 with 88 columns"), AnswersFileButton("upload88", campaign.id).data()),
    ]
    files = [
        Button("CSV", AnswersFileButton("csv", campaign.id).data()),
        Button("JSON", AnswersFileButton("json", campaign.id).data()),
        Button("SPSS", AnswersFileButton("sav", campaign.id).data()),
    ]
    return [*([uploads] if campaign.kind is CampaignKind.NATIONAL else []), files]


def _year(first: int) -> str:
    return f"{first}/{first + 1}"


# ---------------------------------------------------------------- at the desk


def _campaign(turn: Turn, campaign_id: int) -> Campaign | None:
    """Return a survey whose results the person may read."""
    try:
        campaign = turn.rooms.store.campaigns.get(campaign_id)
    except CampaignUnknownError:
        return None
    return campaign if _may_read(turn, campaign) else None


def _may_read(turn: Turn, campaign: Campaign) -> bool:
    try:
        unit_ids = frozenset[int]() if campaign.unit_id is None else turn.rooms.store.units.chain(campaign.unit_id)
    except UnitNotFoundError:
        unit_ids = frozenset[int]()
    return may(turn.person, Action.READ_RESULTS, Subject(unit_ids=unit_ids))


def _gathered(turn: Turn, campaign_id: int) -> Gathered | None:
    campaign = _campaign(turn, campaign_id)
    return None if campaign is None else gather(turn.rooms.store, campaign)


def _named(turn: Turn, gathered: Gathered) -> Sequence[Answers] | None:
    """Return the graduates with their answers, None for another form; that they were given out is in the trail."""
    store, campaign = turn.rooms.store, gathered.campaign
    if campaign.kind is CampaignKind.NATIONAL:
        return named_rows(store, campaign, turn.rooms.institution, turn.person.id)
    details = {"campaign": campaign.id, "rows": len(gathered.sent)}
    store.trail.note(Act.ANSWERS_EXPORTED, turn.person.id, details=details)
    return None


# ---------------------------------------------------------------- in a worker


def _pictures(turn: Turn, gathered: Gathered) -> list[Picture]:
    from tracer.results.files import made_report

    _, pictures = made_report(gathered, _clauses(turn), made_by(turn), turn.language)
    return pictures


def _report(turn: Turn, gathered: Gathered, form: str) -> MadeFile:
    from tracer.results.files import made_report, report_file

    report, pictures = made_report(gathered, _clauses(turn), made_by(turn), turn.language)
    return report_file(form, gathered, report, pictures)


def _counts(turn: Turn, gathered: Gathered) -> MadeFile:
    from tracer.results.files import counts_file

    return counts_file(gathered, _note(turn, gathered), turn.language)


def _upload(turn: Turn, gathered: Gathered, rows: Sequence[Answers], form: str, places: Places | None) -> Delivered:
    from tracer.results.files import UPLOADS, Format, upload_file

    return upload_file(gathered, rows, _note(turn, gathered), turn.language, UPLOADS[Format(form)], places)


def _data(turn: Turn, gathered: Gathered, rows: Sequence[Answers] | None, form: str) -> MadeFile:
    from tracer.results.files import Format, answers_table, data_file

    return data_file(Format(form), gathered, answers_table(gathered, rows, _note(turn, gathered), turn.language))


def _note(turn: Turn, gathered: Gathered) -> str:
    from tracer.results.files import note_of

    return note_of(gathered, _who(turn), when(turn.rooms.clock(), turn.rooms.timezone), turn.language)


def _who(turn: Turn) -> str:
    return f"{turn.person.name} ({role_name(turn.t, turn.person.role)})"


def _clauses(turn: Turn) -> dict[str, Clause]:
    """Return the clauses, each with the link that opens it in the chat."""
    rooms = turn.rooms
    found = rooms.clauses()
    if not rooms.username:
        return dict(found)
    return {
        statement: replace(clause, url=create_deep_linked_url(rooms.username, _link(turn, clause).payload()))
        for statement, clause in found.items()
    }


def _link(turn: Turn, clause: Clause) -> ClauseLink:
    return ClauseLink(turn.language, source_id(clause.source), *clause.lines)


# ---------------------------------------------------------------- what is sent


def _send_picture(turn: Turn, picture: Picture) -> None:
    """Send a picture with what it shows in words, and the button to its clause."""
    clause = picture.clause
    place = f"\n\n{clause.document} · {clause.statement} · {clause.place}" if clause else ""
    rows = []
    if clause is not None:
        link = _link(turn, clause)
        opening = ClauseButton("open", link.language, link.source, link.start, link.end)
        rows = [[Button(turn.t.plain("Open the clause"), opening.data())]]
    caption = fill("{words}{place}", words=clip(picture.words, CAPTION_UNITS - len(place)), place=place)
    turn.picture(f"{picture.name}.png", picture.content, caption, rows)


def _hand_upload(turn: Turn, delivered: Delivered) -> None:
    t = turn.t
    parts = [t("The ministry's file: {count} rows, checked.", count=delivered.written)]
    if delivered.refused is not None:
        parts.append(t("{count} are left out; the other file says why.", count=delivered.left_out))
    if delivered.places_as_names:
        parts.append(t("{count} places stand as names, not as the ministry's codes.", count=delivered.places_as_names))
    turn.hand(delivered.file.name, delivered.file.content, Html("\n".join([*parts, _warning(turn)])))
    if delivered.refused is not None:
        turn.hand(delivered.refused.name, delivered.refused.content, t("What has to be corrected first."))


def _warning(turn: Turn) -> Html:
    return turn.t("It has a row for each person: keep it safe, and delete it when it is used.")
