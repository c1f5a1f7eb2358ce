"""What a person writes as an answer: read, found among the choices or places, doubtful, or no answer at all."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from handlers.survey_asking import is_numbered
from handlers.survey_wording import number_in_words
from handlers.texts import Html
from handlers.turn import Turn
from index.reply import clip
from reminders.dates import read_back
from tracer.forms import Answer, Choice, Kind, Question
from tracer.forms.answers import LONGEST_TEXT
from tracer.interview import Outcome
from tracer.national.form import CONTACT, PLACE, SENSITIVE, province_of, unit_of
from tracer.national.gazetteer import find_places
from tracer.reading import Read, read_date, read_number

_ASKING = re.compile(
    r"(?:siapa|apa(?:kah)?|kapan|bagaimana|berapa|mengapa|kenapa|di mana|dimana|gimana"
    r"|who|what|when|how|why|where|which)\b"
)
_MOST_WORDS_OF_NO_QUESTION = 2
_ASIDE = re.compile(r"\s*\(.*\)$")
_TWO_NUMBERS = re.compile(r"[0-9][\w.,]*\s*(?:-|–|s/?d|sampai|hingga|atau|to|or)\s*(?:rp\.?\s*)?[0-9]")
_PHONE = CONTACT[0]


@dataclass(frozen=True)
class Meant:
    """What words are: an answer, or (``choices``) choices, or (``narrowed``, ``held``) what has to be asked about.

    ``narrowed`` are the choices that the words may mean, ``held`` answers with the words on their buttons;
    ``problem`` says why nothing was read.
    """

    answer: Answer = None
    choices: tuple[str, ...] = ()
    narrowed: tuple[str, ...] = ()
    held: tuple[tuple[str, Answer], ...] = ()
    problem: Html | None = None


def is_question(question: Question, words: str) -> bool:
    """Whether words ask something instead of answering: nobody must end a survey in order to ask."""
    if words.endswith("?"):
        return len(words.strip("?! ")) > 1
    plain = words.casefold()
    is_long = len(plain.split()) > _MOST_WORDS_OF_NO_QUESTION
    is_free = question.kind is Kind.TEXT and PLACE not in question.appearance
    return not is_free and is_long and _ASKING.match(plain) is not None


def is_plain_answer(question: Question) -> bool:
    """Whether words need no asking back: what is read cannot be anything else, or must not be shown again."""
    return question.kind is not Kind.TEXT or question.name in SENSITIVE


def read_words(turn: Turn, outcome: Outcome, words: str) -> Meant:
    """Return what words mean as an answer to the present question, which is no grid."""
    step = outcome.step
    assert step is not None  # noqa: S101 - the caller asks a question
    question = step.questions[0]
    if len(words) > LONGEST_TEXT:
        text = turn.t("That is too long: write at most {longest} characters.", longest=LONGEST_TEXT)
        return Meant(problem=text)
    if question.kind in (Kind.SELECT_ONE, Kind.SELECT_MULTIPLE):
        return _choice(turn, question, step.choices[question.name], words)
    if question.kind is Kind.DATE:
        return _date(turn, words)
    if question.kind in (Kind.INTEGER, Kind.DECIMAL):
        return _number(turn, question, words)
    if not re.search(r"\w", words):
        return _no_words(turn, question, words)
    if PLACE in question.appearance:
        return _place(turn, question, outcome, words)
    if question.name in SENSITIVE or question.name == _PHONE:
        return Meant(re.sub(r"[\s.()-]", "", words))
    return Meant(words)


def _no_words(turn: Turn, question: Question, words: str) -> Meant:
    """A dash leaves out what may be left out; a face alone says nothing that could be counted."""
    if question.required is None and words.strip(" -–—.") == "":
        return Meant()
    return Meant(problem=turn.t("Please write it in words: “{words}” says nothing here.", words=clip(words, 60)))


def _choice(turn: Turn, question: Question, choices: Sequence[Choice], words: str) -> Meant:
    """Find the choices by their numbers or words. Of a single choice only the whole words are an answer.

    `kerja` stands in “not working but looking for work” alone: what fits in part is asked about.
    """
    wanted = " ".join(words.casefold().split()).strip(" .")
    labels = [choice.label.in_(turn.language) for choice in choices]
    is_multiple = question.kind is Kind.SELECT_MULTIPLE
    if is_numbered(labels) and (numbers := _numbers(wanted, len(choices))) and (is_multiple or len(numbers) == 1):
        return Meant(choices=tuple(choices[number - 1].code for number in numbers))
    plain = [(choice.code, label.casefold()) for choice, label in zip(choices, labels, strict=True)]
    whole = [code for code, label in plain if wanted in (label, _ASIDE.sub("", label))]
    found = whole or [code for code, label in plain if wanted and re.search(rf"\b{re.escape(wanted)}\b", label)]
    if len(found) == 1 and (whole or is_multiple):
        return Meant(choices=tuple(found))
    if found:
        return Meant(narrowed=tuple(found))
    return Meant(problem=turn.t("Press one of the buttons, please: “{words}” is none of them.", words=clip(words, 60)))


def _numbers(wanted: str, most: int) -> tuple[int, ...]:
    """Return the numbers of choices that words name (``1, 3 dan 5``), none where they are anything else."""
    if not re.fullmatch(r"[0-9]{1,3}(?:(?:[ ,;&+]|dan|and)+[0-9]{1,3})*", wanted):
        return ()
    numbers = tuple(dict.fromkeys(int(number) for number in re.findall(r"[0-9]+", wanted)))
    return numbers if all(1 <= number <= most for number in numbers) else ()


def _number(turn: Turn, question: Question, words: str) -> Meant:
    reading = read_number(words, unit_of(question), is_whole=question.kind is Kind.INTEGER)
    if reading is None:
        said = clip(words, 60)
        if _TWO_NUMBERS.search(words.casefold()):
            return Meant(problem=turn.t("“{words}” are two numbers: write one, the middle for example.", words=said))
        examples = {
            "rupiah": turn.t(
                "I read no amount in “{words}”. Write it like <i>3,5 jt</i> or <i>4.500.000</i>.", words=said
            ),
            "months": turn.t(
                "I read no number of months in “{words}”. Write it like <i>4</i>, <i>2 bulan</i> or <i>1 tahun 3"
                " bulan</i>.",
                words=said,
            ),
            "": turn.t("I read no number in “{words}”. Write it in digits, like <i>12</i>.", words=said),
        }
        return Meant(problem=examples[unit_of(question)])
    if isinstance(reading, Read):
        return Meant(reading.value)
    return Meant(held=tuple((number_in_words(turn, question, value), value) for value in reading.candidates))


def _date(turn: Turn, words: str) -> Meant:
    reading = read_date(words, turn.rooms.today)
    if reading is None:
        text = turn.t(
            "I read no date in “{words}”. Write it like <i>1 September 2025</i> or <i>Juli 2025</i>.",
            words=clip(words, 60),
        )
        return Meant(problem=text)
    if isinstance(reading, Read):
        return Meant(reading.value.isoformat())
    return Meant(held=tuple((read_back(day, turn.language), day.isoformat()) for day in reading.candidates))


def _place(turn: Turn, question: Question, outcome: Outcome, words: str) -> Meant:
    """Search for a place; one that is not in the list (abroad) is taken as it is written, once that is confirmed."""
    inside = province_of(question)
    province = None if inside is None else str(outcome.known.get(inside) or "?")
    if words.isdigit():
        return Meant(words)  # a code, which the form checks
    found = find_places(words, province)
    if len(found) == 1:
        return Meant(found[0])
    own = (turn.t.plain("“{words}”, as written", words=clip(words, 40)), words)
    return Meant(held=(*((name, name) for name in found), own))
