"""Interviews: who answers which campaign, how far they are, and their answers.

An interview is one respondent's in one campaign: a graduate's, or an employer's who came with a link. What is
erased, withdrawn or past its time keeps the campaign, programme, level, cohort and the day of sending, so that the
counts stay; the answers, and all that leads to the person, are gone.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from store.campaigns import Campaign, Campaigns, SurveyLink
from store.clock import from_optional, start_of
from store.database import Database, Row, StoreError, from_json, to_json
from store.graduates import Graduate, Graduates
from store.people import Language

Value = str | int | float | tuple[str, ...] | None
"""What is stored of an answer; None says that the question was put and left blank."""

MOST_EMPLOYERS = 5
"""People who may answer with one link that a graduate forwards."""


class InterviewUnknownError(StoreError):
    """There is no such interview, or not any more."""

    def __init__(self) -> None:
        super().__init__("This survey was ended or erased: open your link again.")


class OwnEmployerError(StoreError):
    """A graduate opened the link that is for their employer."""

    def __init__(self) -> None:
        super().__init__("This link is for the person you work for: forward it to them.")


class LinkUsedUpError(StoreError):
    """A link for employers was used by as many as it is for."""

    def __init__(self) -> None:
        super().__init__("This link was used by several people already: ask the university for one of your own.")


class Respondent(StrEnum):
    """Who answers."""

    GRADUATE = "graduate"
    EMPLOYER = "employer"


class InterviewState(StrEnum):
    """``INVITED`` came and has not consented; the last two keep no answers and no identity."""

    INVITED = "invited"
    RUNNING = "running"
    PAUSED = "paused"
    SENT = "sent"
    WITHDRAWN = "withdrawn"
    ERASED = "erased"


class Source(StrEnum):
    """How the answers came."""

    CHAT = "chat"
    TELEPHONE = "telephone"
    IMPORT = "import"


@dataclass(frozen=True)
class Interview:
    """One respondent's way through a campaign.

    ``person_id`` is the respondent's account (None without Telegram), ``taken_by`` who asked by telephone,
    ``revisiting`` the question that the respondent went back to, ``graduate_id`` the graduate it is about.
    """

    id: int
    campaign_id: int
    respondent: Respondent
    link_id: int | None
    graduate_id: int | None
    person_id: int | None
    programme_code: str | None
    level: str | None
    cohort: int | None
    language: Language | None
    state: InterviewState
    source: Source
    taken_by: int | None
    revisiting: str | None
    last_update: str | None
    consented_at: dt.datetime | None
    changed_at: dt.datetime | None
    sent_at: dt.datetime | None

    @property
    def is_open(self) -> bool:
        """Whether consent was given and answers are taken."""
        return self.state in (InterviewState.RUNNING, InterviewState.PAUSED)


@dataclass(frozen=True)
class Tally:
    """How many interviews of a campaign stand how, of a programme, level and cohort."""

    programme_code: str | None
    level: str | None
    cohort: int | None
    state: InterviewState
    sent_on: dt.date | None
    many: int


class Interviews:
    """Reads and writes interviews and their answers."""

    def __init__(self, database: Database, graduates: Graduates, campaigns: Campaigns) -> None:
        self._database = database
        self._graduates = graduates
        self._campaigns = campaigns

    def get(self, interview_id: int) -> Interview:
        """Return an interview; raises `InterviewUnknownError`."""
        row = self._database.row("SELECT * FROM interviews WHERE id = ?", [interview_id])
        if row is None:
            raise InterviewUnknownError
        return _interview(row)

    def of_person(self, person_id: int) -> tuple[Interview, ...]:
        """Return the interviews that somebody answers, the newest first."""
        rows = self._database.rows("SELECT * FROM interviews WHERE person_id = ? ORDER BY id DESC", [person_id])
        return tuple(map(_interview, rows))

    def of_graduate(self, campaign_id: int, graduate_id: int) -> Interview | None:
        """Return a graduate's own interview in a campaign."""
        row = self._database.row(
            "SELECT * FROM interviews WHERE campaign_id = ? AND graduate_id = ? AND respondent = 'graduate'",
            [campaign_id, graduate_id],
        )
        return _interview(row) if row else None

    def of_campaign(self, campaign_id: int) -> tuple[Interview, ...]:
        """Return the interviews of a campaign that still hold answers or wait for them."""
        rows = self._database.rows(
            "SELECT * FROM interviews WHERE campaign_id = ? AND state NOT IN ('withdrawn', 'erased') ORDER BY id",
            [campaign_id],
        )
        return tuple(map(_interview, rows))

    def begin(
        self,
        campaign: Campaign,
        graduate: Graduate,
        person_id: int | None,
        *,
        source: Source = Source.CHAT,
        taken_by: int | None = None,
        link_id: int | None = None,
    ) -> Interview:
        """Return a graduate's interview, new or as it stands; it goes to the account that came last.

        So it is resumed on another phone. ``taken_by`` is who asks by telephone, also what was begun in the chat;
        once the graduate comes themselves, it is theirs alone again. Who the graduate is in Telegram is settled by
        the consent (`consent`), or by going on with a link.
        """
        with self._database.transaction():
            found = self.of_graduate(campaign.id, graduate.id)
            if found is None:
                columns = {"source": source, "taken_by": taken_by, "link_id": link_id, "person_id": person_id}
                found = self._new(campaign, Respondent.GRADUATE, graduate, columns)
            else:
                self._database.write(
                    "UPDATE interviews SET person_id = coalesce(:person, person_id),"
                    " taken_by = CASE WHEN :person IS NULL THEN coalesce(:taken_by, taken_by) END,"
                    " link_id = coalesce(link_id, :link),"
                    " source = CASE :source WHEN 'chat' THEN source ELSE :source END WHERE id = :id",
                    {"person": person_id, "taken_by": taken_by, "link": link_id, "source": source, "id": found.id},
                )
            if person_id is not None and found.state is not InterviewState.INVITED and link_id is not None:
                self._graduates.tie(graduate.id, person_id)
            return self.get(found.id)

    def begin_employer(self, campaign: Campaign, link: SurveyLink, person_id: int) -> Interview:
        """Return somebody's own interview with a link for employers; nobody sees or changes another's.

        Raises `OwnEmployerError` for the graduate whose link it is, `LinkUsedUpError` after `MOST_EMPLOYERS`.
        """
        with self._database.transaction():
            rows = self._database.rows("SELECT * FROM interviews WHERE link_id = ?", [link.id])
            for row in rows:
                if row["person_id"] == person_id:
                    return _interview(row)
            graduate = None if link.graduate_id is None else self._graduates.get(link.graduate_id)
            if graduate is not None and graduate.person_id == person_id:
                raise OwnEmployerError
            if len(rows) >= MOST_EMPLOYERS:
                raise LinkUsedUpError
            columns = {"source": Source.CHAT, "link_id": link.id, "person_id": person_id, "taken_by": None}
            return self._new(campaign, Respondent.EMPLOYER, graduate, columns)

    def _new(
        self, campaign: Campaign, respondent: Respondent, graduate: Graduate | None, columns: Mapping[str, object]
    ) -> Interview:
        about = {
            "graduate_id": graduate.id if graduate else None,
            "programme_code": graduate.programme_code if graduate else None,
            "level": graduate.level if graduate else None,
            "cohort": graduate.cohort if graduate else None,
        }
        interview_id = self._database.insert(
            "INSERT INTO interviews (campaign_id, respondent, link_id, graduate_id, person_id, programme_code, level,"
            " cohort, state, source, taken_by, invited_at, changed_at) VALUES (:campaign, :respondent, :link_id,"
            " :graduate_id, :person_id, :programme_code, :level, :cohort, 'invited', :source, :taken_by, :now, :now)",
            {
                "campaign": campaign.id,
                "respondent": respondent,
                "now": self._database.now(),
                **columns,
                **about,
            },
        )
        return self.get(interview_id)

    def consent(self, interview_id: int, language: Language) -> Interview:
        """Note the consent, and that the asking begins; a second time changes the language only.

        Who consents is from now on the graduate whose interview it is, as far as a link or nobody else says so.
        """
        interview = self.get(interview_id)
        if interview.state is InterviewState.INVITED:
            self._say_yes(interview)
        self._database.write(
            "UPDATE interviews SET language = :language, consented_at = coalesce(consented_at, :now),"
            " changed_at = :now, state = CASE state WHEN 'invited' THEN 'running' ELSE state END WHERE id = :id",
            {"language": language, "now": self._database.now(), "id": interview_id},
        )
        return self.get(interview_id)

    def _say_yes(self, interview: Interview) -> None:
        if interview.respondent is Respondent.EMPLOYER:
            self._mark_link(interview, wanted=False)
        elif interview.graduate_id is not None:
            self._graduates.mark_no_contact(interview.graduate_id, wanted=False)
            is_known = self._graduates.get(interview.graduate_id).person_id is not None
            if interview.person_id is not None and (interview.link_id is not None or not is_known):
                self._graduates.tie(interview.graduate_id, interview.person_id)

    def set_state(self, interview_id: int, state: InterviewState, at: dt.datetime | None = None) -> Interview:
        """Note how an interview stands; sending it notes the time of that: now, or ``at``."""
        sent = self._database.now(at) if state is InterviewState.SENT else None
        self._database.write(
            "UPDATE interviews SET state = ?, revisiting = NULL, sent_at = ?, changed_at = ? WHERE id = ?",
            [state, sent, self._database.now(), interview_id],
        )
        return self.get(interview_id)

    def revisit(self, interview_id: int, name: str | None) -> None:
        """Note the question that the respondent goes back to, None for none."""
        self._database.write("UPDATE interviews SET revisiting = ? WHERE id = ?", [name, interview_id])

    def answers(self, interview_id: int) -> dict[str, Value]:
        """Return all answers of an interview by question, those set aside included."""
        rows = self._database.rows("SELECT name, value FROM answers WHERE interview_id = ?", [interview_id])
        return {row["name"]: _value(from_json(row["value"])) for row in rows}

    def keep(self, interview_id: int, answers: Mapping[str, Value], update: str, revisiting: str | None = None) -> None:
        """Keep answers, in the moment; ``update`` names what brought them (`Interview.last_update`).

        ``revisiting`` is the question at which the respondent stays, None to go on.
        """
        with self._database.transaction():
            for name, value in answers.items():
                self._database.write(_KEEP, [interview_id, name, to_json(value), self._database.now()])
            self._database.write(
                "UPDATE interviews SET revisiting = ?, last_update = ?, changed_at = ?,"
                " state = CASE state WHEN 'paused' THEN 'running' ELSE state END WHERE id = ?",
                [revisiting, update, self._database.now(), interview_id],
            )

    def set_aside(self, interview_id: int, in_force: Collection[str]) -> None:
        """Mark the answers that no longer apply as set aside, and those that do again as counting."""
        self._database.write(
            "UPDATE answers SET set_aside = NOT set_aside WHERE interview_id = :id"
            " AND set_aside = (name IN (SELECT value FROM json_each(:names)))",
            {"id": interview_id, "names": to_json(list(in_force))},
        )

    def sent(self, campaign_id: int) -> Iterator[tuple[Interview, dict[str, Value]]]:
        """Yield the interviews of a campaign that were sent, with the answers that count; by id."""
        answers = {
            row["interview_id"]: {name: _value(value) for name, value in from_json(row["answers"]).items()}
            for row in self._database.rows(_SENT_ANSWERS, [campaign_id])
        }
        rows = self._database.rows(
            "SELECT * FROM interviews WHERE campaign_id = ? AND state = 'sent' ORDER BY id", [campaign_id]
        )
        for row in rows:
            yield _interview(row), answers.get(row["id"], {})

    def tallies(self, campaign_id: int, zone: dt.tzinfo = dt.UTC) -> tuple[Tally, ...]:
        """Return how many interviews stand how, by programme, level, cohort and day of sending.

        The day is the zone's, with its present distance from UTC; of what was erased only the day in UTC is kept.
        """
        away = self._database.clock().astimezone(zone).utcoffset() or dt.timedelta()
        which = {"campaign": campaign_id, "shift": f"{away.total_seconds() / 60:+.0f} minutes"}
        return tuple(
            Tally(
                programme_code=row["programme_code"],
                level=row["level"],
                cohort=row["cohort"],
                state=InterviewState(row["state"]),
                sent_on=dt.date.fromisoformat(row["sent_on"]) if row["sent_on"] else None,
                many=row["many"],
            )
            for row in self._database.rows(_TALLIES, which)
        )

    def sources(self, campaign_id: int) -> dict[Source, int]:
        """Return how many of the answers that were sent came how."""
        rows = self._database.rows(
            "SELECT source, count(*) AS many FROM interviews WHERE campaign_id = ? AND state = 'sent' GROUP BY source",
            [campaign_id],
        )
        return {Source(row["source"]): row["many"] for row in rows}

    def counts(self, campaign_id: int, cohort: int, name: str) -> dict[Value, int]:
        """Return how many of a cohort sent which answer to a question, by the answer."""
        rows = self._database.rows(_COUNTS, [campaign_id, cohort, name])
        return {_value(from_json(row["value"])): row["many"] for row in rows}

    def withdraw(self, interview_id: int) -> None:
        """Take back a consent: the answers go, the count stays, and a graduate is not contacted again."""
        with self._database.transaction():
            interview = self.get(interview_id)
            self._no_contact(interview)
            self._empty("id = :value", interview_id, InterviewState.WITHDRAWN)

    def refuse(self, interview_id: int) -> None:
        """Note that somebody does not want to answer: the interview goes, only the mark not to contact stays."""
        with self._database.transaction():
            self._no_contact(self.get(interview_id))
            self.drop(interview_id)

    def drop(self, interview_id: int) -> None:
        """Delete an interview without a trace, in which nothing was answered."""
        self._database.write("DELETE FROM interviews WHERE id = ?", [interview_id])

    def _no_contact(self, interview: Interview) -> None:
        if interview.respondent is Respondent.EMPLOYER:
            self._mark_link(interview, wanted=True)
        elif interview.graduate_id is not None:
            self._graduates.mark_no_contact(interview.graduate_id, wanted=True)
            self._graduates.forget_identity(interview.graduate_id)

    def _mark_link(self, interview: Interview, *, wanted: bool) -> None:
        if interview.link_id is not None:
            self._campaigns.mark_refused(interview.link_id, wanted=wanted)

    def purge_before(self, day: dt.date) -> dict[str, int]:
        """Empty the interviews of campaigns that closed before a day, and forget whom no other campaign is about.

        Returns how many interviews were emptied and how many graduates, links and identities were deleted.
        """
        with self._database.transaction():
            campaigns = "campaign_id IN (SELECT id FROM campaigns WHERE closes < :value)"
            emptied = self._empty(
                f"{campaigns} AND state NOT IN ('withdrawn', 'erased')", day.isoformat(), InterviewState.ERASED
            )
            unasked = {"day": day.isoformat(), "moment": start_of(day)}
            return {
                "interviews": emptied,
                "survey_links": self._database.write(_OLD_LINKS, [day.isoformat()]),
                "identities": self._database.write(_OLD_IDENTITIES, [day.isoformat()]),
                "graduates": self._database.write(_OLD_GRADUATES, unasked),
            }

    def _empty(self, condition: str, value: object, state: InterviewState) -> int:
        """Delete the answers of some interviews and all that leads to a person; returns how many interviews."""
        which = {"value": value}
        self._database.write(
            f"DELETE FROM answers WHERE interview_id IN (SELECT id FROM interviews WHERE {condition})",  # noqa: S608
            which,
        )
        return self._database.write(
            f"UPDATE interviews SET {EMPTIED}, state = :state WHERE {condition}",  # noqa: S608 - our own words
            {**which, "state": state},
        )


