"""Time limits in clauses: what binds, by how much, counted from what, and what only looks like one."""

import re
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import corpus
from corpus.model import TimeLimitKind
from corpus.timelimits import FoundLimit, find_time_limits

DOCUMENTS = Path(corpus.__file__).parent / "documents"
DEADLINE, FREQUENCY = TimeLimitKind.DEADLINE, TimeLimitKind.FREQUENCY
DURATION, WINDOW = TimeLimitKind.DURATION, TimeLimitKind.WINDOW


def only(text: str, language: str = "en") -> FoundLimit:
    limits = find_time_limits(text, language=language)
    assert len(limits) == 1, limits
    return limits[0]


@pytest.mark.parametrize(
    ("text", "offset", "anchor"),
    [
        ("The jury meets no later than 3 days before the hearing.", "-P3D", "the hearing"),
        ("The clerk files the list at least 2 weeks prior to the opening.", "-P14D", "the opening"),
        ("Grades are due one week after the exam date.", "P7D", "the exam date"),
        ("Reply within 24 hours of receipt.", "PT24H", "receipt"),
        ("The dean answers within a maximum of two weeks.", "P14D", None),
        ("Fees are settled within ten days at the latest.", "P10D", None),
        ("Bring the form a week before the interview.", "-P7D", "the interview"),
        ("The portal closes three months following the announcement.", "P3M", "the announcement"),
        ("Requests are answered within 3 x 24 hours.", "P3D", None),
        ("Invoices are paid by the 10th of every month.", "R/P1M", "the 10th of every month"),
    ],
)
def test_a_deadline_is_counted_from_its_anchor(text: str, offset: str, anchor: str | None) -> None:
    limit = only(text)
    assert (limit.kind, limit.offset, limit.anchor) == (DEADLINE, offset, anchor)


@pytest.mark.parametrize(
    ("text", "anchor"),
    [
        ("The rooms are cleaned before classes start.", "classes start"),
        ("The rota is published prior to the start of the academic year.", "the start of the academic year"),
        ("Register by the given deadline.", "the given deadline"),
        ("All tutors must hold a licence by 2031.", "2031"),
        ("Upon completion of the placement, interns must write a report.", "completion of the placement"),
        ("The letter is signed once the budget has been approved.", "the budget has been approved"),
        ("The plan is due before 31 December.", "31 December"),
        ("Send the minutes no later than the end of the quarter.", "the end of the quarter"),
    ],
)
def test_a_deadline_without_a_number_keeps_its_anchor(text: str, anchor: str) -> None:
    limit = only(text)
    assert (limit.kind, limit.offset, limit.anchor) == (DEADLINE, None, anchor)


@pytest.mark.parametrize(
    ("text", "offset", "times"),
    [
        ("The council sits every semester.", "R/P6M", 1),
        ("The council sits at least twice a semester.", "R/P6M", 2),
        ("The council sits at least three (3) times in a semester.", "R/P6M", 3),
        ("The council sits at least once every half-semester.", "R/P3M", 1),
        ("The council sits twice a week.", "R/P1W", 2),
        ("The council sits at least twice in an academic year.", "R/P6M", 1),
        ("The statutes are revised every 4–5 years.", "R/P5Y", 1),
        ("The statutes are revised once in two years.", "R/P2Y", 1),
        ("The fee is 5 million per student per year.", "R/P1Y", 1),
        ("The accounts are checked on a monthly basis.", "R/P1M", 1),
        ("The survey is run annually.", "R/P1Y", 1),
        ("The lift is inspected periodically once per semester.", "R/P6M", 1),
        ("The lift is inspected on a regular basis.", None, 1),
        ("The lift is inspected routinely.", None, 1),
        ("Each trainee is visited at least 4 times during the placement.", None, 4),
    ],
)
def test_a_frequency_has_a_period_and_a_count(text: str, offset: str | None, times: int) -> None:
    limit = only(text)
    assert (limit.kind, limit.offset, limit.times) == (FREQUENCY, offset, times)


@pytest.mark.parametrize(
    ("text", "offset"),
    [
        ("The course takes 3.5–4.5 years for part-timers.", "P3Y6M/P4Y6M"),
        ("A licence is valid for 4 semesters.", "P24M"),
        ("The block lasts at least 16 (sixteen) weeks.", "P16W"),
        ("A lesson has 50 minutes of tuition per week per semester.", "PT50M"),
        ("Staff serve for three years and ten months.", "P3Y10M"),
        ("The log is kept over the course of a semester.", "P6M"),
        ("The guest stays for a specified period.", None),
    ],
)
def test_a_duration_keeps_its_unit(text: str, offset: str | None) -> None:
    limit = only(text)
    assert (limit.kind, limit.offset) == (DURATION, offset)


