"""Forty usable rules, drawn by chance and each read against the documents' lines: what was right stays so.

Drawn with ``random.Random(11)`` from the usable rules in the order of their keys. A change here means that a rule
is read in another way than a person did; read the lines again before changing the table.
"""

from __future__ import annotations

import pytest

from reminders.rulebook import Rulebook, RuleState

READ = [
    ("S-SPMI-UPGRIS-1.1", 199, "regularly each year", "academic_year", "R/P1Y", "university"),
    ("F-SPMI-UPGRIS-1.2", 955, "every 4–5 years", "curriculum_review", "R/P5Y", "university"),
    (
        "SOP-SPMI-UPGRIS-1.2.6",
        1426,
        "at least one month before the start of lectures",
        "semester_start",
        "-P1M",
        "head-of-programme",
    ),
    ("SOP-SPMI-UPGRIS-1.2.6", 1431, "at least one week before the course begins", "semester_start", "-P7D", "baak"),
    (
        "SOP-SPMI-UPGRIS-1.2.6",
        1432,
        "at least one day before the course begins",
        "semester_start",
        "-P1D",
        "head-of-administration",
    ),
    (
        "SOP-SPMI-UPGRIS-1.2.8",
        1712,
        "no later than 3 days before the course they teach is examined",
        "course_exam",
        "-P3D",
        "examination-committee",
    ),
    ("SOP-SPMI-UPGRIS-1.2.9", 1799, "at least once every half-term", "semester", "R/P3M", "head-of-programme"),
    ("SOP-SPMI-UPGRIS-1.2.10", 1844, "semester-end", "semester", "R/P6M", "upmf"),
    ("SOP-SPMI-UPGRIS-1.2.10", 1848, "monthly", "semester", "R/P1M", "head-of-programme"),
    (
        "SOP-SPMI-UPGRIS-1.2.18",
        2564,
        "at least one month before lectures commence",
        "semester_start",
        "-P1M",
        "head-of-programme",
    ),
    (
        "SOP-SPMI-UPGRIS-1.2.18",
        2566,
        "at least one week before the start of the course",
        "semester_start",
        "-P7D",
        "lecturer",
    ),
    ("S-SPMI-UPGRIS-1.3", 2713, "on a regular basis each semester", "semester", "R/P6M", "study-programme"),
    ("S-SPMI-UPGRIS-1.3", 2721, "on a regular basis each semester", "semester", "R/P6M", "university"),
    ("F-SPMI-UPGRIS-1.3", 2892, "on a regular basis each semester", "semester", "R/P6M", "faculty"),
    ("SOP-SPMI-UPGRIS-1.3.3", 3209, "termly", "semester", "R/P6M", "upmf"),
    ("SOP-SPMI-UPGRIS-1.3.4", 3280, "every semester", "semester", "R/P6M", "dean"),
    ("SOP-SPMI-UPGRIS-1.3.5", 3356, "every semester", "semester", "R/P6M", "dean"),
    ("S-SPMI-UPGRIS-1.4", 3493, "at least twice per semester", "semester", "R/P6M", "faculty"),
    ("F-SPMI-UPGRIS-1.4", 3588, "every semester", "semester", "R/P6M", "faculty"),
    ("F-SPMI-UPGRIS-1.4", 3592, "every semester", "semester", "R/P6M", "university"),
    ("F-SPMI-UPGRIS-1.4", 3593, "every semester", "semester", "R/P6M", "university"),
    ("SOP-SPMI-UPGRIS-1.4.1", 3666, "each semester", "semester", "R/P6M", "lecturer"),
    ("SOP-SPMI-UPGRIS-1.4.5", 3966, "every semester", "semester", "R/P6M", "dean"),
    ("S-SPMI-UPGRIS-1.5", 4096, "per semester", "semester", "R/P6M", "lecturer"),
    ("S-SPMI-UPGRIS-1.5", 4125, "on a regular and ongoing basis each year", "academic_year", "R/P1Y", "university"),
    ("F-SPMI-UPGRIS-1.5", 4226, "each academic year", "academic_year", "R/P1Y", "study-programme"),
    ("SOP-SPMI-UPGRIS-1.5.7", 4876, "within two weeks at the latest", "step_before", "P14D", "rector"),
    ("SOP-SPMI-UPGRIS-1.5.13", 5418, "within one semester", "semester_start", "P6M", "lecturer"),
    ("S-SPMI-UPGRIS-1.7", 6433, "each semester", "semester", "R/P6M", "faculty"),
    ("S-SPMI-UPGRIS-1.7", 6435, "each year", "academic_year", "R/P1Y", "study-programme"),
    ("S-SPMI-UPGRIS-1.7", 6448, "every semester", "semester", "R/P6M", "university"),
    ("F-SPMI-UPGRIS-1.7", 6528, "each semester", "semester", "R/P6M", "faculty"),
    ("F-SPMI-UPGRIS-1.7", 6538, "each year", "academic_year", "R/P1Y", "university"),
    ("SOP-SPMI-UPGRIS-1.7.1", 6639, "each semester", "semester", "R/P6M", "dean"),
    ("SOP-SPMI-UPGRIS-1.7.3", 6749, "monthly", "semester", "R/P1M", "upmf"),
    ("SOP-SPMI-UPGRIS-1.8.6", 7516, "at least twice during the academic year", "semester", "R/P6M", "rector"),
    ("SOP-SPMI-UPGRIS-1.8.8", 7680, "at least twice a year", "semester", "R/P6M", "vice-rector-2"),
    ("SOP-SPMI-UPGRIS-1.8.8", 7681, "at least twice during the academic year", "semester", "R/P6M", "vice-rector-2"),
    ("SOP-SPMI-UPGRIS-1.8.10", 7846, "annual", "academic_year", "R/P1Y", "rector"),
    ("SOP-SPMI-UPGRIS-1.8.10", 7881, "every semester", "semester", "R/P6M", "business-unit"),
]
"""Document, first line of the clause, the limit's words, what it is counted from, the offset, who acts."""


def test_forty_rules_were_read() -> None:
    assert len(set(READ)) == 40


@pytest.mark.parametrize(("document", "line", "quote", "anchor", "offset", "actor"), READ)
def test_a_rule_is_as_it_was_read(
    rulebook: Rulebook, document: str, line: int, quote: str, anchor: str, offset: str, actor: str
) -> None:
    (rule,) = [
        rule
        for rule in rulebook.rules
        if (rule.clause.document, rule.clause.lines[0], rule.limit.quote) == (document, line, quote)
    ]
    assert rule.state is RuleState.USABLE
    assert rule.actor is not None
    assert (rule.anchor, rule.limit.offset, rule.actor.id) == (anchor, offset, actor)
