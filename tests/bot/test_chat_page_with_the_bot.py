"""The real bot on the chat page, in a real browser: ask, press, follow up, browse, be somebody else."""

import re
import shutil
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from bot.assistant import Assistant, StoreCurated
from bot.run import bot_of
from bot.seed import Cast, plant
from bot.service import running
from bot.settings import Settings
from playground.flood import FloodLimits
from playground.server import LocalBotApi
from store.store import Store

playwright_api = pytest.importorskip("playwright.async_api", reason="the Python package playwright is not installed")
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="there is no chromium here (Debian: apt install chromium)")
expect = playwright_api.expect
PATIENCE = 15_000
"""Milliseconds; the first answer loads the model."""


class Desk:
    """A page with the faculty of `bot.seed`, as a person in front of it uses it."""

    def __init__(self, page: Any) -> None:
        self.page = page

    async def be(self, name: str) -> None:
        await self.page.locator("#side li button", has_text=name).first.click()

    async def write(self, text: str) -> None:
        await self.page.fill("#text", text)
        await self.page.press("#text", "Enter")

    async def press(self, text: str) -> None:
        await self.page.locator(".message").last.locator(".buttons button", has_text=text).first.click()

    async def reads(self, pattern: str) -> None:
        """Wait until the last message says it."""
        last = self.page.locator(".message[data-bot]").last.locator(".text")
        await expect(last).to_have_text(re.compile(pattern, re.DOTALL), timeout=PATIENCE)


@pytest.fixture
async def desk(assistant: Assistant, tmp_path: Path) -> AsyncIterator[Desk]:
    async with LocalBotApi(flood=FloodLimits()) as api, playwright_api.async_playwright() as playwright:
        cast = Cast(api)
        with Store(tmp_path / "tanyamutu.db", administrators=cast.administrators) as store:
            plant(store, cast, store.clock().date())
            settings = Settings(telegram_bot_token=api.token, telegram_url=api.url, data=tmp_path, cache=tmp_path)
            engine = assistant.engine(assistant.open_index(), StoreCurated(store.curated, settings.zone))
            async with bot_of(settings, engine, store) as service, running(service):
                browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
                page = await browser.new_page(viewport={"width": 1200, "height": 800}, locale="id")
                await page.goto(api.url)
                yield Desk(page)
                await browser.close()


async def test_a_lecturer_asks_follows_up_and_opens_the_clause(desk: Desk) -> None:
    await desk.be("Awan Rekaan")
    await desk.write("kapan soal UTS harus dikumpulkan?")
    await desk.reads("Batas waktu.*SOP-SPMI")
    await desk.write("siapa PIC-nya?")
    await desk.reads("Penanggung jawab")
    await desk.press("Klausul")
    await desk.reads("Terjemahan tidak resmi")


async def test_a_visitor_walks_through_the_documents(desk: Desk) -> None:
    await desk.be("Tamu Rekaan")
    await desk.page.click("#start")
    await desk.reads("Halo, Tamu Rekaan")
    await desk.press("Bahasa Indonesia")
    await desk.reads("Siapa|siapa")
    await desk.write("/sop")
    await desk.reads("Standar")
    await desk.press("1.2")
    await desk.reads(r"1\.2")
    await expect(desk.page.locator(".message[data-bot]").last.locator(".edited")).to_have_text("diedit")


async def test_what_the_documents_do_not_say_is_answered_by_the_office_and_the_asker_hears(desk: Desk) -> None:
    await desk.be("Awan Rekaan")
    await desk.write("berapa tarif parkir mobil di kampus?")
    await desk.reads("LPM")
    await desk.be("Mutu Rekaan")
    await desk.write("/tertunda")
    await desk.reads("1 pertanyaan tertunda")
    await desk.press("1.")
    await desk.reads("tarif parkir")
    await desk.press("Jawab")
    await desk.reads("Tulis jawaban Anda")
    await desk.write("Parkir gratis, keputusan rektor 7/2026.")
    await desk.reads("Ini yang akan disimpan")
    await desk.press("Simpan dan kirim")
    await desk.reads("Tersimpan")
    await desk.be("Awan Rekaan")
    await desk.reads("Parkir gratis")
    await desk.be("Mega Rekaan")
    await desk.write("tarif parkir mobil di kampus berapa?")
    await desk.reads("Parkir gratis.*LPM")


async def test_an_english_phone_is_answered_in_english(desk: Desk) -> None:
    await desk.be("Dawn Sample")
    await desk.write("/help")
    await desk.reads("How to ask")