@pytest.mark.parametrize(
    ("text", "offset"),
    [
        ("Sales grew over the last 3 years.", "-P3Y"),
        ("Funds are planned for the next three years.", "P3Y"),
        ("It covers the cohorts from TS-4 to TS-2.", "-P4Y/-P2Y"),
        ("Cards are renewed at the start of each semester.", "R/P6M"),
        ("Cards are renewed at the end of each financial year.", "R/P1Y"),
        ("Cards are renewed in the middle of the semester.", None),
        ("Cards are renewed in accordance with the academic calendar.", None),
    ],
)
def test_a_window_is_a_place_in_time(text: str, offset: str | None) -> None:
    limit = only(text)
    assert (limit.kind, limit.offset) == (WINDOW, offset)


def test_working_days_are_told_from_calendar_days() -> None:
    assert only("File the claim no later than 7 working days after the trip.").days == "working"
    assert only("File the claim no later than 7 days after the trip.").days == "calendar"
    assert only("Berkas diserahkan paling lambat 7 hari kerja setelah rapat.", "id").days == "working"


@pytest.mark.parametrize(
    "text",
    [
        "Law No. 20 of 2003 on the National Education System",
        "Regulation No. 62 of 2016 on quality assurance",
        "The Semester Learning Plan and the Mid-Term Exam are described for the course.",
        "Study loads follow the semester credit system.",
        "A policy for the following academic year",
        "The minutes of the meeting are signed in terms of the statute.",
        "Each course has one lecturer, who may set the schedule.",
        "This is part of the regular curriculum.",
        "The college was founded in 1981.",
        "1 year",
        "",
    ],
)
def test_names_laws_and_bare_figures_bind_nothing(text: str) -> None:
    assert find_time_limits(text) == []


@pytest.mark.parametrize(
    ("text", "kind", "offset", "times"),
    [
        ("Dosen wajib menyerahkan soal paling lambat 3 (tiga) hari sebelum ujian.", DEADLINE, "-P3D", 1),
        ("Nilai diunggah selambat-lambatnya seminggu setelah ujian.", DEADLINE, "P7D", 1),
        ("Surat dijawab dalam waktu 3 x 24 jam.", DEADLINE, "P3D", 1),
        ("Undangan dikirim paling lambat H-7.", DEADLINE, "-P7D", 1),
        ("Surat tugas terbit sebelum perkuliahan dimulai.", DEADLINE, None, 1),
        ("Rapat diadakan setiap semester.", FREQUENCY, "R/P6M", 1),
        ("Rapat diadakan minimal dua kali dalam satu semester.", FREQUENCY, "R/P6M", 2),
        ("Kurikulum ditinjau setiap 4-5 tahun sekali.", FREQUENCY, "R/P5Y", 1),
        ("Rapat diadakan tiga bulan sekali.", FREQUENCY, "R/P3M", 1),
        ("Alat diperiksa secara berkala.", FREQUENCY, None, 1),
        ("Survei dibagikan setelah setiap kegiatan.", FREQUENCY, None, 1),
        ("Masa studi paling lama 14 semester.", DURATION, "P84M", 1),
        ("Data diolah selama 3 tahun terakhir.", WINDOW, "-P3Y", 1),
        ("Kartu diperbarui pada awal setiap semester.", WINDOW, "R/P6M", 1),
    ],
)
def test_indonesian_says_the_same(text: str, kind: TimeLimitKind, offset: str | None, times: int) -> None:
    limit = only(text, "id")
    assert (limit.kind, limit.offset, limit.times) == (kind, offset, times)


def test_an_indonesian_law_binds_nothing() -> None:
    assert find_time_limits("Undang-Undang Nomor 12 Tahun 2012 tentang Pendidikan Tinggi", language="id") == []


@pytest.mark.parametrize(
    ("text", "actor", "action"),
    [
        (
            "The Head of Programme shall post the rota at least one month before lectures begin.",
            "The Head of Programme",
            "shall post the rota",
        ),
        (
            "At the start of each semester, all students must renew their card.",
            "all students",
            "must renew their card",
        ),
        ("Data is checked by the Finance Office within 5 days.", "the Finance Office", None),
        ("The implementation of the survey every semester", None, None),
        ("Submit the budget at least 3 working days before the event", None, "Submit the budget"),
        (
            "Students who have passed must file the thesis within 3 months.",
            "Students who have passed",
            "must file the thesis",
        ),
    ],
)
def test_actor_and_action_come_from_the_sentence(text: str, actor: str | None, action: str | None) -> None:
    limit = only(text)
    assert (limit.actor, limit.action) == (actor, action)


