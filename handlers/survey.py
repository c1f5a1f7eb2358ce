"""A survey in the chat: from the link to the thanks.

    /start s_TOKEN ──> consent ──agree──> question ──> … ──> summary ──send──> thanks (and the employer's link)
    /survei ──────┘       └─refuse       │  ↑    ↑              │
                                  later ─┘  └────┴── change ────┘

What is asked next is computed from the store at each step (`tracer.interview`); the dialogue's step only says that
texts belong to the survey, and holds what is asked back (“Rp3.000.000?”).
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from telegram import Update

from handlers import ask as asking
from handlers.addresses import AnswerButton, SurveyButton
from handlers.entry import BESIDE, stale
from handlers.survey_asking import (
    LISTED,
    STEP,
    answered_message,
    key_of,
    page_of,
    question_of,
    short_name,
    step_message,
)
from handlers.survey_handover import tell_former, whose_it_is
from handlers.survey_reading import Meant, is_plain_answer, is_question, read_words
from handlers.survey_summary import say_employers_link, summary_message, thanks_message, withdraw_button
from handlers.survey_wording import consent_text, in_words, reason
from handlers.texts import Html, escape, fill
from handlers.turn import Button, Turn
from index.reply import clip
from store.database import StoreError
from store.interviews import Interview, InterviewState, Respondent
from store.permissions import Action, may
from tracer.asking import Step
from tracer.forms import Answer, Kind, Question
from tracer.interview import NotOpenError, Outcome

LASTS = dt.timedelta(days=90)
"""So long texts are offered to the survey that was left open."""
FRESH = dt.timedelta(hours=1)
"""After this a text might be meant otherwise: words that could be anything are asked about first."""
_MOST_WORDS_OF_AN_ANSWER = 2

# ---------------------------------------------------------------- what a person does


def open_link(turn: Turn, token: str) -> None:
    """Follow the link of an invitation: ask for the consent, or go on where it was left; at the desk."""
    interviewing, person = turn.rooms.interviewing, turn.person.id
    try:
        former = interviewing.begun_by(token)
        interview = interviewing.start(token, person)
    except StoreError as error:
        turn.say(escape(reason(turn.t, error)))
        return
    if former is None or former == person:
        show_interview(turn, interview)
        return
    show_interview(turn, interview, whose_it_is(turn, interview))
    tell_former(turn, interview, former, token)


def begin_telephone(turn: Turn, campaign_id: int, graduate_id: int) -> None:
    """Begin to ask a graduate by telephone, in the coordinator's chat, who may (the caller looks); at the desk."""
    reads = may(turn.person, Action.READ_IDENTIFIED_ANSWERS)
    try:
        show_interview(turn, turn.rooms.interviewing.take(campaign_id, graduate_id, turn.person.id, reads_names=reads))
    except StoreError as error:
        turn.say(escape(reason(turn.t, error)))


def show_interview(turn: Turn, interview: Interview, note: Html | None = None) -> None:
    """Show where an interview stands: the consent, the present question (below a note), the summary, or the thanks."""
    if interview.state is InterviewState.INVITED:
        turn.say(*_consent(turn, interview))
    elif interview.is_open and _is_answerable(turn, interview):
        go_on(turn, turn.rooms.interviewing.where(interview.id, turn.person.id), note)
    elif interview.state is InterviewState.SENT:
        turn.say(*thanks_message(turn, interview))
    else:
        text = turn.t("This survey is closed; it takes no answers any more.")
        turn.say(text, [[withdraw_button(turn, interview)]] if interview.is_open else [])


def go_on(turn: Turn, outcome: Outcome, note: Html | None = None, *, is_edit: bool = False, **how: Any) -> None:
    """Say the present question (or the summary) below a note, and let texts belong to it; at the desk."""
    turn.set_step(STEP, interview=outcome.interview.id)
    if outcome.step is None:
        text, rows = summary_message(turn, outcome.interview)
    else:
        text, rows = step_message(turn, outcome, **how)
    whole = Html(f"{note}\n\n{text}") if note else text
    if is_edit:
        turn.show(whole, rows)
    else:
        turn.say(whole, rows)


def press_survey(turn: Turn, button: SurveyButton) -> None:
    """Do what a button about a whole survey says."""
    try:
        interview = turn.rooms.interviewing.mine(button.interview_id, turn.person.id)
        _SURVEY_ACTS[button.act](turn, interview, button)
    except StoreError as error:
        turn.toast(reason(turn.t, error), is_alert=True)


