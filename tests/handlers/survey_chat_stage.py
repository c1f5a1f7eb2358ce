"""A bot with graduates and an open survey, and people who answer it in the chat."""

from __future__ import annotations

import datetime as dt
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from agenda_stage import StandingClock, agenda_bot
from telegram_stage import Stage

from playground.messages import Message
from playground.people import Person as Somebody
from playground.server import LocalBotApi
from store.campaigns import Campaign, CampaignKind, CampaignState, NewCampaign
from store.graduates import GraduateRow
from store.interviews import Interview, Value

BORN = dt.date(2001, 5, 4)
ROW = GraduateRow(
    number=2,
    nim="17120001",
    name="Siti Rahmawati",
    programme_code="86206",
    programme_name="PGSD",
    level="S1",
    cohort=2023,
    graduated_on=dt.date(2024, 7, 31),
    born_on=BORN,
    phone="081234567890",
    email="siti@example.ac.id",
)
NEW = NewCampaign(
    CampaignKind.NATIONAL, "Tracer 2026", 2026, range(2022, 2025), dt.date(2026, 11, 1), dt.date(2026, 12, 31)
)
WORKER: Mapping[str, str | tuple[str, ...]] = {
    "What is your status now?": "Working (full or part time)",
    "How many months until your first job": "2 bulan",
    "What is your average take-home income": "3,5 jt",
    "In which province": "jateng",
    "In which regency": "kota semarang",
    "What is the name of the company": "SMP Negeri 1",
    "About how many months": "1",
    "How did you look for work": ("4", "✅ Done"),
    "How many employers did you apply to": "5",
    "How many of them responded": "3",
    "How many of them invited": "dua",
    "If your job does not fit": ("1", "✅ Done"),
}
"""What a working graduate writes or presses, by the beginning of the question; else the first choice."""


@asynccontextmanager
async def survey_bot(
    api: LocalBotApi, folder: Path, clock: StandingClock | None = None, **more: Any
) -> AsyncIterator[Stage]:
    """Run a bot at the agenda's `NOW`, with two graduates."""
    async with agenda_bot(api, folder, clock, **more) as stage:
        stage.store.graduates.import_rows([ROW, replace(ROW, number=3, nim="17120002", name="Budi Santoso")])
        yield stage


def campaign_of(stage: Stage, kind: CampaignKind = CampaignKind.NATIONAL, **terms: Any) -> Campaign:
    made = stage.store.campaigns.add(replace(NEW, kind=kind, **terms), None)
    return stage.store.campaigns.set_state(made.id, CampaignState.OPEN)


def link_of(stage: Stage, campaign: Campaign, nim: str = "17120001") -> str:
    graduate = stage.store.graduates.by_nim(nim)
    assert graduate is not None
    return f"s_{stage.store.campaigns.link(campaign.id, graduate.id).token}"


def interview_of(stage: Stage, somebody: Somebody) -> Interview:
    return stage.store.interviews.of_person(somebody.id)[0]


def answers_of(stage: Stage, somebody: Somebody) -> dict[str, Value]:
    return stage.store.interviews.answers(interview_of(stage, somebody).id)


async def opens(somebody: Somebody, link: str) -> Message:
    await somebody.opens(link)
    return await somebody.next_message()


async def consents(somebody: Somebody, link: str) -> Message:
    """Open the link and agree; returns the first question."""
    consent = await opens(somebody, link)
    return await presses(somebody, consent, "I agree")


async def presses(somebody: Somebody, message: Message, words: str) -> Message:
    """Press the button with these words; returns the next message."""
    await somebody.presses(message, button_with(message, words))
    return await somebody.next_message()


async def edits(somebody: Somebody, message: Message, words: str) -> Message:
    """Press the button with these words; returns the message as it has become (edits before it are passed over)."""
    await somebody.presses(message, button_with(message, words))
    return await edit_of(somebody, message)


def button_with(message: Message, words: str) -> str:
    exact = [button for button in message.buttons if button in (words, f"☐ {words}", f"☑ {words}")]
    found = exact or [button for button in message.buttons if words in button]
    assert found, (words, message.buttons, message.text)
    return found[0]


async def writes(somebody: Somebody, words: str) -> Message:
    await somebody.sends(words)
    return await somebody.next_message()


async def answers(somebody: Somebody, question: Message, wanted: Mapping[str, str | tuple[str, ...]]) -> Message:
    """Answer one question as wanted, else with its first choice; returns the next message."""
    found = [answer for start, answer in wanted.items() if start in question.text]
    if question.buttons and question.buttons[0] == "A":
        return await fills(somebody, question)
    if not found:
        return await presses(somebody, question, question.buttons[0])
    (answer,) = found
    if isinstance(answer, tuple):
        for press in answer[:-1]:
            question = await edits(somebody, question, press)
        return await presses(somebody, question, answer[-1])
    if any(answer in button for button in question.buttons):
        return await presses(somebody, question, answer)
    return await writes(somebody, answer)


async def fills(somebody: Somebody, grid: Message, cell: int = 4) -> Message:
    """Fill a grid, page by page; returns the next message."""
    while True:
        rows = [row for row in grid.rows if len(row) > 4]
        turning = [button for row in grid.rows for button in row if button["text"].startswith("▶ ")]
        for at, row in enumerate(rows):
            await somebody.forges(grid, row[cell]["callback_data"])
            if at + 1 == len(rows) and not turning:
                return await somebody.next_message()
            await edit_of(somebody, grid)
        await somebody.forges(grid, turning[0]["callback_data"])
        grid = await edit_of(somebody, grid)


async def edit_of(somebody: Somebody, message: Message) -> Message:
    """Wait for the next change of a message; those of others are passed over."""
    while (changed := await somebody.next_edit()).id != message.id:
        pass
    return changed


async def through(
    somebody: Somebody, question: Message, wanted: Mapping[str, str | tuple[str, ...]] = WORKER
) -> Message:
    """Answer all that is asked; returns the summary."""
    while "Your answers – check" not in question.text:
        question = await answers(somebody, question, wanted)
    return question