def test_every_limit_of_a_clause_is_its_own() -> None:
    limits = find_time_limits("Study takes a minimum of 4 semesters and a maximum of 11 semesters, reviewed annually.")
    assert [limit.offset for limit in limits] == ["P24M", "P66M", "R/P1Y"]


@pytest.mark.parametrize(
    ("line", "words", "offset", "actor"),
    [
        (1117, "one week before the start of lectures", "-P7D", "The Rector"),
        (1121, "three days before lectures commence", "-P3D", "The Head of Administration"),
        (
            1266,
            "every semester",
            "R/P6M",
            "The Dean/Director of Postgraduate Studies/Head of Study Programme",
        ),
        (7588, "at least once a year", "R/P1Y", None),
        (7860, "every semester", "R/P6M", "The business unit"),
    ],
)
def test_the_documents_own_clauses(line: int, words: str, offset: str, actor: str | None) -> None:
    lines = (DOCUMENTS / "spmi-education-standards-upgris-2023.txt").read_text("utf-8").split("\n")
    text = lines[line - 1].lstrip(" -0123456789.").removeprefix("c. ")
    (limit,) = (limit for limit in find_time_limits(text) if words in limit.quote)
    assert (limit.offset, limit.actor) == (offset, actor)


TIME_WORDS = st.sampled_from(
    re.findall(
        r"\S+",
        """at least no later than 3 three (3) – 4 a an single 1.5 days weeks semester semesters half-
        semester every each per before after prior to the last year years within twice once times of
        and start end TS-4 TS-2 by 2015 , . ; ( ) setiap hari kerja sebelum paling lambat seminggu
        se-semester sekali kali tahun tahunan x 24 jam hours H-3 10th month regular basis on in Dean
        must annually minutes academic tanggal 5""",
    )
)


@given(
    st.one_of(st.text(max_size=200), st.lists(TIME_WORDS, max_size=30).map(" ".join)),
    st.sampled_from(["en", "id"]),
)
def test_any_text_is_read_and_quotes_are_its_own_words(text: str, language: str) -> None:
    end = 0
    for limit in find_time_limits(text, language=language):
        assert limit.quote == text[limit.start : limit.end]
        assert limit.quote.strip()
        assert limit.start >= end, "limits stand in order and do not overlap"
        assert limit.times >= 1
        end = limit.end


NUMBERS = {
    "two": 2,
    "three": 3,
    "seven": 7,
    "ten": 10,
    "twelve": 12,
    "fifteen": 15,
    "twenty": 20,
    "sixty": 60,
}
UNITS = {"day": "D", "month": "M", "year": "Y"}


@given(st.sampled_from(sorted(NUMBERS)), st.sampled_from(sorted(UNITS)))
def test_spelled_and_printed_numbers_agree(word: str, unit: str) -> None:
    value = NUMBERS[word]
    offsets = {
        only(f"Send it {number} {unit}s before the event.").offset
        for number in (word, str(value), f"{value} ({word})", f"{word} ({value})")
    }
    assert offsets == {f"-P{value}{UNITS[unit]}"}


@given(
    st.integers(2, 99),
    st.sampled_from(["before", "prior to", "ahead of"]),
    st.sampled_from(["after", "following"]),
)
def test_before_is_minus_and_after_is_plus(count: int, before: str, after: str) -> None:
    assert only(f"The form is due {count} days {before} the visit.").offset == f"-P{count}D"
    assert only(f"The form is due {count} days {after} the visit.").offset == f"P{count}D"


@pytest.mark.parametrize("language", ["en", "id"])
@pytest.mark.parametrize(
    "piece",
    [
        "at least ",
        "every each per ",
        "1 ",
        "before ",
        "3 days and ",
        "of the ",
        "once ",
        "(",
        "dua puluh ",
        "The Dean ",
    ],
)
def test_hostile_repetition_is_read_in_a_blink(piece: str, language: str) -> None:
    text = (piece * 2000)[:2000] + " week"
    start = time.perf_counter()
    find_time_limits(text, language=language)
    assert time.perf_counter() - start < 1.0
