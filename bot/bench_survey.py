"""Measuring surveys: many open conversations at once, and a bot that is killed in the middle of them.

The bot has its process, people and Bot API have this one (`bot.bench_delivery`). Everybody's answers are their own,
so that an answer that went to somebody else would be seen.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import gc
import itertools
import random
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from bot.bench import Figure
from bot.bench_delivery import PATIENCE, LostError, Trial, Wanted, trial
from index.built import Progress
from playground.messages import Message
from playground.people import Person
from store.campaigns import Campaign, CampaignKind, CampaignState, NewCampaign
from store.graduates import GraduateRow
from store.interviews import Value
from store.store import Store
from tracer.interview import Interviewing
from tracer.inviting import START
from tracer.national.form import national_form
from tracer.questionnaires import Questionnaires

ANSWERS_A_SECOND = 100
SECONDS = 60
RESPONDENTS = 4
"""People who answer while the bot is killed."""
MOST_MESSAGES = 25
_GRIDS: dict[str, Value] = {question.name: "3" for question in national_form().questions if question.groups}
_BEFORE: Sequence[dict[str, Value]] = (
    {},
    {"f8": "1", "f502": 1, "f505": 1_000_000, "f5a1": "Jawa Tengah", "f5a2": "Kota Semarang"},
    {"f8": "5", "f1201": "1", **_GRIDS},
)
"""How far people are when the measuring begins: at the first question, at the workplace, at the search for work."""


@dataclass
class Respondent:
    """Somebody with a link, and what they have answered: ``number`` makes their answers their own."""

    person: Person
    number: int
    link: str
    interview_id: int
    given: dict[str, str] = field(default_factory=dict)
    steps: int = 0
    opened_again: int = 0
    given_at: float = 0.0

    def words_for(self, question: str) -> str:
        """Return what they write to a question."""
        if "income" in question:
            return f"Rp{2_000_000 + self.number}"
        if "province" in question:
            return "jateng"
        if "regency" in question:
            return "kota semarang"
        if "company or office" in question:
            return f"PT Nomor {self.number}"
        if "responded" in question or "invited" in question:
            return "1"
        if "applied" in question or "apply" in question:
            return str(3 + self.number % 50)
        return f"{self.number % 24} bulan" if "months" in question else f"Lain {self.number}"


def _asks(message: Message) -> str:
    """Return the question that a message asks: the line after how far it is; empty for another message."""
    lines = message.text.splitlines()
    for line, after in itertools.pairwise(lines):
        if line.endswith(tuple("0123456789")) and " of " in line and line[0].isdigit():
            return after
    return "summary" if "Your answers – check" in message.text else ""


# ---------------------------------------------------------------- before the bot runs


def _prepared(bot: Trial, people: int) -> list[Respondent]:
    """Give the store graduates and an open survey, which so many people have begun."""
    today = dt.datetime.now(dt.UTC).date()
    bot.data.mkdir(parents=True, exist_ok=True)
    with Store(bot.data / "tanyamutu.db") as store, store.transaction():
        row = GraduateRow(2, "1", "Name", "86206", "PGSD", "S1", today.year - 3, today, today, "0812345678", "a@b.id")
        store.graduates.import_rows(
            replace(row, number=number, nim=str(number), name=f"Graduate {number}") for number in range(people)
        )
        new = NewCampaign(
            CampaignKind.NATIONAL,
            "Tracer",
            today.year,
            range(today.year - 4, today.year),
            today - dt.timedelta(days=2),
            today + dt.timedelta(days=30),
        )
        campaign = store.campaigns.set_state(store.campaigns.add(new, None).id, CampaignState.OPEN)
        interviewing = Interviewing(store, Questionnaires(store.campaigns), dt.UTC)
        return [_begun(bot, store, interviewing, campaign, number) for number in range(people)]


def _begun(bot: Trial, store: Store, interviewing: Interviewing, campaign: Campaign, number: int) -> Respondent:
    person = bot.api.person(f"Person {number}", language="en")
    person.has_met_bot()
    store.people.seen(person.id, f"Person {number}", None, "en")
    graduate = store.graduates.by_nim(str(number))
    if graduate is None:
        raise LostError("A graduate of the list is not there.")
    token = store.campaigns.link(campaign.id, graduate.id).token
    interview = interviewing.start(token, person.id)
    interviewing.consent(interview.id, person.id, "en")
    store.interviews.keep(interview.id, _BEFORE[number % len(_BEFORE)], "before")
    return Respondent(person, number, f"{START}{token}", interview.id)


# ---------------------------------------------------------------- one step of a conversation


async def _next(respondent: Respondent, before: int, is_wanted: str = "") -> Message:
    """Wait for a message newer than ``before`` that asks something; raises `LostError`."""
    chat = respondent.person.chat

    def found() -> Message | None:
        new = (one for one in reversed(chat.messages) if one.from_bot and one.id > before)
        return next((one for one in new if _asks(one)), None)

    if not await chat.bell.until(lambda: found() is not None, PATIENCE):
        raise LostError(f"No question came after {is_wanted!r}.")
    message = found()
    if message is None:
        raise LostError("A message vanished.")
    return message


async def _answer(respondent: Respondent, question: Message) -> Message:
    """Answer a question and wait for the next one; grids and ticks wait for each change of their message.

    ``given_at`` of the respondent is then the moment of the last word or press, with which the answer was whole.
    """
    asked, person, buttons = _asks(question), respondent.person, question.buttons
    newest = person.chat.messages[-1].id
    respondent.steps += 1
    if buttons and buttons[0] == "A":
        await _fill(respondent, question)
    elif any(button.startswith("✅") for button in buttons):
        await _tick(respondent, question)
    elif buttons and buttons[0] not in ("◀ Back", "Later", "Leave out"):
        respondent.given[asked] = buttons[0]
        respondent.given_at = time.perf_counter()
        await person.presses_at(question, 0, 0)
    else:
        respondent.given[asked] = respondent.words_for(asked)
        respondent.given_at = time.perf_counter()
        await person.sends(respondent.given[asked])
    return await _next(respondent, newest, asked)


async def _fill(respondent: Respondent, grid: Message) -> None:
    """Press a cell in each row, page by page, the last one without waiting."""
    pages = 1 + any(button.startswith("▶ ") for button in grid.buttons)
    for page in range(pages):
        rows = [row for row in grid.rows if len(row) > 4]
        for at, row in enumerate(rows):
            respondent.given_at = time.perf_counter()
            await respondent.person.forges(grid, row[2]["callback_data"])
            is_last = page + 1 == pages and at + 1 == len(rows)
            if not is_last:
                await _changed(respondent, grid, f"✓{row[2]['text']}", at)
        if page + 1 < pages:
            turning = next(one for row in grid.rows for one in row if one["text"].startswith("▶ "))
            await respondent.person.forges(grid, turning["callback_data"])
            await _changed(respondent, grid, "◀ 1/2")


async def _tick(respondent: Respondent, question: Message) -> None:
    await respondent.person.presses_at(question, 0, 0)
    await _changed(respondent, question, "☑")
    done = next(button for button in question.buttons if button.startswith("✅"))
    respondent.given_at = time.perf_counter()
    await respondent.person.presses(question, done)


async def _changed(respondent: Respondent, message: Message, mark: str, at: int | None = None) -> None:
    """Wait until a button has the mark, in the row of a grid if one is named."""

    def has_mark() -> bool:
        rows = message.rows if at is None else message.rows[at : at + 1]
        return any(button["text"].startswith(mark) for row in rows for button in row)

    if not await respondent.person.chat.bell.until(has_mark, PATIENCE):
        raise LostError("A press changed nothing.")


# ---------------------------------------------------------------- many at once


async def measure_surveys(people: int, progress: Progress, seconds: int = SECONDS) -> list[Figure]:
    """Let people answer, so many answers a second, in so many open conversations; look at what was kept of whom."""
    async with trial() as bot:
        crowd = _prepared(bot, people)
        await bot.start()
        await bot.polls()
        questions = await _all_asked(crowd, progress)
        gc.collect()
        gc.disable()  # the people's own process shall not halt: that would count as the bot's time
        times, lost = await _minute(crowd, questions, seconds, progress)
        gc.enable()
        await bot.at_rest()
        missing, mixed = _compared(bot, crowd)
        ordered = sorted(times)
        return [
            Figure("open conversations", people, "", "–"),
            Figure("answers given", len(times) + lost, "", "–"),
            Figure("answers a second", (len(times) + lost) / seconds, "", f"{ANSWERS_A_SECOND}, at least"),
            Figure("next questions lost", lost, "", "0"),
            Figure("answers lost", missing, "", "0"),
            Figure("answers mixed between people", mixed, "", "0"),
            Figure("errors in the log", len(bot.errors()), "", "0"),
            Figure("answer to next question, median", 1000 * ordered[len(ordered) // 2], "ms", "–"),
            Figure("answer to next question, 95th percentile", 1000 * ordered[int(0.95 * len(ordered))], "ms", "100"),
        ]


async def _all_asked(crowd: Sequence[Respondent], progress: Progress) -> list[Message]:
    """Let everybody open their link, some at a time, and return their questions."""
    gate = asyncio.Semaphore(50)

    async def one(respondent: Respondent) -> Message:
        async with gate:
            await respondent.person.opens(respondent.link)
            return await _next(respondent, 0)

    for number, waiting in enumerate(asyncio.as_completed([asyncio.create_task(one(each)) for each in crowd])):
        progress("people open their link", number, len(crowd))
        await waiting
    return [await _next(respondent, 0) for respondent in crowd]


async def _minute(
    crowd: Sequence[Respondent], questions: list[Message], seconds: int, progress: Progress
) -> tuple[list[float], int]:
    """Answer at an even pace, whoever's turn it is; return the seconds to each next question, and how many are lost."""

    async def one(at: int) -> float:
        questions[at] = await _answer(crowd[at], questions[at])
        return time.perf_counter() - crowd[at].given_at

    begun, tasks = time.perf_counter(), list[asyncio.Task[float]]()
    for number in range(ANSWERS_A_SECOND * seconds):
        progress("answers", number, ANSWERS_A_SECOND * seconds)
        wait = begun + number / ANSWERS_A_SECOND - time.perf_counter()
        await asyncio.sleep(max(0.0, wait))
        at = number % len(crowd)
        if number >= len(crowd):
            await tasks[number - len(crowd)]  # their last question must have come
        tasks.append(asyncio.create_task(one(at)))
    ended = await asyncio.gather(*tasks, return_exceptions=True)
    times = [one for one in ended if isinstance(one, float)]
    return times, len(ended) - len(times)


