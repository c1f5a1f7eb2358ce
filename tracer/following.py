"""Following up: reminders to those in Telegram who have not answered a survey, or not finished it.

A few at most, a week apart, in the morning that the person chose. What waits is only a moment to look: whether the
survey is still open, unanswered and wanted is asked of the store when it has come, so that nothing has to be taken
back when somebody sends, withdraws or is erased, or when a survey closes.

::

    plan (every minute) ──► waits in `store.due` ──► take ──► said, counted ──► plan …
                                                       └────► nothing: sent, refused, closed, moved meanwhile
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from store.campaigns import Campaign, CampaignUnknownError, SurveyLink
from store.due import DueThing
from store.reminded import KIND, MOST_REMINDERS, NEVER_AGAIN, Remindable, message_key
from store.store import Store

SPACING = dt.timedelta(days=7)
"""Days without a move of the person, or a reminder, before the next."""
SPREAD = 1800
"""Seconds over which the reminders of one morning are spread, so that none waits long behind the others."""
AT_ONCE = 500
"""Reminders planned in one transaction."""


@dataclass(frozen=True)
class FollowUp:
    """A reminder that is to be said now: of which survey, to whom, the so-manieth, and the link that opens it."""

    campaign: Campaign
    who: Remindable
    number: int
    link: SurveyLink | None

    @property
    def key(self) -> str:
        """The name of the message for good, by which it is taken back (`Reminded.take_back`)."""
        return f"{message_key(self.campaign.id, self.who.about)}{self.number}"

    @property
    def is_last(self) -> bool:
        """Whether no other follows."""
        return self.number == MOST_REMINDERS


class Following:
    """Plans and takes reminders; use it in jobs at the desk. ``zone`` is the university's."""

    def __init__(self, store: Store, zone: dt.tzinfo) -> None:
        self._store = store
        self._zone = zone

    def plan(self) -> int:
        """Write down when those will be reminded for whom nothing waits; returns how many."""
        planned = 0
        for campaign in self._store.campaigns.all():
            # A week must be left after whatever somebody did last.
            last = dt.datetime.combine(campaign.closes - SPACING + dt.timedelta(days=1), dt.time(), self._zone)
            if not campaign.takes_answers(self._today()) or campaign.opens >= last.date():
                continue
            codes = self._store.campaigns.programmes(campaign)
            for who in self._store.reminded.whom(campaign, codes, moved_before=last, most=AT_ONCE - planned):
                planned += self._put(campaign, who)
        return planned

    def take(self, things: Iterable[DueThing]) -> Iterator[FollowUp]:
        """Yield the reminders that are still to be said of those due, and count them; in the transaction that does."""
        for thing in things:
            try:
                campaign = self._store.campaigns.get(thing.payload["campaign"])
            except CampaignUnknownError:
                continue
            if not campaign.takes_answers(self._today()):
                continue
            codes = self._store.campaigns.programmes(campaign)
            for who in self._store.reminded.whom(campaign, codes, about=thing.payload["about"]):
                if who.person_id == thing.person_id and self._day(campaign, who) <= self._today():
                    number = who.number + 1
                    self._store.reminded.told(campaign.id, who.about, who.person_id, number)
                    yield FollowUp(campaign, who, number, self._link(campaign, who))

    def stop(self, campaign_id: int, about: str, person_id: int) -> bool:
        """Remind a person no more of a survey; a graduate is not contacted about any. Returns whether it is theirs."""
        campaign = self._store.campaigns.get(campaign_id)
        codes = self._store.campaigns.programmes(campaign)
        mine = [
            who
            for who in self._store.reminded.whom(campaign, codes, about=about, is_over=True)
            if who.person_id == person_id
        ]
        for who in mine:
            self._store.reminded.told(campaign_id, about, person_id, NEVER_AGAIN)
            self._store.reminded.take_back(campaign_id, about)
            if who.graduate_id is not None and about.startswith("g"):
                self._store.graduates.mark_no_contact(who.graduate_id, wanted=True)
        return bool(mine)

    def _put(self, campaign: Campaign, who: Remindable) -> bool:
        """Write down the morning on which somebody is reminded; False where the survey is over by then."""
        wishes, now = self._store.wishes.of(who.person_id), self._store.clock()
        spread = dt.timedelta(seconds=who.person_id % SPREAD)
        day = max(self._day(campaign, who), self._today())
        at = dt.datetime.combine(day, wishes.morning, self._zone) + spread
        if at <= now:
            day += dt.timedelta(days=1)
            at = dt.datetime.combine(day, wishes.morning, self._zone) + spread
        return day <= campaign.closes and self._store.due.put(
            KIND,
            f"{campaign.id}.{who.about}.{who.number + 1}.{day}",
            at,
            who.person_id,
            subject=f"{KIND}:{campaign.id}/{who.about}",
            payload={"campaign": campaign.id, "about": who.about},
        )

    def _day(self, campaign: Campaign, who: Remindable) -> dt.date:
        """Return the first day on which somebody may be reminded (again)."""
        moved = who.moved_at.astimezone(self._zone).date() if who.moved_at else campaign.opens
        return max(moved, campaign.opens) + SPACING

    def _link(self, campaign: Campaign, who: Remindable) -> SurveyLink | None:
        if who.about.startswith("g") and who.graduate_id is not None:
            return self._store.campaigns.link(campaign.id, who.graduate_id)
        return self._store.campaigns.link_numbered(who.link_id) if who.link_id is not None else None

    def _today(self) -> dt.date:
        return self._store.clock().astimezone(self._zone).date()
