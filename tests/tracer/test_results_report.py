"""The report of a campaign: its figures counted by hand, what is hidden, its pictures, page and PDF."""

from __future__ import annotations

import io
import re
from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from pypdf import PdfReader
from results_stage import CLAUSES, graduates, rates, seeks, sends, surveyed, works
from survey_stage import COORDINATOR, SITI, SurveyStage, fitting

from corpus.library import Library
from corpus.wording import load_wordings
from store.campaigns import CampaignKind
from store.interviews import InterviewState
from tracer.national.statistics import FEWEST, SMALL, Group, Level, Response, Verdict, graduate_figures, protected
from tracer.questionnaires import shipped_form
from tracer.results.clauses import STATEMENTS, clauses_of
from tracer.results.files import made_report, report_file
from tracer.results.gathered import gather
from tracer.results.report import Line, Report, State, report_of


def report(stage: SurveyStage, campaign, language="en") -> Report:
    return report_of(gather(stage.store, campaign), CLAUSES, "Made by <Koordinator>", language)


def line_of(found: Report, statement: str, heading: str, label: str) -> Line:
    (standard,) = [standard for standard in found.standards if standard.statement == statement]
    (part,) = [part for part in standard.parts if part.heading == heading]
    (line,) = [line for line in part.lines if line.label.startswith(label)]
    return line


def test_shares_are_counted_over_those_they_are_about(stage):
    found = report(stage, surveyed(stage))
    line = line_of(found, "1.1.9.1", "By level", "Bachelor")  # 9 + 3 fit, of 12 + 3 at work
    assert line.says.startswith("12 of 15 at work have a fitting job: 80% (likely between 54.8% and 93%). Target: at")
    assert (line.shown, line.state, line.counted) == ("80%", State.TOO_FEW, 15)
    line = line_of(found, "1.1.11.1", "By level", "All")
    assert line.says.startswith("15 of 19 who answered work or are self-employed: 78.9%")
    assert found.turnout == ("19 of 25 answered: 76%.",)  # Siti and Budi are on the list too


def test_the_median_is_told_in_words_and_judged_by_its_range(stage):
    found = report(stage, surveyed(stage))
    line = line_of(found, "1.1.8.1", "By level", "Bachelor")
    assert line.says == (
        "Half of the 12 in a fitting job waited 2 months or less (very likely just that). Target: at most 3 months. "
        "Met: even the less favourable end of the likely range reaches the target."
    )
    assert line.state is State.MET


def test_a_figure_beside_the_main_one_is_judged_where_that_changes_the_verdict(stage):
    campaign = stage.campaign()
    people = graduates(stage, 60)
    for number, graduate in enumerate(people):
        sends(stage, campaign, graduate, works() if number < 30 else {**seeks(), "f8": "4"})
    found = report(stage, campaign)
    assert line_of(found, "1.1.11.1", "By level", "Bachelor").state is State.NOT_MET
    beside = [line for standard in found.standards for part in standard.parts for line in part.lines]
    (judged,) = [line for line in beside if "the verdict would be this one" in line.says and "Bachelor" in line.label]
    assert (judged.state, judged.target) == (State.MET, 0.75)


def test_a_programme_of_three_is_hidden_and_the_other_with_it(stage):
    found = report(stage, surveyed(stage))
    for label in ("PGSD", "PG <PAUD>"):
        line = line_of(found, "1.1.11.1", "By study programme", label)
        assert (line.state, line.value, line.shown) == (State.HIDDEN, None, "–")


def test_the_gap_is_needed_minus_mastered_of_those_at_work(stage):
    found = report(stage, surveyed(stage))
    assert {gap.gap for gap in found.gaps} == {1.0}
    assert len(found.gaps) == 7
    assert found.gaps[0].says == "needed 4, mastered 3: the job needs 1 more than was mastered (15 answers)."
    assert found.methods[0].counts[:4] == (("very much", 0), ("much", 15), ("enough", 0), ("little", 4))