_NAMES = {"f8": "status", "f505": "income", "f5b": "company or office", "f502": "until your first job"}


def _compared(bot: Trial, crowd: Sequence[Respondent]) -> tuple[int, int]:
    """Return how many answers are not kept, and how many are kept as somebody else's."""
    kept = {
        (interview, name): value for interview, name, value in bot.rows("SELECT interview_id, name, value FROM answers")
    }
    missing = mixed = 0
    for one in crowd:
        for name, words in _NAMES.items():
            given = next((answer for asked, answer in one.given.items() if words in asked), None)
            value = kept.get((one.interview_id, name))
            if given is None:
                continue
            missing += value is None
            expected = {"f505": str(2_000_000 + one.number), "f5b": f'"PT Nomor {one.number}"', "f8": '"1"'}
            mixed += value is not None and value != expected.get(name, str(one.number % 24))
    return missing, mixed


# ---------------------------------------------------------------- kills


async def measure_survey_kills(kills: int, progress: Progress, seed: int = 0) -> list[Figure]:
    """Kill the bot at random moments while people answer whole surveys; count what is lost or asked twice."""
    dice = random.Random(seed)  # noqa: S311 - repeatable on purpose, no secret
    async with trial() as bot:
        crowd = _prepared(bot, max(200, 4 * kills))
        stop, queue = asyncio.Event(), iter(crowd)
        await bot.start()
        talks = [asyncio.create_task(_whole_surveys(queue, stop)) for _ in range(RESPONDENTS)]
        for number in range(kills):
            progress("kills", number, kills)
            await bot.polls()
            await asyncio.sleep(dice.uniform(0.0, 1.0))
            await bot.end(kill=True)
            await bot.start()
        stop.set()
        ended = await asyncio.gather(*talks, return_exceptions=True)
        await bot.at_rest()
        done = [one for group in ended if isinstance(group, list) for one in group]
        missing, mixed = _compared(bot, done)
        return [
            Figure("kills", kills, "", "–"),
            Figure("surveys answered and sent", len(done), "", "–"),
            Figure("conversations stuck", sum(isinstance(one, BaseException) for one in ended), "", "0"),
            Figure("answers lost", missing + _not_sent(bot, done), "", "0"),
            Figure("answers mixed between people", mixed, "", "0"),
            Figure("questions repeated", _repeated(bot, done), "", "0"),
            Figure(
                "people who heard nothing and opened their link again", sum(one.opened_again for one in done), "", "–"
            ),
            Figure("messages that may have come twice, as the bot counts them", bot.number(_TWICE), "", "–"),
            Figure("messages for a whole survey, median", _median_messages(done), "", f"{MOST_MESSAGES}"),
            Figure("errors in the log", len(bot.errors()), "", "0"),
        ]


