"""A YAML file that people edit, as plain data which still knows the line of everything in it.

Whatever is wrong with such a file is told in one sentence that names the file, the line and the mend.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import TypeVar

import yaml
from pydantic import BaseModel, ValidationError
from yaml.reader import Reader

Location = Sequence[str | int]
"""A place in a file: keys of mappings and positions in lists (from 0), the outermost first."""

Shape = TypeVar("Shape", bound=BaseModel)

_Loader: type[yaml.SafeLoader] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""libyaml's where PyYAML was built with it; the other takes ten times as long."""

_DEEPEST = 20
"""Levels within each other; the deepest file of ours has five, and Python's recursion ends at 1,000."""

WORDS: Mapping[str, str] = MappingProxyType(
    {
        "extra_forbidden": "unknown key {what}{owner}; remove it or use one that the file's heading explains",
        "missing": "{what} is missing{owner}; add it as the file's heading shows",
    }
)
"""What is told by the type of pydantic's error: ``what`` is the place, ``key`` its name, ``owner`` what holds it."""
_OTHERWISE = "{what}{owner}: {problem}; correct the value as the file's heading shows"


class DataFileError(ValueError):
    """A file that people edit is wrong; the message names the file, the line (1-based), the problem and its mend."""

    def __init__(self, file: str, line: int, problem: str) -> None:
        super().__init__(f"{file}, line {line}: {problem}")
        self.file = file
        self.line = line
        self.problem = problem


class DataFile:
    """A YAML mapping; ``data`` are dicts, lists and texts.

    Scalars stay as written: ``no`` is the word no, ``1.10`` no number, nothing at all the empty text. An empty file
    is an empty mapping. Errors are of the class ``refusal``.
    """

    def __init__(self, file: str, text: str, refusal: type[DataFileError] = DataFileError) -> None:
        """Read ``text``; ``file`` is its name in errors. Raise ``refusal``."""
        self.file = file
        self._refusal = refusal
        self._lines: dict[tuple[str | int, ...], int] = {(): 1}
        self._anchored: dict[str, object] = {}
        try:
            self.data = self._document(text)
        except yaml.MarkedYAMLError as error:
            # libyaml finds what is missing at the end on the line after the last.
            line = min(error.problem_mark.line + 1, len(text.splitlines())) if error.problem_mark else 1
            problem = f"not valid YAML ({error.problem}); correct the punctuation or quote the text"
            raise refusal(file, line, problem) from error
        except yaml.YAMLError as error:
            # These have no line, and the two loaders count their positions differently.
            found = Reader.NON_PRINTABLE.search(text)
            line = text.count("\n", 0, found.start()) + 1 if found else 1
            problem = "the file is no YAML text (a control character stands here); remove it or restore a copy"
            raise refusal(file, line, problem) from error

    @classmethod
    def of(cls, path: Path, refusal: type[DataFileError] = DataFileError) -> DataFile:
        """Read the file at ``path``. Raise ``refusal``."""
        try:
            text = path.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            reason = error.strerror if isinstance(error, OSError) else "it is not in UTF-8"
            problem = f"the file cannot be read ({reason}); restore it as UTF-8 text in {path.parent}"
            raise refusal(path.name, 1, problem) from error
        return cls(path.name, text, refusal)

    def line(self, location: Location) -> int:
        """Return the line (1-based) of a place, or of its nearest parent that stands in the file."""
        here: tuple[str | int, ...] = ()
        for step in location:
            # A number may be a position in a list or, since keys are texts here, the key of a mapping.
            inner = next((inner for inner in ((*here, step), (*here, str(step))) if inner in self._lines), None)
            if inner is None:
                break
            here = inner
        return self._lines[here]

    def error(self, location: Location, problem: str) -> DataFileError:
        """Return the error to raise for a problem at a place (or at its nearest parent)."""
        return self._refusal(self.file, self.line(location), problem)

    def read(self, shape: type[Shape], words: Mapping[str, str] = WORDS) -> Shape:
        """Return the data as ``shape``. Raise ``refusal`` in ``words``, which are by pydantic's types of errors."""
        try:
            return shape.model_validate(self.data)
        except ValidationError as error:
            # A misspelt key is found twice: as an unknown one, which is the fault, and as the missing one.
            first = min(error.errors(), key=lambda found: found["type"] != "extra_forbidden")
            location = first["loc"]
            told = words.get(first["type"], _OTHERWISE)
            key = str(location[-1]) if location else ""
            owner = next((f" in `{step}`" for step in reversed(location[:-1]) if isinstance(step, str)), "")
            problem = told.format(what=_name(location), key=key, owner=owner, problem=first["msg"])
            raise self.error(location, problem) from error

    def _document(self, text: str) -> dict[str, object]:
        events = yaml.parse(text, Loader=_Loader)
        next(events)  # the stream's start
        if isinstance(next(events), yaml.StreamEndEvent):
            return {}
        root = next(events)
        if not isinstance(root, yaml.MappingStartEvent):
            raise self._refused(root, "expected `key: value` lines; write the file as a mapping")
        data = self._mapping(events, ())
        next(events)  # the document's end
        after = next(events)
        if not isinstance(after, yaml.StreamEndEvent):
            raise self._refused(after, "a second document begins; remove the line of dashes")
        return data

    def _plain(self, first: yaml.Event, events: Iterator[yaml.Event], location: tuple[str | int, ...]) -> object:
        """Return what ``first`` begins, as plain data; ``events`` goes on behind it."""
        if len(location) > _DEEPEST:
            raise self._refused(first, "this nests too deep; close the brackets before it or quote the text")
        if isinstance(first, yaml.AliasEvent):
            if first.anchor not in self._anchored:
                raise self._refused(first, f"nothing before this is named `&{first.anchor}`; write it out or quote it")
            return self._anchored[first.anchor]
        plain: object = ""
        if isinstance(first, yaml.MappingStartEvent):
            plain = self._mapping(events, location)
        elif isinstance(first, yaml.SequenceStartEvent):
            plain = self._list(events, location)
        elif isinstance(first, yaml.ScalarEvent):
            plain = str(first.value)
        if isinstance(first, yaml.NodeEvent) and first.anchor:
            self._anchored[first.anchor] = plain
        return plain

    def _list(self, events: Iterator[yaml.Event], location: tuple[str | int, ...]) -> list[object]:
        items: list[object] = []
        while not isinstance(event := next(events), yaml.SequenceEndEvent):
            inner = (*location, len(items))
            self._lines[inner] = _line(event)
            items.append(self._plain(event, events, inner))
        return items

    def _mapping(self, events: Iterator[yaml.Event], location: tuple[str | int, ...]) -> dict[str, object]:
        plain: dict[str, object] = {}
        while not isinstance(key := next(events), yaml.MappingEndEvent):
            if not isinstance(key, yaml.ScalarEvent):
                raise self._refused(key, "a key must be a text; write it on one line or quote it")
            name = str(key.value)
            if name in plain:
                raise self._refused(key, f"`{name}` is written twice; merge the two or rename one")
            inner = (*location, name)
            self._lines[inner] = _line(key)
            plain[name] = self._plain(next(events), events, inner)
        return plain

    def _refused(self, event: yaml.Event, problem: str) -> DataFileError:
        return self._refusal(self.file, _line(event), problem)


def _line(event: yaml.Event) -> int:
    return event.start_mark.line + 1 if event.start_mark else 1


def _name(location: Location) -> str:
    """Name a place in an error: a key as it is written, a position in a list counted from 1."""
    if not location:
        return "the file"
    last = location[-1]
    return f"item {last + 1}" if isinstance(last, int) else f"`{last}`"
