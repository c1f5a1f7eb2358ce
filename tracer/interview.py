"""The conversation of a survey without the chat: consent, one step after the other, back, change, send, withdraw.

Nothing is remembered here. Every call reads the store, and is one job for the desk (`store.desk.Desk.run`): it
happens whole or not at all. ``who`` is who presses: the respondent, or the coordinator who asks by telephone; a
button that somebody else presses raises `NotYoursError`. An update that comes again (its ``update`` is the last one
kept) changes nothing and gives the present step.

::

    start, identify, take ──► invited ──refuse──► (only the mark not to contact)
                                 │ consent
                                 ▼            pause
                              running ◄──────────────► paused
                              │  ▲  │     answer
                        send  │  │  └─withdraw──► withdrawn (counted, answers gone)
                              ▼  │ reopen
                              sent ────withdraw──►
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, replace

from store.campaigns import Campaign, CampaignKind, SurveyLink
from store.database import StoreError
from store.graduates import Graduate
from store.interviews import Interview, InterviewState, Respondent, Source, Value
from store.people import Language
from store.store import Store
from store.trail import Act
from tracer.asking import Path, Paths, Progress, Step
from tracer.forms import Answer, Form, Question, Refused, check_all
from tracer.national.export import NOT_IN_XML
from tracer.national.form import SENSITIVE
from tracer.questionnaires import Questionnaires
from tracer.wording import Text

MOST_GUESSES = 5
"""Wrong pairs of NIM and birth date that one person may give in a day; then a coordinator has to help."""
MOST_GUESSES_AT = 10
"""Wrong birth dates given for one graduate in a day, by whomever."""
GUESSING_DAY = dt.timedelta(days=1)
_MASKED_BUT = 4
_OLD_QUESTION = Text(
    id="Pertanyaan itu sudah lewat; jawablah pertanyaan yang ini.",
    en="That question has passed; please answer this one.",
)


class SurveyClosedError(StoreError):
    """The survey is not open on this day."""

    def __init__(self) -> None:
        super().__init__("This survey is not open now: ask the university when it is.")


class NotYoursError(StoreError):
    """A button of somebody else's survey."""

    def __init__(self) -> None:
        super().__init__("This survey is somebody else's: open your own link.")


class SentElsewhereError(StoreError):
    """A survey that another account has sent."""

    def __init__(self) -> None:
        super().__init__("This survey was sent from another account: open it there, or ask the university.")


class NotAskedError(StoreError):
    """A question that is not asked on this path."""

    def __init__(self) -> None:
        super().__init__("This question is not asked of you: choose one of the summary.")


class NotCompleteError(StoreError):
    """A survey that cannot be sent yet."""

    def __init__(self) -> None:
        super().__init__("Some questions are still open: answer them before you send.")


class NotOpenError(StoreError):
    """A survey without consent, or one that was sent."""

    def __init__(self) -> None:
        super().__init__("This survey takes no answers now: open your link again.")


class BegunByThemselvesError(StoreError):
    """A graduate began to answer in the chat, and the coordinator may not read answers with names."""

    def __init__(self) -> None:
        super().__init__("They have begun to answer themselves: give them their link, to go on.")


class NotAmongThemError(StoreError):
    """A graduate whom the campaign does not ask."""

    def __init__(self) -> None:
        super().__init__("This survey is for graduates of other years or programmes: choose another one.")


@dataclass(frozen=True)
class Identified:
    """What came of a NIM and a birth date: the interview, or how many more tries there are today.

    ``is_begun_elsewhere`` says that the pair is right, but another account began to answer: friends know a birth
    date, and may not read the answers; the personal link or a coordinator is needed.
    """

    interview: Interview | None
    tries_left: int
    is_begun_elsewhere: bool = False


@dataclass(frozen=True)
class Outcome:
    """Where a respondent stands after a call: ``step`` is None when everything is answered (show the summary).

    ``refused`` says why an answer was not taken; then nothing was stored, and the step is the one before.
    ``known`` are the answers that count, NIK and NPWP masked; ``is_first`` whether no step is before the present one.
    """

    interview: Interview
    step: Step | None
    progress: Progress
    known: Mapping[str, Answer]
    is_first: bool
    refused: Text | None = None