async def _whole_surveys(queue: Iterator[Respondent], stop: asyncio.Event) -> list[Respondent]:
    """Answer and send whole surveys, one person after another, until it shall stop; returns who has."""
    done: list[Respondent] = []
    while not stop.is_set() and (respondent := next(queue, None)) is not None:
        await respondent.person.opens(respondent.link)
        question = await _next(respondent, 0)
        while _asks(question) != "summary":
            question = await _patiently_answered(respondent, question)
        await respondent.person.presses(question, "📨 Send")
        if not await respondent.person.chat.bell.until(lambda: "Sent." in question.text, PATIENCE):  # noqa: B023
            raise LostError("A survey was not sent.")
        done.append(respondent)
    return done


async def _patiently_answered(respondent: Respondent, question: Message) -> Message:
    """Answer a question and return the next; who hears nothing opens the link again, as people do.

    The bot repeats a message once at most: one that two kills hit in a row may never have arrived.
    """
    asked = _asks(question)
    try:
        answered = await _answer(respondent, question)
        while _asks(answered) == asked:  # came twice: the line repeated it
            answered = await _next(respondent, answered.id, asked)
    except LostError:
        respondent.opened_again += 1
        newest = respondent.person.chat.messages[-1].id
        await respondent.person.opens(respondent.link)
        return await _next(respondent, newest, asked)
    return answered


