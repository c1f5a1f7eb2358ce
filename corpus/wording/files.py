"""The wordings' text files: one YAML file a document, ``clause: {of: hash of the source's words, wording: …}``."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from corpus.manifest import write_whole
from corpus.model import Document
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


class WordingError(ValueError):
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


class _Clause(BaseModel):
    model_config = ConfigDict(extra="forbid", coerce_numbers_to_str=True)

    of: str = Field(pattern=r"^[0-9a-f]{12}$")
    wording: str
    read: str = ""


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid")

    document: str
    clauses: dict[str, _Clause]


def read_file(path: Path) -> list[Entry]:
    """Read one file. Raises WordingError."""
    try:
        node = yaml.compose(path.read_text(encoding="utf-8"), Loader=_Loader)
        file = _File.model_validate(_plain(node))
    except (OSError, UnicodeDecodeError) as error:
        raise WordingError(f"{path.name} cannot be read ({error}): put it back from a copy.") from error
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise WordingError(f"{path.name}, line {line}: {error.problem}: mend the YAML or quote the text.") from error
    except ValidationError as error:
        fault = error.errors()[0]
        place = ".".join(str(part) for part in fault["loc"])
        raise WordingError(
            f"{path.name}, line {_line(node, fault['loc'])}: {place}: {fault['msg']}: "
            f"write `clause: {{of: hash, wording: text}}`."
        ) from error
    lines: dict[str, int] = {}
    for name, line in _keys(node, "clauses"):
        if name in lines:
            raise WordingError(f"{path.name}, line {line}: {name} is written twice: keep one.")
        lines[name] = line
    return [
        Entry(file.document, name, one.of, " ".join(one.wording.split()), path.name, lines[name], one.read)
        for name, one in file.clauses.items()
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


_Loader: type[yaml.SafeLoader] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def _plain(node: yaml.Node | None) -> object:
    """Give YAML nodes as plain data, scalars as they are written."""
    if isinstance(node, yaml.MappingNode):
        return {str(key.value): _plain(value) for key, value in node.value}
    if isinstance(node, yaml.SequenceNode):
        return [_plain(item) for item in node.value]
    return str(node.value) if node else {}


def _keys(node: yaml.Node | None, name: str) -> list[tuple[str, int]]:
    """Give the keys of the mapping under a name, with their lines."""
    pairs = node.value if isinstance(node, yaml.MappingNode) else []
    inner = next((value for key, value in pairs if key.value == name), None)
    return [(str(key.value), key.start_mark.line + 1) for key, _ in inner.value] if inner else []


def _line(node: yaml.Node | None, place: Sequence[str | int]) -> int:
    """Give the line of a place, or of its nearest parent."""
    line = 1
    for step in place:
        if not isinstance(node, yaml.MappingNode):
            break
        pair = next((pair for pair in node.value if pair[0].value == step), None)
        if pair is None:
            break
        line, node = pair[0].start_mark.line + 1, pair[1]
    return line
