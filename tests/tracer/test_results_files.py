"""The files of a campaign, read back: the ministry's, CSV, JSON, SPSS, and the anonymous counts."""

from __future__ import annotations

import csv
import io
import json
from collections import Counter, defaultdict
from pathlib import Path

import numpy as np
import pyreadstat
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook
from results_stage import graduates, rates, sends, surveyed, works
from survey_stage import COORDINATOR, fitting

from bot.bench_report import crowded_store
from store.campaigns import CampaignKind
from tracer.national.bridge import named_rows
from tracer.national.questionnaire import national
from tracer.national.statistics import AT_WORK, SMALL, Aspect, Group, Level, Rating, Response
from tracer.national.validate import file_refusals
from tracer.questionnaires import shipped_form
from tracer.results.anonymous import Count, anonymous_counts, put_together
from tracer.results.files import Format, answers_table, counts_file, data_file, upload_file
from tracer.results.gathered import gather

NOTE = "Diekspor oleh Koordinator (Administrator), 2026-11-21 10:00 WIB. Kampanye: Tracer 2026."


def test_the_ministrys_file_holds_what_is_accepted_and_the_other_says_why(stage):
    campaign = stage.campaign()
    stage.sent(campaign, {})
    (lacking,) = graduates(stage, 1)
    sends(stage, campaign, lacking, works())  # most is not answered
    rows = named_rows(stage.store, campaign, "061031", COORDINATOR)
    delivered = upload_file(gather(stage.store, campaign), rows, NOTE, "id")
    assert (delivered.written, delivered.left_out) == (1, 1)
    assert list(file_refusals(io.BytesIO(delivered.file.content))) == []
    assert load_workbook(io.BytesIO(delivered.file.content)).properties.description == NOTE
    assert delivered.refused is not None
    refused = list(load_workbook(io.BytesIO(delivered.refused.content)).worksheets[0].iter_rows(values_only=True))
    assert refused[0] == ("Baris", "NIM", "Kolom", "Alasan")
    assert {line[1] for line in refused[1:] if line[1]} == {lacking.nim}
    assert refused[1][3] == "f505 kosong padahal ditanyakan; isilah"
    assert refused[-1][0] == NOTE


def test_a_crowd_of_random_paths_gives_no_row_that_the_ministry_would_refuse():
    with crowded_store(graduates=300, answered=250, rated=0) as store:
        campaign = store.campaigns.all()[-1]
        rows = named_rows(store, campaign, "061031", None)
        for version in (86, 88):
            delivered = upload_file(gather(store, campaign), rows, NOTE, "id", version)  # type: ignore[arg-type]
            assert (delivered.written, delivered.refused) == (250, None)
            assert list(file_refusals(io.BytesIO(delivered.file.content), version)) == []  # type: ignore[arg-type]


def test_nik_and_npwp_leave_in_the_ministrys_file_alone(stage):
    campaign = stage.campaign(asks_nik=True)
    stage.sent(campaign, {"f8": "5"})
    stage.store.graduates.keep_identity(stage.graduate().id, "nik", "3374010203040506")
    rows = named_rows(stage.store, campaign, "061031", COORDINATOR)
    gathered = gather(stage.store, campaign)
    book = load_workbook(io.BytesIO(upload_file(gathered, rows, NOTE, "id").file.content)).worksheets[0]
    assert "3374010203040506" in [cell.value for cell in book[2]]
    for form in (Format.CSV, Format.JSON, Format.SAV):
        content = data_file(form, gathered, answers_table(gathered, rows, NOTE, "id")).content
        assert b"3374010203040506" not in content
        assert b"npwp" not in content.lower()


def test_csv_json_and_spss_hold_the_same_with_their_words(stage, tmp_path):
    campaign = stage.campaign()
    stage.sent(campaign, {"f8": "1", "f5b": "=HYPERLINK(1)", "f4": ("f404",)})
    rows = named_rows(stage.store, campaign, "061031", COORDINATOR)
    gathered = gather(stage.store, campaign)
    table = answers_table(gathered, rows, NOTE, "id")
    made = {form: data_file(form, gathered, table) for form in (Format.CSV, Format.JSON, Format.SAV)}
    (line,) = csv.DictReader(io.StringIO(made[Format.CSV].content.decode("utf-8-sig")))
    assert (line["f8"], line["nimhsmsmh"], line["f5b"], line["note"]) == ("1", "17120001", "'=HYPERLINK(1)", NOTE)
    whole = json.loads(made[Format.JSON].content)
    assert (whole["note"], whole["rows"][0]["f5b"], whole["rows"][0]["f404"]) == (NOTE, "=HYPERLINK(1)", 1)
    assert whole["columns"]["f8"]["codes"]["3"] == "Wiraswasta"
    path = Path(tmp_path) / made[Format.SAV].name
    path.write_bytes(made[Format.SAV].content)
    values, labels = pyreadstat.read_sav(path, output_format="dict")
    assert list(values) == [code for code in national().template() if code not in ("nik", "npwp")]
    assert (values["f8"][0], values["f5b"][0], values["kdptimsmh"][0]) == (1.0, "=HYPERLINK(1)", "061031")
    assert labels.column_names_to_labels["f8"] == national().columns["f8"].ask.id
    assert labels.variable_value_labels["f404"] == {0.0: "tidak dipilih", 1.0: "dipilih"}
    assert "".join(labels.notes) == NOTE


