"""Replies and clauses as Telegram HTML: readable for any text, never over the limit, never unescaped."""

import re
import string

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.reply import (
    SMALLEST_LIMIT,
    Citation,
    Reply,
    address,
    clean,
    clip,
    render_clause_html,
    render_html,
    source_id,
    utf16_units,
)
from playground.html import parse_html

MARKUP = ["<b>", "</b>", "&lt;", "&amp", "<script>", '"', "'", "&#x41;", "</blockquote>", "<", ">", "&"]
ANY_TEXT = st.one_of(
    st.text(max_size=300),
    st.text(st.characters(), max_size=80),
    st.text(st.sampled_from("😀𝕏é\ud800\udfff \n\t\x00\u202e<>&"), max_size=200),
    st.lists(st.sampled_from([*MARKUP, "kata", " ", "\n"]), max_size=200).map("".join),
    st.integers(1, 1500).map(lambda times: "klausul & butir " * times),
)
LIMITS = st.one_of(st.just(4096), st.integers(SMALLEST_LIMIT, 400))
CITATIONS = st.builds(
    Citation,
    source=ANY_TEXT,
    document=ANY_TEXT,
    title=ANY_TEXT,
    section=ANY_TEXT,
    lines=st.tuples(st.integers(1, 10**6), st.integers(1, 10**6)),
    quote=ANY_TEXT,
)
REPLIES = st.builds(
    Reply,
    question=ANY_TEXT,
    language=st.sampled_from(["en", "id"]),
    answerable=st.booleans(),
    kind=st.sampled_from(["responsible", "deadline", "steps", "unheard of"]),
    answer=ANY_TEXT,
    citations=st.lists(CITATIONS, max_size=7).map(tuple),
    others=st.lists(ANY_TEXT, max_size=7).map(tuple),
    nearest=st.lists(ANY_TEXT, max_size=7).map(tuple),
    ms=st.just(1.0),
    understood=ANY_TEXT,
)
CITATION = Citation(
    source="sop_en.md",
    document="SOP/01",
    title="Curriculum <review> & approval",
    section="5. Procedure",
    lines=(12, 14),
    quote="The Dean <b>approves</b> it & signs.",
)


def reply(**changes: object) -> Reply:
    """A plain English answer with one citation, changed as wished."""
    fields = {
        "question": "Who approves the curriculum?",
        "language": "en",
        "answerable": True,
        "kind": "responsible",
        "answer": "The Dean approves it.",
        "citations": (CITATION,),
        "others": (),
        "nearest": (),
        "ms": 12.0,
    }
    return Reply.model_validate(fields | changes)


def sendable(html: str, limit: int) -> str:
    """Assert that Telegram would take it, and return what a person reads."""
    html.encode()
    text, _ = parse_html(html)
    assert len(text.strip()) > 0
    assert len(text.encode("utf-16-le")) // 2 <= limit
    assert len(html.encode()) <= 2**15
    return text


@settings(max_examples=120, deadline=None)
@given(REPLIES, LIMITS)
def test_any_reply_is_telegram_html_within_the_limit(any_reply: Reply, limit: int) -> None:
    html = render_html(any_reply, limit)
    sendable(html, limit)
    tags = set(re.findall(r"<[^>]*>", html))
    assert tags <= {"<b>", "</b>", "<i>", "</i>", "<blockquote expandable>", "</blockquote>"}
    assert not re.search(r"&(?!lt;|gt;|amp;)", html)


@settings(max_examples=80, deadline=None)
@given(CITATIONS, ANY_TEXT, LIMITS, st.sampled_from(["en", "id"]))
def test_any_clause_is_pages_within_the_limit_that_lose_no_word(
    citation: Citation, text: str, limit: int, language: str
) -> None:
    pages = render_clause_html(citation, text, limit, language)  # type: ignore[arg-type]
    shown = ""
    for page in pages:
        sendable(page, limit)
        assert set(re.findall(r"<[^>]*>", page)) == {"<b>", "</b>"}
        shown += parse_html(page.partition("</b>")[2])[0]
    assert "".join(shown.split()) == "".join(clean(text).split())


@settings(deadline=None)
@given(ANY_TEXT, st.integers(0, 60))
def test_clipping_keeps_whole_characters_and_the_limit(text: str, limit: int) -> None:
    text = clean(text)
    clipped = clip(text, limit)
    assert len(clipped.encode("utf-16-le")) // 2 <= limit
    assert clipped == text or text.startswith(clipped.removesuffix("…"))
    clipped.encode()


