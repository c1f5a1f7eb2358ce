"""The academic calendar: its kinds of events, how they are called, which one counts for whom, the days off.

A kind is one that the documents' time limits count from (`reminders/anchors.yaml`), a day off, or one's own.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import Literal

from corpus.lexicon.matching import key
from reminders.anchors import Anchors, Kind
from reminders.dates import Language
from reminders.workdays import Workdays
from store.events import LONGEST_LABEL, CalendarEvent
from store.units import Unit

DAY_OFF, OWN, COURSE_EXAM = "day_off", "own", "course_exam"
LABELLED = frozenset({DAY_OFF, OWN, COURSE_EXAM})
"""Kinds of which several at a time are told apart by their names; of the others a unit has one at a time."""
SAME_OCCASION = dt.timedelta(days=60)
"""Two events of a kind that begin so near to each other are one occasion, on two levels or moved."""
FIRST_YEAR, LAST_YEAR = 2000, 2100
LONGEST_PERIOD = dt.timedelta(days=3660)
LONGEST_DAY_OFF = dt.timedelta(days=366)

_BESIDE = frozenset(
    "semester sem gasal ganjil genap odd even tahun ta akademik ajaran academic year ke periode tahap"
    " gelombang pelaksanaan masa pekan jadwal of the for universitas university fakultas faculty program programme"
    " sarjana magister doktor diploma pascasarjana dan and online daring i ii iii iv v vi".split()
)
"""Words that may stand beside the name of a kind: “Wisuda Sarjana ke-85” is a graduation, “Gladi Wisuda” is not."""
_OFF = re.compile(r"(?:hari\s+)?libur\b|cuti\s+bersama\b|(?:public\s+)?holidays?\b|days?\s+off\b", re.IGNORECASE)
_NO_LECTURES = frozenset("semester kuliah perkuliahan mahasiswa lecture lectures student students".split())
"""A break of the lectures is no day off of the staff, whose time limits run on."""


class DaysFault(StrEnum):
    """Why days cannot be those of an event."""

    END_FIRST = "end_first"
    FAR = "far"
    LONG = "long"


@dataclass(frozen=True, slots=True)
class EventKind:
    """A kind of event, with its names."""

    key: str
    shape: Literal["day", "period"]
    en: str
    id: str

    def name(self, language: Language) -> str:
        """Return the kind's name."""
        return self.id if language == "id" else self.en


class Kinds:
    """The kinds of a calendar in the order in which they are shown, and what belongs to each by its words."""

    def __init__(self, anchors: Anchors) -> None:
        self._anchors = anchors
        entered: dict[str, Kind] = {name: kind for name, kind in anchors.kinds.items() if kind.source == "calendar"}
        self.all = (
            *(EventKind(name, kind.shape, kind.en, kind.id) for name, kind in entered.items()),
            EventKind(DAY_OFF, "period", "day off", "hari libur"),
            EventKind(OWN, "period", "another event", "acara lain"),
        )
        self._by_key = {kind.key: kind for kind in self.all}

    def find(self, name: str) -> EventKind | None:
        """Return the kind with this key."""
        return self._by_key.get(name)

    def get(self, name: str) -> EventKind:
        """Return the kind with this key; one that is no more is shown as an event of its own."""
        return self._by_key.get(name) or self._by_key[OWN]

    def name(self, kind: str, language: Language) -> str:
        """Return the name of a kind, also of one that is a run's own and not entered in the calendar."""
        anchor = self._anchors.kinds.get(kind)
        if anchor is None:
            return self.get(kind).name(language)
        return anchor.id if language == "id" else anchor.en

    def recognise(self, words: str) -> str:
        """Return the key of the kind that words name in either language; `OWN` where they say anything more."""
        wanted = key(words)
        if words.strip().lower() in self._by_key:
            return words.strip().lower()
        if _OFF.match(words.strip()) and not _NO_LECTURES & set(wanted):
            return DAY_OFF
        fitting = [(phrase, kind) for phrase, kind in self._names.items() if self._names_it(wanted, phrase, kind)]
        return max(fitting, key=lambda item: len(item[0]), default=((), OWN))[1]

    def label(self, kind: str, words: str) -> str:
        """Return what words say beyond a kind's name, which may stand before a colon; empty for the name alone."""
        label = printable(words)
        names = [name for name in self._spellings(kind) if name]
        while True:
            rest = next((label[len(n) + 1 :].strip() for n in names if label.casefold().startswith(f"{n}:")), label)
            if rest == label:
                break
            label = rest
        return "" if label.casefold() in names else label

    def title(self, kind: str, label: str, language: Language) -> str:
        """Return how an event is called: by its label where that tells the kind, else by the kind and the label."""
        name, label = self.get(kind).name(language), self.label(kind, label)
        if not label:
            return name[:1].upper() + name[1:]
        is_telling = self.get(kind).key == OWN or self.recognise(label) == kind
        return label if is_telling else f"{name[:1].upper()}{name[1:]}: {label}"

    def _spellings(self, kind: str) -> tuple[str, ...]:
        found = self._by_key.get(kind)
        return (kind.casefold(), found.en.casefold(), found.id.casefold()) if found else (kind.casefold(),)

    def _names_it(self, words: tuple[str, ...], phrase: tuple[str, ...], kind: str) -> bool:
        """Whether words hold a phrase, and beside it nothing but what may stand beside the kind's name."""
        for at in range(len(words) - len(phrase) + 1):
            if words[at : at + len(phrase)] == phrase:
                rest = {word for word in words[:at] + words[at + len(phrase) :] if not word.isdigit()}
                return rest <= _BESIDE | self._words[kind]
        return False

    @cached_property
    def _words(self) -> dict[str, frozenset[str]]:
        """The words of all names of each kind: “UTS (Ujian Tengah Semester)” says one thing twice."""
        return {
            kind: frozenset(word for phrase, owner in self._names.items() if owner == kind for word in phrase)
            for kind in self._by_key
        }

    @cached_property
    def _names(self) -> dict[tuple[str, ...], str]:
        names = {key(phrase): kind for kind, phrases in self._anchors.phrases.items() for phrase in phrases}
        for kind in self.all:
            for name in (kind.en, kind.id):
                plain, _, short = name.partition("(")
                names |= {key(one): kind.key for one in (name, plain, short) if key(one)}
        return {phrase: kind for phrase, kind in names.items() if kind in self._by_key and kind != OWN}