def test_employers_count_as_people_though_each_gives_seven_ratings(stage):
    campaign, employers = surveyed(stage), stage.campaign(CampaignKind.EMPLOYER)
    aspects = [question.name for question in shipped_form(CampaignKind.EMPLOYER).questions if question.groups]
    for number, graduate in enumerate(graduates(stage, 8)):
        rates(stage, employers, graduate, 700 + number, {**dict.fromkeys(aspects, "5"), "ethics": "3"})
    line = line_of(report(stage, campaign), "1.1.10.1", "By level", "All")
    assert line.says.startswith("48 of 56 ratings by 8 employers are 4 or 5: 85.7%")
    assert line.says.endswith(f"Too few to say: a verdict needs at least {FEWEST} answers.")
    (standard,) = [standard for standard in report(stage, campaign).standards if standard.aspects]
    assert [line.shown for line in standard.aspects] == ["0%", *["100%"] * 6]


def test_short_answers_count_for_those_who_sent_no_others(stage):
    campaign, short = surveyed(stage), stage.campaign(CampaignKind.SHORT)
    people = graduates(stage, 20)
    for graduate in (people[0], people[18]):
        sends(stage, short, graduate, {"f8": "1", "f502": 1, "f14": "1"})
    line = line_of(report(stage, campaign), "1.1.11.1", "By level", "All")
    assert line.says.startswith("16 of 20 who answered")


def test_erased_answers_are_told_as_a_number_and_count_nowhere_else(stage):
    campaign = surveyed(stage)
    interview = stage.sent(campaign, {"f8": "5"})
    stage.interviewing.withdraw(interview.id, SITI)
    found = report(stage, campaign)
    assert found.turnout[0] == "19 of 25 answered: 76%."
    assert found.turnout[1].startswith("1 answered and later took their answers back")


def test_the_survey_itself_is_held_against_its_five_criteria(stage):
    found = report(stage, surveyed(stage))
    assert [line.state for line in found.criteria] == [State.MET, State.OPEN, State.MET, State.MET, State.OPEN]
    unit = stage.store.units.all()
    assert unit == ()
    short = report(stage, stage.campaign(CampaignKind.NATIONAL, cohorts=range(2024, 2025)))
    assert short.criteria[3].state is State.NOT_MET


def test_the_clauses_are_those_of_the_documents(tmp_path):
    found = clauses_of(Library(tmp_path).documents(), load_wordings(tmp_path).of)
    assert tuple(sorted(found, key=STATEMENTS.index)) == STATEMENTS
    clause = found["1.1.9.1"]
    assert "60% of undergraduate graduates and 80% of master's" in clause.words.en
    assert "60% lulusan Sarjana" in clause.words.id
    assert clause.place == "spmi-education-standards-upgris-2023.txt:189–192"


class _Page(HTMLParser):
    """Collects what a browser would show or fetch."""

    def __init__(self) -> None:
        super().__init__()
        self.text: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text.append(data)


@pytest.mark.parametrize("language", ["id", "en"])
def test_the_page_and_the_pdf_say_the_same_and_need_nothing_else(stage, language):
    gathered = gather(stage.store, surveyed(stage))
    found, pictures = made_report(gathered, CLAUSES, "Made by <Koordinator>", language)
    page = _Page()
    page.feed(report_file("html", gathered, found, pictures).content.decode())
    shown = " ".join(" ".join(page.text).split())
    pdf = PdfReader(io.BytesIO(report_file("pdf", gathered, found, pictures).content))
    printed = " ".join(" ".join(sheet.extract_text() for sheet in pdf.pages).split())
    told = [*found.turnout, *(gap.says for gap in found.gaps), *(method.says for method in found.methods)]
    for standard in found.standards:
        told += [standard.counted, *(line.says for part in standard.parts for line in part.lines)]
    told += ["Made by <Koordinator>", "PG <PAUD>", "60% <", found.say("not_by_survey"), "189–192"]
    for words in told:
        assert " ".join(words.split()) in shown
        assert re.sub(r"\s", "", words) in re.sub(r"\s", "", printed)
    sources = [attributes["src"] for tag, attributes in page.tags if tag == "img"]
    assert len(sources) == len(pictures)
    assert all(source and source.startswith("data:image/png;base64,") for source in sources)
    assert not [tag for tag, _ in page.tags if tag in {"script", "link", "iframe"}]
    assert [attributes["href"] for tag, attributes in page.tags if tag == "a"] == [CLAUSES["1.1.9.1"].url]
    assert all(attributes.get("alt") for tag, attributes in page.tags if tag == "img")


