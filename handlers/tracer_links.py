"""Links into a survey: lists for a mail merge, sheets of QR codes, one graduate's, one for an employer.

Somebody who may not know who has answered gets the links of everybody, so that the list does not tell.
"""

from __future__ import annotations

from telegram import Update

from handlers import ask, survey
from handlers.addresses import GraduateButton, SurveyLinksButton
from handlers.entry import stale
from handlers.texts import Html, fill
from handlers.tracer_wording import (
    campaign_of,
    cohort_words,
    link_of,
    made_by,
    reads_names,
    survey_address,
    to_survey,
    year_words,
)
from handlers.turn import Button, Turn
from handlers.unit_search import QUESTION_WORDS
from index.reply import clip
from store.campaigns import Campaign, CampaignKind
from store.graduates import Graduate, GraduateUnknownError
from store.trail import Act
from tracer.inviting import Invited, invited
from tracer.link_files import MOST_ON_A_SHEET, LinkRow, links_file, qr_png

STEP = "survey_graduate"
FOUND = 8


async def press_links(turn: Turn, button: SurveyLinksButton) -> None:
    """Show what can be had, or make it."""
    campaign = await turn.read(lambda: campaign_of(turn, button.campaign_id))
    if campaign is None:
        stale(turn)
        return
    if button.act == "menu":
        turn.toast()
        turn.do(lambda: _menu(turn, campaign))
    elif turn.rooms.taps.is_repeat((turn.person.id, turn.place.message_id, button)):
        turn.toast()
    elif button.act == "employer":
        await _give_employer(turn, campaign)
    else:
        turn.toast()
        await _give_all(turn, campaign, button)


async def press_graduate(turn: Turn, button: GraduateButton) -> None:
    """Open one graduate, give their link, or ask them by telephone."""
    campaign = await turn.read(lambda: campaign_of(turn, button.campaign_id))
    graduate = await turn.read(lambda: _graduate_of(turn, campaign, button.graduate_id)) if campaign else None
    if campaign is None or graduate is None:
        stale(turn)
        return
    turn.toast()
    if button.act == "telephone":
        turn.do(lambda: _begin_telephone(turn, campaign, graduate))
    elif button.act == "link":
        await _give_one(turn, campaign, graduate)
    else:
        turn.do(lambda: _show_graduate(turn, campaign, graduate))


def ask_for_one(turn: Turn, campaign: Campaign) -> None:
    """Ask for the NIM or the name of a graduate; at the desk."""
    turn.set_step(STEP, campaign=campaign.id)
    text = turn.t("Which graduate? Write the NIM, or a part of the name.")
    turn.show(text, [[to_survey(turn, campaign.id)]])


async def take_words(turn: Turn, update: Update) -> None:
    """Take a NIM or a name; a question in between is answered."""
    step, message = turn.step, update.effective_message
    words = ((message and message.text) or "").strip()
    if step is None:
        return
    campaign = await turn.read(lambda: campaign_of(turn, int(step.data["campaign"])))
    if campaign is None:
        turn.do(turn.end_step)
        turn.do(lambda: turn.say(turn.t("This survey is not there any more. /tracer shows the others.")))
        return
    found = await turn.read(lambda: _search(turn, campaign, words))
    if not found and (words.endswith("?") or len(words.split()) > QUESTION_WORDS):
        await ask.ask(turn, update)
        return
    turn.do(lambda: _show_found(turn, campaign, words, found))


# ---------------------------------------------------------------- all links


def _menu(turn: Turn, campaign: Campaign) -> None:
    """Show in which ways the links can be had."""
    t, number = turn.t, campaign.id
    is_for_employers = campaign.kind is CampaignKind.EMPLOYER
    text = (
        t(
            "<b>{title}</b>\nEach graduate has a link to forward to whom they work for; it takes five people at most."
            " Or make a link for an employer whom you invite yourself.",
            title=campaign.title,
        )
        if is_for_employers
        else t(
            "<b>{title}</b>\nEach graduate has a link of their own, so nobody has to give a NIM: it opens their survey"
            " and nobody else's. Send it only to them: by a mail merge (XLSX, CSV), or print QR codes with names.",
            title=campaign.title,
        )
    )
    rows = [
        [
            Button(t.plain("List (XLSX)"), SurveyLinksButton("xlsx", number).data()),
            Button(t.plain("List (CSV)"), SurveyLinksButton("csv", number).data()),
        ],
        [Button(t.plain("QR codes with names (PDF)"), SurveyLinksButton("pdf", number).data())],
    ]
    if is_for_employers:
        rows.append([Button(t.plain("A link for one employer"), SurveyLinksButton("employer", number).data())])
    turn.show(text, [*rows, [to_survey(turn, number)]])


async def _give_all(turn: Turn, campaign: Campaign, button: SurveyLinksButton) -> None:
    """Send the links of all who are asked as a file, made off the desk."""
    t, rooms = turn.t, turn.rooms
    everyone = not reads_names(turn)
    found = await turn.read(lambda: invited(rooms.store, campaign, turn.person.id, everyone=everyone))
    if not found:
        turn.do(lambda: turn.say(t("Nobody is left to invite: all have answered, or nobody is on the list.")))
        return
    if button.act == "pdf" and len(found) > MOST_ON_A_SHEET:
        text = t(
            "{count} QR codes are too many for one file: make a survey for each faculty, or use"
            " <code>tanyamutu tracer links</code> on the computer.",
            count=len(found),
        )
        turn.do(lambda: turn.say(text))
        return
    rows = [row_of(one, rooms.username) for one in found]
    content = await turn.work(links_file, button.act, campaign.title, rows, turn.language, made_by(turn))
    caption = t.several(
        "{number} link. Each is one person's: forward it to nobody else.",
        "{number} links. Each is one person's: forward it to nobody else.",
        len(rows),
    )
    turn.do(lambda: turn.hand(f"tautan-survei-{campaign.id}.{button.act}", content, caption))


