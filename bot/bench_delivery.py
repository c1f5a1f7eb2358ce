"""Measuring what reaches people: the real service in a process of its own, people and Bot API in this one.

People and the local Bot API share a process because they are one program: what a person does is an update there,
not a request. The bot has its process, its engine its two threads, as in service.
"""

from __future__ import annotations

import asyncio
import json
import os
import random
import shutil
import sqlite3
import statistics
import sys
import tempfile
import time
from collections import Counter
from collections.abc import AsyncIterator, Coroutine, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bot.bench import Figure
from bot.hostile import Cast, Hostile
from bot.settings import CHECKOUT, Settings
from index.built import Progress
from playground.chats import BotIsSilentError
from playground.faults import Fault
from playground.messages import Message
from playground.people import Person
from playground.scene import after_effect
from playground.server import LocalBotApi
from store.roles import PUBLIC_ROLES, Role

QUESTIONS = CHECKOUT / "index" / "evaluation" / "questions"
PATIENCE = 90.0
"""Seconds after which an answer counts as lost."""
ROUNDS = 3
IDLE_SECONDS = 20.0
READ_SECONDS = 0.5
"""How long the bot waits for an answer of the Bot API in trials with faults; in service it is 20 s."""
PAUSE = 0.05
MESSAGES = 2_000
SPEAKERS = 80
"""So many that none of them comes to the 30 questions a minute that the bot answers."""
CLOSED_SECONDS, OPEN_SECONDS = 0.02, 0.6
"""How long the Bot API takes no connections, and how long it does between: about 3 of 100 calls are refused."""
TALKERS = 4
SECRET = "nothing SECRET-4711"  # noqa: S105 - words that must not leave a chat


class LostError(AssertionError):
    """An answer did not come; the message says which."""


@dataclass
class Trial:
    """The bot's process: may be killed and started again on the same data."""

    api: LocalBotApi
    data: Path
    arguments: Sequence[str] = ()
    settings: dict[str, str] = field(default_factory=dict)
    process: asyncio.subprocess.Process | None = None

    @property
    def log(self) -> Path:
        """Where the process writes what goes wrong."""
        return self.data / "trial.log"

    @property
    def pid(self) -> int:
        """The number of the running process."""
        if self.process is None:
            raise LostError("The bot does not run.")
        return self.process.pid

    async def start(self) -> None:
        """Start it; returns before it has reached the Bot API."""
        own = {
            "TELEGRAM_BOT_TOKEN": self.api.token,
            "TANYAMUTU_TELEGRAM_URL": self.api.url,
            "TANYAMUTU_DATA": str(self.data),
        }
        self.data.mkdir(parents=True, exist_ok=True)
        with self.log.open("ab") as log:
            self.process = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "bot.trial", *self.arguments,
                cwd=CHECKOUT, env=os.environ | own | self.settings, stderr=log,
            )  # fmt: skip

    async def polls(self) -> None:
        """Wait until it asks for updates, anew."""
        before = len(self.api.calls_of("getUpdates"))
        if not await self.api.world.changed.until(lambda: len(self.api.calls_of("getUpdates")) > before, PATIENCE):
            raise LostError(f"The bot did not start: see {self.log.name}.")

    async def end(self, *, kill: bool = False) -> None:
        """Stop it as a service manager does, or kill it."""
        if self.process is None or self.process.returncode is not None:
            return
        self.process.kill() if kill else self.process.terminate()
        await asyncio.wait_for(self.process.wait(), PATIENCE)

    def cpu(self) -> float:
        """Seconds of processor time that it has used (Linux only, else 0)."""
        stat = Path(f"/proc/{self.pid}/stat")
        if not stat.exists():
            return 0.0
        user, system = stat.read_text().rpartition(")")[2].split()[11:13]
        return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")

    def errors(self) -> list[str]:
        """Lines of its log that tell of an error."""
        lines = self.log.read_text(encoding="utf-8", errors="replace").splitlines()
        return [line for line in lines if " ERROR " in line or line.startswith("Traceback")]

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        """Read from its store."""
        with sqlite3.connect(self.data / "tanyamutu.db") as store:
            return store.execute(sql).fetchall()

    def number(self, sql: str) -> int:
        """Read one number from its store."""
        return int(self.rows(sql)[0][0])

    async def at_rest(self, updates: int = 0) -> None:
        """Wait until so many updates are in the store and nothing is left to do; raises `LostError`."""
        open_ones = (
            "SELECT (SELECT count(*) FROM inbox WHERE state IN ('new', 'claimed'))"
            " + (SELECT count(*) FROM outbox WHERE state IN ('queued', 'sending'))"
        )
        end = time.monotonic() + PATIENCE
        while self.number("SELECT count(*) FROM inbox") < updates or self.number(open_ones):
            if time.monotonic() > end:
                raise LostError(f"Something is left to do after {PATIENCE:.0f} s.")
            await asyncio.sleep(0.1)