EMPTIED = (
    "person_id = NULL, graduate_id = NULL, link_id = NULL, taken_by = NULL, language = NULL, revisiting = NULL,"
    " last_update = NULL, invited_at = NULL, consented_at = NULL, changed_at = NULL,"
    " sent_at = substr(sent_at, 1, 10) || 'T00:00:00.000000+00:00'"
)
"""What is taken off an interview when its answers go; the campaign, programme, level, cohort and day stay."""

_KEEP = """
    INSERT INTO answers (interview_id, name, value, answered_at) VALUES (?, ?, ?, ?)
    ON CONFLICT (interview_id, name) DO UPDATE SET value = excluded.value, answered_at = excluded.answered_at
"""

_SENT_ANSWERS = """
    SELECT interview_id, json_group_object(name, json(value)) AS answers FROM answers
    WHERE set_aside = 0 AND interview_id IN (SELECT id FROM interviews WHERE campaign_id = ? AND state = 'sent')
    GROUP BY interview_id
"""

_TALLIES = """
    SELECT programme_code, level, cohort, state,
        CASE state WHEN 'sent' THEN date(sent_at, :shift) ELSE substr(sent_at, 1, 10) END AS sent_on, count(*) AS many
    FROM interviews WHERE campaign_id = :campaign GROUP BY programme_code, level, cohort, state, sent_on
    ORDER BY programme_code, level, cohort, state, sent_on
"""