def row_of(one: Invited, username: str) -> LinkRow:
    """Return a graduate's link as a row of a list."""
    graduate = one.graduate
    return LinkRow(
        nim=graduate.nim or "",
        name=graduate.name,
        programme=f"{graduate.level} {graduate.programme_name}",
        cohort=year_words(graduate.cohort),
        phone=graduate.phone or "",
        email=graduate.email or "",
        is_in_telegram=graduate.person_id is not None,
        link=survey_address(username, one.parameter.removeprefix("s_")),
    )


async def _give_employer(turn: Turn, campaign: Campaign) -> None:
    """Make a link for an employer, with its QR code."""
    if campaign.kind is not CampaignKind.EMPLOYER:
        stale(turn)
        return
    turn.toast()
    link = await turn.read(lambda: _employer_link(turn, campaign))
    text = turn.t(
        "The university asks you as an employer of its graduates: <b>{title}</b>. It takes two minutes:\n{link}",
        title=campaign.title,
        link=link,
    )
    code = await turn.work(qr_png, link)
    turn.picture("qr.png", code, text)


def _employer_link(turn: Turn, campaign: Campaign) -> str:
    token = turn.rooms.store.campaigns.link_for_employer(campaign.id).token
    details = {"campaign": campaign.id, "unit": campaign.unit_id, "links": 1}
    turn.rooms.store.trail.note(Act.LINKS_EXPORTED, turn.person.id, details=details)
    return link_of(turn, token)


# ---------------------------------------------------------------- one graduate


def _graduate_of(turn: Turn, campaign: Campaign | None, graduate_id: int) -> Graduate | None:
    """Return a graduate whom the survey asks."""
    if campaign is None:
        return None
    try:
        graduate = turn.rooms.store.graduates.get(graduate_id)
    except GraduateUnknownError:
        return None
    return graduate if _is_asked(turn, campaign, graduate) else None


def _is_asked(turn: Turn, campaign: Campaign, graduate: Graduate) -> bool:
    return bool(graduate.nim) and turn.rooms.store.campaigns.asks(campaign, graduate)


def _search(turn: Turn, campaign: Campaign, words: str) -> list[Graduate]:
    found = turn.rooms.store.graduates.search(words, 10 * FOUND) if words else ()
    return [one for one in found if _is_asked(turn, campaign, one)][:FOUND]


def _show_found(turn: Turn, campaign: Campaign, words: str, found: list[Graduate]) -> None:
    t = turn.t
    if not found:
        text = t(
            "No graduate of {cohorts} fits “{words}”. Write the whole NIM, or another part of the name.",
            cohorts=cohort_words(t, campaign.cohorts),
            words=clip(words, 100),
        )
        turn.say(text, [[to_survey(turn, campaign.id)]])
        return
    rows = [[Button(f"{one.name} · {one.nim}", GraduateButton("show", campaign.id, one.id).data())] for one in found]
    turn.say(t("Which one is it? If they are not here, write other words."), [*rows, [to_survey(turn, campaign.id)]])


def _show_graduate(turn: Turn, campaign: Campaign, graduate: Graduate) -> None:
    t = turn.t
    lines = [
        fill("<b>{name}</b>", name=graduate.name),
        fill("{nim} · {level} {programme}", nim=graduate.nim, level=graduate.level, programme=graduate.programme_name),
        t("Graduated in {cohort}", cohort=year_words(graduate.cohort)),
        fill("{phone}", phone=" · ".join(filter(None, (graduate.phone, graduate.email)))),
    ]
    rows = [
        [Button(t.plain("🔗 Link and QR code"), GraduateButton("link", campaign.id, graduate.id).data())],
    ]
    if graduate.no_contact_at is not None:
        lines.append(t("⚠️ They do not want to be contacted about surveys."))
    elif campaign.takes_answers(turn.rooms.today):
        ring = GraduateButton("telephone", campaign.id, graduate.id)
        rows.append([Button(t.plain("☎ Take the answers by telephone"), ring.data())])
    turn.show(Html("\n".join(line for line in lines if line)), [*rows, [to_survey(turn, campaign.id)]])


def _begin_telephone(turn: Turn, campaign: Campaign, graduate: Graduate) -> None:
    """Hand over to the survey's own questions, in the coordinator's chat; the answers are marked."""
    text = turn.t(
        "☎ <b>{name}</b>, by telephone. Read out what follows and press what they say; the answers are marked as taken"
        " by telephone, with your name in the trail.",
        name=graduate.name,
    )
    turn.show(text, [[to_survey(turn, campaign.id)]])
    survey.begin_telephone(turn, campaign.id, graduate.id)


async def _give_one(turn: Turn, campaign: Campaign, graduate: Graduate) -> None:
    """Give a graduate's link with its QR code."""
    link = await turn.read(lambda: _personal_link(turn, campaign, graduate))
    text = turn.t(
        "<b>{title}</b>\nFor {name} ({nim}) alone:\n{link}",
        title=campaign.title,
        name=graduate.name,
        nim=graduate.nim,
        link=link,
    )
    code = await turn.work(qr_png, link)
    turn.picture("qr.png", code, text)


def _personal_link(turn: Turn, campaign: Campaign, graduate: Graduate) -> str:
    store = turn.rooms.store
    details = {"campaign": campaign.id, "unit": campaign.unit_id, "links": 1}
    store.trail.note(Act.LINKS_EXPORTED, turn.person.id, details=details)
    return link_of(turn, store.campaigns.link(campaign.id, graduate.id).token)
