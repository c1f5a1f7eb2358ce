"""What people see in a terminal: progress, replies, tables, errors in one line."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from rich.console import Console
from rich.markup import escape
from rich.panel import Panel
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

if TYPE_CHECKING:  # torch comes with them, and takes seconds
    from index.built import Progress as Hear
    from index.reply import Reply

out = Console(highlight=False)
err = Console(stderr=True, highlight=False)
_PATIENCE = 1.0
"""Seconds after which work shows a progress bar."""


@contextmanager
def progress_bar() -> Iterator[Hear]:
    """Give a function that hears of progress; the bar appears once the work has taken a second."""
    started = time.monotonic()
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    bar = Progress(*columns, console=err, transient=True)
    task = bar.add_task("", total=None)
    running = False

    def hear(what: str, done: int, total: int) -> None:
        nonlocal running
        if not running and done < total and time.monotonic() - started > _PATIENCE:
            bar.start()
            running = True
        bar.update(task, description=what, completed=done, total=total)

    try:
        yield hear
    finally:
        if running:
            bar.stop()


def show_reply(reply: Reply) -> None:
    """Print an answer with its addresses."""
    style = "green" if reply.answerable else "yellow"
    body = [f"[dim]↪ {escape(reply.understood)}[/dim]"] if reply.understood else []
    body.append(escape(reply.answer))
    for citation in reply.citations[:3]:
        place = f"{citation.document} · {citation.title}"
        if citation.section:
            place += f" · § {citation.section}"
        start, end = citation.lines
        lines = f"{start}" if start == end else f"{start}-{end}"
        body.append(f"[dim]▸ {escape(place)} · {escape(citation.source)}:{lines}[/dim]")
    if any(citation.wording for citation in reply.citations):
        body.append("[dim italic]Terjemahan tidak resmi; teks sumber yang berlaku.[/]")
    if reply.others:
        label = "Juga cocok" if reply.language == "id" else "Also fits"
        body.append(f"[cyan]{label}: {escape('; '.join(reply.others))}[/cyan]")
    out.print(Panel("\n".join(body), border_style=style, title=f"{reply.kind} · {reply.ms:.0f} ms"))


def show_sources(reply: Reply) -> None:
    """Print the words of the clauses as the source prints them, which govern."""
    for citation in reply.citations:
        place = f"{citation.document}, {citation.source}:{citation.lines[0]}-{citation.lines[1]}"
        out.print(Panel(escape(citation.quote), title=escape(place), title_align="left", border_style="dim"))


def complain(message: str) -> None:
    """Print an error in one line."""
    line = " ".join(message.split())
    print(f"tanyamutu: {line}", file=sys.stderr)