_COUNTS = """
    SELECT value, count(*) AS many FROM interviews JOIN answers ON answers.interview_id = interviews.id
    WHERE campaign_id = ? AND state = 'sent' AND respondent = 'graduate' AND cohort = ? AND name = ? AND set_aside = 0
    GROUP BY value
"""

_OLD_LINKS = "DELETE FROM survey_links WHERE campaign_id IN (SELECT id FROM campaigns WHERE closes < ?)"

# NIK and NPWP are kept while a campaign that asks for them has not passed its time.
_OLD_IDENTITIES = """
    DELETE FROM identities WHERE NOT EXISTS (
        SELECT 1 FROM campaigns JOIN graduates ON graduates.id = identities.graduate_id
        WHERE asks_nik = 1 AND closes >= ? AND cohort BETWEEN first_cohort AND last_cohort)
"""

_OLD_GRADUATES = """
    DELETE FROM graduates WHERE changed_at < :moment
    AND NOT EXISTS (SELECT 1 FROM interviews WHERE graduate_id = graduates.id)
    AND NOT EXISTS (SELECT 1 FROM survey_links WHERE graduate_id = graduates.id)
    AND NOT EXISTS (SELECT 1 FROM campaigns WHERE closes >= :day AND cohort BETWEEN first_cohort AND last_cohort)
"""


def _value(value: object) -> Value:
    return tuple(value) if isinstance(value, list) else value  # type: ignore[return-value]  # as `keep` wrote it


def _interview(row: Row) -> Interview:
    return Interview(
        id=row["id"],
        campaign_id=row["campaign_id"],
        respondent=Respondent(row["respondent"]),
        link_id=row["link_id"],
        graduate_id=row["graduate_id"],
        person_id=row["person_id"],
        programme_code=row["programme_code"],
        level=row["level"],
        cohort=row["cohort"],
        language=row["language"],
        state=InterviewState(row["state"]),
        source=Source(row["source"]),
        taken_by=row["taken_by"],
        revisiting=row["revisiting"],
        last_update=row["last_update"],
        consented_at=from_optional(row["consented_at"]),
        changed_at=from_optional(row["changed_at"]),
        sent_at=from_optional(row["sent_at"]),
    )
