"""Who the roles and units that the documents name are, among the people the bot knows.

The table is ``actors.yaml``. Names come from the lexicon; roles are the store's.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, RootModel
from rapidfuzz import fuzz, process

from corpus.datafile import DataFile
from corpus.lexicon import Kind, Lexicon
from corpus.lexicon.matching import key
from reminders.anchors import AnchorFileError
from store.bilingual import Bilingual
from store.roles import Role

FILE = Path(__file__).with_name("actors.yaml")
MOST_FOUND = 8
LONGEST_WORDS = 100
"""Characters of what was typed that are looked at."""
_MISTYPED = 75
"""Likeness (0..100) from which a name is a mistyped other."""

Level = Literal["programme", "faculty", "university"]


@dataclass(frozen=True, slots=True)
class Actor:
    """Somebody the documents name.

    ``role`` is what such people are in the store, None where nobody's role is that: the coordinator names a
    person. ``level`` is the unit at which they sit; ``each`` says that the duty is every single person's.
    """

    id: str
    name: Bilingual
    role: Role | None
    level: Level
    each: bool


class _Row(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    role: Role | None = None
    level: Level
    each: bool = False


class _Table(RootModel[dict[str, _Row]]):
    """The file: lexicon ids with who that is."""


def load_actors(lexicon: Lexicon, path: Path = FILE) -> Mapping[str, Actor]:
    """Return the actors of a YAML file by their lexicon ids.

    Raises:
        AnchorFileError: the table is wrong; the message names the file, the line and the mend.
    """
    file = DataFile.of(path, AnchorFileError)
    rows = file.read(_Table).root
    if not rows:
        raise file.error((), "nobody stands in it; write `lexicon id: {role: …, level: …}`")
    known = {entry.id: entry for entry in lexicon.entries if entry.kind in {Kind.ROLE, Kind.UNIT}}
    for name in rows:
        if name not in known:
            problem = f"`{name}` is no role or unit of the lexicon; add it there or write one that stands there"
            raise file.error((name,), problem)
    return {
        name: Actor(name, Bilingual(known[name].en, known[name].id_), row.role, row.level, row.each)
        for name, row in rows.items()
    }


def find_actors(words: str, actors: Mapping[str, Actor], lexicon: Lexicon) -> tuple[Actor, ...]:
    """Return whom words in either language may mean, the likeliest first, at most `MOST_FOUND`.

    Names and abbreviations that stand in the words go first, then names that hold them, then mistyped ones.
    """
    wanted = " ".join(key(words[:LONGEST_WORDS]))
    if not wanted:
        return ()
    names = {
        " ".join(key(name)): id_
        for id_ in actors
        for spelled in lexicon.entry(id_).variants.values()
        for name in spelled
    }
    said = [entry.id for match in lexicon.find(words[:LONGEST_WORDS]) for entry in match.entries]
    holding = [id_ for name, id_ in names.items() if wanted in name]
    near = process.extract(wanted, list(names), scorer=fuzz.ratio, limit=MOST_FOUND, score_cutoff=_MISTYPED)
    found = dict.fromkeys((*said, *holding, *(names[name] for name, _, _ in near)))
    return tuple(actors[id_] for id_ in found if id_ in actors)[:MOST_FOUND]
