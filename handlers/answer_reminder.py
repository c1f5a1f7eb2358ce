"""“Remind me” under an answer: its time limit becomes a reminder, on the day that the academic calendar gives.

What the limit is counted from may not stand in the calendar: then the day is asked. In private chats only, since
a reminder is private.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from handlers import own_wish
from handlers.addresses import RemindButton
from handlers.ask import question_here
from handlers.day_wording import day_with_note
from handlers.entry import stale
from handlers.texts import Html, fill
from handlers.turn import Turn
from index.reply import Citation, ClauseNotFoundError, address, clip, one_line, source_id
from reminders.dates import read_back
from reminders.proposals import Proposal, proposals, rules_at
from reminders.rulebook import Rule
from store.questions import Question, QuestionNotFoundError
from store.wishes import LONGEST_TEXT

A_DAY = dt.timedelta(days=1)
LONGEST_ADDRESS = 400
LONGEST_QUOTE = 200


@dataclass(frozen=True)
class Limited:
    """The clause of an answer that somebody wants to be reminded of, with its rules."""

    citation: Citation
    rules: tuple[Rule, ...]


async def remind_of(turn: Turn, button: RemindButton) -> None:
    """Propose to be reminded of the time limit under an answer; a double tap counts once."""
    if not turn.place.is_private:
        stale(turn)
        return
    turn.toast()
    if turn.rooms.taps.is_repeat((turn.person.id, turn.place.message_id, button)):
        return
    try:
        question = await turn.read(lambda: question_here(turn, button.question_id))
        limited = await turn.work(_limited, turn, question)
    except (QuestionNotFoundError, ClauseNotFoundError):
        turn.say(turn.t("This question is not kept any more. Please ask it again."))
        return
    turn.do(lambda: _propose(turn, limited))


def _limited(turn: Turn, question: Question) -> Limited:
    """Find the first clause of an answer with a time limit, else its first; slow. Raises `ClauseNotFoundError`."""
    rulebook = turn.rooms.telling.running.almanac.rulebook
    found = []
    for kept in question.citations:
        start, end = kept["lines"]
        found.append((kept["source"], (start, end), rules_at(rulebook, kept["source"], (start, end))))
    if not found:
        raise ClauseNotFoundError("The answer has no clause.")
    source, lines, rules = next((one for one in found if one[2]), found[0])
    citation, _ = turn.rooms.answerer.clause_at(source_id(source), *lines, turn.language)
    return Limited(citation, rules)


def _propose(turn: Turn, limited: Limited) -> None:
    """Show the days on which it is due by the calendar; ask for one where the calendar does not know."""
    t, almanac, citation = turn.t, turn.rooms.running.almanac, limited.citation
    found = proposals(almanac, limited.rules, turn.person.unit_id)
    rule = found[0].rule if found else next(iter(limited.rules), None)
    words = rule.clause.text.of(turn.language) if rule is not None else citation.wording or citation.quote
    about = clip(one_line(words), LONGEST_TEXT)
    lines = [
        fill("<b>{text}</b>", text=about),
        fill("{address}", address=clip(address(citation, turn.language), LONGEST_ADDRESS)),
    ]
    if found:
        lines += [Html(""), t("By the academic calendar:"), *(_line(turn, proposal) for proposal in found)]
        lines += [t("When shall I remind you?")]
    else:
        lines += [
            Html(""),
            t("The academic calendar does not say when this is due for you."),
            t("For which day? Write it, with a time if you like: 3 Dec 2026, or tomorrow at 9:00."),
        ]
    own_wish.start(turn, about, citation, Html("\n".join(lines)), _choices(turn, found))


def _line(turn: Turn, proposal: Proposal) -> Html:
    """Return what a rule says, what it is counted from, and the day that follows."""
    t, event, due = turn.t, proposal.event, proposal.due
    workdays = turn.rooms.running.almanac.timing(turn.person.unit_id).workdays
    line = t(
        "• “{quote}”, {event} ({starts}): due {day}",
        quote=clip(one_line(proposal.rule.limit.quote), LONGEST_QUOTE),
        event=turn.rooms.kinds.title(event.kind, event.label, turn.language),
        starts=read_back(event.starts, turn.language),
        day=day_with_note(t, due.day, workdays),
    )
    return fill("{line} {mark}", line=line, mark=t("(estimated)")) if due.estimated and not due.day_off else line


def _choices(turn: Turn, found: Sequence[Proposal]) -> list[tuple[str, dt.date]]:
    """Return the day before and the day itself of each proposal, as far as they are not over."""
    t, choices = turn.t, []
    for proposal in found:
        day = proposal.due.day
        if day - A_DAY >= turn.rooms.today:
            choices.append((t.plain("A day before: {day}", day=read_back(day - A_DAY, turn.language)), day - A_DAY))
        choices.append((t.plain("That morning: {day}", day=read_back(day, turn.language)), day))
    return choices