def test_other_forms_have_files_too_without_names(stage, tmp_path):
    needs = stage.campaign(CampaignKind.NEEDS)
    form = shipped_form(CampaignKind.NEEDS)
    (graduate,) = graduates(stage, 1)
    sends(stage, needs, graduate, {question.name: fitting(question) for question in form.questions})
    gathered = gather(stage.store, needs)
    for kind in (Format.CSV, Format.JSON, Format.SAV):
        content = data_file(kind, gathered, answers_table(gathered, None, NOTE, "en")).content
        assert graduate.name.encode() not in content
        assert str(graduate.nim).encode() not in content
        assert graduate.programme_code.encode() in content


def test_the_anonymous_file_names_no_person_and_explains_itself(stage):
    campaign, employers = surveyed(stage), stage.campaign(CampaignKind.EMPLOYER)
    for number, graduate in enumerate(graduates(stage, 6)):
        rates(stage, employers, graduate, 700 + number, dict.fromkeys(("ethics", "teamwork"), "5"))
    book = load_workbook(io.BytesIO(counts_file(gather(stage.store, campaign), NOTE, "id").content))
    about, counts = book.worksheets
    assert about["A1"].value == NOTE
    rows = list(counts.iter_rows(min_row=2, values_only=True))
    assert {row[1] for row in rows} == {"PG <PAUD> (86207), PGSD (86206)", "PGSD (86206)"}
    assert ("Sarjana", "PGSD (86206)", "ethics") in {row[:3] for row in rows}
    assert all(row[5] == 0 or row[5] >= SMALL for row in rows)
    every = " ".join(str(cell) for row in rows for cell in row)
    assert "Lulusan " not in every
    assert "990000" not in every


@given(st.dictionaries(st.sampled_from([1, 2, 3, 4, 5, None]), st.integers(0, 12), min_size=1))
def test_putting_together_keeps_every_answer_once_and_no_small_count(counts):
    if 0 < sum(counts.values()) < SMALL:
        return
    joined = put_together(counts)
    assert sorted(str(answer) for answers, _ in joined for answer in answers) == sorted(map(str, counts))
    assert all(count == 0 or count >= SMALL for _, count in joined)
    assert all(count == sum(counts[answer] for answer in answers) for answers, count in joined)


MEMBERS = st.lists(
    st.tuples(st.sampled_from(list(Level)), st.sampled_from("ABC"), st.integers(1, 5), st.integers(1, 5)), max_size=50
)


def _responses(members) -> list[Response]:
    return [
        Response(
            group=Group(level=level, programme=f"{level}-{programme}"),
            answers={
                "f8": f8,
                "f21": code,
                **({"f14": code, "f15": 1, "f1761": 3, "f1762": code} if f8 in AT_WORK else {}),
            },
        )
        for level, programme, f8, code in members
    ]


@settings(max_examples=150, deadline=None)
@given(MEMBERS)
def test_no_small_count_is_shown_and_none_can_be_computed(members):
    responses = _responses(members)
    counts = anonymous_counts(responses, [])
    assert all(count.count == 0 or count.count >= SMALL for count in counts)
    by_programme = Counter(response.group.programme for response in responses)
    of_unit: dict[object, set[int]] = defaultdict(set)
    for count in counts:
        assert sum(by_programme[name] for name in count.unit.programmes) >= SMALL
        if count.question in ("f8", "f21"):
            of_unit[count.unit].add(count.of)
    assert all(len(sizes) == 1 for sizes in of_unit.values())
    units = [name for unit in of_unit for name in unit.programmes]
    assert len(units) == len(set(units))
    if len(responses) >= SMALL:
        assert sum(size for sizes in of_unit.values() for size in sizes) == len(responses)
    for unit in of_unit:
        _check_no_small_is_determined([count for count in counts if count.unit == unit], responses)


def _check_no_small_is_determined(counts: list[Count], responses: list[Response]) -> None:
    """Solve all sums that a reader knows for the single answers; no answer of 1 to 4 people may have one solution."""
    inside = [response.answers for response in responses if response.group.programme in counts[0].unit.programmes]
    cells = sorted({(count.question, answer) for count in counts for answer in count.answers}, key=str)
    known = [
        [float((question, answer) in {(c.question, a) for a in c.answers}) for question, answer in cells]
        for c in counts
    ]
    working = {"f14", "f15"} & {count.question for count in counts}
    for question in working:  # all at work answered it, and these are who has the status 1 or 3
        row = [float(q == question) - float(q == "f8" and answer in AT_WORK) for q, answer in cells]
        known.append(row)
    matrix = np.array(known)
    rank = np.linalg.matrix_rank(matrix)
    for place, (question, answer) in enumerate(cells):
        truth = sum(given.get(question) == answer for given in inside) if question in {"f8", "f14", "f21"} else SMALL
        unit = np.zeros((1, len(cells)))
        unit[0, place] = 1
        is_determined = np.linalg.matrix_rank(np.vstack([matrix, unit])) == rank
        assert not (is_determined and 0 < truth < SMALL)


@settings(max_examples=50, deadline=None)
@given(st.lists(st.tuples(st.sampled_from("AB"), st.integers(1, 5)), max_size=25))
def test_employers_ratings_are_protected_likewise(given_ratings):
    ratings = [
        Rating(group=Group(level=Level.MASTER, programme=programme), ratings={Aspect.ETHICS: points})
        for programme, points in given_ratings
    ]
    counts = anonymous_counts([], ratings)
    assert all(count.count == 0 or count.count >= SMALL for count in counts)
    assert bool(counts) == (len(ratings) >= SMALL)
