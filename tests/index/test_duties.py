"""Who must do what: roles by any of their names, and their duties as the documents say."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.language import Language
from corpus.lexicon.entries import LANGUAGES
from index.browse import Browser, Duties, Duty, NodeKind, Role, RoleNotFoundError
from index.browse.acting import acting_roles
from index.browse.duties import MOST
from index.engine import Engine
from index.facts import Fact, FactKind
from index.reply import utf16_units
from playground.html import parse_html

TODAY = dt.date(2026, 11, 21)


@pytest.fixture(scope="module")
def browser(engine: Engine) -> Browser:
    return Browser(engine.index, engine.lexicon)


@pytest.fixture(scope="module")
def duties(browser: Browser) -> Duties:
    return browser.duties


def role(duties: Duties, words: str) -> Role:
    found = duties.resolve(words).role
    assert found is not None
    return found


def told(duties: Duties, words: str, language: Language = "en") -> list[Duty]:
    return duties.of(role(duties, words), language)


@pytest.mark.parametrize(
    "words", ["Kaprodi", "kaprdi", "kepala program studi", "KETUA PRODI", "Head of Programme", "heads of programme"]
)
def test_a_role_is_known_by_any_of_its_names(duties: Duties, words: str) -> None:
    assert role(duties, words).name("id") == "Ketua Program Studi"


def test_a_name_of_several_numbered_roles_gives_them_to_choose_from(duties: Duties) -> None:
    choice = duties.resolve("wadek")
    assert choice.role is None
    assert [found.name("id") for found in choice.several] == ["Wakil Dekan", "Wakil Dekan I", "Wakil Dekan II"]
    assert role(duties, "WD1").name("id") == "Wakil Dekan I"


def test_an_unknown_role_gives_near_ones(duties: Duties) -> None:
    choice = duties.resolve("koordinator")
    assert choice.role is None
    assert not choice.several
    assert "Ketua Program Studi" in [found.name("id") for found in choice.near]


def test_role_keys_are_short_and_lead_back(duties: Duties) -> None:
    for found in duties.roles():
        assert len(found.key) <= 24
        assert found.key.isascii()
        assert duties.role(found.key) == found
    with pytest.raises(RoleNotFoundError, match="by name"):
        duties.role("r00000000")


def test_duties_come_from_tables_prose_and_standards_in_document_order(duties: Duties, engine: Engine) -> None:
    found = told(duties, "Kaprodi")
    texts = [duty.text for duty in found]
    assert "Monitoring the readiness of the learning plan" in texts
    assert any(text.startswith("The Head of the Study Programme shall prepare the course allocation") for text in texts)
    assert "The Programme Coordinator issues the examination minutes" in texts
    places = [engine.index.places[duty.document] for duty in found]
    assert places == sorted(places)


def test_a_duty_has_a_node_an_address_and_its_time_limit(duties: Duties, browser: Browser) -> None:
    duty = next(d for d in told(duties, "Kaprodi", "id") if d.code == "SOP-SPMI-UPGRIS-1.2.6" and d.limit)
    assert duty.limit == "paling lambat 1 bulan sebelum: dimulainya perkuliahan"
    assert duty.address.endswith("§ 3 Standar · baris 1426")
    assert duty.number == "a"
    assert browser.node(duty.key).number == "a"


def test_every_duty_of_every_role_leads_to_its_clause(duties: Duties, browser: Browser) -> None:
    for found in duties.roles():
        listed = duties.of(found, "en")
        assert len(listed) == found.duties
        for duty in listed:
            node = browser.node(duty.key)
            assert node.document == duty.document
            assert node.kind in {NodeKind.CLAUSE, NodeKind.SECTION}


def test_only_duties_with_a_time_limit_are_listed_when_asked(duties: Duties) -> None:
    kaprodi = role(duties, "Kaprodi")
    limited = duties.of(kaprodi, "id", only_with_limit=True)
    assert 0 < len(limited) < kaprodi.duties
    assert all(duty.limit for duty in limited)


def test_a_step_that_procedure_and_matrix_both_tell_is_one_duty(duties: Duties) -> None:
    texts = [d.text for d in told(duties, "Kaprodi") if d.document == "SOP-SPMI-UPGRIS-1.2.6"]
    assert sum("readiness of the learning plan" in text for text in texts) == 1


def test_being_in_charge_is_told_apart_from_acting(duties: Duties) -> None:
    found = {duty.text: duty for duty in told(duties, "Dekan") if duty.document == "SOP-SPMI-UPGRIS-1.2.6"}
    assert found["Evaluating the learning plans prepared by lecturers"].in_charge
    assert not found["Follow up on the results of the LPMU/UPMF evaluation of the learning design"].in_charge


def test_a_row_whose_column_names_another_than_its_sentence_is_remarked(duties: Duties) -> None:
    found = [duty for duty in told(duties, "Dekan") if duty.remark]
    assert any("the column of who acts" in duty.remark for duty in found)


@pytest.mark.parametrize(
    ("text", "acting"),
    [
        ("The Head of Programme monitors the readiness of the learning plan", True),
        ("At the start of each semester, all Heads of Programme must collect the transcripts", True),
        ("The schedule is announced by the Head of Programme", True),
        ("Lecturers submit their plans. The Head of Programme signs them.", True),
        ("The Head of Programme may delegate this", False),
        ("The Head of Programme is informed of the results", False),
        ("Lecturers submit their plans to the Head of Programme", False),
        ("The Head of Programme's approval is attached", False),
        ("Head of Programme evaluation of teaching is stored", False),
    ],
)
def test_a_role_acts_where_it_is_the_subject_or_the_agent(
    engine: Engine, facts: list[Fact], text: str, acting: bool
) -> None:
    step = next(fact for fact in facts if fact.kind is FactKind.STEP)
    roles = acting_roles(replace(step, text=text), engine.composer, engine.lexicon)
    assert ("head-of-programme" in roles) is acting


@pytest.mark.parametrize("language", LANGUAGES)
def test_pages_and_file_hold_every_duty(duties: Duties, language: Language) -> None:
    for found in duties.roles()[:12]:
        listed = duties.of(found, language)
        pages = duties.pages(found, language)
        texts = [parse_html(page)[0] for page in pages]
        assert all(utf16_units(text) <= 4096 for text in texts)
        assert sum(text.count("📄") for text in texts) == len(listed)
        file = duties.as_text(found, language, TODAY)
        assert file.count("📄") == len(listed)
        assert file.endswith("\n")


def test_the_file_says_what_it_is(duties: Duties) -> None:
    lines = duties.as_text(role(duties, "Kaprodi"), "id", TODAY).split("\n")
    assert lines[0] == "Ketua Program Studi: Yang harus dilakukan peran ini"
    assert lines[1] == "Dibuat pada: 21 November 2026"
    assert lines[2].startswith("Jumlah tugas: 1")
    assert "Terjemahan tidak resmi" in lines[4]


@settings(max_examples=120, deadline=None)
@given(st.one_of(st.text(st.characters(), max_size=80), st.integers(1, 3000).map(lambda times: "dekan " * times)))
def test_anything_typed_is_answered(duties: Duties, words: str) -> None:
    choice = duties.resolve(words)
    assert len(choice.several) <= MOST
    assert len(choice.near) <= MOST
    assert not (choice.role and (choice.several or choice.near))