def press_answer(turn: Turn, button: AnswerButton) -> None:
    """Do what a button of a question says; one of another question is told, and the present one asked again."""
    is_again = turn.rooms.taps.is_repeat((turn.person.id, turn.place.chat_id, turn.place.message_id))
    try:
        outcome = turn.rooms.interviewing.where(button.interview_id, turn.person.id)
        if not outcome.interview.is_open:
            raise NotOpenError
        question = question_of(outcome.step, button.question)
        if button.act == "change":
            _change(turn, outcome, button)
        elif question is not None and outcome.step is not None:
            _ANSWER_ACTS[button.act](turn, outcome, question, button)
        elif is_again:
            turn.toast()  # the second of two taps, which came when the question had been answered
        else:
            turn.toast(turn.t.plain("That question has passed; this one is open."), is_alert=True)
            go_on(turn, outcome)
    except StoreError as error:
        turn.toast(reason(turn.t, error), is_alert=True)


async def take_words(turn: Turn, update: Update) -> None:
    """Take what is written in the middle of a survey: an answer, or a question, which is answered meanwhile."""
    words = ((update.effective_message and update.effective_message.text) or "").strip()
    outcome = await turn.read(lambda: _present(turn))
    if outcome is None:
        turn.do(lambda: _is_over(turn))
        if "?" in words or len(words.split()) > _MOST_WORDS_OF_AN_ANSWER:
            await asking.ask(turn, update)
        return
    question = outcome.step.questions[0] if outcome.step and not outcome.step.grid else None
    asks = words.endswith("?") if question is None else is_question(question, words)
    if asks or outcome.step is None:
        await asking.ask(turn, update)
        turn.do(lambda: _say_how_to_go_on(turn, outcome))
    else:
        turn.do(lambda: _take(turn, words))


def _is_over(turn: Turn) -> None:
    """Say once to somebody who goes on writing answers that the survey takes none (closed, or gone elsewhere)."""
    turn.end_step()
    turn.say(turn.t("This survey takes no answers now. /survei shows how it stands."))


def take_other(turn: Turn, _: Update) -> None:
    """Say to a picture, a voice message and the like that it is no answer, and ask again."""
    outcome = _present(turn)
    note = turn.t("I cannot read this as an answer: please press a button or write.")
    if outcome is None:
        turn.say(turn.t("Sorry, I can only read text. Please write your question."))
    else:
        go_on(turn, outcome, note)


# ---------------------------------------------------------------- about a whole survey


def _consent(turn: Turn, interview: Interview, *, agreed: bool = False) -> tuple[Html, list[list[Button]]]:
    campaign, graduate, _ = turn.rooms.interviewing.about(interview)
    steps = turn.rooms.interviewing.where(interview.id, turn.person.id).progress.expected
    text = consent_text(turn, interview, campaign, graduate, _usual_steps(steps))
    if agreed:
        done = turn.t("✓ You agreed.")
        return Html(f"{text}\n\n{done}"), []
    t = turn.t
    rows = [
        [Button(t.plain("✅ I agree, begin"), SurveyButton("agree", interview.id).data())],
        [Button(t.plain("I do not want to"), SurveyButton("refuse", interview.id).data())],
    ]
    if interview.respondent is Respondent.GRADUATE and interview.taken_by != turn.person.id:
        rows.append([Button(t.plain("That is not me"), SurveyButton("other", interview.id).data())])
    return text, rows


def _usual_steps(seen: int) -> int:
    """A path grows with its first answers: the national questionnaire shows 6 steps at first and has up to 24."""
    return max(seen, 5) if seen < 6 else 20


def _agree(turn: Turn, interview: Interview, _: SurveyButton) -> None:
    if interview.state is InterviewState.INVITED:
        outcome = turn.rooms.interviewing.consent(interview.id, turn.person.id, turn.language)
        go_on(turn, outcome)
        turn.show(*_consent(turn, interview, agreed=True))
    turn.toast()


def _refuse(turn: Turn, interview: Interview, _: SurveyButton) -> None:
    turn.rooms.interviewing.refuse(interview.id, turn.person.id)
    turn.toast()
    turn.show(
        turn.t(
            "Thank you for telling. You will not be asked again; nothing else was kept. Should you change your mind,"
            " the link still works."
        )
    )


