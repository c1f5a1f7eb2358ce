"""Follow-ups over the real documents: understood in their topic, or left as they are where they stand alone."""

from __future__ import annotations

import pytest

from bot.evaluate import DIALOGUES
from index.engine import Engine
from index.evaluation.dialogues import converse, evaluate_dialogues, load_dialogues
from index.reply import Reply
from index.topic import Topic
from tests.conftest import QUESTIONS

FOLLOW_UPS = [
    ("Apa yang dimaksud UTS?", "UAS?", (1627,)),
    ("Siapa yang menetapkan jadwal seminar proposal?", "kalau ujian tugas akhir?", (2239, 2271)),
    ("Who sets the mid-term examination schedule?", "and the final exam?", (1649, 1711)),
    ("Berapa rata-rata IPK minimal lulusan S1?", "untuk S2?", (176, 270)),
    ("Siapa yang mengevaluasi rencana pembelajaran?", "PIC nya siapa?", (1446,)),
    ("Apa saja langkah pindah prodi?", "siapa yg nindaklanjuti?", (2499, 2526)),
    ("What are the steps of the proposal seminar?", "who may attend?", (2159,)),
    ("Who marks the final exam papers?", "by when?", (1652, 1714)),
    ("Bagaimana langkah pindah kelas?", "kode dokumennya?", (2528,)),
]


def after(engine: Engine, first: str) -> Topic:
    """Give the topic that an answer leaves."""
    topic = Topic.of(engine.answer(first))
    assert topic is not None
    return topic


def same(one: Reply, other: Reply) -> bool:
    return one.model_copy(update={"ms": other.ms}) == other


@pytest.mark.parametrize(("first", "then", "lines"), FOLLOW_UPS)
def test_a_follow_up_is_answered_in_its_topic(engine: Engine, first: str, then: str, lines: tuple[int, ...]) -> None:
    reply = engine.answer(then, topic=after(engine, first))
    assert reply.question == then
    assert reply.understood
    start, end = reply.citations[0].lines
    assert any(start <= line <= end for line in lines), reply


def test_the_next_step_and_the_one_before_come_in_the_document_s_order(engine: Engine) -> None:
    topic = after(engine, "Siapa yang menunjuk penguji tugas akhir?")
    following = engine.answer("langkah berikutnya?", topic=topic)
    before = engine.answer("sebelumnya?", topic=topic)
    assert (before.citations[0].lines[0], following.citations[0].lines[0]) in {(2239, 2241), (2271, 2273)}
    back = Topic.of(following)
    assert back is not None
    assert engine.answer("previous step?", topic=back).citations[0].lines[0] in {2240, 2272}


def test_past_the_last_step_it_says_so_and_cites_the_last(engine: Engine) -> None:
    topic = after(engine, "Apa saja langkah cuti studi?")
    reply = engine.answer("terus?", topic=topic)
    assert reply.answer.startswith("Itu langkah terakhir.")
    assert reply.citations[0].lines == (2320, 2320)


def test_a_step_is_told_by_its_number(engine: Engine) -> None:
    topic = after(engine, "What are the steps of the study leave?")
    assert engine.answer("step 2?", topic=topic).citations[0].lines == (2318, 2318)
    assert engine.answer("step 9?", topic=topic).answer.startswith("There are no more than 4 steps")


def test_a_topic_carries_over_several_turns(engine: Engine) -> None:
    turns = ("Apa saja langkah-langkah pindah kelas?", "kalau pindah prodi?", "siapa yang menindaklanjuti?")
    assert converse(engine, turns).citations[0].lines[0] in {2499, 2526}


def test_an_aspect_that_the_documents_do_not_say_is_refused(engine: Engine) -> None:
    topic = after(engine, "Apa saja langkah cuti studi?")
    for question in ("biayanya berapa?", "kapan batas waktunya?"):
        reply = engine.answer(question, topic=topic)
        assert not reply.answerable
        assert Topic.of(reply) is None


def test_a_follow_up_without_words_of_a_language_keeps_the_topic_s(engine: Engine) -> None:
    assert engine.answer("UAS?", topic=after(engine, "Who sets the mid-term exam schedule?")).language == "en"
    assert engine.answer("UAS?", topic=after(engine, "Siapa yang menetapkan jadwal UTS?")).language == "id"
    assert engine.answer("siapa PIC-nya?", topic=after(engine, "Who drafts the tracer study?")).language == "id"


def test_held_out_dialogues_are_understood_and_new_topics_are_as_if_alone(engine: Engine) -> None:
    """A floor a few points below what is measured, so that a loss is noticed."""
    report = evaluate_dialogues(engine, load_dialogues(QUESTIONS / DIALOGUES))
    assert report.right["right first citation"] / report.total["right first citation"] >= 0.78
    assert report.right["unsaid"] / report.total["unsaid"] >= 0.8
    assert report.right["change as if alone"] == report.total["change as if alone"]


def test_a_complete_question_is_no_follow_up(engine: Engine) -> None:
    topic = after(engine, "Apa saja langkah cuti studi?")
    for question in ("Kapan BKD dinilai?", "What does DYS stand for?", "SOP 1.2.16", "apa itu tracer study?"):
        assert same(engine.answer(question, topic=topic), engine.answer(question))


def test_an_abbreviation_takes_the_place_of_another_and_of_nothing_more(engine: Engine) -> None:
    topic = Topic.of(engine.answer("kapan soal UTS harus dikumpulkan?"))
    assert engine.answer("kalau UAS?", topic=topic).understood == "kapan soal UAS harus dikumpulkan?"
