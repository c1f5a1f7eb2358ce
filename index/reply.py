"""The contract between answering and showing: a reply with its citations, and its Telegram HTML.

The engine builds `Reply` objects and knows nothing of chats; whoever shows an answer takes an `Answerer`
and never looks behind it. The two ``render`` functions are the only place where an answer becomes Telegram
HTML (Bot API, "HTML style"). Telegram counts a message in UTF-16 code units after entity parsing; the
limit comes from the caller, because this room does not know Telegram.
"""

from __future__ import annotations

import hashlib
import html
import re
from dataclasses import dataclass, replace
from enum import IntEnum
from typing import TYPE_CHECKING, Literal, Protocol

from pydantic import BaseModel, ConfigDict

if TYPE_CHECKING:
    from index.topic import Topic

Language = Literal["en", "id"]

MESSAGE_LIMIT = 4096
"""UTF-16 code units of one message; callers that know Telegram pass its own constant."""
SMALLEST_LIMIT = 64
"""Below this no heading and no sentence fit; a caller that asks for less has a bug."""
SHOWN_CITATIONS = 5
"""Citations shown, and buttons offered, for one reply."""
CURATED = "curated:"
"""What the address of an answer that somebody wrote begins with; its id follows."""
SHOWN_DOCUMENTS = 5
"""Near-twins or nearest documents named in one reply."""


class Citation(BaseModel):
    """Where a fact stands in the documents."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    source: str
    """File name of one version of one text. A revised text gets a new name, so that an address given
    away earlier still leads to the words it was given for."""
    document: str
    """Code as printed, or the document's id where it has none."""
    title: str
    """Title of the document."""
    section: str
    """Number and heading of the section; empty where the document has no sections."""
    lines: tuple[int, int]
    """First and last line in the source file, 1-based, both included."""
    quote: str
    """The words of the clause, as printed; they govern."""
    wording: str = ""
    """The same in Indonesian, an unofficial translation; empty where there is none or the answer is English."""

    @property
    def is_curated(self) -> bool:
        """Whether somebody wrote it: no clause of a document, and so without lines that mean anything."""
        return self.source.startswith(CURATED)


class Choice(BaseModel):
    """One of several near-twin documents that a question may mean."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    document: str
    """Code, or the document's id where it has none; `Answerer.answer` takes it as ``document``."""
    title: str
    """Title of the document, in the language of the reply."""
    phase: str = ""
    """Which phase of the cycle it is: penetapan, pelaksanaan, evaluasi, pengendalian or peningkatan; else empty."""