@asynccontextmanager
async def trial(*arguments: str, data: Path | None = None, **settings: str) -> AsyncIterator[Trial]:
    """Run a Bot API and, once it is started, a bot on it, in a folder that vanishes (or in `data`)."""
    with tempfile.TemporaryDirectory() as name:
        async with LocalBotApi() as api:
            made = Trial(api, data or Path(name) / "data", arguments, settings)
            try:
                yield made
            finally:
                await made.end(kill=True)


# many people at once


@dataclass
class Asked:
    """A question, its answer, and the seconds between."""

    person: Person
    message: Message
    answer: Message
    seconds: float


async def ask(person: Person, text: str) -> Asked:
    """Ask and wait; raises `LostError`."""
    begun = time.perf_counter()
    message = await person.sends(text)
    try:
        answer = await person.next_message(PATIENCE)
    except BotIsSilentError:
        raise LostError(f"No answer to {text!r}.") from None
    return Asked(person, message, answer, time.perf_counter() - begun)


async def measure_load(
    settings: Settings, people: int, progress: Progress, profile: Path | None = None
) -> list[Figure]:
    """Let so many people ask at once, several times, and compare with the bare index."""
    questions = _questions()
    with _built(settings, progress) as data:
        arguments = ["--engine", "real", *(["--profile", str(profile)] if profile else [])]
        async with trial(*arguments, data=data, TANYAMUTU_CACHE=str(settings.cache)) as bot:
            figures = [await _start(bot), await _idle(bot, progress)]
            crowd = [bot.api.person(f"Person {number}", language="en") for number in range(people)]
            rounds = [_pick(questions, people, number) for number in range(ROUNDS)]
            await asyncio.gather(*(ask(person, "/help") for person in crowd))  # the bot meets everybody
            asked, seconds, own = await _ask_in_rounds(crowd, rounds, progress)
            cpu = bot.cpu()
            await bot.at_rest()
            await bot.end()
        figures += _told(crowd, asked, seconds)
        per_answer = own / len(asked)
        alone = await _bare(settings, data, rounds, 0.0, progress)
        beside = await _bare(settings, data, rounds, per_answer, progress)
        rate = len(asked) / seconds
        return [
            *figures,
            Figure("bot's processor time for an answer, start included", 1000 * cpu / len(asked), "ms", "–"),
            Figure("load generator's processor time for an answer", 1000 * per_answer, "ms", "–"),
            Figure("bare index, nothing beside it", alone, "answers/s", "–"),
            Figure("bare index, the load generator's work beside it", beside, "answers/s", "–"),
            Figure("bot to bare index", 100 * rate / beside, "%", "≥ 70"),
        ]


async def _start(bot: Trial) -> Figure:
    """Measure from the start of the process to the first answer."""
    early = bot.api.person("Early", language="en")
    waiting = asyncio.create_task(ask(early, "Who approves the curriculum?"))
    await bot.start()
    return Figure("start to first answer, index built", (await waiting).seconds, "s", "10")


async def _idle(bot: Trial, progress: Progress) -> Figure:
    progress("idle", 0, 1)
    await bot.at_rest()
    before = bot.cpu()
    await asyncio.sleep(IDLE_SECONDS)
    return Figure("idle processor time", 100 * (bot.cpu() - before) / IDLE_SECONDS, "%", "1")


async def _ask_in_rounds(
    crowd: Sequence[Person], rounds: Sequence[Sequence[str]], progress: Progress
) -> tuple[list[Asked], float, float]:
    """Return all that was asked, the seconds it took, and this process's own processor time."""
    asked: list[Asked] = []
    begun, own = time.perf_counter(), time.process_time()
    for number, questions in enumerate(rounds):
        progress("rounds", number, len(rounds))
        pairs = zip(crowd, questions, strict=True)
        asked += await asyncio.gather(*(ask(person, question) for person, question in pairs))
    return asked, time.perf_counter() - begun, time.process_time() - own


