"""``tanyamutu tracer``: surveys without the chat – lists, campaigns, links, answers – for whoever runs the bot."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape
from rich.table import Table

from bot.console import out
from bot.importing import content_of, write_private
from bot.keeping import open_store
from bot.reach import name_of_bot
from bot.settings import Settings, load_settings
from handlers.texts import speech
from handlers.tracer_links import row_of
from handlers.tracer_missing import cells, head
from store.campaigns import Campaign, CampaignKind, CampaignState, NewCampaign
from store.clock import utc_now
from store.database import StoreError
from store.store import Store
from store.trail import Act
from store.units import RowProblem
from tracer.collected import (
    CollectedReport,
    is_target,
    parts_of,
    read_collected,
    remember_columns,
    remembered_columns,
    take_in,
)
from tracer.forms import Form, FormError
from tracer.interview import Interviewing
from tracer.inviting import awaited, invited
from tracer.link_files import ListFile, as_csv, as_xlsx, links_file
from tracer.national.places import read_places, remember_places
from tracer.population import FIRST_YEAR, academic_year, cohorts, confirm, preview, read_population
from tracer.questionnaires import Questionnaires
from tracer.response import response
from tracer.results.wording import say

CONSOLE = "console"
USERNAME = re.compile(r"[A-Za-z][A-Za-z0-9_]{4,31}")
"""Of a bot or a person, as Telegram has them."""
AT_ONCE = 50
"""Rows of answers in one transaction, so that a running bot goes on answering."""
FileArgument = Annotated[Path, typer.Argument(help="A CSV or XLSX file.")]
NumberArgument = Annotated[int, typer.Argument(help="The number of the survey, as `tanyamutu tracer list` shows it.")]
DryOption = Annotated[bool, typer.Option("--dry-run", help="Say what would happen; change nothing.")]
ColumnOption = Annotated[
    list[str] | None,
    typer.Option(
        "--column", help="“Heading = question” or “words of a choice = question:code”, for what is not understood."
    ),
]
SheetOption = Annotated[str | None, typer.Option(help="Which sheet of an XLSX; by default the first.")]
TargetOption = Annotated[Path, typer.Option("--out", help="Where to: .xlsx, .csv, or for QR codes .pdf.")]
DayArgument = Annotated[dt.datetime, typer.Argument(formats=["%Y-%m-%d"], help="The closing day.")]


def add_commands(app: typer.Typer) -> None:
    """Add all commands of this module."""
    commands: dict[str, Callable[..., None]] = {
        "import": import_graduates,
        "places": keep_places,
        "list": list_campaigns,
        "new": new_campaign,
        "form": check_form,
        "open": open_campaign,
        "close": close_campaign,
        "extend": extend_campaign,
        "links": write_links,
        "missing": write_missing,
        "answers": import_answers,
    }
    for name, command in commands.items():
        app.command(name)(command)


def import_graduates(file: FileArgument, sheet: SheetOption = None, dry: DryOption = False) -> None:
    """Take in the list of graduates: columns NIM, nama, kode prodi, tanggal lulus, and more if there are."""
    settings, content = load_settings(), content_of(file)
    with open_store(settings) as store:
        read = read_population(content, file.name, store.units.all(), _today(settings), sheet, settings.year_begins)
        report = preview(store, read) if dry else confirm(store, read)
        if not dry:
            details = {"added": report.added, "changed": len(report.changed)}
            store.trail.note(Act.POPULATION_IMPORTED, details=details)
    would = "would be " if dry else ""
    out.print(f"{report.added} {would}added, {len(report.changed)} {would}changed, {report.unchanged} unchanged")
    if report.forgotten:
        out.print(f"{report.forgotten} not taken in again, because they had their data erased")
    if read.unused:
        out.print(f"columns not used: {escape(', '.join(read.unused))}")
    _show_problems([*read.problems, *report.problems, *report.repeated])


def keep_places(file: FileArgument) -> None:
    """Keep the ministry's codes of provinces and regencies (columns kode, nama) for its upload file."""
    listed = read_places(content_of(file), file.name)
    with open_store(load_settings()) as store:
        remember_places(store, listed)
    out.print(f"{len(listed)} codes kept")