def _disclaim(turn: Turn, interview: Interview, _: SurveyButton) -> None:
    turn.rooms.interviewing.disclaim(interview.id, turn.person.id)
    turn.toast()
    turn.show(
        turn.t(
            "Thank you for telling; nothing was kept. This link is somebody else's. The university sends you your own,"
            " or begin with /survei and your student number."
        )
    )


def _open(turn: Turn, interview: Interview, _: SurveyButton) -> None:
    turn.toast()
    show_interview(turn, interview)


def _later(turn: Turn, interview: Interview, _: SurveyButton) -> None:
    turn.rooms.interviewing.pause(interview.id, turn.person.id)
    turn.toast()
    turn.end_step(STEP)
    rows = [[_continue(turn, interview), withdraw_button(turn, interview)]]
    turn.show(
        turn.t(
            "Paused; all your answers are kept. Go on whenever you like: here, with /survei, or with your link on"
            " another phone."
        ),
        rows,
    )


def _review(turn: Turn, interview: Interview, button: SurveyButton) -> None:
    if not interview.is_open:
        raise NotOpenError
    turn.toast()
    turn.show(*summary_message(turn, interview, button.page))


def _send(turn: Turn, interview: Interview, _: SurveyButton) -> None:
    was_sent = interview.state is InterviewState.SENT
    known = dict(turn.rooms.interviewing.where(interview.id, turn.person.id).known)
    sent = turn.rooms.interviewing.send(interview.id, turn.person.id)
    turn.toast()
    turn.end_step(STEP)
    turn.show(*thanks_message(turn, sent))
    if not was_sent:
        say_employers_link(turn, sent, known)


def _again(turn: Turn, interview: Interview, _: SurveyButton) -> None:
    outcome = turn.rooms.interviewing.reopen(interview.id, turn.person.id)
    turn.toast()
    note = turn.t("Your answers are open again. Do not forget to send them once more.")
    go_on(turn, outcome, note)


def _withdraw(turn: Turn, interview: Interview, _: SurveyButton) -> None:
    t = turn.t
    turn.toast()
    rows = [
        [Button(t.plain("Yes, delete my answers"), SurveyButton("sure", interview.id).data())],
        [Button(t.plain("No, keep them"), SurveyButton("stay", interview.id).data())],
    ]
    turn.say(t("Withdraw from this survey? All your answers to it are deleted; this cannot be undone."), rows)


def _withdraw_now(turn: Turn, interview: Interview, _: SurveyButton) -> None:
    turn.rooms.interviewing.withdraw(interview.id, turn.person.id)
    turn.toast()
    turn.end_step(STEP)
    turn.show(turn.t("Your answers were deleted. You will not be asked again."))


def _stay(turn: Turn, _: Interview, __: SurveyButton) -> None:
    turn.toast()
    turn.show(turn.t("Nothing was deleted. /survei shows your surveys."))


_SURVEY_ACTS = {
    "agree": _agree,
    "refuse": _refuse,
    "open": _open,
    "later": _later,
    "review": _review,
    "send": _send,
    "again": _again,
    "withdraw": _withdraw,
    "sure": _withdraw_now,
    "stay": _stay,
    "other": _disclaim,
}

# ---------------------------------------------------------------- about one question


def _choose(turn: Turn, outcome: Outcome, question: Question, button: AnswerButton) -> None:
    if not 0 <= button.value < len(question.choices):
        stale(turn)
        return
    _answer(turn, outcome, question, question.choices[button.value].code)


def _tick(turn: Turn, outcome: Outcome, question: Question, button: AnswerButton) -> None:
    if not 0 <= button.value < len(question.choices) or outcome.step is None:
        stale(turn)
        return
    code = question.choices[button.value].code
    after = turn.rooms.interviewing.tick(outcome.interview.id, turn.person.id, question.name, code, _update(turn))
    turn.toast()
    place = [choice.code for choice in outcome.step.choices[question.name]].index(code) if after.step else 0
    go_on(turn, after, is_edit=True, page=page_of(outcome.step, question, place))


def _done(turn: Turn, outcome: Outcome, question: Question, _: AnswerButton) -> None:
    given = outcome.step.given.get(question.name) if outcome.step else None
    _answer(turn, outcome, question, given)


