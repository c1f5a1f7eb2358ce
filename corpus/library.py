"""The documents in use: those that come with the program and those that people add, replace and remove.

Nothing is ever overwritten: a replaced or removed document stays stored with the day its validity ended, so
that an old citation still resolves. A day is the day from which something holds: a version is active from its
first day on and no longer on its last (``active_from <= day < active_until``).

``home/documents/`` holds the converted texts, ``originals/`` in it the files as they were given, and
``library.yaml`` what is known about each; people may edit it, it is checked each time it is read.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import NoReturn

from rapidfuzz import fuzz, process, utils

from corpus.convert import to_text
from corpus.enrich import enrich
from corpus.language import detect_language
from corpus.lexicon import load_lexicon
from corpus.manifest import (
    Entry,
    Language,
    LibraryError,
    Manifest,
    Retired,
    load_manifest,
    locked,
    write_manifest,
    write_whole,
)
from corpus.model import Document, DocumentKind, Model
from corpus.plain import parse_plain
from corpus.spmi import is_spmi, normal_code, parse_spmi

__all__ = ["Language", "Library", "LibraryError", "SourceFile", "Version"]

SHIPPED = Path(__file__).parent / "documents"
_NUMBER = re.compile(r"(?:(SOP|S|F)[\s-]*)?(\d+(?:\.\d+)+)")
_CODE = re.compile(r"(SOP|S|F)-.*?-(\d+(?:\.\d+)+)")
_SAMPLE = 20_000
"""Characters that tell a text's language well enough."""


class SourceFile(Model):
    """A stored text; ``sha256`` is that of its characters in UTF-8."""

    name: str
    path: Path
    language: Language
    institution: str
    about: str
    title: str | None
    sha256: str
    added: dt.date | None


class Version(Model):
    """A document as one source has it, with the days between which it is in use."""

    document: Document
    active_from: dt.date | None = None
    active_until: dt.date | None = None
    replaced_by: str | None = None

    def active(self, day: dt.date) -> bool:
        """Whether the version is in use on a day."""
        return (self.active_from is None or self.active_from <= day) and self.open_after(day)

    def open_after(self, day: dt.date) -> bool:
        """Whether the version is in use on a day or will be later."""
        until, since = self.active_until, self.active_from
        return until is None or (until > day and (since is None or until > since))


