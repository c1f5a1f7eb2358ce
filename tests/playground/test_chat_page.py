"""The chat page in a real browser, with a small bot behind it."""

import asyncio
import re
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from fake_bot import running_bot
from telegram import Bot

from playground.people import Group, Person
from playground.server import LocalBotApi

playwright_api = pytest.importorskip("playwright.async_api", reason="the Python package playwright is not installed")
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="there is no chromium here (Debian: apt install chromium)")
expect = playwright_api.expect
Page = playwright_api.Page


class Stage:
    """The page in a browser, with the people and the group that it shows."""

    def __init__(self, api: LocalBotApi, bot: Bot, page: Page, people: list[Person], group: Group) -> None:
        self.api, self.bot, self.page, self.people, self.group = api, bot, page, people, group
        self.sari, self.budi, self.emma = people

    async def choose(self, name: str) -> None:
        await self.page.locator("#side li button", has_text=name).first.click()

    async def write(self, text: str) -> None:
        await self.page.fill("#text", text)
        await self.page.press("#text", "Enter")

    def last(self, selector: str = "") -> "playwright_api.Locator":
        return self.page.locator(f".message >> nth=-1 >> {selector}" if selector else ".message >> nth=-1")


@asynccontextmanager
async def opened(width: int, height: int) -> AsyncIterator[Stage]:
    async with LocalBotApi() as api, running_bot(api) as application, playwright_api.async_playwright() as playwright:
        people = [
            api.person("Sari", about="Dosen Teknik Sipil"),
            api.person("Budi <b>", about="Kaprodi"),
            api.person("Emma", language="en", about="Alumni"),
        ]
        group = api.group("Rapat Mutu", people)
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        page = await browser.new_page(viewport={"width": width, "height": height}, locale="id")
        problems: list[str] = []
        page.on("pageerror", lambda error: problems.append(str(error)))
        page.on("console", lambda line: problems.append(line.text) if line.type == "error" else None)
        await page.goto(api.url)
        await expect(page.locator("#people li")).to_have_count(3)
        try:
            yield Stage(api, application.bot, page, people, group)
        finally:
            await browser.close()
        assert [problem for problem in problems if "400 (Bad Request)" not in problem] == []


@pytest.fixture
async def stage() -> AsyncIterator[Stage]:
    async with opened(1200, 800) as made:
        yield made


async def test_ask_press_and_read(stage: Stage) -> None:
    page = stage.page
    await expect(page.locator("#notice")).to_contain_text("fiktif")
    await expect(page.locator(".about")).to_have_text("Bertanya tentang standar mutu & SOP.")
    await page.click("#start")
    await expect(stage.last(".text")).to_have_text("Selamat datang. Anda siapa?")
    await page.locator("#keyboard button", has_text="Kaprodi").click()
    await expect(page.locator(".message.own .text").last).to_have_text("Kaprodi")
    await expect(page.locator("#keyboard")).to_be_hidden()
    text = page.locator(".message >> nth=3 >> .text")
    await expect(text.locator("b")).to_have_text("Nilai UAS")
    await expect(text.locator("code")).to_have_text("7 hari")
    await expect(text).to_contain_text("<kerja>")
    await expect(page.locator(".message >> nth=3 >> .reply")).to_contain_text("Kaprodi")
    quote = text.locator("blockquote")
    folded = await quote.bounding_box()
    await quote.click()
    unfolded = await quote.bounding_box()
    assert folded is not None
    assert unfolded is not None
    assert unfolded["height"] > folded["height"]
    await stage.bot.send_message(stage.sari.id, "lagi")
    await expect(page.locator(".message")).to_have_count(5)
    await expect(quote).to_have_class("folds open")
    await page.locator(".buttons button", has_text="👍").click()
    await expect(page.locator("#toast")).to_have_text("Terima kasih!")
    await page.locator(".buttons button", has_text="👎").click()
    await expect(page.locator("#alert p")).to_have_text("Apa yang keliru?")
    await page.locator("#alert button").click()
    await page.locator(".buttons button", has_text="Klausul lengkap").click()
    await expect(text).to_have_text("Halaman page:1")
    await expect(page.locator(".message >> nth=3 >> .edited")).to_have_text("diedit")


async def test_people_side_by_side_and_in_a_group(stage: Stage) -> None:
    page = stage.page
    await page.click("#start")
    await expect(stage.last(".text")).to_contain_text("Anda siapa")
    await stage.choose("Emma")
    await expect(page.locator("#start")).to_have_text("Start")
    await expect(page.locator(".message")).to_have_count(0)
    await stage.choose("Rapat Mutu")
    await stage.write("halo semua")
    await expect(stage.last(".text")).to_have_text("halo semua")
    await stage.write("@tanyamutu_bot kapan nilai?")
    await page.wait_for_timeout(500)
    await expect(page.locator(".message[data-bot]")).to_have_count(1)
    await stage.choose("Budi <b>")
    await stage.choose("Rapat Mutu")
    await expect(page.locator(".sender").first).to_have_text("Emma")
    await expect(page.locator("#head-state")).to_contain_text("Budi <b>")
    await page.click("#open-menu")
    await expect(page.locator("#menu b")).to_have_text("/tanya")
    await page.click("#block")
    await expect(page.locator(".note").last).to_have_text("TanyaMutu keluar")


