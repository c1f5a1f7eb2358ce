"""Invitations: exactly as many people as meant, harmless twice, refused for distinct reasons."""

from __future__ import annotations

import datetime as dt
import re
from concurrent.futures import ThreadPoolExecutor

import pytest

from store.invitations import (
    InvitationExpiredError,
    InvitationTermsError,
    InvitationUnknownError,
    InvitationUsedUpError,
)
from store.people import PersonNotFoundError, RequestState, RoleNotFreeError
from store.roles import GRANTED_ROLES, Role


@pytest.fixture
def make(store, meet, clock):
    meet(1)
    return lambda uses=1, role=Role.LECTURER: store.invitations.make(
        role, None, 1, uses=uses, expires_at=clock.now + dt.timedelta(days=7)
    )


def test_an_invitation_gives_its_role(store, meet, make):
    meet(5)
    request = store.people.request_role(5, Role.OTHER_STAFF)
    invitation = make()
    assert re.fullmatch(r"[A-Za-z0-9_-]{22}", invitation.token)
    redemption = store.invitations.redeem(invitation.token, 5)
    assert redemption.is_first
    assert redemption.person == store.people.get(5)
    assert redemption.person.role is Role.LECTURER
    assert redemption.invitation.uses_left == 0
    assert store.people.request(request.id).state is RequestState.WITHDRAWN


def test_twice_by_the_same_person_is_harmless_even_when_it_is_over(store, meet, make, clock):
    meet(5)
    invitation = make()
    store.invitations.redeem(invitation.token, 5)
    clock.move(days=30)
    again = store.invitations.redeem(invitation.token, 5)
    assert not again.is_first
    assert again.invitation.uses_left == 0


def test_the_reasons_for_a_refusal_are_distinct(store, meet, make, clock):
    meet(5), meet(6)
    used, late = make(), make()
    store.invitations.redeem(used.token, 5)
    with pytest.raises(InvitationUsedUpError):
        store.invitations.redeem(used.token, 6)
    for unknown in ("A" * 22, "", "A" * 21, "é" * 22, used.token + "\n"):
        with pytest.raises(InvitationUnknownError):
            store.invitations.redeem(unknown, 6)
    with pytest.raises(PersonNotFoundError):
        store.invitations.redeem(late.token, 404)
    clock.move(days=7)
    with pytest.raises(InvitationExpiredError):
        store.invitations.redeem(late.token, 6)
    assert store.people.get(6).role is Role.GUEST


def test_one_that_was_taken_back_is_over(store, meet, make):
    meet(5)
    invitation = make()
    assert store.invitations.take_back(invitation.id)
    assert not store.invitations.take_back(invitation.id)
    with pytest.raises(InvitationExpiredError):
        store.invitations.redeem(invitation.token, 5)
    assert [made.id for made in store.invitations.made_by(1)] == [invitation.id]


@pytest.mark.parametrize("role", sorted(set(Role) - GRANTED_ROLES))
def test_public_roles_and_administrators_are_not_invited(make, role):
    with pytest.raises(RoleNotFreeError):
        make(role=role)


@pytest.mark.parametrize("uses", [0, -1, 1001])
def test_terms_that_make_no_sense_are_refused(make, uses):
    with pytest.raises(InvitationTermsError, match="1 to 1000"):
        make(uses=uses)


def test_an_end_in_the_past_is_refused(store, make, clock):
    with pytest.raises(InvitationTermsError, match="later end"):
        store.invitations.make(Role.LECTURER, None, 1, expires_at=clock.now)


def test_of_many_threads_exactly_as_many_succeed_as_meant(store, meet, make):
    for person_id in range(10, 40):
        meet(person_id)
    invitation = make(uses=7)

    def redeem(person_id: int) -> bool:
        try:
            return store.invitations.redeem(invitation.token, person_id).is_first
        except InvitationUsedUpError:
            return False

    with ThreadPoolExecutor(10) as pool:
        assert sum(pool.map(redeem, [*range(10, 40), *range(10, 40)])) == 7
    assert store.people.count()[Role.LECTURER] == 7


def test_of_many_processes_exactly_as_many_succeed_as_meant(store, meet, clock, program):
    meet(1)
    for person_id in range(10, 30):
        meet(person_id)
    ends = dt.datetime.now(dt.UTC) + dt.timedelta(days=1)
    invitation = store.invitations.make(Role.LECTURER, None, 1, uses=9, expires_at=ends)
    code = """
        from store.invitations import InvitationUsedUpError
        from store.store import Store
        store = Store(path)
        sys.stdin.readline()
        for person_id in range(10, 30)[int(arguments[1])::4]:
            try:
                print(store.invitations.redeem(arguments[0], person_id).is_first)
            except InvitationUsedUpError:
                pass
    """
    processes = [program(code, invitation.token, number) for number in range(4)]
    for process in processes:
        process.stdin.write("go\n")
        process.stdin.flush()
    said = "".join(process.communicate()[0] for process in processes)
    assert said.split() == ["True"] * 9
    assert store.people.count()[Role.LECTURER] == 9


def test_looking_whether_an_invitation_can_be_used_uses_nothing(store, meet, make, clock):
    meet(5), meet(6)
    invitation = make()
    assert store.invitations.usable(invitation.token, 5) == invitation
    assert not store.invitations.was_used(invitation, 5)
    store.invitations.redeem(invitation.token, 5)
    assert store.invitations.was_used(invitation, 5)
    assert store.invitations.usable(invitation.token, 5).id == invitation.id
    with pytest.raises(InvitationUsedUpError):
        store.invitations.usable(invitation.token, 6)
    late = make()
    clock.move(days=8)
    with pytest.raises(InvitationExpiredError):
        store.invitations.usable(late.token, 6)
    with pytest.raises(InvitationUnknownError):
        store.invitations.usable("A" * 22, 6)


def test_open_invitations_are_those_that_still_give_something(store, meet, make, clock):
    meet(5)
    used, open_one, taken_back = make(), make(), make()
    store.invitations.redeem(used.token, 5)
    store.invitations.take_back(taken_back.id)
    assert store.invitations.open_of(1) == (open_one,)
    clock.move(days=8)
    assert store.invitations.open_of(1) == ()
