"""Browsing: standards, documents, sections and steps on buttons that turn one message; terms; duties of a role.

/sop ──> standards ──> documents ──> sections ──> steps
(each level turns the same message; ⬆ leads back, ‹ › to the neighbours)
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from telegram import Update
from telegram.constants import MessageLimit

from corpus.model import DocumentKind
from handlers.addresses import DocumentButton, DutyButton, NodeButton
from handlers.paging import turning
from handlers.texts import Html, fill
from handlers.turn import Button, Keyboard, Turn
from handlers.wording import with_phase
from index.browse import Browser, Node, NodeNotFoundError, Role, RoleNotFoundError
from index.reply import Language

CHILDREN = 8
"""Buttons for what is below, on one page."""
LIMIT = MessageLimit.MAX_TEXT_LENGTH

View = tuple[Html, Keyboard]


async def browse_sops(turn: Turn, update: Update) -> None:
    """``/sop``: the whole tree, or the SOP that the words after it mean."""
    await _find(turn, words_after(update), DocumentKind.SOP)


async def browse_standards(turn: Turn, update: Update) -> None:
    """``/standar``: the whole tree, or the standard or statement that the words after it mean."""
    await _find(turn, words_after(update), DocumentKind.STANDARD)


async def _find(turn: Turn, words: str, kind: DocumentKind) -> None:
    browser, language = turn.rooms.browser, turn.language
    if not words:
        turn.say(*await turn.work(view, browser, NodeButton(browser.root().key), language))
        return
    found = await turn.work(browser.find, words, kind)
    if isinstance(found, Node):
        turn.say(*await turn.work(view, browser, NodeButton(found.key), language))
    elif found:
        text = turn.t("Several fit <b>{words}</b>. Which one?", words=words[:100])
        turn.say(text, [[Button(node.label(language), NodeButton(node.key).data())] for node in found])
    else:
        text = turn.t(
            "Nothing is called <b>{words}</b>. Try a number (/sop 1.2.8, /standar 1.1.8.1) or words of the title, or"
            " look through all with /sop.",
            words=words[:100],
        )
        turn.say(text)


async def turn_to(turn: Turn, button: NodeButton) -> None:
    """Turn the message to another page of the tree."""
    turn.toast()
    try:
        turn.show(*await turn.work(view, turn.rooms.browser, button, turn.language))
    except NodeNotFoundError:
        turn.show(_changed(turn))


async def show_document(turn: Turn, button: DocumentButton) -> None:
    """Show the steps of a document, or those like it."""
    turn.toast()
    browser = turn.rooms.browser
    try:
        document = browser.node(button.document).document
        if button.act == "twins":
            turn.say(*await turn.work(_twins, turn, document))
            return
        text, keyboard = await turn.work(_steps, browser, document, button, turn.language)
    except NodeNotFoundError:
        turn.say(_changed(turn))
        return
    if button.act == "turn":
        turn.show(text, keyboard)
    else:
        turn.say(text, keyboard, is_reply=True)


async def explain(turn: Turn, update: Update) -> None:
    """``/istilah``: what a term means, by the documents and by the lexicon."""
    words = words_after(update)
    if not words:
        turn.say(turn.t("Write the term after the command, for example: /istilah tracer study"))
        return
    glossary = turn.rooms.browser.glossary
    entries = await turn.work(glossary.find, words, turn.language)
    if entries:
        pages = await turn.work(glossary.pages, entries, turn.language, LIMIT)
        turn.say(Html(pages[0]), _definitions(turn, [key for entry in entries for key in entry.keys]))
        return
    near = await turn.work(glossary.near, words, turn.language)
    text = turn.t("The documents do not define <b>{words}</b>.", words=words[:100])
    if near:
        names = Html("\n".join(fill("• <code>/istilah {name}</code>", name=name) for name in near))
        text = fill("{sentence} {near}\n{names}", sentence=text, near=turn.t("Near to it:"), names=names)
    turn.say(text)


async def duties(turn: Turn, update: Update) -> None:
    """``/peran``: everything that a role must do, with time limits."""
    words = words_after(update)
    if not words:
        turn.say(turn.t("Write the role after the command, for example: /peran Kaprodi"))
        return
    choice = await turn.work(turn.rooms.browser.duties.resolve, words)
    if choice.role is not None:
        turn.say(*await turn.work(_duties, turn, choice.role, DutyButton("show", choice.role.key)))
    elif choice.several or choice.near:
        is_clear = bool(choice.several)
        text = (
            turn.t("Several roles fit <b>{words}</b>. Which one?", words=words[:100])
            if is_clear
            else turn.t("I know no role called <b>{words}</b>. Do you mean one of these?", words=words[:100])
        )
        turn.say(text, _roles(choice.several or choice.near, turn.language))
    else:
        turn.say(turn.t("I know no role called <b>{words}</b>.", words=words[:100]))


async def show_duties(turn: Turn, button: DutyButton) -> None:
    """Turn the message to another page of a role's duties, or send them all as a file."""
    turn.toast()
    try:
        role = turn.rooms.browser.duties.role(button.role)
    except RoleNotFoundError:
        turn.show(_changed(turn))
        return
    if button.act == "show":
        turn.show(*await turn.work(_duties, turn, role, button))
        return
    today = turn.rooms.today
    text = await turn.work(
        lambda: turn.rooms.browser.duties.as_text(role, turn.language, today, only_with_limit=bool(button.limited))
    )
    name = role.name(turn.language)
    turn.hand(f"{name}.txt", text.encode(), turn.t("What {role} has to do", role=name))