def test_pictures_are_as_wide_as_a_phone_shows_them_and_told_in_words(stage):
    _, pictures = made_report(gather(stage.store, surveyed(stage)), CLAUSES, "", "id")
    assert [picture.name for picture in pictures] == [
        "standards", "1.1.8.1", "1.1.9.1", "1.1.11.1", "competencies", "methods_title",
    ]  # fmt: skip
    for picture in pictures:
        with Image.open(io.BytesIO(picture.content)) as opened:
            assert opened.width == 1080
            assert opened.height < 2.2 * opened.width
        assert picture.words
    assert pictures[2].clause == CLAUSES["1.1.9.1"]


def test_an_empty_campaign_and_one_without_standards_have_a_report_too(stage):
    empty = report(stage, stage.campaign())
    assert (empty.standards, empty.turnout) == ((), ("0 of 2 answered: 0%.",))
    needs = stage.campaign(CampaignKind.NEEDS)
    form = shipped_form(CampaignKind.NEEDS)
    for graduate in graduates(stage, 6):
        sends(stage, needs, graduate, {question.name: fitting(question) for question in form.questions})
    gathered = gather(stage.store, needs)
    found, pictures = made_report(gathered, {}, "", "id")
    assert found.standards == found.criteria == ()
    assert any("6 dari 6 (100%)" in spread.says for spread in found.answers)
    assert [picture.name for picture in pictures] == ["answers_title"]
    assert report_file("pdf", gathered, found, pictures).content.startswith(b"%PDF")


PEOPLE = st.lists(
    st.tuples(
        st.sampled_from(list(Level)),
        st.sampled_from("ABCD"),
        st.sampled_from(["2023/2024", "2024/2025"]),
        st.sampled_from([1, 2, 3, 4, 5]),
        st.integers(0, 12),
        st.integers(1, 5),
    ),
    max_size=60,
)


def _responses(people) -> list[Response]:
    return [
        Response(
            group=Group(level=level, programme=f"{level}-{programme}", cohort=cohort),
            answers={"f8": f8, **({"f502": months, "f14": fits} if f8 in (1, 3) else {})},
        )
        for level, programme, cohort, f8, months, fits in people
    ]


@settings(max_examples=30, deadline=None)
@given(PEOPLE)
def test_counts_add_up_and_verdicts_follow_the_interval(people):
    figures = list(graduate_figures(_responses(people), crossed=False))
    for figure in figures:
        if figure.interval is not None:
            low, high = figure.interval
            assert low - 1e-9 <= (figure.value or 0) <= high + 1e-9 or figure.statistic == "mean"
        if figure.verdict is Verdict.MET:
            assert figure.reached
            assert figure.people >= FEWEST
        if figure.verdict is Verdict.NOT_MET:
            assert not figure.reached
    mains = [figure for figure in figures if figure.statistic == "main" and figure.numerator is not None]
    for statement in ("1.1.9.1", "1.1.11.1"):
        of_it = [figure for figure in mains if figure.statement == statement]
        whole = [figure for figure in of_it if figure.group == Group()]
        levels = [
            figure for figure in of_it if figure.group.level and not figure.group.programme and not figure.group.cohort
        ]
        assert sum(figure.denominator for figure in whole) == sum(figure.denominator for figure in levels)
        assert sum(figure.numerator or 0 for figure in whole) == sum(figure.numerator or 0 for figure in levels)


@settings(max_examples=200, deadline=None)
@given(st.dictionaries(st.sampled_from("ABCDEFG"), st.integers(1, 12), min_size=1), st.booleans())
def test_what_is_hidden_cannot_be_had_from_the_whole(sizes, is_master):
    level = Level.MASTER if is_master else Level.BACHELOR
    cells = {(False, Group(level=level, programme=name)): size for name, size in sizes.items()}
    whole = (False, Group(level=level))
    cells[whole] = sum(sizes.values())
    hidden = protected({cell for cell, size in cells.items() if size < SMALL}, cells)
    parts = [cells[cell] for cell in hidden if cell != whole]
    assert all(size >= SMALL for cell, size in cells.items() if cell not in hidden)
    if parts and whole not in hidden:
        assert len(parts) >= 2
        assert sum(parts) >= SMALL


def test_nobody_but_the_sent_is_read(stage):
    campaign = stage.campaign()
    (graduate,) = graduates(stage, 1)
    interview = stage.store.interviews.begin(campaign, graduate, COORDINATOR)
    stage.store.interviews.keep(interview.id, seeks(), "u1")
    assert gather(stage.store, campaign).sent == ()
    stage.store.interviews.set_state(interview.id, InterviewState.SENT)
    assert len(gather(stage.store, campaign).sent) == 1
