"""Coordinators rule on the real documents' time limits in the chat."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from people_stage import give
from rules_stage import EXAMS, coordinator, opened, ruled, rules_bot, told, turned
from telegram_stage import Stage

from bot.rulebook import rulebook_of
from corpus.lexicon import Lexicon
from corpus.model import Document
from corpus.wording import load_wordings
from handlers.addresses import RuleButton, RuleDraftButton, RuleLeadsButton, RulesButton
from index.browse import Browser
from index.browse.tree import document_key
from index.built import browsable
from playground.messages import Message
from playground.people import Person
from playground.server import LocalBotApi
from reminders.actors import load_actors
from reminders.anchors import load_anchors
from reminders.rulebook import Rule, Rulebook, RuleState
from reminders.ruled import Standing
from store.permissions import PERMISSIONS, Action
from store.roles import Role
from store.rulings import Verdict
from store.trail import Act

REASON = "Decided by the rector's letter 3/2026 <b> 🙂"
REFUSED = "This button is not for your role."


@pytest.fixture(scope="module")
def shelf(documents: tuple[Document, ...], lexicon: Lexicon) -> Browser:
    """The documents to browse, without a search index."""
    return Browser(browsable(documents, load_wordings()), lexicon)


@pytest.fixture(scope="module")
def rulebook(shelf: Browser) -> Rulebook:
    return rulebook_of(shelf)


@pytest.fixture
async def stage(tmp_path: Path, shelf: Browser, rulebook: Rulebook) -> AsyncIterator[Stage]:
    async with LocalBotApi() as api, rules_bot(api, tmp_path, shelf, rulebook) as made:
        yield made


@pytest.fixture(scope="module")
def exam(rulebook: Rulebook) -> Rule:
    """The questions of an examination, three days before it."""
    return next(r for r in rulebook.rules if r.clause.document == EXAMS and r.limit.offset == "-P3D")


@pytest.fixture(scope="module")
def vague(rulebook: Rulebook) -> Rule:
    return next(r for r in rulebook.rules if r.state is RuleState.NOT_NUMERIC and r.actor is None)


def trail(stage: Stage) -> list[str]:
    return [entry.details["verdict"] for entry in stage.store.trail.all() if entry.act is Act.RULED]


# ---------------------------------------------------------------- looking through


async def test_the_counts_lead_to_each_choice_of_rules(stage: Stage, rulebook: Rulebook) -> None:
    ratna = coordinator(stage)
    counts = await told(ratna, "/aturan")
    assert f"{len(rulebook.rules)} rules in 57 documents" in counts.text
    usable = sum(rule.state is RuleState.USABLE for rule in rulebook.rules)
    assert counts.buttons[0] == f"✅ usable ({usable})"
    assert not any("switched off" in label for label in counts.buttons)
    listed = await turned(ratna, counts, "📅")
    assert len(re.findall(r"^\d+\. 📅", listed.text, re.MULTILINE)) == 6
    second = await turned(ratna, listed, "▶")
    assert "7. 📅" in second.text
    assert "◀ 1/3" in second.buttons
    rule = await turned(ratna, second, "7.")
    assert "State: 📅 nothing to count from" in rule.text
    assert (await turned(ratna, rule, "⬆ Back")).text == second.text


async def test_documents_lead_to_their_rules(stage: Stage) -> None:
    ratna = coordinator(stage, language="id")
    documents = await turned(ratna, await told(ratna, "/aturan"), "Menurut dokumen")
    assert len([label for label in documents.buttons if "SPMI" in label]) == 10
    listed = await turned(ratna, documents, documents.buttons[0])
    assert listed.text.startswith(documents.buttons[0].partition(" ")[0])
    assert "⬆ Menurut dokumen" in listed.buttons


async def test_a_code_opens_its_documents_rules_and_words_find_rules(stage: Stage) -> None:
    ratna = coordinator(stage)
    assert (await told(ratna, "/aturan 1.2.8")).text.startswith(f"{EXAMS} (6)")
    assert "3 days before" in (await told(ratna, "/aturan soal ujian")).text
    for words in ("xyzzy", "🙂", "<xyzzy>", "x" * 4000):
        assert (await told(ratna, f"/aturan {words}")).text.startswith("No rule holds")


async def test_a_rule_says_what_was_read_and_the_next_day(stage: Stage, exam: Rule) -> None:
    stage.store.events.add("course_exam", dt.date(2030, 1, 14), dt.date(2030, 1, 14), None, label="Kalkulus")
    ratna = coordinator(stage)
    message = await opened(stage, ratna, exam)
    assert exam.clause.text.en in message.text
    assert f"“{exam.limit.quote}”" in message.text
    assert "Counted from: examination of a course" in message.text
    assert "Time limit: 3 days before" in message.text
    assert "named in the same sentence" in message.text
    assert "Friday, 11 January 2030" in message.text
    assert "Kalkulus" in message.text
    await ratna.presses(message, "📖 The clause")
    assert (await ratna.next_message()).text


async def test_a_rule_is_said_in_the_readers_language(stage: Stage, exam: Rule) -> None:
    message = await opened(stage, coordinator(stage, language="id"), exam)
    assert exam.clause.text.id in message.text
    assert "Dihitung dari: ujian mata kuliah" in message.text
    assert "Batas waktu: 3 hari sebelum" in message.text


async def test_every_rule_fits_into_a_message_in_both_languages(stage: Stage, rulebook: Rulebook) -> None:
    longest = sorted(rulebook.rules, key=lambda rule: -max(len(rule.clause.text.en), len(rule.clause.text.id)))
    for language, name in (("en", "Ratna"), ("id", "Budi")):
        somebody = coordinator(stage, name, language)
        for rule in [*longest[:5], *rulebook.rules[::40]]:
            assert rule.clause.code in (await opened(stage, somebody, rule)).text


# ---------------------------------------------------------------- ruling


async def test_a_rule_is_confirmed_by_one_tap_and_once(stage: Stage, exam: Rule) -> None:
    ratna = coordinator(stage)
    message = await opened(stage, ratna, exam)
    confirm = message.callback_data("✔ Confirm")
    assert (await (await ratna.presses(message, "✔ Confirm")).answered())["text"] == "Confirmed."
    after = await ratna.next_edit()
    assert "Ratna (Coordinator): confirmed" in after.text
    assert "✔ Confirm" not in after.buttons
    again = await (await ratna.forges(after, confirm)).answered()
    assert again["text"] == "You have ruled on it already; this is how it counts now."
    assert trail(stage) == ["confirmed"]


async def test_switching_off_asks_for_the_reason_and_on_takes_one_tap(stage: Stage, exam: Rule) -> None:
    ratna = coordinator(stage)
    await turned(ratna, await opened(stage, ratna, exam), "🚫")
    off = await told(ratna, REASON)
    assert off.text.startswith("Switched off.")
    assert REASON in off.text
    assert ruled(stage, exam.key).standing is Standing.OFF
    counts = await told(ratna, "/aturan")
    assert "🚫 switched off (1)" in counts.buttons
    on = await turned(ratna, off, "Switch on")
    assert "✅ usable" in on.text
    assert trail(stage) == ["off", "open"]


@pytest.mark.parametrize("words", ["x" * 3_000, "😀" * 600, "x" * 5_000])
async def test_a_reason_that_is_too_long_is_asked_again(stage: Stage, exam: Rule, words: str) -> None:
    ratna = coordinator(stage)
    await turned(ratna, await opened(stage, ratna, exam), "🚫")
    assert (await told(ratna, words)).text == "Please write 1 to 500 characters of text."
    assert ruled(stage, exam.key).ruling is None
    assert (await told(ratna, "Not here")).text.startswith("Switched off.")


async def corrected(somebody: Person, message: Message, kind: str = "graduation ceremony") -> Message:
    """Correct what a rule is counted from and its length; return the message that asks for more or a reason."""
    choice = await turned(somebody, message, "✏️")
    kinds = await turned(somebody, choice, "What it is counted from")
    asked = await turned(somebody, kinds, kind)
    assert "Why is it corrected?" in asked.text
    choice = await turned(somebody, asked, "Correct something else too")
    await turned(somebody, choice, "How long it is")
    return await told(somebody, "14 hari kerja setelah")


async def test_a_vague_rule_becomes_usable_by_corrections_with_a_reason(stage: Stage, vague: Rule) -> None:
    ratna = coordinator(stage)
    asked = await corrected(ratna, await opened(stage, ratna, vague))
    assert "✏️ 14 working days after (read: no number)" in asked.text
    await turned(ratna, await turned(ratna, asked, "Correct something else too"), "Who acts")
    asked = await turned(ratna, await told(ratna, "Kaprodi"), "Head of")
    read_back = await told(ratna, REASON)
    assert vague.clause.text.en[:200] in read_back.text
    assert f"Reason: {REASON}" in read_back.text
    assert ruled(stage, vague.key).ruling is None
    saved = await turned(ratna, read_back, "Save")
    assert "State: ✅ usable" in saved.text
    known = ruled(stage, vague.key)
    assert known.correction == {
        "anchor": "graduation",
        "offset": "P14D",
        "days": "working",
        "times": 1,
        "actor": "head-of-programme",
    }
    assert known.ruling is not None
    assert known.ruling.reason == REASON
    assert trail(stage) == ["corrected"]
    again = await (await ratna.forges(saved, RuleDraftButton("save", vague.key).data())).answered()
    assert again["text"].startswith("This was saved, cancelled or left already")
    assert trail(stage) == ["corrected"]


@pytest.mark.parametrize("words", ["kapan-kapan", "3 jam", "🙂", "7", "x" * 4_000])
async def test_a_length_that_is_none_changes_nothing(stage: Stage, exam: Rule, words: str) -> None:
    ratna = coordinator(stage)
    await turned(ratna, await turned(ratna, await opened(stage, ratna, exam), "✏️"), "How long it is")
    assert (await told(ratna, words)).text.startswith("I cannot read a length in “")
    assert "✏️ 7 days before (read: 3 days before)" in (await told(ratna, "H-7")).text
    assert trail(stage) == []


@pytest.mark.parametrize("words", ["zzzz qqqq", "🙂", "x" * 4_000])
async def test_somebody_unknown_cannot_act(stage: Stage, exam: Rule, words: str) -> None:
    ratna = coordinator(stage)
    await turned(ratna, await turned(ratna, await opened(stage, ratna, exam), "✏️"), "Who acts")
    assert (await told(ratna, words)).text.startswith("I know nobody called")
    assert "Dean" in (await told(ratna, "dekan")).buttons


async def test_a_correction_can_be_given_up_and_taken_back(stage: Stage, exam: Rule) -> None:
    ratna = coordinator(stage)
    asked = await corrected(ratna, await opened(stage, ratna, exam))
    cancelled = await turned(ratna, asked, "Cancel")
    assert "Time limit: 3 days before" in cancelled.text
    assert trail(stage) == []
    await corrected(ratna, cancelled)
    saved = await turned(ratna, await told(ratna, REASON), "Save")
    back = await turned(ratna, await turned(ratna, saved, "✏️"), "Take all corrections back")
    assert "Counted from: examination of a course" in back.text
    assert "left as the documents say" in back.text
    assert trail(stage) == ["corrected", "open"]


async def test_words_beside_the_buttons_are_told_where_to_choose(stage: Stage, exam: Rule) -> None:
    ratna = coordinator(stage)
    await turned(ratna, await opened(stage, ratna, exam), "✏️")
    assert "/batal" in (await told(ratna, "tujuh hari")).text
    await told(ratna, "/batal")
    assert stage.store.conversations.step(ratna.id, ratna.id) is None


async def test_lead_times_are_chosen_in_one_message_and_kept_beside_a_correction(stage: Stage, exam: Rule) -> None:
    ratna = coordinator(stage)
    await corrected(ratna, await opened(stage, ratna, exam))
    saved = await turned(ratna, await told(ratna, REASON), "Save")
    leads = await turned(ratna, saved, "⏰")
    leads = await turned(ratna, leads, "⬜ 30")
    leads = await turned(ratna, leads, "✅ 3")
    assert trail(stage) == ["corrected"]
    assert (
        "Reminders: 30 days ahead, 7 days ahead, 1 day ahead, on the day" in (await turned(ratna, leads, "Save")).text
    )
    known = ruled(stage, exam.key)
    assert (known.verdict, known.correction["leads"]) == (Verdict.CONFIRMED, [30, 7, 1, 0])
    assert known.counts.anchor == "graduation"
    assert trail(stage) == ["corrected", "confirmed"]


async def test_of_two_coordinators_at_once_the_later_looks_again(stage: Stage, exam: Rule) -> None:
    ratna, budi = coordinator(stage), coordinator(stage, "Budi", role=Role.QUALITY_OFFICE)
    await corrected(ratna, await opened(stage, ratna, exam))
    read_back = await told(ratna, REASON)
    await turned(budi, await opened(stage, budi, exam), "✔")
    query = await ratna.presses(read_back, "Save")
    assert "meanwhile" in (await query.answered())["text"]
    shown = await ratna.next_edit()
    assert "Budi (Quality office (LPM, UPMF)): confirmed" in shown.text
    assert ruled(stage, exam.key).counts.anchor == "course_exam"
    assert trail(stage) == ["confirmed"]
    await corrected(ratna, shown)
    assert "graduation" in (await turned(ratna, await told(ratna, REASON), "Save")).text


async def test_a_reason_that_comes_after_anothers_ruling_is_not_kept(stage: Stage, exam: Rule) -> None:
    ratna, budi = coordinator(stage), coordinator(stage, "Budi")
    await turned(ratna, await opened(stage, ratna, exam), "🚫")
    await turned(budi, await opened(stage, budi, exam), "✔")
    assert "ruled on this rule meanwhile" in (await told(ratna, REASON)).text
    assert trail(stage) == ["confirmed"]


async def test_a_correction_goes_on_after_a_restart(
    tmp_path: Path, shelf: Browser, rulebook: Rulebook, exam: Rule
) -> None:
    async with LocalBotApi() as api:
        async with rules_bot(api, tmp_path, shelf, rulebook) as stage:
            ratna = coordinator(stage)
            await corrected(ratna, await opened(stage, ratna, exam))
        async with rules_bot(api, tmp_path, shelf, rulebook):
            read_back = await told(ratna, REASON)
        async with rules_bot(api, tmp_path, shelf, rulebook) as stage:
            await turned(ratna, read_back, "Save")
            assert ruled(stage, exam.key).correction["offset"] == "P14D"


async def test_buttons_of_a_rule_that_is_gone_say_so(
    tmp_path: Path, shelf: Browser, rulebook: Rulebook, exam: Rule
) -> None:
    async with LocalBotApi() as api:
        async with rules_bot(api, tmp_path, shelf, rulebook) as stage:
            ratna = coordinator(stage)
            message = await opened(stage, ratna, exam)
            draft = await turned(ratna, message, "✏️")
        fewer = Rulebook((rule for rule in rulebook.rules if rule.key != exam.key), ())
        async with rules_bot(api, tmp_path, shelf, fewer) as stage:
            seven = RuleLeadsButton("turn", exam.key, 0, 7, "all", "", 0).data()
            assert (await told(ratna, "words")).text.startswith("This rule is gone")
            for data in (draft.callback_data("Who acts"), message.callback_data("✔ Confirm"), seven):
                await ratna.forges(await told(ratna, "/help"), data)
                gone = await ratna.next_edit()
                assert gone.text.startswith("This rule is gone")
            assert (await turned(ratna, gone, "What has changed")).text == "There are no such rules now."
            assert trail(stage) == []


async def test_changed_rules_are_found_until_somebody_rules_on_them(stage: Stage, exam: Rule) -> None:
    known = {rule.key: rule.clause.document for rule in stage.service.rooms.running.almanac.rulebook.rules}
    stage.store.rulings.compare({key: document for key, document in known.items() if key != exam.key})
    stage.store.rulings.compare(known)
    ratna = coordinator(stage)
    listed = await turned(ratna, await told(ratna, "/aturan"), "🔄 changed, undecided (1)")
    rule = await turned(ratna, listed, "1. ✅🔄")
    confirmed = await turned(ratna, rule, "✔")
    assert (await turned(ratna, confirmed, "⬆ Back")).text == "There are no such rules now."


# ---------------------------------------------------------------- who may, and what buttons carry


@pytest.mark.parametrize("role", Role)
async def test_only_those_who_steer_rule(stage: Stage, exam: Rule, role: Role) -> None:
    somebody = coordinator(stage, "Eve", role=role)
    may = role in PERMISSIONS[Action.RULE] - {Role.ADMINISTRATOR}
    answer = await told(somebody, "/aturan")
    assert answer.text.startswith("Time limits") == may
    heard = await (await somebody.forges(answer, RuleButton("confirm", exam.key).data())).answered()
    assert (heard.get("text") == REFUSED) != may
    assert trail(stage) == (["confirmed"] if may else [])


async def test_a_dialogue_ends_with_the_role(stage: Stage, exam: Rule) -> None:
    ratna = coordinator(stage)
    await turned(ratna, await opened(stage, ratna, exam), "🚫")
    give(stage.store, ratna, Role.LECTURER)
    assert (await told(ratna, REASON)).text.startswith("This is not for your role.")
    assert trail(stage) == []


async def test_forged_choices_change_nothing(stage: Stage, exam: Rule) -> None:
    ratna = coordinator(stage)
    choice = await turned(ratna, await opened(stage, ratna, exam), "✏️")
    for act in ("anchor", "actor"):
        heard = await (await ratna.forges(choice, f"yb:{act}:{exam.key}:nobody")).answered()
        assert heard["text"].startswith("This button does not work any more")
    await ratna.forges(choice, f"yb:save:{exam.key}:")
    assert "3 days before" in (await ratna.next_edit()).text
    await ratna.forges(choice, "y:all:dffffffff:-999999")
    assert (await ratna.next_edit()).text == "There are no such rules now."
    await ratna.forges(choice, "y:usable::99999999")
    assert "◀" in "".join((await ratna.next_edit()).buttons)
    assert trail(stage) == []


def test_the_longest_addresses_fit_into_a_button(lexicon: Lexicon) -> None:
    key, document = "f" * 12, document_key(EXAMS)
    addresses = [
        RulesButton("documents", document, 999),
        RuleButton("confirm", key, 999_999_999_999, "changed", document, 999),
        RuleLeadsButton("save", key, 999_999_999, 63, "changed", document, 999),
        *(RuleDraftButton("anchor", key, kind) for kind in load_anchors().kinds),
        *(RuleDraftButton("actor", key, actor) for actor in load_actors(lexicon)),
    ]
    for address in addresses:
        assert len(address.data().encode()) <= 64, address
        assert type(address).read(address.data()) == address
