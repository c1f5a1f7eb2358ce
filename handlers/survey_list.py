"""/survei: the surveys that somebody answers or may answer, to go on or to withdraw."""

from __future__ import annotations

from telegram import Update

from handlers.addresses import SurveyButton
from handlers.survey_identity import without_link
from handlers.survey_summary import withdraw_button
from handlers.texts import Html, fill
from handlers.turn import Button, Turn
from index.reply import clip
from store.interviews import Interview, InterviewState


def show_surveys(turn: Turn, _: Update) -> None:
    """Show the surveys that somebody answers or may answer."""
    t, rows, lines = turn.t, [], []
    for interview in turn.rooms.store.interviews.of_person(turn.person.id):
        if interview.state in (InterviewState.WITHDRAWN, InterviewState.ERASED):
            continue
        campaign = turn.rooms.store.campaigns.get(interview.campaign_id)
        lines.append(fill("• <b>{title}</b>: {state}", title=campaign.title, state=_state(turn, interview)))
        opening = Button(
            t.plain("▶ {title}", title=clip(campaign.title, 40)), SurveyButton("open", interview.id).data()
        )
        rows.append([opening, withdraw_button(turn, interview)] if interview.consented_at else [opening])
    joining = without_link(turn)
    if not lines:
        lines.append(t("No survey waits for you. If you were invited, open the link of the invitation."))
    if joining:
        lines.append(t("Are you a graduate without a link? Begin with your student number."))
    turn.say(Html("\n".join(lines)), [*rows, *joining])


def _state(turn: Turn, interview: Interview) -> str:
    t = turn.t
    if interview.state is InterviewState.INVITED:
        return t.plain("not begun")
    if interview.state is InterviewState.SENT:
        return t.plain("sent, thank you")
    done = turn.rooms.interviewing.where(interview.id, turn.person.id).progress
    return t.plain("{done} of {expected} answered", done=done.answered, expected=done.expected)
