"""The documents' time limits as rules: what they lack, who acts, and what stays when a document changes."""

from __future__ import annotations

import re
from collections import Counter

import pytest

from bot.rulebook import rulebook_of
from corpus.lexicon import Lexicon
from corpus.model import Document, Lines, TimeLimitKind
from corpus.wording import load_wordings
from index.browse import Browser
from index.built import browsable
from reminders.actors import load_actors
from reminders.anchors import Why, load_anchors
from reminders.rulebook import (
    NO_ACTOR,
    UNKNOWN_ACTOR,
    Rule,
    Rulebook,
    RuleNotFoundError,
    RuleState,
    Sop,
    SopNotFoundError,
)

EXAMS = "SOP-SPMI-UPGRIS-1.2.8"


def test_every_deadline_and_frequency_is_a_rule(documents: tuple[Document, ...], rulebook: Rulebook) -> None:
    kinds = (TimeLimitKind.DEADLINE, TimeLimitKind.FREQUENCY)
    limits = Counter((d.id, limit) for d in documents for limit in d.time_limits if limit.kind in kinds)
    assert Counter((rule.clause.document, rule.limit) for rule in rulebook.rules) == limits


def test_at_least_85_of_100_numeric_rules_are_usable(rulebook: Rulebook) -> None:
    numeric = [rule for rule in rulebook.rules if rule.limit.offset]
    assert sum(rule.state is RuleState.USABLE for rule in numeric) / len(numeric) >= 0.85


def test_a_rule_has_what_its_state_says(rulebook: Rulebook) -> None:
    for rule in rulebook.rules:
        assert (rule.state is RuleState.NOT_NUMERIC) == (rule.limit.offset is None)
        assert (rule.state is RuleState.USABLE) == (rule.why == "")
        if rule.state is RuleState.USABLE:
            assert rule.anchor
            assert rule.actor
            assert rule.actor.id == rule.clause.actors[0]
        assert (rule.told_by == "") == (not rule.clause.actors)
    whys = {state: {rule.why for rule in rulebook.rules if rule.state is state} for state in RuleState}
    assert whys[RuleState.NOT_NUMERIC] == {Why.NOT_NUMERIC}
    assert whys[RuleState.NEEDS_ANCHOR] == {Why.RATIO, Why.NO_START, Why.NO_DUTY}
    assert whys[RuleState.NEEDS_ACTOR] == {NO_ACTOR}


def test_a_clause_is_said_in_both_languages_and_holds_its_limit(rulebook: Rulebook) -> None:
    for rule in rulebook.rules:
        assert rule.limit.quote in rule.clause.text.en
        assert rule.clause.text.id
        assert rule.clause.title.of("id")
        assert rule.clause.lines[0] <= rule.limit.lines[0].start <= rule.clause.lines[1]


@pytest.mark.parametrize(
    ("line", "quote", "actor", "told_by"),
    [
        (1118, "no later than one week before lectures commence", "lecturer", "limit"),
        (1714, "no later than one week after the exam date", "course-lecturer", "limit"),  # its row marks the dean
        (7881, "every semester", "business-unit", "clause"),  # its row marks the Rector
        (2721, "periodically every semester", "university", "row"),  # not the Ministry, which sets the activities
        (6435, "each semester", "faculty", "row"),  # the statement beside it tells of the university's policies
        (6440, "annual", "study-programme", "limit"),  # guidelines for study programmes in implementing …
        (4096, "per semester", "lecturer", "clause"),  # Fulfilment of lecturers' workload
        (1844, "semester-end", "upmf", "clause"),  # the Faculty/Postgraduate Quality Assurance Unit
        (3209, "termly", "upmf", "clause"),  # the Faculty's Quality Assurance Unit
        (3666, "each semester", "lecturer", "row"),
        (176, "each year", "university", "row"),  # for whom the table's last column says
        (7516, "at least twice during the academic year", "rector", "heading"),
        (1848, "monthly", "head-of-programme", "document"),
        (5409, "every semester", "assessor", "document"),
        (6750, "each month", "upmf", "document"),  # translated in two ways, one subject in Indonesian
        (7680, "at least twice a year", "vice-rector-2", "document"),
        (7682, "no later than 7 working days after the activity has been completed", "work-unit", "document"),
        (3592, "every semester", "university", "document"),  # a form's indicator, restated from two near ones
    ],
)
def test_who_acts_is_told_by_what_is_nearest(
    rulebook: Rulebook, line: int, quote: str, actor: str, told_by: str
) -> None:
    rule = rule_at(rulebook, line, quote)
    assert rule.actor is not None
    assert (rule.actor.id, rule.told_by) == (actor, told_by)


@pytest.mark.parametrize(
    ("line", "quote"),
    [
        (3808, "monthly"),
        (5394, "once per semester"),  # a definition: a parameter that measures a lecturer's workload
        (7588, "at least once a year"),
        (7683, "at least 3 working days before the activity"),  # two steps tell of activity budgets
        (7684, "at least 1 working day before the activity"),
    ],
)
def test_where_two_could_be_meant_or_none_is_named_nobody_is(rulebook: Rulebook, line: int, quote: str) -> None:
    rule = rule_at(rulebook, line, quote)
    assert (rule.state, rule.why, rule.actor) == (RuleState.NEEDS_ACTOR, NO_ACTOR, None)


