"""Who somebody is: met, chosen, granted, requested and decided."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from store.people import (
    PersonIdError,
    PersonNotFoundError,
    PersonState,
    RequestDecidedError,
    RequestNotFoundError,
    RequestState,
    RoleNotFreeError,
)
from store.roles import GRANTED_ROLES, PUBLIC_ROLES, Role


def test_somebody_new_is_a_guest(store, clock):
    person = store.people.seen(5, "Siti", "siti", "en")
    assert (person.role, person.state, person.language, person.username) == (Role.GUEST, PersonState.NEW, "en", "siti")
    assert person.created_at == person.seen_at == clock.now


def test_the_name_follows_telegram_and_the_language_stays_a_choice(store):
    store.people.seen(5, "Siti", "siti", "id")
    store.people.speak(5, "en")
    person = store.people.seen(5, "Siti Aminah", None, "id")
    assert (person.name, person.username, person.language) == ("Siti Aminah", None, "en")


def test_when_somebody_was_seen_is_kept_now_and_then(store, clock):
    first = store.people.seen(5, "Siti", None, "id")
    clock.move(minutes=1)
    assert store.people.seen(5, "Siti", None, "id") == first
    clock.move(minutes=10)
    assert store.people.seen(5, "Siti", None, "id").seen_at == clock.now


@pytest.mark.parametrize("person_id", [0, -100200, 2**53])
def test_the_id_of_a_group_is_no_person(store, person_id):
    with pytest.raises(PersonIdError, match="no Telegram id"):
        store.people.seen(person_id, "Group", None, "id")


@pytest.mark.parametrize("role", Role)
def test_only_public_roles_are_chosen(store, meet, role):
    meet(5)
    if role in PUBLIC_ROLES:
        assert store.people.choose(5, role).role is role
    else:
        with pytest.raises(RoleNotFreeError):
            store.people.choose(5, role)


@pytest.mark.parametrize("role", Role)
def test_only_staff_roles_are_granted_or_requested(store, meet, role):
    meet(5)
    if role in GRANTED_ROLES:
        assert store.people.request_role(5, role).role is role
        assert store.people.grant(5, role).state is PersonState.ACTIVE
        return
    with pytest.raises(RoleNotFreeError):
        store.people.grant(5, role)
    with pytest.raises(RoleNotFreeError):
        store.people.request_role(5, role)


def test_administrators_come_from_the_settings(store, meet):
    assert meet(1, Role.STUDENT).role is Role.ADMINISTRATOR
    assert store.people.with_role(Role.ADMINISTRATOR)[0].id == 1
    assert store.people.count() == {Role.ADMINISTRATOR: 1}


def test_somebody_who_blocked_the_bot_comes_back_by_writing(store, meet):
    meet(5, Role.LECTURER)
    store.people.has_blocked(5)
    assert store.people.get(5).state is PersonState.BLOCKED
    assert store.people.with_role(Role.LECTURER) == ()
    assert store.people.seen(5, "Budi", None, "id").state is PersonState.ACTIVE
    store.people.has_blocked(404)


def test_an_approved_request_gives_the_role(store, meet, clock):
    meet(5), meet(1)
    request = store.people.request_role(5, Role.LECTURER)
    assert store.people.pending_requests() == (request,)
    decided = store.people.decide(request.id, 1, approved=True)
    assert (decided.state, decided.decided_by, decided.decided_at) == (RequestState.APPROVED, 1, clock.now)
    assert store.people.get(5).role is Role.LECTURER
    assert store.people.pending_requests() == ()


def test_a_refused_request_changes_nothing(store, meet):
    meet(5, Role.ALUMNI), meet(1)
    request = store.people.request_role(5, Role.LECTURER)
    assert store.people.decide(request.id, 1, approved=False).state is RequestState.REFUSED
    assert store.people.get(5).role is Role.ALUMNI


def test_of_two_who_decide_one_is_told_that_it_was_done(store, meet):
    meet(5), meet(1), meet(2)
    request = store.people.request_role(5, Role.LECTURER)

    def decide(who: int) -> bool:
        try:
            store.people.decide(request.id, who, approved=True)
        except RequestDecidedError as error:
            return error.request.state is not RequestState.APPROVED
        return True

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(decide, [1, 2, 1, 2])) == 1


def test_a_new_request_takes_the_place_of_the_old(store, meet):
    meet(5)
    first = store.people.request_role(5, Role.LECTURER)
    second = store.people.request_role(5, Role.OTHER_STAFF)
    assert store.people.request(first.id).state is RequestState.WITHDRAWN
    assert store.people.pending_requests() == (second,)
    assert store.people.withdraw_request(5)
    assert not store.people.withdraw_request(5)


def test_what_is_not_there_is_said(store, meet):
    for act in (
        lambda: store.people.get(404),
        lambda: store.people.speak(404, "en"),
        lambda: store.people.choose(404, Role.STUDENT),
        lambda: store.people.request_role(404, Role.LECTURER),
    ):
        with pytest.raises(PersonNotFoundError, match="write to the bot first"):
            act()
    meet(1)
    with pytest.raises(RequestNotFoundError):
        store.people.decide(404, 1, approved=True)


def test_all_requests_of_somebody_are_listed_the_newest_first(store, meet):
    meet(5), meet(6)
    first, second = store.people.request_role(5, Role.LECTURER), store.people.request_role(5, Role.OTHER_STAFF)
    store.people.request_role(6, Role.LECTURER)
    assert [(one.id, one.state) for one in store.people.requests_of(5)] == [
        (second.id, RequestState.PENDING),
        (first.id, RequestState.WITHDRAWN),
    ]
    assert store.people.requests_of(404) == ()