def list_campaigns() -> None:
    """List the surveys with how many have answered."""
    table = Table("Number", "Title", "Kind", "Graduates of", "Opens", "Closes", "State", "Answers")
    with open_store(load_settings()) as store:
        for campaign in store.campaigns.all():
            found = response(store, campaign)
            of = f" of {found.whole.asked} ({found.whole.percent:.1f}%)" if found.is_rate else ""
            table.add_row(
                str(campaign.id),
                escape(campaign.title),
                campaign.kind.value,
                f"{campaign.cohorts[0]}–{campaign.cohorts[-1]}",
                campaign.opens.isoformat(),
                campaign.closes.isoformat(),
                campaign.state.value,
                f"{found.whole.sent}{of}",
            )
    out.print(table)


def new_campaign(
    title: Annotated[str, typer.Argument(help="What the graduates read.")],
    closes: DayArgument,
    kind: Annotated[CampaignKind, typer.Option(help="What is asked; for `own` give --form too.")] = (
        CampaignKind.NATIONAL
    ),
    opens: Annotated[dt.datetime | None, typer.Option(formats=["%Y-%m-%d"], help="By default today.")] = None,
    year: Annotated[
        int | None, typer.Option(min=FIRST_YEAR, max=2999, help="The academic year (TS) by its first year; else now.")
    ] = None,
    unit: Annotated[str, typer.Option(help="A study programme's code or a unit's name; by default all.")] = "",
    form: Annotated[Path | None, typer.Option(help="An XLSForm (.xlsx) of your own.")] = None,
    nik: Annotated[bool, typer.Option("--nik", help="Ask for NIK and NPWP too.")] = False,
    contact: Annotated[str, typer.Option(help="Whom the asked may turn to.")] = "",
) -> None:
    """Make a survey of the graduates of TS-4 to TS-2, and open it."""
    settings = load_settings()
    today = _today(settings)
    ts = academic_year(today, settings.year_begins) if year is None else year
    with open_store(settings) as store, store.transaction():
        new = NewCampaign(
            kind=kind,
            title=title,
            academic_year=ts,
            cohorts=cohorts(ts),
            opens=opens.date() if opens else today,
            closes=closes.date(),
            unit_id=store.units.called(unit).id if unit else None,
            form_id=_kept_form(store, form) if form else None,
            asks_nik=nik,
            contact=contact,
        )
        made = store.campaigns.set_state(store.campaigns.add(new, None).id, CampaignState.OPEN)
        _note(store, made, "made")
    out.print(f"survey {made.id}: {escape(made.title)}, open from {made.opens} to {made.closes}")


def check_form(file: FileArgument) -> None:
    """Check an XLSForm; what is wrong is named with sheet and row."""
    from tracer.questionnaires import checked

    try:
        sent = checked(content_of(file))
    except FormError as error:
        raise StoreError(f"{file.name} cannot be used:\n{error}") from error
    out.print(f"{escape(file.name)} is in order: {len(sent.form.questions)} rows")


def close_campaign(number: NumberArgument) -> None:
    """Close a survey: nobody can answer, nobody is reminded."""

    def close(store: Store) -> Campaign:
        store.reminded.take_back(number)
        return store.campaigns.set_state(number, CampaignState.CLOSED)

    _set(number, close, "closed")


def open_campaign(number: NumberArgument) -> None:
    """Open a survey again; one whose closing day has passed needs another first (`extend`)."""
    _set(number, lambda store: store.campaigns.set_state(number, CampaignState.OPEN), "open")


def extend_campaign(number: NumberArgument, closes: DayArgument) -> None:
    """Let a survey close on another day."""
    _set(number, lambda store: store.campaigns.extend(number, closes.date()), "closes")


def write_links(
    number: NumberArgument,
    target: TargetOption,
    bot: Annotated[str | None, typer.Option("--bot", help="The bot's user name; by default Telegram is asked.")] = None,
) -> None:
    """Write the personal links of all who have not answered, for a mail merge, or as sheets of QR codes."""
    _check_ending(target, ".xlsx", ".csv", ".pdf")
    settings = load_settings()
    if bot is not None and not USERNAME.fullmatch(bot):
        raise StoreError(f"“{bot}” is no user name of a bot: write it without the @, such as tanyamutu_bot.")
    name = bot or name_of_bot(settings)
    with open_store(settings) as store:
        campaign = store.campaigns.get(number)
        rows = [row_of(one, name) for one in invited(store, campaign, None)]
    if not rows:
        raise StoreError("Nobody is left to invite: all have answered, or nobody is on the list.")
    write_private(target, links_file(target.suffix.lower()[1:], campaign.title, rows, "id", _made(settings)))
    out.print(f"{escape(str(target))}: {len(rows)} links; each is one person's")


