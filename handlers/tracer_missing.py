"""Who has not answered a survey: counts for those who manage it, names for those who may read them (noted)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from handlers.addresses import TracerButton
from handlers.entry import refuse
from handlers.paging import Block, pages_of, turning
from handlers.texts import Html, Speech, fill
from handlers.tracer_wording import FAR, made_by, part_of, reads_names, to_survey, year_words
from handlers.turn import Button, Turn
from store.campaigns import Campaign
from store.interviews import InterviewState
from tracer.inviting import Awaited, awaited
from tracer.link_files import ListFile, as_xlsx

FILE = "belum-menjawab.xlsx"
_BEGUN = (InterviewState.RUNNING, InterviewState.PAUSED)


def show_missing(turn: Turn, campaign: Campaign, page: int) -> None:
    """Show how many are missing of which programme; at the desk."""
    t = turn.t
    part = part_of(turn, campaign)
    missing = [
        one for one in awaited(turn.rooms.store, campaign, None) if part is None or one.graduate.programme_code in part
    ]
    pages = pages_of([Block(t("<b>By study programme</b>"), _by_programme(t, missing))], _head(t, campaign, missing))
    page = min(max(page, 1), len(pages))
    names = [Button(t.plain("📄 Names (XLSX)"), TracerButton("names", campaign.id).data())]
    turn.show(
        pages[page - 1],
        [
            turning(page, len(pages), lambda other: TracerButton("missing", campaign.id, other)),
            names if missing and reads_names(turn) else [],
            [to_survey(turn, campaign.id)],
        ],
    )


async def send_names(turn: Turn, campaign: Campaign, button: TracerButton) -> None:
    """Send who has not answered, with contacts, as a file; the trail notes who looked."""
    if not reads_names(turn):
        refuse(turn)
        return
    turn.toast()
    if turn.rooms.taps.is_repeat((turn.person.id, turn.place.message_id, button)):
        return
    missing = await turn.read(lambda: awaited(turn.rooms.store, campaign, turn.person.id))
    rows = [cells(turn.t, one) for one in missing]
    content = await turn.work(as_xlsx, ListFile(campaign.title, head(turn.t), rows, made_by(turn)))
    caption = turn.t(
        "Who has not answered: {count}. These are personal data: keep the file only as long as you need it.",
        count=len(rows),
    )
    turn.do(lambda: turn.hand(FILE, content, caption))


def head(t: Speech) -> list[str]:
    """Return the names of the columns of the file."""
    return [
        t.plain("NIM"),
        t.plain("Name"),
        t.plain("Study programme"),
        t.plain("Year of graduation"),
        t.plain("How far"),
        t.plain("Phone"),
        t.plain("E-mail"),
        t.plain("Reminded by the bot"),
    ]


def cells(t: Speech, one: Awaited) -> list[str]:
    """Return somebody as a row of the file."""
    graduate = one.graduate
    return [
        graduate.nim or "",
        graduate.name,
        f"{graduate.level} {graduate.programme_name}",
        year_words(graduate.cohort),
        t.plain(FAR.get(one.state, "")) if one.state in FAR else "",
        graduate.phone or "",
        graduate.email or "",
        t.plain("yes") if graduate.person_id is not None else t.plain("no: e-mail or phone"),
    ]


def _head(t: Speech, campaign: Campaign, missing: Sequence[Awaited]) -> Html:
    """Return the numbers above the list."""
    begun = sum(one.state in _BEGUN for one in missing)
    outside = [one for one in missing if one.graduate.person_id is None]
    reachable = sum(bool(one.graduate.phone or one.graduate.email) for one in outside)
    lines = [
        fill("<b>{title}</b>", title=campaign.title),
        t.several("{number} graduate has not answered", "{number} graduates have not answered", len(missing)),
        t("of them begun and not finished: {count}", count=begun),
        t(
            "not in Telegram, to be reached by e-mail or phone: {count} (the list has an address or a number of"
            " {reachable})",
            count=len(outside),
            reachable=reachable,
        ),
    ]
    return Html("\n".join(lines))


def _by_programme(t: Speech, missing: Sequence[Awaited]) -> tuple[Html, ...]:
    many = Counter(f"{one.graduate.level} {one.graduate.programme_name}" for one in missing)
    return tuple(
        fill("• {name}: {count}", name=name, count=count)
        for name, count in sorted(many.items(), key=lambda pair: (-pair[1], pair[0]))
    ) or (t("nobody"),)
