"""A store with graduates, campaigns that are open, and people who answer them."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import Path

from store.campaigns import Campaign, CampaignKind, CampaignState, NewCampaign
from store.graduates import Graduate, GraduateRow
from store.interviews import Interview, Value
from store.roles import Role
from store.store import Store
from tracer.forms import Kind, Question
from tracer.interview import Interviewing, Outcome
from tracer.population import cohorts
from tracer.questionnaires import Questionnaires

ZONE = dt.timezone(dt.timedelta(hours=7))
SITI, BUDI, COORDINATOR = 501, 502, 900
BORN = dt.date(2001, 5, 4)
ROW = GraduateRow(
    number=2,
    nim="17120001",
    name="Siti Rahmawati",
    programme_code="86206",
    programme_name="PGSD",
    level="S1",
    cohort=2023,
    graduated_on=dt.date(2024, 7, 31),
    born_on=BORN,
    phone="081234567890",
    email="siti@example.ac.id",
)


class SurveyStage:
    """One university in November 2026, and what its people do."""

    def __init__(self, path: Path) -> None:
        self.now = dt.datetime(2026, 11, 21, 3, 0, tzinfo=dt.UTC)
        self.path = path
        self.store = Store(path, clock=lambda: self.now)
        self._update = 0
        for person, name in ((SITI, "Siti"), (BUDI, "Budi"), (COORDINATOR, "Koordinator")):
            self.store.people.seen(person, name, None, "id")
        self.store.people.grant(COORDINATOR, Role.COORDINATOR, None)
        self.store.graduates.import_rows([ROW, replace(ROW, number=3, nim="17120002", name="Budi Santoso")])
        self._begin()

    def _begin(self) -> None:
        self.interviewing = Interviewing(self.store, Questionnaires(self.store.campaigns), ZONE)

    def restart(self) -> None:
        """End the process and begin another on the same file."""
        self.store.close()
        self.store = Store(self.path, clock=lambda: self.now)
        self._begin()

    def graduate(self, nim: str = "17120001") -> Graduate:
        found = self.store.graduates.by_nim(nim)
        assert found is not None
        return found

    def campaign(self, kind: CampaignKind = CampaignKind.NATIONAL, **terms: object) -> Campaign:
        """Make a campaign that is open since the first of the month."""
        new = NewCampaign(kind, "Tracer 2026", 2026, cohorts(2026), dt.date(2026, 11, 1), dt.date(2026, 12, 31))
        made = self.store.campaigns.add(replace(new, **terms), COORDINATOR)  # type: ignore[arg-type]
        return self.store.campaigns.set_state(made.id, CampaignState.OPEN)

    def started(self, campaign: Campaign, person: int = SITI, nim: str = "17120001") -> Interview:
        """Open a graduate's link and consent."""
        link = self.store.campaigns.link(campaign.id, self.graduate(nim).id)
        interview = self.interviewing.start(link.token, person)
        return self.interviewing.consent(interview.id, person, "id").interview

    def say(self, interview: Interview, name: str, answer: Value, person: int = SITI) -> Outcome:
        """Answer by an update of its own."""
        self._update += 1
        return self.interviewing.answer(interview.id, person, name, answer, f"u{self._update}")

    def through(self, interview: Interview, answers: dict[str, Value], person: int = SITI) -> list[str]:
        """Answer all that is asked, with what is wanted or else the first that fits; return the names in order."""
        asked = []
        while (step := self.interviewing.where(interview.id, person).step) is not None:
            for question in step.questions:
                wanted = answers.get(question.name, fitting(question))
                outcome = self.say(interview, question.name, wanted, person)
                assert outcome.refused is None, (question.name, wanted, outcome.refused)
                asked.append(question.name)
        return asked

    def sent(
        self, campaign: Campaign, answers: dict[str, Value], person: int = SITI, nim: str = "17120001"
    ) -> Interview:
        """Answer and send."""
        interview = self.started(campaign, person, nim)
        self.through(interview, answers, person)
        return self.interviewing.send(interview.id, person)


def fitting(question: Question) -> Value:
    """Return an answer that the question takes."""
    if question.kind is Kind.SELECT_MULTIPLE:
        return (question.choices[0].code,)
    if question.kind is Kind.SELECT_ONE:
        return question.choices[0].code
    if question.name in ("nik", "npwp"):
        return "3374010101010001"
    return {Kind.INTEGER: 2, Kind.DATE: "2025-09-01"}.get(question.kind, "Semarang")
