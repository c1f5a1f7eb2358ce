"""Reading the lexicon's YAML files, with errors that name the file, the line and the mend."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated

import yaml
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from corpus.lexicon.entries import LANGUAGES, Entry, Kind, Language, LexiconError, Phase
from corpus.lexicon.matching import key

FILES = {Kind.ROLE: "roles.yaml", Kind.UNIT: "units.yaml", Kind.TERM: "terms.yaml"}
WORDS_FILE = "words.yaml"
COLLOQUIAL_FILE = "colloquial.yaml"

Phrase = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
Names = Annotated[tuple[Phrase, ...], Field(min_length=1)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid")


class _RawEntry(_Strict):
    en: Names
    id: Names
    phase: Phase | None = None
    standard: Annotated[str, StringConstraints(pattern=r"^\d+\.\d+$")] | None = None
    note: Phrase | None = None


class _PerLanguage(_Strict):
    en: tuple[Phrase, ...] = ()
    id: tuple[Phrase, ...] = ()


class _RawFile(_Strict):
    entries: dict[str, _RawEntry]
    ambiguous: _PerLanguage = _PerLanguage()


class Colloquial(_Strict):
    """How people really write: forms by plain word, words to drop, and words that carry no content."""

    plain: dict[str, Names]
    fillers: Names
    function_words: _PerLanguage


class _Place:
    """A YAML file as plain data, which still knows the line of everything in it."""

    def __init__(self, path: Path) -> None:
        self.file = path.name
        try:
            node = yaml.compose(path.read_text(encoding="utf-8"), Loader=yaml.SafeLoader)
        except OSError as error:
            problem = f"the file cannot be read ({error.strerror}); put it beside the others in {path.parent}"
            raise LexiconError(self.file, 1, problem) from error
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark
            problem = f"not valid YAML ({error.problem}); mend the punctuation or quote the text"
            raise LexiconError(self.file, mark.line + 1 if mark else 1, problem) from error
        if not isinstance(node, yaml.MappingNode):
            raise LexiconError(self.file, 1, "expected `key: value` lines; write the entries as a mapping")
        self.node = node
        self.data = self._plain(node)

    def error(self, location: tuple[str | int, ...], problem: str) -> LexiconError:
        """Return an error at ``location`` (mapping keys, list positions) or its nearest existing parent."""
        return LexiconError(self.file, self.line(location), problem)

    def line(self, location: tuple[str | int, ...]) -> int:
        """Return the 1-based line of ``location``."""
        node: yaml.Node = self.node
        line = node.start_mark.line
        for step in location:
            if isinstance(node, yaml.MappingNode):
                pair = next((p for p in node.value if p[0].value == step), None)
                if pair is None:
                    break
                line, node = pair[0].start_mark.line, pair[1]
            elif isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
                node = node.value[step]
                line = node.start_mark.line
            else:
                break
        return line + 1

    def _plain(self, node: yaml.Node) -> object:
        """Scalars stay as written (``no`` is the word no, ``1.1`` is not a number)."""
        if isinstance(node, yaml.SequenceNode):
            return [self._plain(item) for item in node.value]
        if not isinstance(node, yaml.MappingNode):
            return str(node.value)
        plain: dict[str, object] = {}
        for name, value in node.value:
            if name.value in plain:
                problem = f"`{name.value}` is written twice; merge the two or rename one"
                raise LexiconError(self.file, name.start_mark.line + 1, problem)
            plain[str(name.value)] = self._plain(value)
        return plain

    def refuse(self, error: ValidationError) -> LexiconError:
        """Return the first thing pydantic found wrong, as one sentence with its mend."""
        first = error.errors()[0]
        location = first["loc"]
        what = f"`{location[-1]}`"
        owner = f" in `{location[-2]}`" if len(location) > 1 else ""
        problem = {
            "extra_forbidden": f"unknown key {what}{owner}; remove it or use one the file's heading explains",
            "missing": f"{what} is missing{owner}; add `{location[-1]}: [name, other spelling]`",
            "string_too_short": f"empty text{owner}; write the name or remove it",
            "too_short": f"{what} is empty{owner}; write at least one name",
            "tuple_type": f"{what}{owner} must be a list; write `[name, other spelling]`",
        }.get(first["type"], f"{what}{owner}: {first['msg']}; correct the value")
        return self.error(location, problem)


def read_entries(folder: Path) -> tuple[Entry, ...]:
    """Return all entries of ``folder``: roles, units, terms, words. Raise LexiconError."""
    entries: list[Entry] = []
    seen: dict[str, str] = {}
    for kind, file in FILES.items():
        place = _Place(folder / file)
        for entry in _read_file(place, kind):
            if entry.id in seen:
                problem = f"the id `{entry.id}` is taken in {seen[entry.id]}; choose another"
                raise place.error(("entries", entry.id), problem)
            seen[entry.id] = file
            entries.append(entry)
    entries.extend(_read_words(_Place(folder / WORDS_FILE), _actor_names(entries)))
    return tuple(entries)


def read_colloquial(folder: Path) -> Colloquial:
    """Return the colloquial forms of ``folder``. Raise LexiconError."""
    place = _Place(folder / COLLOQUIAL_FILE)
    try:
        colloquial = Colloquial.model_validate(place.data)
    except ValidationError as error:
        raise place.refuse(error) from error
    owners: dict[tuple[str, ...], str] = {key(filler): "fillers" for filler in colloquial.fillers}
    for plain, forms in colloquial.plain.items():
        for at, form in enumerate(forms):
            owner = owners.setdefault(key(form), plain)
            if owner != plain:
                problem = f"`{form}` already stands under `{owner}`; keep it in one place"
                raise place.error(("plain", plain, at), problem)
    for plain in colloquial.plain:
        clash = next((word for word in key(plain) if (word,) in owners), None)
        if clash is not None:
            problem = f"`{clash}` is itself a form to replace; write the plain word in full"
            raise place.error(("plain", plain), problem)
    return colloquial


def _read_file(place: _Place, kind: Kind) -> Iterator[Entry]:
    try:
        raw = _RawFile.model_validate(place.data)
    except ValidationError as error:
        raise place.refuse(error) from error
    for language in LANGUAGES:
        _refuse_shared(place, raw, language)
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


def _refuse_shared(place: _Place, raw: _RawFile, language: Language) -> None:
    """Each name belongs to one entry, but for those listed as ambiguous, which belong to several."""
    ambiguous = {key(name) for name in getattr(raw.ambiguous, language)}
    claimed: dict[tuple[str, ...], set[str]] = {}
    for owner, entry in raw.entries.items():
        for at, name in enumerate(getattr(entry, language)):
            owners = claimed.setdefault(key(name), {owner})
            if owner not in owners and key(name) not in ambiguous:
                mend = f"remove one or list it under `ambiguous: {language}`"
                problem = f"`{name}` already names `{min(owners)}`; {mend}"
                raise place.error(("entries", owner, language, at), problem)
            owners.add(owner)
    for at, name in enumerate(getattr(raw.ambiguous, language)):
        if len(claimed.get(key(name), ())) < 2:
            problem = f"`{name}` is listed as ambiguous but names fewer than two entries; remove it here"
            raise place.error(("ambiguous", language, at), problem)


def _actor_names(entries: list[Entry]) -> dict[tuple[str, ...], str]:
    actors = (entry for entry in entries if entry.kind in (Kind.ROLE, Kind.UNIT))
    return {key(name): name for entry in actors for name in entry.variants["id"]}


def _actor_inside(form: str, actors: Mapping[tuple[str, ...], str]) -> str | None:
    """Return the role or unit that a longer form would hide (``dosen`` in ``dosen tidak hadir``)."""
    words = key(form)
    parts = (words[i:j] for i in range(len(words)) for j in range(i + 1, len(words) + 1))
    return next((actors[part] for part in parts if part != words and part in actors), None)


def _read_words(place: _Place, actors: Mapping[tuple[str, ...], str]) -> Iterator[Entry]:
    """Yield an entry a line. An Indonesian form stands on one line only; an English word on many."""
    data = place.data if isinstance(place.data, Mapping) else {}
    owners: dict[tuple[str, ...], str] = {}
    for left, right in data.items():
        if not isinstance(right, str):
            raise place.error((left,), "expected one line of English words; write `kata, bentuk: word, word`")
        indonesian, english = _split(place, left, left), _split(place, left, right)
        for form in indonesian:
            if owners.setdefault(key(form), left) != left:
                line = place.line((owners[key(form)],))
                raise place.error((left,), f"`{form}` already stands on line {line}; keep it on one line")
            hidden = _actor_inside(form, actors)
            if hidden is not None:
                problem = f"`{form}` would hide the role or unit `{hidden}`; write the phrase without it"
                raise place.error((left,), problem)
        variants: dict[Language, tuple[str, ...]] = {"en": english, "id": indonesian}
        yield Entry(id=f"word:{indonesian[0]}", kind=Kind.WORD, variants=variants)


def _split(place: _Place, line: str, text: str) -> tuple[str, ...]:
    parts = tuple(part.strip() for part in text.split(","))
    if not all(parts):
        raise place.error((line,), "empty word between commas; write the word or remove the comma")
    return parts
