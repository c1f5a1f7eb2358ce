"""Long lists as pages: nothing is lost, no page is too long, headings stand above what they head."""

from hypothesis import given
from hypothesis import strategies as st

from handlers.paging import Block, pages_of
from handlers.texts import Html
from index.reply import utf16_units

LINES = st.lists(
    st.text("abc🎓 ", min_size=1, max_size=40).map(lambda text: Html(f"• {text}")), min_size=1, max_size=30
)
ROOM = 200


@given(st.lists(LINES, max_size=6))
def test_pages_hold_every_line_in_order_and_keep_to_their_room(groups: list[list[Html]]) -> None:
    blocks = [Block(Html(f"<b>{number}</b>"), tuple(lines)) for number, lines in enumerate(groups)]
    pages = pages_of(blocks, Html("<b>title</b>"), ROOM)
    shown = [line for page in pages for line in page.split("\n") if line.startswith("•")]
    assert shown == [line for lines in groups for line in lines]
    assert all(utf16_units(page) <= ROOM for page in pages)
    assert pages[0].startswith("<b>title</b>")


def test_a_heading_is_repeated_where_its_lines_go_on() -> None:
    lines = tuple(Html(f"• {number:02} " + "x" * 40) for number in range(8))
    pages = pages_of([Block(Html("<b>Monday</b>"), lines)], Html("<b>title</b>"), ROOM)
    assert len(pages) > 1
    assert all(page.startswith("<b>Monday</b>") for page in pages[1:])


def test_a_line_that_is_longer_than_a_page_has_one_of_its_own() -> None:
    long = Html("x" * (ROOM + 1))
    pages = pages_of([Block(Html(""), (Html("a"), long, Html("b")))], Html("title"), ROOM)
    assert pages == ["title\n\na", long, "b"]
