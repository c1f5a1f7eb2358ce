"""One step of a survey as a message: a question with its buttons, or a grid; and what it becomes once answered.

The question becomes “✓ question: answer” without buttons and the next one is a new message below it. One message that
is edited throughout would slide out of sight with the first answer that is typed, and the second of two quick taps
would answer the question that has just come into its place; here it meets a question that is over.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Sequence
from dataclasses import replace

from handlers.addresses import AnswerButton, SurveyButton
from handlers.paging import turning
from handlers.survey_wording import in_words
from handlers.texts import Html, fill
from handlers.turn import Button, Keyboard, Turn
from index.reply import clip, utf16_units
from tracer.asking import Step
from tracer.forms import Choice, Kind, Question
from tracer.interview import Outcome

STEP = "survey"
KEY_BYTES = 20
LABEL_UNITS = 34
"""A longer label is cut by a phone: then the text lists the labels, and the buttons are numbers."""
LISTED, NUMBERED, A_ROW = 10, 24, 8
"""Choices a page with their labels on buttons, with numbers on buttons, and buttons a row."""
GRID_ROWS = 8
ROOM_UNITS, NOTES_UNITS, HINT_UNITS = 1_200, 900, 500
_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_CELL_UNITS = 2
_MOST_BUTTONS = 90  # of Telegram's 100; the rest turns pages and goes back
_MULTIPLE = Kind.SELECT_MULTIPLE


def key_of(name: str) -> str:
    """Return the name of a question as a button carries it: itself, or a digest of a long one."""
    if len(name.encode()) <= KEY_BYTES:
        return name
    return hashlib.blake2s(name.encode(), digest_size=8).hexdigest()


def question_of(step: Step | None, key: str) -> Question | None:
    """Return the question of a step that a button means; None where it is another step's."""
    return next((one for one in step.questions if key_of(one.name) == key), None) if step else None


def step_message(turn: Turn, outcome: Outcome, page: int = 0, only: Sequence[str] = ()) -> tuple[Html, Keyboard]:
    """Return the present step: its text and buttons. ``only`` are the codes that a search left, none for all."""
    step = outcome.step
    if step is None:
        raise ValueError("everything is answered")
    head = [_progress(turn, outcome, step), *_notes(turn, step)]
    body, rows = (
        _grid(turn, outcome, step, page) if step.grid else _single(turn, outcome, step.questions[0], page, only)
    )
    return Html("\n".join([*head, *body])), [*rows, *_ways(turn, outcome, step)]


def answered_message(turn: Turn, step: Step, outcome: Outcome) -> Html:
    """Return a step as it stays in the chat once it is answered."""
    if step.grid is None:
        question = step.questions[0]
        answer = in_words(turn, question, outcome.known.get(question.name))
        label = clip(question.label.in_(turn.language), ROOM_UNITS)
        return fill("✓ {label}\n<b>{answer}</b>", label=label, answer=answer)
    lines = [fill("✓ {label}", label=clip(step.grid.label.in_(turn.language), ROOM_UNITS))]
    for one in step.questions:
        answer = in_words(turn, one, outcome.known.get(one.name))
        lines.append(fill("{label}: <b>{answer}</b>", label=clip(one.label.in_(turn.language), 80), answer=answer))
    return Html("\n".join(lines))


def page_of(step: Step, question: Question, place: int) -> int:
    """Return the page of a step that shows a choice (by its place) of a question, or the row of the question."""
    if step.grid:
        return step.questions.index(question) // _rows_a_page(step)
    return place // _a_page([choice.label.id for choice in step.choices[question.name]])


def short_name(turn: Turn, question: Question) -> str:
    """Return a question's words for a line of its own."""
    return clip(question.label.in_(turn.language), 150)


# ---------------------------------------------------------------- parts


def _progress(turn: Turn, outcome: Outcome, step: Step) -> Html:
    """A step whose answer stands already (gone back to, or a box is ticked) is among those that are answered."""
    done = outcome.progress
    at = done.answered if _is_answered(step) else done.answered + 1
    return turn.t("<i>{at} of {expected}</i>", at=at, expected=done.expected)


