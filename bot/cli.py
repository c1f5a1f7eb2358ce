"""The command line ``tanyamutu``: a thin skin over the rooms."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, cast

import typer
from rich.markup import escape
from rich.table import Table

from bot import operating, reporting, ruling, surveying
from bot.console import complain, err, out, progress_bar, show_reply, show_sources
from bot.lock import AlreadyRunningError
from bot.reach import UnreachableError
from bot.settings import Settings, SettingsError, load_settings
from corpus.check import Finding
from corpus.check import check as check_documents
from corpus.convert import ConversionError
from corpus.datafile import DataFileError
from corpus.export import export as export_documents
from corpus.language import Language
from corpus.lexicon import load_lexicon
from corpus.library import Library, LibraryError
from corpus.model import Document
from corpus.wording import FOLDER, load_wordings
from corpus.wording.files import file_name, write_file
from corpus.wording.report import check_wordings
from index.errors import IndexingError, QuestionError
from store.database import StoreError

if TYPE_CHECKING:
    from bot.bench import Figure
    from index.built import Progress
    from index.engine import Engine
    from store.curated import CuratedAnswers

# transformers and the hub print advice and bars that mean nothing to a user of this program
os.environ.setdefault("TRANSFORMERS_VERBOSITY", "error")
os.environ.setdefault("HF_HUB_DISABLE_PROGRESS_BARS", "1")
os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")

EXPECTED = (
    AlreadyRunningError,
    ConversionError,
    DataFileError,
    IndexingError,
    LibraryError,
    QuestionError,
    SettingsError,
    StoreError,
    UnreachableError,
)
"""Errors that are told in one line, since their message says what to do."""

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Answers from the quality-assurance documents, with the exact clause.",
)
corpus_app = typer.Typer(
    no_args_is_help=True, help="The documents: list, show, add, replace, remove, check, wording, export."
)
index_app = typer.Typer(no_args_is_help=True, help="The search index: build, info.")
tracer_app = typer.Typer(
    no_args_is_help=True, help="Tracer studies: graduates, surveys, links, who is missing, answers."
)
app.add_typer(corpus_app, name="corpus")
app.add_typer(index_app, name="index")
app.add_typer(tracer_app, name="tracer")
reporting.add_commands(tracer_app)
operating.add_commands(app)
ruling.add_commands(app)
surveying.add_commands(tracer_app)

FileArgument = Annotated[Path, typer.Argument(help="A text, Markdown, DOCX or PDF file.")]
DayOption = Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="From which day (default: today).")]


def main() -> None:
    """Run the command line; an expected error is one line on standard error and exit code 2."""
    try:
        app()
    except EXPECTED as error:
        complain(str(error))
        sys.exit(2)
    except OSError as error:
        place = f" {error.filename}" if error.filename else ""
        complain(f"{error.strerror or error}{place}: check that the path exists and that you may use it.")
        sys.exit(2)
    except KeyboardInterrupt:
        sys.exit(130)


@app.command()
def ask(
    question: Annotated[str, typer.Argument(help="A question in Indonesian or English.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print the reply as JSON.")] = False,
    original: Annotated[bool, typer.Option("--original", help="Print the source's words too, which govern.")] = False,
) -> None:
    """Answer one question."""
    from index.engine import checked

    checked(question)
    reply = _engine().answer(question)
    if as_json:
        print(json.dumps(reply.model_dump(mode="json"), ensure_ascii=False))
    else:
        show_reply(reply)
        if original:
            show_sources(reply)


@app.command()
def chat() -> None:
    """Ask in a conversation; an empty line or Ctrl-D ends it."""
    from bot.chat import converse

    converse(_engine())


@app.command()
def answer(
    batch: Annotated[Path, typer.Option(help='Questions, one JSON object a line: {"id": …, "question": …}.')],
    target: Annotated[Path, typer.Option("--out", help="Where the answers go, one JSON object a line.")],
) -> None:
    """Answer a file of questions in one process."""
    from bot.batch import answer_batch, read_batch

    rows = read_batch(batch)
    engine = _engine()
    with progress_bar() as hear:
        answered = answer_batch(engine, rows, target, hear)
    err.print(f"{len(rows)} questions, {answered} answered, {len(rows) - answered} refused: {escape(str(target))}")


@app.command()
def bench(
    scale: Annotated[int, typer.Option(min=1, max=200, help="Also measure with so many times the chunks.")] = 50,
    build: Annotated[bool, typer.Option(help="Measure building the index from nothing, too (minutes).")] = True,
    load: Annotated[int, typer.Option(min=0, max=2000, help="So many people ask the bot at once.")] = 0,
    kills: Annotated[int, typer.Option(min=0, max=1000, help="Kill the bot so often in the middle of its work.")] = 0,
    faults: Annotated[bool, typer.Option("--faults", help="Let Telegram fail, before and after its effect.")] = False,
    fuzz: Annotated[int, typer.Option(min=0, max=100_000, help="Send the bot so many hostile updates.")] = 0,
    year: Annotated[bool, typer.Option("--year", help="Live through a simulated year of reminders.")] = False,
    seed: Annotated[int, typer.Option(min=0, help="Which year: the same for the same number.")] = 0,
    reminders: Annotated[int, typer.Option(min=0, max=60_000, help="Let so many reminders come due at once.")] = 0,
    report: Annotated[bool, typer.Option("--report", help="Make all results of a survey of 10,000.")] = False,
    survey: Annotated[int, typer.Option(min=0, max=10_000, help="So many people are in the middle of a survey.")] = 0,
    survey_kills: Annotated[int, typer.Option(min=0, max=1000, help="Kill the bot so often during surveys.")] = 0,
    as_json: Annotated[bool, typer.Option("--json", help="Print the figures as JSON.")] = False,
) -> None:
    """Measure speed and memory, or with one of the other options what reaches people; print a table."""
    from bot.bench import measure, show
    from bot.bench_delivery import Wanted, measure_delivery
    from bot.bench_survey import measure_survey_trials

    wanted = Wanted(load, kills, faults, fuzz, survey, survey_kills)
    with progress_bar() as hear:
        if year or reminders:
            figures = _bench_reminders(seed if year else None, reminders, hear)
        elif report:
            from bot.bench_report import measure_report

            figures = measure_report(load_settings(), hear)
        elif wanted:
            figures = asyncio.run(measure_delivery(load_settings(), wanted, hear))
            figures += asyncio.run(measure_survey_trials(wanted, hear))
        else:
            figures = measure(load_settings(), scale=scale, build=build, progress=hear)
    if as_json:
        print(json.dumps([figure.as_dict() for figure in figures], ensure_ascii=False))
    else:
        show(figures)


def _bench_reminders(seed: int | None, reminders: int, hear: Progress) -> list[Figure]:
    """Measure a year of this seed, and so many reminders at once."""
    from bot.bench_reminders import measure_reminders, measure_ticks
    from bot.bench_year import WrongYearError, documents_of, measure_year
    from bot.year.life import Plan

    documents, figures = documents_of(load_settings()), []
    try:
        if seed is not None:
            figures += asyncio.run(measure_year(documents, Plan(seed=seed), hear))
    except WrongYearError as error:
        complain(str(error))
        raise typer.Exit(1) from None
    if reminders:
        figures += measure_ticks(documents, hear)
        figures += asyncio.run(measure_reminders(reminders, hear))
    return figures


@app.command()
def run(
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port of the chat page, where there is no token.")] = 8081,
) -> None:
    """Start the bot: on Telegram with TELEGRAM_BOT_TOKEN, else on a local Telegram with a chat page to try it."""
    from bot.logs import configure_logging
    from bot.run import run_on_playground, run_on_telegram

    settings = load_settings()
    secrets = [secret for secret in (settings.telegram_bot_token, settings.webhook_secret) if secret is not None]
    configure_logging(settings.log_level, [secret.get_secret_value() for secret in secrets])
    if settings.telegram_bot_token is None:
        run_on_playground(settings, _engine, port)
    else:
        run_on_telegram(settings, _engine)


@corpus_app.command("list")
def corpus_list() -> None:
    """List the documents."""
    table = Table("Code", "Title", "Kind", "Effective", "Source", "Lines")
    for document in _library().documents():
        table.add_row(
            document.code or document.id,
            escape(document.title),
            document.kind.value,
            document.effective or "",
            escape(document.source),
            str(document.lines),
        )
    out.print(table)


@corpus_app.command("show")
def corpus_show(
    code: Annotated[str, typer.Argument(help="A code or number: SOP-SPMI-UPGRIS-1.2.8, 1.2.8, 1.2.")],
) -> None:
    """Show what was read of a document."""
    from bot.shown import show_document

    library = _library()
    document = library.find(code)
    show_document(document, [version for version in library.all_versions() if version.document.id == document.id])


@corpus_app.command("export")
def corpus_export(
    target: Annotated[Path, typer.Option("--out", help="Where the JSON goes.")],
) -> None:
    """Write everything that was parsed as one JSON object."""
    documents = _library().documents()
    target.write_text(json.dumps(export_documents(documents), ensure_ascii=False, indent=1), encoding="utf-8")
    err.print(f"{len(documents)} documents: {escape(str(target))}")


@corpus_app.command("add")
def corpus_add(
    file: FileArgument,
    title: Annotated[str | None, typer.Option(help="Its title, where the text prints none.")] = None,
    language: Annotated[str | None, typer.Option(help="en or id; recognised where it is not given.")] = None,
    institution: Annotated[str, typer.Option(help="Whose document it is.")] = "",
    effective: DayOption = None,
) -> None:
    """Add a document; it can be asked about at once."""
    if language not in {None, "en", "id"}:
        raise LibraryError(f"The language {language!r} is not known: give en or id.")
    chosen = cast("Language | None", language)
    documents = _library().add(file, title=title, language=chosen, institution=institution, effective=_day(effective))
    _changed("added", documents)


@corpus_app.command("replace")
def corpus_replace(
    code: Annotated[str, typer.Argument(help="The document that the file replaces: a code, a number, a file name.")],
    file: FileArgument,
    effective: DayOption = None,
) -> None:
    """Replace a document by a new version; the old one stays for old citations."""
    _changed("now in force", _library().replace(code, file, effective=_day(effective)))


@corpus_app.command("remove")
def corpus_remove(
    code: Annotated[str, typer.Argument(help="A code, a number or a file name.")],
    on: DayOption = None,
    reason: Annotated[str, typer.Option(help="Why.")] = "",
) -> None:
    """Take a document out of force; its text stays for old citations."""
    _changed("removed", _library().remove(code, on=_day(on), reason=reason))


@corpus_app.command("check")
def corpus_check(
    quick: Annotated[
        bool, typer.Option(help="Without the index: wordings near a differing clause are not sought.")
    ] = False,
) -> None:
    """Report what looks wrong: contradictions, gaps and odd rows of the documents; wordings stale, missing or odd."""
    settings = load_settings()
    documents = Library(settings.data).documents()
    wordings, coverage = check_wordings(documents, load_wordings(settings.data), load_lexicon())
    findings = [*check_documents(documents), *wordings]
    if not quick:
        findings += _suspects(settings)
    table = Table("Severity", "Document", "Lines", "What")
    for finding in findings:
        lines = ", ".join(str(run) for run in finding.lines)
        table.add_row(str(finding.severity), escape(str(finding.document)), lines, escape(finding.message))
    out.print(table)
    out.print(f"{len(findings)} findings")
    out.print(
        f"Indonesian wording: {coverage.worded} of {coverage.texts} texts, {coverage.passing} pass the checks "
        f"({coverage.read} of them were found right on reading, where the machine doubts)"
    )


def _suspects(settings: Settings) -> list[Finding]:
    """Name the wordings that lie nearer to a differing clause than to their own."""
    from bot.assistant import Assistant
    from index.suspects import suspects

    with progress_bar() as hear:
        index = Assistant.of(settings).open_index(hear)
    return [
        Finding(
            severity="note",
            document=one.fact.document,
            lines=(one.fact.lines,),
            message=f"read the Indonesian wording again: nearer to {one.other.document}, line {one.other.lines}",
        )
        for one in suspects(index)
    ]


@corpus_app.command("wording")
def corpus_wording(
    code: Annotated[str, typer.Argument(help="A code or number: SOP-SPMI-UPGRIS-1.2.8, 1.2.8, 1.2.")],
    target: Annotated[Path | None, typer.Option("--out", help="Where to; by default where the bot reads it.")] = None,
) -> None:
    """Write the Indonesian wordings of a document as a file to edit; what has none yet stays empty in it."""
    settings = load_settings()
    document = Library(settings.data).find(code)
    if document.language != "en":
        raise LibraryError(f"{document.id} is in Indonesian: it needs no wording.")
    path = target or settings.data / "documents" / FOLDER / file_name(document.id)
    if path.exists():
        raise LibraryError(f"{path} is there already: edit it, or name another file with --out.")
    empty = write_file(path, document, load_wordings(settings.data).by_digest)
    out.print(f"{escape(str(path))}: {empty} texts without wording")


@index_app.command("build")
def index_build() -> None:
    """Build the search index anew; vectors of known texts come from the cache."""
    from bot.assistant import Assistant

    assistant = Assistant.of(load_settings())
    with progress_bar() as hear:
        index = assistant.open_index(hear, rebuild=True)
    out.print(f"{len(index.facts)} facts of {len(index.documents)} documents, model {escape(index.model)}")


@index_app.command("info")
def index_info() -> None:
    """Say what the saved index holds."""
    folder = load_settings().data / "index"
    path = folder / "meta.json"
    if not path.exists():
        out.print(f"There is no index yet in {escape(str(folder))}: `tanyamutu index build` makes one.")
        return
    try:
        meta = json.loads(path.read_text(encoding="utf-8"))
        size = sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())
        out.print(f"Folder     {escape(str(folder))} ({size / 1e6:.1f} MB)")
        out.print(f"Format     {meta['format']}\nModel      {escape(meta['model'])} ({meta['dimension']} components)")
        out.print(f"Documents  {len(meta['documents'])}\nFacts      {len(meta['facts'])}")
    except (ValueError, KeyError, TypeError) as error:
        raise IndexingError(f"The index in {folder} is damaged: `tanyamutu index build` makes it anew.") from error


def _library() -> Library:
    return Library(load_settings().data)


def _day(value: datetime | None) -> date | None:
    return value.date() if value else None


def _changed(what: str, documents: Sequence[Document]) -> None:
    """Name the documents that changed, and bring the index up to date."""
    for document in documents:
        out.print(f"{what}: {escape(document.code or document.id)} {escape(document.title)}")
    from bot.assistant import Assistant

    assistant = Assistant.of(load_settings())
    with progress_bar() as hear:
        index = assistant.open_index(hear)
    out.print(f"index: {index.embedded} new facts, {len(index.facts)} in all")


def _engine(curated: CuratedAnswers | None = None) -> Engine:
    """Open the engine, with a progress bar and a word about why the index is built where it is."""
    from bot.assistant import Assistant, StoreCurated

    assistant = Assistant.of(load_settings())
    if assistant.embedder.note:
        err.print(escape(assistant.embedder.note))
    with progress_bar() as hear:
        index = assistant.open_index(hear)
    if index.reason:
        err.print(f"The index was brought up to date: {escape(index.reason)} ({index.embedded} new facts).")
    return assistant.engine(index, StoreCurated(curated, assistant.settings.zone) if curated else None)


if __name__ == "__main__":
    main()