def test_an_answer_leads_and_its_clause_follows_with_the_address() -> None:
    text, entities = parse_html(render_html(reply()))
    assert text.split("\n") == [
        "Responsible",
        "The Dean approves it.",
        "",
        "📄 SOP/01 · Curriculum <review> & approval · § 5. Procedure · lines 12–14",
        "The Dean <b>approves</b> it & signs.",
    ]
    assert [entity.type for entity in entities] == ["bold", "expandable_blockquote"]


def test_labels_are_in_the_language_of_the_reply() -> None:
    text = sendable(render_html(reply(language="id", others=("SOP/02 Kurikulum",))), 4096)
    assert "Penanggung jawab" in text
    assert "baris 12–14" in text
    assert "Dokumen lain yang juga cocok:\n• SOP/02 Kurikulum" in text


def test_a_refusal_says_so_and_names_the_nearest_documents() -> None:
    refusal = reply(answerable=False, answer="", citations=(), nearest=("STD/03 Parking",))
    text = sendable(render_html(refusal), 4096)
    assert text == "The documents do not answer this\n\nNearest documents:\n• STD/03 Parking"


def test_quotes_give_way_before_addresses_and_the_answer() -> None:
    long = reply(
        kind="steps",
        answer="step " * 360,
        citations=tuple(CITATION.model_copy(update={"quote": "word " * 900}) for _ in range(5)),
    )
    text = sendable(render_html(long), 4096)
    assert text.count("📄") == 5
    assert ("step " * 360).strip() in text


def test_a_follow_up_says_first_how_it_was_understood() -> None:
    html = render_html(reply(understood="who approves <it> — curriculum"))
    assert html.startswith("<i>Understood as: who approves &lt;it&gt; — curriculum</i>\n<b>Responsible</b>")
    assert render_html(reply(language="id", understood="kalau UAS?")).startswith("<i>Dipahami sebagai: kalau UAS?</i>")


def test_how_it_was_understood_gives_way_first() -> None:
    long = reply(understood="a question as it was understood", answer="word " * 60)
    whole = sendable(render_html(long.model_copy(update={"understood": ""})), 4096)
    limit = utf16_units(whole)
    assert sendable(render_html(long, limit), limit) == whole


def test_one_line_is_not_a_range() -> None:
    single = CITATION.model_copy(update={"lines": (7, 7), "section": ""})
    assert address(single, "en").endswith("approval · line 7")
    assert address(single, "id").endswith("approval · baris 7")


def test_pages_are_numbered_when_there_are_several() -> None:
    pages = render_clause_html(CITATION, "A sentence of the clause.\n" * 600, 4096, "en")
    assert len(pages) > 2
    assert f"(page 2/{len(pages)})" in pages[1]
    assert "(page" not in render_clause_html(CITATION, "short")[0]


def test_source_ids_are_short_and_differ() -> None:
    ids = {source_id(f"{name}.md") for name in string.ascii_letters}
    assert len(ids) == len(string.ascii_letters)
    assert all(re.fullmatch(r"[0-9a-f]{8}", one) for one in ids)


def test_a_limit_that_holds_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="at least 64"):
        render_html(reply(), 10)
    with pytest.raises(ValueError, match="at least 64"):
        render_clause_html(CITATION, "text", 10)


def test_an_indonesian_answer_marks_the_translation_and_keeps_the_source_a_tap_away() -> None:
    citation = CITATION.model_copy(update={"wording": "Dekan menyetujuinya."})
    html = render_html(reply(language="id", answer="Dekan menyetujuinya.", citations=(citation,)))
    text = sendable(html, 4096)
    assert "Terjemahan tidak resmi" in text
    assert text.index("Dekan menyetujuinya.") < text.index("Terjemahan tidak resmi") < text.index("approves")
    assert "<blockquote expandable>The Dean" in html
    assert "Terjemahan" not in render_html(reply(language="id"))


def test_a_whole_clause_shows_the_wording_first_and_the_source_as_what_governs() -> None:
    citation = CITATION.model_copy(update={"wording": "Dekan menyetujuinya."})
    page = render_clause_html(citation, "The Dean approves it.", language="id")[0]
    assert (
        page.index("Terjemahan tidak resmi") < page.index("Dekan") < page.index("yang berlaku") < page.index("The Dean")
    )
