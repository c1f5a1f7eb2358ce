"""Campaigns: which questionnaire goes to which graduates, from when to when; forms that people sent; links.

A link is personal and cannot be guessed. In a campaign for employers the graduate forwards theirs to whom they work
for; in all others it is the graduate's own.
"""

from __future__ import annotations

import datetime as dt
import re
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from store.clock import from_optional, from_text
from store.database import Database, JSONObject, Row, StoreError, from_json, to_json
from store.graduates import Graduate, Graduates
from store.units import Units

TOKEN_BYTES = 16
"""128 bits, 22 characters in base64: ``s_<token>`` is well inside the 64 of a deep link (Bot API, "Deep linking")."""
TOKEN = re.compile(r"[A-Za-z0-9_-]{22}")
LONGEST_TITLE = 100
LONGEST_CONTACT = 200


class CampaignUnknownError(StoreError):
    """There is no such campaign."""

    def __init__(self) -> None:
        super().__init__("This survey is not known: choose one of the list.")


class CampaignTermsError(StoreError):
    """A campaign that cannot be; the message says what to change."""


class LinkUnknownError(StoreError):
    """No such link was made, or it was taken back with the data of the graduate."""

    def __init__(self) -> None:
        super().__init__("This link is not known: ask the university for a new one.")


class CampaignKind(StrEnum):
    """What a campaign asks; the shipped questionnaires, or a form of the coordinator's own."""

    NATIONAL = "national"
    EMPLOYER = "employer"
    NEEDS = "needs"
    FEEDBACK = "feedback"
    SHORT = "short"
    OWN = "own"


class CampaignState(StrEnum):
    """Draft until it is opened; a closed one may be opened again."""

    DRAFT = "draft"
    OPEN = "open"
    CLOSED = "closed"


@dataclass(frozen=True)
class NewCampaign:
    """A campaign to be; ``academic_year`` and the cohorts are the first years of academic years (2026: 2026/2027)."""

    kind: CampaignKind
    title: str
    academic_year: int
    cohorts: range
    opens: dt.date
    closes: dt.date
    unit_id: int | None = None
    form_id: int | None = None
    asks_nik: bool = False
    contact: str = ""


@dataclass(frozen=True)
class Campaign:
    """A survey of graduates (or their employers) of some cohorts, all of the university or of a unit.

    ``contact`` says whom the asked may turn to, in words for them; it may be empty.
    """

    id: int
    kind: CampaignKind
    title: str
    form_id: int | None
    academic_year: int
    cohorts: range
    unit_id: int | None
    opens: dt.date
    closes: dt.date
    state: CampaignState
    asks_nik: bool
    contact: str

    def takes_answers(self, day: dt.date) -> bool:
        """Whether it can be answered on a day (local)."""
        return self.state is CampaignState.OPEN and self.opens <= day <= self.closes


@dataclass(frozen=True)
class SurveyLink:
    """A link into a campaign; ``graduate_id`` is whose, None for an employer whom the coordinator invites.

    ``refused_at`` is when an employer who came with it did not want to answer.
    """

    id: int
    token: str
    campaign_id: int
    graduate_id: int | None
    refused_at: dt.datetime | None


@dataclass(frozen=True)
class OwnForm:
    """A form that somebody sent, as its sheets were (`tracer.forms.sheets`)."""

    id: int
    name: str
    sheets: JSONObject
    made_by: int | None
    made_at: dt.datetime