def _told(crowd: Sequence[Person], asked: Sequence[Asked], seconds: float) -> list[Figure]:
    """Count what was lost, doubled or out of order, and how long people waited."""
    replies = Counter(one.answer.reply_to for one in asked)
    wrong = sum(one.answer.reply_to != one.message.id for one in asked)
    times = sorted(one.seconds for one in asked)
    return [
        Figure("questions asked", len(asked), "", "–"),
        Figure("answers doubled", sum(len(person.chat.unread()) for person in crowd), "", "0"),
        Figure("answers lost", len(asked) - len(replies), "", "0"),
        Figure("answers out of order", wrong, "", "0"),
        Figure(f"answered, {len(crowd)} at once", len(asked) / seconds, "answers/s", "–"),
        Figure("waiting, median", statistics.median(times), "s", "–"),
        Figure("waiting, 95th percentile", times[int(0.95 * (len(times) - 1))], "s", "–"),
    ]


def _questions() -> list[str]:
    """Return the questions that ship with the program, in both languages."""
    rows = [json.loads(line) for path in sorted(QUESTIONS.glob("*.jsonl")) for line in path.open(encoding="utf-8")]
    return [row[name] for row in rows for name in ("q_id", "q_en")]


def _pick(questions: Sequence[str], count: int, seed: int) -> list[str]:
    dice = random.Random(seed)  # noqa: S311 - the same questions in every run
    return [dice.choice(questions) for _ in range(count)]


@contextmanager
def _built(settings: Settings, progress: Progress) -> Iterator[Path]:
    """Give a data folder with an index and nothing else."""
    from bot.assistant import Assistant  # brings the model's library, which the other trials need not

    with tempfile.TemporaryDirectory() as name:
        data = Path(name) / "data"
        shutil.copytree(settings.data / "documents", data / "documents") if (
            settings.data / "documents"
        ).is_dir() else None
        Assistant.of(settings.model_copy(update={"data": data})).open_index(progress)
        yield data


async def _bare(
    settings: Settings, data: Path, rounds: Sequence[Sequence[str]], beside: float, progress: Progress
) -> float:
    """Return the answers a second of the engine alone, on its threads, in a process of its own.

    `beside` is the processor time that this process uses up for each answer meanwhile, as much as people and
    Bot API cost: the machine is as busy as in the trial, but for the bot's own work.
    """
    progress("bare index", 0, 1)
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot.trial", "--bare",
        cwd=CHECKOUT, env=os.environ | {"TANYAMUTU_DATA": str(data), "TANYAMUTU_CACHE": str(settings.cache)},
        stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    if process.stdin is None or process.stdout is None:
        raise LostError("The bare index has no pipes.")
    await process.stdout.readline()  # ready
    begun = time.perf_counter()
    for questions in rounds:
        process.stdin.write(b"".join(json.dumps(question).encode() + b"\n" for question in questions))
        for _ in questions:
            await process.stdout.readline()
            _use_up(beside)
    seconds = time.perf_counter() - begun
    process.stdin.close()
    await process.wait()
    return sum(map(len, rounds)) / seconds


def _use_up(seconds: float) -> None:
    """Use processor time."""
    end = time.process_time() + seconds
    while time.process_time() < end:
        pass


# kills


async def measure_kills(kills: int, progress: Progress, seed: int = 0) -> list[Figure]:
    """Kill the bot at random moments of conversations, start it again each time, count what is lost or repeated."""
    dice = random.Random(seed)  # noqa: S311 - repeatable on purpose, no secret
    async with trial() as bot:
        stop = asyncio.Event()
        await bot.start()
        talks = [asyncio.create_task(_talk(bot.api, stop)) for _ in range(TALKERS)]
        for number in range(kills):
            progress("kills", number, kills)
            await bot.polls()
            await asyncio.sleep(dice.uniform(0.0, 1.0))
            await bot.end(kill=True)
            await bot.start()
        stop.set()
        ended = await asyncio.gather(*talks, return_exceptions=True)
        stuck = [error for error in ended if isinstance(error, BaseException)]
        await bot.at_rest()
        steps = sum(one for one in ended if isinstance(one, int))
        return [
            Figure("kills", kills, "", "–"),
            Figure("steps of conversations", steps, "", "–"),
            Figure("conversations stuck", len(stuck), "", "0"),
            *_once(bot, list(bot.api.people.values())),
        ]


