"""The national questionnaire as a form that can be asked: the columns of ``questionnaire.yaml``, and nothing else.

A list of boxes is one multiple choice, its codes the boxes' columns; columns of one scale lie in a group that is
asked as a grid (XLSForm's ``table-list``). Who somebody is comes from the list of graduates: only what is missing
there is asked, at the end.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cache

from tracer.forms import Form, Question
from tracer.forms.reading import build_form
from tracer.forms.sheets import Row, Sheets
from tracer.national.questionnaire import Choices, Column, Conditions, Kind, national
from tracer.reading import Unit
from tracer.wording import Text

GRID = "table-list"
"""Appearance of a group whose questions have the same choices and are asked together."""
PLACE = "place"
"""Appearance of a text that is the name of a province, to be searched for."""
WITHIN = "in-"
"""Appearance of a place that is a regency or city: before the name of the question for its province."""
RUPIAH, MONTHS = "rupiah", "months"
"""Appearances of a number: how it may be written, and is read back."""
CONTACT = ("telpomsmh", "emailmsmh")
SENSITIVE = tuple(code for code, column in national().columns.items() if column.sensitive)
"""Kept apart from the answers, masked wherever they are shown."""

_FROM_THE_LIST = ("kdptimsmh", "kdpstmsmh", "nimhsmsmh", "nmmhsmsmh", "tahun_lulus")
_EARLIEST, _DAYS_AHEAD = "1950-01-01", 366
_TYPES = {Kind.TEXT: "text", Kind.PLACE: "text", Kind.DATE: "date", Kind.NUMBER: "integer"}
_DATE_MESSAGE = Text(
    en="Write the date on which it began, at most a year from today.",
    id="Tulis tanggal mulainya, paling lambat setahun dari hari ini.",
)
Cells = dict[str, str]


@cache
def national_form(missing: frozenset[str] = frozenset()) -> Form:
    """Return the form; ``missing`` are the columns of contact and identity that it asks too."""
    unknown = missing.difference(CONTACT, SENSITIVE)
    if unknown:
        raise ValueError(f"{sorted(unknown)} cannot be asked: name some of {(*CONTACT, *SENSITIVE)}.")
    columns = national().template()
    asked = [code for code in columns if code not in (*_FROM_THE_LIST, *CONTACT, *SENSITIVE)]
    survey = list(_survey([*asked, *(code for code in columns if code in missing)]))
    settings = [{"form_id": "national", "form_title": "Tracer study", "version": "86"}]
    sheets = {"survey": survey, "choices": list(_choices()), "settings": settings}
    return build_form(Sheets({name: _rows(rows) for name, rows in sheets.items()}, "row"))


def province_of(question: Question) -> str | None:
    """Return the name of the question for the province of a regency or city, None for any other question."""
    return next((mark.removeprefix(WITHIN) for mark in question.appearance if mark.startswith(WITHIN)), None)


def _rows(rows: Iterable[Cells]) -> tuple[Row, ...]:
    return tuple(Row(at, cells) for at, cells in enumerate(rows, 2))


def _survey(codes: Iterable[str]) -> Iterator[Cells]:
    """Yield the rows: a column each, one for a whole list, and groups around columns of one scale."""
    columns, lists_done, scale = national().columns, set[str](), ""
    for code in codes:
        column = columns[code]
        if (column.scale or "") != scale:
            if scale:
                yield {"type": "end_group"}
            scale = column.scale or ""
            if scale:
                yield {"type": "begin_group", "name": scale, "appearance": GRID, **_worded("label", _grid(scale))}
        if column.list is None:
            yield _question(code, column)
        elif column.list not in lists_done:
            lists_done.add(column.list)
            yield _list(column.list, national().lists[column.list])


def _grid(scale: str) -> Text:
    return national().grids[scale]


def _question(code: str, column: Column) -> Cells:
    chosen = f"select_one {column.scale or code}" if column.kind is Kind.ONE else _TYPES[column.kind]
    cells = {
        "type": chosen,
        "name": code,
        "required": "no" if column.optional else "yes",
        **_worded("label", column.ask),
    }
    if column.kind is Kind.PLACE:
        cells["appearance"] = f"{PLACE} {WITHIN}{column.within}" if column.within else PLACE
    if column.unit is not None:
        cells["appearance"] = column.unit
    constraint, message = _constraint(column)
    if constraint:
        cells |= {"constraint": constraint, **_worded("constraint_message", message)}
    return cells | _relevant(column.when)


def _list(name: str, choices: Choices) -> Cells:
    """No box ticked is an answer too, so the list may be left blank."""
    return {"type": f"select_multiple {name}", "name": name, **_worded("label", choices.ask), **_relevant(choices.when)}


def _choices() -> Iterator[Cells]:
    scales: set[str] = set()
    for code, column in national().template().items():
        if column.kind is Kind.TICK:
            yield {"list_name": str(column.list), "name": code, **_worded("label", column.ask)}
        elif column.kind is Kind.ONE and column.scale not in scales:
            scales |= {column.scale} if column.scale else set()
            for option, label in column.options.items():
                yield {"list_name": column.scale or code, "name": str(option), **_worded("label", label)}


def _relevant(when: Conditions) -> Cells:
    parts = [" or ".join(_is(code, value) for value in values) for code, values in when.items()]
    return {"relevant": " and ".join(f"({part})" for part in parts)} if parts else {}


def _is(code: str, value: int) -> str:
    column = national().columns[code]
    if column.kind is not Kind.TICK:
        return f"${{{code}}} = '{value}'"
    ticked = f"selected(${{{column.list}}}, '{code}')"
    return ticked if value else f"not({ticked})"


def _constraint(column: Column) -> tuple[str, Text]:
    """Return what an answer must hold, as the validator of the upload file has it, and that in words."""
    if column.kind is Kind.NUMBER:
        return _number_constraint(column)
    if column.kind is Kind.DATE:
        return f". >= date('{_EARLIEST}') and . <= today() + {_DAYS_AHEAD}", _DATE_MESSAGE
    if column.pattern is None or column.form is None:
        return "", Text(en="", id="")
    message = Text(en=f"Write {column.form.en}.", id=f"Tulis {column.form.id}.")
    pattern = f"regex(., '{_ascii(column.pattern)}')"
    if column.kind is not Kind.PLACE:
        return pattern, message
    other = f"${{{column.within}}}"
    within = f" and (not(regex({other}, '[0-9]+')) or substr(., 0, 2) = substr({other}, 0, 2))" if column.within else ""
    return f"not(regex(., '[0-9]+')) or ({pattern}{within})", message


def _number_constraint(column: Column) -> tuple[str, Text]:
    """The form takes no more than is plausible: a slip of the finger is told while somebody can still mend it."""
    most = column.plausible if column.maximum is None else column.maximum
    bounds = [(">=", column.minimum, "at least", "minimal"), ("<=", most, "at most", "maksimal")]
    given = [(sign, bound, english, indonesian) for sign, bound, english, indonesian in bounds if bound is not None]
    rules = [f". {sign} {bound}" for sign, bound, _, _ in given]
    english = " and ".join(f"{word} {_shown(column, bound)}" for _, bound, word, _ in given)
    indonesian = " dan ".join(f"{word} {_shown(column, bound)}" for _, bound, _, word in given)
    if column.at_most:
        rules.append(f". <= ${{{column.at_most}}}")
        english += ", not more than the number before"
        indonesian += ", tidak lebih dari jumlah sebelumnya"
    return " and ".join(rules), Text(en=f"Write a whole number, {english}.", id=f"Tulis bilangan bulat, {indonesian}.")


def _shown(column: Column, bound: int) -> str:
    """Return a bound as money is read back; both languages write rupiah with dots."""
    return f"Rp{bound:,}".replace(",", ".") if column.unit == RUPIAH and bound else str(bound)


def unit_of(question: Question) -> Unit:
    """Return what a number of a question counts, where its appearance says so."""
    if RUPIAH in question.appearance:
        return "rupiah"
    return "months" if MONTHS in question.appearance else ""


def _ascii(pattern: str) -> str:
    r"""The validator's ``\d`` are the ten digits; a form's are those of every script."""
    return pattern.replace(r"\d", "[0-9]")


def _worded(column: str, text: Text) -> Mapping[str, str]:
    return {f"{column}::Indonesian (id)": text.id, f"{column}::English (en)": text.en}
