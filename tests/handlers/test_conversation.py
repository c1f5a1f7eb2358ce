"""What a person sees when talking to the bot, on good days and on bad ones."""

import asyncio
import logging
import re
from collections.abc import Iterator

import pytest
from conftest import StageMaker
from telegram_stage import CITATION, Stage

from bot.logs import TokenRedactor, configure_logging
from handlers.addresses import ClauseButton
from index.errors import QuestionError
from index.reply import source_id
from playground.flood import FloodLimits
from playground.server import LocalBotApi

SHOWN = "Responsible\nThe Dean approves it.\n\n📄 SOP/01 · Curriculum Review · § 5. Procedure · lines 12–14"
REFERENCE = re.compile(r"\b[0-9A-F]{6}\b")


@pytest.mark.parametrize(
    ("language", "greeting", "help_title"),
    [
        ("id", "Halo, Sari <i>", "Cara bertanya"),
        ("en-GB", "Hello, Sari <i>", "How to ask"),
        (None, "Halo", "Cara"),
    ],
)
async def test_start_and_help_speak_the_language_of_the_phone(
    stage: Stage, language: str | None, greeting: str, help_title: str
) -> None:
    sari = stage.api.person("Sari <i>", language=language)
    await sari.sends("/start")
    assert (await sari.next_message()).text.startswith(greeting)
    await sari.sends("/help")
    assert (await sari.next_message()).text.startswith(help_title)


async def test_a_menu_is_set_for_both_languages(stage: Stage) -> None:
    commands = {language: entries for (_, language), entries in stage.api.world.commands.items()}
    assert [entry["command"] for entry in commands[""]] == ["tanya", "help", "start"]
    assert commands[""] != commands["en"]
    assert stage.api.world.descriptions["description", "en"].startswith("Ask about")


async def test_a_question_is_answered_with_its_clause_off_the_event_loop(stage: Stage) -> None:
    sari = stage.api.person("Sari")
    question = await sari.sends("Who approves the curriculum?")
    answer = await sari.next_message()
    assert answer.text.startswith(SHOWN)
    assert [entity["type"] for entity in answer.entities] == ["bold", "expandable_blockquote"]
    assert answer.buttons == ["Full clause"]
    assert answer.reply_to == question.id
    assert [call.parameters["action"] for call in stage.api.calls_of("sendChatAction")] == ["typing"]
    assert all(name.startswith("answer") for name in stage.answerer.threads)


async def test_questions_of_one_chat_are_answered_in_their_order(stage: Stage) -> None:
    sari = stage.api.person("Sari")
    sent = [await sari.sends(f"question {number}") for number in range(6)]
    assert [(await sari.next_message()).reply_to for _ in sent] == [message.id for message in sent]


async def test_a_refusal_has_no_button(stage: Stage) -> None:
    stage.answerer.citations = ()
    sari = stage.api.person("Sari")
    await sari.sends("Where may I park?")
    answer = await sari.next_message()
    assert answer.text.startswith("The documents do not answer this")
    assert answer.text.endswith("• SOP/01 Curriculum Review")
    assert answer.buttons == []


@pytest.mark.parametrize("text", ["/tanya", "/tanya   ", "/tanya@tanyamutu_bot"])
async def test_a_command_without_a_question_says_how_to_ask(stage: Stage, text: str) -> None:
    sari = stage.api.person("Sari", language="en")
    await sari.sends(text)
    assert (await sari.next_message()).text.startswith("Write the question after the command")
    assert stage.answerer.asked == []


@pytest.mark.parametrize("text", ["/tanya who is  it?", "/tanya\nwho is  it?", "/tanya@tanyamutu_bot who is  it?"])
async def test_a_command_with_a_question_is_answered(stage: Stage, text: str) -> None:
    sari = stage.api.person("Sari")
    await sari.sends(text)
    assert (await sari.next_message()).text.startswith("Responsible")
    assert stage.answerer.asked == ["who is  it?"]


async def test_a_question_that_is_too_long_is_not_computed(stage: Stage) -> None:
    sari = stage.api.person("Sari", language="en")
    await sari.sends("x" * 1000)
    assert (await sari.next_message()).text.startswith("Responsible")
    await sari.sends("x" * 1001)
    assert (await sari.next_message()).text == ("The question is too long (1001 characters); please keep it to 1000.")
    assert len(stage.answerer.asked) == 1


