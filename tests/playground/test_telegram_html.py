"""The strict reader refuses what Telegram refuses, in its words, and counts as Telegram counts."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from playground.html import HtmlError, parse_html


@pytest.mark.parametrize(
    ("html", "says"),
    [
        ("é<br>", 'Unsupported start tag "br" at byte offset 2'),
        ("1 < 2", 'Unsupported start tag "" at byte offset 2'),
        ("<b>x", 'Can\'t find end tag corresponding to start tag "b"'),
        ("<b", "Unclosed start tag at byte offset 0"),
        ("x</b>", "Unexpected end tag at byte offset 1"),
        ("<b>x</b", "Unclosed end tag at byte offset 4"),
        ("<b><i>x</b></i>", 'Unmatched end tag at byte offset 7, expected "</i>", found "</b>"'),
        ('<a href="x>y</a>', "Unclosed start tag at byte offset 0"),
        ("<a href=x/>y</a>", "Unexpected end of name token at byte offset 9"),
        ('<a ="x">y</a>', 'Empty attribute name in the tag "a" at byte offset 0'),
        ("<b bold>y</b>", 'Expected equal sign in declaration of an attribute of the tag "b"'),
        ("<span>y</span>", 'Tag "span" must have class "tg-spoiler"'),
        ("<blockquote><blockquote>y</blockquote></blockquote>", "can't be nested"),
        ("&#xD800;", "invalid Unicode characters"),
    ],
)
def test_what_telegram_refuses(html: str, says: str) -> None:
    with pytest.raises(HtmlError) as caught:
        parse_html(html)
    assert says in str(caught.value)


@pytest.mark.parametrize(
    ("html", "text", "entities"),
    [
        ("", "", []),
        ("&lt;b&gt; &amp;amp; &quot;&nbsp;&#65;&#x1F600;", '<b> &amp; "&nbsp;A😀', []),
        ("😀<b>😀é</b>", "😀😀é", [("bold", 2, 3)]),
        ("<i>a <STRONG>b</strong></i>", "a b", [("italic", 0, 3), ("bold", 2, 1)]),
        ("<blockquote expandable>q</blockquote>", "q", [("expandable_blockquote", 0, 1)]),
        ("<blockquote>q</>", "q", [("blockquote", 0, 1)]),
        ('<a href="https://x.id/?a=1&amp;b">k</a >', "k", [("text_link", 0, 1)]),
        ("<b></b>x", "x", []),
        ('<pre><code class="language-py">x</code></pre>', "x", [("code", 0, 1), ("pre", 0, 1)]),
    ],
)
def test_what_telegram_reads(html: str, text: str, entities: list[tuple[str, int, int]]) -> None:
    plain, found = parse_html(html)
    assert plain == text
    assert [(entity.type, entity.offset, entity.length) for entity in found] == entities


def test_links_keep_their_address() -> None:
    (link,) = parse_html('<a href="https://x.id/?a=1&amp;b">k</a>')[1]
    assert link.wire()["url"] == "https://x.id/?a=1&b"


@given(st.text(st.sampled_from("<>/&;#x b\"'=a1\n"), max_size=60))
def test_any_text_is_read_or_refused_but_never_breaks_the_reader(html: str) -> None:
    try:
        text, entities = parse_html(html)
    except HtmlError:
        return
    assert all(entity.offset + entity.length <= len(text) for entity in entities)
