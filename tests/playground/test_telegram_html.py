"""The strict reader refuses what Telegram refuses, in its words, and counts as Telegram counts."""

import html
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from playground.entities import utf16_units
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
        ('<pre><code class="language-py">x</code></pre>', "x", [("pre", 0, 1)]),
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


@pytest.mark.parametrize(
    ("html", "entities"),
    [
        ('<pre><code class="language-py">x</code></pre>', [("pre", 0, 1)]),
        ("<b>a<code>b</code>c</b>", [("bold", 0, 1), ("code", 1, 1), ("bold", 2, 1)]),
        ("<code>a<b>b</b></code>", [("code", 0, 2)]),
        ("<blockquote>a<code>b</code></blockquote>", [("blockquote", 0, 2), ("code", 1, 1)]),
        ("<code><pre>x</pre></code>", [("pre", 0, 1)]),
    ],
)
def test_code_holds_nothing_else(html: str, entities: list[tuple[str, int, int]]) -> None:
    assert [(entity.type, entity.offset, entity.length) for entity in parse_html(html)[1]] == entities


def test_the_language_of_code_is_kept() -> None:
    (entity,) = parse_html('<pre><code class="language-py">x</code></pre>')[1]
    assert entity.wire() == {"type": "pre", "offset": 0, "length": 1, "language": "py"}


TAGS = {"b": "bold", "i": "italic", "u": "underline", "s": "strikethrough", "tg-spoiler": "spoiler"}
LEAVES = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=8).map(lambda text: ("", [text]))
TREES = st.recursive(
    LEAVES,
    lambda inner: st.tuples(st.sampled_from(sorted(TAGS)), st.lists(inner, min_size=1, max_size=4)),
    max_leaves=12,
)


def written(tree: Any, before: int, expected: list[tuple[str, int, str]]) -> tuple[str, str]:
    """Return the HTML and the text of a tree; note what each tag covers, by its UTF-16 offset."""
    tag, parts = tree
    if not tag:
        return html.escape(parts[0]), parts[0]
    source, text = "", ""
    for part in parts:
        inner, plain = written(part, before + utf16_units(text), expected)
        source, text = source + inner, text + plain
    expected.append((TAGS[tag], before, text))
    return f"<{tag}>{source}</{tag}>", text


@given(TREES)
def test_what_is_written_is_read_back(tree: Any) -> None:
    expected: list[tuple[str, int, str]] = []
    source, text = written(tree, 0, expected)
    plain, entities = parse_html(source)
    assert plain == text
    units = plain.encode("utf-16-le")
    found = [
        (entity.type, entity.offset, units[2 * entity.offset : 2 * entity.end].decode("utf-16-le"))
        for entity in entities
    ]
    assert sorted(found) == sorted(expected)


@given(st.text(max_size=80))
def test_escaped_text_is_read_as_it_was(text: str) -> None:
    assert parse_html(html.escape(text)) == (text, [])
