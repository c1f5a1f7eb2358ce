"""Who was reminded of which survey how often, and who could be again.

Whom it is about (``about``) is a graduate of the campaign (``g12``) or an employer's interview (``i7``); with the
same campaign it names a reminder for good, whoever's account it goes to.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from store.campaigns import Campaign, CampaignKind
from store.clock import from_optional, from_text
from store.database import Database, Row, to_json
from store.interviews import InterviewState

KIND = "survey"
"""The kind under which reminders wait in the due queue."""
MOST_REMINDERS = 3
"""Reminders of one survey that somebody gets."""
NEVER_AGAIN = MOST_REMINDERS + 1
"""The number under which it is noted that somebody wants no more of them."""


@dataclass(frozen=True)
class Remindable:
    """Somebody in Telegram who has not sent a survey; ``number`` counts the reminders so far.

    ``state`` is how far they are (None: not begun), ``moved_at`` when they last did something or were reminded.
    """

    campaign_id: int
    about: str
    person_id: int
    graduate_id: int | None
    link_id: int | None
    state: InterviewState | None
    number: int
    moved_at: dt.datetime | None

    @property
    def is_begun(self) -> bool:
        """Whether they have begun to answer."""
        return self.state in (InterviewState.RUNNING, InterviewState.PAUSED)


def message_key(campaign_id: int, about: str = "") -> str:
    """Return how the names of a campaign's reminders begin in the outbox, or of those about one."""
    return f"{KIND}:{campaign_id}/{about}." if about else f"{KIND}:{campaign_id}/"


class Reminded:
    """Counts reminders of surveys."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def whom(
        self,
        campaign: Campaign,
        codes: Iterable[str] | None,
        *,
        about: str = "",
        is_over: bool = False,
        moved_before: dt.datetime | None = None,
        most: int = -1,
    ) -> tuple[Remindable, ...]:
        """Return who has not sent an answer and may be reminded, at most so many of those for whom nothing waits.

        ``codes`` are the programmes of the campaign (None: all). With ``about`` it is only that one, waiting or not;
        with ``moved_before`` those who did nothing and were not reminded since. Who does not want to be contacted,
        has blocked the bot or had all reminders (unless ``is_over``) is left out.
        """
        query = _EMPLOYERS if campaign.kind is CampaignKind.EMPLOYER else _GRADUATES
        only = query.only if about else "TRUE"  # looked up by its id: the rest of ten thousand is not read
        rows = self._database.rows(
            f"SELECT * FROM ({query.sql.format(only=only, reminded=_ONE if about else _ALL)})"  # noqa: S608 - ours
            " WHERE (:over OR number < :most_reminders)"
            " AND (:before IS NULL OR max(coalesce(changed_at, ''), coalesce(told_at, '')) < :before)"
            " AND (:about != '' OR NOT EXISTS (SELECT 1 FROM due WHERE due.state = 'waiting'"
            " AND due.subject = 'survey:' || :campaign || '/' || about)) LIMIT :most",
            {
                "campaign": campaign.id,
                "first": campaign.cohorts[0],
                "last": campaign.cohorts[-1],
                "codes": None if codes is None else to_json(sorted(codes)),
                "about": about,
                "about_id": about[1:] if about[:1] == query.sign else "",
                "before": self._database.now(moved_before) if moved_before else None,
                "most": most,
                "most_reminders": MOST_REMINDERS,
                "over": int(is_over),
            },
        )
        return tuple(_remindable(campaign.id, row) for row in rows)

    def told(self, campaign_id: int, about: str, person_id: int, number: int) -> None:
        """Note that somebody was reminded the so-manieth time, or wants to be `NEVER_AGAIN`."""
        self._database.write(
            "INSERT INTO survey_reminders (campaign_id, about, person_id, number, told_at) VALUES (?, ?, ?, ?, ?)"
            " ON CONFLICT (campaign_id, about, number) DO NOTHING",
            [campaign_id, about, person_id, number, self._database.now()],
        )

    def counts(self, campaign_id: int) -> dict[int, int]:
        """Return how many people were reminded once, twice, three times at least."""
        rows = self._database.rows(
            "SELECT number, count(*) AS many FROM survey_reminders WHERE campaign_id = ? AND number <= ?"
            " GROUP BY number",
            [campaign_id, MOST_REMINDERS],
        )
        return {row["number"]: row["many"] for row in rows}

    def take_back(self, campaign_id: int, about: str = "") -> int:
        """Delete the reminders that wait in the outbox, of one or of all; returns how many.

        So nobody is reminded who answered, or who wants no more, in the seconds before it goes out.
        """
        return self._database.write(
            "DELETE FROM outbox WHERE state = 'queued' AND dedupe_key GLOB ?", [f"{message_key(campaign_id, about)}*"]
        )


@dataclass(frozen=True)
class _Query:
    """How those who may be reminded are found; ``only`` is the condition for one of them, ``sign`` begins its name."""

    sign: str
    only: str
    sql: str


_ALL, _ONE = "TRUE", "about = :about"
_HOW_OFTEN = """
    LEFT JOIN (
        SELECT about AS reminded, max(number) AS number, max(told_at) AS told_at FROM survey_reminders
        WHERE campaign_id = :campaign AND {reminded} GROUP BY about
    ) ON reminded = about
"""

_GRADUATES = _Query(
    "g",
    "graduates.id = CAST(:about_id AS INTEGER)",
    """
    SELECT about, person_id, graduate_id, link_id, state, coalesce(number, 0) AS number, changed_at, told_at FROM (
        SELECT 'g' || graduates.id AS about, people.id AS person_id, graduates.id AS graduate_id,
            NULL AS link_id, interviews.state AS state, interviews.changed_at AS changed_at
        FROM graduates
        LEFT JOIN interviews ON interviews.graduate_id = graduates.id AND interviews.respondent = 'graduate'
            AND interviews.campaign_id = :campaign
        JOIN people ON people.id = coalesce(interviews.person_id, graduates.person_id) AND people.state != 'blocked'
        WHERE {only} AND graduates.cohort BETWEEN :first AND :last AND no_contact_at IS NULL AND erased_at IS NULL
            AND (:codes IS NULL OR graduates.programme_code IN (SELECT value FROM json_each(:codes)))
            AND (interviews.state IS NULL OR interviews.state IN ('invited', 'running', 'paused'))
    )"""  # noqa: S608 - our own words
    + _HOW_OFTEN,
)

_EMPLOYERS = _Query(
    "i",
    "interviews.id = CAST(:about_id AS INTEGER)",
    """
    SELECT about, person_id, graduate_id, link_id, state, coalesce(number, 0) AS number, changed_at, told_at FROM (
        SELECT 'i' || interviews.id AS about, interviews.person_id AS person_id, graduate_id, link_id,
            interviews.state AS state, changed_at
        FROM interviews JOIN people ON people.id = interviews.person_id AND people.state != 'blocked'
        WHERE {only} AND campaign_id = :campaign AND respondent = 'employer'
            AND interviews.state IN ('invited', 'running', 'paused')
    )"""  # noqa: S608 - our own words
    + _HOW_OFTEN,
)


def _remindable(campaign_id: int, row: Row) -> Remindable:
    moments = [from_text(row[column]) for column in ("changed_at", "told_at") if from_optional(row[column])]
    return Remindable(
        campaign_id=campaign_id,
        about=row["about"],
        person_id=row["person_id"],
        graduate_id=row["graduate_id"],
        link_id=row["link_id"],
        state=InterviewState(row["state"]) if row["state"] else None,
        number=row["number"],
        moved_at=max(moments, default=None),
    )
