"""Whom a campaign still waits for, and the links for them; who looked is noted in the trail."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from store.campaigns import Campaign, CampaignKind
from store.graduates import Graduate
from store.interviews import InterviewState, Respondent
from store.store import Store
from store.trail import Act

START = "s_"
"""Before the token in the parameter of a deep link, so that the bot knows it from other invitations."""


@dataclass(frozen=True)
class Awaited:
    """A graduate of whom nothing was sent yet; ``state`` is how far they are, None before the first step."""

    graduate: Graduate
    state: InterviewState | None


@dataclass(frozen=True)
class Invited:
    """A graduate and the parameter of their deep link (``t.me/<bot>?start=<parameter>``)."""

    graduate: Graduate
    parameter: str


def awaited(store: Store, campaign: Campaign, by: int | None) -> tuple[Awaited, ...]:
    """Return who has not sent an answer, those left out who do not want to be contacted; by NIM.

    In a survey of employers: the graduates none of whose employers has, nor refused. ``by`` is who looks at the
    names (whether they may, `store.permissions` says; None: the assistant itself, which is not noted).
    """
    with store.transaction():
        wanted = Respondent.EMPLOYER if campaign.kind is CampaignKind.EMPLOYER else Respondent.GRADUATE
        states: dict[int | None, InterviewState] = {}
        for interview in store.interviews.of_campaign(campaign.id):
            if interview.respondent is wanted and states.get(interview.graduate_id) is not InterviewState.SENT:
                states[interview.graduate_id] = interview.state
        if by is not None:
            store.trail.note(Act.NAMES_SEEN, by, details={"campaign": campaign.id, "unit": campaign.unit_id})
        return tuple(
            Awaited(graduate, states.get(graduate.id))
            for graduate in _contactable(store, campaign)
            if states.get(graduate.id) is not InterviewState.SENT
        )


def invited(store: Store, campaign: Campaign, by: int | None, *, everyone: bool = False) -> tuple[Invited, ...]:
    """Return the personal links of all who are awaited, made where they are missing, for a mail merge or QR codes.

    With ``everyone`` of those too who have answered, for somebody who may not know who has. Who does not want to
    be contacted is left out.
    """
    with store.transaction():
        graduates = (
            list(_contactable(store, campaign))
            if everyone
            else [one.graduate for one in awaited(store, campaign, None)]
        )
        links = store.campaigns.links(campaign.id, [graduate.id for graduate in graduates])
        details = {"campaign": campaign.id, "unit": campaign.unit_id, "links": len(links)}
        store.trail.note(Act.LINKS_EXPORTED, by, details=details)
        return tuple(Invited(graduate, f"{START}{link.token}") for graduate, link in zip(graduates, links, strict=True))


def _contactable(store: Store, campaign: Campaign) -> Iterator[Graduate]:
    """Yield the graduates of a campaign, but those who, or whose employers, do not want to be asked."""
    refused = store.campaigns.refused(campaign.id)
    return (one for one in store.campaigns.population(campaign) if one.no_contact_at is None and one.id not in refused)
