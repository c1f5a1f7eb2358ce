"""All that results are made of, read at the desk in one job; what is slow is then done elsewhere."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from store.campaigns import Campaign, CampaignKind
from store.interviews import Interview, InterviewState, Value
from store.store import Store
from tracer.forms import Form
from tracer.national.bridge import columns_of, group_of, rating_of
from tracer.national.statistics import Group, Rating, Response
from tracer.questionnaires import Questionnaires

Sent = tuple[Interview, dict[str, Value]]
STANDARDS = frozenset({CampaignKind.NATIONAL, CampaignKind.SHORT, CampaignKind.EMPLOYER})
"""The campaigns whose answers the standards are measured with."""


@dataclass(frozen=True)
class Gathered:
    """A campaign's answers, and those of others that count with them; nobody's name is in it.

    ``short`` are answers to the five-question form of the same year by graduates who did not send the national one,
    ``employers`` those about graduates of the same year and programmes. ``asked`` counts whom the campaign is about,
    by level, programme and cohort; ``taken_back`` are answers that were sent and then erased or withdrawn, ``years``
    the academic years in which a national campaign ran for all of the university.
    """

    campaign: Campaign
    sent: tuple[Sent, ...]
    short: tuple[Sent, ...]
    employers: tuple[Sent, ...]
    asked: Mapping[Group, int]
    taken_back: int
    programmes: Mapping[str, str]
    years: frozenset[int]
    form: Form

    @property
    def is_about_standards(self) -> bool:
        """Whether the campaign says something about the indicators of the standards."""
        return self.campaign.kind in STANDARDS

    @cached_property
    def responses(self) -> tuple[Response, ...]:
        """The graduates' answers for the statistics."""
        own = self.sent if self.campaign.kind in (CampaignKind.NATIONAL, CampaignKind.SHORT) else ()
        return tuple(
            Response(group=_group(interview), answers=columns_of(answers)) for interview, answers in (*own, *self.short)
        )

    @cached_property
    def ratings(self) -> tuple[Rating, ...]:
        """The employers' ratings for the statistics."""
        return tuple(rating_of(interview, answers) for interview, answers in self.employers)


def gather(store: Store, campaign: Campaign) -> Gathered:
    """Read what the results of a campaign are made of; at the desk (a second for 10,000 graduates)."""
    with store.transaction():
        campaigns = store.campaigns.all()
        sent = tuple(store.interviews.sent(campaign.id))
        answered = {interview.graduate_id for interview, _ in sent if interview.graduate_id}
        return Gathered(
            campaign=campaign,
            sent=sent,
            short=tuple(_short(store, campaign, campaigns, answered)),
            employers=tuple(_employers(store, campaign, campaigns)),
            asked=_asked(store, campaign, sent, answered),
            taken_back=sum(
                tally.many
                for tally in store.interviews.tallies(campaign.id)
                if tally.sent_on is not None and tally.state is not InterviewState.SENT
            ),
            programmes={graduate.programme_code: graduate.programme_name for graduate in store.graduates.all()},
            years=frozenset(
                other.academic_year
                for other in campaigns
                if other.kind is CampaignKind.NATIONAL and other.unit_id is None
            ),
            form=Questionnaires(store.campaigns).of(campaign, None),
        )


def _short(store: Store, campaign: Campaign, campaigns: tuple[Campaign, ...], answered: set[int]) -> Iterator[Sent]:
    """Yield the short answers of those who sent no national ones; the newest campaign's count."""
    if campaign.kind is not CampaignKind.NATIONAL:
        return
    done, programmes = set(answered), store.campaigns.programmes(campaign)
    for other in _beside(campaign, campaigns, CampaignKind.SHORT):
        for interview, answers in store.interviews.sent(other.id):
            if interview.graduate_id not in done and _is_asked(programmes, campaign, interview):
                done.add(interview.graduate_id or 0)
                yield interview, answers


def _employers(store: Store, campaign: Campaign, campaigns: tuple[Campaign, ...]) -> Iterator[Sent]:
    if campaign.kind is CampaignKind.EMPLOYER:
        yield from store.interviews.sent(campaign.id)
    elif campaign.kind is CampaignKind.NATIONAL:
        programmes = store.campaigns.programmes(campaign)
        for other in _beside(campaign, campaigns, CampaignKind.EMPLOYER):
            for interview, answers in store.interviews.sent(other.id):
                if campaign.unit_id is None or _is_asked(programmes, campaign, interview):
                    yield interview, answers


def _beside(campaign: Campaign, campaigns: tuple[Campaign, ...], kind: CampaignKind) -> Iterator[Campaign]:
    """Yield the campaigns of a kind and of the same academic year, for the university or for the same unit."""
    for other in campaigns:
        is_same_place = campaign.unit_id is None or other.unit_id in (None, campaign.unit_id)
        if other.kind is kind and other.academic_year == campaign.academic_year and is_same_place:
            yield other


def _is_asked(programmes: frozenset[str] | None, campaign: Campaign, interview: Interview) -> bool:
    is_of_them = programmes is None or interview.programme_code in programmes
    return is_of_them and interview.cohort in campaign.cohorts


def _asked(store: Store, campaign: Campaign, sent: tuple[Sent, ...], answered: set[int]) -> dict[Group, int]:
    """Count whom a campaign is about; who answered counts where they answered, also if the list moved them since."""
    asked = Counter(_group(interview) for interview, _ in sent)
    if campaign.kind is not CampaignKind.EMPLOYER:
        asked += Counter(
            group_of(graduate.level, graduate.programme_code, graduate.cohort)
            for graduate in store.campaigns.population(campaign)
            if graduate.id not in answered
        )
    return dict(asked)


def _group(interview: Interview) -> Group:
    return group_of(interview.level, interview.programme_code, interview.cohort)