def _is_answered(step: Step) -> bool:
    return set(step.names) <= step.given.keys() - step.conflicting


def _notes(turn: Turn, step: Step) -> list[Html]:
    notes = "\n".join(note.label.in_(turn.language) for note in step.notes)
    return [fill("{notes}\n", notes=clip(notes, NOTES_UNITS))] if notes else []


def _single(
    turn: Turn, outcome: Outcome, question: Question, page: int, only: Sequence[str]
) -> tuple[list[Html], list[list[Button]]]:
    step = outcome.step
    assert step is not None  # noqa: S101 - `step_message` has looked
    body = [fill("<b>{label}</b>", label=clip(question.label.in_(turn.language), ROOM_UNITS))]
    if hint := question.hint.in_(turn.language):
        body.append(fill("{hint}", hint=clip(hint, HINT_UNITS)))
    if question.name in step.conflicting:
        body.append(turn.t("<i>Your earlier answer does not fit any more: {answer}</i>", answer=_given(turn, step)))
    elif question.name in step.given and question.kind is not _MULTIPLE:
        body.append(turn.t("<i>Your answer: {answer}</i>", answer=_given(turn, step)))
    if question.kind in (Kind.SELECT_ONE, _MULTIPLE):
        lines, rows = _choices(turn, outcome.interview.id, step, page, only)
        return [*body, *lines], rows
    return body, []


def _given(turn: Turn, step: Step) -> str:
    question = step.questions[0]
    return in_words(turn, question, step.given.get(question.name))


