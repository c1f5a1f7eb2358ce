"""Small populations whose figures can be counted by hand, as `gather` reads them from a store."""

from __future__ import annotations

from dataclasses import replace

from survey_stage import ROW, SurveyStage

from store.campaigns import Campaign, CampaignKind
from store.graduates import Graduate
from store.interviews import InterviewState, Value
from tracer.results.clauses import Clause
from tracer.wording import Text

CLAUSE = Clause(
    document="S-SPMI-UPGRIS-1.1",
    statement="1.1.9.1",
    source="standards.txt",
    lines=(189, 192),
    words=Text(en="At least 60% <of> graduates", id="Minimal 60% <dari> lulusan"),
    url="https://t.me/bot?start=c_id_1a2b3c4d_189_192",
)
CLAUSES = {"1.1.9.1": CLAUSE}


def graduates(stage: SurveyStage, count: int, first: int = 0, **changed: object) -> list[Graduate]:
    """Put graduates on the list; return them."""
    rows = [
        replace(ROW, number=number + 2, nim=f"99{number:06}", name=f"Lulusan {number}", **changed)  # type: ignore[arg-type]
        for number in range(first, first + count)
    ]
    stage.store.graduates.import_rows(rows)
    return [stage.graduate(row.nim) for row in rows]


def sends(stage: SurveyStage, campaign: Campaign, graduate: Graduate, answers: dict[str, Value]) -> None:
    """Store what a graduate sent, without the conversation."""
    interview = stage.store.interviews.begin(campaign, graduate, None)
    stage.store.interviews.keep(interview.id, answers, "u1")
    stage.store.interviews.set_state(interview.id, InterviewState.SENT)


def rates(stage: SurveyStage, campaign: Campaign, graduate: Graduate, person: int, ratings: dict[str, Value]) -> None:
    """Store what an employer sent about a graduate."""
    stage.store.people.seen(person, f"Pengguna {person}", None, "id")
    link = stage.store.campaigns.link(campaign.id, graduate.id)
    interview = stage.store.interviews.begin_employer(campaign, link, person)
    stage.store.interviews.keep(interview.id, ratings, "u1")
    stage.store.interviews.set_state(interview.id, InterviewState.SENT)


def works(months: int = 2, fits: int = 1, needed: int = 4, mastered: int = 3) -> dict[str, Value]:
    """Return the answers of somebody at work, as far as figures need them."""
    ratings = {f"f{code}": str(needed if code % 2 == 0 else mastered) for code in range(1761, 1775)}
    stress = {f"f2{way}": "2" for way in range(1, 8)}
    return {"f8": "1", "f502": months, "f14": str(fits), "f15": "2", **ratings, **stress}


def seeks() -> dict[str, Value]:
    """Return the answers of somebody who looks for work."""
    return {"f8": "5", **{f"f2{way}": "4" for way in range(1, 8)}}


def surveyed(stage: SurveyStage) -> Campaign:
    """Return a campaign with 12 of 20 at work (9 of them fitting), 4 looking, 4 silent, and a programme of three."""
    campaign = stage.campaign(CampaignKind.NATIONAL)
    people = graduates(stage, 20)
    for number in range(12):
        sends(stage, campaign, people[number], works(fits=1 if number < 9 else 5))
    for number in range(12, 16):
        sends(stage, campaign, people[number], seeks())
    few = graduates(stage, 3, 50, programme_code="86207", programme_name="PG <PAUD>")
    for graduate in few:
        sends(stage, campaign, graduate, works())
    return campaign
