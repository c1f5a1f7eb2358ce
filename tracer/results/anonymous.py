"""Counts of answers for work on curricula, without anybody who can be recognised, also not by subtraction.

What is done, and why no count under `SMALL` can be computed from the rows:

1. Everybody is in one group alone: their study programme, or several of a level together where one has too few.
   No sums over groups and no second breakdown are given, so groups cannot be subtracted from each other.
2. Within a group the answers to a question are put together until each count is 0 or at least `SMALL`; those put
   together are known as a sum alone. Whoever did not answer counts as an answer too, so that each question of
   those at work adds up to the same number.
3. Who is at work is asked more. So the status is put together within those at work and within the others, and
   where one of the two is small, the status is one sum and what only those at work are asked is left out.
"""

from __future__ import annotations

import io
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font
from openpyxl.worksheet._write_only import WriteOnlyWorksheet

from corpus.lexicon.entries import Language
from tracer.national.export import NOT_IN_XML
from tracer.national.questionnaire import Answers, national
from tracer.national.statistics import AT_WORK, SMALL, Aspect, Group, Rating, Response
from tracer.results.gathered import Gathered
from tracer.results.report import COMPETENCIES, METHODS
from tracer.results.wording import percent, say

MORE, EVEN, LESS = 1, 0, -1
"""Whether a job needs more, as much or less than was mastered."""
STATUS = "f8"
_OF_WORK = ("f14", "f15", *(code for code, column in national().columns.items() if column.list == "f16"))
Code = int | None
"""An answer; None where there is none."""
Member = TypeVar("Member")


@dataclass(frozen=True)
class Unit:
    """A group of study programmes of one level (None: of several)."""

    level: str | None
    programmes: tuple[str | None, ...]


@dataclass(frozen=True)
class Count:
    """How many of a unit gave one of some answers to a question, of how many who were asked."""

    unit: Unit
    question: str
    answers: tuple[Code, ...]
    count: int
    of: int


def anonymous_counts(responses: Iterable[Response], ratings: Iterable[Rating]) -> list[Count]:
    """Return the counts of graduates' answers and of employers' ratings; none where fewer than `SMALL` answered."""
    counts: list[Count] = []
    for unit, members in _units(responses, lambda response: response.group).items():
        counts += _of_graduates(unit, [member.answers for member in members])
    for unit, given in _units(ratings, lambda rating: rating.group).items():
        for aspect in Aspect:
            counts += _counts(unit, aspect.value, [rating.ratings.get(aspect) for rating in given], range(1, 6))
    return counts


def put_together(counts: Mapping[Code, int]) -> list[tuple[tuple[Code, ...], int]]:
    """Return answers with their counts, put together so that each count is 0 or at least `SMALL`.

    Their sum must be 0 or at least `SMALL`. Answers that nobody gave go along with those that few gave.
    """
    few = {answer for answer, count in counts.items() if 0 < count < SMALL}
    if not few:
        return [((answer,), count) for answer, count in counts.items()]
    together = few | {answer for answer, count in counts.items() if not count}
    while sum(counts[answer] for answer in together) < SMALL:
        rest = [answer for answer in counts if answer not in together]
        together.add(min(rest, key=counts.__getitem__))
    joined = tuple(answer for answer in counts if answer in together)
    kept = [((answer,), count) for answer, count in counts.items() if answer not in together]
    return [*kept, (joined, sum(counts[answer] for answer in joined))]


def _units(members: Iterable[Member], group_of: Callable[[Member], Group]) -> dict[Unit, list[Member]]:
    """Return the members by study programme, small programmes of a level together, small levels together."""
    levels: dict[str | None, dict[str | None, list[Member]]] = defaultdict(lambda: defaultdict(list))
    for member in members:
        group = group_of(member)
        levels[group.level][group.programme].append(member)
    found: dict[Unit, list[Member]] = {}
    rest: list[tuple[Unit, list[Member]]] = []
    for level, programmes in levels.items():
        for names, people in _joined(programmes):
            unit = Unit(level, names)
            if len(people) >= SMALL:
                found[unit] = people
            else:
                rest.append((unit, people))
    while rest and sum(len(people) for _, people in rest) < SMALL and found:
        smallest = min(found, key=lambda unit: len(found[unit]))
        rest.append((smallest, found.pop(smallest)))
    names = tuple(name for unit, _ in rest for name in unit.programmes)
    everybody = [member for _, people in rest for member in people]
    return {**found, Unit(None, names): everybody} if len(everybody) >= SMALL else found


def _joined(programmes: Mapping[str | None, list[Member]]) -> Iterator[tuple[tuple[str | None, ...], list[Member]]]:
    """Yield a level's programmes with enough people, then the others as one; that may still be too small."""
    by_size = sorted(programmes, key=lambda name: (len(programmes[name]), str(name)))
    together = [name for name in by_size if len(programmes[name]) < SMALL]
    while together and sum(len(programmes[name]) for name in together) < SMALL and len(together) < len(by_size):
        together.append(by_size[len(together)])
    for name in by_size[len(together) :]:
        yield (name,), programmes[name]
    if together:
        yield tuple(together), [member for name in together for member in programmes[name]]