def _cell(turn: Turn, outcome: Outcome, question: Question, button: AnswerButton) -> None:
    if not 0 <= button.value < len(question.choices) or outcome.step is None:
        stale(turn)
        return
    code = question.choices[button.value].code
    after = turn.rooms.interviewing.answer(outcome.interview.id, turn.person.id, question.name, code, _update(turn))
    if after.refused is None and after.step is not None and after.step.name == outcome.step.name:
        turn.toast()
        go_on(turn, after, is_edit=True, page=page_of(outcome.step, question, 0))
    else:
        _went_on(turn, outcome.step, after)


def _row(turn: Turn, _: Outcome, question: Question, __: AnswerButton) -> None:
    turn.toast(short_name(turn, question))


def _page(turn: Turn, outcome: Outcome, _: Question, button: AnswerButton) -> None:
    turn.toast()
    go_on(turn, outcome, is_edit=True, page=button.value)


def _held(turn: Turn, outcome: Outcome, question: Question, button: AnswerButton) -> None:
    """Take what was asked back, or ask again where it is not known any more."""
    data = turn.step.data if turn.step is not None and turn.step.name == STEP else {}
    held = data.get("held", [])
    if data.get("question") != question.name or not 0 <= button.value < len(held):
        turn.toast()
        go_on(turn, outcome)
        return
    answer = held[button.value]
    meant = read_words(turn, outcome, answer["words"]) if "words" in answer else Meant(answer["answer"])
    if meant.problem is None and not meant.held and not meant.choices:
        _answer(turn, outcome, question, meant.answer)
    else:
        turn.toast()
        _understand(turn, outcome, question, meant)


def _skip(turn: Turn, outcome: Outcome, question: Question, _: AnswerButton) -> None:
    step, interviewing = outcome.step, turn.rooms.interviewing
    if step is None or step.grid is None:
        _answer(turn, outcome, question, None)
        return
    after = outcome
    for one in step.questions:
        if one.name not in step.given and after.refused is None:
            update = f"{_update(turn)}:{one.name}"
            after = interviewing.answer(outcome.interview.id, turn.person.id, one.name, None, update)
    _went_on(turn, step, after)


def _back(turn: Turn, outcome: Outcome, _: Question, __: AnswerButton) -> None:
    turn.toast()
    go_on(turn, turn.rooms.interviewing.back(outcome.interview.id, turn.person.id), is_edit=True)


def _keep(turn: Turn, outcome: Outcome, _: Question, __: AnswerButton) -> None:
    turn.toast()
    go_on(turn, turn.rooms.interviewing.proceed(outcome.interview.id, turn.person.id), is_edit=True)


def _change(turn: Turn, outcome: Outcome, button: AnswerButton) -> None:
    """Go to a question of the summary; the summary becomes the question."""
    steps = turn.rooms.interviewing.review(outcome.interview.id, turn.person.id)
    name = next((step.name for step in steps if key_of(step.name) == button.question), button.question)
    changed = turn.rooms.interviewing.change(outcome.interview.id, turn.person.id, name)
    turn.toast()
    go_on(turn, changed, is_edit=True)


_ANSWER_ACTS = {
    "one": _choose,
    "tick": _tick,
    "done": _done,
    "cell": _cell,
    "row": _row,
    "page": _page,
    "held": _held,
    "skip": _skip,
    "back": _back,
    "keep": _keep,
}


def _answer(turn: Turn, outcome: Outcome, question: Question, raw: Answer) -> None:
    """Store an answer that a button brought, let the question stand answered, and ask the next."""
    update = _update(turn)
    after = turn.rooms.interviewing.answer(outcome.interview.id, turn.person.id, question.name, raw, update)
    if outcome.step is not None:
        _went_on(turn, outcome.step, after)


def _went_on(turn: Turn, answered: Step, after: Outcome) -> None:
    if after.refused is not None:
        turn.toast(after.refused.in_(turn.language), is_alert=True)
        return
    go_on(turn, after)
    turn.show(answered_message(turn, answered, after))
    turn.toast()


# ---------------------------------------------------------------- what texts give


def _present(turn: Turn) -> Outcome | None:
    """Return the survey of the running dialogue, None where it takes no answers; at the desk."""
    if turn.step is None or turn.step.name != STEP:
        return None
    try:
        outcome = turn.rooms.interviewing.where(int(turn.step.data["interview"]), turn.person.id)
    except StoreError:
        return None
    return outcome if outcome.interview.is_open and _is_answerable(turn, outcome.interview) else None


