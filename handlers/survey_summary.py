"""What was answered, to be checked before sending; then the thanks, and the link for the employer."""

from __future__ import annotations

from collections.abc import Sequence

from handlers.addresses import AnswerButton, SurveyButton
from handlers.paging import turning
from handlers.survey_asking import key_of, short_name
from handlers.survey_wording import cohort_text, in_words
from handlers.texts import Html, fill
from handlers.turn import Button, Keyboard, Turn
from index.reply import clip
from store.interviews import Interview
from tracer.asking import Step
from tracer.cohort import cohort_answers
from tracer.forms import Answer
from tracer.inviting import START

A_PAGE = 8
"""Steps on a page of the summary; each has a button, all in one row."""
ANSWER_UNITS = 120
_WORKS = {"f8": "1", "status": "works"}
"""The questions, and the answers to them, of those who have an employer."""


def summary_message(turn: Turn, interview: Interview, page: int = 0) -> tuple[Html, Keyboard]:
    """Return a page of what was answered, with a button to change each step; at the desk."""
    interviewing = turn.rooms.interviewing
    steps = interviewing.review(interview.id, turn.person.id)
    pages = max(1, -(-len(steps) // A_PAGE))
    page = max(0, min(page, pages - 1))
    first = page * A_PAGE
    shown = steps[first : first + A_PAGE]
    lines = [turn.t("<b>Your answers</b> – check them, then send. The numbers change an answer."), Html("")]
    if page == pages - 1:
        notes = interviewing.last_notes(interview.id, turn.person.id)
        lines[1:1] = [fill("{note}", note=clip(note.label.in_(turn.language), 500)) for note in notes[:2]]
    for number, step in enumerate(shown, first + 1):
        lines += _lines(turn, number, step)
    numbers = [_change(interview, number, step) for number, step in enumerate(shown, first + 1)]
    pages_row = turning(page + 1, pages, lambda other: SurveyButton("review", interview.id, other - 1))
    return Html("\n".join(lines)), [numbers, pages_row, *_ends(turn, interview)]


def thanks_message(turn: Turn, interview: Interview) -> tuple[Html, Keyboard]:
    """Return the thanks, with how the cohort has answered where enough have; at the desk."""
    t = turn.t
    campaign, _, form = turn.rooms.interviewing.about(interview)
    parts = [t("<b>Sent. Thank you!</b>\nUntil the survey closes you can change your answers here or with /survei.")]
    found = cohort_answers(turn.rooms.store, form, interview)
    if found is not None:
        parts.append(cohort_text(turn, found))
    if not campaign.takes_answers(turn.rooms.today):
        return Html("\n\n".join(parts)), [[withdraw_button(turn, interview)]]
    again = Button(t.plain("Change my answers"), SurveyButton("again", interview.id).data())
    return Html("\n\n".join(parts)), [[again, withdraw_button(turn, interview)]]


def say_employers_link(turn: Turn, interview: Interview, known: dict[str, Answer]) -> None:
    """Give somebody who works for others the words and the link to forward to their employer; at the desk."""
    if interview.taken_by == turn.person.id or not any(known.get(name) == code for name, code in _WORKS.items()):
        return
    link = turn.rooms.interviewing.employers_link(interview)
    if link is None:
        return
    graduate = turn.rooms.store.graduates.get(interview.graduate_id) if interview.graduate_id else None
    turn.say(
        turn.t(
            "<i>One more request: please forward this message to the person you work for.</i>\n\nDear Sir or Madam,"
            " how satisfied are you with our graduate {name}? Seven aspects, two minutes; the graduate does not see"
            " your answer. Open this link in Telegram and press START:\n{link}",
            name=graduate.name if graduate else "",
            link=f"https://t.me/{turn.rooms.username}?start={START}{link.token}",
        )
    )


def withdraw_button(turn: Turn, interview: Interview) -> Button:
    """Return the button that takes the consent back."""
    return Button(turn.t.plain("Withdraw"), SurveyButton("withdraw", interview.id).data())


def _lines(turn: Turn, number: int, step: Step) -> list[Html]:
    if step.grid is None:
        question = step.questions[0]
        answer = clip(in_words(turn, question, step.given.get(question.name)), ANSWER_UNITS)
        return [
            fill("{number}. {label}\n<b>{answer}</b>", number=number, label=short_name(turn, question), answer=answer)
        ]
    heading = fill("{number}. {label}", number=number, label=clip(step.grid.label.in_(turn.language), 150))
    return [heading, *_grid_lines(turn, step)]


def _grid_lines(turn: Turn, step: Step) -> Sequence[Html]:
    return [
        fill(
            "– {label}: <b>{answer}</b>",
            label=clip(one.label.in_(turn.language), 60),
            answer=clip(in_words(turn, one, step.given.get(one.name)), 40),
        )
        for one in step.questions
    ]


def _change(interview: Interview, number: int, step: Step) -> Button:
    return Button(str(number), AnswerButton("change", interview.id, key_of(step.name)).data())


def _ends(turn: Turn, interview: Interview) -> list[list[Button]]:
    t = turn.t
    return [
        [Button(t.plain("📨 Send"), SurveyButton("send", interview.id).data())],
        [Button(t.plain("Later"), SurveyButton("later", interview.id).data()), withdraw_button(turn, interview)],
    ]
