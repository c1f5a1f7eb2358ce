"""Lists of units and of staff from files into the store, and the invitations that go out to the staff."""

from __future__ import annotations

import csv
import datetime as dt
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Generic, TypeVar
from zoneinfo import ZoneInfo

from telegram.helpers import create_deep_linked_url

from store.database import StoreError
from store.invitations import Invitation
from store.lists import read_staff, read_units
from store.sheets import SheetError
from store.staff import StaffMember, StaffReport
from store.store import Store
from store.units import ImportReport

STAFF_DAYS = 30
"""For how many days the invitations of a staff list are good."""
COLUMNS = ("name", "role", "unit", "link", "expires")


class FileExistsAlreadyError(StoreError):
    """There is a file of this name, which is not replaced."""

    def __init__(self, path: Path) -> None:
        super().__init__(f"{path} exists already: choose another name, or move it away.")


Report = TypeVar("Report", bound=ImportReport)


@dataclass(frozen=True)
class Imported(Generic[Report]):
    """What became of a file: the report by row, and the names of columns that were not used."""

    report: Report
    unused: tuple[str, ...]


def import_units(
    store: Store, content: bytes, name: str, *, sheet: str | None = None, dry: bool = False
) -> Imported[ImportReport]:
    """Take in a list of faculties and study programmes, or with `dry` say what it would do; raises `SheetError`."""
    read = read_units(content, name, sheet)
    report = store.rehearse(lambda: store.units.import_rows(read.rows)) if dry else store.units.import_rows(read.rows)
    return Imported(report.with_problems(read.problems), read.unused)


def import_staff(
    store: Store, content: bytes, name: str, *, sheet: str | None = None, dry: bool = False
) -> Imported[StaffReport]:
    """Take in a staff list, or with `dry` say what it would do; raises `SheetError`."""
    read = read_staff(content, name, sheet)
    report = store.rehearse(lambda: store.staff.import_rows(read.rows)) if dry else store.staff.import_rows(read.rows)
    return Imported(report.with_problems(read.problems), read.unused)


def invite_members(
    store: Store, members: Sequence[StaffMember], expires_at: dt.datetime
) -> list[tuple[StaffMember, Invitation]]:
    """Return an invitation for everybody who has not taken theirs; one that is still good is given again."""
    with store.transaction():
        return [
            (member, store.invitations.make_for(member, None, expires_at=expires_at))
            for member in members
            if member.person_id is None
        ]


def write_invitations(
    store: Store, invited: Sequence[tuple[StaffMember, Invitation]], bot_name: str, zone: ZoneInfo, target: Path
) -> None:
    """Write name, role, unit, link and expiry for a mail merge; only the owner may read the file.

    Raises `FileExistsAlreadyError`, `OSError`.
    """
    names = {unit.id: unit.name for unit in store.units.all()}
    with os.fdopen(_private(target), "w", encoding="utf-8-sig", newline="") as file:  # office programs want the mark
        writer = csv.writer(file)
        writer.writerow(COLUMNS)
        for member, invitation in invited:
            unit = names.get(member.unit_id, "") if member.unit_id is not None else ""
            link = create_deep_linked_url(bot_name, invitation.token)
            writer.writerow([member.name, member.role, unit, link, shown_time(invitation.expires_at, zone)])


def write_private(target: Path, content: bytes) -> None:
    """Write a new file that only its owner may read. Raises `FileExistsAlreadyError`, `OSError`."""
    with os.fdopen(_private(target), "wb") as file:
        file.write(content)


def _private(target: Path) -> int:
    try:
        return os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise FileExistsAlreadyError(target) from None


def shown_time(moment: dt.datetime, zone: ZoneInfo) -> str:
    """Return a moment in the settings' zone, with its name: ``2026-12-21 16:00 WIB``."""
    return moment.astimezone(zone).strftime("%Y-%m-%d %H:%M %Z")


def content_of(file: Path) -> bytes:
    """Return what a file holds; raises `SheetError` for one that cannot be read."""
    try:
        return file.read_bytes()
    except PermissionError:
        raise SheetError(
            f"{file} may not be read: close it in the office program, or change who may read it."
        ) from None
    except OSError as error:
        raise SheetError(f"{file} cannot be read ({error.strerror}): check its name.") from None
