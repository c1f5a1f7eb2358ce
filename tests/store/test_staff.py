"""The staff list: taken in as often as one likes, invited one by one, tied to the person who took the invitation."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.invitations import InvitationExpiredError, InvitationUsedUpError
from store.roles import GRANTED_ROLES, Role, role_called
from store.staff import StaffRow
from store.store import Store
from store.units import UnitRow, UnitUnclearError

UNITS = (
    UnitRow(2, "Fakultas Teknik"),
    UnitRow(3, "Informatika", "55201", "S1", "Fakultas Teknik"),
    UnitRow(4, "Informatika", "55101", "S2", "Fakultas Teknik"),
)
ROWS = (
    StaffRow(2, "Budi Santoso", "Dosen", "55201", "0612345678", "@budi_s"),
    StaffRow(3, "Siti Aminah", "Kaprodi", "Informatika S1", "siti@example.ac.id"),
    StaffRow(4, "Rina", "BAAK"),
)


@pytest.fixture
def staff(store):
    assert not store.units.import_rows(UNITS).problems
    report = store.staff.import_rows(ROWS)
    assert (report.added, report.problems) == (3, ())
    return store.staff


def test_a_list_brings_name_role_unit_identifier_and_user_name(store, staff):
    budi, rina, siti = staff.all()
    unit = store.units.by_code("55201")
    assert (budi.name, budi.role, budi.unit_id) == ("Budi Santoso", Role.LECTURER, unit.id)
    assert (budi.identifier, budi.username, budi.person_id) == ("0612345678", "budi_s", None)
    assert (siti.role, siti.unit_id) == (Role.HEAD_OF_PROGRAMME, unit.id)
    assert (rina.role, rina.unit_id, rina.identifier) == (Role.ACADEMIC_ADMINISTRATION, None, None)


def test_the_same_list_again_changes_nothing(staff):
    again = staff.import_rows(ROWS)
    assert (again.added, again.changed, again.unchanged) == (0, 0, 3)
    assert len(staff.all()) == 3


def test_a_member_is_known_by_identifier_else_by_name_and_unit(staff):
    report = staff.import_rows(
        [
            StaffRow(2, "Budi Santoso, M.Kom.", "kaprodi", "55101", "0612345678"),
            StaffRow(3, "siti aminah", "koordinator", "55201"),
            StaffRow(4, "Rina", "baak", "", "rina@example.ac.id"),
        ]
    )
    assert (report.added, report.changed) == (0, 3)
    budi, rina, siti = sorted(staff.all(), key=lambda member: member.name.casefold())
    assert (budi.name, budi.role, budi.username) == ("Budi Santoso, M.Kom.", Role.HEAD_OF_PROGRAMME, "budi_s")
    assert (siti.role, siti.identifier) == (Role.COORDINATOR, "siti@example.ac.id")
    assert rina.identifier == "rina@example.ac.id"
    assert [member.name for member in report.members] == ["Budi Santoso, M.Kom.", "siti aminah", "Rina"]


def test_namesakes_of_a_unit_need_an_identifier(staff):
    both = [StaffRow(2, "Adi", "dosen", "55201", "1"), StaffRow(3, "Adi", "dosen", "55201", "2")]
    assert staff.import_rows(both).added == 2
    (problem,) = staff.import_rows([StaffRow(9, "Adi", "dosen", "55201")]).problems
    assert str(problem).startswith("row 9: several people of this unit")
    assert staff.import_rows([StaffRow(2, "Adi", "dosen", "55101")]).added == 1


def test_bad_rows_are_named_and_the_rest_goes_in(staff):
    report = staff.import_rows(
        [
            StaffRow(5, " ", "dosen"),
            StaffRow(6, "Ani", "rektor"),
            StaffRow(7, "Ani", "dosen", "Informatika"),
            StaffRow(8, "Ani", "dosen", "Kedokteran"),
            StaffRow(9, "Ani", "dosen", "", "", "dua kata"),
            StaffRow(10, "x" * 300, "dosen"),
            StaffRow(11, "Ani", "dosen", "55201"),
            StaffRow(12, "Ani", "kaprodi", "55201"),
        ]
    )
    assert report.added == 1
    words = ["name is empty", "“rektor” is unknown", "55201, 55101", "Kedokteran", "@nama", "300 characters", "row 11"]
    for problem, said in zip(report.problems, words, strict=True):
        assert said in problem.reason, problem


@pytest.mark.parametrize(
    ("words", "role"),
    [
        ("Dosen", Role.LECTURER),
        ("KAPRODI", Role.HEAD_OF_PROGRAMME),
        ("Ketua  Program Studi", Role.HEAD_OF_PROGRAMME),
        ("Dean's Office", Role.DEANS_OFFICE),
        ("dekanat", Role.DEANS_OFFICE),
        ("UPMF", Role.QUALITY_OFFICE),
        ("tenaga kependidikan", Role.OTHER_STAFF),
        *((role.value, role) for role in sorted(GRANTED_ROLES)),
        ("administrator", None),
        ("mahasiswa", None),
        ("", None),
    ],
)
def test_roles_are_known_in_both_languages(words, role):
    assert role_called(words) is role


def test_a_unit_is_called_by_code_name_or_name_with_level(store, staff):
    assert store.units.called(" 55101 ").level == "S2"
    assert store.units.called("s2 informatika").code == "55101"
    assert store.units.called("fakultas TEKNIK").name == "Fakultas Teknik"
    for unclear in ("Informatika", "Teknik", ""):
        with pytest.raises(UnitUnclearError):
            store.units.called(unclear)


@pytest.fixture
def invite(store, staff, clock):
    return lambda member: store.invitations.make_for(member, None, expires_at=clock.now + dt.timedelta(days=7))


def test_the_invitation_of_a_member_ties_the_row_to_who_takes_it(store, staff, meet, invite):
    meet(5)
    budi = staff.all()[0]
    invitation = invite(budi)
    assert (invitation.uses, invitation.made_by, invitation.staff_id) == (1, None, budi.id)
    person = store.invitations.redeem(invitation.token, 5).person
    assert (person.role, person.unit_id) == (Role.LECTURER, budi.unit_id)
    assert staff.of_person(5) == (replace(budi, person_id=5),)
    store.invitations.redeem(invitation.token, 5)
    meet(6)
    with pytest.raises(InvitationUsedUpError):
        store.invitations.redeem(invitation.token, 6)
    assert staff.import_rows(ROWS).unchanged == 3
    assert staff.of_person(5)


def test_a_member_has_one_good_invitation_at_a_time(store, staff, meet, invite):
    meet(5)
    budi = staff.all()[0]
    first = invite(budi)
    assert invite(budi) == first
    staff.import_rows([replace(ROWS[0], role="kaprodi")])
    second = invite(staff.all()[0])
    assert second.role is Role.HEAD_OF_PROGRAMME
    with pytest.raises(InvitationExpiredError):
        store.invitations.redeem(first.token, 5)


def test_an_expired_invitation_is_followed_by_another(staff, invite, clock):
    first = invite(staff.all()[0])
    clock.move(days=8)
    assert invite(staff.all()[0]).token != first.token


def test_an_erased_person_is_off_the_list_until_it_is_imported_again(store, staff, meet, invite):
    meet(5)
    store.invitations.redeem(invite(staff.all()[0]).token, 5)
    assert store.export_person(5)["staff"][0]["identifier"] == "0612345678"
    assert store.erase_person(5)["staff"] == 1
    assert [member.name for member in staff.all()] == ["Rina", "Siti Aminah"]
    again = staff.import_rows(ROWS)
    assert (again.added, again.unchanged) == (1, 2)
    assert staff.all()[0].person_id is None


def test_a_rehearsal_says_what_would_happen_and_leaves_nothing(store):
    store.units.import_rows(UNITS)
    report = store.rehearse(lambda: store.staff.import_rows(ROWS))
    assert report.added == 3
    assert store.staff.all() == ()


_texts = st.text(max_size=6) | st.sampled_from(["Budi", "dosen", "kaprodi", "55201", "Informatika S1", "061", ""])


@given(st.lists(st.builds(StaffRow, st.integers(1, 99), _texts, _texts, _texts, _texts, _texts), max_size=8))
def test_any_rows_go_in_or_are_named(tmp_path_factory, rows):
    with Store(tmp_path_factory.mktemp("staff") / "store.db") as store:
        store.units.import_rows(UNITS)
        report = store.staff.import_rows(rows)
        assert report.added + report.changed + report.unchanged + len(report.problems) == len(rows)
        assert len(store.staff.all()) == report.added == len(report.members)
        assert store.staff.import_rows(rows).added == 0
