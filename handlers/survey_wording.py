"""What is said around the questions of a survey: consent, reasons, answers read back, thanks."""

from __future__ import annotations

from typing import Final

from handlers.texts import N_, Html, Speech, fill
from handlers.turn import Turn
from index.reply import clip
from reminders.dates import read_back
from store.campaigns import Campaign, CampaignKind, LinkUnknownError
from store.database import StoreError
from store.graduates import Graduate
from store.interviews import Interview, InterviewUnknownError, LinkUsedUpError, OwnEmployerError
from tracer.cohort import CohortAnswers
from tracer.forms import Answer, Kind, Question
from tracer.forms.values import iso_date
from tracer.interview import (
    BegunByThemselvesError,
    NotAmongThemError,
    NotAskedError,
    NotCompleteError,
    NotOpenError,
    NotYoursError,
    SentElsewhereError,
    SurveyClosedError,
)
from tracer.national.form import unit_of

ANSWER_UNITS = 300
"""Of an answer that is read back or shown again."""
SECONDS_A_QUESTION = 12
REASONS: Final[dict[type[StoreError], str]] = {
    LinkUnknownError: N_("This link is not known: ask the university for a new one."),
    SurveyClosedError: N_("This survey is not open now."),
    OwnEmployerError: N_("This link is for the person you work for: forward it to them."),
    LinkUsedUpError: N_("This link was used by several people already: ask the university for one of your own."),
    InterviewUnknownError: N_("This survey was ended or erased. Open your link again, or /survei."),
    SentElsewhereError: N_(
        "This survey was sent already, from another account. Only there can its answers be seen and changed; if you"
        " cannot get at it any more, ask the university."
    ),
    NotYoursError: N_("This survey is somebody else's. Open your own link, or /survei."),
    BegunByThemselvesError: N_(
        "They have begun to answer in Telegram: give them their link, to go on, or ask the quality office."
    ),
    NotOpenError: N_("This survey takes no answers now. /survei shows how it stands."),
    NotAskedError: N_("This question is not asked of you any more."),
    NotCompleteError: N_("Some questions are still open: answer them before you send."),
    NotAmongThemError: N_("This survey is for graduates of other years or programmes."),
}


def reason(t: Speech, error: StoreError) -> str:
    """Return why something could not be done with a survey, as plain text. Raises the error if it is none of these."""
    if type(error) not in REASONS:
        raise error
    return t.plain(REASONS[type(error)])


def in_words(turn: Turn, question: Question, answer: Answer) -> str:
    """Return an answer as it is read back."""
    if answer is None or answer == ():
        return turn.t.plain("(none)") if question.kind is Kind.SELECT_MULTIPLE else turn.t.plain("(left out)")
    if question.kind in (Kind.SELECT_ONE, Kind.SELECT_MULTIPLE):
        codes = answer if isinstance(answer, tuple) else (str(answer),)
        labels = {choice.code: choice.label.in_(turn.language) for choice in question.choices}
        return clip("; ".join(labels.get(code, code) for code in codes), ANSWER_UNITS)
    if isinstance(answer, int | float):
        return number_in_words(turn, question, answer)
    if question.kind is Kind.DATE and (day := iso_date(str(answer))) is not None:
        return read_back(day, turn.language)
    return clip(str(answer), ANSWER_UNITS)


def number_in_words(turn: Turn, question: Question, value: float) -> str:
    """Return a number with what it counts: ``Rp3.000.000``, ``6 bulan``."""
    unit = unit_of(question)
    if unit == "rupiah":
        return "Rp" + f"{value:,.0f}".replace(",", ".")
    written = f"{value:g}" if abs(value) < 1_000_000 and value != int(value) else f"{value:.0f}"
    if turn.language == "id":
        written = written.replace(".", ",")
    if unit == "months":
        return turn.t.several("{number} month", "{number} months", int(value))
    return written


def consent_text(turn: Turn, interview: Interview, campaign: Campaign, graduate: Graduate | None, steps: int) -> Html:
    """Return what somebody consents to: what is asked, why, who sees it, for how long, how to take it back."""
    t = turn.t
    is_employer = campaign.kind is CampaignKind.EMPLOYER
    lines = [fill("<b>{title}</b>", title=campaign.title)]
    if interview.taken_by == turn.person.id and interview.person_id != turn.person.id:
        lines.append(t("📞 <i>By telephone: read this aloud and press what you are told.</i>"))
    if graduate is not None and graduate.name:
        whom = f"{graduate.name}, {graduate.programme_name}"
        lines.append(t("It is about <b>{whom}</b>.", whom=whom) if is_employer else t("For <b>{whom}</b>.", whom=whom))
    lines.append(Html(""))
    lines += [fill("• {line}", line=line) for line in _terms(turn, campaign, is_employer, steps)]
    if campaign.contact:
        lines.append(fill("• {line}", line=t("Questions? {contact}", contact=campaign.contact)))
    lines += [Html(""), t("Do you agree? (Law 27/2022 on personal data)")]
    return Html("\n".join(lines))


def _terms(turn: Turn, campaign: Campaign, is_employer: bool, steps: int) -> list[Html]:
    t = turn.t
    minutes = max(1, round(steps * SECONDS_A_QUESTION / 60))
    what = t(
        "What: about {steps} questions, {minutes} minutes. You can stop at any time and go on days later.",
        steps=steps,
        minutes=minutes,
    )
    if is_employer:
        why = t("Why: the university wants to know how satisfied those are who employ its graduates.")
        who = t("Who sees it: the study's coordinators and the quality office, not the graduate. Reports hold counts.")
    else:
        why = t("Why: the university improves its study programmes with it and reports on its graduates.")
        who = t(
            "Who sees it: the study's coordinators and the quality office. Reports hold counts, none under 5 people."
        )
        if campaign.kind is CampaignKind.NATIONAL:
            who = t("{who} The ministry is given your answers with your NIM, as its rules ask.", who=who)
    kept = t(
        "How long: until {day}, and at most {longer} longer; then your answers are deleted.",
        day=read_back(campaign.closes, turn.language),
        longer=_how_long(t, turn.rooms.surveys_kept_days),
    )
    back = t("Taking it back: /survei and “Withdraw” deletes your answers at any time, /lupakan all about you.")
    free = t("It is voluntary; a refusal has no disadvantage.")
    extra = [t("NIK and NPWP are asked at the end; you may leave them out, and they are never shown.")]
    return [what, why, who, kept, back, free, *(extra if campaign.asks_nik and not is_employer else [])]


def _how_long(t: Speech, days: int) -> Html:
    years = round(days / 365)
    if abs(days - 365 * years) <= years:
        return t.several("{number} year", "{number} years", years)
    return t.several("{number} day", "{number} days", days)


def cohort_text(turn: Turn, found: CohortAnswers) -> Html:
    """Return how the cohort has answered so far."""
    t = turn.t
    lines = [
        t.several(
            "<b>Your cohort so far: {number} answer</b>", "<b>Your cohort so far: {number} answers</b>", found.many
        ),
        fill("<i>{question}</i>", question=found.question.label.in_(turn.language)),
    ]
    for choice, many in found.counts:
        lines.append(_share(choice.label.in_(turn.language), many, found.many))
    if found.others:
        lines.append(_share(t.plain("all other answers"), found.others, found.many))
    return Html("\n".join(lines))


def _share(label: str, many: int, of: int) -> Html:
    return fill(
        "{bar} {label}: {many}/{of} ({percent} %)",
        bar="▮" * max(1, round(10 * many / of)),
        label=label,
        many=many,
        of=of,
        percent=round(100 * many / of),
    )
