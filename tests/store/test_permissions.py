"""Every role × action, and what the subject adds."""

from __future__ import annotations

import dataclasses

import pytest

from store.permissions import PERMISSIONS, Action, Subject, may
from store.roles import GRANTED_ROLES, Role

EVERYBODY = {
    Action.START,
    Action.HELP,
    Action.ASK,
    Action.ASK_INLINE,
    Action.FEEDBACK,
    Action.BROWSE,
    Action.PROFILE,
    Action.REDEEM_INVITATION,
    Action.REQUEST_ROLE,
    Action.OWN_DATA,
    Action.ERASE_SELF,
    Action.REMIND,
    Action.DO_STEP,
    Action.ANSWER_SURVEY,
}
STEERING = {
    Action.START_RUN,
    Action.STEER_RUN,
    Action.RULE,
    Action.READ_TRAIL,
    Action.MANAGE_CALENDAR,
    Action.MANAGE_SURVEYS,
    Action.READ_RESULTS,
}
BEYOND = {role: {Action.READ_RUNS, Action.READ_CALENDAR} for role in GRANTED_ROLES}
BEYOND[Role.QUALITY_OFFICE] |= {Action.READ_UNANSWERED, Action.ANSWER_UNANSWERED, Action.WITHDRAW_CURATED} | STEERING
BEYOND[Role.QUALITY_OFFICE] |= {Action.READ_IDENTIFIED_ANSWERS}
BEYOND[Role.COORDINATOR] |= {Action.INVITE} | STEERING
BEYOND[Role.ADMINISTRATOR] = set(Action)


@pytest.fixture
def someone(meet):
    person = meet(5)
    return lambda role, unit_id=None: dataclasses.replace(person, role=role, unit_id=unit_id)


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("action", Action)
def test_the_table(someone, role, action):
    assert may(someone(role), action) == (action in EVERYBODY | BEYOND.get(role, set()))


def test_no_action_is_left_out_of_the_table():
    assert set(PERMISSIONS) == set(Action)


@pytest.mark.parametrize("action", [Action.OWN_DATA, Action.ERASE_SELF, Action.PROFILE, Action.REQUEST_ROLE])
def test_a_forwarded_button_shows_and_erases_nobody_else(someone, action):
    for role in Role:
        assert may(someone(role), action, Subject(owner_id=5))
        assert not may(someone(role), action, Subject(owner_id=6))


@pytest.mark.parametrize("action", [Action.INVITE, Action.APPROVE_ROLE])
@pytest.mark.parametrize("given", Role)
def test_an_administrator_gives_staff_roles_only_and_never_to_himself(someone, action, given):
    administrator = someone(Role.ADMINISTRATOR)
    is_staff = given not in {Role.GUEST, Role.STUDENT, Role.ALUMNI, Role.ADMINISTRATOR}
    assert may(administrator, action, Subject(owner_id=6, role=given)) == is_staff
    assert not may(administrator, action, Subject(owner_id=5, role=given))


def test_a_coordinator_invites_within_the_own_unit_and_no_coordinators(someone):
    everywhere, here = someone(Role.COORDINATOR), someone(Role.COORDINATOR, 3)
    assert may(everywhere, Action.INVITE, Subject(role=Role.LECTURER, unit_ids=frozenset({9})))
    assert may(here, Action.INVITE, Subject(role=Role.LECTURER, unit_ids=frozenset({9, 3})))
    assert not may(here, Action.INVITE, Subject(role=Role.LECTURER, unit_ids=frozenset({9})))
    assert not may(here, Action.INVITE, Subject(role=Role.LECTURER))
    assert not may(everywhere, Action.INVITE, Subject(role=Role.COORDINATOR))
    assert not may(everywhere, Action.INVITE, Subject(role=Role.ADMINISTRATOR))
    assert not may(everywhere, Action.APPROVE_ROLE, Subject(role=Role.LECTURER))


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.COORDINATOR, Role.ADMINISTRATOR}))
def test_others_give_no_role(someone, role):
    for given in Role:
        assert not may(someone(role), Action.INVITE, Subject(role=given))
        assert not may(someone(role), Action.APPROVE_ROLE, Subject(role=given))


@pytest.mark.parametrize("action", [Action.START_RUN, Action.STEER_RUN, Action.READ_RUNS, Action.READ_TRAIL])
def test_a_coordinator_of_a_unit_steers_there_and_nowhere_else(someone, action):
    assert may(someone(Role.COORDINATOR, 3), action, Subject(unit_ids=frozenset({3, 7})))
    assert not may(someone(Role.COORDINATOR, 3), action, Subject(unit_ids=frozenset({4, 7})))
    assert not may(someone(Role.COORDINATOR, 3), action, Subject())
    assert may(someone(Role.COORDINATOR), action, Subject(unit_ids=frozenset({4})))
    assert may(someone(Role.QUALITY_OFFICE, 3), action, Subject(unit_ids=frozenset({4})))


def test_a_coordinator_of_a_unit_changes_its_calendar_and_that_of_units_below_it(someone):
    everywhere, here = someone(Role.COORDINATOR), someone(Role.COORDINATOR, 3)
    below, beside, university = Subject(unit_ids=frozenset({9, 3})), Subject(unit_ids=frozenset({9})), Subject()
    assert [may(here, Action.MANAGE_CALENDAR, one) for one in (below, beside, university)] == [True, False, False]
    for person in (everywhere, someone(Role.QUALITY_OFFICE, 3), someone(Role.ADMINISTRATOR)):
        assert all(may(person, Action.MANAGE_CALENDAR, one) for one in (below, beside, university))
