"""How surveys are written: what they ask of whom, how they stand, and how many have answered."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Final

from handlers.addresses import TracerButton
from handlers.texts import N_, Html, Speech, fill
from handlers.turn import Button, Turn
from handlers.wording import role_name, unit_label, when
from reminders.dates import read_back
from store.campaigns import Campaign, CampaignKind, CampaignState, CampaignUnknownError
from store.interviews import InterviewState
from store.permissions import Action, Subject, may
from store.trail import Act
from store.units import UnitNotFoundError
from tracer.response import Share
from tracer.results.wording import say

KINDS: Final[Mapping[CampaignKind, str]] = {
    CampaignKind.NATIONAL: N_("Tracer study (national questionnaire)"),
    CampaignKind.EMPLOYER: N_("Satisfaction of employers"),
    CampaignKind.NEEDS: N_("Needs of alumni"),
    CampaignKind.FEEDBACK: N_("Feedback after an activity"),
    CampaignKind.SHORT: N_("Short survey, five questions"),
    CampaignKind.OWN: N_("A questionnaire of your own"),
}
FAR: Final[Mapping[InterviewState | None, str]] = {
    None: N_("not begun"),
    InterviewState.INVITED: N_("link opened"),
    InterviewState.RUNNING: N_("not finished"),
    InterviewState.PAUSED: N_("paused"),
}
"""How far somebody is of whom no answer was sent."""
_BAR = 10


def year_words(year: int) -> str:
    """Return an academic year: ``2026/2027``."""
    return f"{year}/{year + 1}"


def cohort_words(t: Speech, cohorts: range) -> str:
    """Return years of graduation: ``2022/2023 to 2024/2025``."""
    first, last = year_words(cohorts[0]), year_words(cohorts[-1])
    return first if first == last else t.plain("{first} to {last}", first=first, last=last)


def whom(turn: Turn, unit_id: int | None) -> str:
    """Return the unit whose graduates are asked; at the desk."""
    if unit_id is None:
        return turn.t.plain("the whole university")
    return unit_label(turn.rooms.store.units.get(unit_id))


def state_words(turn: Turn, campaign: Campaign) -> Html:
    """Return whether a survey can be answered, and until or since when."""
    t, today = turn.t, turn.rooms.today
    opens, closes = read_back(campaign.opens, t.language), read_back(campaign.closes, t.language)
    if campaign.state is CampaignState.DRAFT:
        return t("📝 not opened yet")
    if campaign.state is CampaignState.CLOSED:
        return t("⏹ closed")
    if today < campaign.opens:
        return t("⏳ opens on {day}", day=opens)
    if today > campaign.closes:
        return t("⏹ over since {day}", day=closes)
    return t("🟢 open until {day}", day=closes)


def share_line(t: Speech, share: Share) -> Html:
    """Return a bar with how many of how many have answered."""
    filled = _BAR * share.sent // max(share.asked, 1)
    return fill(
        "{bar} {counts}",
        bar="▰" * filled + "▱" * (_BAR - filled),
        counts=t(
            "{sent} of {asked} ({percent}%)", sent=share.sent, asked=share.asked, percent=percent(t, share.percent)
        ),
    )


def percent(t: Speech, number: float) -> str:
    """Return a share in percent with one digit behind the point, as the language writes it."""
    written = f"{number:.1f}"
    return written.replace(".", ",") if t.language == "id" else written


def kept_until(turn: Turn, closes: dt.date) -> dt.date:
    """Return the day on which the answers to a survey that closes then are deleted."""
    return closes + dt.timedelta(days=turn.rooms.surveys_kept_days)


def may_manage(turn: Turn, unit_id: int | None) -> bool:
    """Whether the person may manage the surveys of a unit; at the desk."""
    try:
        unit_ids = frozenset[int]() if unit_id is None else turn.rooms.store.units.chain(unit_id)
    except UnitNotFoundError:
        return False
    return may(turn.person, Action.MANAGE_SURVEYS, Subject(unit_ids=unit_ids))


def campaign_of(turn: Turn, campaign_id: int) -> Campaign | None:
    """Return a survey that the person may manage; at the desk."""
    try:
        campaign = turn.rooms.store.campaigns.get(campaign_id)
    except CampaignUnknownError:
        return None
    return campaign if may_manage(turn, campaign.unit_id) else None


def may_watch(turn: Turn, campaign: Campaign) -> bool:
    """Whether a larger unit's survey (or the university's) asks graduates of the person's own; at the desk."""
    own = turn.person.unit_id
    if own is None or not may(turn.person, Action.MANAGE_SURVEYS):
        return False
    try:
        return campaign.unit_id is None or campaign.unit_id in turn.rooms.store.units.chain(own)
    except UnitNotFoundError:
        return False


def watched_of(turn: Turn, campaign_id: int) -> Campaign | None:
    """Return a survey that the person may manage, or may see how their own graduates answer; at the desk."""
    try:
        campaign = turn.rooms.store.campaigns.get(campaign_id)
    except CampaignUnknownError:
        return None
    return campaign if may_manage(turn, campaign.unit_id) or may_watch(turn, campaign) else None


def part_of(turn: Turn, campaign: Campaign) -> frozenset[str] | None:
    """Return the codes of the programmes that the person sees of a survey, None for all that it asks; at the desk."""
    if may_manage(turn, campaign.unit_id):
        return None
    return turn.rooms.store.campaigns.codes_of(turn.person.unit_id) if turn.person.unit_id else frozenset()


def reads_names(turn: Turn) -> bool:
    """Whether the person may know who has answered."""
    return may(turn.person, Action.READ_IDENTIFIED_ANSWERS)


def made_by(turn: Turn) -> str:
    """Return who makes a file and when, as it stands in it."""
    who = f"{turn.person.name} ({role_name(turn.t, turn.person.role)})"
    return say("made", turn.language, who=who, when=when(turn.rooms.clock(), turn.rooms.timezone))


def note(turn: Turn, campaign: Campaign, what: str, **more: object) -> None:
    """Write into the trail what somebody did to a survey; at the desk."""
    details = {"campaign": campaign.id, "unit": campaign.unit_id, "what": what, **more}
    turn.rooms.store.trail.note(Act.CAMPAIGN_SET, turn.person.id, details=details)


def to_survey(turn: Turn, campaign_id: int) -> Button:
    """Return the button back to a survey."""
    return Button(turn.t.plain("« The survey"), TracerButton("show", campaign_id).data())


def to_surveys(turn: Turn) -> Button:
    """Return the button back to the list."""
    return Button(turn.t.plain("« Surveys"), TracerButton("list").data())


def link_of(turn: Turn, token: str) -> str:
    """Return the address that opens a survey."""
    return survey_address(turn.rooms.username, token)


def survey_address(username: str, token: str) -> str:
    """Return the address that opens a survey with a bot."""
    return f"https://t.me/{username}?start=s_{token}"


def number_of(day: dt.date) -> int:
    """Return a day as a button carries it: 20261214."""
    return int(day.strftime("%Y%m%d"))


def day_of(number: int) -> dt.date | None:
    """Return the day that a button carries."""
    try:
        return dt.date(number // 10_000, number // 100 % 100, number % 100)
    except (OverflowError, ValueError):
        return None