@pytest.mark.parametrize("kind", ["photo", "voice", "sticker", "location", "document"])
async def test_what_is_not_text_is_answered_politely(stage: Stage, kind: str) -> None:
    sari = stage.api.person("Sari", language="en")
    await sari.shares(kind)
    assert (await sari.next_message()).text.startswith("Sorry, I can only read text")


async def test_an_unknown_command_is_named_as_such(stage: Stage) -> None:
    sari = stage.api.person("Sari", language="en")
    await sari.sends("/dance")
    assert (await sari.next_message()).text.startswith("I do not know this command")
    assert stage.answerer.asked == []


async def test_in_a_group_only_the_command_is_answered(stage: Stage) -> None:
    sari, group = stage.api.person("Sari"), stage.api.group("Senat", privacy=False)
    await sari.sends("Who approves the curriculum?", to=group)
    await sari.sends("/dance", to=group)
    await sari.shares("photo", to=group)
    asked = await sari.sends("/tanya Who approves the curriculum?", to=group)
    answer = await group.next_message()
    assert answer.reply_to == asked.id
    assert group.unread() == []
    assert len(stage.answerer.asked) == 1


async def test_markup_in_a_question_and_in_an_answer_stays_text(stage: Stage) -> None:
    stage.answerer.answer_text = "<b>1 < 2 && </blockquote><a href='x'>&lt;"
    sari = stage.api.person("<Sari> & co")
    await sari.sends("<b>who</i> &amp; <script>")
    assert stage.answerer.answer_text in (await sari.next_message()).text
    assert stage.answerer.asked == ["<b>who</i> &amp; <script>"]
    await sari.sends("/start")
    assert "<Sari> & co" in (await sari.next_message()).text


async def test_a_huge_answer_fits(stage: Stage) -> None:
    stage.answerer.answer_text = "😀&" * 5000
    stage.answerer.citations = tuple(
        CITATION.model_copy(update={"quote": "<>" * 3000, "title": "t" * 3000, "document": f"SOP/{number}" * 20})
        for number in range(9)
    )
    sari = stage.api.person("Sari")
    await sari.sends("all of it?")
    answer = await sari.next_message()
    assert "😀&" in answer.text
    assert len(answer.buttons) == 5


async def test_the_button_shows_the_whole_clause(stage: Stage) -> None:
    sari = stage.api.person("Sari")
    await sari.sends("Who?")
    answer = await sari.next_message()
    query = await sari.presses(answer, "Full clause")
    clause = await sari.next_message()
    assert clause.text.startswith("📄 SOP/01 · Curriculum Review")
    assert "Whole clause: The Dean approves" in clause.text
    assert clause.reply_to == answer.id
    assert await query.answered() == {}


async def test_several_clauses_have_a_button_each(stage: Stage) -> None:
    other = CITATION.model_copy(update={"document": "STD/02", "lines": (40, 41), "quote": "The Senate does."})
    stage.answerer.citations = (CITATION, other)
    sari = stage.api.person("Sari")
    await sari.sends("Who?")
    answer = await sari.next_message()
    assert answer.buttons == ["Full clause 1: SOP/01", "Full clause 2: STD/02"]
    await sari.presses(answer, "Full clause 2: STD/02")
    assert "The Senate does." in (await sari.next_message()).text


async def test_a_long_clause_is_turned_page_by_page_in_its_message(stage: Stage) -> None:
    text = "".join(f"Sentence {number} of the clause.\n" for number in range(400))
    stage.answerer.clauses[source_id(CITATION.source), 12, 14] = text
    sari = stage.api.person("Sari")
    await sari.sends("Who?")
    await sari.presses(await sari.next_message(), "Full clause")
    first = await sari.next_message()
    assert "(page 1/" in first.text
    assert first.buttons == ["▶"]
    await sari.presses(first, "▶")
    second = await sari.next_edit()
    assert second.id == first.id
    assert second.buttons == ["◀", "▶"]
    assert "(page 2/" in second.text
    repeated = await sari.presses(first, "▶")
    await repeated.answered()
    await sari.presses(second, "◀")
    assert (await sari.next_edit()).text == first.text
    assert sari.chat.unread() == []


