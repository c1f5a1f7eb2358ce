"""Who the roles and units of the documents are: the table, and what is wrong in a wrong one."""

from __future__ import annotations

from pathlib import Path

import pytest

from corpus.lexicon import Kind, Lexicon
from index.browse import Browser
from index.browse.acting import acting_roles, charged_roles
from reminders.actors import FILE, load_actors
from reminders.anchors import AnchorFileError
from store.roles import Role

SHIPPED = FILE.read_text(encoding="utf-8")


def test_everybody_who_acts_in_a_clause_stands_in_the_table(plain_browser: Browser, lexicon: Lexicon) -> None:
    shelf = plain_browser.shelf
    acting = {id_ for fact in shelf.index.facts for id_ in acting_roles(fact, shelf.composer, lexicon)}
    charged = {id_ for fact in shelf.index.facts for id_ in charged_roles(fact, lexicon)}
    assert len(acting) > 80
    assert acting | charged <= set(load_actors(lexicon))


@pytest.mark.parametrize(
    ("name", "role", "level", "each"),
    [
        ("lecturer", Role.LECTURER, "programme", True),
        ("student", Role.STUDENT, "programme", True),
        ("head-of-programme", Role.HEAD_OF_PROGRAMME, "programme", False),
        ("dean", Role.DEANS_OFFICE, "faculty", False),
        ("upmf", Role.QUALITY_OFFICE, "faculty", False),
        ("lpm", Role.QUALITY_OFFICE, "university", False),
        ("baak", Role.ACADEMIC_ADMINISTRATION, "university", False),
        ("rector", None, "university", False),
        ("committee", None, "faculty", False),
    ],
)
def test_the_documents_roles_are_those_of_the_store(
    lexicon: Lexicon, name: str, role: Role | None, level: str, each: bool
) -> None:
    actor = load_actors(lexicon)[name]
    assert (actor.id, actor.role, actor.level, actor.each) == (name, role, level, each)
    assert lexicon.entry(name).kind in {Kind.ROLE, Kind.UNIT}
    assert actor.name.of("id") == lexicon.name(name, "id")
    assert actor.name.of("en") == lexicon.name(name, "en")


def test_nobody_is_found_among_guests_or_administrators(lexicon: Lexicon) -> None:
    roles = {actor.role for actor in load_actors(lexicon).values()}
    assert not roles & {Role.GUEST, Role.ADMINISTRATOR}


@pytest.mark.parametrize(
    ("old", "new", "line_of", "problem"),
    [
        ("\nrector: {", "\nrektor: {", "rektor: {", "`rektor` is no role or unit of the lexicon"),
        ("\nrector: {", "\nsemester: {", "semester: {", "`semester` is no role or unit"),
        ("\nlpm: {role: quality_office,", "\nlpm: {role: qualty_office,", "lpm: {role: qualty", "`role` in `lpm`"),
        (
            "\nbaak: {role: academic_administration, level: university}",
            "\nbaak: {level: city}",
            "baak: {",
            "`level` in `baak`",
        ),
        ("\nbauk: {level: university}", "\nbauk: {}", "bauk: {", "`level` is missing in `bauk`"),
        ("\nbauk: {level", "\nbaak: {level", "baak: {level: university}", "`baak` is written twice"),
        ("\nbauk: {level", "\nbauk: {levle", "bauk: {levle", "bauk"),
        ("\nbauk: {level: university}", "\nbauk: [", "", "not valid YAML"),
    ],
)
def test_a_wrong_actor_is_refused_with_its_line(
    tmp_path: Path, lexicon: Lexicon, old: str, new: str, line_of: str, problem: str
) -> None:
    wrong = SHIPPED.replace(old, new, 1)
    assert wrong != SHIPPED
    file = tmp_path / "actors.yaml"
    file.write_text(wrong, encoding="utf-8")
    with pytest.raises(AnchorFileError, match=problem) as caught:
        load_actors(lexicon, file)
    assert line_of in wrong.splitlines()[caught.value.line - 1]
    assert str(caught.value).startswith(f"actors.yaml, line {caught.value.line}: ")


@pytest.mark.parametrize("content", [b"", b"- lecturer\n", b"\xff\xfe"])
def test_a_file_that_is_no_table_of_actors_is_refused(tmp_path: Path, lexicon: Lexicon, content: bytes) -> None:
    file = tmp_path / "actors.yaml"
    file.write_bytes(content)
    with pytest.raises(AnchorFileError, match=r"actors\.yaml, line 1"):
        load_actors(lexicon, file)