async def test_typing_and_what_happens_elsewhere(stage: Stage) -> None:
    page = stage.page
    await page.click("#start")
    await expect(stage.last(".text")).to_contain_text("Anda siapa")
    await stage.bot.send_chat_action(stage.sari.id, "typing")
    await expect(page.locator("#head-state")).to_have_text("sedang mengetik …")
    await stage.bot.send_message(stage.sari.id, "selesai")
    await expect(page.locator("#head-state")).to_have_text("bot")
    await stage.emma.sends("/start")
    await expect(page.locator("#people .badge")).to_have_text("1")
    await stage.choose("Emma")
    await expect(page.locator("#people .badge")).to_have_count(0)


async def test_content_is_never_markup(stage: Stage) -> None:
    await stage.page.click("#start")
    await stage.write("<img src=x onerror=alert(1)><b>tebal</b>")
    own = stage.page.locator(".message.own .text").last
    await expect(own).to_have_text("<img src=x onerror=alert(1)><b>tebal</b>")
    assert await stage.page.locator(".text img").count() == 0


async def test_commands_links_and_deep_links(stage: Stage) -> None:
    page = stage.page
    await page.fill("#link", "https://t.me/tanyamutu_bot?start=undangan_1")
    await page.press("#link", "Enter")
    await expect(stage.last(".text")).to_have_text("Selamat datang (undangan_1). Anda siapa?")
    await page.fill("#text", "/")
    await page.locator("#menu button", has_text="Cara bertanya").click()
    await expect(page.locator(".message.own .text").last).to_have_text("/bantuan")
    await stage.last(".text").locator("a", has_text="t.me").click()
    await expect(stage.last(".text")).to_have_text("Selamat datang (sop-1_2_8). Anda siapa?")
    await page.fill("#link", "https://t.me/tanyamutu_bot?start=a b")
    await page.press("#link", "Enter")
    await expect(page.locator("#toast")).to_contain_text("payload")


async def test_inline_queries(stage: Stage) -> None:
    page = stage.page
    await stage.choose("Rapat Mutu")
    await page.fill("#text", "@tanyamutu_bot ujian")
    await page.locator("#results button", has_text="SOP 2: ujian").click()
    await expect(stage.last(".text")).to_have_text("SOP 2")
    await expect(stage.last(".via")).to_have_text("lewat @tanyamutu_bot")
    await page.fill("#inline", "nilai")
    await page.press("#inline", "Enter")
    await expect(page.locator("#results button")).to_have_count(3)


async def test_files_go_both_ways(stage: Stage, tmp_path: Path) -> None:
    page = stage.page
    await page.click("#start")
    await expect(stage.last(".text")).to_contain_text("Anda siapa")
    path = tmp_path / "daftar hadir.txt"
    path.write_text("sari, budi")
    await page.set_input_files("#file", path)
    await expect(page.locator("img.photo")).to_be_visible()
    async with page.expect_download() as download:
        await page.locator("a.file", has_text="hasil.txt").click()
    assert Path(await (await download.value).path()).read_text() == "SARI, BUDI"
    await expect(page.locator("a.file", has_text="daftar hadir")).to_have_count(0)


async def test_edit_reply_block_and_own_people(stage: Stage) -> None:
    page = stage.page
    await page.click("#start")
    await expect(stage.last(".text")).to_contain_text("Anda siapa")
    await page.locator(".message.own [aria-label=Ubah]").click()
    await stage.write("/start lagi")
    await expect(page.locator(".message.own .edited")).to_have_count(1)
    await page.locator(".message >> nth=1 >> [aria-label=Balas]").click()
    await stage.write("ini balasan")
    await expect(page.locator(".message.own .reply").last).to_contain_text("Selamat datang")
    await page.click("#block")
    await expect(page.locator("#start")).to_have_text("Buka blokir bot")
    assert stage.sari.has_blocked
    await page.click("#start")
    await expect(page.locator("#composer")).to_be_visible()
    await page.click("#own summary")
    await page.fill("#person-form [name=name]", "Dewi")
    await page.press("#person-form [name=name]", "Enter")
    await expect(page.locator("#head-person")).to_have_text("sebagai Dewi")
    assert len(stage.api.people) == 4


async def test_switches(stage: Stage) -> None:
    page = stage.page
    await page.click("#switches summary")
    await page.check("[name=flood]")
    await page.fill("[name=rate]", "100")
    await page.select_option("[name=fault]", "before")
    async with asyncio.timeout(5):
        while not stage.api.faults.waiting:
            await page.wait_for_timeout(20)
    await expect(page.locator("[name=fault]")).to_have_value("before")
    await expect(page.locator("[name=flood]")).to_be_checked()
    await stage.page.click("#start")
    await expect(page.locator("#struck")).to_have_text(re.compile("Panggilan terganggu: [1-9]"))
    assert stage.api.flood is not None
    await page.select_option("[name=fault]", "none")
    assert [message.text for message in stage.sari.chat.unread()] == []


async def test_a_window_as_wide_as_a_phone() -> None:
    async with opened(390, 780) as stage:
        page = stage.page
        await expect(page.locator("#side")).to_be_hidden()
        await page.click("#open-side")
        await stage.choose("Emma")
        await expect(page.locator("#side")).to_be_hidden()
        await page.click("#start")
        await expect(stage.last(".text")).to_contain_text("Anda siapa")
        assert await page.evaluate("document.documentElement.scrollWidth") <= 390


async def test_nobody_is_there_yet() -> None:
    async with LocalBotApi() as api, playwright_api.async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        page = await browser.new_page()
        await page.goto(api.url)
        await page.fill("#person-form [name=name]", "Dewi")
        await page.press("#person-form [name=name]", "Enter")
        await expect(page.locator("#head-person")).to_have_text("sebagai Dewi")
        await browser.close()