def test_who_is_not_in_the_table_is_said_to_be_unknown(plain_browser: Browser, lexicon: Lexicon) -> None:
    actors = {id_: actor for id_, actor in load_actors(lexicon).items() if id_ != "committee"}
    rule = rule_at(rulebook_of(plain_browser, load_anchors(), actors), 1640, "no later than 3 days before")
    assert (rule.state, rule.why, rule.clause.actors) == (RuleState.NEEDS_ACTOR, UNKNOWN_ACTOR, ("committee",))


def test_rules_and_sops_are_found_by_their_keys(rulebook: Rulebook) -> None:
    for rule in rulebook.rules:
        assert re.fullmatch(r"[0-9a-f]{12}", rule.key)
        assert rulebook.rule(rule.key) is rule
    assert all(rulebook.sop(sop.document) is sop for sop in rulebook.sops)
    from_exams = rulebook.rules_from("course_exam")
    assert {rule.clause.document for rule in from_exams} == {EXAMS}
    assert rulebook.rules_from("wedding") == ()


def test_what_is_gone_is_said_in_a_sentence(rulebook: Rulebook) -> None:
    with pytest.raises(RuleNotFoundError, match="look it up again"):
        rulebook.rule("0123456789ab")
    with pytest.raises(SopNotFoundError, match="choose one with /sop"):
        rulebook.sop("S-SPMI-UPGRIS-1.2")


def test_an_sop_has_its_steps_with_who_acts_and_what_binds_them(rulebook: Rulebook) -> None:
    sop = rulebook.sop(EXAMS)
    assert sop.title.of("id") == "Ujian Tengah Semester dan Ujian Akhir Semester"
    assert [step.number for step in sop.steps[:9]] == [f"A.{number}" for number in range(1, 10)]
    bound = {step.number: [rule.limit.offset for rule in step.rules] for step in sop.steps if step.rules}
    assert bound == {"A.7": ["-P3D"], "B.7": ["-P3D"], "B.9": ["P7D"]}
    appointing = next(step for step in sop.steps if step.number == "A.3")
    assert appointing.actor is not None
    assert (appointing.actor.id, [other.id for other in appointing.others]) == ("dean", ["postgraduate-director"])
    assert appointing.part.of("en") == "Mid-Term Exams"
    assert sop.recurring == ("course_exam",)


def test_an_sop_is_run_again_in_what_the_calendar_has_only(rulebook: Rulebook) -> None:
    kinds = load_anchors().kinds
    assert rulebook.rules_from("activity")
    assert {kinds[kind].source for sop in rulebook.sops for kind in sop.recurring} == {"calendar"}


def test_an_indonesian_sop_says_the_same_in_both_languages(rulebook: Rulebook) -> None:
    sop = rulebook.sop("sop-pembinaan-alumni-ppg")
    assert sop.steps
    assert all(step.clause.text.en == step.clause.text.id for step in sop.steps)


def test_nine_of_ten_steps_tell_who_acts(rulebook: Rulebook) -> None:
    steps = [step for sop in rulebook.sops for step in sop.steps]
    assert sum(step.actor is not None for step in steps) / len(steps) >= 0.9


def test_a_rule_keeps_its_key_until_its_words_change(documents: tuple[Document, ...], lexicon: Lexicon) -> None:
    exams = next(document for document in documents if document.id == EXAMS)
    before, same = single(exams, lexicon), single(exams, lexicon)
    assert [rule.key for rule in before.rules] == [rule.key for rule in same.rules]
    after = single(with_other_words(exams), lexicon)
    lost = {rule.key for rule in before.rules} - {rule.key for rule in after.rules}
    (changed,) = (before.rule(key) for key in lost)
    assert (changed.clause.number, changed.clause.lines[0]) == ("A.7", 1640)
    assert version(before) == version(same) != version(after)


def test_a_rule_keeps_its_key_when_its_clause_moves(documents: tuple[Document, ...], lexicon: Lexicon) -> None:
    exams = next(document for document in documents if document.id == EXAMS)
    before, after = single(exams, lexicon), single(moved(exams), lexicon)
    assert [rule.clause.lines[0] + 10 for rule in before.rules] == [rule.clause.lines[0] for rule in after.rules]
    assert [rule.key for rule in before.rules] == [rule.key for rule in after.rules]
    assert version(before) == version(after)


def rule_at(rulebook: Rulebook, line: int, quote: str) -> Rule:
    """Give the one rule whose clause begins at a line and whose limit begins with a quote."""
    (rule,) = (
        rule
        for rule in rulebook.rules
        if rule.clause.lines[0] == line and rule.limit.quote.startswith(quote) and "PPG" not in rule.clause.code
    )
    return rule


def single(document: Document, lexicon: Lexicon) -> Rulebook:
    """Give the rulebook of one document."""
    return rulebook_of(Browser(browsable([document], load_wordings()), lexicon))


def version(rulebook: Rulebook) -> str:
    sop: Sop = rulebook.sop(EXAMS)
    return sop.digest


def with_other_words(exams: Document) -> Document:
    """Have the committee ask for printed questions in step A.7."""
    steps = [
        step.model_copy(update={"text": step.text.replace("typed", "printed")}) if step.number == "A.7" else step
        for step in exams.steps
    ]
    return exams.model_copy(update={"steps": tuple(steps)})


def moved(exams: Document) -> Document:
    """Let the whole document stand ten lines lower."""
    return Document.model_validate(lower(exams.model_dump()))


def lower(value: object) -> object:
    if isinstance(value, dict):
        if set(value) == set(Lines.model_fields):
            return {name: number + 10 for name, number in value.items()}
        return {name: lower(inner) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return [lower(inner) for inner in value]
    return value
