"""Measuring the report and the files of a tracer study: 10,000 graduates, of whom 6,000 answered.

The store is made for it, in a folder that vanishes; making it is not measured.
"""

from __future__ import annotations

import datetime as dt
import random
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path

from bot.bench import Figure
from bot.example.survey import random_answers, random_ratings
from bot.settings import Settings
from corpus.library import Library
from corpus.wording import load_wordings
from index.built import Progress
from store.campaigns import Campaign, CampaignKind, CampaignState, NewCampaign
from store.graduates import GraduateRow
from store.interviews import InterviewState
from store.store import Store
from tracer.national.bridge import named_rows
from tracer.national.validate import file_refusals
from tracer.population import cohorts
from tracer.results.clauses import clauses_of
from tracer.results.gathered import gather

GRADUATES, ANSWERED, RATED = 10_000, 6_000, 1_500
YEAR = 2026
INSTITUTION = "061031"
PROGRAMMES = tuple(
    (f"{86200 + number}", f"Pendidikan {number + 1}", "S2" if number % 6 == 5 else "S1") for number in range(30)
)


def measure_report(settings: Settings, progress: Progress) -> list[Figure]:
    """Make the report and every file once, libraries loaded with it; then the ministry's file for all, and check it."""
    with crowded_store() as store:
        progress("report", 0, 2)
        seconds, used, desk, size = _all_formats(store, settings)
    with crowded_store(answered=GRADUATES, rated=0) as store:
        progress("report", 1, 2)
        whole, refused = _whole_upload(store)
    return [
        Figure("report and all files, 6,000 of 10,000 answered", seconds, "s", "10"),
        Figure("… processor time of it (more where others use the machine)", used, "s", "10"),
        Figure("… of that at the desk, the longest job", desk, "s", "–"),
        Figure("… files together", size / 1e6, "MB", "–"),
        Figure("ministry's file of 10,000 rows, made", whole, "s", "–"),
        Figure("… rows that the independent check refuses", refused, "", "0"),
    ]


def _all_formats(store: Store, settings: Settings) -> tuple[float, float, float, int]:
    """Return the seconds of all formats together, the processor's, those of the longest job at the desk, the bytes."""
    campaign = store.campaigns.all()[-1]
    # The bot has read the clauses when it started.
    clauses = clauses_of(Library(settings.data).documents(), load_wordings(settings.data).of)
    begun, used = time.perf_counter(), time.process_time()
    from tracer.results import files

    loaded = time.perf_counter()
    gathered = gather(store, campaign)
    read = time.perf_counter()
    rows = named_rows(store, campaign, INSTITUTION, None)
    desk = max(read - loaded, time.perf_counter() - read)
    found, pictures = files.made_report(gathered, clauses, "bench", "id")
    made = [files.report_file(kind, gathered, found, pictures) for kind in ("html", "pdf")]
    table = files.answers_table(gathered, rows, "bench", "id")
    made += [files.data_file(files.Format(form), gathered, table) for form in ("csv", "json", "sav")]
    made += [files.counts_file(gathered, "bench", "id"), files.upload_file(gathered, rows, "bench", "id").file]
    seconds, used = time.perf_counter() - begun, time.process_time() - used
    contents = [*(file.content for file in made), *(picture.content for picture in pictures)]
    return seconds, used, desk, sum(map(len, contents))


def _whole_upload(store: Store) -> tuple[float, int]:
    """Return the seconds for the file of all graduates, and how many faults the validator finds in what was written."""
    from tracer.results.files import upload_file

    campaign = store.campaigns.all()[-1]
    begun = time.perf_counter()
    rows = named_rows(store, campaign, INSTITUTION, None)
    delivered = upload_file(gather(store, campaign), rows, "bench", "id")
    seconds = time.perf_counter() - begun
    faults = sum(1 for _ in file_refusals(BytesIO(delivered.file.content)))
    return seconds, faults + delivered.left_out


@contextmanager
def crowded_store(graduates: int = GRADUATES, answered: int = ANSWERED, rated: int = RATED) -> Iterator[Store]:
    """Give a store with a national campaign (the first) and one for employers, in a folder that vanishes."""
    with tempfile.TemporaryDirectory() as name, Store(Path(name) / "tanyamutu.db") as store:
        dice = random.Random(YEAR)  # noqa: S311 - the same answers in every run
        store.graduates.import_rows(_rows(graduates))
        first, employers = _campaign(store, CampaignKind.NATIONAL), _campaign(store, CampaignKind.EMPLOYER)
        with store.transaction():
            people = store.campaigns.population(first)
            for graduate in dice.sample(people, answered):
                interview = store.interviews.begin(first, graduate, None)
                store.interviews.keep(interview.id, random_answers(dice), "u1")
                store.interviews.set_state(interview.id, InterviewState.SENT)
            for number, graduate in enumerate(dice.sample(people, rated), start=1):
                store.people.seen(number, f"Pengguna {number}", None, "id")
                link = store.campaigns.link(employers.id, graduate.id)
                interview = store.interviews.begin_employer(employers, link, number)
                store.interviews.keep(interview.id, random_ratings(dice), "u1")
                store.interviews.set_state(interview.id, InterviewState.SENT)
        yield store


def _rows(graduates: int) -> Iterator[GraduateRow]:
    years = cohorts(YEAR)
    for number in range(graduates):
        code, name, level = PROGRAMMES[number % len(PROGRAMMES)]
        cohort = years[number % 7 % len(years)]
        yield GraduateRow(
            number=number + 2,
            nim=f"17{number:06}",
            name=f"Lulusan {number}",
            programme_code=code,
            programme_name=name,
            level=level,
            cohort=cohort,
            graduated_on=dt.date(cohort + 1, 7, 31),
            phone=f"08123{number:06}",
            email=f"lulusan{number}@example.ac.id",
        )


def _campaign(store: Store, kind: CampaignKind) -> Campaign:
    new = NewCampaign(kind, f"Tracer {YEAR}", YEAR, cohorts(YEAR), dt.date(YEAR, 9, 1), dt.date(YEAR, 12, 31))
    return store.campaigns.set_state(store.campaigns.add(new, None).id, CampaignState.OPEN)
