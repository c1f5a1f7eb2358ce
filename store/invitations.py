"""Deep links that give a staff role to one or several people, until they expire."""

from __future__ import annotations

import datetime as dt
import re
import secrets
from dataclasses import dataclass

from store.clock import from_text
from store.database import Database, Row, StoreError
from store.people import People, Person, RoleNotFreeError
from store.roles import GRANTED_ROLES, Role
from store.staff import Staff, StaffMember
from store.units import Units

TOKEN = re.compile(r"[A-Za-z0-9_-]{22}")
TOKEN_BYTES = 16
"""128 bits, 22 characters in base64: well inside the 64 of a deep link (Bot API, "Deep linking")."""
MOST_USES = 1_000


class InvitationUnknownError(StoreError):
    """No such invitation was made, or it was taken back."""

    def __init__(self) -> None:
        super().__init__("This invitation is not known: ask for a new one.")


class InvitationExpiredError(StoreError):
    """The invitation's time is over."""

    def __init__(self) -> None:
        super().__init__("This invitation has expired: ask for a new one.")


class InvitationUsedUpError(StoreError):
    """As many people as were meant have used the invitation."""

    def __init__(self) -> None:
        super().__init__("This invitation has been used up: ask for a new one.")


class InvitationTermsError(StoreError):
    """An invitation that cannot be made: no use of it, too many uses, or an end in the past."""


@dataclass(frozen=True)
class Invitation:
    """What a link gives, to how many still, and until when.

    ``made_by`` is None for one made at the console, or by somebody who was erased; ``staff_id`` is whom of the
    staff list it is for.
    """

    id: int
    token: str
    role: Role
    unit_id: int | None
    made_by: int | None
    made_at: dt.datetime
    uses: int
    uses_left: int
    expires_at: dt.datetime
    staff_id: int | None = None


@dataclass(frozen=True)
class Redemption:
    """What using an invitation did; ``is_first`` is false when the person had used it before."""

    person: Person
    invitation: Invitation
    is_first: bool


