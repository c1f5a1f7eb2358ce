"""What is stored about a person can be taken along and can be gone; no table is forgotten."""

from __future__ import annotations

import datetime as dt
import json
import re

import pytest

from store.bilingual import Bilingual
from store.campaigns import CampaignKind, NewCampaign
from store.conversations import Step, Topic
from store.graduates import GraduateRow
from store.inbox import InboxState, NewUpdate
from store.interviews import Source
from store.outbox import MessageLostError, NewMessage
from store.owndata import HOLDINGS
from store.people import PersonNotFoundError
from store.questions import NewQuestion
from store.roles import Role
from store.rulings import Verdict
from store.runs import NewStep
from store.staff import StaffRow
from store.trail import Act
from store.wishes import Wishes

WHO = 7_770_123_456
OTHER = 8_880_123_456
SECRET = "Rahasia-Sekali"


@pytest.fixture
def life(store, meet, clock):
    """Somebody who left a trace in every table, and somebody else who had to do with them."""
    meet(OTHER, Role.QUALITY_OFFICE, name="Lain"), meet(1), meet(WHO, name=SECRET)
    ends = clock.now + dt.timedelta(days=9)
    own = store.invitations.make(Role.OTHER_STAFF, None, WHO, expires_at=ends, uses=3)
    (member,) = store.staff.import_rows([StaffRow(2, SECRET, "dosen")]).members
    store.invitations.redeem(store.invitations.make_for(member, 1, expires_at=ends).token, WHO)
    store.invitations.redeem(own.token, OTHER)
    store.people.request_role(WHO, Role.DEANS_OFFICE)
    store.people.decide(store.people.request_role(OTHER, Role.QUALITY_OFFICE).id, WHO, approved=True)
    for chat in (WHO, -100):
        store.conversations.set_topic(WHO, chat, Topic(SECRET, "other", "id", ("sop",), ({"line": 1},)))
        store.conversations.set_step(WHO, chat, Step("unit", {"words": SECRET}))
    store.questions.waits(WHO)
    store.questions.add(NewQuestion(WHO, WHO, "id", SECRET, "other", True))
    asked = store.questions.add(NewQuestion(WHO, -100, "id", SECRET, "other", False))
    others = store.questions.add(NewQuestion(OTHER, OTHER, "id", "Pertanyaan lain", "other", False))
    store.questions.rate(others, WHO, good=False, reason=SECRET)
    store.questions.rate(asked, OTHER, good=False, reason="benar")
    store.curated.withdraw(store.answer_pending(others, "Jawaban baku.", WHO).id, WHO)
    store.answer_pending(asked, "Jawaban lain.", OTHER, question="Tanpa nama")
    store.inbox.put(NewUpdate(1, str(WHO), {"text": SECRET}, WHO, WHO))
    store.inbox.put(NewUpdate(2, str(WHO), {"text": SECRET}, WHO, -100))
    store.inbox.put(NewUpdate(3, str(OTHER), {"text": "lain"}, OTHER, OTHER))
    store.outbox.enqueue(NewMessage(WHO, "sendMessage", {"text": SECRET}, f"u1:{WHO}"))
    store.outbox.enqueue(NewMessage(1, "sendMessage", {"text": f"{SECRET} asks"}, "u2:0", person_id=WHO))
    store.outbox.enqueue(NewMessage(OTHER, "sendMessage", {"text": "lain"}, "u3:0"))
    store.due.put("reminder", f"r:{WHO}", ends, WHO, payload={"text": SECRET})
    _reminders(store)
    _surveys(store)


def _surveys(store) -> None:
    """Leave traces as a graduate who answered, and as a coordinator who took another's answers."""
    rest = ("55201", "Informatika", "S1", 2023, dt.date(2024, 7, 1), dt.date(2002, 5, 4))
    rows = [GraduateRow(2, SECRET, SECRET, *rest, phone=SECRET), GraduateRow(3, "222", "Lain", *rest)]
    store.graduates.import_rows(rows)
    own, others = store.graduates.by_nim(SECRET), store.graduates.by_nim("222")
    store.graduates.keep_identity(own.id, "nik", SECRET)
    store.graduates.guessed_wrong(WHO, others.id)
    form = store.campaigns.add_form("Formulir", {"unit": "row"}, WHO)
    day = dt.date(2026, 3, 1)
    campaign = store.campaigns.add(
        NewCampaign(CampaignKind.OWN, "Survei", 2025, range(2021, 2024), day, day, form_id=form.id), WHO
    )
    link = store.campaigns.link(campaign.id, own.id)
    mine = store.interviews.begin(campaign, own, WHO, link_id=link.id)
    store.interviews.consent(mine.id, "id")
    store.interviews.keep(mine.id, {"where": SECRET, "ways": ("a", "b")}, "u1")
    store.interviews.begin(campaign, others, None, source=Source.TELEPHONE, taken_by=WHO)
    store.uploads.keep(WHO, f"{SECRET}.csv", SECRET.encode())
    store.reminded.told(campaign.id, f"g{own.id}", WHO, 1)


