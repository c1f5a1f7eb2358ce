"""Questions: kept, rated, listed while open, settled once, forgotten; and how many one may ask."""

from __future__ import annotations

import datetime as dt

import pytest

from store.curated import CuratedNotFoundError, EmptyAnswerError
from store.people import PersonNotFoundError
from store.questions import (
    NewQuestion,
    PageError,
    PendingFilter,
    QuestionNotFoundError,
    QuestionSettledError,
    Why,
)
from store.roles import Role


@pytest.fixture
def ask(store, meet):
    meet(5), meet(6), meet(9, Role.QUALITY_OFFICE, name="Ibu Mutu")

    def ask(text="Berapa biaya wisuda?", *, answered=False, person_id=5, language="id", citations=()):
        return store.questions.add(
            NewQuestion(person_id, person_id, language, text, "other", answered, citations, message_id=77)
        )

    return ask


def _open(store, **which):
    return [question.id for question in store.questions.pending(PendingFilter(**which)).questions]


def test_a_question_is_kept_with_its_citations(store, ask, clock):
    question = store.questions.get(ask(answered=True, citations=({"source": "a.txt", "lines": [1, 2]},)))
    assert question.citations == ({"source": "a.txt", "lines": [1, 2]},)
    assert (question.text, question.answered, question.message_id) == ("Berapa biaya wisuda?", True, 77)
    assert question.asked_at == clock.now


def test_open_are_the_unanswered_and_those_with_a_thumb_down(store, ask):
    unanswered, good, bad = ask(), ask(answered=True), ask(answered=True)
    store.questions.rate(good, 5, good=True)
    store.questions.rate(bad, 5, good=False, reason="klausul lain")
    assert _open(store) == [unanswered, bad]
    assert _open(store, why=Why.UNANSWERED) == [unanswered]
    assert _open(store, why=Why.BAD_ANSWER) == [bad]
    assert store.questions.feedback(bad)[0].reason == "klausul lain"


def test_a_changed_mind_counts_and_others_thumbs_stay(store, ask):
    question = ask(answered=True)
    store.questions.rate(question, 5, good=False)
    store.questions.rate(question, 6, good=False)
    store.questions.rate(question, 5, good=True)
    assert [(thought.person_id, thought.good) for thought in store.questions.feedback(question)] == [
        (5, True),
        (6, False),
    ]
    assert _open(store) == [question]


def test_the_list_is_narrowed_and_paged(store, ask):
    many = [ask(f"pertanyaan {number}") for number in range(5)]
    english = ask("Who pays 100%?", language="en")
    assert _open(store, language="en") == [english]
    assert _open(store, words="PERTANYAAN 3") == [many[3]]
    assert _open(store, words="%") == [english]
    page = store.questions.pending(limit=2, offset=2)
    assert ([question.id for question in page.questions], page.total) == (many[2:4], 6)
    beyond = store.questions.pending(limit=2, offset=50)
    assert (beyond.questions, beyond.total) == ((), 6)


@pytest.mark.parametrize(("limit", "offset"), [(0, 0), (101, 0), (1, -1)])
def test_a_page_that_is_none_is_refused(store, limit, offset):
    with pytest.raises(PageError):
        store.questions.pending(limit=limit, offset=offset)


def test_an_answer_becomes_a_curated_entry_with_author_and_date(store, ask, clock):
    question = ask()
    clock.move(days=1)
    entry = store.answer_pending(question, " Lihat SK Rektor. ", 9)
    assert (entry.question, entry.answer, entry.author) == ("Berapa biaya wisuda?", "Lihat SK Rektor.", "Ibu Mutu")
    assert (entry.author_role, entry.written_at, entry.question_id) == (Role.QUALITY_OFFICE, clock.now, question)
    assert store.curated.at(entry.address) == entry
    settled = store.questions.get(question)
    assert (settled.settled_by, settled.curated_id) == (9, entry.id)
    assert _open(store) == []


