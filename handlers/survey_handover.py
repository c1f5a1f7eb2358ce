"""A survey that goes on in another account: the one that loses it is told, the one that takes it hears whose it is."""

from __future__ import annotations

from handlers.texts import Html, speech
from handlers.tracer_wording import survey_address
from handlers.turn import Button, Turn
from store.interviews import Interview


def whose_it_is(turn: Turn, interview: Interview) -> Html:
    """Return what somebody reads who goes on with answers that another account began; at the desk."""
    _, graduate, _ = turn.rooms.interviewing.about(interview)
    whom = f"{graduate.name}, {graduate.programme_name}" if graduate else ""
    return turn.t(
        "These are the answers of <b>{whom}</b>, begun in another account. If that is not you, please stop here and"
        " ask the university for your own link.",
        whom=whom,
    )


def tell_former(turn: Turn, interview: Interview, person_id: int, token: str) -> None:
    """Tell the account that had a survey that another one goes on with it, and how to take it back; at the desk."""
    campaign, _, _ = turn.rooms.interviewing.about(interview)
    t = speech(turn.rooms.store.people.get(person_id).language)
    said = t(
        "<b>{title}</b> goes on in another Telegram account now, which opened your link. If that was you, all is well."
        " If not, take it back, and do not pass your link on.",
        title=campaign.title,
    )
    if campaign.contact:
        contact = t("Questions? {contact}", contact=campaign.contact)
        said = Html(f"{said} {contact}")
    back = Button(t.plain("↩ Take it back"), url=survey_address(turn.rooms.username, token))
    turn.say(said, [[back]], to=person_id)
