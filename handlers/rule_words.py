"""How rules are written for coordinators: what they count from, how long, who acts, and what was said of them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import cache
from typing import Final

from corpus.model import TimeLimit
from handlers.texts import N_, Html, Speech, fill
from handlers.turn import Turn
from handlers.wording import role_name, when
from index.reply import clip
from reminders.anchors import Anchors, Why, load_anchors
from reminders.calendar import Kinds
from reminders.dates import read_back
from reminders.rulebook import NO_ACTOR, UNKNOWN_ACTOR, Rule, ToldBy
from reminders.ruled import RuledRule, RuledRules, Standing
from store.rulings import Ruling, Verdict
from store.wishes import LEADS

SIGNS: Final[dict[Standing, str]] = {
    Standing.USABLE: "✅",
    Standing.NEEDS_ANCHOR: "📅",
    Standing.NEEDS_ACTOR: "👤",
    Standing.NOT_NUMERIC: "🔢",
    Standing.OFF: "🚫",
}
CHANGED = "🔄"
CORRECTED = "✏️"
STANDINGS: Final[dict[Standing, str]] = {
    Standing.USABLE: N_("usable"),
    Standing.NEEDS_ANCHOR: N_("nothing to count from"),
    Standing.NEEDS_ACTOR: N_("nobody named"),
    Standing.NOT_NUMERIC: N_("no number"),
    Standing.OFF: N_("switched off"),
}
_WHY: Final[dict[str, str]] = {
    Why.NOT_NUMERIC: N_("The words give no number, so no day follows from them."),
    Why.RATIO: N_("It is a figure for each period: nothing is due."),
    Why.NO_START: N_("Nothing says from when it counts."),
    Why.NO_DUTY: N_("It tells of something and asks for nothing."),
    Why.UNKNOWN_WORDS: N_("It is counted from words that I cannot place in the calendar."),
    NO_ACTOR: N_("The documents name nobody for it."),
    UNKNOWN_ACTOR: N_("Who is named for it is not among those that I know."),
}
_TOLD_BY: Final[dict[ToldBy, str]] = {
    "limit": N_("named in the same sentence"),
    "clause": N_("named elsewhere in the clause"),
    "row": N_("named in its row"),
    "heading": N_("named at the head of its list"),
    "document": N_("named elsewhere in the document"),
}
_VERDICTS: Final[dict[Verdict, str]] = {
    Verdict.CONFIRMED: N_("confirmed"),
    Verdict.CORRECTED: N_("corrected"),
    Verdict.OFF: N_("switched off"),
    Verdict.OPEN: N_("left as the documents say"),
}
_LENGTH = re.compile(r"(?P<every>R/)?(?P<sign>-?)P(?P<count>\d+)(?P<unit>[DWMY])")
LONGEST_CLAUSE = 1_500
LONGEST_REASON = 500
_SHOWN_REASON = 200
MOST_RULINGS = 5


@cache
def anchors() -> Anchors:
    """Return the table of what time limits are counted from."""
    return load_anchors()


@cache
def _kinds() -> Kinds:
    return Kinds(anchors())


def anchor_name(t: Speech, kind: str | None) -> str:
    """Return the name of a kind of event."""
    found = anchors().kinds.get(kind or "")
    if found is None:
        return t.plain("not known")
    return found.id if t.language == "id" else found.en


def length(t: Speech, limit: TimeLimit) -> str:
    """Return a limit in words: ``3 days before``, ``every semester, 2 times``."""
    match = _LENGTH.fullmatch(limit.offset or "")
    if match is None:
        return limit.offset or t.plain("no number")
    count, unit = int(match["count"]), match["unit"]
    if match["every"]:
        period = _period(t, count, unit)
        times = t.several("{number} time", "{number} times", limit.times)
        return f"{period}, {times}" if limit.times > 1 else period
    amount = _amount(t, count, unit, is_working=limit.days == "working")
    return t.plain("{amount} before", amount=amount) if match["sign"] else t.plain("{amount} after", amount=amount)


def _amount(t: Speech, count: int, unit: str, *, is_working: bool = False) -> str:
    if is_working:
        return t.several("{number} working day", "{number} working days", count)
    return {
        "D": t.several("{number} day", "{number} days", count),
        "W": t.several("{number} week", "{number} weeks", count),
        "M": t.several("{number} month", "{number} months", count),
        "Y": t.several("{number} year", "{number} years", count),
    }[unit]


def _period(t: Speech, count: int, unit: str) -> str:
    named = {
        (1, "D"): t.plain("every day"),
        (1, "W"): t.plain("every week"),
        (1, "M"): t.plain("every month"),
        (3, "M"): t.plain("every half semester"),
        (6, "M"): t.plain("every semester"),
        (1, "Y"): t.plain("every year"),
    }
    return named.get((count, unit)) or t.plain("every {amount}", amount=_amount(t, count, unit))


def leads_words(t: Speech, leads: Iterable[int]) -> str:
    """Return on which days people are reminded."""
    days = [
        t.several("{number} day ahead", "{number} days ahead", lead) if lead else t.plain("on the day")
        for lead in sorted(leads, reverse=True)
    ]
    return ", ".join(days) or t.plain("not ahead")


def sign(ruled: RuledRule) -> str:
    """Return the signs of a rule in a list: what follows from it, and what was said of it."""
    marks = CORRECTED if ruled.verdict is Verdict.CORRECTED else "☑️" if ruled.verdict is Verdict.CONFIRMED else ""
    return SIGNS[ruled.standing] + (CHANGED if ruled.is_changed else marks)


def clause_words(turn: Turn, rule: Rule) -> Html:
    """Return a rule's clause: its code and title, its words, and the limit as it is printed."""
    head = fill("<b>{code}</b>\n{title}", code=rule.clause.code, title=clip(rule.clause.title.of(turn.language), 200))
    words = clip(rule.clause.text.of(turn.language), LONGEST_CLAUSE)
    quote = turn.t("As printed: “{quote}”", quote=clip(rule.limit.quote, 200))
    return fill("{head}\n<blockquote>{words}</blockquote>\n{quote}", head=head, words=words, quote=quote)


