"""A conversation in the console."""

from __future__ import annotations

from bot.console import complain, out, show_reply
from index.engine import Engine
from index.errors import QuestionError


def converse(engine: Engine) -> None:
    """Answer lines from standard input until an empty one or its end."""
    out.print("TanyaMutu. Tanya apa saja tentang standar dan SOP / ask about the standards and SOPs.")
    out.print("[dim]Baris kosong mengakhiri / an empty line ends it.[/dim]")
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
        try:
            show_reply(engine.answer(question))
        except QuestionError as error:
            complain(str(error))