def view(browser: Browser, button: NodeButton, language: Language) -> View:
    """Return a page of the tree with the buttons to what is below, beside and above. Raises `NodeNotFoundError`."""
    node = browser.node(button.key)
    pages = browser.pages(node, language, LIMIT)
    page = min(max(button.page, 1), len(pages))
    children = browser.children(node.key)
    first = min(max(button.first, 0), max(0, len(children) - 1)) // CHILDREN * CHILDREN
    rows = [
        [Button(child.label(language), NodeButton(child.key).data())] for child in children[first : first + CHILDREN]
    ]
    here = NodeButton(node.key, page, first)
    below = [
        Button(f"{sign} {start + 1}–{min(start + CHILDREN, len(children))}", replace(here, first=start).data())
        for sign, start in (("«", first - CHILDREN), ("»", first + CHILDREN))
        if 0 <= start < len(children)
    ]
    around = [
        Button(sign, NodeButton(key).data())
        for sign, key in (("‹", node.previous), ("⬆", node.parent), ("›", node.next))
        if key
    ]
    return Html(pages[page - 1]), [
        *rows,
        below,
        turning(page, len(pages), lambda other: replace(here, page=other)),
        around,
    ]


def words_after(update: Update) -> str:
    """Return what stands after a command."""
    text = (update.effective_message and update.effective_message.text) or ""
    _, *words = text.split(maxsplit=1)
    return " ".join("".join(words).split())


def _steps(browser: Browser, document: str, button: DocumentButton, language: Language) -> View:
    pages = browser.steps_pages(document, language, LIMIT)
    page = min(max(button.page, 1), len(pages))
    row = turning(page, len(pages), lambda other: replace(button, act="turn", page=other))
    return Html(pages[page - 1]), [row]


def _twins(turn: Turn, document: str) -> View:
    twins = turn.rooms.browser.similar(document, turn.language)
    if not twins:
        return turn.t("No other document is like it."), []
    rows = [[Button(with_phase(twin.phase, twin.name), NodeButton(twin.key).data())] for twin in twins]
    return turn.t("These are like it:"), rows


def _definitions(turn: Turn, keys: Sequence[str]) -> Keyboard:
    nodes = turn.rooms.browser.nodes
    labels = {key: nodes[key].label(turn.language) for key in keys if key in nodes}
    return [[Button(label, NodeButton(key).data())] for key, label in list(labels.items())[:CHILDREN]]


def _duties(turn: Turn, role: Role, button: DutyButton) -> View:
    is_limited = bool(button.limited)
    pages = turn.rooms.browser.duties.pages(role, turn.language, LIMIT, only_with_limit=is_limited)
    page = min(max(button.page, 1), len(pages))
    pager = turning(page, len(pages), lambda other: DutyButton("show", role.key, int(is_limited), other))
    t = turn.t
    other = t.plain("All duties") if is_limited else t.plain("Only with a time limit")
    row = [
        Button(other, DutyButton("show", role.key, 1 - int(is_limited)).data()),
        Button(t.plain("As a file"), DutyButton("file", role.key, int(is_limited)).data()),
    ]
    return Html(pages[page - 1]), [pager, row]


def _roles(roles: Sequence[Role], language: Language) -> Keyboard:
    return [[Button(role.name(language), DutyButton("show", role.key).data())] for role in roles]


def _changed(turn: Turn) -> Html:
    return turn.t("This page is gone, because its document has changed. Start again with /sop.")
