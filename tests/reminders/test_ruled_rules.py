"""What coordinators say of the real documents' rules: what counts then, who comes too late, what is kept of it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest

from corpus.lexicon import Lexicon
from reminders.actors import find_actors, load_actors
from reminders.almanac import Almanac
from reminders.planning import EVENT_CODE, Planner
from reminders.rulebook import NO_ACTOR, Rule, Rulebook, RuleNotFoundError, RuleState
from reminders.ruled import RuledMeanwhileError, RuledRules, Standing, with_words
from store.bilingual import Bilingual
from store.roles import Role
from store.rulings import NoReasonError, Verdict
from store.store import Store
from store.trail import Act

NOW = dt.datetime(2026, 11, 21, 3, tzinfo=dt.UTC)
RATNA, BUDI = 11, 12
EXAM = dt.date(2026, 12, 14)


@pytest.fixture
def almanac(tmp_path: Path, rulebook: Rulebook, lexicon: Lexicon) -> Iterator[Almanac]:
    with Store(tmp_path / "store.db", clock=lambda: NOW) as store:
        for number, name in ((RATNA, "Ratna"), (BUDI, "Budi")):
            store.people.seen(number, name, None, "id")
            store.people.grant(number, Role.COORDINATOR)
        yield Almanac(store, rulebook, load_actors(lexicon), "Asia/Jakarta")


@pytest.fixture
def rules(almanac: Almanac) -> RuledRules:
    return RuledRules(almanac)


def one(rulebook: Rulebook, state: RuleState, offset: str | None = None) -> Rule:
    return next(rule for rule in rulebook.rules if rule.state is state and offset in (None, rule.limit.offset))


def exam_rule(rulebook: Rulebook) -> Rule:
    return next(rule for rule in rulebook.rules if rule.anchor == "course_exam" and rule.limit.offset == "-P3D")


def test_a_corrected_length_has_its_days_and_times(rules: RuledRules, rulebook: Rulebook) -> None:
    rule = one(rulebook, RuleState.NOT_NUMERIC)
    correction = {"anchor": "semester", "offset": "R/P6M", "days": "calendar", "times": 3}
    counts = rules.correct(rule.key, RATNA, 0, correction, "The rector's letter 3/2026").counts
    assert (counts.anchor, counts.limit.offset, counts.limit.times) == ("semester", "R/P6M", 3)
    assert counts.limit.quote == rule.limit.quote
    assert (counts.state, counts.why) == (RuleState.USABLE, "")
    working = rules.correct(rule.key, RATNA, 1, {"offset": "P5D", "days": "working", "times": 1}, "Again").counts
    assert (working.limit.kind, working.limit.days, working.anchor) == ("deadline", "working", "semester")


def test_what_is_still_lacking_after_a_correction_is_said(rules: RuledRules, rulebook: Rulebook) -> None:
    rule = next(rule for rule in rulebook.rules if rule.state is RuleState.NOT_NUMERIC and rule.actor is None)
    assert rules.correct(rule.key, RATNA, 0, {"anchor": "semester"}, "So").counts.why == "not_numeric"
    counts = rules.correct(rule.key, RATNA, 1, {"offset": "R/P6M"}, "So").counts
    assert (counts.state, counts.why) == (RuleState.NEEDS_ACTOR, NO_ACTOR)
    assert rules.correct(rule.key, RATNA, 2, {"actor": "dean"}, "So").counts.state is RuleState.USABLE


def test_lead_times_and_confirming_keep_a_correction(almanac: Almanac, rules: RuledRules, rulebook: Rulebook) -> None:
    rule = exam_rule(rulebook)
    rules.correct(rule.key, RATNA, 0, {"offset": "-P7D", "days": "calendar", "times": 1}, "More time")
    rules.confirm(rule.key, BUDI, 1, (30, 0))
    known = rules.confirm(rule.key, RATNA, 2)
    assert known.verdict is Verdict.CONFIRMED
    assert known.counts.limit.offset == "-P7D"
    assert known.correction["leads"] == [30, 0]
    counting = almanac.rule(rule, almanac.store.rulings.current())
    assert counting is not None
    assert counting.limit.offset == "-P7D"


def test_a_plan_goes_by_the_corrected_rule_and_its_lead_times(almanac: Almanac, rules: RuledRules) -> None:
    rule = next(r for r in almanac.rulebook.rules if r.anchor == "semester" and r.state is RuleState.USABLE)
    rules.correct(rule.key, RATNA, 0, {"anchor": "graduation", "offset": "-P7D", "actor": "dean"}, "So")
    rules.confirm(rule.key, RATNA, 1, (14, 1))
    event = almanac.store.events.add("graduation", EXAM, EXAM, RATNA)
    run = Planner(almanac).draft_of_event(event, Bilingual("Graduation", "Wisuda"), RATNA)
    assert run is not None
    assert run.document == EVENT_CODE
    (step,) = almanac.store.runs.steps(run.id)
    assert (step.rule_key, step.actor, step.due_on, step.leads) == (rule.key, "dean", dt.date(2026, 12, 7), (14, 1))


def test_a_rule_counts_as_before_once_it_is_on_again(almanac: Almanac, rules: RuledRules, rulebook: Rulebook) -> None:
    rule = exam_rule(rulebook)
    rules.correct(rule.key, RATNA, 0, {"offset": "-P7D"}, "More time")
    off = rules.switch_off(rule.key, RATNA, 1, "Not this year")
    assert off.standing is Standing.OFF
    assert almanac.rule(rule, almanac.store.rulings.current()) is None
    on = rules.switch_on(rule.key, BUDI, 2)
    assert (on.verdict, on.counts.limit.offset) == (Verdict.CORRECTED, "-P7D")
    untouched = one(rulebook, RuleState.USABLE, "R/P1Y")
    rules.switch_off(untouched.key, RATNA, 0, "Not here")
    assert rules.switch_on(untouched.key, RATNA, 4).verdict is Verdict.OPEN


def test_who_has_not_seen_the_last_ruling_looks_again(rules: RuledRules, rulebook: Rulebook) -> None:
    rule = exam_rule(rulebook)
    rules.confirm(rule.key, RATNA, 0)
    with pytest.raises(RuledMeanwhileError) as refused:
        rules.switch_off(rule.key, BUDI, 0, "Not here")
    assert refused.value.ruling is not None
    assert refused.value.ruling.made_by == RATNA
    assert rules.get(rule.key).verdict is Verdict.CONFIRMED


def test_every_ruling_is_in_the_audit_trail(almanac: Almanac, rules: RuledRules, rulebook: Rulebook) -> None:
    rule = exam_rule(rulebook)
    rules.switch_off(rule.key, RATNA, 0, "  Not\nhere  ")
    (entry,) = almanac.store.trail.all()
    assert (entry.act, entry.done_by, entry.role) == (Act.RULED, RATNA, Role.COORDINATOR)
    assert entry.details == {
        "rule": rule.key,
        "document": rule.clause.document,
        "verdict": "off",
        "reason": "Not here",
    }


def test_without_a_reason_nothing_is_kept(almanac: Almanac, rules: RuledRules, rulebook: Rulebook) -> None:
    rule = exam_rule(rulebook)
    with pytest.raises(NoReasonError):
        rules.switch_off(rule.key, RATNA, 0, " ")
    with pytest.raises(RuleNotFoundError):
        rules.confirm("000000000000", RATNA, 0)
    assert almanac.store.trail.all() == ()
    assert rules.get(rule.key).ruling is None


def test_the_next_day_comes_from_the_universitys_calendar(
    almanac: Almanac, rules: RuledRules, rulebook: Rulebook
) -> None:
    rule = exam_rule(rulebook)
    assert rules.next_due(rule) is None
    event = almanac.store.events.add("course_exam", EXAM, EXAM, None, label="Kalkulus")
    found = rules.next_due(rule)
    assert found is not None
    assert found[0] == event
    assert found[1] is not None
    assert found[1].day == dt.date(2026, 12, 11)
    frequency = rule.limit.model_copy(update={"offset": "R/P6M", "times": 3})
    assert rules.next_due(Rule(*(frequency if f == rule.limit else f for f in fields_of(rule)))) == (event, None)


def test_rules_are_found_by_words_in_either_language(rules: RuledRules) -> None:
    assert {ruled.rule.anchor for ruled in with_words(rules.all(), "menyerahkan SOAL ujian")} == {"course_exam"}
    assert with_words(rules.all(), "exam questions committee")
    assert with_words(rules.all(), "xyzzy") == with_words(rules.all(), "🙂") == ()


@pytest.mark.parametrize(
    ("words", "first"),
    [
        ("Kaprodi", "head-of-programme"),
        ("the Dean", "dean"),
        ("dosen pengampu", "course-lecturer"),
        ("wakil dekn", "vice-dean"),
    ],
)
def test_actors_are_found_by_name_abbreviation_and_mistyped(lexicon: Lexicon, words: str, first: str) -> None:
    found = find_actors(words, load_actors(lexicon), lexicon)
    assert found[0].id == first
    assert len({actor.id for actor in found}) == len(found)


@pytest.mark.parametrize("words", ["", "🙂", "zzzz qqqq", "x" * 5000])
def test_who_is_not_known_is_not_guessed(lexicon: Lexicon, words: str) -> None:
    assert find_actors(words, load_actors(lexicon), lexicon) == ()


def fields_of(rule: Rule) -> list[object]:
    return [getattr(rule, name) for name in Rule.__dataclass_fields__]
