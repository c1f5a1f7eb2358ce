"""The wordings' text files: one YAML file a document, ``clause: {of: hash of the source's words, wording: …}``."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from pydantic import Field

from corpus.datafile import DataFile, DataFileError
from corpus.manifest import write_whole
from corpus.model import Document, Model
from corpus.wording.texts import SourceText, texts_of

_YAML_WORDS = {"true", "false", "null", "yes", "no"}
"""Words that YAML takes for something else than text."""
_HEAD = """\
# Indonesian wording of {document}. Unofficial: the source's words govern.
#
#   clause:
#     of: hash of the source's words, which stand above it
#     wording: the same in Indonesian; used wherever these words stand, and no longer when they change
#     read: why it was found right on reading, where the machine doubts (optional)
#
# `tanyamutu corpus check` reports what is stale, missing or odd.
document: {name}
clauses:
"""


class WordingError(DataFileError):
    """A file of wordings is wrong; the message names the file, the line (1-based) and the mend."""


class Entry(NamedTuple):
    """One wording: its clause, the hash of the source's words that it was made for, where it is written.

    ``read`` says why the wording is right though the machine's checks doubt it; empty for nearly all.
    """

    document: str
    clause: str
    digest: str
    wording: str
    file: str
    line: int
    read: str = ""


class _Clause(Model):
    of: str = Field(pattern=r"^[0-9a-f]{12}$")
    wording: str
    read: str = ""


class _File(Model):
    document: str
    clauses: dict[str, _Clause]


def read_file(path: Path) -> list[Entry]:
    """Read one file. Raises WordingError."""
    file = DataFile.of(path, WordingError)
    read = file.read(_File)
    line_of = {name: file.line(("clauses", name)) for name in read.clauses}
    return [
        Entry(read.document, name, one.of, " ".join(one.wording.split()), path.name, line_of[name], one.read)
        for name, one in read.clauses.items()
        if one.wording.strip()
    ]


def file_name(document: str) -> str:
    """Name the file of a document's wordings."""
    return re.sub(r"[^\w.-]+", "-", document) + ".yaml"


def write_file(path: Path, document: Document, known: Mapping[str, Entry], only: Iterable[SourceText] = ()) -> int:
    """Write a document's texts with what is known by hash; those unknown stay empty, to be filled in by hand.

    ``only`` chooses which texts. Gives how many are empty.
    """
    rows = [_HEAD.format(document=document.id, name=_quoted(document.id))]
    texts: Sequence[SourceText] = list(only) or texts_of(document)
    written: set[str] = set()
    empty = 0
    for text in texts:
        if text.digest in written:
            continue
        written.add(text.digest)
        entry = known.get(text.digest)
        empty += entry is None
        rows.append(f"  # {' '.join(text.text.split())}\n")
        wording = _quoted(entry.wording if entry else "")
        rows.append(f"  {_quoted(text.id)}:\n    of: {_quoted(text.digest)}\n    wording: {wording}\n")
        if entry and entry.read:
            rows.append(f"    read: {_quoted(entry.read)}\n")
    if not written:
        rows[0] = rows[0].rstrip() + " {}\n"
    write_whole(path, "".join(rows).encode())
    return empty


def _quoted(text: str) -> str:
    """Write a scalar so that YAML reads it as this text: JSON's quotes, left out where nothing needs them."""
    plain = re.fullmatch(r"[A-Za-z][\w ./()-]*[\w)]", text) and text.casefold() not in _YAML_WORDS
    return text if plain else json.dumps(text, ensure_ascii=False)
