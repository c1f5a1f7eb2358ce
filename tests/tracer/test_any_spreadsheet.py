"""Whatever a spreadsheet holds, it is a form that runs or is refused with faults: never another error."""

from __future__ import annotations

from typing import Any

from form_workshop import NOW, xlsx
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tracer.forms import Fault, Form, FormError, in_force, load_xlsx, next_question

WORDS = st.sampled_from(
    ["a", "b", "yn", "${a}", "${a} = 1", "selected(${a}, 'x')", ".", "yes", "1", "data", "meta", "&<>"]
)
CELLS = st.none() | WORDS | st.integers(-3, 3) | st.booleans() | st.dates() | st.text("aé😀 ${}<&'\"|", max_size=6)
TYPES = st.sampled_from(
    ["text", "integer", "date", "note", "calculate", "select_one yn", "select_multiple yn", "begin group", "end group"]
)
COLUMNS = ["relevant", "constraint", "required", "calculation", "choice_filter", "appearance", "hint::id", "label::xx"]
HEADED = st.dictionaries(st.sampled_from(COLUMNS), CELLS, max_size=2)


def rows(fixed: dict[str, st.SearchStrategy[Any]]) -> st.SearchStrategy[list[dict[str, Any]]]:
    row = st.tuples(st.fixed_dictionaries(fixed), HEADED).map(lambda parts: {**parts[1], **parts[0]})
    return st.lists(row, max_size=5)


SURVEY = rows({"type": TYPES | CELLS, "name": st.sampled_from("abcde") | CELLS, "label": CELLS})
CHOICES = st.lists(
    st.fixed_dictionaries({"list_name": st.just("yn") | CELLS, "name": CELLS, "label": CELLS}), max_size=3
)
SETTINGS = st.lists(st.fixed_dictionaries({"form_title": CELLS, "form_id": CELLS, "version": CELLS}), max_size=1)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(SURVEY, CHOICES, SETTINGS)
def test_any_spreadsheet_is_a_form_or_is_refused(
    survey: list[dict[str, Any]], choices: list[dict[str, Any]], wanted: list[dict[str, Any]]
) -> None:
    content = xlsx(survey, choices, wanted)
    loaded = form_or_faults(content)
    if isinstance(loaded, Form):
        next_question(loaded, {}, NOW)
        in_force(loaded, {}, NOW)
    else:
        assert loaded
        assert all(fault.reason and "\n" not in fault.reason for fault in loaded)


def form_or_faults(content: bytes) -> Form | tuple[Fault, ...]:
    try:
        return load_xlsx(content)
    except FormError as error:
        return error.faults