def _take(turn: Turn, words: str) -> None:
    """Read words as the answer to the present question; at the desk."""
    outcome = _present(turn)
    if outcome is None or outcome.step is None:
        turn.say(turn.t("This survey takes no answers now. /survei shows how it stands."))
        return
    question = outcome.step.questions[0]
    if outcome.step.grid is not None:
        go_on(turn, outcome, turn.t("Please press a button in each row; words cannot be read here."))
    elif _is_stale(turn) and not is_plain_answer(question) and words:
        _ask_if_meant(turn, outcome, question, words)
    else:
        _understand(turn, outcome, question, read_words(turn, outcome, words))


def _understand(turn: Turn, outcome: Outcome, question: Question, meant: Meant) -> None:
    """Store what was meant and read it back; what is doubtful is asked, what is no answer is said."""
    if meant.problem is not None:
        go_on(turn, outcome, meant.problem)
    elif meant.held:
        _hold(turn, outcome, question, meant)
    elif meant.narrowed:
        note = turn.t("Which one do you mean? Press it, please.")
        go_on(turn, outcome, note, only=meant.narrowed if len(question.choices) > LISTED else ())
    else:
        _take_answer(turn, outcome, question, meant)


def _take_answer(turn: Turn, outcome: Outcome, question: Question, meant: Meant) -> None:
    interviewing, interview, person = turn.rooms.interviewing, outcome.interview, turn.person.id
    if question.kind is Kind.SELECT_MULTIPLE:
        after = outcome
        for code in meant.choices:
            after = interviewing.tick(interview.id, person, question.name, code, f"{_update(turn)}:{code}")
    else:
        raw = meant.choices[0] if meant.choices else meant.answer
        after = interviewing.answer(interview.id, person, question.name, raw, _update(turn))
    if after.refused is not None:
        go_on(turn, after, fill("{reason}", reason=after.refused.in_(turn.language)))
        return
    answer = in_words(turn, question, after.known.get(question.name))
    go_on(turn, after, fill("✓ <b>{answer}</b>", answer=answer))


def _hold(turn: Turn, outcome: Outcome, question: Question, meant: Meant) -> None:
    """Ask which answer is meant; what may be stands in the step of the dialogue."""
    held = [{"answer": answer} for _, answer in meant.held]
    turn.set_step(STEP, interview=outcome.interview.id, question=question.name, held=held)
    rows = [
        [Button(label, AnswerButton("held", outcome.interview.id, key_of(question.name), place).data())]
        for place, (label, _) in enumerate(meant.held)
    ]
    text = turn.t("{label}\nDo you mean this? Press it, or write again.", label=short_name(turn, question))
    turn.say(text, rows)


def _ask_if_meant(turn: Turn, outcome: Outcome, question: Question, words: str) -> None:
    """Ask whether words that came after a long rest are the answer to the question that is open."""
    key = key_of(question.name)
    turn.set_step(STEP, interview=outcome.interview.id, question=question.name, held=[{"words": words}])
    rows = [[Button(turn.t.plain("Yes, that is my answer"), AnswerButton("held", outcome.interview.id, key).data())]]
    turn.say(
        turn.t(
            "“{words}” – is that your answer to <b>{label}</b>? If it is a question, write it again with a question"
            " mark.",
            words=clip(words, 200),
            label=short_name(turn, question),
        ),
        rows,
    )


def _say_how_to_go_on(turn: Turn, outcome: Outcome) -> None:
    turn.say(turn.t("<i>Your survey is still open.</i>"), [[_continue(turn, outcome.interview)]])


# ---------------------------------------------------------------- small things


def _continue(turn: Turn, interview: Interview) -> Button:
    return Button(turn.t.plain("▶ Go on with the survey"), SurveyButton("open", interview.id).data())


def _is_answerable(turn: Turn, interview: Interview) -> bool:
    return turn.rooms.store.campaigns.get(interview.campaign_id).takes_answers(turn.rooms.today)


def _is_stale(turn: Turn) -> bool:
    """Whether so much happened since the question that words might be meant otherwise: time, or a command."""
    if turn.step is None or turn.step.changed_at is None:
        return False
    return BESIDE in turn.step.data or turn.rooms.clock() - turn.step.changed_at > FRESH


def _update(turn: Turn) -> str:
    return f"u{turn.claimed.update_id}"