def fault_of(kind: str, starts: dt.date, ends: dt.date) -> DaysFault | None:
    """Return why an event cannot last from one day to another, None where it can."""
    if ends < starts:
        return DaysFault.END_FIRST
    if not FIRST_YEAR <= starts.year <= ends.year <= LAST_YEAR:
        return DaysFault.FAR
    return DaysFault.LONG if ends - starts > (LONGEST_DAY_OFF if kind == DAY_OFF else LONGEST_PERIOD) else None


def path_of(unit: Unit | None) -> tuple[int, ...]:
    """Return a unit and what it belongs to, the nearest first; nothing for the university."""
    return () if unit is None else (unit.id,) if unit.faculty_id is None else (unit.id, unit.faculty_id)


def counting(events: Iterable[CalendarEvent], path: Sequence[int], today: dt.date) -> CalendarEvent | None:
    """Return which of the events of one kind counts for a unit: the next that is not over, else the last.

    ``path`` is the unit with what it belongs to (`path_of`). An event of the programme takes the place of the
    faculty's, and that the university's, on the same occasion, also when it is over and the other is not.
    """
    ranks = _ranks(path)
    own = concerning(events, path)
    coming = [event for event in own if event.ends >= today]
    if coming:
        return min(coming, key=lambda event: (event.starts, ranks[event.unit_id], event.id))
    return max(own, key=lambda event: (event.ends, event.id), default=None)


def concerning(events: Iterable[CalendarEvent], path: Sequence[int]) -> list[CalendarEvent]:
    """Return the events (of any kinds) that concern a unit, in their order, without those that others replace.

    ``path`` and what replaces what are those of `counting`.
    """
    ranks = _ranks(path)
    ours = [event for event in events if event.unit_id in ranks]
    return [event for event in ours if not any(_replaces(other, event, ranks) for other in ours)]


def workdays_of(
    events: Iterable[CalendarEvent],
    path: Sequence[int],
    *,
    collective_leave_works: bool = False,
    language: Language = "id",
) -> Workdays:
    """Return a unit's working days: those of the country without the days off of the university, faculty or itself.

    ``events`` may hold other kinds and units as well; ``path`` is that of `path_of`.
    """
    own = {
        event.starts + dt.timedelta(days=ahead): event.label
        for event in events
        if event.kind == DAY_OFF and (event.unit_id is None or event.unit_id in path)
        for ahead in range(min(event.ends - event.starts, LONGEST_DAY_OFF).days + 1)
    }
    return Workdays(collective_leave_works=collective_leave_works, own=own, language=language)


def printable(words: str) -> str:
    """Return words on one line, without characters that cannot be shown, not longer than a name may be."""
    plain = "".join(sign if sign.isprintable() else " " for sign in words)
    return " ".join(plain.split())[: LONGEST_LABEL + 1]


def _ranks(path: Sequence[int]) -> dict[int | None, int]:
    """Return how near each unit of a path is (0: the nearest); None is the university."""
    return {unit: rank for rank, unit in enumerate((*path, None))}


def _replaces(other: CalendarEvent, event: CalendarEvent, ranks: dict[int | None, int]) -> bool:
    return (
        other.kind == event.kind
        and ranks[other.unit_id] < ranks[event.unit_id]
        and abs(other.starts - event.starts) <= SAME_OCCASION
        and (event.kind not in LABELLED or key(other.label) == key(event.label))
    )
