"""What `corpus check` says of the wordings: missing, stale, odd, unused, or two for the same words."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from corpus.check import Finding
from corpus.lexicon import Lexicon
from corpus.model import Document, Lines
from corpus.wording import Entry, Wordings
from corpus.wording.checks import problems
from corpus.wording.texts import SourceText, texts_of

_NAMES = Path(__file__).with_name("names.txt")


class Coverage(NamedTuple):
    """How many different texts of the English documents there are, are worded, and pass the checks.

    ``read`` of those that pass were found right on reading, where the machine doubts.
    """

    texts: int
    worded: int
    passing: int
    read: int


def names() -> tuple[str, ...]:
    """Give the loan words and names that stand in Indonesian wordings as they are."""
    lines = _NAMES.read_text(encoding="utf-8").splitlines()
    return tuple(line.strip() for line in lines if line.strip() and not line.startswith("#"))


def check_wordings(
    documents: Iterable[Document], wordings: Wordings, lexicon: Lexicon
) -> tuple[list[Finding], Coverage]:
    """Check the wordings of all English documents; each text is reported where it stands first."""
    allowed = names()
    findings: list[Finding] = []
    seen: dict[str, SourceText] = {}
    worded = passing = read = 0
    for document in documents:
        if document.language != "en":
            continue
        for text in texts_of(document):
            if text.digest in seen:
                continue
            seen[text.digest] = text
            entry = wordings.by_digest.get(text.digest)
            if entry is None:
                findings.append(_missing(document, text, wordings))
                continue
            worded += 1
            wrong = problems(text.text, entry.wording, lexicon, allowed)
            if wrong and entry.read:
                read += 1
                wrong = []
            passing += not wrong
            findings += [_finding(document, text, f"Indonesian wording of {text.id}: {what}") for what in wrong]
    findings += _unused(wordings, set(seen))
    findings += _twice(wordings)
    return findings, Coverage(len(seen), worded, passing, read)


def _missing(document: Document, text: SourceText, wordings: Wordings) -> Finding:
    old = wordings.by_place.get((document.id, text.id))
    what = f"stale, the source's words have changed ({old.file}, line {old.line})" if old else "missing"
    return _finding(document, text, f"Indonesian wording of {text.id}: {what}")


def _finding(document: Document, text: SourceText, message: str) -> Finding:
    return Finding(severity="warning", document=document.id, lines=text.lines, message=message)


def _unused(wordings: Wordings, used: set[str]) -> Iterator[Finding]:
    for entry in wordings.entries:
        if entry.digest not in used:
            yield _of_entry(entry, "its words stand in no document in use")


def _twice(wordings: Wordings) -> Iterator[Finding]:
    """Find words that have two different wordings in files of one folder or of two."""
    by_digest: dict[str, list[Entry]] = defaultdict(list)
    for entry in wordings.entries:
        by_digest[entry.digest].append(entry)
    for entries in by_digest.values():
        first, last = entries[0], entries[-1]
        if first.wording != last.wording:
            yield _of_entry(first, f"the same words are worded otherwise in {last.file}, line {last.line}")


def _of_entry(entry: Entry, what: str) -> Finding:
    message = f"Indonesian wording of {entry.clause} ({entry.file}, line {entry.line}): {what}"
    return Finding(severity="note", document=entry.document, lines=(Lines(start=1, end=1),), message=message)
