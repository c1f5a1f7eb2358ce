"""What a cohort answered is shown when enough have, and nobody can be found in it."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from store.campaigns import CampaignKind
from tracer.cohort import LEAST_ANSWERS, LEAST_CELL, grouped
from tracer.questionnaires import shipped_form

STATUS = shipped_form(CampaignKind.SHORT).question("f8")
COUNTS = st.fixed_dictionaries({choice.code: st.integers(0, 30) for choice in STATUS.choices})


def test_nothing_is_shown_before_ten_have_answered() -> None:
    assert grouped(STATUS, {"1": 9}) is None
    assert grouped(STATUS, {"1": 10}) is not None


def test_a_single_small_number_takes_the_next_one_with_it() -> None:
    found = grouped(STATUS, {"1": 20, "2": 8, "3": 2})
    assert found is not None
    assert [(choice.code, many) for choice, many in found.counts] == [("1", 20)]
    assert found.others == 10


@given(COUNTS)
def test_no_small_number_is_shown_or_can_be_worked_out(counts: dict[str, int]) -> None:
    found = grouped(STATUS, counts)
    if found is None:
        assert sum(counts.values()) < LEAST_ANSWERS
        return
    assert sum(many for _, many in found.counts) + found.others == found.many == sum(counts.values())
    assert all(many >= LEAST_CELL for _, many in found.counts)
    assert found.others == 0 or found.others >= LEAST_CELL
    hidden = [many for code, many in counts.items() if many and code not in {one.code for one, _ in found.counts}]
    # Alone, a hidden number would be the sum less the shown ones.
    assert len(hidden) != 1 or hidden[0] >= LEAST_CELL
