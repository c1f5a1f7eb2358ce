"""A simulated year of reminders, measured: what was said, and how it differs from what should have been."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Sequence

from bot.assistant import Assistant
from bot.bench import Figure
from bot.rulebook import rulebook_of
from bot.settings import Settings
from bot.year.life import Documents, Life, Plan, Tally, live
from corpus.wording import load_wordings
from index.browse import Browser
from index.built import Progress, browsable
from reminders.actors import load_actors

SHOWN = 30


class WrongYearError(AssertionError):
    """Reminders were not as they should have been; the message lists the first differences."""

    def __init__(self, seed: int, differences: Sequence[tuple[str, str]]) -> None:
        lines = [f"{kind}: {words}" for kind, words in differences[:SHOWN]]
        super().__init__("\n".join([f"{len(differences)} differences in the year of seed {seed}:", *lines]))


def documents_of(settings: Settings) -> Documents:
    """Read the documents as rules and SOPs; some seconds, nothing is embedded."""
    assistant = Assistant.of(settings)
    wordings = load_wordings(settings.data)
    browser = Browser(browsable(assistant.library.documents(), wordings), assistant.lexicon)
    actors = load_actors(assistant.lexicon)
    return Documents(browser, rulebook_of(browser, actors=actors), actors)


async def measure_year(documents: Documents, plan: Plan, progress: Progress) -> list[Figure]:
    """Live through a year; raises `WrongYearError` with the first differences."""
    begun = time.perf_counter()
    tally, life = await live(plan, documents, progress)
    if tally.differences:
        raise WrongYearError(plan.seed, tally.differences)
    return [*_lived(plan, tally, life), *_compared(tally, life), _seconds(time.perf_counter() - begun)]


def _lived(plan: Plan, tally: Tally, life: Life) -> list[Figure]:
    return [
        Figure("days", plan.days, "", "–"),
        Figure("people", plan.people, "", "–"),
        Figure("runs", len(life.players.oracle.runs), "", "–"),
        Figure("things that people did", life.players.acts, "", "–"),
        Figure("steps that the calendar moved", life.players.moved, "", "–"),
        Figure("stops of the service", tally.stops, "", "–"),
        Figure("… of these killed in a tick", tally.kills["tick"], "", "–"),
        Figure("… of these killed while sending", tally.kills["sending"], "", "–"),
        Figure("calls that failed", life.service.telegram.faults.struck.total(), "", "–"),
    ]


def _compared(tally: Tally, life: Life) -> list[Figure]:
    found = Counter(kind for kind, _ in tally.differences)
    repeated = life.repeated()
    return [
        Figure("reminders", tally.said.total(), "", "–"),
        Figure("… in messages", len(life.service.telegram.arrived) - repeated, "", "–"),
        Figure("… marked as late", tally.late, "", "–"),
        Figure("… missed in a stop and summed up", tally.lapsed, "", "–"),
        Figure("messages repeated", repeated, "", "–"),
        Figure("… of these not counted by the bot", max(0, repeated - tally.perhaps_twice), "", "0"),
        Figure("reminders missing", found["missing"], "", "0"),
        Figure("reminders nobody should have had, or somebody else", found["unexpected"], "", "0"),
        Figure("reminders wrongly marked, or not", found["mark"], "", "0"),
        Figure("reminders with another step's words", found["words"], "", "0"),
    ]


def _seconds(seconds: float) -> Figure:
    return Figure("the year took", seconds, "s", "–")