def _choices(
    turn: Turn, interview_id: int, step: Step, page: int, only: Sequence[str]
) -> tuple[list[Html], list[list[Button]]]:
    """Return the choices as buttons with their words, or, where these are long, as a list and numbers."""
    question = step.questions[0]
    offered = [choice for choice in step.choices[question.name] if not only or choice.code in only]
    labels = [choice.label.in_(turn.language) for choice in offered]
    a_page = _a_page(labels)
    page = max(0, min(page, (len(offered) - 1) // a_page))
    shown = range(page * a_page, min(len(offered), (page + 1) * a_page))
    marks = [_mark(step, question, choice) for choice in offered]
    act = "tick" if question.kind is _MULTIPLE else "one"
    places = {choice.code: place for place, choice in enumerate(question.choices)}

    def button(at: int, text: str) -> Button:
        address = AnswerButton(act, interview_id, key_of(question.name), places[offered[at].code])  # type: ignore[arg-type]
        return Button(text, address.data())

    pages_row = _turning(interview_id, question, page, math.ceil(len(offered) / a_page))
    if not is_numbered(labels):
        return [], [*([button(at, f"{marks[at]}{labels[at]}")] for at in shown), pages_row]
    lines = [
        fill("{mark}{number}. {label}", mark=marks[at], number=at + 1, label=clip(labels[at], 200)) for at in shown
    ]
    buttons = [button(at, f"{marks[at]}{at + 1}") for at in shown]
    width = 5 if question.kind is _MULTIPLE else A_ROW
    return lines, [*(buttons[at : at + width] for at in range(0, len(buttons), width)), pages_row]


def _mark(step: Step, question: Question, choice: Choice) -> str:
    given = step.given.get(question.name)
    if question.kind is _MULTIPLE:
        return "☑ " if isinstance(given, tuple) and choice.code in given else "☐ "
    return "✓ " if given == choice.code else ""


def is_numbered(labels: Sequence[str]) -> bool:
    """Whether choices stand as a numbered list in the text, because a phone would cut such labels on buttons."""
    return any(utf16_units(label) > LABEL_UNITS for label in labels)


def _a_page(labels: Sequence[str]) -> int:
    if is_numbered(labels):
        return NUMBERED
    return LISTED if len(labels) > LISTED + 2 else LISTED + 2


def _grid(turn: Turn, outcome: Outcome, step: Step, page: int) -> tuple[list[Html], list[list[Button]]]:
    """Return the rows of a page of a grid: lines in the text, and a row of cells for each."""
    assert step.grid is not None  # noqa: S101 - the caller has looked
    first = step.questions[0]
    body = [fill("<b>{label}</b>", label=clip(step.grid.label.in_(turn.language), ROOM_UNITS))]
    signs = _signs(first.choices)
    legend = "; ".join(
        f"{sign} = {choice.label.in_(turn.language)}" for sign, choice in zip(signs, first.choices, strict=True)
    )
    body += [fill("<i>{legend}</i>", legend=clip(legend, HINT_UNITS)), Html("")]
    a_page = _rows_a_page(step)
    page = max(0, min(page, (len(step.questions) - 1) // a_page))
    rows: list[list[Button]] = []
    for at in range(page * a_page, min(len(step.questions), (page + 1) * a_page)):
        question = step.questions[at]
        answer = step.given.get(question.name)
        body.append(_grid_line(turn, at, question, in_words(turn, question, answer) if answer is not None else ""))
        rows += _cells(outcome.interview.id, at, question, answer if isinstance(answer, str) else "", signs)
    return body, [*rows, _turning(outcome.interview.id, first, page, math.ceil(len(step.questions) / a_page))]


def _grid_line(turn: Turn, at: int, question: Question, answer: str) -> Html:
    label = short_name(turn, question)
    if answer:
        return fill("{letter}. {label}: <b>{answer}</b>", letter=_letter(at), label=label, answer=answer)
    return fill("{letter}. {label}", letter=_letter(at), label=label)


def _cells(interview_id: int, at: int, question: Question, answer: str, signs: Sequence[str]) -> list[list[Button]]:
    key = key_of(question.name)
    head = Button(_letter(at), AnswerButton("row", interview_id, key).data())
    cells = [
        Button(f"✓{sign}" if choice.code == answer else sign, AnswerButton("cell", interview_id, key, place).data())
        for place, (sign, choice) in enumerate(zip(signs, question.choices, strict=True))
    ]
    row = [head, *cells]
    return [row[start : start + A_ROW] for start in range(0, len(row), A_ROW)]


def _rows_a_page(step: Step) -> int:
    cells = 1 + len(step.questions[0].choices)
    return max(1, min(GRID_ROWS, _MOST_BUTTONS // cells))


def _signs(choices: Sequence[Choice]) -> list[str]:
    """Return what stands on the cells: the codes where they are short, else numbers."""
    if all(len(choice.code) <= _CELL_UNITS for choice in choices):
        return [choice.code for choice in choices]
    return [str(number) for number in range(1, len(choices) + 1)]


def _letter(at: int) -> str:
    return _LETTERS[at] if at < len(_LETTERS) else str(at + 1)


def _turning(interview_id: int, question: Question, page: int, pages: int) -> list[Button]:
    address = AnswerButton("page", interview_id, key_of(question.name))
    return turning(page + 1, pages, lambda other: replace(address, value=other - 1))


def _ways(turn: Turn, outcome: Outcome, step: Step) -> list[list[Button]]:
    """Return the buttons below the question: on, back, left out, later."""
    t, interview_id = turn.t, outcome.interview.id
    question = step.questions[0]
    address = AnswerButton("done", interview_id, key_of(question.name))
    on = []
    if question.kind is _MULTIPLE:
        has_ticks = bool(step.given.get(question.name))
        on.append(Button(t.plain("✅ Done") if has_ticks else t.plain("✅ None of these"), address.data()))
    elif outcome.interview.revisiting is not None and _is_answered(step):
        on.append(Button(t.plain("Keep it so ▶"), replace(address, act="keep").data()))
    ways = []
    if not outcome.is_first:
        ways.append(Button(t.plain("◀ Back"), replace(address, act="back").data()))
    blank = [one for one in step.questions if one.name not in step.given]
    if question.kind is not _MULTIPLE and blank and all(one.required is None for one in blank):
        ways.append(Button(t.plain("Leave out"), replace(address, act="skip").data()))
    ways.append(Button(t.plain("Later"), SurveyButton("later", interview_id).data()))
    return [on, ways]
