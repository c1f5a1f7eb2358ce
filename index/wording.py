"""The words of an answer in its language: labels, roles, time limits; and excerpts of long clauses."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence

from babel.units import format_unit

from corpus.language import Language
from corpus.lexicon import Lexicon
from corpus.model import TimeLimit, TimeLimitKind
from index.lexical import Group
from index.tokens import stem, words_of

LABELS: dict[Language, dict[str, str]] = {
    "en": {
        "actor": "Carried out by",
        "charge": "Person in charge",
        "deadline": "Time limit",
        "frequency": "How often",
        "duration": "Duration",
        "window": "When",
        "anchor": "counted from",
        "target": "Target",
        "statement": "Statement",
        "indicator": "Indicator",
        "steps": "Steps",
        "step": "Step",
        "last_step": "That was the last step.",
        "first_step": "That was the first step.",
        "only_steps": "There are no more than {count} steps; this is the last one.",
        "definition": "Definition",
        "effective": "effective",
        "conflict": "The documents contradict themselves",
        "conflict_sentence": "The matrix marks it so, but the sentence names",
        "conflict_figures": "The statement and its indicator differ",
        "indicator_only": "The figure stands in the indicator only",
        "also": "Also",
        "more": "more steps in the full clause",
        "refusal": "The documents do not say this.",
        "nearest": "Nearest documents",
        "others": "Also fits",
        "work_days": "working days",
        "times": "at least {count} times",
        "before": "at least {span} before: {anchor}",
        "before_any": "before: {anchor}",
        "after": "within {span} after: {anchor}",
        "every": "every {span}",
        "last": "the last {span}",
    },
    "id": {
        "actor": "Pelaksana",
        "charge": "Penanggung jawab",
        "deadline": "Batas waktu",
        "frequency": "Frekuensi",
        "duration": "Lama",
        "window": "Waktu",
        "anchor": "dihitung dari",
        "target": "Target",
        "statement": "Pernyataan",
        "indicator": "Indikator",
        "steps": "Langkah-langkah",
        "step": "Langkah",
        "last_step": "Itu langkah terakhir.",
        "first_step": "Itu langkah pertama.",
        "only_steps": "Hanya ada {count} langkah; ini yang terakhir.",
        "definition": "Definisi",
        "effective": "berlaku",
        "conflict": "Dokumen tidak sejalan",
        "conflict_sentence": "Demikian tanda di matriks, tetapi kalimatnya menyebut",
        "conflict_figures": "Pernyataan dan indikatornya berbeda",
        "indicator_only": "Angkanya hanya ada pada indikator",
        "also": "Juga",
        "more": "langkah lagi di klausul lengkap",
        "refusal": "Dokumen tidak menyebutkan hal ini.",
        "nearest": "Dokumen terdekat",
        "others": "Juga cocok",
        "work_days": "hari kerja",
        "times": "minimal {count} kali",
        "Form Verifier": "Verifikator formulir",
        "Form Checker": "Pemeriksa formulir",
        "Form Filler": "Pengisi formulir",
        "before": "paling lambat {span} sebelum: {anchor}",
        "before_any": "sebelum: {anchor}",
        "after": "dalam {span} setelah: {anchor}",
        "every": "setiap {span}",
        "last": "{span} terakhir",
    },
}
_PART = re.compile(r"(\d+(?:\.\d+)?)([YMWDH])")
_UNITS = {"Y": "year", "M": "month", "W": "week", "D": "day", "H": "hour"}
_SEMESTERS = {
    "P6M": {"en": "semester", "id": "semester"},
    "P3M": {"en": "half-semester", "id": "setengah semester"},
}
_EVERY = {
    "P1Y": {"en": "every year", "id": "setiap tahun"},
    "P1M": {"en": "every month", "id": "setiap bulan"},
    "P1W": {"en": "every week", "id": "setiap minggu"},
    "P1D": {"en": "every day", "id": "setiap hari"},
}


def duration_words(duration: str, language: Language, *, working: bool = False) -> str:
    """Say an ISO 8601 duration: ``P7D`` is "7 days", with ``working`` "7 working days"; ranges by a dash."""
    if "/" in duration:
        return "–".join(duration_words(part, language) for part in duration.split("/") if part)
    date, _, time = duration.lstrip("-").partition("T")
    parts = []
    for body, units in ((date, _UNITS), (time, {"H": "hour", "M": "minute", "S": "second"})):
        for number, sign in _PART.findall(body):
            value = float(number)
            if sign == "D" and working:
                parts.append(f"{value:g} {LABELS[language]['work_days']}")
            else:
                parts.append(format_unit(value, units[sign], length="long", locale=language))
    return " ".join(parts)


def limit_words(limit: TimeLimit, language: Language, say: Callable[[str], str] = str) -> str:
    """Say a time limit in one phrase; the clause's own words where they give no number.

    ``say`` puts words of the clause into the language.
    """
    labels = LABELS[language]
    if limit.offset is None:
        return f"“{say(limit.quote)}”"
    span = duration_words(limit.offset.removeprefix("R/"), language, working=limit.days == "working")
    if limit.offset.startswith("R"):
        period = limit.offset.removeprefix("R/")
        known = _EVERY.get(period) or {k: labels["every"].format(span=v) for k, v in _SEMESTERS.get(period, {}).items()}
        every = known.get(language) or labels["every"].format(span=span)
        return f"{labels['times'].format(count=limit.times)}, {every}" if limit.times > 1 else every
    if limit.kind is TimeLimitKind.DEADLINE and limit.anchor:
        return labels["before" if limit.offset.startswith("-") else "after"].format(span=span, anchor=say(limit.anchor))
    if limit.kind is TimeLimitKind.WINDOW and limit.offset.startswith("-"):
        return labels["last"].format(span=span)
    return span


_FIGURE = re.compile(r"\d")
_NEAR = 60
"""Characters between a word and a figure that belongs to it."""
_SPACED = re.compile(r"(?<=\b[A-Z]) (?=[A-Z]\b)")
"""Where an abbreviation is printed with spaces: ``U P M F``."""


def role_words(actors: Iterable[str], language: Language, lexicon: Lexicon) -> str:
    """Name actors in a language; a name that was put into Indonesian is followed by the source's in brackets."""
    named = []
    for actor in actors:
        if not actor:
            continue
        actor = _SPACED.sub("", actor)
        told = lexicon.role_name(actor, language)
        named.append(actor if told.casefold() == actor.casefold() else f"{told} ({actor})")
    return "; ".join(dict.fromkeys(named))


