"""A conversation in the console."""

from __future__ import annotations

from bot.console import complain, out, show_reply, show_sources
from index.engine import Engine
from index.errors import QuestionError
from index.reply import Reply
from index.topic import Topic

_ORIGINAL = {"asli", "teks asli", "original", "source"}
"""What asks for the source's words of the last answer."""


def converse(engine: Engine) -> None:
    """Answer lines from standard input until an empty one or its end."""
    out.print("TanyaMutu. Tanya apa saja tentang standar dan SOP / ask about the standards and SOPs.")
    out.print("[dim]“asli” menampilkan teks sumber / “original” shows the source's words.[/dim]")
    out.print("[dim]Baris kosong mengakhiri / an empty line ends it.[/dim]")
    last: Reply | None = None
    topic: Topic | None = None
    while True:
        try:
            question = out.input("[bold]? [/bold]")
        except EOFError:
            break
        except UnicodeDecodeError:
            complain("The input is not text in UTF-8: type the question.")
            break
        if not question.strip():
            break
        if last and question.strip().casefold() in _ORIGINAL:
            show_sources(last)
            continue
        try:
            last = engine.answer(question, topic=topic)
            topic = Topic.of(last) or topic
            show_reply(last)
        except QuestionError as error:
            complain(str(error))
