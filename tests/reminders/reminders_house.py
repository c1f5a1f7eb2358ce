"""A small university that lives by the rules of the real documents."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from corpus.lexicon import Lexicon
from reminders.actors import load_actors
from reminders.almanac import Almanac
from reminders.rulebook import Rulebook
from reminders.running import Running
from reminders.schedule import Notice
from reminders.telling import Item, StepItem, Telling, telling_of
from store.events import CalendarEvent
from store.roles import Role
from store.runs import Run, RunStep
from store.store import Store
from store.units import UnitRow

MONDAY = dt.datetime(2026, 11, 23, 3, 0, tzinfo=dt.UTC)
"""Ten in the morning in Jakarta."""
CHIEF, KOOR, KAPRODI, OTHER_KAPRODI, DOSEN, DOSEN_TWO, BAAK, LPM = range(1, 9)


@dataclass
class Hands:
    """A clock that stands until it is moved."""

    now: dt.datetime = MONDAY

    def __call__(self) -> dt.datetime:
        return self.now

    def to(self, day: str, time: str = "07:30") -> None:
        """Move it to a day and local time in Jakarta."""
        self.now = dt.datetime.fromisoformat(f"{day}T{time}:00+07:00")


@dataclass
class House:
    """A small university with its rules, its people, and what is due for them."""

    store: Store
    clock: Hands
    telling: Telling
    units: dict[str, int] = field(default_factory=dict)

    @property
    def running(self) -> Running:
        return self.telling.running

    def hears(self, person_id: int) -> list[Item]:
        """Return what somebody is told now; everybody else is told as well."""
        self.told.update(self.tell())
        return self.told.pop(person_id, [])

    def tell(self) -> dict[int, list[Item]]:
        """Tell everybody what is due now; returns it by person."""
        told: dict[int, list[Item]] = {}
        is_busy = True
        while is_busy:
            with self.store.transaction():
                bundles, is_busy = self.telling.take()
            for bundle in bundles:
                assert bundle.person.id not in told
                told[bundle.person.id] = list(bundle.items)
                self.lapsed[bundle.person.id] = bundle.lapsed
        return told

    def plan(self, document: str, unit: str | None = "55201", by: int = KOOR) -> Run:
        """Make the plan of an SOP by the end of its code."""
        sop = next(one for one in self.running.almanac.rulebook.sops if one.code.endswith(document))
        run = self.running.planner.draft(sop.document, self.units[unit] if unit else None, by)
        assert run is not None
        return run

    def start(self, document: str, unit: str | None = "55201", by: int = KOOR) -> Run:
        """Plan and approve."""
        return self.running.approve(self.plan(document, unit, by).id, by)

    def steps(self, run: Run) -> dict[str, RunStep]:
        """Return a run's steps by number."""
        return {step.number: step for step in self.store.runs.steps(run.id)}

    def event(self, kind: str, starts: str, ends: str = "", unit: str | None = None, label: str = "") -> CalendarEvent:
        """Enter an event and let the runs know."""
        first, last = dt.date.fromisoformat(starts), dt.date.fromisoformat(ends or starts)
        unit_id = self.units[unit] if unit else None
        event = self.store.events.add(kind, first, last, KOOR, label=label, unit_id=unit_id)
        self.telling.moving.entered(event, KOOR)
        return event

    told: dict[int, list[Item]] = field(default_factory=dict)
    lapsed: dict[int, int] = field(default_factory=dict)


def notices(items: list[Item]) -> list[tuple[Notice, str]]:
    """Return what is told of which step."""
    return [(item.notice, item.step.number) for item in items if isinstance(item, StepItem)]


@contextmanager
def house_of(path: Path, rulebook: Rulebook, lexicon: Lexicon) -> Iterator[House]:
    """Open the university with a store at ``path``."""
    clock = Hands()
    with Store(path, administrators={CHIEF}, clock=clock) as store:
        almanac = Almanac(store, rulebook, load_actors(lexicon), "Asia/Jakarta")
        made = House(store, clock, telling_of(almanac))
        rows = [
            UnitRow(1, "Fakultas Sains"),
            UnitRow(2, "Informatika", "55201", "S1", "Fakultas Sains"),
            UnitRow(3, "Statistika", "49201", "S1", "Fakultas Sains"),
        ]
        store.units.import_rows(rows)
        made.units = {unit.code or unit.name: unit.id for unit in store.units.all()}
        parts = {
            CHIEF: (Role.GUEST, None),
            KOOR: (Role.COORDINATOR, None),
            KAPRODI: (Role.HEAD_OF_PROGRAMME, "55201"),
            OTHER_KAPRODI: (Role.HEAD_OF_PROGRAMME, "49201"),
            DOSEN: (Role.LECTURER, "55201"),
            DOSEN_TWO: (Role.LECTURER, "55201"),
            BAAK: (Role.ACADEMIC_ADMINISTRATION, None),
            LPM: (Role.QUALITY_OFFICE, None),
        }
        for person_id, (role, unit) in parts.items():
            store.people.seen(person_id, f"Orang {person_id}", None, "id")
            if role is not Role.GUEST:
                store.people.grant(person_id, role, made.units[unit] if unit else None)
        yield made
