"""All that people can do with the bot, on one page: commands, buttons, dialogues.

`bot/application.py` makes python-telegram-bot handlers of it, `bot/introduce.py` the menus; a test walks over
it and tries every entry with every role.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from telegram import BotCommand, Update

from handlers import (
    agenda,
    answer_reminder,
    ask,
    browse,
    calendar,
    calendar_dialogue,
    calendar_draft,
    calendar_import,
    clause,
    documents,
    feedback,
    introduction,
    inviting,
    joining,
    own_data,
    own_reminders,
    own_wish,
    pending,
    profile,
    reminder_settings,
    results,
    role_choice,
    role_requests,
    rule_correcting,
    rule_leads,
    rules,
    runs,
    start,
    starting,
    status,
    step_people,
    step_words,
    steps,
    survey,
    survey_asking,
    survey_identity,
    survey_list,
    survey_reminding,
    tracer,
    tracer_answers,
    tracer_draft,
    tracer_files,
    tracer_links,
    trail,
)
from handlers.addresses import (
    Address,
    AgendaButton,
    AnswerButton,
    AnswersFileButton,
    CalendarButton,
    CalendarFileButton,
    CalendarKindButton,
    ChoiceButton,
    ClauseButton,
    CuratedButton,
    DocumentButton,
    DraftButton,
    DutyButton,
    EraseButton,
    EventButton,
    EvidenceButton,
    FeedbackButton,
    FileButton,
    GraduateButton,
    HandButton,
    IdentifyButton,
    InvitationButton,
    InviteButton,
    JoinButton,
    LanguageButton,
    NodeButton,
    OwnButton,
    PendingButton,
    ProfileButton,
    RemindButton,
    ReminderSettingsButton,
    RequestButton,
    ResultsButton,
    RoleButton,
    RuleButton,
    RuleDraftButton,
    RuleLeadsButton,
    RulesButton,
    RunButton,
    StartButton,
    StepButton,
    StopSurveyButton,
    SurveyButton,
    SurveyDraftButton,
    SurveyLinksButton,
    TracerButton,
    TrailButton,
    UnitButton,
    UploadButton,
    WishButton,
)
from handlers.context import CustomContext
from handlers.entry import Entry, Play, entry, press
from handlers.texts import N_, speech
from handlers.turn import Turn
from index.reply import Language
from store.people import Person
from store.permissions import Action, may

DESCRIPTION = N_(
    "Ask about the university's quality standards and SOPs. Answers come with their clause. What the documents do"
    " not say goes to the quality office."
)
SHORT_DESCRIPTION = N_("Answers about quality standards and SOPs, with the exact clause.")
NO_LONGER: Mapping[str, dt.timedelta] = {}
STEP_LASTS = dt.timedelta(hours=1)
"""A dialogue left for longer is over: the next text is a question again."""


@dataclass(frozen=True)
class Command:
    """A command with what the menu says of it; one without a description stands in no menu."""

    name: str
    description: str
    action: Action
    play: Play[Update]
    in_groups: bool = False


@dataclass(frozen=True)
class ButtonKind:
    """A kind of button and what a press does."""

    address: type[Address]
    action: Action
    play: Play[Any]

    @property
    def entry(self) -> Entry:
        """The callback."""
        return press(self.action, self.address, self.play)


COMMANDS: tuple[Command, ...] = (
    Command("tanya", N_("Ask about a standard or an SOP"), Action.ASK, ask.ask_by_command, in_groups=True),
    Command("sop", N_("Standards and SOPs, step by step"), Action.BROWSE, browse.browse_sops, in_groups=True),
    Command("standar", N_("A statement of a standard"), Action.BROWSE, browse.browse_standards, in_groups=True),
    Command("istilah", N_("What a term means"), Action.BROWSE, browse.explain, in_groups=True),
    Command("peran", N_("What a role has to do"), Action.BROWSE, browse.duties, in_groups=True),
    Command("kalender", N_("The academic calendar"), Action.READ_CALENDAR, calendar.show_calendar),
    Command("mulai", N_("Start a run of an SOP"), Action.START_RUN, starting.begin),
    Command("jalan", N_("Runs of SOPs and how far they are"), Action.READ_RUNS, runs.show_runs),
    Command("jadwal", N_("Your next 30 days"), Action.REMIND, agenda.show_agenda),
    Command("survei", N_("Your surveys"), Action.ANSWER_SURVEY, survey_list.show_surveys),
    Command("tracer", N_("Surveys of graduates and employers"), Action.MANAGE_SURVEYS, tracer.show_surveys),
    Command("hasil", N_("Results of surveys"), Action.READ_RESULTS, results.show_results),
    Command("riwayat", N_("Who did what in runs of SOPs"), Action.READ_TRAIL, trail.show_trail),
    Command("tertunda", N_("Open questions"), Action.READ_UNANSWERED, pending.show_list),
    Command("aturan", N_("Time limits of the documents"), Action.RULE, rules.find_rules),
    Command("undang", N_("Invite people"), Action.INVITE, inviting.begin),
    Command("permintaan", N_("Requests for roles"), Action.APPROVE_ROLE, role_requests.show_requests),
    Command("status", N_("How the bot is doing"), Action.STATUS, status.show_status),
    Command("profil", N_("Who you are here"), Action.PROFILE, profile.show_profile),
    Command("dataku", N_("What is stored about you"), Action.OWN_DATA, own_data.export),
    Command("lupakan", N_("Erase what is stored about you"), Action.ERASE_SELF, own_data.ask_to_erase),
    Command("start", N_("Say who you are"), Action.START, introduction.start, in_groups=True),
    Command("help", N_("How to ask"), Action.HELP, start.show_help, in_groups=True),
    Command("batal", N_("Cancel what has been begun"), Action.HELP, start.cancel),
)
TAKERS: tuple[documents.Taker, ...] = (
    documents.Taker(
        "graduates",
        Action.MANAGE_SURVEYS,
        N_("List of graduates"),
        N_("the list of graduates, as CSV or XLSX"),
        tracer_files.fits,
        tracer_files.is_list,
        tracer_files.take_list,
    ),
    documents.Taker(
        "form",
        Action.MANAGE_SURVEYS,
        N_("Questionnaire (XLSForm)"),
        N_("a questionnaire of your own, as XLSForm (.xlsx)"),
        tracer_files.fits,
        tracer_files.is_form,
        tracer_files.take_form,
    ),
    documents.Taker(
        "answers",
        Action.MANAGE_SURVEYS,
        N_("Collected answers"),
        N_("answers to a survey that were collected elsewhere, as CSV or XLSX"),
        tracer_files.fits,
        tracer_files.is_answers,
        tracer_answers.take_answers,
    ),
    documents.Taker(
        "places",
        Action.MANAGE_SURVEYS,
        N_("The ministry's codes of places"),
        N_("the ministry's codes of provinces and regencies, as CSV or XLSX with the columns kode and nama"),
        tracer_files.fits,
        tracer_files.is_places,
        tracer_files.take_places,
    ),
    documents.Taker(
        "calendar",
        Action.MANAGE_CALENDAR,
        N_("Academic calendar"),
        N_("the academic calendar, as iCalendar (.ics), CSV or XLSX"),
        calendar_import.fits,
        calendar_import.is_sure,
        calendar_import.take,
    ),
)
"""What takes the files that people send in private; the first that fits, is sure, and that they may use."""
BUTTONS: tuple[ButtonKind, ...] = (
    ButtonKind(ClauseButton, Action.BROWSE, clause.show_clause),
    ButtonKind(DocumentButton, Action.BROWSE, browse.show_document),
    ButtonKind(NodeButton, Action.BROWSE, browse.turn_to),
    ButtonKind(DutyButton, Action.BROWSE, browse.show_duties),
    ButtonKind(ChoiceButton, Action.ASK, ask.choose),
    ButtonKind(FeedbackButton, Action.FEEDBACK, feedback.rate),
    ButtonKind(PendingButton, Action.ANSWER_UNANSWERED, pending.press_pending),
    ButtonKind(CuratedButton, Action.WITHDRAW_CURATED, pending.press_curated),
    ButtonKind(LanguageButton, Action.PROFILE, profile.choose_language),
    ButtonKind(RoleButton, Action.REQUEST_ROLE, role_choice.choose_role),
    ButtonKind(UnitButton, Action.PROFILE, role_choice.choose_unit),
    ButtonKind(ProfileButton, Action.PROFILE, profile.press_profile),
    ButtonKind(EraseButton, Action.ERASE_SELF, own_data.erase),
    ButtonKind(RequestButton, Action.APPROVE_ROLE, role_requests.decide),
    ButtonKind(InviteButton, Action.INVITE, inviting.choose),
    ButtonKind(InvitationButton, Action.INVITE, inviting.press_invitation),
    ButtonKind(StartButton, Action.START_RUN, starting.choose),
    ButtonKind(RunButton, Action.DO_STEP, runs.press_run),
    ButtonKind(StepButton, Action.DO_STEP, steps.press_step),
    ButtonKind(HandButton, Action.DO_STEP, step_people.press_hand),
    ButtonKind(JoinButton, Action.REDEEM_INVITATION, joining.press_join),
    ButtonKind(CalendarButton, Action.READ_CALENDAR, calendar.press_calendar),
    ButtonKind(EventButton, Action.MANAGE_CALENDAR, calendar.press_event),
    ButtonKind(CalendarKindButton, Action.MANAGE_CALENDAR, calendar_dialogue.choose_kind),
    ButtonKind(DraftButton, Action.MANAGE_CALENDAR, calendar_dialogue.press_draft),
    ButtonKind(CalendarFileButton, Action.MANAGE_CALENDAR, calendar_import.press_file),
    ButtonKind(AgendaButton, Action.REMIND, agenda.press_agenda),
    ButtonKind(ReminderSettingsButton, Action.REMIND, reminder_settings.press_settings),
    ButtonKind(WishButton, Action.REMIND, own_wish.press_wish),
    ButtonKind(RemindButton, Action.REMIND, answer_reminder.remind_of),
    ButtonKind(OwnButton, Action.REMIND, own_reminders.press_own),
    ButtonKind(TrailButton, Action.READ_TRAIL, trail.press_trail),
    ButtonKind(EvidenceButton, Action.READ_TRAIL, trail.send_evidence),
    ButtonKind(ResultsButton, Action.READ_RESULTS, results.press_results),
    ButtonKind(AnswersFileButton, Action.READ_IDENTIFIED_ANSWERS, results.press_file),
    ButtonKind(RulesButton, Action.RULE, rules.turn_rules),
    ButtonKind(RuleButton, Action.RULE, rules.press_rule),
    ButtonKind(RuleDraftButton, Action.RULE, rule_correcting.press_draft),
    ButtonKind(RuleLeadsButton, Action.RULE, rule_leads.press_leads),
    ButtonKind(SurveyButton, Action.ANSWER_SURVEY, survey.press_survey),
    ButtonKind(AnswerButton, Action.ANSWER_SURVEY, survey.press_answer),
    ButtonKind(IdentifyButton, Action.ANSWER_SURVEY, survey_identity.press_identify),
    ButtonKind(TracerButton, Action.MANAGE_SURVEYS, tracer.press_survey),
    ButtonKind(SurveyDraftButton, Action.MANAGE_SURVEYS, tracer_draft.press_draft),
    ButtonKind(SurveyLinksButton, Action.MANAGE_SURVEYS, tracer_links.press_links),
    ButtonKind(GraduateButton, Action.MANAGE_SURVEYS, tracer_links.press_graduate),
    ButtonKind(UploadButton, Action.MANAGE_SURVEYS, tracer_answers.press_upload),
    ButtonKind(FileButton, Action.MANAGE_SURVEYS, documents.chosen_of(TAKERS)),
    ButtonKind(StopSurveyButton, Action.ANSWER_SURVEY, survey_reminding.stop_reminding),
)
DIALOGUES: dict[str, Entry] = {
    feedback.STEP: entry(Action.FEEDBACK, feedback.take_reason, keeps_step=True),
    pending.STEP_ANSWER: entry(Action.ANSWER_UNANSWERED, pending.take_answer, keeps_step=True),
    pending.STEP_REWORD: entry(Action.ANSWER_UNANSWERED, pending.take_wording, keeps_step=True),
    role_choice.STEP: entry(Action.PROFILE, role_choice.take_words, keeps_step=True),
    starting.STEP: entry(Action.START_RUN, starting.take_words, keeps_step=True),
    runs.STEP_STOP: entry(Action.STEER_RUN, runs.take_stop_reason, keeps_step=True),
    step_words.STEP_NOTE: entry(Action.DO_STEP, step_words.take_note, keeps_step=True),
    step_words.STEP_DAY: entry(Action.DO_STEP, step_words.take_day, keeps_step=True),
    step_words.STEP_REASON: entry(Action.DO_STEP, step_words.take_reason, keeps_step=True),
    step_people.STEP_HAND: entry(Action.DO_STEP, step_people.take_name, keeps_step=True),
    inviting.STEP: entry(Action.INVITE, inviting.take_words, keeps_step=True),
    calendar_draft.STEP: entry(Action.MANAGE_CALENDAR, calendar_dialogue.take_words, keeps_step=True),
    calendar_import.STEP: entry(Action.ASK, ask.ask, keeps_step=True),
    own_wish.STEP: entry(Action.REMIND, own_wish.take_words, keeps_step=True),
    reminder_settings.STEP: entry(Action.REMIND, reminder_settings.take_morning, keeps_step=True),
    rule_correcting.STEP: entry(Action.RULE, rule_correcting.take_words, keeps_step=True),
    survey_asking.STEP: entry(Action.ANSWER_SURVEY, survey.take_words, keeps_step=True),
    survey_identity.STEP: entry(Action.ANSWER_SURVEY, survey_identity.take_identity, keeps_step=True),
    tracer.STEP_DAY: entry(Action.MANAGE_SURVEYS, tracer.take_day, keeps_step=True),
    tracer_draft.STEP: entry(Action.MANAGE_SURVEYS, tracer_draft.take_words, keeps_step=True),
    tracer_links.STEP: entry(Action.MANAGE_SURVEYS, tracer_links.take_words, keeps_step=True),
    tracer_answers.STEP: entry(Action.MANAGE_SURVEYS, tracer_answers.take_words, keeps_step=True),
}
"""What takes the texts of a person in the middle of a dialogue, by the name of its step."""

_take_survey_other = entry(Action.ANSWER_SURVEY, survey.take_other, keeps_step=True)
FILE_DIALOGUES: dict[str, Entry] = {
    step_words.STEP_NOTE: DIALOGUES[step_words.STEP_NOTE],
    survey_asking.STEP: _take_survey_other,
}
"""What takes the files and pictures of a person in the middle of a dialogue, by the name of its step."""
OTHER_DIALOGUES: dict[str, Entry] = {survey_asking.STEP: _take_survey_other}
"""What takes a voice message, a sticker and the like in the middle of a dialogue, by the name of its step."""
LONG_DIALOGUES: dict[str, dt.timedelta] = {survey_asking.STEP: survey.LASTS}
"""Dialogues that take texts for longer than `STEP_LASTS`."""

_take_document = entry(Action.HELP, documents.offered_to(TAKERS), keeps_step=True)
_not_text = entry(Action.HELP, start.not_text, keeps_step=True)
_ask = entry(Action.ASK, ask.ask)
_wish = entry(Action.REMIND, own_wish.take_wish)


def menu(commands: Iterable[Command], language: Language) -> list[BotCommand]:
    """Return commands as Telegram shows them in a language."""
    t = speech(language)
    return [BotCommand(command.name, t.plain(command.description)) for command in commands if command.description]


def menu_of(person: Person) -> list[BotCommand]:
    """Return the commands that somebody may use, in their language."""
    return menu((command for command in COMMANDS if may(person, command.action)), person.language)


async def take_text(update: Update, context: CustomContext) -> None:
    """Take a private text: it belongs to the running dialogue, else it asks for a reminder, or is a question."""
    text = (update.effective_message and update.effective_message.text) or ""
    door = _door(context.turn, DIALOGUES, LONG_DIALOGUES) or (_wish if own_wish.is_wish(context.turn, text) else _ask)
    await door(update, context)


async def take_document(update: Update, context: CustomContext) -> None:
    """Take a file that was sent in private: it belongs to the running dialogue, if that takes files."""
    await (_door(context.turn, FILE_DIALOGUES) or _take_document)(update, context)


async def take_picture(update: Update, context: CustomContext) -> None:
    """Take a picture that was sent in private: it belongs to the running dialogue, if that takes files."""
    await (_door(context.turn, FILE_DIALOGUES) or _not_text)(update, context)


async def take_other(update: Update, context: CustomContext) -> None:
    """Take what is neither text nor a file: it belongs to the running dialogue, if that has a word for it."""
    await (_door(context.turn, OTHER_DIALOGUES) or _not_text)(update, context)


def _door(turn: Turn, doors: Mapping[str, Entry], lasting: Mapping[str, dt.timedelta] = NO_LONGER) -> Entry | None:
    """Return what takes an update in the dialogue that is running; None without one that is fresh."""
    step = turn.step
    if step is None or step.changed_at is None:
        return None
    is_fresh = turn.rooms.clock() - step.changed_at < lasting.get(step.name, STEP_LASTS)
    return doors.get(step.name) if is_fresh else None