class Reply(BaseModel):
    """The answer to one question, or an honest refusal."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    question: str
    """The question as it was asked."""
    language: Language
    """Language of the question, and so of the answer and its labels."""
    answerable: bool
    """False for a refusal: the documents do not say."""
    kind: str
    """What was asked for: responsible, deadline, steps, target, definition, requirement, document,
    approval, other."""
    answer: str
    """Plain text, what a person reads; at most 600 characters (steps 1,800); may have several lines."""
    citations: tuple[Citation, ...]
    """The clauses that carry the answer, the best first; a contradiction has at least two."""
    others: tuple[str, ...]
    """Near-twin documents that fit as well, each as ``CODE Title``."""
    nearest: tuple[str, ...]
    """For a refusal: the nearest documents, each as ``CODE Title``."""
    ms: float
    """How long the whole answer took, in milliseconds."""
    curated: str = ""
    """Address (``curated:17``) of the answer that somebody wrote, where this is one; else empty."""
    understood: str = ""
    """The stand-alone question that a follow-up was taken as; empty where it was taken as asked."""
    choices: tuple[Choice, ...] = ()
    """The documents among which the answer is a guess, 2 to 6, its own among them; mostly none."""


class ClauseNotFoundError(LookupError):
    """No source, or no such lines in it, under this address."""


class Answerer(Protocol):
    """What the chat and the command line need of the engine.

    All methods are slow (tens of milliseconds of CPU): never call them on an event loop. They may be
    called from several threads at once.
    """

    def answer(self, question: str, *, topic: Topic | None = None, document: str | None = None) -> Reply:
        """Answer a question of 1 to 1,000 characters; a refusal is a `Reply` too.

        With a `topic` a question that cannot stand alone is understood in it. With a `document` (a code or an
        id, as a `Choice` gives it) the answer comes from that document alone, and has no choices.

        Raises `index.errors.QuestionError` for what is no question, a greeting, signs without words, and for a
        document that is not there.
        """
        ...

    def clause(self, citation: Citation) -> str:
        """Return the whole clause with its surroundings, plain text, perhaps long."""
        ...

    def clause_at(self, source_id: str, start: int, end: int, language: Language = "id") -> tuple[Citation, str]:
        """Return the citation, in a language, and the whole clause at lines `start` to `end` of the source.

        `source_id` is what `source_id()` makes of a citation's ``source``. Raises `ClauseNotFoundError`
        where there is no such source or line. Old versions of a text stay addressable.
        """
        ...


def source_id(source: str) -> str:
    """Return the eight hexadecimal digits that stand for a source in short addresses (buttons)."""
    return hashlib.blake2b(source.encode("utf-8", "replace"), digest_size=4).hexdigest()


@dataclass(frozen=True)
class Labels:
    """The words around an answer, in one language."""

    kinds: dict[str, str]
    line: str
    lines: str
    others: str
    refusal: str
    nearest: str
    page: str
    unofficial: str
    source: str
    curated: str
    curated_for: str
    understood: str


LABELS: dict[Language, Labels] = {
    "en": Labels(
        kinds={
            "responsible": "Responsible",
            "deadline": "Time limit",
            "steps": "Steps",
            "target": "Target",
            "definition": "Definition",
            "requirement": "Requirement",
            "document": "Document",
            "approval": "Approval",
            "other": "Answer",
        },
        line="line",
        lines="lines",
        others="These documents fit as well:",
        refusal="The documents do not answer this",
        nearest="Nearest documents:",
        page="page",
        unofficial="Unofficial translation",
        source="The source's words, which govern",
        curated="not a quotation from the documents",
        curated_for="Written for the question",
        understood="Understood as",
    ),
    "id": Labels(
        kinds={
            "responsible": "Penanggung jawab",
            "deadline": "Batas waktu",
            "steps": "Langkah-langkah",
            "target": "Target",
            "definition": "Definisi",
            "requirement": "Persyaratan",
            "document": "Dokumen",
            "approval": "Pengesahan",
            "other": "Jawaban",
        },
        line="baris",
        lines="baris",
        others="Dokumen lain yang juga cocok:",
        refusal="Dokumen tidak memuat jawabannya",
        nearest="Dokumen terdekat:",
        page="halaman",
        unofficial="Terjemahan tidak resmi",
        source="Teks sumber, yang berlaku",
        curated="bukan kutipan dokumen",
        curated_for="Ditulis untuk pertanyaan",
        understood="Dipahami sebagai",
    ),
}


class Keep(IntEnum):
    """What gives way first when a message is too long; the lowest goes first."""

    UNDERSTOOD = 0
    QUOTE = 1
    LIST = 2
    ADDRESS = 3
    ANSWER = 4
    LEAD = 5


@dataclass(frozen=True)
class Piece:
    """A stretch of a message: plain `text` between fixed `before` and `after` (line breaks) and HTML tags."""

    text: str
    keep: Keep
    before: str = ""
    tag: str = ""
    attribute: str = ""
    after: str = ""

    @property
    def units(self) -> int:
        """Length as Telegram counts it, tags excluded."""
        return len(self.before) + utf16_units(self.text) + len(self.after)

    def html(self) -> str:
        """Return the piece as Telegram HTML, everything escaped."""
        text = html.escape(self.text, quote=False)
        if self.tag:
            text = f"<{self.tag}{self.attribute}>{text}</{self.tag}>"
        return self.before + text + self.after


def render_html(reply: Reply, limit: int = MESSAGE_LIMIT) -> str:
    """Render a reply as Telegram HTML of at most `limit` UTF-16 units after entity parsing.

    What does not fit gives way in this order: how a follow-up was understood, quotes, lists of documents,
    addresses, the answer. Raises ValueError for a limit under `SMALLEST_LIMIT`.
    """
    labels = LABELS[reply.language]
    pieces = _refusal(reply, labels) if not reply.answerable else _answer(reply, labels)
    if understood := one_line(reply.understood):
        pieces = [Piece(f"{labels.understood}: {understood}", Keep.UNDERSTOOD, tag="i", after="\n"), *pieces]
    return "".join(piece.html() for piece in _fit(pieces, limit))


def render_clause_html(
    citation: Citation, text: str, limit: int = MESSAGE_LIMIT, language: Language = "id"
) -> list[str]:
    """Render a whole clause as pages of Telegram HTML, each at most `limit` UTF-16 units, at least one.

    Where there is an Indonesian wording it stands first, marked as unofficial, and the source's words follow.

    Every page starts with the address and, where there are several, its number; no word of the clause is
    lost between two pages. Raises ValueError for a limit under `SMALLEST_LIMIT`.
    """
    labels = LABELS[language]
    _check_limit(limit)
    room_for_number = 6 + len(labels.page) + len("9999/9999")
    head = clip(address(citation, language), limit // 2 - room_for_number)
    if citation.wording:
        text = f"{labels.unofficial}:\n{citation.wording}\n\n{labels.source}:\n{text}"
    bodies = cut_pages(clean(text), limit - utf16_units(head) - room_for_number) or [""]
    heads = (
        [head]
        if len(bodies) == 1
        else [f"{head}\n({labels.page} {number}/{len(bodies)})" for number in range(1, len(bodies) + 1)]
    )
    return [
        f"<b>{html.escape(top, quote=False)}</b>\n\n{html.escape(body, quote=False)}".rstrip()
        for top, body in zip(heads, bodies, strict=True)
    ]


def address(citation: Citation, language: Language) -> str:
    """Return the address as a person reads it: ``📄 CODE · Title · § section · lines 12–14``.

    A curated answer's: ``✍️ Whose answer, author and date · not a quotation from the documents``.
    """
    labels = LABELS[language]
    if citation.is_curated:
        return f"✍️ {one_line(citation.document)} {one_line(citation.section)} · {labels.curated}"
    start, end = citation.lines
    where = f"{labels.line} {start}" if start == end else f"{labels.lines} {start}–{end}"
    section = one_line(citation.section)
    parts = [
        one_line(citation.document),
        one_line(citation.title),
        f"§ {section}" if section else "",
        where,
    ]
    return "📄 " + " · ".join(part for part in parts if part)


def utf16_units(text: str) -> int:
    """Length in UTF-16 code units, the way Telegram counts."""
    return len(text) + sum(character > "\uffff" for character in text)


def clean(text: str) -> str:
    """Make any text sendable: no lone surrogates, no control or direction characters, no outer space."""
    text = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    text = re.sub(r"\r\n?|[\u2028\u2029]", "\n", text)
    text = re.sub(r"[\u202a-\u202e\u2066-\u2069]", "", text)
    text = re.sub(r"[\x00-\x09\x0b-\x1f\x7f-\x9f]", " ", text)
    return re.sub(r"\n{3,}", "\n\n", text).strip()


def clip(text: str, limit: int) -> str:
    """Shorten to at most `limit` UTF-16 units, at a space where one is near, ending in an ellipsis."""
    if utf16_units(text) <= limit:
        return text
    if limit < 1:
        return ""
    kept = _prefix(text, limit - 1)
    space = kept.rfind(" ")
    if space > len(kept) * 3 // 4:
        kept = kept[:space]
    return kept.rstrip() + "…"


def _answer(reply: Reply, labels: Labels) -> list[Piece]:
    """Return the pieces of an answer: what was asked, the answer, where it stands, what fits as well."""
    lead = labels.kinds.get(reply.kind, labels.kinds["other"])
    pieces = [Piece(lead, Keep.LEAD, tag="b"), Piece(clean(reply.answer), Keep.ANSWER, before="\n")]
    if any(citation.wording for citation in reply.citations):
        pieces.append(Piece(f"{labels.unofficial}. {labels.source}:", Keep.ADDRESS, before="\n\n", tag="i"))
    for citation in reply.citations[:SHOWN_CITATIONS]:
        keep = Keep.LEAD if citation.is_curated else Keep.ADDRESS  # whose words these are is never dropped
        pieces.append(Piece(clip(address(citation, reply.language), 400), keep, before="\n\n"))
        pieces.append(_written_for(citation, labels) if citation.is_curated else _quote(clean(citation.quote)))
    return [*pieces, *_documents(labels.others, reply.others)]


def _refusal(reply: Reply, labels: Labels) -> list[Piece]:
    """Return the pieces of a refusal: that it is one, why, and what is nearest."""
    is_named = all(name in reply.answer for name in reply.nearest)
    return [
        Piece(labels.refusal, Keep.LEAD, tag="b"),
        Piece(clean(reply.answer), Keep.ANSWER, before="\n"),
        *([] if is_named else _documents(labels.nearest, reply.nearest)),
    ]


def _written_for(citation: Citation, labels: Labels) -> Piece:
    """Return the question that a curated answer was written for; its own words are the answer already."""
    return Piece(f"{labels.curated_for}: {clip(one_line(citation.title), 400)}", Keep.LIST, before="\n", tag="i")


def _quote(text: str) -> Piece:
    """Return the words of a clause, folded until a person opens them."""
    return Piece(text, Keep.QUOTE, before="\n", tag="blockquote", attribute=" expandable")


def _documents(label: str, documents: tuple[str, ...]) -> list[Piece]:
    """Return a labelled list of documents, each clipped to one line; nothing where there are none."""
    names = [name for name in (clip(one_line(document), 160) for document in documents) if name]
    if not names:
        return []
    items = "".join(f"\n• {name}" for name in names[:SHOWN_DOCUMENTS])
    return [Piece(label + items, Keep.LIST, before="\n\n")]


def _fit(pieces: list[Piece], limit: int) -> list[Piece]:
    """Drop empty pieces, then shorten the least important ones until all fit into `limit` units."""
    _check_limit(limit)
    fitted = [piece for piece in pieces if piece.text]
    for keep in Keep:
        for at in reversed([i for i, piece in enumerate(fitted) if piece.keep is keep]):
            excess = sum(piece.units for piece in fitted) - limit
            if excess <= 0:
                return fitted
            piece = fitted[at]
            fitted[at] = replace(piece, text=_shortened(piece, excess))
        fitted = [piece for piece in fitted if piece.text]
    return fitted


def _shortened(piece: Piece, excess: int) -> str:
    """Return the text `excess` units shorter, or nothing where too little would be left to be read."""
    readable = 20
    room = utf16_units(piece.text) - excess
    return clip(piece.text, room) if room >= readable or piece.keep is Keep.LEAD else ""


def cut_pages(text: str, room: int) -> list[str]:
    """Cut a text into pages of at most `room` units, at a blank line, a line or a space if one is near."""
    pages = []
    while utf16_units(text) > room:
        page = _prefix(text, room)
        cuts = (page.rfind(mark) for mark in ("\n\n", "\n", " "))
        cut = next((cut for cut in cuts if cut > len(page) // 2), len(page))
        pages.append(page[:cut])
        text = text[cut:].lstrip("\n ")
    return [*pages, text] if text else pages


def _prefix(text: str, units: int) -> str:
    """Return the longest beginning of at most `units` UTF-16 units; whole characters only."""
    kept = text[:units]
    while utf16_units(kept) > units:
        kept = kept[: -max(1, (utf16_units(kept) - units) // 2)]
    return kept


def one_line(text: str) -> str:
    """Return the cleaned text with all white space, line breaks too, as single spaces."""
    return " ".join(clean(text).split())


def _check_limit(limit: int) -> None:
    """Raise ValueError for a limit that no message can keep."""
    if limit < SMALLEST_LIMIT:
        raise ValueError(f"a message of {limit} units holds nothing; give at least {SMALLEST_LIMIT}")