class Library:
    """All documents of an installation; ``home`` is its data folder, None gives the shipped ones, read-only.

    Every call sees what other processes have written; parsed documents stay in memory, by content.
    """

    def __init__(self, home: Path | None = None) -> None:
        self.folder = home / "documents" if home else None

    def files(self) -> tuple[SourceFile, ...]:
        """Return every stored text, retired ones too, the shipped ones first. Raises LibraryError."""
        return tuple(_source_file(entry, path, _read(path)) for entry, path in self._entries())

    def documents(self, on: dt.date | None = None) -> tuple[Document, ...]:
        """Return the documents in use on a day (default: today), in the order of their files.

        Raises LibraryError when a manifest or a stored text is damaged or gone.
        """
        day = on or dt.date.today()
        return tuple(version.document for version in self.all_versions() if version.active(day))

    def all_versions(self) -> tuple[Version, ...]:
        """Return every document of every stored text with the days it is in use. Raises LibraryError."""
        retired = {(one.source, one.document): one for one in self._manifest().retired}
        versions = []
        for entry, path in self._entries():
            for document in _documents(entry, _read(path)):
                end = retired.get((entry.file, document.id))
                versions.append(
                    Version(
                        document=document,
                        active_from=entry.effective_from,
                        active_until=end.until if end else None,
                        replaced_by=end.replaced_by if end else None,
                    )
                )
        return tuple(versions)

    def find(self, key: str, on: dt.date | None = None) -> Document:
        """Return the document that a person means by a code, number or file.

        ``SOP-SPMI-UPGRIS-1.2.8``, ``SOP-1.2.8`` and ``1.2.8`` are one SOP, ``1.2`` and ``S-1.2`` a standard,
        ``F-1.2`` its form; a file's name, with or without its ending, is the one document in it. Raises
        LibraryError, which names the nearest three, or the several documents that fit equally.
        """
        day = on or dt.date.today()
        versions = self.all_versions()
        active = [version.document for version in versions if version.active(day)]
        found = _matching(key, active)
        if not found:
            _refuse_unknown(key, day, versions, active)
        if len(found) > 1:
            names = ", ".join(document.id for document in found[:5])
            raise LibraryError(f"{key!r} may be several documents: give one of {names}.")
        return found[0]

    def lines(self, source: str, start: int, end: int) -> list[str]:
        """Return lines ``start`` to ``end`` (1-based, inclusive) of a stored text, a retired one too.

        Raises LibraryError for an unknown source and for lines that it does not have.
        """
        path = next((path for entry, path in self._entries() if entry.file == source), None)
        if path is None:
            raise LibraryError(f"No file {source!r} is stored: `tanyamutu corpus list` names them.")
        lines = _read(path).split("\n")
        if not 1 <= start <= end <= len(lines):
            raise LibraryError(f"{source} has the lines 1 to {len(lines)}, not {start} to {end}.")
        return lines[start - 1 : end]

    def add(
        self,
        path: Path,
        *,
        language: Language | None = None,
        title: str | None = None,
        institution: str = "",
        about: str = "",
        effective: dt.date | None = None,
    ) -> tuple[Document, ...]:
        """Store a file and return the documents in it, in use from ``effective`` (default: today) on.

        The language is told by the words when none is given; a title is for texts that print none. Raises
        ConversionError for a file that cannot be read, LibraryError when its content or one of its documents
        is already in use.
        """
        text = to_text(path)
        day = effective or dt.date.today()
        with self._changing():
            self._refuse_same(path, text, day)
            entry = self._entry(path, text, language, title, day).model_copy(
                update={"institution": institution, "about": about}
            )
            documents = _documents(entry, text)
            self._refuse_active(documents, self.all_versions(), day)
            self._store(path, text, entry, ())
        return documents

    def replace(self, key: str, path: Path, *, effective: dt.date | None = None) -> tuple[Document, ...]:
        """Put a new version in the place of a document, or of all documents of a source file.

        ``key`` is what `find` takes, or the name of a source file. The old version stays stored and is in use
        until ``effective`` (default: today), the new one from then on. Returns the new documents. Raises
        ConversionError and LibraryError.
        """
        text = to_text(path)
        day = effective or dt.date.today()
        with self._changing():
            versions = self.all_versions()
            old = self._open_versions(key, versions, day)
            late = next((one for one in old if one.active_from and one.active_from > day), None)
            if late:
                raise LibraryError(
                    f"{late.document.id} of {late.document.source} is in use from {late.active_from} on: "
                    "give a later day, or remove that file first."
                )
            self._refuse_same(path, text, day)
            entry = self._successor(path, text, old, day)
            documents = _documents(entry, text)
            _refuse_other(key, documents, old, path)
            gone = {(one.document.source, one.document.id) for one in old}
            kept = [one for one in versions if (one.document.source, one.document.id) not in gone]
            self._refuse_active(documents, kept, day)
            self._store(path, text, entry, _ended(old, day, entry.file, "replaced"))
        return documents

    def remove(self, key: str, *, on: dt.date | None = None, reason: str = "") -> tuple[Document, ...]:
        """Take a document, or all of a source file, out of use from a day (default: today) on; return them.

        Its text stays stored. Removing a file that was to come into use later leaves what it would have
        replaced in use. Raises LibraryError.
        """
        day = on or dt.date.today()
        with self._changing():
            versions = self.all_versions()
            old = self._open_versions(key, versions, day)
            manifest = self._manifest()
            planned = {
                one.document.source
                for one in old
                if one.document.source == key and one.active_from and one.active_from > day
            }
            kept = tuple(one for one in manifest.retired if one.replaced_by not in planned)
            manifest = manifest.model_copy(update={"retired": kept})
            self._write(_with_retired(manifest, _ended(old, day, None, reason)))
        return tuple(version.document for version in old)

    def _entries(self) -> Iterator[tuple[Entry, Path]]:
        shipped = load_manifest(SHIPPED / "manifest.yaml")
        yield from ((entry, SHIPPED / entry.file) for entry in shipped.files)
        if self.folder is None:
            return
        names = {entry.file for entry in shipped.files}
        for entry in self._manifest().files:
            if entry.file in names:
                raise LibraryError(f"{self.folder / 'library.yaml'} names {entry.file}: give it another name.")
            yield entry, self.folder / entry.file

    def _manifest(self) -> Manifest:
        return load_manifest(self.folder / "library.yaml") if self.folder else Manifest()

    def _open_versions(self, key: str, versions: Sequence[Version], day: dt.date) -> list[Version]:
        """Give the versions that a key means and that are in use on a day or later."""
        opened = [version for version in versions if version.open_after(day)]
        of_file = [version for version in opened if version.document.source == key]
        if of_file:
            return of_file
        found = {document.id for document in _matching(key, [version.document for version in opened])}
        if len(found) > 1:
            names = ", ".join(sorted(found)[:5])
            raise LibraryError(f"{key!r} may be several documents: give one of {names}.")
        if not found:
            active = [version.document for version in opened]
            _refuse_unknown(key, day, versions, active)
        return [version for version in opened if version.document.id in found]

    def _refuse_same(self, path: Path, text: str, day: dt.date) -> None:
        """Refuse a text whose documents are all in use already, under whatever name."""
        digest = _sha256(text)
        in_use = {version.document.source for version in self.all_versions() if version.open_after(day)}
        same = next((f for f in self.files() if f.sha256 == digest and f.name in in_use), None)
        if same:
            since = f", added on {same.added}" if same.added else ""
            raise LibraryError(f"{path.name} has the same text as {same.name}{since}: there is nothing to add.")

    def _refuse_active(self, documents: Sequence[Document], versions: Sequence[Version], day: dt.date) -> None:
        """Refuse documents that another source already has in use from a day on."""
        used = {one.document.id: one.document for one in versions if one.open_after(day)}
        twin = next((used[document.id] for document in documents if document.id in used), None)
        if twin:
            raise LibraryError(
                f"{twin.id} is already in use from {twin.source}: `tanyamutu corpus replace {twin.id} FILE` "
                "puts a new version in its place."
            )

    def _entry(self, path: Path, text: str, language: Language | None, title: str | None, day: dt.date) -> Entry:
        name = self._free_name(path)
        return Entry(
            file=name,
            language=language or detect_language(text[:_SAMPLE]),
            title=title,
            original=f"{Path(name).stem}{path.suffix.casefold()}",
            added=dt.date.today(),
            effective_from=day,
        )

    def _successor(self, path: Path, text: str, old: Sequence[Version], day: dt.date) -> Entry:
        """Describe the file that replaces others; a text without a code takes the code it replaces."""
        before = next(entry for entry, _ in self._entries() if entry.file == old[0].document.source)
        entry = self._entry(path, text, None, None, day)
        update: dict[str, str] = {"institution": before.institution, "about": before.about}
        if len(old) == 1 and not is_spmi(text.split("\n")):
            update["id"] = old[0].document.id
            if _documents(entry, text)[0].title == Path(entry.file).stem:
                update["title"] = old[0].document.title
        return entry.model_copy(update=update)

    def _free_name(self, path: Path) -> str:
        """Make a name from the file's own, with ``-v2``, ``-v3`` … where it or its document id is taken."""
        stem = re.sub(r"[^A-Za-z0-9._-]+", "-", path.stem)[:80].strip("-._") or "document"
        taken = {_slug(entry.file.removesuffix(".txt")) for entry, _ in self._entries()}
        taken |= {version.document.id for version in self.all_versions()}
        count, name = 1, stem
        while _slug(name) in taken or (self.folder and (self.folder / f"{name}.txt").exists()):
            count += 1
            name = f"{stem}-v{count}"
        return f"{name}.txt"

    def _store(self, path: Path, text: str, entry: Entry, ended: Iterable[Retired]) -> None:
        """Write the text and the original first and the manifest last: it alone makes a file known."""
        if self.folder is None:
            _refuse_read_only()
        write_whole(self.folder / entry.file, text.encode())
        write_whole(self.folder / "originals" / (entry.original or entry.file), path.read_bytes())
        manifest = self._manifest()
        self._write(_with_retired(manifest.model_copy(update={"files": (*manifest.files, entry)}), ended))

    def _write(self, manifest: Manifest) -> None:
        if self.folder is None:
            _refuse_read_only()
        write_manifest(self.folder / "library.yaml", manifest)

    @contextmanager
    def _changing(self) -> Iterator[None]:
        """Let one process at a time change the library."""
        if self.folder is None:
            _refuse_read_only()
        with locked(self.folder / ".lock"):
            yield