def _not_sent(bot: Trial, done: Sequence[Respondent]) -> int:
    sent = {number for (number,) in bot.rows("SELECT id FROM interviews WHERE state = 'sent'")}
    return sum(one.interview_id not in sent for one in done)


def _repeated(bot: Trial, done: Sequence[Respondent]) -> int:
    """Count the messages that the bot brought beyond one for each question and the summary.

    What the line repeats after a kill is counted apart.
    """
    said = dict(bot.rows("SELECT chat_id, count(*) FROM outbox WHERE method = 'sendMessage' GROUP BY chat_id"))
    return sum(abs(said[one.person.id] - one.steps - 1) for one in done if not one.opened_again)


def _median_messages(done: Sequence[Respondent]) -> float:
    """Return how many messages of the bot one who began at the first question got."""
    counts = sorted(
        sum(message.from_bot for message in one.person.chat.messages) for one in done if one.number % len(_BEFORE) == 0
    )
    return float(counts[len(counts) // 2]) if counts else 0.0


_TWICE = "SELECT count(*) FROM outbox WHERE method = 'sendMessage' AND perhaps_accepted > 1"


async def measure_survey_trials(wanted: Wanted, progress: Progress) -> list[Figure]:
    """Measure what is wanted of surveys, one after the other."""
    figures = await measure_surveys(wanted.survey, progress) if wanted.survey else []
    if wanted.survey_kills:
        figures += await measure_survey_kills(wanted.survey_kills, progress)
    return figures