async def _talk(api: LocalBotApi, stop: asyncio.Event) -> int:
    """Hold a scripted conversation, as one person after another, until it shall stop; returns how many steps it had."""
    steps = 0
    while not stop.is_set():
        person = api.person(f"Talker {steps}", language="en")
        answer = await _answer_to(person, await person.sends(f"question {steps}?"))
        follow_up = await person.sends("and then?")
        await _answer_to(person, follow_up)
        await person.presses(answer, "👎")
        prompt = await _words_after(person, follow_up, "What was wrong")
        await person.presses(prompt, "In my words …")
        while (await person.next_edit(PATIENCE)).id != prompt.id:
            pass
        reason = await person.sends("It was not the right clause.")
        await _words_after(person, reason, "Thank you")
        steps += 5
    return steps


async def _answer_to(person: Person, asked: Message) -> Message:
    """Wait for the answer to a question; what comes before it is a repeat, which `_once` counts."""
    while (message := await person.next_message(PATIENCE)).reply_to != asked.id:
        pass
    return message


async def _words_after(person: Person, before: Message, words: str) -> Message:
    """Wait for a message with these words that is newer than another one."""
    message = await person.next_message(PATIENCE)
    while message.id < before.id or words not in message.text:
        message = await person.next_message(PATIENCE)
    return message


def _once(bot: Trial, people: Sequence[Person]) -> list[Figure]:
    """Compare what arrived with what was to be sent, message by message."""
    arrived = Counter(person.id for person in people for message in person.chat.messages if message.from_bot)
    said: Counter[int] = Counter()
    for (chat,) in bot.rows("SELECT chat_id FROM outbox WHERE method = 'sendMessage'"):
        said[chat] += 1
    lost = sum(max(0, said[person.id] - arrived[person.id]) for person in people)
    repeats = sum(max(0, arrived[person.id] - said[person.id]) for person in people)
    return [
        Figure("messages", said.total(), "", "–"),
        Figure("messages lost", lost, "", "0"),
        Figure("messages repeated", repeats, "", "–"),
        Figure("… of these not counted by the bot", max(0, repeats - bot.number(_TWICE)), "", "0"),
        Figure("messages that were given up", bot.number(_FAILED.format("outbox")), "", "0"),
    ]


_TWICE = (
    "SELECT count(*) FROM outbox WHERE method = 'sendMessage'"
    " AND perhaps_accepted > 0 AND perhaps_accepted + (state = 'sent') >= 2"
)
_FAILED = "SELECT count(*) FROM {} WHERE state = 'failed'"


# faults


async def measure_faults(progress: Progress, messages: int = MESSAGES) -> list[Figure]:
    """Let calls fail before and after their effect."""
    before = [Fault("sendMessage", status=500), Fault("sendMessage", status=429)]
    named = [(f"before: {figure.name}", figure) for figure in await _fail(0.07, before, True, messages, progress)]
    after = after_effect("sendMessage", late=3 * READ_SECONDS)
    named += [(f"after: {figure.name}", figure) for figure in await _fail(0.05, after, False, messages, progress)]
    return [Figure(name, figure.value, figure.unit, figure.aim) for name, figure in named]


async def _fail(
    share: float, kinds: Sequence[Fault], refusing: bool, messages: int, progress: Progress
) -> list[Figure]:
    """Ask so many questions while a share of the calls fails; `refusing`: and connections are refused."""
    async with trial("--read-seconds", str(READ_SECONDS), "--pause", str(PAUSE)) as bot:
        speakers = [bot.api.person(f"Speaker {number}", language="en") for number in range(min(SPEAKERS, messages))]
        bot.api.keep_alive = not refusing
        await bot.start()
        await bot.polls()
        bot.api.fail_share(share, kinds, method="sendMessage", seed=1)
        closing = asyncio.create_task(_open_and_close(bot.api) if refusing else _nothing())
        each = messages // len(speakers)
        async with asyncio.TaskGroup() as talks:
            for person in speakers:
                talks.create_task(_monologue(person, each, progress))
        await bot.at_rest(each * len(speakers))
        closing.cancel()
        await asyncio.gather(closing, return_exceptions=True)
        struck = bot.api.faults.struck_before.total() + bot.api.faults.struck_after.total()
        tried = bot.number("SELECT sum(attempts) FROM outbox WHERE method = 'sendMessage'")
        refused = tried - len(bot.api.calls_of("sendMessage"))  # which never came so far as to be a call
        most = max(Counter(_answered(speakers)).values())
        return [
            Figure("calls that failed", 100 * (struck + refused) / tried, "%", "–"),
            Figure("… of these refused connections", refused, "", "–"),
            *_once(bot, speakers),
            Figure("most answers to a question", most, "", "1" if refusing else "2"),
        ]