def _source_file(entry: Entry, path: Path, text: str) -> SourceFile:
    return SourceFile(
        name=entry.file,
        path=path,
        language=entry.language,
        institution=entry.institution,
        about=entry.about,
        title=entry.title,
        sha256=_sha256(text),
        added=entry.added,
    )


def _documents(entry: Entry, text: str) -> tuple[Document, ...]:
    """Read a text's documents, or take them from memory; dates and notes do not change what is read."""
    return _parse(Entry(file=entry.file, language=entry.language, id=entry.id, title=entry.title), text)


@cache
def _parse(entry: Entry, text: str) -> tuple[Document, ...]:
    lines = text.split("\n")
    if is_spmi(lines):
        documents = parse_spmi(lines, entry.file, entry.language)
    else:
        documents = [parse_plain(lines, entry.file, entry.language, entry.title)]
        if entry.id:
            documents = [documents[0].model_copy(update={"id": entry.id})]
    lexicon = load_lexicon()
    return tuple(enrich(document, lexicon, lines) for document in _distinct(documents, entry))


def _distinct(documents: Sequence[Document], entry: Entry) -> list[Document]:
    """Give each document of a file an id of its own, and parts without a code one that names the file."""
    count: Counter[str] = Counter()
    distinct = []
    for document in documents:
        name = document.id
        if document.code is None and document.kind == DocumentKind.OTHER and len(documents) > 1:
            name = f"{_slug(entry.file.removesuffix('.txt'))}-{name}"
        count[name] += 1
        if count[name] > 1:
            name = f"{name}:{document.lines.start}"
        distinct.append(document.model_copy(update={"id": name}))
    return distinct


