"""When people hear: lead times before a day, mornings, working days, quiet hours; all in one time zone."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from reminders.resolve import moment
from reminders.workdays import Workdays
from store.wishes import LEADS, Wishes

LATE_AFTER = dt.timedelta(minutes=30)
"""What is said later than this after its time is marked as late."""
COORDINATOR_AFTER = 2
"""Days after the due day from which the coordinator hears of it."""
LAST_DAY = dt.date(dt.MAXYEAR, 1, 1)
"""Nothing is planned behind it."""


@dataclass(frozen=True)
class Timing:
    """The institution's time: its zone (an IANA name) and its working days."""

    zone: str
    workdays: Workdays

    def today(self, now: dt.datetime) -> dt.date:
        """Return the day at a moment."""
        return self.local(now).date()

    def local(self, now: dt.datetime) -> dt.datetime:
        """Return a moment in the institution's zone."""
        return now.astimezone(ZoneInfo(self.zone))

    def at(self, day: dt.date, time: dt.time) -> dt.datetime:
        """Return the moment of a day and a local time."""
        return moment(day, time, self.zone)

    def leads(
        self, due_on: dt.date, rule_leads: Iterable[int] | None, wishes: Wishes, now: dt.datetime
    ) -> list[tuple[int, dt.datetime]]:
        """Return the lead times (days) before a due day that are still to come, each with its moment."""
        wanted = wishes.leads if wishes.leads is not None else rule_leads if rule_leads is not None else LEADS
        found = []
        for lead in sorted(set(wanted), reverse=True):
            if due_on.toordinal() > lead:
                at = self.at(due_on - dt.timedelta(days=lead), wishes.morning)
                if at > now:
                    found.append((lead, at))
        return found

    def working_morning(self, day: dt.date, wishes: Wishes, now: dt.datetime) -> dt.datetime | None:
        """Return the first morning of a working day from `day` on that is still to come; None beyond the calendar."""
        start = max(day, self.today(now))
        while start < LAST_DAY:
            at = self.at(start, wishes.morning)
            if at > now and self.workdays.off(start) is None:
                return at
            start += dt.timedelta(days=1)
        return None

    def after_quiet(self, now: dt.datetime, wishes: Wishes) -> dt.datetime | None:
        """Return when the quiet hours end that somebody has now; None if there are none now."""
        local = self.local(now)
        if not wishes.is_quiet(local.time()):
            return None
        is_tomorrow = wishes.quiet_to <= local.time()
        return self.at(local.date() + dt.timedelta(days=is_tomorrow), wishes.quiet_to)

    def monday_morning(self, wishes: Wishes, now: dt.datetime) -> dt.datetime:
        """Return the next Monday morning."""
        today = self.today(now)
        monday = today - dt.timedelta(days=today.weekday())
        at = self.at(monday, wishes.morning)
        return at if at > now else self.at(monday + dt.timedelta(days=7), wishes.morning)