def reading(turn: Turn, rules: RuledRules, rule: Rule, counts: Rule) -> list[Html]:
    """Return the lines on what counts, what was read otherwise, why nothing follows, and the next day; at the desk."""
    t = turn.t
    name = counts.actor.name.of(turn.language) if counts.actor else t.plain("not known")
    read_name = rule.actor.name.of(turn.language) if rule.actor else t.plain("not known")
    told = _TOLD_BY.get(rule.told_by) if counts.actor and counts.actor == rule.actor else None
    anchor = _against(t, anchor_name(t, counts.anchor), anchor_name(t, rule.anchor))
    who = _against(t, name, read_name)
    lines = [
        t("<b>Counted from</b>: {anchor}", anchor=anchor),
        t("<b>Time limit</b>: {length}", length=_against(t, length(t, counts.limit), length(t, rule.limit))),
        t("<b>Who acts</b>: {who}", who=f"{who} ({t.plain(told)})" if told else who),
    ]
    return [*lines, _example(turn, rules, counts)]


def _against(t: Speech, counts: str, read: str) -> str:
    """Return what counts, and what was read where that is something else."""
    read_too = t.plain("read: {value}", value=read)
    return counts if counts == read else f"{CORRECTED} {counts} ({read_too})"


def _example(turn: Turn, rules: RuledRules, counts: Rule) -> Html:
    """Return the next day that follows from the calendar, or why none does."""
    t, language = turn.t, turn.language
    if counts.why:
        return t(_WHY[counts.why])
    found = rules.next_due(counts)
    if found is None:
        return t("<b>For example</b>: the calendar has no such event yet.")
    event, due = found
    title = _kinds().title(event.kind, event.label, language)
    if due is None:
        return t("<b>For example</b>: no day follows from “{event}”; look at what it is counted from.", event=title)
    return t("<b>For example</b>: {day}, by “{event}”.", day=read_back(due.day, language), event=title)


def rulings_words(turn: Turn, history: Sequence[Ruling]) -> list[Html]:
    """Return the rulings on a rule, the newest first, and how many older ones there are."""
    if not history:
        return [turn.t("Nobody has ruled on it yet.")]
    lines = [_ruling(turn, ruling) for ruling in history[:MOST_RULINGS]]
    older = len(history) - len(lines)
    more = [turn.t.several("and {number} older ruling", "and {number} older rulings", older)] if older > 0 else []
    return [turn.t("<b>Rulings</b>"), *lines, *more]


def _ruling(turn: Turn, ruling: Ruling) -> Html:
    t = turn.t
    role = role_name(t, ruling.author_role)
    return fill(
        "• {when}, {who}: {verdict}{reason}",
        when=when(ruling.made_at, turn.rooms.timezone),
        who=f"{clip(ruling.author, 60)} ({role})" if ruling.author else role,
        verdict=t.plain(_VERDICTS[ruling.verdict]),
        reason=f". {clip(ruling.reason, _SHOWN_REASON)}" if ruling.reason else "",
    )


def leads_of(ruled: RuledRule) -> tuple[int, ...]:
    """Return on how many days before people are reminded of what a rule asks."""
    return tuple(ruled.correction.get("leads", LEADS))