def _of_graduates(unit: Unit, answers: Sequence[Answers]) -> Iterator[Count]:
    working = [given for given in answers if given.get(STATUS) in AT_WORK]
    sizes = {len(working), len(answers) - len(working)}
    options = tuple(national().columns[STATUS].options)
    if any(0 < size < SMALL for size in sizes):
        yield Count(unit, STATUS, (*options, None), len(answers), len(answers))
        working = []
    else:
        for block in (AT_WORK, tuple(option for option in options if option not in AT_WORK)):
            inside = [given.get(STATUS) for given in answers if (given.get(STATUS) in AT_WORK) == (block == AT_WORK)]
            yield from _counts(unit, STATUS, inside, block, len(answers))
    for code in METHODS:
        yield from _counts(unit, code, [given.get(code) for given in answers], national().columns[code].options)
    for code in _OF_WORK:
        codes = national().columns[code].options or (0, 1)
        yield from _counts(unit, code, [given.get(code) for given in working], codes)
    for mastered, needed in COMPETENCIES:
        signs = [_sign(given.get(needed), given.get(mastered)) for given in working]
        yield from _counts(unit, needed, signs, (MORE, EVEN, LESS))


def _counts(
    unit: Unit, question: str, given: Sequence[object], codes: Iterable[int], of: int | None = None
) -> Iterator[Count]:
    """Yield the counts of one question among those asked; nothing where nobody was."""
    known = list(codes)
    counted = Counter(value if value in known else None for value in given)
    counts: dict[Code, int] = {code: counted[code] for code in known}
    if counted[None]:
        counts[None] = counted[None]
    if given:
        for answers, count in put_together(counts):
            yield Count(unit, question, answers, count, of or len(given))


def _sign(needed: object, mastered: object) -> Code:
    if not isinstance(needed, int) or not isinstance(mastered, int):
        return None
    return (needed > mastered) - (needed < mastered)


def anonymous_file(gathered: Gathered, note: str, language: Language) -> bytes:
    """Return the counts as XLSX, with what was done on its first sheet."""
    counts = anonymous_counts(gathered.responses, gathered.ratings)
    book = Workbook(write_only=True)
    about = book.create_sheet(say("about", language))
    about.column_dimensions["A"].width = 110
    for words in (note, *(say(f"anonymous_{number}", language) for number in range(1, 5))):
        _put(about, [words])
    sheet = book.create_sheet(say("counts", language))
    sheet.freeze_panes = "A2"
    for column, width in zip("ABCDEFGH", (12, 40, 10, 48, 48, 10, 10, 10), strict=True):
        sheet.column_dimensions[column].width = width
    heads = ("level", "programmes", "question_code", "question", "answers", "count", "of_all", "percent")
    _put(sheet, [say(head, language) for head in heads], bold=True)
    for count in counts:
        _put(sheet, _cells(count, gathered.programmes, language))
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def _cells(count: Count, programmes: Mapping[str, str], language: Language) -> list[int | str]:
    unit = count.unit
    names = [
        f"{programmes.get(code, '')} ({code})".strip() if code else say("unknown", language) for code in unit.programmes
    ]
    return [
        say(unit.level, language) if unit.level else "–",
        ", ".join(names),
        count.question,
        _question(count.question, language),
        " / ".join(_answer(count.question, answer, language) for answer in count.answers),
        count.count,
        count.of,
        percent(count.count / count.of, language),
    ]


def _question(question: str, language: Language) -> str:
    if question in tuple(Aspect):
        return say("rating_question", language, aspect=say(f"aspect_{question.replace(' ', '_')}", language))
    words = national().columns[question].ask.in_(language)
    if question in dict(COMPETENCIES).values():
        return say("gap_question", language, competency=words.partition(":")[0])
    return words


def _answer(question: str, answer: Code, language: Language) -> str:
    if answer is None:
        return say("no_answer", language)
    if question in tuple(Aspect):
        return str(answer)
    if question in dict(COMPETENCIES).values():
        return say({MORE: "more_needed", EVEN: "even", LESS: "less_needed"}[answer], language)
    options = national().columns[question].options
    return options[answer].in_(language) if options else say("ticked" if answer else "not_ticked", language)


def _put(sheet: WriteOnlyWorksheet, values: Sequence[int | str], *, bold: bool = False) -> None:
    """Add a row; a text stays one, also where it looks like a formula."""
    cells = []
    for value in values:
        cell = WriteOnlyCell(sheet, value if isinstance(value, int) else NOT_IN_XML.sub("", value))
        if isinstance(value, str):
            cell.data_type = "s"
        if bold:
            cell.font = Font(bold=True)
        cells.append(cell)
    sheet.append(cells)
