"""A bot with a standing clock, a list of graduates and surveys of them."""

import datetime as dt
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from agenda_stage import NOW, StandingClock
from people_stage import people_bot
from telegram_stage import Stage

from playground.messages import Message
from playground.people import Person as Somebody
from playground.server import LocalBotApi
from store.campaigns import Campaign, CampaignKind, CampaignState, NewCampaign
from store.graduates import Graduate, GraduateRow
from store.store import Store

COHORTS = range(2022, 2025)
LIST = """NIM;Nama;Kode Prodi;Program Studi;Jenjang;Tanggal Lulus;Tanggal Lahir;No HP;Email
20190001;Siti Rahmawati;55201;Informatika;S1;31/07/2024;4 Mei 2001;081234567890;siti@example.ac.id
20190002;Budi Santoso;55201;Informatika;S1;31 Juli 2024;;;budi@example.ac.id
20190003;Tuti Lestari;74201;Hukum;S1;2023-07-15;;081234567892;
"""


@asynccontextmanager
async def tracer_bot(
    api: LocalBotApi, folder: Path, clock: StandingClock | None = None, **more: Any
) -> AsyncIterator[Stage]:
    """Run a bot at `agenda_stage.NOW`; the same folder again is the same bot, restarted."""
    async with people_bot(api, folder, clock=clock or StandingClock(), **more) as stage:
        yield stage


def graduate_row(number: int, nim: str, name: str, code: str = "55201", **more: Any) -> GraduateRow:
    programme = {"55201": "Informatika", "74201": "Hukum"}.get(code, "Lain")
    facts = {"level": "S1", "cohort": 2023, "graduated_on": dt.date(2024, 7, 31), **more}
    return GraduateRow(number, nim, name, code, programme, **facts)


def listed(store: Store) -> None:
    """Put three graduates on the list."""
    store.graduates.import_rows(
        [
            graduate_row(2, "20190001", "Siti Rahmawati", phone="081234567890", email="siti@example.ac.id"),
            graduate_row(3, "20190002", "Budi Santoso", email="budi@example.ac.id"),
            graduate_row(4, "20190003", "Tuti Lestari", "74201", cohort=2022),
        ]
    )


def graduate(store: Store, nim: str = "20190001") -> Graduate:
    found = store.graduates.by_nim(nim)
    assert found is not None
    return found


def campaign(store: Store, kind: CampaignKind = CampaignKind.SHORT, **terms: Any) -> Campaign:
    """Make a survey that is open since the first of the month."""
    facts = {"cohorts": COHORTS, "opens": dt.date(2026, 11, 1), "closes": dt.date(2026, 12, 31), **terms}
    made = store.campaigns.add(NewCampaign(kind, "Tracer 2026", 2026, **facts), None)
    return store.campaigns.set_state(made.id, CampaignState.OPEN)


def tied(stage: Stage, somebody: Somebody, nim: str) -> None:
    """Let the bot know somebody as a graduate, from an earlier survey."""
    stage.store.people.seen(somebody.id, somebody.wire["first_name"], None, somebody.wire["language_code"])
    somebody.has_met_bot()
    stage.store.graduates.tie(graduate(stage.store, nim).id, somebody.id)


async def uploads(somebody: Somebody, name: str, content: bytes | str, caption: str = "") -> Message:
    await somebody.uploads(name, content.encode() if isinstance(content, str) else content, caption)
    return await somebody.next_message()


def document(message: Message) -> bytes:
    """Return the file that came with a message."""
    assert message.document is not None
    return message.document


__all__ = ["NOW", "StandingClock"]
