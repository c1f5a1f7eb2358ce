"""Every text of the chat is said in both languages, and means the same values."""

import ast
import re
import string
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

from handlers.texts import KEYWORDS, LOCALE, Html, fill, speech
from playground.html import parse_html

HANDLERS = Path(__file__).parents[2] / "handlers"
Texts = tuple[str, ...]


def as_texts(message: object) -> Texts:
    return tuple(message) if isinstance(message, (list, tuple)) else (str(message),)


@pytest.fixture(scope="module")
def used() -> set[Texts]:
    found = extract_from_dir(str(HANDLERS), keywords=KEYWORDS, method_map=[("**.py", "python")], options_map={})
    return {as_texts(message) for _, _, message, _, _ in found}


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    with (LOCALE / "id.po").open("rb") as file:
        return read_po(file, locale="id")


@pytest.fixture(scope="module")
def translated(catalog: Catalog) -> dict[Texts, Texts]:
    return {as_texts(message.id): as_texts(message.string) for message in catalog if message.id}


def test_every_text_is_translated_and_no_translation_is_left_over(
    used: set[Texts], translated: dict[Texts, Texts]
) -> None:
    assert len(used) > 80
    assert used - translated.keys() == set()
    assert translated.keys() - used == set()
    assert [text for text, said in translated.items() if not all(part.strip() for part in said)] == []


def test_no_text_hides_in_an_f_string_where_it_would_not_be_found_for_translation() -> None:
    hidden = [
        f"{path.name}:{call.lineno}"
        for path in HANDLERS.glob("*.py")
        for text in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(text, ast.JoinedStr)
        for call in ast.walk(text)
        if isinstance(call, ast.Call) and _is_said(call)
    ]
    assert hidden == []


def _is_said(call: ast.Call) -> bool:
    name = call.func.id if isinstance(call.func, ast.Name) else getattr(call.func, "attr", "")
    return name in KEYWORDS and bool(call.args) and isinstance(call.args[0], ast.Constant)


def test_no_translation_waits_to_be_looked_at(catalog: Catalog) -> None:
    assert [message.id for message in catalog if message.id and message.fuzzy] == []


def test_both_languages_name_the_same_values(translated: dict[Texts, Texts]) -> None:
    for text, said in translated.items():
        for part in said:
            assert placeholders(part) == placeholders(text[-1]), text


def test_both_languages_have_markup_that_telegram_reads_and_of_the_same_kind(translated: dict[Texts, Texts]) -> None:
    for text, said in translated.items():
        kinds = {tuple(sorted(re.findall(r"<(\w+)", part))) for part in (*text, *said)}
        assert len(kinds) == 1, text
        for part in (*text, *said):
            parse_html(part)


@pytest.mark.parametrize(
    ("language", "said"), [("id", "Tugas &lt;b&gt;Kaprodi"), ("en", "What &lt;b&gt;Kaprodi has to do")]
)
def test_values_are_escaped_and_markup_is_not(language: str, said: str) -> None:
    t = speech("id" if language == "id" else "en")
    assert t("What {role} has to do", role="<b>Kaprodi") == said
    assert fill("<b>{x}</b>{y}", x="<", y=Html("<i>z</i>")) == "<b>&lt;</b><i>z</i>"


def test_numbers_are_said_in_the_right_form() -> None:
    forms = [speech("en").several("<b>{number} open question</b>", "<b>{number} open questions</b>", n) for n in (1, 2)]
    assert forms == ["<b>1 open question</b>", "<b>2 open questions</b>"]
    assert (
        speech("id").several("<b>{number} open question</b>", "<b>{number} open questions</b>", 1).startswith("<b>1 p")
    )


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}
