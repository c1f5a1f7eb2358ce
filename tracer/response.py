"""How many of those asked have answered: in all, by programme, by year of graduation, and day by day."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import accumulate

from store.campaigns import Campaign, CampaignKind
from store.graduates import GraduateCount
from store.interviews import InterviewState, Tally
from store.store import Store


@dataclass(frozen=True)
class Share:
    """How many of a group were asked, and how many of them have sent an answer; ``key`` tells the group."""

    key: str
    name: str
    asked: int
    sent: int

    @property
    def percent(self) -> float:
        """The share in percent, 0 where nobody is asked."""
        return 100 * self.sent / self.asked if self.asked else 0.0


@dataclass(frozen=True)
class Response:
    """How a campaign stands. Who sent an answer and was erased since counts; who took theirs back does not.

    ``by_programme`` is named by programme and level, ``by_cohort`` by the first year of the academic year,
    ``by_day`` has how many answers there were at the end of each day on which some came. In a survey of employers
    ``whole`` counts answers, and nobody knows how many could be asked: ``is_rate`` says no, the groups are empty.
    """

    whole: Share
    begun: int
    is_rate: bool
    by_programme: tuple[Share, ...]
    by_cohort: tuple[Share, ...]
    by_day: tuple[tuple[dt.date, int], ...]


def response(
    store: Store, campaign: Campaign, part: frozenset[str] | None = None, zone: dt.tzinfo = dt.UTC
) -> Response:
    """Return how a campaign stands, or a part of it (codes of programmes) alone; ``zone`` is for days. At the desk."""
    tallies = [
        tally for tally in store.interviews.tallies(campaign.id, zone) if part is None or tally.programme_code in part
    ]
    sent = [tally for tally in tallies if _is_sent(tally)]
    begun = sum(tally.many for tally in tallies if tally.state in (InterviewState.RUNNING, InterviewState.PAUSED))
    total, by_day = sum(tally.many for tally in sent), _by_day(sent)
    if campaign.kind is CampaignKind.EMPLOYER:
        return Response(Share("", "", 0, total), begun, False, (), (), by_day)
    codes = store.campaigns.programmes(campaign) if part is None else part
    asked = store.graduates.counts(campaign.cohorts[0], campaign.cohorts[-1], codes)
    return Response(
        whole=Share("", "", max(total, sum(count.many for count in asked)), total),
        begun=begun,
        is_rate=True,
        by_programme=_by_programme(asked, sent),
        by_cohort=_by_cohort(asked, sent),
        by_day=by_day,
    )


def _is_sent(tally: Tally) -> bool:
    return tally.state is InterviewState.SENT or (tally.state is InterviewState.ERASED and tally.sent_on is not None)


def _by_programme(asked: Iterable[GraduateCount], sent: Iterable[Tally]) -> tuple[Share, ...]:
    """Return the programmes, those of whom most are missing first."""
    names: dict[str, str] = {}
    many: Counter[str] = Counter()
    for count in asked:
        names[count.programme_code] = f"{count.level} {count.programme_name}"
        many[count.programme_code] += count.many
    given: Counter[str] = Counter()
    for tally in sent:
        given[tally.programme_code or ""] += tally.many
    shares = [Share(code, names[code], max(many[code], given[code]), given[code]) for code in many]
    return tuple(sorted(shares, key=lambda share: (share.percent, share.name)))


def _by_cohort(asked: Iterable[GraduateCount], sent: Iterable[Tally]) -> tuple[Share, ...]:
    many: Counter[int] = Counter()
    for count in asked:
        many[count.cohort] += count.many
    given: Counter[int | None] = Counter()
    for tally in sent:
        given[tally.cohort] += tally.many
    return tuple(
        Share(str(cohort), f"{cohort}/{cohort + 1}", max(many[cohort], given[cohort]), given[cohort])
        for cohort in sorted(many)
    )


def _by_day(sent: Iterable[Tally]) -> tuple[tuple[dt.date, int], ...]:
    days: Counter[dt.date] = Counter()
    for tally in sent:
        if tally.sent_on is not None:
            days[tally.sent_on] += tally.many
    return tuple(zip(sorted(days), accumulate(days[day] for day in sorted(days)), strict=True))