async def test_a_double_tap_shows_the_clause_once(stage: Stage) -> None:
    sari = stage.api.person("Sari")
    await sari.sends("Who?")
    answer = await sari.next_message()
    presses = [await sari.presses(answer, "Full clause") for _ in range(2)]
    await sari.sends("/help")
    assert "Whole clause" in (await sari.next_message()).text
    assert (await sari.next_message()).text.startswith("Cara bertanya")
    for query in presses:
        assert await query.answered() == {}


async def test_a_press_that_is_too_old_to_be_answered_is_served(stage: Stage) -> None:
    sari = stage.api.person("Sari")
    await sari.sends("Who?")
    answer = await sari.next_message()
    await sari.presses(answer, "Full clause")
    stage.api.world.expire_queries()
    assert "Whole clause" in (await sari.next_message()).text
    (late,) = stage.api.calls_of("answerCallbackQuery")
    assert "query is too old" in late.description


async def test_a_button_and_a_question_outlive_the_bot(make_stage: StageMaker) -> None:
    async with LocalBotApi() as api:
        sari = api.person("Sari")
        async with make_stage(api):
            await sari.sends("Who?")
            answer = await sari.next_message()
        await sari.presses(answer, "Full clause")
        await sari.sends("Who else?")
        async with make_stage(api) as later:
            assert "Whole clause" in (await sari.next_message()).text
            assert (await sari.next_message()).text.startswith("Responsible")
            assert later.answerer.asked == ["Who else?"]


async def test_many_people_at_once_are_all_answered(stage: Stage, caplog: pytest.LogCaptureFixture) -> None:
    people = [stage.api.person(f"Person {number}") for number in range(14)]
    stage.api.fail("sendMessage", delay=0.2, times=14)
    await asyncio.gather(*(person.sends("Who?") for person in people))
    answers = await asyncio.gather(*(person.next_message() for person in people))
    assert all(answer.text.startswith("Responsible") for answer in answers)
    assert stage.api.faults.struck["sendMessage"] == 14
    assert "repeating" not in caplog.text


async def test_a_clause_that_is_gone_and_data_that_is_foreign(stage: Stage) -> None:
    sari = stage.api.person("Sari")
    await sari.sends("Who?")
    answer = await sari.next_message()
    stage.answerer.citations = ()
    await sari.presses(answer, "Full clause")
    assert (await sari.next_message()).text.startswith("This clause cannot be found")
    answer.wire["reply_markup"]["inline_keyboard"][0][0]["callback_data"] = "c:xx:../../etc"
    query = await sari.presses(answer, "Full clause")
    assert await query.answered() == {}


async def test_a_failing_engine_gives_a_reference_and_the_log_the_rest(
    stage: Stage, caplog: pytest.LogCaptureFixture
) -> None:
    stage.answerer.error = RuntimeError("the index is on fire")
    sari = stage.api.person("Sari", language="en")
    await sari.sends("Who?")
    message = await sari.next_message()
    found = REFERENCE.search(message.text)
    assert found is not None
    assert "fire" not in message.text
    assert f"reference {found.group()}" in caplog.text
    assert "the index is on fire" in caplog.text
    stage.answerer.error = None
    await sari.sends("Who?")
    assert (await sari.next_message()).text.startswith("Responsible")


@pytest.mark.parametrize(
    ("language", "sentence"), [("id", "Itu belum berupa pertanyaan"), ("en", "That is no question")]
)
async def test_what_is_no_question_is_told_in_one_sentence(stage: Stage, language: str, sentence: str) -> None:
    stage.answerer.error = QuestionError("no question")
    sari = stage.api.person("Sari", language=language)
    await sari.sends("terima kasih")
    message = await sari.next_message()
    assert message.text.startswith(sentence)
    assert REFERENCE.search(message.text) is None


async def test_a_fault_before_the_effect_is_healed(stage: Stage) -> None:
    sari = stage.api.person("Sari")
    stage.api.fail("sendMessage", status=500)
    stage.api.fail("sendChatAction", status=500)
    await sari.sends("Who?")
    assert (await sari.next_message()).text.startswith("Responsible")
    stage.api.fail("sendMessage", drop=True)
    await sari.sends("Who?")
    assert (await sari.next_message()).text.startswith("Responsible")
    assert sari.chat.unread() == []


