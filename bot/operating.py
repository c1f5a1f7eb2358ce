"""The commands for the person who runs the bot: a thin skin over `bot.keeping`, `bot.doctor` and `bot.importing`."""

from __future__ import annotations

import datetime as dt
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape
from telegram.helpers import create_deep_linked_url

from bot.console import out
from bot.doctor import Mark, examine
from bot.importing import (
    STAFF_DAYS,
    Imported,
    Report,
    content_of,
    import_staff,
    import_units,
    invite_members,
    shown_time,
    write_invitations,
)
from bot.keeping import check_backup, forget, make_backup, open_store, restore_backup
from bot.reach import name_of_bot
from bot.settings import Settings, load_settings
from store.clock import utc_now
from store.database import StoreError
from store.roles import SHOWN_NAMES, role_called
from store.staff import StaffMember
from store.store import Store

MOST_DAYS = 366

import_app = typer.Typer(no_args_is_help=True, help="Lists from CSV or XLSX files: units, staff.")

ListArgument = Annotated[Path, typer.Argument(help="A CSV or XLSX file.")]
SheetOption = Annotated[str | None, typer.Option(help="Which sheet of an XLSX; by default the first.")]
DryOption = Annotated[bool, typer.Option("--dry-run", help="Say what would happen; change nothing.")]
BotOption = Annotated[str | None, typer.Option("--bot", help="The bot's user name; by default Telegram is asked.")]


def add_commands(app: typer.Typer) -> None:
    """Add all commands of this module."""
    for command in (backup, restore, doctor, invite, purge):
        app.command()(command)
    app.add_typer(import_app, name="import")


def backup(
    file: Annotated[Path | None, typer.Argument(help="Where to; by default backups/ in the data folder.")] = None,
) -> None:
    """Write all that must be kept (what the bot remembers, added documents) into one file; the bot may run."""
    target = make_backup(load_settings(), file, utc_now())
    out.print(f"{escape(str(target))}: {target.stat().st_size / 1e6:.1f} MB, checked")


def restore(
    file: Annotated[Path, typer.Argument(help="A file that `tanyamutu backup` wrote.")],
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> None:
    """Put a backup in place of what there is; the bot must be stopped."""
    settings = load_settings()
    check_backup(file)
    if not yes:
        typer.confirm(f"Replace what is in {settings.data} by {file}?", abort=True)
    kept = restore_backup(settings, file, utc_now())
    out.print(f"restored from {escape(str(file))}")
    for place in filter(None, (kept.store, kept.documents)):
        out.print(f"as it was before it is kept in {escape(str(place))}")


def doctor(online: Annotated[bool, typer.Option("--online", help="Ask Telegram too.")] = False) -> None:
    """Look at everything that can be wrong: ✓ good, ! doubtful, ✗ wrong (then the exit code is 1)."""
    is_wrong = False
    for finding in examine(utc_now(), online=online):
        out.print(escape(str(finding)), soft_wrap=True)
        is_wrong |= finding.mark is Mark.WRONG
    if is_wrong:
        sys.exit(1)


def invite(
    role: Annotated[str, typer.Argument(help=f"One of: {SHOWN_NAMES}.")],
    unit: Annotated[str, typer.Option(help="A study programme's code, or a unit's name.")] = "",
    uses: Annotated[int, typer.Option(min=1, help="For how many people.")] = 1,
    days: Annotated[int, typer.Option(min=1, max=MOST_DAYS, help="For how many days.")] = 7,
    bot: BotOption = None,
) -> None:
    """Print a link that gives a role to whoever opens it first."""
    given = role_called(role)
    if given is None:
        raise StoreError(f"The role {role!r} is not given by invitation: write one of {SHOWN_NAMES}.")
    settings = load_settings()
    name = bot or name_of_bot(settings)
    with open_store(settings) as store:
        unit_id = store.units.called(unit).id if unit else None
        made = store.invitations.make(given, unit_id, None, uses=uses, expires_at=_in_days(days))
    print(create_deep_linked_url(name, made.token))
    out.print(f"{given}, for {uses}, until {shown_time(made.expires_at, settings.zone)}")


def purge() -> None:
    """Delete what is older than TANYAMUTU_RETENTION_DAYS, and answers to surveys that closed long ago.

    That is longer ago than TANYAMUTU_SURVEY_RETENTION_DAYS; how many answered is kept.
    """
    first, deleted = forget(load_settings(), utc_now().date())
    many = ", ".join(f"{number} {what}" for what, number in deleted.items())
    out.print(f"before {first.isoformat()}: {many} deleted")


@import_app.command("units")
def units(file: ListArgument, sheet: SheetOption = None, dry: DryOption = False) -> None:
    """Take in faculties and study programmes: columns nama, kode, jenjang, fakultas."""
    content = content_of(file)
    with open_store(load_settings()) as store:
        _show(import_units(store, content, file.name, sheet=sheet, dry=dry), dry=dry)


@import_app.command("staff")
def staff(
    file: ListArgument,
    sheet: SheetOption = None,
    dry: DryOption = False,
    target: Annotated[
        Path | None, typer.Option("--invitations", help="A CSV that gets everybody's own link, for a mail merge.")
    ] = None,
    days: Annotated[int, typer.Option(min=1, max=MOST_DAYS, help="For how many days the links are good.")] = STAFF_DAYS,
    bot: BotOption = None,
) -> None:
    """Take in a staff list: columns nama, peran, unit, NIDN (or NIP, e-mail), telegram."""
    settings = load_settings()
    content = content_of(file)
    name = (bot or name_of_bot(settings)) if target and not dry else ""
    with open_store(settings) as store:
        imported = import_staff(store, content, file.name, sheet=sheet, dry=dry)
        _show(imported, dry=dry)
        if target and not dry:
            _invite(settings, store, imported.report.members, days, name, target)


def _invite(
    settings: Settings, store: Store, members: Sequence[StaffMember], days: int, bot_name: str, target: Path
) -> None:
    invited = invite_members(store, members, _in_days(days))
    write_invitations(store, invited, bot_name, settings.zone, target)
    here = len(members) - len(invited)
    out.print(f"{escape(str(target))}: {len(invited)} invitations; {here} have taken theirs")


def _show(imported: Imported[Report], *, dry: bool) -> None:
    report = imported.report
    would = "would be " if dry else ""
    out.print(f"{report.added} {would}added, {report.changed} {would}changed, {report.unchanged} unchanged")
    if imported.unused:
        out.print(f"columns not used: {escape(', '.join(imported.unused))}")
    for problem in report.problems:
        out.print(escape(f"left out, {problem}"), soft_wrap=True)


def _in_days(days: int) -> dt.datetime:
    return utc_now() + dt.timedelta(days=days)