class Campaigns:
    """Reads and writes campaigns, their links and own forms."""

    def __init__(self, database: Database, units: Units, graduates: Graduates) -> None:
        self._database = database
        self._units = units
        self._graduates = graduates

    def add(self, new: NewCampaign, made_by: int | None) -> Campaign:
        """Keep a campaign as a draft; raises `CampaignTermsError`, `store.units.UnitNotFoundError`."""
        title = " ".join(new.title.split())
        if not title or len(title) > LONGEST_TITLE:
            raise CampaignTermsError(f"The title needs 1 to {LONGEST_TITLE} characters: write what is asked of whom.")
        if not new.cohorts:
            raise CampaignTermsError("No academic year of graduation is chosen: choose at least one.")
        if (new.kind is CampaignKind.OWN) != (new.form_id is not None):
            raise CampaignTermsError("A survey of your own needs a form, and no other has one: send the form first.")
        _check_days(new.opens, new.closes)
        campaign_id = self._database.insert(
            "INSERT INTO campaigns (kind, title, form_id, academic_year, first_cohort, last_cohort, unit_id, opens,"
            " closes, state, asks_nik, contact, made_by, made_at)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 'draft', ?, ?, ?, ?)",
            [
                new.kind,
                title,
                new.form_id,
                new.academic_year,
                new.cohorts[0],
                new.cohorts[-1],
                self._units.check(new.unit_id),
                new.opens.isoformat(),
                new.closes.isoformat(),
                int(new.asks_nik),
                " ".join(new.contact.split())[:LONGEST_CONTACT],
                made_by,
                self._database.now(),
            ],
        )
        return self.get(campaign_id)

    def get(self, campaign_id: int) -> Campaign:
        """Return a campaign; raises `CampaignUnknownError`."""
        row = self._database.row("SELECT * FROM campaigns WHERE id = ?", [campaign_id])
        if row is None:
            raise CampaignUnknownError
        return _campaign(row)

    def all(self) -> tuple[Campaign, ...]:
        """Return all campaigns, the newest first."""
        return tuple(map(_campaign, self._database.rows("SELECT * FROM campaigns ORDER BY id DESC")))

    def set_state(self, campaign_id: int, state: CampaignState) -> Campaign:
        """Open, close or reopen a campaign; raises `CampaignUnknownError`."""
        self._database.write("UPDATE campaigns SET state = ? WHERE id = ?", [state, campaign_id])
        return self.get(campaign_id)

    def extend(self, campaign_id: int, closes: dt.date) -> Campaign:
        """Let a campaign close on another day; raises `CampaignTermsError`, `CampaignUnknownError`."""
        _check_days(self.get(campaign_id).opens, closes)
        self._database.write("UPDATE campaigns SET closes = ? WHERE id = ?", [closes.isoformat(), campaign_id])
        return self.get(campaign_id)

    def population(self, campaign: Campaign) -> tuple[Graduate, ...]:
        """Return the graduates that a campaign is about, those whose data were erased left out; by NIM."""
        return self._graduates.of_cohorts(campaign.cohorts[0], campaign.cohorts[-1], self.programmes(campaign))

    def programmes(self, campaign: Campaign) -> frozenset[str] | None:
        """Return the codes of the programmes that a campaign is about, None for all."""
        return self.codes_of(campaign.unit_id)

    def asks(self, campaign: Campaign, graduate: Graduate) -> bool:
        """Whether a campaign is about a graduate, by the years and programmes that it asks."""
        codes = self.programmes(campaign)
        return graduate.cohort in campaign.cohorts and (codes is None or graduate.programme_code in codes)

    def codes_of(self, unit_id: int | None) -> frozenset[str] | None:
        """Return the codes of the programmes of a unit, None (for all) without one."""
        if unit_id is None:
            return None
        units = (self._units.get(unit_id), *self._units.programmes_of(unit_id))
        return frozenset(unit.code for unit in units if unit.code)

    def link(self, campaign_id: int, graduate_id: int) -> SurveyLink:
        """Return the link of a graduate in a campaign, made when it is first wanted."""
        with self._database.transaction():
            self._database.write(_NEW_LINK, [_token(), campaign_id, graduate_id, self._database.now()])
            (row,) = self._database.rows(
                "SELECT * FROM survey_links WHERE campaign_id = ? AND graduate_id = ?", [campaign_id, graduate_id]
            )
            return _link(row)

    def links(self, campaign_id: int, graduate_ids: Iterable[int]) -> tuple[SurveyLink, ...]:
        """Return the links of graduates in a campaign, in their order; those still missing are made."""
        wanted = list(graduate_ids)
        with self._database.transaction():
            for graduate_id in wanted:
                self._database.write(_NEW_LINK, [_token(), campaign_id, graduate_id, self._database.now()])
            rows = self._database.rows("SELECT * FROM survey_links WHERE campaign_id = ?", [campaign_id])
        by_graduate = {row["graduate_id"]: _link(row) for row in rows}
        return tuple(by_graduate[graduate_id] for graduate_id in wanted)

    def link_numbered(self, link_id: int) -> SurveyLink | None:
        """Return a link by its id."""
        row = self._database.row("SELECT * FROM survey_links WHERE id = ?", [link_id])
        return _link(row) if row else None

    def mark_refused(self, link_id: int, *, wanted: bool) -> None:
        """Note that an employer with this link does not want to be asked (``wanted``), or does after all."""
        now = self._database.now() if wanted else None
        self._database.write("UPDATE survey_links SET refused_at = ? WHERE id = ?", [now, link_id])

    def refused(self, campaign_id: int) -> frozenset[int]:
        """Return the graduates whose employers do not want to be asked."""
        rows = self._database.rows(
            "SELECT graduate_id FROM survey_links WHERE campaign_id = ? AND refused_at IS NOT NULL", [campaign_id]
        )
        return frozenset(row["graduate_id"] for row in rows if row["graduate_id"] is not None)

    def link_for_employer(self, campaign_id: int) -> SurveyLink:
        """Make a link for an employer whom the coordinator invites, tied to no graduate.

        Raises `CampaignTermsError` where the campaign is for graduates.
        """
        if self.get(campaign_id).kind is not CampaignKind.EMPLOYER:
            raise CampaignTermsError("This survey is for graduates: make the link for one of them.")
        token = _token()
        self._database.insert(_NEW_LINK, [token, campaign_id, None, self._database.now()])
        return self.called(token)

    def called(self, token: str) -> SurveyLink:
        """Return the link with a token; raises `LinkUnknownError`."""
        row = (
            self._database.row("SELECT * FROM survey_links WHERE token = ?", [token])
            if TOKEN.fullmatch(token)
            else None
        )
        if row is None:
            raise LinkUnknownError
        return _link(row)

    def add_form(self, name: str, sheets: JSONObject, made_by: int | None) -> OwnForm:
        """Keep a form that was checked (`tracer.forms.load_xlsx`), under a name to choose it by."""
        form_id = self._database.insert(
            "INSERT INTO own_forms (name, sheets, made_by, made_at) VALUES (?, ?, ?, ?)",
            [" ".join(name.split())[:LONGEST_TITLE], to_json(sheets), made_by, self._database.now()],
        )
        return self.form(form_id)

    def form(self, form_id: int) -> OwnForm:
        """Return a form that somebody sent; raises `CampaignUnknownError`."""
        row = self._database.row("SELECT * FROM own_forms WHERE id = ?", [form_id])
        if row is None:
            raise CampaignUnknownError
        return OwnForm(row["id"], row["name"], from_json(row["sheets"]), row["made_by"], from_text(row["made_at"]))

    def forms(self) -> tuple[OwnForm, ...]:
        """Return the forms that people sent, the newest first."""
        rows = self._database.rows("SELECT id FROM own_forms ORDER BY id DESC")
        return tuple(self.form(row["id"]) for row in rows)


_NEW_LINK = (
    "INSERT INTO survey_links (token, campaign_id, graduate_id, made_at) VALUES (?, ?, ?, ?)"
    " ON CONFLICT (campaign_id, graduate_id) DO NOTHING"
)


def _token() -> str:
    return secrets.token_urlsafe(TOKEN_BYTES)


def _check_days(opens: dt.date, closes: dt.date) -> None:
    if closes < opens:
        raise CampaignTermsError("The survey would close before it opens: choose a later closing day.")


def _campaign(row: Row) -> Campaign:
    return Campaign(
        id=row["id"],
        kind=CampaignKind(row["kind"]),
        title=row["title"],
        form_id=row["form_id"],
        academic_year=row["academic_year"],
        cohorts=range(row["first_cohort"], row["last_cohort"] + 1),
        unit_id=row["unit_id"],
        opens=dt.date.fromisoformat(row["opens"]),
        closes=dt.date.fromisoformat(row["closes"]),
        state=CampaignState(row["state"]),
        asks_nik=bool(row["asks_nik"]),
        contact=row["contact"],
    )


def _link(row: Row) -> SurveyLink:
    return SurveyLink(row["id"], row["token"], row["campaign_id"], row["graduate_id"], from_optional(row["refused_at"]))
