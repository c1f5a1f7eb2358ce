"""What a person sees when talking to the bot, on good days and on bad ones."""

import logging
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from telegram_stage import CITATION, Stage, bot_on

from bot.logs import TokenRedactor, configure_logging
from handlers import ask
from handlers.addresses import ClauseButton
from index.errors import QuestionError
from index.reply import source_id
from playground.server import LocalBotApi

SHOWN = "Responsible\nThe Dean approves it.\n\n📄 SOP/01 · Curriculum Review · § 5. Procedure · lines 12–14"
REFERENCE = re.compile(r"\b[0-9A-F]{6}\b")


async def test_help_says_how_to_ask(stage: Stage) -> None:
    sari = stage.api.person("Sari <i>", language="en-GB")
    await sari.sends("/help")
    text = (await sari.next_message()).text
    assert text.startswith("How to ask")
    assert "@tanyamutu_bot and the question" in text


async def test_the_menu_shows_what_everybody_may_use(stage: Stage) -> None:
    sari, group = stage.api.person("Sari", language="en"), stage.api.group("Senat")
    await stage.api.world.changed.until(lambda: len(stage.api.calls_of("setMyCommands")) == 4, 5)
    commands = [entry["command"] for entry in sari.menu()]
    assert {"tanya", "help"} <= set(commands)
    assert "tertunda" not in commands
    assert {entry["command"] for entry in sari.menu(group)} < set(commands)
    assert stage.api.world.descriptions["description", "en"].startswith("Ask about")


async def test_a_question_is_answered_with_its_clause_off_the_event_loop(stage: Stage) -> None:
    sari = stage.api.person("Sari", language="en")
    question = await sari.sends("Who approves the curriculum?")
    answer = await sari.next_message()
    assert answer.text.startswith(SHOWN)
    assert [entity["type"] for entity in answer.entities] == ["bold", "expandable_blockquote"]
    assert answer.buttons == ["Full clause", "👍", "👎"]
    assert answer.reply_to == question.id
    assert stage.api.calls_of("sendChatAction") == []
    assert all(name.startswith("answer") for name in stage.answerer.threads)


async def test_questions_of_one_chat_are_answered_in_their_order(stage: Stage) -> None:
    sari = stage.api.person("Sari", language="en")
    sent = [await sari.sends(f"question {number}") for number in range(6)]
    assert [(await sari.next_message()).reply_to for _ in sent] == [message.id for message in sent]


async def test_an_answer_that_takes_long_shows_that_work_is_going_on(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ask, "TYPING_AFTER", 0.0)
    sari = stage.api.person("Sari", language="en")
    stage.answerer.gate.clear()
    stage.api.fail("sendChatAction", status=500)
    await sari.sends("Who?")
    await stage.api.called("sendChatAction", status=500)
    stage.answerer.gate.set()
    assert (await sari.next_message()).text.startswith("Responsible")
    assert [call.parameters["action"] for call in stage.api.calls_of("sendChatAction")] == ["typing"]


async def test_a_refusal_has_no_button(stage: Stage) -> None:
    stage.answerer.citations = ()
    sari = stage.api.person("Sari", language="en")
    await sari.sends("Where may I park?")
    answer = await sari.next_message()
    assert answer.text.startswith("The documents do not answer this")
    assert "• SOP/01 Curriculum Review" in answer.text
    assert answer.text.endswith("I have passed your question on to the quality office. Their answer will come here.")
    assert answer.buttons == []


@pytest.mark.parametrize("text", ["/tanya", "/tanya   ", "/tanya@tanyamutu_bot"])
async def test_a_command_without_a_question_says_how_to_ask(stage: Stage, text: str) -> None:
    sari = stage.api.person("Sari", language="en")
    await sari.sends(text)
    assert (await sari.next_message()).text.startswith("Write the question after the command")
    assert stage.answerer.asked == []


@pytest.mark.parametrize("text", ["/tanya who is  it?", "/tanya\nwho is  it?", "/tanya@tanyamutu_bot who is  it?"])
async def test_a_command_with_a_question_is_answered(stage: Stage, text: str) -> None:
    sari = stage.api.person("Sari", language="en")
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
    sari, group = stage.api.person("Sari", language="en"), stage.api.group("Senat", privacy=False)
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
    sari = stage.api.person("<Sari> & co", language="en")
    await sari.sends("<b>who</i> &amp; <script>")
    assert stage.answerer.answer_text in (await sari.next_message()).text
    assert stage.answerer.asked == ["<b>who</i> &amp; <script>"]


async def test_a_huge_answer_fits(stage: Stage) -> None:
    stage.answerer.answer_text = "😀&" * 5000
    stage.answerer.citations = tuple(
        CITATION.model_copy(update={"quote": "<>" * 3000, "title": "t" * 3000, "document": f"SOP/{number}" * 20})
        for number in range(9)
    )
    sari = stage.api.person("Sari", language="en")
    await sari.sends("all of it?")
    answer = await sari.next_message()
    assert "😀&" in answer.text
    assert len(answer.buttons) == 7


