"""Browsing the real documents: the tree, its pages, and finding a place in it by what people type."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.language import Language
from corpus.lexicon.entries import LANGUAGES
from corpus.model import DocumentKind
from index.browse import Browser, Node, NodeKind, NodeNotFoundError
from index.browse.find import MOST
from index.browse.labels import LABELS, PHASES
from index.browse.pages import SMALLEST_PAGE, Block, render
from index.browse.tree import LABEL_LIMIT
from index.engine import Engine
from index.facts import STEP_KINDS, FactKind
from index.reply import utf16_units
from playground.html import parse_html

EXAMS = "SOP-SPMI-UPGRIS-1.2.8"
PLANS = "SOP-SPMI-UPGRIS-1.2.6"
PPG = "sop-pembinaan-alumni-ppg"


@pytest.fixture(scope="module")
def browser(engine: Engine) -> Browser:
    return Browser(engine.index, engine.lexicon)


def below(browser: Browser, key: str) -> Iterator[Node]:
    """All nodes under a key, itself first."""
    yield browser.node(key)
    for child in browser.children(key):
        yield from below(browser, child.key)


def text_of(page: str, limit: int = 4096) -> str:
    """Assert that Telegram would take a page, and return what a person reads."""
    text, entities = parse_html(page)
    assert text.strip()
    assert utf16_units(text) <= limit
    assert {entity.type for entity in entities} <= {"bold", "italic", "expandable_blockquote"}
    return text


def keys_of(found: Node | list[Node]) -> list[str]:
    return [node.key for node in (found if isinstance(found, list) else [found])]


def test_every_node_is_reached_from_the_root_once_and_knows_its_parent(browser: Browser) -> None:
    reached = list(below(browser, browser.root().key))
    assert len(reached) == len({node.key for node in reached}) == len(browser.nodes)
    assert browser.parent(browser.root().key) is None
    for node in reached[1:]:
        parent = browser.parent(node.key)
        assert parent is not None
        assert node.key in parent.children


def test_keys_fit_buttons_and_deep_links_and_stay_the_same(browser: Browser, engine: Engine) -> None:
    assert all(re.fullmatch(r"[A-Za-z0-9-]{1,24}", key) for key in browser.nodes)
    assert list(Browser(engine.index, engine.lexicon).nodes) == list(browser.nodes)
    assert browser.document(EXAMS).key == "db8ed9c6e"
    assert browser.node("g1-2").label("id") == "1.2 Standar Isi Pembelajaran"


def test_every_document_and_every_fact_has_its_place(browser: Browser, engine: Engine) -> None:
    shown = [node.document for node in browser.nodes.values() if node.kind is NodeKind.DOCUMENT]
    assert sorted(shown) == sorted(engine.index.documents)
    for fact in engine.index.facts:
        place = browser.place(fact)
        assert place.document == fact.document
        assert place.lines is not None
        if fact.kind is not FactKind.DOCUMENT:
            assert place.kind in {NodeKind.SECTION, NodeKind.CLAUSE}
            assert place.lines.start <= fact.lines.start <= fact.lines.end <= place.lines.end


def test_lines_of_a_node_belong_to_its_document_and_to_no_other(browser: Browser, engine: Engine) -> None:
    documents = engine.index.documents
    for node in browser.nodes.values():
        if node.lines is None:
            assert node.kind in {NodeKind.ROOT, NodeKind.GROUP}
            continue
        own = documents[node.document]
        holding = [
            document.id
            for document in documents.values()
            if document.source == own.source
            and document.lines.start <= node.lines.start <= node.lines.end <= document.lines.end
        ]
        assert holding == [own.id]


def test_labels_fit_buttons_in_both_languages(browser: Browser) -> None:
    for node in browser.nodes.values():
        for language in LANGUAGES:
            assert 0 < utf16_units(node.label(language)) <= LABEL_LIMIT
            assert "\n" not in node.label(language)


def test_previous_and_next_lead_through_the_children_of_a_parent(browser: Browser) -> None:
    for node in browser.nodes.values():
        keys = [child.key for child in browser.children(node.key)]
        assert [browser.node(key).next for key in keys] == [*keys[1:], ""][: len(keys)]
        assert [browser.node(key).previous for key in keys] == ["", *keys][: len(keys)]


def test_a_key_that_is_not_there_says_so(browser: Browser) -> None:
    for ask in (browser.node, browser.parent, browser.children, browser.document, browser.steps):
        with pytest.raises(NodeNotFoundError, match="start again"):
            ask("d00000000")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("limit", [SMALLEST_PAGE, 4096])
def test_every_page_is_telegram_html_within_the_limit(browser: Browser, language: Language, limit: int) -> None:
    for node in browser.nodes.values():
        pages = browser.pages(node, language, limit)
        texts = [text_of(page, limit) for page in pages]
        if len(pages) > 1:
            assert f"{len(pages)}/{len(pages)})" in texts[-1]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_clause_is_shown_whole_with_its_address(browser: Browser, language: Language) -> None:
    for node in browser.nodes.values():
        if node.fact:
            shown = " ".join("".join(text_of(page) for page in browser.pages(node, language)).split())
            words = " ".join(node.fact.words(language).text.split())
            assert words in shown or len(browser.pages(node, language)) > 1
            assert re.search(rf"\b(?:baris|lines?) {node.fact.lines.start}\b", shown)


def test_indonesian_pages_mark_the_translation_once_and_keep_the_source_a_tap_away(browser: Browser) -> None:
    clause = browser.find("1.1.8.1")
    assert isinstance(clause, Node)
    (page,) = browser.pages(clause, "id")
    assert page.count(LABELS["id"]["unofficial"]) == 1
    assert "<blockquote expandable>Universities, faculties and study programmes must ensure" in page
    (english,) = browser.pages(clause, "en")
    assert LABELS["en"]["unofficial"] not in english
    assert "blockquote" not in english
    for page in browser.pages(browser.document(PPG), "en"):
        assert page.endswith(f"<i>{LABELS['en']['only']}</i>")


def test_a_document_page_tells_what_it_is(browser: Browser) -> None:
    text = text_of(browser.pages(browser.document(PLANS), "id")[0])
    assert "Kode: SOP-SPMI-UPGRIS-1.2.6" in text
    assert "Berlaku sejak: 31 Maret 2023" in text
    assert "Tujuan: Menjamin mutu rancangan pembelajaran di UPGRIS" in text
    assert "Langkah: 10" in text


def test_a_step_page_tells_who_and_who_is_in_charge(browser: Browser) -> None:
    step = browser.steps(PLANS)[5]
    text = text_of(browser.pages(step, "en")[0])
    assert text.startswith("SOP-SPMI-UPGRIS-1.2.6 · Step 6\nMonitoring the readiness of the learning plan\n")
    assert "Carried out by: Head of Programme\nPerson in charge: Dean/Director of Postgraduate Studies" in text
    assert (step.previous, step.next) == (browser.steps(PLANS)[4].key, browser.steps(PLANS)[6].key)


def test_a_statement_whose_figures_differ_from_its_indicator_says_so(browser: Browser) -> None:
    statement = browser.find("1.1.5.1")
    assert isinstance(statement, Node)
    assert "Pernyataan dan indikatornya berbeda" in browser.pages(statement, "id")[0]


def test_steps_of_every_document_are_complete_and_in_order(browser: Browser, engine: Engine) -> None:
    for document in engine.index.documents.values():
        steps = browser.steps(document.id)
        rows = [clause.text for row in document.procedure for clause in row.instructions]
        prose = [step.text for step in document.steps]
        matrix = [row.activity for row in document.work_instructions]
        wanted = rows or prose or matrix
        facts = [step.fact for step in steps if step.fact]
        assert len(facts) == len(steps) == len(wanted)
        assert all(fact.kind in STEP_KINDS for fact in facts)
        assert all(fact.text.startswith(text) for fact, text in zip(facts, wanted, strict=True))
        shown = "".join(text_of(page) for page in browser.steps_pages(document.id, "en"))
        if not steps:
            assert LABELS["en"]["no_steps"] in shown
        places = [shown.find(fact.source_words.text[:40]) for fact in facts]
        assert -1 not in places


def test_the_list_of_steps_names_actors_and_time_limits(browser: Browser) -> None:
    text = "".join(text_of(page) for page in browser.steps_pages(PLANS, "en"))
    assert "2. Dean/Director of Postgraduate Studies: At the start of the semester, instructs" in text
    text = "".join(text_of(page) for page in browser.steps_pages(EXAMS, "id"))
    assert "A.7. Panitia meminta soal ujian" in text
    assert "Batas waktu: paling lambat 3 hari sebelum" in text


@pytest.mark.parametrize(
    ("words", "label"),
    [
        ("1.2.8", "1.2.8 Ujian Tengah Semester dan Ujian Akhir Semester"),
        ("SOP-SPMI-UPGRIS-1.2.8", "1.2.8 Ujian Tengah Semester dan Ujian Akhir Semester"),
        ("sop spmi upgris 1.2.8", "1.2.8 Ujian Tengah Semester dan Ujian Akhir Semester"),
        ("SOP-UPGRIS-1.1.2", "1.1.2 Pelaksanaan Standar Kompetensi Lulusan"),
        ("1.2", "1.2 Standar Isi Pembelajaran"),
        ("formulir 1.2", "F 1.2 Formulir Standar Isi Pembelajaran"),
        ("S-SPMI-UPGRIS-1.2", "S 1.2 Standar Isi Pembelajaran"),
        ("UTS", "1.2.8 Ujian Tengah Semester dan Ujian Akhir Semester"),
        ("cuti akademk", "1.2.15 Cuti Akademik"),
        ("study leave", "1.2.15 Cuti Akademik"),
        ("penyusunan rencana pembelajaran", "1.2.6 Penyusunan Rencana Pembelajaran"),
        ("alumni ppg", "Pembinaan dan Tindak Lanjut Alumni PPG"),
    ],
)
def test_codes_numbers_and_titles_name_one_place(browser: Browser, words: str, label: str) -> None:
    found = browser.find(words)
    assert isinstance(found, Node)
    assert found.label("id") == label


def test_a_statement_is_found_by_its_number(browser: Browser) -> None:
    found = browser.find("1.1.8.1")
    assert isinstance(found, Node)
    assert found.fact is not None
    assert found.fact.kind is FactKind.STATEMENT
    assert found.document == "S-SPMI-UPGRIS-1.1"


def test_a_title_that_two_documents_bear_gives_both_first(browser: Browser) -> None:
    found = browser.find("evaluasi proses pembelajaran")
    assert isinstance(found, list)
    assert {node.number for node in found[:2]} == {"1.2.10", "1.3.3"}


def test_the_kind_that_was_asked_for_comes_alone(browser: Browser) -> None:
    found = browser.find("pembelajaran", DocumentKind.STANDARD)
    assert isinstance(found, list)
    assert {node.label("id")[:2] for node in found} == {"S "}
    assert len(keys_of(browser.find("pembelajaran", DocumentKind.SOP))) == MOST


def test_words_that_stand_in_no_title_are_looked_up_in_the_text(browser: Browser) -> None:
    assert keys_of(browser.find("penyusunan kurikulum", DocumentKind.SOP))[0] == browser.find("1.2.1").key  # type: ignore[union-attr]


@pytest.mark.parametrize("words", ["", "   ", "xyzzy qwrt", "9.9.9", "\u202e\u200f", "\x00", "?!.,", "\ud800"])
def test_what_names_nothing_gives_an_empty_list(browser: Browser, words: str) -> None:
    assert browser.find(words) == []


HOSTILE = st.one_of(
    st.text(st.characters(), max_size=80),
    st.text(st.sampled_from("\u202e\u2066\u200f\ud800\x00\n\t<>&%*[]().\\0123456789אبا"), max_size=60),
    st.integers(1, 3000).map(lambda times: "1.2." * times),
    st.integers(1, 2000).map(lambda times: "standar pembelajaran " * times),
)


@settings(max_examples=150, deadline=None)
@given(HOSTILE)
def test_anything_typed_is_answered_by_known_nodes(browser: Browser, words: str) -> None:
    keys = keys_of(browser.find(words))
    assert len(keys) == len(set(keys)) <= MOST
    assert set(keys) <= set(browser.nodes)


@settings(max_examples=120, deadline=None)
@given(st.data())
def test_one_typing_error_in_a_title_still_finds_it(browser: Browser, data: st.DataObject) -> None:
    documents = [node for node in browser.nodes.values() if node.kind is NodeKind.DOCUMENT and node.number]
    node = data.draw(st.sampled_from(documents))
    title = browser.shelf.title(browser.shelf.index.documents[node.document], data.draw(st.sampled_from(LANGUAGES)))
    words = [place for place, word in enumerate(title.split()) if len(word) > 6]
    if not words:
        return
    typed = title.casefold().split()
    place = data.draw(st.sampled_from(words))
    at = data.draw(st.integers(1, len(typed[place]) - 2))
    swapped = typed[place][at + 1] + typed[place][at]
    change = data.draw(st.sampled_from(["drop", "double", "swap"]))
    middle = {"drop": "", "double": typed[place][at] * 2, "swap": swapped}[change]
    typed[place] = typed[place][:at] + middle + typed[place][at + (2 if change == "swap" else 1) :]
    assert node.key in keys_of(browser.find(" ".join(typed)))


def test_the_five_phases_of_every_standard_are_a_family(browser: Browser, engine: Engine) -> None:
    for standard in range(1, 9):
        cycle = [f"SOP-SPMI-UPGRIS-1.{standard}.{phase}" for phase in range(1, 6)]
        for place, document in enumerate(cycle):
            twins = [twin for twin in browser.similar(document, "id") if twin.sibling]
            assert [twin.document for twin in twins] == [other for other in cycle if other != document]
            names = list(PHASES["id"].values())
            assert [twin.phase for twin in twins] == [name for at, name in enumerate(names) if at != place]


def test_near_twins_are_mutual_and_documents_without_any_have_none(browser: Browser) -> None:
    assert [twin.document for twin in browser.similar("SOP-SPMI-UPGRIS-1.5.9", "en")] == ["SOP-SPMI-UPGRIS-1.5.10"]
    assert [twin.document for twin in browser.similar("SOP-SPMI-UPGRIS-1.5.10", "en")] == ["SOP-SPMI-UPGRIS-1.5.9"]
    assert browser.similar("SOP-SPMI-UPGRIS-1.2.16", "id") == []
    assert browser.similar("S-SPMI-UPGRIS-1.2", "id") == []
    assert browser.similar("no such document", "id") == []


ANY_TEXT = st.one_of(
    st.text(st.characters(), max_size=400), st.integers(1, 900).map(lambda times: "klausul & " * times)
)


@settings(max_examples=100, deadline=None)
@given(
    ANY_TEXT,
    st.lists(st.builds(Block, ANY_TEXT, lead=ANY_TEXT, tag=st.sampled_from(["", "i", "b"])), max_size=6),
    st.integers(SMALLEST_PAGE, 4096),
)
def test_any_text_is_pages_within_the_limit(head: str, blocks: list[Block], limit: int) -> None:
    for page in render(head or "x", blocks, limit, "id", "Terjemahan tidak resmi"):
        text_of(page, limit)


def test_a_page_too_short_for_anything_is_refused() -> None:
    with pytest.raises(ValueError, match="at least 256"):
        render("head", [], 10, "id")


def test_labels_are_the_same_ones_in_both_languages() -> None:
    assert LABELS["en"].keys() == LABELS["id"].keys()
    assert PHASES["en"].keys() == PHASES["id"].keys()