async def _monologue(person: Person, questions: int, progress: Progress) -> None:
    for number in range(questions):
        await _answer_to(person, await person.sends(f"question {number}?"))
        progress("questions of one of the speakers", number, questions)


async def _open_and_close(api: LocalBotApi) -> None:
    """Refuse new connections now and then."""
    while True:
        await asyncio.sleep(OPEN_SECONDS)
        async with api.closed():
            await asyncio.sleep(CLOSED_SECONDS)


async def _nothing() -> None:
    """Do nothing."""


def _answered(people: Sequence[Person]) -> Iterator[tuple[int, int | None]]:
    for person in people:
        yield from ((person.id, message.reply_to) for message in person.chat.messages if message.from_bot)


# ill will


async def measure_ill_will(updates: int, progress: Progress, seed: int = 0) -> list[Figure]:
    """Send hostile updates, and look for errors, refusals, leaks and roles that nobody gave."""
    async with trial() as bot:
        victim = bot.api.person("Victim", language="en")
        crowd = [bot.api.person(f"Person {number}") for number in range(10)]
        groups = [bot.api.group("Senate", [crowd[0], victim]), bot.api.group("Programme", [crowd[1]])]
        await bot.start()
        await asyncio.gather(ask(victim, SECRET), *(ask(person, "Who?") for person in crowd))
        numbers = [message.id for message in crowd[0].chat.messages]
        cast = Cast([person.wire for person in crowd], [group.chat.wire for group in groups], numbers)
        progress("hostile updates", 0, updates)
        for fields in Hostile(cast, seed).updates(updates):
            bot.api.inject(fields)
        await bot.at_rest(updates)
        harmless = await ask(bot.api.person("Harmless", language="en"), "Who approves it?")
        chats = [chat for number, chat in bot.api.world.chats.items() if number != victim.id]
        leaks = sum(SECRET in message.text for chat in chats for message in chat.messages)
        harmless_roles = {str(role) for role in (*PUBLIC_ROLES, Role.GUEST)}
        gained = [role for (role,) in bot.rows("SELECT role FROM people") if role not in harmless_roles]
        return [
            Figure("hostile updates", updates, "", "–"),
            Figure("… put aside, because they cannot be read", bot.number(_FAILED.format("inbox")), "", "–"),
            Figure("errors in the log", len(bot.errors()), "", "0"),
            Figure("messages that Telegram refused", bot.number(_FAILED.format("outbox")), "", "0"),
            Figure("texts of others shown", leaks, "", "0"),
            Figure("roles gained", len(gained), "", "0"),
            Figure("a normal question afterwards is answered in", harmless.seconds, "s", "–"),
        ]


@dataclass(frozen=True)
class Wanted:
    """What is to be measured."""

    load: int = 0
    kills: int = 0
    faults: bool = False
    fuzz: int = 0
    survey: int = 0
    survey_kills: int = 0

    def __bool__(self) -> bool:
        """Whether anything is."""
        return bool(self.load or self.kills or self.faults or self.fuzz or self.survey or self.survey_kills)


async def measure_delivery(settings: Settings, wanted: Wanted, progress: Progress) -> list[Figure]:
    """Measure what is wanted, one after the other."""
    trials: list[Coroutine[Any, Any, list[Figure]]] = []
    if wanted.load:
        trials.append(measure_load(settings, wanted.load, progress))
    if wanted.kills:
        trials.append(measure_kills(wanted.kills, progress))
    if wanted.faults:
        trials.append(measure_faults(progress))
    if wanted.fuzz:
        trials.append(measure_ill_will(wanted.fuzz, progress))
    return [figure for one in trials for figure in await one]