def _matching(key: str, documents: Iterable[Document]) -> list[Document]:
    """Find the documents that a code, a number or a file's name may mean."""
    documents = list(documents)
    names = {key.strip().casefold(), normal_code(key).casefold()}
    exact = [one for one in documents if names & _names(one)]
    if exact:
        return exact
    wanted = _NUMBER.fullmatch(re.sub(r"\s+", "", key).strip(".").upper())
    if wanted is None:
        return []
    number = wanted[2]
    kind = wanted[1] or ("SOP" if number.count(".") > 1 else "S")
    return [one for one in documents if (code := _CODE.fullmatch(one.id)) and code.groups() == (kind, number)]


def _names(document: Document) -> set[str]:
    names = (document.id, document.code or document.id, document.source, Path(document.source).stem)
    return {name.casefold() for name in names}


def _refuse_unknown(key: str, day: dt.date, versions: Sequence[Version], active: Sequence[Document]) -> NoReturn:
    """Say what is wrong with a key that no active document has."""
    idle = _matching(key, [version.document for version in versions if not version.active(day)])
    if idle:
        version = next(one for one in versions if one.document == idle[-1])
        if version.active_from and version.active_from > day and version.open_after(day):
            raise LibraryError(f"{idle[-1].id} is in use only from {version.active_from} on.")
        successor = f", replaced by {version.replaced_by}" if version.replaced_by else ""
        raise LibraryError(f"{idle[-1].id} is not in use since {version.active_until}{successor}.")
    choices = {one.id: f"{one.id} {one.title}" for one in active}
    near = process.extract(key, choices, scorer=fuzz.WRatio, processor=utils.default_process, limit=3)
    names = ", ".join(f"{name} ({choices[name].removeprefix(name).strip()})" for _, _, name in near)
    raise LibraryError(f"There is no document {key!r}" + (f"; the nearest are {names}." if names else "."))


def _refuse_other(key: str, documents: Sequence[Document], old: Sequence[Version], path: Path) -> None:
    """Refuse a file in the place of one document with a code when it holds only documents of other codes."""
    replaced = old[0].document
    if replaced.source == key or replaced.code is None:
        return
    if replaced.id not in {document.id for document in documents}:
        names = ", ".join(document.id for document in documents[:3])
        raise LibraryError(f"{path.name} holds {names}, not {replaced.id}: name the document it replaces.")


def _ended(old: Iterable[Version], day: dt.date, by: str | None, reason: str) -> list[Retired]:
    """End versions on a day; one that was to begin later ends before it began."""
    return [
        Retired(
            document=one.document.id,
            source=one.document.source,
            until=max(day, one.active_from or day),
            replaced_by=by,
            reason=reason,
        )
        for one in old
    ]


def _with_retired(manifest: Manifest, ended: Iterable[Retired]) -> Manifest:
    """Add ended versions to a manifest; each has one end, the last one said."""
    ends = {(one.source, one.document): one for one in (*manifest.retired, *ended)}
    return manifest.model_copy(update={"retired": tuple(ends.values())})


def _slug(stem: str) -> str:
    """Make the id that `parse_plain` makes of a file's name."""
    return re.sub(r"[^a-z0-9]+", "-", stem.casefold()).strip("-")


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _read(path: Path) -> str:
    """Read a stored text. Raises LibraryError."""
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError as error:
        raise LibraryError(
            f"{path} is gone though the manifest beside it lists it: put it back, or take its entry out."
        ) from error
    except (OSError, UnicodeDecodeError) as error:
        raise LibraryError(f"{path} cannot be read ({error}): put it back from a copy.") from error


def _refuse_read_only() -> NoReturn:
    raise LibraryError("The documents that come with the program cannot be changed without a data folder.")
