"""What is wrong with a row or a file, as the rooms below say it, in the reader's language.

They say it in English; here stand their sentences with places for values, so that the catalog can hold them. A
sentence that is not among them is said as it is.
"""

from __future__ import annotations

import re
from functools import cache
from string import Formatter
from typing import Final

from handlers.texts import N_, Speech
from tracer.forms import Fault
from tracer.forms.sheets import WHOLE_FILE

SENTENCES: Final = (
    N_("the name is empty: write it, or remove the row"),
    N_("the NIM is empty: write it, or remove the row"),
    N_("a cell has more than {most} characters: shorten it"),
    N_("the programme code “{words}” has not five digits: write the one of PDDikti"),
    N_("the NIM “{words}” was cut short: format its column as text, write it again"),
    N_("{name}, row {number}: “{words}” is not a code of six digits ending in 00; write it as text such as 030000."),
    N_("the level “{words}” is unknown: write one of {levels}"),
    N_("the programme {code} has no name: write it, or import the list of programmes"),
    N_("the graduation date “{words}” is no full date: write it as 2025-07-31"),
    N_("the birth date “{words}” is no full date: write it as 2025-07-31"),
    N_("the graduation date {day} lies too far back or in the future: correct it"),
    N_("the birth date {day} lies too far back or in the future: correct it"),
    N_(
        "“{words}” is not an Indonesian number (08…) or one with its country code (+62…): correct it, or leave it empty"
    ),
    N_("“{words}” is not an e-mail address such as nama@contoh.ac.id: correct it, or leave it empty"),
    N_("the NIM {nim} stands in row {number} already, in other words: correct one of them"),
    N_("the NIM {nim} stands in row {number} already"),
    N_("the NIM “{words}” is not on the list of graduates"),
    N_("the programme is of another unit than yours: ask the quality office to import it"),
    N_("This survey is for graduates of other years or programmes: choose another one."),
    N_("{words} has more than {most} digits and was rounded: format its column as text, write it again"),
    N_("{name} has no column “{columns}”: name the columns in its first row."),
    N_("{name} has no rows under the names of its columns: fill it, and save it again."),
    N_("{name} has two columns for one thing, “{first}” and “{second}”: keep one of them."),
    N_("{name} is empty: save the list again, as CSV or XLSX."),
    N_("{name} is no text and no XLSX file: save the list as CSV (UTF-8) or XLSX."),
    N_("{name} is no XLSX file: save the list as XLSX or CSV."),
    N_("{name} is damaged: open it in an office program and save it again, as XLSX."),
    N_("{name} is a PDF: save the list as CSV or XLSX instead."),
    N_("{name} is locked with a password or in the old XLS format: save it unlocked, as XLSX or CSV."),
    N_("{name} has a quotation mark without its pair: save the list again, as CSV or XLSX."),
    N_("{name} has more than {most} rows: split it into several files."),
    # of a questionnaire (XLSForm)
    N_("the group `{name}` is never closed: add an `end group` row"),
    N_("the sheet has no questions: write one a row"),
    N_("the column `{column}` stands twice, in two spellings: empty one"),
    N_("a choice needs a list_name, a name (its code) and a label"),
    N_("the code `{code}` has a space: write it without"),
    N_("the code `{code}` stands twice in the list `{name}`: change one"),
    N_("the row has no name: write a short one without spaces"),
    N_("the name `{name}` must be letters, digits, _ - . and start with a letter"),
    N_("the name `{name}` is taken in row {row}"),
    N_("no group is open here: remove this row or add a `begin group` above"),
    N_("the column `{column}` means nothing for a group: empty it"),
    N_("the type `{kind}` is not supported: use {known}, begin group or end group"),
    N_("the row has no type"),
    N_("the column `{column}` means nothing for {kind}: empty it"),
    N_("`{words}` after the type {kind} is not supported: remove it"),
    N_("`{words}` after the list is not supported: add it as a choice and a text"),
    N_("the list `{name}` is not on the sheet choices: add its choices there"),
    N_("the row has no label: write what is asked"),
    N_("the row has no calculation: write its expression"),
    N_("`${{…}}` in the column `{column}` is not supported: write it without"),
    N_("the column `{column}`: only Indonesian (id) and English (en) are supported; empty it"),
    N_("the column `{column}` is not supported: empty it"),
    N_("the column `{column}`: {reason}"),
    N_("`.` is the answer being checked: use it in a constraint only"),
    N_("`${{{name}}}` is no question before this one: name an earlier row of the survey"),
    N_("the pattern `{words}` cannot be read: {reason}"),
    N_("it is too long or too deep: move a part of it to a calculate row"),
    N_("`{words}` cannot be read: {reason}"),
    N_("the function {name}() is not supported"),
    N_("`{name}` is no known name: a question is written ${{{again}}}"),
    N_("a cell shows Excel's error {words}: mend its formula, or write words"),
    N_("the spreadsheet cannot be read ({reason}): save it again as .xlsx"),
    N_("two columns of one sheet are named `{column}`: keep one of them"),
    N_("there is no sheet `survey` among {names}: give the sheet with the questions this name"),
    N_("this sheet is not supported"),
    N_("this is no .xlsx file: save the form as an Excel workbook"),
    N_("the file is too large: keep only the sheets survey, choices and settings"),
    N_("more than {most} rows: split the form"),
    N_("pyxform refuses the form: {reason}"),
)
WITHIN = "reason"
"""The place in a sentence that holds another one."""


def fault_words(t: Speech, english: str) -> str:
    """Return a sentence of the rooms below in the reader's language, as plain text."""
    if t.language == "en":
        return english
    for sentence, pattern in _patterns():
        if found := pattern.fullmatch(english):
            values = found.groupdict()
            return t.plain(
                sentence, **{name: fault_words(t, value) if name == WITHIN else value for name, value in values.items()}
            )
    return english


def form_fault(t: Speech, fault: Fault) -> str:
    """Return what is wrong with a questionnaire, and in which sheet and row, as plain text."""
    reason = fault_words(t, fault.reason)
    if fault.row is None:
        sheet = t.plain("the file") if fault.sheet == WHOLE_FILE else fault.sheet
        return f"{sheet}: {reason}"
    return t.plain("{sheet}, row {row}: {reason}", sheet=fault.sheet, row=fault.row, reason=reason)


@cache
def _patterns() -> tuple[tuple[str, re.Pattern[str]], ...]:
    return tuple((sentence, re.compile(_pattern(sentence), re.DOTALL)) for sentence in SENTENCES)


def _pattern(sentence: str) -> str:
    parts = Formatter().parse(sentence)
    return "".join(re.escape(words) + (f"(?P<{place}>.*?)" if place else "") for words, place, _, _ in parts)
