"""Words that ask for a reminder, and words that only speak of one."""

import datetime as dt
import json
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from reminders.dates import DateError, FullDate, PartialDate
from reminders.wishing import Wish, read_wish

TODAY = dt.date(2026, 11, 21)
QUESTIONS = Path(__file__).parents[1] / "questions"


def wish(text: str) -> Wish:
    found = read_wish(text, TODAY)
    assert found is not None, text
    return found


def day_of(found: Wish) -> dt.date | None:
    return found.date.day if isinstance(found.date, FullDate) else None


@pytest.mark.parametrize(
    ("words", "text", "day", "time"),
    [
        ("ingatkan aku besok jam 9 rapat prodi", "rapat prodi", dt.date(2026, 11, 22), dt.time(9)),
        ("remind me to submit the marks on 14 Dec 2026", "submit the marks", dt.date(2026, 12, 14), None),
        ("tolong ingetin lusa isi KRS", "isi KRS", dt.date(2026, 11, 23), None),
        ("Tlg ingatin saya 3 hari lagi, kumpul laporan AMI", "kumpul laporan AMI", dt.date(2026, 11, 24), None),
        ("reminder: kumpul nilai 3/12/2026 pukul 09.00", "kumpul nilai", dt.date(2026, 12, 3), dt.time(9)),
        ("bisa ingatkan saya besok jam 9 rapat?", "rapat", dt.date(2026, 11, 22), dt.time(9)),
        ("Jangan lupa ingatkan saya 14.12.2026 rapat senat", "rapat senat", dt.date(2026, 12, 14), None),
        ("don't forget to remind me about the audit tomorrow at 8am", "the audit", dt.date(2026, 11, 22), dt.time(8)),
        ("ingetkan sy besok pagi rapat", "rapat", dt.date(2026, 11, 22), None),
        ("ingatkanku besok rapat", "rapat", dt.date(2026, 11, 22), None),
        ("Ingatkan Saya Besok Rapat Senat UPGRIS", "Rapat Senat UPGRIS", dt.date(2026, 11, 22), None),
        ("ingatkn saya kumpul RPS", "kumpul RPS", None, None),
        ("ingatkan saya rapat jam 15", "rapat", None, dt.time(15)),
        ("ingatkan saya", "", None, None),
        ("remind me", "", None, None),
        ("set a reminder for 14 Dec 2026: submit marks", "submit marks", dt.date(2026, 12, 14), None),
    ],
)
def test_a_wish_says_what_and_when(words: str, text: str, day: dt.date | None, time: dt.time | None) -> None:
    found = wish(words)
    assert (found.text, day_of(found), found.time) == (text, day, time)


def test_a_date_that_leaves_something_out_stays_incomplete() -> None:
    found = wish("ingatkan saya kumpul soal UTS tanggal 3 Desember")
    assert found.text == "kumpul soal UTS"
    assert isinstance(found.date, PartialDate)
    assert (found.date.missing, found.date.suggestion) == (("year",), dt.date(2026, 12, 3))


def test_a_limit_keeps_its_day_in_the_words() -> None:
    found = wish("ingatin gue bayar UKT sebelum 3 Desember 2026")
    assert (found.text, day_of(found)) == ("bayar UKT sebelum 3 Desember 2026", dt.date(2026, 12, 3))


@pytest.mark.parametrize(
    "words",
    [
        "siapa yang mengingatkan dosen?",
        "siapa yang mengingatkan dosen",
        "mengingatkan dosen tugas siapa?",
        "Remind me who approves the curriculum?",
        "ingatkan saya siapa yang mengesahkan kurikulum",
        "Apakah dosen diingatkan?",
        "bagaimana mengingatkan mahasiswa?",
        "reminder UTS kapan?",
        "apa itu pengingat?",
        "reminders are sent by whom",
        "pengingat tracer study",
        "apakah ingatan itu penting",
        "kapan soal UTS dikumpulkan?",
        "",
    ],
)
def test_what_asks_something_stays_a_question(words: str) -> None:
    assert read_wish(words, TODAY) is None


def test_none_of_the_questions_that_people_ask_is_taken_for_a_wish() -> None:
    lines = [json.loads(line) for path in QUESTIONS.glob("*.jsonl") for line in path.read_text().splitlines()]
    asked = [one for line in lines for one in (line.get("q_en"), line.get("q_id"), *line.get("turns", [])) if one]
    assert len(asked) > 700
    assert [one for one in asked if read_wish(one, TODAY)] == []


@pytest.mark.parametrize("words", ["31 Februari kumpul soal", "besok pukul 25.00", "1-3 Desember rapat", "0/0/2026"])
def test_a_date_that_does_not_exist_is_named(words: str) -> None:
    with pytest.raises(DateError):
        read_wish(f"ingatkan saya {words}", TODAY)


@given(st.text(max_size=300))
@example("ingatkan saya \0 besok \0")
@example("remind me " * 50)
def test_any_words_are_a_wish_a_question_or_no_date(words: str) -> None:
    for text in (words, f"ingatkan saya {words}", f"remind me {words} besok"):
        try:
            found = read_wish(text, TODAY)
        except DateError:
            continue
        assert found is None or found.text == " ".join(found.text.split())


@given(st.lists(st.sampled_from(["kumpul", "soal", "UTS", "nilai", "Rapat", "borang", "prodi", "naskah"]), min_size=1))
def test_the_words_are_kept_whatever_the_date(words: list[str]) -> None:
    text = " ".join(words)
    for date in ("", " tanggal 3 Desember 2026", " besok jam 9", " pada hari Senin depan", " lusa"):
        kept = "".join(wish(f"ingatkan saya {text}{date}").text.split())
        assert kept == "".join(words)


def test_a_very_long_text_is_read_in_good_time() -> None:
    assert wish("ingatkan saya besok " + "kumpul soal, " * 400).text.startswith("kumpul soal, kumpul")