def test_of_two_who_answer_one_is_told_and_leaves_nothing(store, ask, meet):
    meet(10, Role.QUALITY_OFFICE)
    question = ask()
    store.answer_pending(question, "Satu.", 9)
    with pytest.raises(QuestionSettledError):
        store.answer_pending(question, "Dua.", 10)
    assert [entry.answer for entry in store.curated.all()] == ["Satu."]


def test_a_question_is_settled_without_an_answer_and_opened_again_by_a_thumb_down(store, ask):
    question = ask(answered=True)
    store.questions.rate(question, 5, good=False)
    store.questions.settle(question, 9)
    assert _open(store) == []
    store.questions.rate(question, 6, good=True)
    assert _open(store) == []
    store.questions.rate(question, 6, good=False)
    assert _open(store) == [question]


def test_a_withdrawn_answer_is_used_no_more_but_keeps_its_address(store, ask):
    version = store.curated.version()
    entry = store.answer_pending(ask(), "Lama.", 9, question="Biaya wisuda?")
    assert entry.question == "Biaya wisuda?"
    assert store.curated.version() != version
    version = store.curated.version()
    withdrawn = store.curated.withdraw(entry.id, 9)
    assert store.curated.withdraw(entry.id, 9) == withdrawn
    assert store.curated.all() == ()
    assert store.curated.at(entry.address).withdrawn_by == 9
    assert store.curated.version() != version


def test_bad_input_is_said(store, ask):
    with pytest.raises(QuestionNotFoundError):
        store.questions.rate(404, 5, good=True)
    with pytest.raises(PersonNotFoundError):
        ask(person_id=404)
    with pytest.raises(EmptyAnswerError):
        store.answer_pending(ask(), "  ", 9)
    for address in ("curated:404", "curated:0", "curated:", "curated:٣", "sop:1", f"curated:{'9' * 30}"):
        with pytest.raises(CuratedNotFoundError):
            store.curated.at(address)


def test_old_questions_are_forgotten_and_their_ids_never_given_again(store, ask, clock):
    old = ask()
    store.questions.rate(old, 6, good=False)
    entry = store.answer_pending(old, "Jawaban.", 9)
    clock.move(days=1)
    new = ask()
    assert store.forget_before(clock.now.date())["questions"] == 1
    assert _open(store) == [new]
    assert store.curated.get(entry.id).question_id is None
    store.questions.forget_before(clock.now.date() + dt.timedelta(days=1))
    assert ask() > new


def test_questions_are_counted(store, ask, clock):
    ask()
    start = clock.move(hours=1)
    ask(), ask(answered=True)
    store.questions.rate(ask(answered=True), 5, good=True)
    counts = store.questions.count(start)
    assert (counts.asked, counts.unanswered, counts.good, counts.bad) == (3, 1, 1, 0)
    assert counts.kinds == {"other": 3}
    assert store.questions.count(clock.move(hours=1)).asked == 0


def test_thirty_questions_a_minute_and_then_a_pause(store, meet, clock):
    meet(5), meet(6)
    for _ in range(30):
        assert store.questions.waits(5) is None
        clock.move(seconds=1)
    assert store.questions.waits(5) == dt.timedelta(seconds=30)
    assert store.questions.waits(6) is None
    clock.move(seconds=30)
    assert store.questions.waits(5) is None
    assert store.questions.waits(5) == dt.timedelta(seconds=1)


def test_the_pause_holds_over_processes(store, meet, program):
    meet(5)
    code = """
        import datetime as dt
        from store.store import Store
        now = dt.datetime(2026, 3, 2, 8, 0, tzinfo=dt.UTC)
        print(sum(Store(path).questions.waits(5, now) is None for _ in range(20)))
    """
    outputs = [process.communicate()[0] for process in [program(code) for _ in range(3)]]
    assert sum(map(int, outputs)) == 30
