"""From sheets to a checked form: every type, expression and reference; all faults at once, each with its row."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from pathlib import Path
from types import MappingProxyType

from tracer.forms import columns
from tracer.forms.expressions import Expression, ExpressionError, read_expression
from tracer.forms.model import Choice, Fault, Form, FormError, Group, Kind, Question
from tracer.forms.sheets import Row, Sheets, read_xlsx, read_yaml
from tracer.wording import Text

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_.\-]*")
_KIND_SPELLINGS = {"int": "integer", "string": "text"}
_YES, _NO = ("yes", "true", "true()", "1"), ("", "no", "false", "false()", "0")
_ERROR_OF_EXCEL = re.compile(r"#(?:REF!|NAME\?|VALUE!|DIV/0!|N/A|NULL!|NUM!|SPILL!|CALC!)")
_SELECTS = (Kind.SELECT_ONE, Kind.SELECT_MULTIPLE)
_SILENT = (Kind.NOTE, Kind.CALCULATE)
_MISPLACED: Mapping[str, Collection[Kind]] = MappingProxyType(
    {
        "required": _SILENT,
        "constraint": _SILENT,
        "calculation": tuple(kind for kind in Kind if kind is not Kind.CALCULATE),
        "choice_filter": tuple(kind for kind in Kind if kind not in _SELECTS),
    }
)


def load_xlsx(content: bytes) -> Form:
    """Read a form that somebody sent. Raises FormError with all faults found, and nothing else."""
    return build_form(read_xlsx(content))


def load_yaml(path: Path) -> Form:
    """Read a form of the repository. Raises FormError with all faults found, and nothing else."""
    return build_form(read_yaml(path))


def build_form(sheets: Sheets) -> Form:
    """Check the rows and make a form of them; pyxform then checks its structure. Raises FormError."""
    reader = _Reader(sheets)
    form = reader.form()
    faults = reader.faults or _structure_faults(sheets)
    if faults:
        raise FormError(*faults)
    return form


class _Reader:
    """Reads row after row and collects what is wrong, so that a person mends a form in one go."""

    def __init__(self, sheets: Sheets) -> None:
        self.sheets = sheets
        self.faults: list[Fault] = []
        self.names: dict[str, int] = {}
        self.readable: list[str] = []
        self.groups: list[tuple[Group, int]] = []
        self.lists: dict[str, list[Choice]] = {}

    def form(self) -> Form:
        """Return the form; it may only be used where no fault was found."""
        self._check_headers("survey", columns.SURVEY)
        self._check_headers("choices", None)
        self._check_headers("settings", columns.SETTINGS)
        self._check_cells()
        for row in self.sheets.rows["choices"]:
            self._read_choice(row)
        questions = [question for row in self.sheets.rows["survey"] if (question := self._read_row(row))]
        for group, at in self.groups:
            self._fault("survey", at, f"the group `{group.name}` is never closed: add an `end group` row")
        if not any(question.kind is not Kind.CALCULATE for question in questions) and not self.faults:
            self._fault("survey", None, "the sheet has no questions: write one a row")
        settings = next((row.cells for row in self.sheets.rows["settings"]), {})
        return Form(
            id=columns.cell(settings, "form_id"),
            title=columns.worded(settings, "form_title"),
            version=columns.cell(settings, "version"),
            questions=tuple(questions),
        )

    def _fault(self, sheet: str, at: int | None, reason: str) -> None:
        self.faults.append(Fault(sheet=sheet, row=at, reason=reason, unit=self.sheets.unit))

    def _check_headers(self, sheet: str, known: tuple[str, ...] | None) -> None:
        for row in self.sheets.rows[sheet]:
            meanings: set[tuple[str, str | None]] = set()
            for header in row.cells:
                fault = columns.header_fault(header, known)
                if fault:
                    self._fault(sheet, row.at, fault)
                meaning = (columns.column_name(header), columns.language_of(header))
                if meaning in meanings:
                    self._fault(sheet, row.at, f"the column `{header}` stands twice, in two spellings: empty one")
                meanings.add(meaning)

    def _check_cells(self) -> None:
        for sheet, rows in self.sheets.rows.items():
            for row in rows:
                for error in dict.fromkeys(cell for cell in row.cells.values() if _ERROR_OF_EXCEL.fullmatch(cell)):
                    self._fault(sheet, row.at, f"a cell shows Excel's error {error}: mend its formula, or write words")

    def _read_choice(self, row: Row) -> None:
        list_name, code = columns.cell(row.cells, "list_name"), columns.cell(row.cells, "name")
        label = columns.worded(row.cells, "label")
        of_list = self.lists.setdefault(list_name, [])
        if not list_name or not code or not label.id:
            self._fault("choices", row.at, "a choice needs a list_name, a name (its code) and a label")
        elif re.search(r"\s", code):
            self._fault("choices", row.at, f"the code `{code}` has a space: write it without")
        elif any(choice.code == code for choice in of_list):
            self._fault("choices", row.at, f"the code `{code}` stands twice in the list `{list_name}`: change one")
        else:
            plain = {columns.column_name(header): cell for header, cell in row.cells.items()}
            looked_at = {column: cell for column, cell in plain.items() if column not in columns.WORDED}
            of_list.append(Choice(code=code, label=label, columns=looked_at))

    def _read_row(self, row: Row) -> Question | None:
        """Read one row of the survey; None for groups and for a row that is no question."""
        type_, _, rest = re.sub(r"\s+", " ", columns.cell(row.cells, "type")).partition(" ")
        type_, rest = _joined(type_, rest)
        if type_ == "end_group":
            self._end_group(row)
            return None
        name = self._name(row)
        if type_ == "begin_group":
            self.groups.append((self._group(row, name), row.at))
            return None
        kind = self._kind(row, _KIND_SPELLINGS.get(type_, type_))
        if kind is None:
            return None
        question = self._question(row, name, kind, self._choices(row, kind, rest))
        self.readable.append(name)
        return question

    def _name(self, row: Row) -> str:
        name = columns.cell(row.cells, "name")
        if not name:
            self._fault("survey", row.at, "the row has no name: write a short one without spaces")
        elif not _NAME.fullmatch(name):
            self._fault("survey", row.at, f"the name `{name}` must be letters, digits, _ - . and start with a letter")
        elif name in self.names:
            self._fault("survey", row.at, f"the name `{name}` is taken in {self.sheets.unit} {self.names[name]}")
        self.names.setdefault(name, row.at)
        return name

    def _end_group(self, row: Row) -> None:
        if self.groups:
            self.groups.pop()
        else:
            self._fault("survey", row.at, "no group is open here: remove this row or add a `begin group` above")

    def _group(self, row: Row, name: str) -> Group:
        for column in ("required", "constraint", "calculation", "choice_filter"):
            if columns.cell(row.cells, column):
                self._fault("survey", row.at, f"the column `{column}` means nothing for a group: empty it")
        return Group(
            name=name,
            label=columns.worded(row.cells, "label"),
            appearance=tuple(columns.cell(row.cells, "appearance").split()),
            relevant=self._expression(row, "relevant"),
        )

    def _kind(self, row: Row, written: str) -> Kind | None:
        try:
            kind = Kind(written)
        except ValueError:
            known = ", ".join(Kind)
            missing = f"the type `{written}` is not supported: use {known}, begin group or end group"
            self._fault("survey", row.at, missing if written else "the row has no type")
            return None
        for column, kinds in _MISPLACED.items():
            if kind in kinds and columns.cell(row.cells, column).lower() not in _NO:
                self._fault("survey", row.at, f"the column `{column}` means nothing for {kind.value}: empty it")
        return kind

    def _choices(self, row: Row, kind: Kind, rest: str) -> tuple[Choice, ...]:
        if kind not in _SELECTS:
            if rest:
                self._fault("survey", row.at, f"`{rest}` after the type {kind.value} is not supported: remove it")
            return ()
        list_name, _, more = rest.partition(" ")
        if more:
            self._fault("survey", row.at, f"`{more}` after the list is not supported: add it as a choice and a text")
        elif list_name not in self.lists:
            self._fault("survey", row.at, f"the list `{list_name}` is not on the sheet choices: add its choices there")
        return tuple(self.lists.get(list_name, ()))

    def _question(self, row: Row, name: str, kind: Kind, choices: tuple[Choice, ...]) -> Question:
        label = columns.worded(row.cells, "label")
        if kind is not Kind.CALCULATE and not label.id:
            self._fault("survey", row.at, "the row has no label: write what is asked")
        if kind is Kind.CALCULATE and not columns.cell(row.cells, "calculation"):
            self._fault("survey", row.at, "the row has no calculation: write its expression")
        texts = {column: columns.worded(row.cells, column) for column in columns.WORDED}
        for column, text in texts.items():
            self._check_plain(row, column, text)
        offered = frozenset(column for choice in choices for column in choice.columns)
        return Question(
            name=name,
            kind=kind,
            row=row.at,
            appearance=tuple(columns.cell(row.cells, "appearance").split()),
            groups=tuple(group for group, _ in self.groups),
            choices=choices,
            relevant=self._expression(row, "relevant"),
            constraint=self._expression(row, "constraint", more=(name,)),
            required=self._required(row),
            calculation=self._expression(row, "calculation"),
            choice_filter=self._expression(row, "choice_filter", columns_=offered),
            **texts,
        )

    def _check_plain(self, row: Row, column: str, text: Text) -> None:
        if "${" in text.id + text.en:
            self._fault("survey", row.at, f"`${{…}}` in the column `{column}` is not supported: write it without")

    def _required(self, row: Row) -> Expression | None:
        written = columns.cell(row.cells, "required").lower()
        if written in _NO:
            return None
        return read_expression("true()", ()) if written in _YES else self._expression(row, "required")

    def _expression(
        self, row: Row, column: str, more: Collection[str] = (), columns_: Collection[str] = ()
    ) -> Expression | None:
        source = columns.cell(row.cells, column)
        if not source:
            return None
        try:
            return read_expression(source, {*self.readable, *more}, columns_, dot=column == "constraint")
        except ExpressionError as error:
            self._fault("survey", row.at, f"the column `{column}`: {error}")
            return None


def _joined(type_: str, rest: str) -> tuple[str, str]:
    """``begin group``, ``select one LIST`` are also written with a space."""
    first, second = type_.lower(), rest.split(" ")[0].lower()
    if (first in ("begin", "end") and second) or (first == "select" and second in ("one", "multiple")):
        return f"{first}_{second}", rest[len(second) :].strip()
    return first, rest


def _structure_faults(sheets: Sheets) -> list[Fault]:
    """Let pyxform make an XForm of it, which the form must stay usable for, and report what it refuses."""
    from pyxform.errors import PyXFormError  # a quarter of a second, which a start need not wait for
    from pyxform.xls2xform import convert

    book = {name: [_as_pyxform_reads(row) for row in rows] for name, rows in sheets.rows.items() if rows}
    headers = {
        f"{name}_header": [dict.fromkeys(header for row in rows for header in row)] for name, rows in book.items()
    }
    try:
        convert({**book, **headers, "sheet_names": list(book)}, form_name="data")
    except PyXFormError as error:
        return [_placed(sheets, str(error))]
    # A form comes from outside, and pyxform is not ours: whatever it stumbles over is a fault of the form.
    except Exception as error:
        return [_placed(sheets, f"{type(error).__name__}: {error}")]
    return []


def _as_pyxform_reads(row: Row) -> dict[str, str]:
    """Return a row's cells with the type as its name is spelt: people write ``Text`` and ``Select_One`` too."""
    cells = dict(row.cells)
    for header, cell in row.cells.items():
        if columns.column_name(header) == "type":
            type_, _, rest = re.sub(r"\s+", " ", cell).strip().partition(" ")
            cells[header] = " ".join(filter(None, _joined(type_, rest)))
    return cells


def _placed(sheets: Sheets, message: str) -> Fault:
    """Find the row in pyxform's message (``[row : 5]``), which counts the rows it was given from 2."""
    found = re.search(r"\[?row\s*:?\s*(\d+)\]?", message)
    sheet = "choices" if re.search(r"\bchoices?\b", message) and "survey" not in message else "survey"
    rows = sheets.rows[sheet]
    at = rows[int(found[1]) - 2].at if found and 0 <= int(found[1]) - 2 < len(rows) else None
    reason = re.sub(r"\s+", " ", message.replace(found[0], "") if found else message).strip(" :")
    return Fault(sheet=sheet, row=at, reason=f"pyxform refuses the form: {reason}", unit=sheets.unit)