async def test_a_fault_after_the_effect_costs_one_repeat(stage: Stage) -> None:
    sari = stage.api.person("Sari")
    stage.api.fail("sendMessage", status=502, after_effect=True)
    await sari.sends("Who?")
    texts = [(await sari.next_message()).text for _ in range(2)]
    assert texts[0] == texts[1]


async def test_a_lasting_fault_is_told_with_a_reference(stage: Stage, caplog: pytest.LogCaptureFixture) -> None:
    sari = stage.api.person("Sari", language="en")
    stage.api.fail("sendMessage", status=500, times=2)
    await sari.sends("Who?")
    message = await sari.next_message()
    assert message.text.startswith("Sorry, something failed on our side")
    stage.api.fail("sendMessage", status=500, times=4)
    await sari.sends("Who?")
    await sari.sends("/help")
    assert (await sari.next_message()).text.startswith("How to ask")
    assert "could not be told about the failure" in caplog.text


async def test_a_flood_is_waited_out(make_stage: StageMaker) -> None:
    async with LocalBotApi(flood=FloodLimits(chat_burst=1)) as api, make_stage(api) as stage:
        sari = stage.api.person("Sari")
        await sari.sends("Who?")
        await sari.sends("Who else?")
        texts = [(await sari.next_message()).text for _ in range(2)]
        assert texts[0] == texts[1]
        assert 429 in [call.status for call in stage.api.calls_of("sendMessage")]


async def test_a_person_who_blocks_the_bot_is_left_alone(stage: Stage, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    sari, budi = stage.api.person("Sari"), stage.api.person("Budi")
    await sari.sends("/help")
    await sari.next_message()
    await sari.sends("Who?")
    sari.blocks_bot()
    await stage.api.called("sendMessage", status=403)
    await budi.sends("Who?")
    await budi.next_message()
    assert sari.chat.unread() == []
    assert "reference" not in caplog.text


class Recorder(logging.Handler):
    """Keeps what a handler of the root logger would write."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: list[str] = []
        self.records: list[logging.LogRecord] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(self.format(record))
        self.records.append(record)


@pytest.fixture
def recorder() -> Iterator[Recorder]:
    """Everything the process logs from DEBUG on, httpx and telegram included."""
    root, kept = logging.getLogger(), Recorder()
    earlier = root.level
    root.addHandler(kept)
    configure_logging("DEBUG", ["a configured secret"])
    for name in ("httpx", "httpcore", "telegram"):
        assert logging.getLogger(name).level == logging.WARNING
        logging.getLogger(name).setLevel(logging.DEBUG)
    yield kept
    root.removeHandler(kept)
    root.setLevel(earlier)
    for name in ("httpx", "httpcore", "telegram"):
        logging.getLogger(name).setLevel(logging.WARNING)
    for handler in root.handlers:
        for redactor in [one for one in handler.filters if isinstance(one, TokenRedactor)]:
            handler.removeFilter(redactor)


async def test_no_log_record_holds_the_token(recorder: Recorder, make_stage: StageMaker) -> None:
    async with LocalBotApi() as api, make_stage(api) as stage:
        token, sari = stage.api.token, stage.api.person("Sari")
        stage.answerer.error = RuntimeError(f"https://api.telegram.org/bot{token}/getMe failed")
        await sari.sends("/start")
        await sari.next_message()
        await sari.sends("Who?")
        await sari.next_message()
        stage.api.fail("getUpdates", status=500)
        stage.api.fail("sendMessage", drop=True)
        await sari.sends(f"my token is {token}")
        await sari.next_message()
        logging.getLogger("x").error("bad %s %(no)s", token)
        logging.getLogger("x").error("key %s and %s", token, "a configured secret", stack_info=True)
        logging.getLogger("x").warning("url", extra={"harmless": 1})
    assert any("/bot[token]/" in line for line in recorder.lines)
    assert any("Traceback" in line for line in recorder.lines)
    for line, record in zip(recorder.lines, recorder.records, strict=True):
        assert token not in line
        assert token not in str(vars(record))
        assert "a configured secret" not in line


def test_button_data_is_short_and_read_back() -> None:
    longest = ClauseButton("p", "en", "0123abcd", 999_999_999, 999_999_999, 9999)
    assert len(longest.data().encode()) <= 64
    assert ClauseButton.read(longest.data()) == longest
    with pytest.raises(ValueError, match="not the callback data"):
        ClauseButton.read("c:id:0123abcd:1-2:1;drop")
