"""From the interviews of the store to the ministry's columns, to the statistics, and back.

Whoever gets answers with names is written into the trail in the same transaction (`named_rows`); the others
(`responses`, `ratings`) hold no identity.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from store.campaigns import Campaign
from store.graduates import Graduate, Identity
from store.interviews import Interview, Value
from store.store import Store
from store.trail import Act
from tracer.national.questionnaire import Answers, Column, Kind, national
from tracer.national.statistics import Aspect, Group, Level, Rating

_LEVELS = {"S1": Level.BACHELOR, "S2": Level.MASTER}
"""The standards set targets for Bachelor and Master alone, and name diploma programmes (D4 is one) apart."""
ASPECTS = {
    "ethics": Aspect.ETHICS,
    "competence": Aspect.COMPETENCE,
    "language": Aspect.LANGUAGE,
    "technology": Aspect.TECHNOLOGY,
    "communication": Aspect.COMMUNICATION,
    "teamwork": Aspect.TEAMWORK,
    "discipline": Aspect.DISCIPLINE,
}
"""The questions of the employers' questionnaire by name; its code 0 says that nobody can tell."""


def columns_of(answers: Mapping[str, Value]) -> dict[str, int | str | dt.date]:
    """Return answers to the national form (or a part of it) by column; a list's boxes as 1 and 0."""
    found: dict[str, int | str | dt.date] = {}
    for code, column in national().columns.items():
        if column.list is not None:
            if column.list in answers:
                found[code] = int(code in _codes(answers[column.list]))
            continue
        value = answers.get(code)
        if value is not None and not isinstance(value, tuple):
            found[code] = _cell(column, value)
    return found


def answers_of(cells: Mapping[str, object]) -> dict[str, Value]:
    """Return the cells of an upload file as answers to the national form; empty cells are left out."""
    given = {code: cell for code, cell in cells.items() if cell not in (None, "") and code in national().columns}
    found: dict[str, Value] = {}
    for code, cell in given.items():
        column = national().columns[code]
        if column.list is None:
            found[code] = _text(cell)
    for name in national().lists:
        boxes = [code for code, column in national().columns.items() if column.list == name]
        if any(code in given for code in boxes):
            found[name] = tuple(code for code in boxes if _text(given.get(code, 0)) == "1")
    return found


def identity_of(graduate: Graduate, institution: str, identity: Identity | None = None) -> dict[str, int | str]:
    """Return the columns that the list of graduates knows; ``institution`` is the code of the university."""
    known = {
        "kdptimsmh": institution,
        "kdpstmsmh": graduate.programme_code,
        "nimhsmsmh": graduate.nim,
        "nmmhsmsmh": graduate.name,
        "telpomsmh": graduate.phone,
        "emailmsmh": graduate.email,
        "tahun_lulus": graduate.graduated_on.year if graduate.graduated_on else None,
        "nik": identity.nik if identity else None,
        "npwp": identity.npwp if identity else None,
    }
    return {code: value for code, value in known.items() if value is not None}


def named_rows(store: Store, campaign: Campaign, institution: str, by: int | None) -> list[Answers]:
    """Return all that was sent in a campaign with the names, for `tracer.national.upload.deliver`.

    ``by`` is who gets it (None: the person at the console); that they did is noted in the trail. NIK and NPWP are
    among it only if the campaign asks for them.
    """
    with store.transaction():
        # All of them: a corrected graduation date may have moved one who answered to another cohort.
        graduates = {graduate.id: graduate for graduate in store.graduates.all()}
        identities = store.graduates.identities() if campaign.asks_nik else {}
        rows: list[Answers] = []
        for interview, answers in store.interviews.sent(campaign.id):
            graduate = graduates.get(interview.graduate_id or 0)
            if graduate is not None:
                known = identity_of(graduate, institution, identities.get(graduate.id))
                rows.append({**columns_of(answers), **known})
        store.trail.note(Act.ANSWERS_EXPORTED, by, details={"campaign": campaign.id, "rows": len(rows)})
        return rows


def rating_of(interview: Interview, answers: Mapping[str, Value]) -> Rating:
    """Return what one employer said of the seven aspects; those of which they could not tell are left out."""
    given = {aspect: int(str(answers.get(name) or 0)) for name, aspect in ASPECTS.items()}
    group = group_of(interview.level, interview.programme_code, interview.cohort)
    return Rating(group=group, ratings={aspect: rating for aspect, rating in given.items() if rating})


def group_of(level: str | None, programme: str | None, cohort: int | None) -> Group:
    """Return the group of the statistics; the cohort is written as an academic year (2023/2024)."""
    return Group(
        level=_LEVELS.get(level, Level.OTHER) if level else None,
        programme=programme,
        cohort=None if cohort is None else f"{cohort}/{cohort + 1}",
    )


def _codes(value: Value) -> tuple[str, ...]:
    return value if isinstance(value, tuple) else ()


def _cell(column: Column, value: str | float) -> int | str | dt.date:
    if column.kind in (Kind.ONE, Kind.NUMBER):
        return int(value)
    return dt.date.fromisoformat(str(value)) if column.kind is Kind.DATE else str(value)


def _text(cell: object) -> str:
    """Return a cell as a person would write it: whole numbers without a decimal point, dates as ISO 8601."""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return cell.date().isoformat() if isinstance(cell, dt.datetime) else str(cell)