async def test_the_button_shows_the_whole_clause(stage: Stage) -> None:
    sari = stage.api.person("Sari", language="en")
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
    sari = stage.api.person("Sari", language="en")
    await sari.sends("Who?")
    answer = await sari.next_message()
    assert [text for row in answer.rows[:1] for text in (button["text"] for button in row)] == ["Clause 1", "Clause 2"]
    await sari.presses(answer, "Clause 2")
    assert "The Senate does." in (await sari.next_message()).text


async def test_a_long_clause_is_turned_page_by_page_in_its_message(stage: Stage) -> None:
    text = "".join(f"Sentence {number} of the clause.\n" for number in range(400))
    stage.answerer.clauses[source_id(CITATION.source), 12, 14] = text
    sari = stage.api.person("Sari", language="en")
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
    sari = stage.api.person("Sari", language="en")
    await sari.sends("Who?")
    answer = await sari.next_message()
    presses = [await sari.presses(answer, "Full clause") for _ in range(2)]
    await sari.sends("/help")
    assert "Whole clause" in (await sari.next_message()).text
    assert (await sari.next_message()).text.startswith("How to ask")
    for query in presses:
        assert await query.answered() == {}


async def test_a_press_that_is_too_old_to_be_answered_is_served(stage: Stage) -> None:
    sari = stage.api.person("Sari", language="en")
    await sari.sends("Who?")
    answer = await sari.next_message()
    await sari.presses(answer, "Full clause")
    stage.api.world.expire_queries()
    assert "Whole clause" in (await sari.next_message()).text
    late = await stage.api.called("answerCallbackQuery", status=400)
    assert "query is too old" in late.description
    assert stage.store.outbox.counts().failed == 0


async def test_a_button_and_a_question_outlive_the_bot(tmp_path: Path) -> None:
    async with LocalBotApi() as api:
        sari = api.person("Sari", language="en")
        async with bot_on(api, tmp_path):
            await sari.sends("Who?")
            answer = await sari.next_message()
        await sari.presses(answer, "Full clause")
        await sari.sends("Who else?")
        async with bot_on(api, tmp_path) as later:
            assert "Whole clause" in (await sari.next_message()).text
            assert (await sari.next_message()).text.startswith("Responsible")
            assert later.answerer.asked == ["Who else?"]


async def test_a_clause_that_is_gone_and_data_that_is_foreign(stage: Stage) -> None:
    sari = stage.api.person("Sari", language="en")
    await sari.sends("Who?")
    answer = await sari.next_message()
    stage.answerer.citations = ()
    await sari.presses(answer, "Full clause")
    assert (await sari.next_message()).text.startswith("This clause cannot be found")
    answer.wire["reply_markup"]["inline_keyboard"][0][0]["callback_data"] = "c:xx:../../etc"
    query = await sari.presses(answer, "Full clause")
    toast = await query.answered()
    assert toast["text"].startswith("This button does not work any more")


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
    assert "RuntimeError" in caplog.text
    assert "raise self.error" in caplog.text
    assert "on fire" not in caplog.text  # an error may quote what somebody wrote
    stage.answerer.error = None
    await sari.sends("Who?")
    assert (await sari.next_message()).text.startswith("Responsible")


async def test_what_is_no_question_is_told_in_one_sentence(stage: Stage) -> None:
    stage.answerer.error = QuestionError("no question")
    sari = stage.api.person("Sari", language="en")
    await sari.sends("terima kasih")
    message = await sari.next_message()
    assert message.text.startswith("That is no question")
    assert REFERENCE.search(message.text) is None


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


async def test_no_log_record_holds_the_token(recorder: Recorder, tmp_path: Path) -> None:
    async with LocalBotApi() as api, bot_on(api, tmp_path) as stage:
        token, sari = stage.api.token, stage.api.person("Sari", language="en")
        stage.answerer.error = RuntimeError(f"https://api.telegram.org/bot{token}/getMe failed")
        await sari.sends("Who?")
        await sari.next_message()
        stage.api.fail("getUpdates", status=500)
        stage.api.fail("sendMessage", drop=True)
        await sari.sends(f"my token is {token}")
        await sari.next_message()
        logging.getLogger("x").error("bad %s %(no)s", token)
        logging.getLogger("x").error("key %s and %s", token, "a configured secret", stack_info=True)
        logging.getLogger("x").warning("url", extra={"harmless": 1})
        try:
            raise stage.answerer.error
        except RuntimeError:
            logging.getLogger("x").exception("a library's own record")
    assert any("/bot[token]/" in line for line in recorder.lines)
    assert any("Traceback" in line for line in recorder.lines)
    for line, record in zip(recorder.lines, recorder.records, strict=True):
        assert token not in line
        assert token not in str(vars(record))
        assert "a configured secret" not in line


def test_button_data_is_short_and_read_back() -> None:
    longest = ClauseButton("open", "en", "0123abcd", 999_999_999, 999_999_999, 9999)
    assert len(longest.data().encode()) <= 64
    assert ClauseButton.read(longest.data()) == longest
    with pytest.raises(ValueError, match="not the data of a ClauseButton"):
        ClauseButton.read("c:id:0123abcd:1-2:1;drop")
