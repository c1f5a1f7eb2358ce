"""``tanyamutu tracer report`` and ``export``: what /hasil gives, for the person at the console; no chat is needed."""

from __future__ import annotations

import datetime as dt
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.markup import escape

from bot.console import out
from bot.keeping import open_store
from bot.settings import Settings, SettingsError, load_settings
from bot.surveying import CONSOLE
from corpus.lexicon.entries import Language
from corpus.library import Library
from corpus.wording import load_wordings
from store.campaigns import Campaign, CampaignKind
from store.clock import utc_now
from store.database import StoreError
from store.trail import Act
from tracer.national.bridge import named_rows
from tracer.national.places import remembered_places
from tracer.results.clauses import clauses_of
from tracer.results.gathered import gather

if TYPE_CHECKING:
    from tracer.results.files import MadeFile


class Export(StrEnum):
    """The files of `export`."""

    UPLOAD = "upload"
    UPLOAD_88 = "upload88"
    CSV = "csv"
    JSON = "json"
    SAV = "sav"
    COUNTS = "counts"


class Tongue(StrEnum):
    """The language of a report."""

    INDONESIAN = "id"
    ENGLISH = "en"


CampaignArgument = Annotated[int, typer.Argument(help="The survey's number; `tanyamutu tracer list` shows it.")]
FolderOption = Annotated[Path, typer.Option("--out", help="The folder that the files go to.")]
LanguageOption = Annotated[Tongue, typer.Option("--language", help="id or en.")]


def add_commands(app: typer.Typer) -> None:
    """Add all commands of this module to the group ``tracer``."""
    for command in (report, export):
        app.command()(command)


def report(campaign: CampaignArgument, folder: FolderOption, language: LanguageOption = Tongue.INDONESIAN) -> None:
    """Write the report against the standards: pictures (PNG), a page (HTML) and a PDF."""
    from tracer.results.files import MadeFile, file_name, made_report, report_file
    from tracer.results.wording import say

    settings, spoken = load_settings(), _spoken(language)
    with open_store(settings) as store:
        gathered = gather(store, store.campaigns.get(campaign))
    clauses = clauses_of(Library(settings.data).documents(), load_wordings(settings.data).of)
    made = say("made", spoken, who=CONSOLE, when=_now(settings))
    found, pictures = made_report(gathered, clauses, made, spoken)
    drawn = [MadeFile(file_name(gathered, picture.name, "png"), picture.content) for picture in pictures]
    _write(folder, [*drawn, *(report_file(kind, gathered, found, pictures) for kind in ("html", "pdf"))])


def export(
    campaign: CampaignArgument,
    form: Annotated[Export, typer.Argument(help="upload and upload88 are the ministry's; counts are anonymous.")],
    folder: FolderOption,
    language: LanguageOption = Tongue.INDONESIAN,
) -> None:
    """Write the answers as a file; all but the anonymous counts have a row for each person and go into the trail."""
    from tracer.results.files import UPLOADS, Format, answers_table, counts_file, data_file, note_of, upload_file

    settings, spoken = load_settings(), _spoken(language)
    with open_store(settings) as store:
        chosen = store.campaigns.get(campaign)
        if form in (Export.UPLOAD, Export.UPLOAD_88):
            _check_upload(settings, chosen)
        gathered, places = gather(store, chosen), remembered_places(store)
        rows = None
        if form is not Export.COUNTS:
            if chosen.kind is CampaignKind.NATIONAL:
                rows = named_rows(store, chosen, settings.institution, None)
            else:
                details = {"campaign": chosen.id, "rows": len(gathered.sent)}
                store.trail.note(Act.ANSWERS_EXPORTED, details=details)
    note = note_of(gathered, CONSOLE, _now(settings), spoken)
    if form is Export.COUNTS:
        _write(folder, [counts_file(gathered, note, spoken)])
    elif Format(form) in UPLOADS:
        delivered = upload_file(gathered, rows or [], note, spoken, UPLOADS[Format(form)], places)
        _write(folder, [delivered.file, *([delivered.refused] if delivered.refused else [])])
        out.print(
            f"{delivered.written} rows, {delivered.left_out} left out,"
            f" {delivered.places_as_names} places as names, not as the ministry's codes"
        )
    else:
        _write(folder, [data_file(Format(form), gathered, answers_table(gathered, rows, note, spoken))])


def _spoken(language: Tongue) -> Language:
    return "en" if language is Tongue.ENGLISH else "id"


def _check_upload(settings: Settings, campaign: Campaign) -> None:
    if campaign.kind is not CampaignKind.NATIONAL:
        raise StoreError("Only the national questionnaire has the ministry's file: choose csv, json or sav.")
    if not settings.institution:
        raise SettingsError("TANYAMUTU_INSTITUTION is not set: write the university's code of six digits.")


def _now(settings: Settings) -> str:
    moment: dt.datetime = utc_now().astimezone(settings.zone)
    return f"{moment:%Y-%m-%d %H:%M %Z}"


def _write(folder: Path, files: list[MadeFile]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for file in files:
        path = folder / file.name
        path.write_bytes(file.content)
        path.chmod(0o600)
        out.print(escape(str(path)))