class Invitations:
    """Makes and redeems invitations."""

    def __init__(self, database: Database, people: People, units: Units, staff: Staff) -> None:
        self._database = database
        self._units = units
        self._people = people
        self._staff = staff

    def make(
        self, role: Role, unit_id: int | None, made_by: int | None, *, uses: int = 1, expires_at: dt.datetime
    ) -> Invitation:
        """Make an invitation for `uses` people; whether `made_by` may, `store.permissions` says.

        `made_by` is None for the person at the console, who needs no permission. Raises `RoleNotFreeError` for a
        role that is not given, `InvitationTermsError`, `PersonNotFoundError`, `UnitNotFoundError`.
        """
        return self._make(role, unit_id, made_by, uses=uses, expires_at=expires_at)

    def make_for(self, member: StaffMember, made_by: int | None, *, expires_at: dt.datetime) -> Invitation:
        """Return the invitation of a member of staff: the one that is still good for the same role, or a new one.

        An earlier one for another role or unit ends. Raises as `make` does.
        """
        with self._database.transaction():
            for row in self._database.rows(_STILL_GOOD, {"staff": member.id, "now": self._database.now()}):
                if (row["role"], row["unit_id"]) == (member.role, member.unit_id):
                    return _invitation(row)
                self.take_back(row["id"])
            return self._make(member.role, member.unit_id, made_by, uses=1, expires_at=expires_at, staff_id=member.id)

    def _make(
        self,
        role: Role,
        unit_id: int | None,
        made_by: int | None,
        *,
        uses: int,
        expires_at: dt.datetime,
        staff_id: int | None = None,
    ) -> Invitation:
        if role not in GRANTED_ROLES:
            raise RoleNotFreeError(role)
        if not 1 <= uses <= MOST_USES:
            raise InvitationTermsError(f"An invitation is for 1 to {MOST_USES} people: {uses} is not.")
        if self._database.now(expires_at) <= self._database.now():
            raise InvitationTermsError("The invitation would have expired already: choose a later end.")
        with self._database.transaction():
            token = secrets.token_urlsafe(TOKEN_BYTES)
            self._database.insert(
                "INSERT INTO invitations"
                " (token, role, unit_id, made_by, made_at, uses, uses_left, expires_at, staff_id)"
                " VALUES (:token, :role, :unit, :maker, :now, :uses, :uses, :expires, :staff)",
                {
                    "token": token,
                    "role": role,
                    "unit": self._units.check(unit_id),
                    "maker": None if made_by is None else self._people.get(made_by).id,
                    "now": self._database.now(),
                    "uses": uses,
                    "expires": self._database.now(expires_at),
                    "staff": staff_id,
                },
            )
            return self._get(token)

    def redeem(self, token: str, person_id: int) -> Redemption:
        """Give the person the role of the invitation, if it has a use left; exactly as many succeed as it is for.

        Using it again changes nothing, even when it is used up or has expired. One that is for a member of staff
        ties their row of the list to the person. Raises as `usable` does.
        """
        with self._database.transaction():
            invitation, person = self.usable(token, person_id), self._people.get(person_id)
            if self.was_used(invitation, person_id):
                return Redemption(person, invitation, is_first=False)
            self._database.write("UPDATE invitations SET uses_left = uses_left - 1 WHERE id = ?", [invitation.id])
            self._database.write(
                "INSERT INTO redemptions (invitation_id, person_id, redeemed_at) VALUES (?, ?, ?)",
                [invitation.id, person_id, self._database.now()],
            )
            person = self._people.grant(person_id, invitation.role, invitation.unit_id)
            if invitation.staff_id is not None:
                self._staff.tie(invitation.staff_id, person_id)
            return Redemption(person, self._get(token), is_first=True)

    def usable(self, token: str, person_id: int) -> Invitation:
        """Return an invitation that the person may use now, or has used before.

        Raises `InvitationUnknownError`, `InvitationExpiredError`, `InvitationUsedUpError`, `PersonNotFoundError`.
        """
        invitation, person = self._get(token), self._people.get(person_id)
        if self.was_used(invitation, person.id):
            return invitation
        if invitation.expires_at <= self._database.clock():
            raise InvitationExpiredError
        if invitation.uses_left < 1:
            raise InvitationUsedUpError
        return invitation

    def open_of(self, person_id: int) -> tuple[Invitation, ...]:
        """Return the invitations that somebody made and that can still be used, the newest first."""
        now = self._database.clock()
        return tuple(one for one in self.made_by(person_id) if one.uses_left > 0 and one.expires_at > now)

    def made_by(self, person_id: int) -> tuple[Invitation, ...]:
        """Return the invitations that somebody made, the newest first."""
        rows = self._database.rows("SELECT * FROM invitations WHERE made_by = ? ORDER BY id DESC", [person_id])
        return tuple(map(_invitation, rows))

    def take_back(self, invitation_id: int) -> bool:
        """End an invitation now; those who used it keep their role. Returns whether it was still good."""
        now = self._database.now()
        return bool(
            self._database.write(
                "UPDATE invitations SET expires_at = :now WHERE id = :id AND expires_at > :now",
                {"now": now, "id": invitation_id},
            )
        )

    def _get(self, token: str) -> Invitation:
        if not TOKEN.fullmatch(token):
            raise InvitationUnknownError
        row = self._database.row("SELECT * FROM invitations WHERE token = ?", [token])
        if row is None:
            raise InvitationUnknownError
        return _invitation(row)

    def was_used(self, invitation: Invitation, person_id: int) -> bool:
        """Whether somebody has used the invitation."""
        sql = "SELECT 1 FROM redemptions WHERE invitation_id = ? AND person_id = ?"
        return self._database.row(sql, [invitation.id, person_id]) is not None


def _invitation(row: Row) -> Invitation:
    return Invitation(
        id=row["id"],
        token=row["token"],
        role=Role(row["role"]),
        unit_id=row["unit_id"],
        made_by=row["made_by"],
        made_at=from_text(row["made_at"]),
        uses=row["uses"],
        uses_left=row["uses_left"],
        expires_at=from_text(row["expires_at"]),
        staff_id=row["staff_id"],
    )


_STILL_GOOD = """
    SELECT * FROM invitations WHERE staff_id = :staff AND uses_left > 0 AND expires_at > :now ORDER BY id DESC
"""