def write_missing(number: NumberArgument, target: TargetOption) -> None:
    """Write who has not answered, with phone and e-mail; the trail notes it."""
    _check_ending(target, ".xlsx", ".csv")
    settings = load_settings()
    with open_store(settings) as store:
        campaign = store.campaigns.get(number)
        missing = awaited(store, campaign, None)
        store.trail.note(Act.NAMES_SEEN, details={"campaign": campaign.id, "unit": campaign.unit_id})
    rows = [cells(speech("id"), one) for one in missing]
    table = ListFile(campaign.title, head(speech("id")), rows, _made(settings))
    write_private(target, as_csv(table) if target.suffix.lower() == ".csv" else as_xlsx(table))
    out.print(f"{escape(str(target))}: {len(rows)} have not answered")


def import_answers(
    number: NumberArgument,
    file: FileArgument,
    columns: ColumnOption = None,
    dry: DryOption = False,
) -> None:
    """Take in answers that were collected elsewhere: the ministry's file, or the CSV of another form."""
    settings, content = load_settings(), content_of(file)
    with open_store(settings) as store:
        campaign, questionnaires = store.campaigns.get(number), Questionnaires(store.campaigns)
        form = questionnaires.of(campaign, None)
        given = {**remembered_columns(store, form), **_columns(form, columns or [])}
        read = read_collected(content, file.name, form, given)
        interviewing = Interviewing(store, questionnaires, settings.zone)
        if dry:
            report = store.rehearse(lambda: take_in(store, interviewing, campaign, read))
        else:
            remember_columns(store, form, given)
            parts = [take_in(store, interviewing, campaign, part) for part in parts_of(read, AT_ONCE)]
            report = CollectedReport(
                sum(part.taken for part in parts),
                sum(part.already for part in parts),
                (*read.problems, *(problem for part in parts for problem in part.problems)),
            )
            _note(store, campaign, "answers_imported", taken=report.taken)
    would = "would be " if dry else ""
    out.print(f"{report.taken} {would}taken, {report.already} answered already, {report.left_out} left out")
    if read.unused:
        out.print(f"columns not used: {escape(', '.join(read.unused))}")
    _show_problems(report.problems)


def _columns(form: Form, said: list[str]) -> dict[str, str]:
    """Return what headings and words of choices stand for; raises `StoreError`."""
    given = {}
    for one in said:
        heading, is_given, wanted = (part.strip() for part in one.rpartition("="))
        if not is_given or not heading or not is_target(form, wanted):
            raise StoreError(f"“{one}” names no question: write “Heading = f502”, or “words of a choice = f8:1”.")
        given[heading] = wanted
    return given


def _check_ending(target: Path, *endings: str) -> None:
    if target.suffix.lower() not in endings:
        raise StoreError(f"{target.name} is no {' or '.join(endings)}: name the file so.")


def _made(settings: Settings) -> str:
    """Return who made a file and when, as it stands in it."""
    return say("made", "id", who=CONSOLE, when=f"{utc_now().astimezone(settings.zone):%Y-%m-%d %H:%M %Z}")


def _kept_form(store: Store, file: Path) -> int:
    try:
        return Questionnaires(store.campaigns).keep(content_of(file), file.stem, None).id
    except FormError as error:
        raise StoreError(f"{file.name} cannot be used:\n{error}") from error


def _set(number: int, change: Callable[[Store], Campaign], what: str) -> None:
    with open_store(load_settings()) as store, store.transaction():
        campaign = change(store)
        _note(store, campaign, what, day=campaign.closes.isoformat())
    over = ", which has passed: `extend` it" if campaign.closes < _today(load_settings()) else ""
    out.print(f"survey {number}: {campaign.state.value}, closes on {campaign.closes}{over}")


def _note(store: Store, campaign: Campaign, what: str, **more: object) -> None:
    details = {"campaign": campaign.id, "unit": campaign.unit_id, "what": what, **more}
    store.trail.note(Act.CAMPAIGN_SET, details=details)


def _show_problems(problems: list[RowProblem] | tuple[RowProblem, ...]) -> None:
    for problem in sorted(problems, key=lambda problem: problem.number):
        out.print(escape(f"left out, {problem}"), soft_wrap=True)


def _today(settings: Settings) -> dt.date:
    return utc_now().astimezone(settings.zone).date()