@dataclass(frozen=True)
class _Sitting:
    """All that a call works on, as the store has it now."""

    interview: Interview
    campaign: Campaign
    form: Form
    answers: dict[str, Value]
    path: Path

    def outcome(self, refused: Text | None = None) -> Outcome:
        step = self.path.current(self.interview.revisiting)
        known = {name: masked(name, answer) for name, answer in self.path.kept.items()}
        is_first = self.path.before(step) is None
        return Outcome(self.interview, step and _masked(step), self.path.progress(), known, is_first, refused)


class Interviewing:
    """Leads interviews; ``zone`` is the time zone of the university, for what is today."""

    def __init__(self, store: Store, questionnaires: Questionnaires, zone: dt.tzinfo) -> None:
        self._store = store
        self._questionnaires = questionnaires
        self._zone = zone
        self._paths = Paths()

    def start(self, token: str, person_id: int) -> Interview:
        """Return the interview of a link, new or where it was left (on whatever phone).

        What was sent stays with the account that sent it: links are passed on, and the answers are nobody else's.
        Raises `LinkUnknownError`, `SurveyClosedError`, `SentElsewhereError`; with an employer's link
        `OwnEmployerError`, `LinkUsedUpError`.
        """
        with self._store.transaction():
            link = self._store.campaigns.called(token)
            campaign = self._open(link.campaign_id)
            if campaign.kind is CampaignKind.EMPLOYER:
                return self._store.interviews.begin_employer(campaign, link, person_id)
            if link.graduate_id is None:
                raise NotAmongThemError
            graduate = self._store.graduates.get(link.graduate_id)
            found = self._store.interviews.of_graduate(campaign.id, graduate.id)
            if found is not None and found.state is InterviewState.SENT and found.person_id not in (None, person_id):
                raise SentElsewhereError
            return self._store.interviews.begin(campaign, graduate, person_id, link_id=link.id)

    def begun_by(self, token: str) -> int | None:
        """Return the account that has begun to answer with a graduate's own link, and has not sent it.

        Raises `LinkUnknownError`.
        """
        link = self._store.campaigns.called(token)
        if link.graduate_id is None:
            return None
        found = self._store.interviews.of_graduate(link.campaign_id, link.graduate_id)
        return found.person_id if found is not None and found.is_open else None

    def identify(self, campaign_id: int, nim: str, born_on: dt.date, person_id: int) -> Identified:
        """Return the interview of the graduate with this NIM and birth date; a wrong pair is counted.

        It is the same whether the NIM is unknown, the date wrong, or the graduate of other years. Without tries
        left the right pair opens nothing either: a coordinator has to help. Raises `SurveyClosedError`,
        `NotAmongThemError` in a survey of employers.
        """
        with self._store.transaction():
            campaign = self._open(campaign_id)
            if campaign.kind is CampaignKind.EMPLOYER:
                raise NotAmongThemError
            graduate = self._store.graduates.by_nim(nim)
            left = self._tries_left(person_id, graduate)
            if left <= 0:
                return Identified(None, 0)
            if graduate is None or graduate.born_on != born_on or not self._store.campaigns.asks(campaign, graduate):
                self._store.graduates.guessed_wrong(person_id, graduate.id if graduate else None)
                return Identified(None, left - 1)
            found = self._store.interviews.of_graduate(campaign.id, graduate.id)
            if found is not None and found.state is not InterviewState.INVITED and found.person_id != person_id:
                return Identified(None, left, is_begun_elsewhere=True)
            return Identified(self._store.interviews.begin(campaign, graduate, person_id), left)

    def take(self, campaign_id: int, graduate_id: int, coordinator_id: int, *, reads_names: bool) -> Interview:
        """Return the interview that a coordinator asks a graduate by telephone, which is noted in the trail.

        What the graduate answered in the chat goes on if the coordinator may read answers with names
        (``reads_names``), else it stays theirs (`BegunByThemselvesError`); what was sent stays as it is
        (`NotOpenError`). Whether the coordinator may at all, `store.permissions` says. Raises `SurveyClosedError`,
        `NotAmongThemError`.
        """
        with self._store.transaction():
            campaign, graduate = self._open(campaign_id), self._store.graduates.get(graduate_id)
            if campaign.kind is CampaignKind.EMPLOYER or not self._store.campaigns.asks(campaign, graduate):
                raise NotAmongThemError
            found = self._store.interviews.of_graduate(campaign_id, graduate_id)
            if found is not None and found.state is InterviewState.SENT:
                raise NotOpenError
            is_others = found is not None and found.is_open and found.taken_by != coordinator_id
            if is_others and not reads_names:
                raise BegunByThemselvesError
            taken = self._store.interviews.begin(
                campaign, graduate, None, source=Source.TELEPHONE, taken_by=coordinator_id
            )
            details = {
                "campaign": campaign.id,
                "unit": campaign.unit_id,
                "interview": taken.id,
                "source": Source.TELEPHONE,
            }
            self._store.trail.note(Act.ANSWERS_SEEN, coordinator_id, details=details)
            return taken

    def consent(self, interview_id: int, who: int, language: Language) -> Outcome:
        """Note the consent and begin to ask; again: change the language."""
        with self._store.transaction():
            interview = self._mine(interview_id, who)
            self._open(interview.campaign_id)
            self._store.interviews.consent(interview_id, language)
            return self._sitting(interview_id, who).outcome()

    def refuse(self, interview_id: int, who: int) -> None:
        """Let a respondent say no before the first question: only the mark not to contact them stays."""
        with self._store.transaction():
            if self._mine(interview_id, who).state is not InterviewState.INVITED:
                raise NotOpenError
            self._take_back_reminders(self._store.interviews.get(interview_id))
            self._store.interviews.refuse(interview_id)

    def disclaim(self, interview_id: int, who: int) -> None:
        """Let somebody say, before the first question, that the link is another graduate's: nothing stays."""
        with self._store.transaction():
            if self._mine(interview_id, who).state is not InterviewState.INVITED:
                raise NotOpenError
            self._store.interviews.drop(interview_id)

    def withdraw(self, interview_id: int, who: int) -> None:
        """Take the consent back at any time, also after sending or closing: the answers are deleted."""
        with self._store.transaction():
            self._take_back_reminders(self._mine(interview_id, who))
            self._store.interviews.withdraw(interview_id)

    def mine(self, interview_id: int, who: int) -> Interview:
        """Return an interview of one's own, in whatever state. Raises `InterviewUnknownError`, `NotYoursError`."""
        return self._mine(interview_id, who)

    def where(self, interview_id: int, who: int) -> Outcome:
        """Return what is asked now; it is how a survey is resumed days later."""
        with self._store.transaction():
            return self._sitting(interview_id, who).outcome()

    def answer(self, interview_id: int, who: int, name: str, raw: Answer, update: str) -> Outcome:
        """Check and store the answer to a question of the present step; None skips it.

        ``raw`` is text, codes or a number as `tracer.forms.check` takes them, ``update`` names the update that
        brought it. What no longer applies after it is set aside, what applies again counts again. A question of
        another step (an old button) is refused: `change` goes back to it. Raises `NotOpenError`,
        `SurveyClosedError`, `NotYoursError`.
        """
        with self._store.transaction():
            sitting = self._answerable(interview_id, who)
            if sitting.interview.last_update == update:
                return sitting.outcome()
            step = sitting.path.current(sitting.interview.revisiting)
            if step is None or name not in step.names:
                return sitting.outcome(_OLD_QUESTION)
            plain = NOT_IN_XML.sub("", raw) if isinstance(raw, str) else raw
            checked = sitting.path.standing.check(sitting.form.question(name), plain, self._now())
            if isinstance(checked, Refused):
                return sitting.outcome(checked.reason)
            # In a grid that was gone back to, several rows may be changed; `proceed` leaves it.
            stays = sitting.interview.revisiting if step.grid else None
            return self._keep(sitting, {name: checked.value}, update, stays).outcome()

    def tick(self, interview_id: int, who: int, name: str, code: str, update: str) -> Outcome:
        """Tick a choice of a multiple choice, or take the tick away; it stays the present question.

        What is ticked is stored in the moment; `answer` with all of it checks it and goes on. Raises as `answer`.
        """
        with self._store.transaction():
            sitting = self._answerable(interview_id, who)
            if sitting.interview.last_update == update:
                return sitting.outcome()
            step = sitting.path.current(sitting.interview.revisiting)
            if step is None or name not in step.names or code not in {one.code for one in step.choices[name]}:
                return sitting.outcome(_OLD_QUESTION)
            before = step.given.get(name)
            ticked = set(before) if isinstance(before, tuple) else set()
            codes = tuple(one.code for one in step.choices[name] if one.code in ticked ^ {code})
            return self._keep(sitting, {name: codes or None}, update, name).outcome()

    def proceed(self, interview_id: int, who: int) -> Outcome:
        """Leave the question that was gone back to as it is, and go on."""
        return self._go_to(interview_id, who, None)

    def back(self, interview_id: int, who: int) -> Outcome:
        """Go back by one step from the present one, or from the summary; the answers stay."""
        with self._store.transaction():
            sitting = self._answerable(interview_id, who)
            present = sitting.path.current(sitting.interview.revisiting)
            before = sitting.path.before(present) or present
            return self._go_to(interview_id, who, before.name if before else None)

    def change(self, interview_id: int, who: int, name: str) -> Outcome:
        """Go back to any question of the path; raises `NotAskedError` for another."""
        with self._store.transaction():
            if self._answerable(interview_id, who).path.step_of(name) is None:
                raise NotAskedError
            return self._go_to(interview_id, who, name)

    def pause(self, interview_id: int, who: int) -> Interview:
        """Note that the respondent wants to go on later; any answer does so."""
        with self._store.transaction():
            self._answerable(interview_id, who)
            return self._store.interviews.set_state(interview_id, InterviewState.PAUSED)

    def review(self, interview_id: int, who: int) -> tuple[Step, ...]:
        """Return the steps of this path with what was answered, to be checked before sending."""
        with self._store.transaction():
            return tuple(_masked(step) for step in self._sitting(interview_id, who).path.steps)

    def last_notes(self, interview_id: int, who: int) -> tuple[Question, ...]:
        """Return the notes after the last question, to be shown with the summary."""
        with self._store.transaction():
            return self._sitting(interview_id, who).path.last_notes()

    def about(self, interview: Interview) -> tuple[Campaign, Graduate | None, Form]:
        """Return the campaign of an interview, the graduate whom it is about, and the form."""
        campaign = self._store.campaigns.get(interview.campaign_id)
        graduate = self._store.graduates.get(interview.graduate_id) if interview.graduate_id else None
        return campaign, graduate, self._questionnaires.of(campaign, graduate)

    def employers_link(self, interview: Interview) -> SurveyLink | None:
        """Return the link that a graduate forwards to whom they work for.

        None without an open survey for that, and where their employer does not want to be asked.
        """
        if interview.respondent is not Respondent.GRADUATE or interview.graduate_id is None:
            return None
        graduate = self._store.graduates.get(interview.graduate_id)
        for campaign in self._store.campaigns.all():
            is_open = campaign.takes_answers(self._now().date())
            if campaign.kind is CampaignKind.EMPLOYER and is_open and self._store.campaigns.asks(campaign, graduate):
                link = self._store.campaigns.link(campaign.id, graduate.id)
                return link if link.refused_at is None else None
        return None

    def open_campaigns(self) -> tuple[Campaign, ...]:
        """Return the surveys that are open today, the newest first."""
        return tuple(one for one in self._store.campaigns.all() if one.takes_answers(self._now().date()))

    def send(self, interview_id: int, who: int) -> Interview:
        """Send the answers; again: nothing happens. Raises `NotCompleteError` while a question is open."""
        with self._store.transaction():
            if self._mine(interview_id, who).state is InterviewState.SENT:
                return self._store.interviews.get(interview_id)
            sitting = self._answerable(interview_id, who)
            if sitting.path.current(None) is not None:
                raise NotCompleteError
            self._take_back_reminders(sitting.interview)
            return self._store.interviews.set_state(interview_id, InterviewState.SENT)

    def reopen(self, interview_id: int, who: int) -> Outcome:
        """Let a respondent change what was sent, while the survey is open; it has to be sent again."""
        with self._store.transaction():
            interview = self._mine(interview_id, who)
            self._open(interview.campaign_id)
            if interview.state is InterviewState.SENT:
                self._store.interviews.set_state(interview_id, InterviewState.RUNNING)
            return self._sitting(interview_id, who).outcome()

    def bring_in(
        self, campaign_id: int, graduate_id: int, answers: Mapping[str, Answer], update: str
    ) -> Mapping[str, Text]:
        """Store answers that were collected elsewhere as a sent interview; return what is wrong with them, by question.

        Nothing is stored where anything is wrong or missing, nor over an interview that was begun already
        (raises `NotOpenError`). Answers to questions that do not apply are left out. Raises `NotAmongThemError`.
        """
        with self._store.transaction():
            campaign = self._store.campaigns.get(campaign_id)
            graduate = self._store.graduates.get(graduate_id)
            if campaign.kind is CampaignKind.EMPLOYER or not self._store.campaigns.asks(campaign, graduate):
                raise NotAmongThemError
            found = self._store.interviews.of_graduate(campaign_id, graduate_id)
            if found is not None and found.state is not InterviewState.INVITED:
                raise NotOpenError
            form = self._questionnaires.of(campaign, graduate)
            stored, faults = check_all(form, answers, self._now())
            if faults:
                return faults
            interview = self._store.interviews.begin(campaign, graduate, None, source=Source.IMPORT)
            self._keep(self._seated(interview, campaign, graduate, form), stored, update, None)
            self._take_back_reminders(interview)
            self._store.interviews.set_state(interview.id, InterviewState.SENT)
            return {}

    def _take_back_reminders(self, interview: Interview) -> None:
        """Let no reminder go out that waits in the outbox, now that there is nothing to be reminded of."""
        is_graduates = interview.respondent is Respondent.GRADUATE
        about = f"g{interview.graduate_id}" if is_graduates else f"i{interview.id}"
        self._store.reminded.take_back(interview.campaign_id, about)

    def _go_to(self, interview_id: int, who: int, name: str | None) -> Outcome:
        with self._store.transaction():
            self._answerable(interview_id, who)
            self._store.interviews.revisit(interview_id, name)
            return self._sitting(interview_id, who).outcome()

    def _keep(self, sitting: _Sitting, given: Mapping[str, Value], update: str, stays: str | None) -> _Sitting:
        """Store answers: what the ministry wants of identity apart; note which answers count now, and return all."""
        interview, graduate_id = sitting.interview, sitting.interview.graduate_id
        apart = {name: value for name, value in given.items() if name in SENSITIVE and graduate_id is not None}
        for name, value in apart.items():
            self._store.graduates.keep_identity(_id(graduate_id), name, None if value is None else str(value))
        plain = {name: value for name, value in given.items() if name not in apart or value is None}
        self._store.interviews.keep(interview.id, plain, update, stays)
        answers = {**sitting.answers, **given}
        path = self._paths.of(sitting.form, answers, self._now())
        self._store.interviews.set_aside(interview.id, path.kept.keys())
        return replace(sitting, interview=self._store.interviews.get(interview.id), answers=answers, path=path)

    def _answerable(self, interview_id: int, who: int) -> _Sitting:
        sitting = self._sitting(interview_id, who)
        if not sitting.interview.is_open:
            raise NotOpenError
        self._open(sitting.campaign.id)
        return sitting

    def _sitting(self, interview_id: int, who: int) -> _Sitting:
        interview = self._mine(interview_id, who)
        campaign = self._store.campaigns.get(interview.campaign_id)
        graduate = self._store.graduates.get(interview.graduate_id) if interview.graduate_id else None
        return self._seated(interview, campaign, graduate, self._questionnaires.of(campaign, graduate))

    def _seated(self, interview: Interview, campaign: Campaign, graduate: Graduate | None, form: Form) -> _Sitting:
        answers = self._store.interviews.answers(interview.id)
        if graduate is not None and campaign.asks_nik:
            identity = self._store.graduates.identity(graduate.id)
            answers |= {name: value for name in SENSITIVE if (value := getattr(identity, name)) is not None}
        return _Sitting(interview, campaign, form, answers, self._paths.of(form, answers, self._now()))

    def _mine(self, interview_id: int, who: int) -> Interview:
        interview = self._store.interviews.get(interview_id)
        if who not in (interview.person_id, interview.taken_by):
            raise NotYoursError
        return interview

    def _open(self, campaign_id: int) -> Campaign:
        campaign = self._store.campaigns.get(campaign_id)
        if not campaign.takes_answers(self._now().date()):
            raise SurveyClosedError
        return campaign

    def _tries_left(self, person_id: int, graduate: Graduate | None) -> int:
        since = self._store.clock() - GUESSING_DAY
        left = MOST_GUESSES - self._store.graduates.wrong_guesses(since, person_id=person_id)
        if graduate is None:
            return left
        return min(left, MOST_GUESSES_AT - self._store.graduates.wrong_guesses(since, graduate_id=graduate.id))

    def _now(self) -> dt.datetime:
        return self._store.clock().astimezone(self._zone)


def _masked(step: Step) -> Step:
    return replace(step, given={name: masked(name, answer) for name, answer in step.given.items()})


def masked(name: str, answer: Answer) -> Answer:
    """Return an answer as it may be shown: of NIK and NPWP the last four digits."""
    if name not in SENSITIVE or not isinstance(answer, str):
        return answer
    return "•" * max(0, len(answer) - _MASKED_BUT) + answer[-_MASKED_BUT:]


def _id(graduate_id: int | None) -> int:
    if graduate_id is None:
        raise NotOpenError
    return graduate_id
