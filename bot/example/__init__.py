"""A small fictional faculty or two, to try the assistant with: no such people, units or codes exist."""

from __future__ import annotations

from importlib.resources import files

from bot.importing import import_staff, import_units
from store.store import Store
from store.units import RowProblem


def take_in_example(store: Store) -> tuple[RowProblem, ...]:
    """Import the fictional units and staff, which changes nothing a second time; returns what went wrong: nothing."""
    folder = files(__name__)
    units = import_units(store, (folder / "units.csv").read_bytes(), "units.csv")
    staff = import_staff(store, (folder / "staff.csv").read_bytes(), "staff.csv")
    return units.report.problems + staff.report.problems
