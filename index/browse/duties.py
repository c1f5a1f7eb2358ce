"""What a role must do, over all documents."""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from babel.dates import format_date
from rapidfuzz import fuzz, process

from corpus.language import Language
from corpus.lexicon import Entry
from corpus.lexicon.entries import LANGUAGES
from index.browse.acting import acting_roles, charged_roles, disagreement
from index.browse.labels import LABELS
from index.browse.pages import Block, render
from index.browse.shelf import Shelf, roles_in
from index.browse.tree import Node, places_of
from index.facts import STEP_KINDS, Fact
from index.reply import MESSAGE_LIMIT, clean
from index.wording import role_words

MOST = 8
LONGEST = 100
"""Characters of what was typed that are looked at."""
_SAME = 82
"""Likeness (0..100) from which two steps of a document tell the same duty."""
_TYPED = 86
"""Likeness from which a name is a mistyped other."""
_NEAR = 55
"""Likeness from which a role's name is worth offering."""
_TIED = 4
"""Likeness behind the best within which a mistyped name fits as well."""


class RoleNotFoundError(LookupError):
    """No role has this key: the lexicon has changed since, or the key is forged."""


@dataclass(frozen=True, slots=True)
class Role:
    """A role or unit that the documents give something to do; ``key`` fits a button."""

    key: str
    entry: Entry
    duties: int

    def name(self, language: Language) -> str:
        """Give the name of the role in a language."""
        return self.entry.variants[language][0]


@dataclass(frozen=True, slots=True)
class RoleChoice:
    """Who is meant: one role, or several to choose from, else names that are near."""

    role: Role | None = None
    several: tuple[Role, ...] = ()
    near: tuple[Role, ...] = ()


@dataclass(frozen=True, slots=True)
class Duty:
    """One thing that a role must do, with its address.

    ``in_charge`` says that the role does not do it itself but is in charge of it; ``limit`` is empty where
    nothing binds its time; ``place`` is the address without the document, for a list that names it once;
    ``key`` is the clause's node in the tree; ``remark`` says so where a row's column
    names another role than its sentence, else it is empty.
    """

    document: str
    code: str
    title: str
    number: str
    text: str
    limit: str
    address: str
    place: str
    key: str
    in_charge: bool
    remark: str


@dataclass(frozen=True, slots=True)
class _Found:
    fact: Fact
    in_charge: bool


class Duties:
    """Who must do what; made once, from all facts."""

    def __init__(self, shelf: Shelf, nodes: Mapping[str, Node]) -> None:
        self.shelf = shelf
        self.nodes = nodes
        self._places = places_of(nodes)
        self._found = _found(shelf)
        self._roles = {
            entry.id: Role(_key(entry), entry, len(self._found[entry.id]))
            for entry in shelf.lexicon.entries
            if entry.id in self._found
        }
        self._keys = {role.key: role for role in self._roles.values()}
        self._names: dict[str, list[Role]] = {}
        for role in self._roles.values():
            for name in {_plain(name) for language in LANGUAGES for name in role.entry.variants[language]}:
                self._names.setdefault(name, []).append(role)

    def roles(self) -> list[Role]:
        """Give all roles with something to do, those with the most first."""
        return sorted(self._roles.values(), key=lambda role: -role.duties)

    def role(self, key: str) -> Role:
        """Give the role with a key. Raises RoleNotFoundError."""
        if key not in self._keys:
            raise RoleNotFoundError("This role is not known (any more): ask for it by name.")
        return self._keys[key]

    def resolve(self, words: str) -> RoleChoice:
        """Tell who is meant by a name in any language, an abbreviation, a colloquial or a mistyped one."""
        name = _plain(words)
        roles = self._names.get(name) or self._told(name) or self._mistyped(name)
        if len(roles) == 1:
            roles = [*roles, *self._numbered_kin(roles[0])]
        if len(roles) == 1:
            return RoleChoice(role=roles[0])
        if roles:
            return RoleChoice(several=tuple(roles[:MOST]))
        near = process.extract(name, list(self._names), scorer=fuzz.WRatio, limit=3 * MOST, score_cutoff=_NEAR)
        return RoleChoice(near=tuple({r.key: r for known, _, _ in near for r in self._names[known]}.values())[:MOST])

    def of(self, role: Role, language: Language, *, only_with_limit: bool = False) -> list[Duty]:
        """Give what a role must do, in the order of the documents, then of their lines."""
        found = self._found.get(role.entry.id, [])
        places = self.shelf.index.places
        order = sorted(found, key=lambda one: (places[one.fact.document], one.fact.order))
        return [self._duty(one, language) for one in order if one.fact.limits or not only_with_limit]

    def pages(
        self,
        role: Role,
        language: Language,
        limit: int = MESSAGE_LIMIT,
        *,
        only_with_limit: bool = False,
    ) -> list[str]:
        """Give the list as pages of Telegram HTML. Raises ValueError for too small a limit."""
        duties = self.of(role, language, only_with_limit=only_with_limit)
        labels = LABELS[language]
        head = f"{role.name(language)} — {labels['limited_duties' if only_with_limit else 'duties']} ({len(duties)})"
        return render(head, _blocks(duties, language), limit, language, self._note(duties, language))

    def as_text(self, role: Role, language: Language, today: dt.date, *, only_with_limit: bool = False) -> str:
        """Give the list as a plain text for a file, with what it is, the date and the addresses."""
        duties = self.of(role, language, only_with_limit=only_with_limit)
        labels = LABELS[language]
        head = [
            f"{role.name(language)}: {labels['limited_duties' if only_with_limit else 'duties']}",
            f"{labels['date']}: {format_date(today, format='long', locale=language)}",
            f"{labels['count']}: {len(duties)}",
            labels["rule"],
            f"{note}." if (note := self._note(duties, language)) else "",
        ]
        lines = [line for line in head if line]
        for document, group in groupby(duties, key=lambda duty: duty.document):
            first = next(duty for duty in duties if duty.document == document)
            title = f"{first.code} {first.title}"
            lines += ["", title, "-" * len(title)]
            for duty in group:
                lines += [f"{_numbered(duty)} {_said(duty, language)}", *_under(duty, language)]
        return "\n".join(clean(line) if line else "" for line in lines) + "\n"

    def _told(self, name: str) -> list[Role]:
        """Find roles by the lexicon's longest match (plurals, ``kaprodinya``), if it is all that was typed."""
        matches = self.shelf.lexicon.find(name)
        if len(matches) != 1 or len(matches[0].surface) < len(name) * 0.8:
            return []
        return [self._roles[id_] for id_ in sorted(roles_in(name, self.shelf.lexicon)) if id_ in self._roles]

    def _mistyped(self, name: str) -> list[Role]:
        """Find the roles whose name is nearest to a mistyped one."""
        found = process.extract(name, list(self._names), scorer=fuzz.ratio, limit=MOST, score_cutoff=_TYPED)
        near = (known for known, score, _ in found if score >= found[0][1] - _TIED)
        return list({role.key: role for known in near for role in self._names[known]}.values())

    def _numbered_kin(self, role: Role) -> list[Role]:
        """Find the roles that are told apart from one by a number only: Wakil Dekan I for Wakil Dekan."""
        kin = re.compile(rf"{re.escape(role.entry.id_)} [IVX]+")
        return [other for other in self._roles.values() if kin.fullmatch(other.entry.id_)]

    def _duty(self, found: _Found, language: Language) -> Duty:
        fact = found.fact
        document = self.shelf.index.documents[fact.document]
        node = self.nodes[self._places[fact.id]]
        return Duty(
            document=document.id,
            code=document.code or "",
            title=self.shelf.title(document, language),
            number=node.number if node.fact else "",
            text=fact.words(language).text,
            limit=self.shelf.limits(fact, language),
            address=self.shelf.address_of(fact, language),
            place=self.shelf.place_of(fact, language),
            key=node.key,
            in_charge=found.in_charge,
            remark=self._remark(fact, language),
        )

    def _remark(self, fact: Fact, language: Language) -> str:
        said = disagreement(fact, self.shelf.composer, self.shelf.lexicon)
        if not said:
            return ""
        names = (role_words(actors, language, self.shelf.lexicon) for actors in (said, fact.actors))
        return LABELS[language]["disagree"].format(*names)

    def _note(self, duties: Sequence[Duty], language: Language) -> str:
        documents = (self.shelf.index.documents[duty.document] for duty in duties)
        return "; ".join(note for note in dict.fromkeys(self.shelf.note(d, language) for d in documents) if note)


