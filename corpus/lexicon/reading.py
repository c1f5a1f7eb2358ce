"""Reading the lexicon's YAML files, with errors that name the file, the line and the mend."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated

from pydantic import Field, StringConstraints

from corpus.datafile import WORDS, DataFile
from corpus.lexicon.entries import LANGUAGES, Entry, Kind, Language, LexiconError, Phase
from corpus.lexicon.matching import key
from corpus.model import Model

FILES = {Kind.ROLE: "roles.yaml", Kind.UNIT: "units.yaml", Kind.TERM: "terms.yaml"}
WORDS_FILE = "words.yaml"
COLLOQUIAL_FILE = "colloquial.yaml"

Phrase = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
Names = Annotated[tuple[Phrase, ...], Field(min_length=1)]


class _RawEntry(Model):
    en: Names
    id: Names
    phase: Phase | None = None
    standard: Annotated[str, StringConstraints(pattern=r"^\d+\.\d+$")] | None = None
    note: Phrase | None = None


class _PerLanguage(Model):
    en: tuple[Phrase, ...] = ()
    id: tuple[Phrase, ...] = ()


class _RawFile(Model):
    entries: dict[str, _RawEntry]
    ambiguous: _PerLanguage = _PerLanguage()


class Colloquial(Model):
    """How people really write: forms by plain word, words to drop, and words that carry no content."""

    plain: dict[str, Names]
    fillers: Names
    function_words: _PerLanguage


_WORDS = {
    **WORDS,
    "missing": "{what} is missing{owner}; add `{key}: [name, other spelling]`",
    "string_too_short": "empty text{owner}; write the name or remove it",
    "too_short": "{what} is empty{owner}; write at least one name",
    "tuple_type": "{what}{owner} must be a list; write `[name, other spelling]`",
}


def read_entries(folder: Path) -> tuple[Entry, ...]:
    """Return all entries of ``folder``: roles, units, terms, words. Raise LexiconError."""
    entries: list[Entry] = []
    seen: dict[str, str] = {}
    for kind, name in FILES.items():
        file = DataFile.of(folder / name, LexiconError)
        for entry in _read_file(file, kind):
            if entry.id in seen:
                problem = f"the id `{entry.id}` is taken in {seen[entry.id]}; choose another"
                raise file.error(("entries", entry.id), problem)
            seen[entry.id] = name
            entries.append(entry)
    entries.extend(_read_words(DataFile.of(folder / WORDS_FILE, LexiconError), _actor_names(entries)))
    return tuple(entries)


def read_colloquial(folder: Path) -> Colloquial:
    """Return the colloquial forms of ``folder``. Raise LexiconError."""
    file = DataFile.of(folder / COLLOQUIAL_FILE, LexiconError)
    colloquial = file.read(Colloquial, _WORDS)
    owners: dict[tuple[str, ...], str] = {key(filler): "fillers" for filler in colloquial.fillers}
    for plain, forms in colloquial.plain.items():
        for at, form in enumerate(forms):
            owner = owners.setdefault(key(form), plain)
            if owner != plain:
                problem = f"`{form}` already stands under `{owner}`; keep it in one place"
                raise file.error(("plain", plain, at), problem)
    for plain in colloquial.plain:
        clash = next((word for word in key(plain) if (word,) in owners), None)
        if clash is not None:
            problem = f"`{clash}` is itself a form to replace; write the plain word in full"
            raise file.error(("plain", plain), problem)
    return colloquial


def _read_file(file: DataFile, kind: Kind) -> Iterator[Entry]:
    raw = file.read(_RawFile, _WORDS)
    for language in LANGUAGES:
        _refuse_shared(file, raw, language)
    for name, entry in raw.entries.items():
        variants: dict[Language, tuple[str, ...]] = {"en": entry.en, "id": entry.id}
        yield Entry(
            id=name,
            kind=kind,
            variants=variants,
            phase=entry.phase,
            standard=entry.standard,
            note=entry.note,
        )


def _refuse_shared(file: DataFile, raw: _RawFile, language: Language) -> None:
    """Each name belongs to one entry, but for those listed as ambiguous, which belong to several."""
    ambiguous = {key(name) for name in getattr(raw.ambiguous, language)}
    claimed: dict[tuple[str, ...], set[str]] = {}
    for owner, entry in raw.entries.items():
        for at, name in enumerate(getattr(entry, language)):
            owners = claimed.setdefault(key(name), {owner})
            if owner not in owners and key(name) not in ambiguous:
                mend = f"remove one or list it under `ambiguous: {language}`"
                problem = f"`{name}` already names `{min(owners)}`; {mend}"
                raise file.error(("entries", owner, language, at), problem)
            owners.add(owner)
    for at, name in enumerate(getattr(raw.ambiguous, language)):
        if len(claimed.get(key(name), ())) < 2:
            problem = f"`{name}` is listed as ambiguous but names fewer than two entries; remove it here"
            raise file.error(("ambiguous", language, at), problem)


def _actor_names(entries: list[Entry]) -> dict[tuple[str, ...], str]:
    actors = (entry for entry in entries if entry.kind in (Kind.ROLE, Kind.UNIT))
    return {key(name): name for entry in actors for name in entry.variants["id"]}


def _actor_inside(form: str, actors: Mapping[tuple[str, ...], str]) -> str | None:
    """Return the role or unit that a longer form would hide (``dosen`` in ``dosen tidak hadir``)."""
    words = key(form)
    parts = (words[i:j] for i in range(len(words)) for j in range(i + 1, len(words) + 1))
    return next((actors[part] for part in parts if part != words and part in actors), None)


def _read_words(file: DataFile, actors: Mapping[tuple[str, ...], str]) -> Iterator[Entry]:
    """Yield an entry a line. An Indonesian form stands on one line only; an English word on many."""
    if not file.data:
        raise file.error((), "no words stand here; write lines such as `kata, bentuk: word, word`")
    owners: dict[tuple[str, ...], str] = {}
    for left, right in file.data.items():
        if not isinstance(right, str):
            raise file.error((left,), "expected one line of English words; write `kata, bentuk: word, word`")
        indonesian, english = _split(file, left, left), _split(file, left, right)
        for form in indonesian:
            if owners.setdefault(key(form), left) != left:
                line = file.line((owners[key(form)],))
                raise file.error((left,), f"`{form}` already stands on line {line}; keep it on one line")
            hidden = _actor_inside(form, actors)
            if hidden is not None:
                problem = f"`{form}` would hide the role or unit `{hidden}`; write the phrase without it"
                raise file.error((left,), problem)
        variants: dict[Language, tuple[str, ...]] = {"en": english, "id": indonesian}
        yield Entry(id=f"word:{indonesian[0]}", kind=Kind.WORD, variants=variants)


def _split(file: DataFile, line: str, text: str) -> tuple[str, ...]:
    parts = tuple(part.strip() for part in text.split(","))
    if not all(parts):
        raise file.error((line,), "empty word between commas; write the word or remove the comma")
    return parts