def excerpt(text: str, limit: int, groups: Sequence[Group] = (), keep: str = "", *, figures: bool = False) -> str:
    """Cut a text to ``limit`` characters around what was asked (and around ``keep``), at words.

    With ``figures`` what stands near a figure counts twice.
    """
    if len(text) <= limit:
        return text
    start = _best_start(text, limit - 4, groups, keep, figures=figures)
    cut = text[start : start + limit - 4]
    if start:
        cut = "… " + cut[cut.find(" ") + 1 :]
    if start + limit - 4 < len(text):
        cut = cut[: cut.rfind(" ")].rstrip(",;:") + " …"
    return cut


def _best_start(text: str, width: int, groups: Sequence[Group], keep: str, *, figures: bool) -> int:
    """Find where a window of ``width`` characters holds most of what was asked."""
    place = text.find(keep) if keep else -1
    of_token = {token: number for number, group in enumerate(groups) for token, _ in group.tokens}
    marks = [
        (match.start(), of_token[token])
        for match in re.finditer(r"\w+(?:[.,]\d+)*", text)
        for w in words_of(match[0])[:1]
        for token in (stem(w, "en"), stem(w, "id"))
        if token in of_token
    ]
    starts = [0] + [m.end() for m in re.finditer(r"[.,;:)]\s+", text)] + [max(0, len(text) - width)]
    best, best_value = 0, -1.0
    for start in sorted(starts):
        inside = [(where, group) for where, group in marks if start <= where < start + width]
        value = sum(groups[group].weight for group in {group for _, group in inside})
        if figures:
            near = {group for where, group in inside if _FIGURE.search(text, max(start, where - _NEAR), where + _NEAR)}
            value += sum(groups[group].weight for group in near)
        if place >= 0 and start <= place and place + len(keep) <= start + width:
            value += 100
        if value > best_value:
            best, best_value = start, value
    if place >= 0 and best_value < 100:
        return max(0, place - 20)
    return best