def _found(shelf: Shelf) -> dict[str, list[_Found]]:
    """Find each role's duties, by the id of its entry in the lexicon."""
    found: dict[str, list[_Found]] = {}
    for fact in shelf.index.facts:
        acting = acting_roles(fact, shelf.composer, shelf.lexicon)
        for role in acting:
            found.setdefault(role, []).append(_Found(fact, in_charge=False))
        for role in charged_roles(fact, shelf.lexicon) - acting:
            found.setdefault(role, []).append(_Found(fact, in_charge=True))
    return {role: _once(duties) for role, duties in found.items()}


def _once(found: Sequence[_Found]) -> list[_Found]:
    """Keep one of the duties that a document's procedure and its matrix both tell: acting, with a time limit, first."""
    kept: list[_Found] = []
    for one in sorted(found, key=lambda f: (f.in_charge, not f.fact.limits, f.fact.lines.start)):
        if not any(_same(one.fact, other.fact) for other in kept):
            kept.append(one)
    return kept


def _same(one: Fact, other: Fact) -> bool:
    """Whether two tables of one document tell the same step; rows of one table are never the same."""
    if one.document != other.document or one.kind is other.kind or not {one.kind, other.kind} <= STEP_KINDS:
        return False
    return any(
        fuzz.token_set_ratio(told.text, again.text) >= _SAME
        for told, again in zip(one.tellings, other.tellings, strict=False)
    )


def _blocks(duties: Sequence[Duty], language: Language) -> Iterator[Block]:
    """Tell duties by document: its name once, then number, text, time limit and lines of each."""
    if not duties:
        yield Block(LABELS[language]["no_duties"])
    document = ""
    for duty in duties:
        if duty.document != document:
            document = duty.document
            yield Block("", lead=f"{duty.code} {duty.title}".strip(), gap="\n\n")
        yield Block(f"{_numbered(duty)} {_said(duty, language)}")
        for line in _under(duty, language):
            yield Block(line, tag="i")


def _numbered(duty: Duty) -> str:
    return f"{duty.number}." if duty.number else "•"


def _said(duty: Duty, language: Language) -> str:
    return f"{duty.text} ({LABELS[language]['in_charge']})" if duty.in_charge else duty.text


def _under(duty: Duty, language: Language) -> list[str]:
    """Give the lines below a duty: its time limit and remark, where there are any, and its place."""
    limit = [f"{LABELS[language]['limit']}: {duty.limit}"] if duty.limit else []
    return [*limit, *filter(None, [duty.remark]), duty.place]


def _plain(text: str) -> str:
    return " ".join(clean(text)[:LONGEST].casefold().replace("-", " ").split()).strip(" .,;:?!\"'")


def _key(entry: Entry) -> str:
    return f"r{hashlib.blake2b(entry.id.encode(), digest_size=4).hexdigest()}"