def _reminders(store) -> None:
    """Leave traces in the calendar, the rules, a run and the reminders."""
    day = dt.date(2026, 12, 1)
    store.events.add("kkn", day, day, WHO)
    store.rulings.rule("abc", "sop", Verdict.OFF, WHO, reason="Tidak berlaku")
    step = NewStep("1", Bilingual("Do", "Kerjakan"), "SOP", "sop.txt", (1, 2), people=((WHO, Role.LECTURER),))
    run = store.runs.draft("sop", "SOP", Bilingual("SOP", "SOP"), "d", [step], WHO)
    store.runs.name_holder("rector", None, WHO)
    store.trail.note(Act.RUN_STARTED, WHO, run_id=run.id)
    store.trail.note(Act.ASSIGNED, OTHER, run_id=run.id, told=WHO)
    store.wishes.keep(WHO, Wishes())
    store.wishes.add_own(WHO, SECRET, day, None)


def _dump(store) -> dict[str, list[dict[str, object]]]:
    database = store._database
    return {table: list(database.connection[table].rows) for table in database.connection.table_names()}


def test_every_column_that_names_a_person_is_covered(store):
    connection = store._database.connection
    covered = {(holding.table, column) for holding in HOLDINGS for column in holding.columns}
    for table in connection.tables:
        keys = {key.column for key in table.foreign_keys if key.other_table == "people"}
        named = {column.name for column in table.columns if re.fullmatch(r"(person|chat|user)_id|\w+_by", column.name)}
        for column in keys | named:
            assert (table.name, column) in covered, f"{table.name}.{column} is missing in store.owndata.HOLDINGS"
    tables = set(connection.table_names())
    assert {holding.table for holding in HOLDINGS} <= tables
    impersonal = {"units", "known_rules", "run_steps", "remembered", "_sqlite_migrations", "sqlite_sequence"}
    assert tables - {holding.table for holding in HOLDINGS} == impersonal & tables


def test_every_covered_column_is_filled_by_the_life_the_tests_stand_on(store, life):
    rows = _dump(store)
    for holding in HOLDINGS:
        for column in holding.columns:
            assert any(row[column] == WHO for row in rows[holding.table]), f"{holding.table}.{column}"


def test_the_export_holds_everything_of_the_person_and_nothing_of_others(store, life):
    exported = store.export_person(WHO)
    assert set(exported) == {holding.table for holding in HOLDINGS}
    text = json.dumps(exported, ensure_ascii=False)
    assert str(OTHER) not in text
    assert "Pertanyaan lain" in text  # the curated question is in words the author wrote
    assert all(row.get("text") != "Pertanyaan lain" for row in exported["questions"])
    assert exported["people"][0]["name"] == SECRET
    assert exported["topics"][0]["facts"] == [{"line": 1}]
    assert exported["inbox"][0]["payload"] == {"text": SECRET}


def test_nothing_is_exported_about_somebody_unknown(store):
    assert store.export_person(404) == {}


def test_erasing_leaves_neither_id_nor_name_nor_words(store, life, path):
    before = _dump(store)
    erased = store.erase_person(WHO)
    assert set(erased) == {holding.table for holding in HOLDINGS}
    text = json.dumps(_dump(store), ensure_ascii=False)
    assert str(WHO) not in text
    assert SECRET not in text
    raw = b"".join(file.read_bytes() for file in path.parent.iterdir())
    assert SECRET.encode() not in raw
    assert {"people": 1, "redemptions": 1, "feedback": 1, "outbox": 2, "inbox": 2}.items() <= erased.items()
    assert len(_dump(store)["units"]) == len(before["units"])


def test_erasing_keeps_what_is_others(store, life):
    others_before = store.export_person(OTHER)
    store.erase_person(WHO)
    others = store.export_person(OTHER)
    for table in ("people", "inbox", "outbox", "redemptions"):
        assert others[table] == others_before[table]
    baku = store.curated.get(1)
    assert (baku.answer, baku.author, baku.written_by, baku.author_role) == ("Jawaban baku.", "", None, Role.LECTURER)
    assert store.curated.get(2).question_id is None


def test_the_update_that_asks_for_it_can_be_finished_with_a_last_word(store, life):
    update = store.inbox.claim("w")
    assert update.key == str(WHO)
    with store.transaction():
        store.erase_person(WHO)
        store.outbox.enqueue(NewMessage(WHO, "sendMessage", {"text": "Semua dihapus."}, "u1:0"))
        store.inbox.done(update)
    assert store.inbox.counts()[InboxState.DONE] == 2
    assert not store.inbox.put(NewUpdate(1, str(WHO), {"text": SECRET}, WHO, WHO))
    with pytest.raises(PersonNotFoundError):
        store.people.get(WHO)


def test_a_message_on_its_way_is_lost_to_its_sender(store, life):
    message = store.outbox.claim("s")
    store.outbox.sending(message)
    store.erase_person(WHO)
    with pytest.raises(MessageLostError):
        store.outbox.sent(message)


def test_erasing_twice_or_somebody_unknown_is_harmless(store, life):
    store.erase_person(WHO)
    assert store.erase_person(WHO) == {}
    assert store.erase_person(404) == {}
