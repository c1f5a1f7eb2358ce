"""What a question asks for: its language, what kind of answer it wants, which documents and figures it names."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from wordfreq import zipf_frequency

from corpus.language import Language, detect_language
from corpus.lexicon import Entry, Kind, Lexicon
from index.facts import FactKind
from index.lexical import Group
from index.spelling import Speller
from index.tokens import codes_in, is_stop_word, nested_matches, stem, words_of


class Asked(StrEnum):
    """What kind of answer a question wants."""

    RESPONSIBLE = "responsible"
    DEADLINE = "deadline"
    STEPS = "steps"
    TARGET = "target"
    DEFINITION = "definition"
    REQUIREMENT = "requirement"
    DOCUMENT = "document"
    APPROVAL = "approval"
    OTHER = "other"


_ASKED: tuple[tuple[Asked, str], ...] = (
    (
        Asked.DOCUMENT,
        r"\b(document|sop|form|standard) (code|number)\b|\bcode of\b|\bkode (dokumen|sop|standar|formulir)\b"
        r"|\bnomor (dokumen|sop)\b|\b(which|what) (sop|document|form)s?\b|\b(sop|dokumen|formulir) (yang )?mana\b"
        r"|\b(sop|dokumen) apa\b|\beffective (date|from|since)\b|\b(tanggal|mulai|sejak) (ber)?laku|\bberlaku (sejak|mulai)"
        r"|\bcome into (force|effect)\b",
    ),
    (
        Asked.STEPS,
        r"\bsteps?\b|\bprocedures?\b(?! table)|\bstages?\b|\bphases? (of|in)\b|\bhow (do|does|can|should|is|are|to)\b"
        r"(?! (often|many|much|long))|\bhow .{0,30}\bgo about\b|\bworkflow\b|\bin (what )?order\b|\bwhat happens\b"
        r"|\bwalk me through\b|\bprocess (of|for)\b|\b(explain|describe|jelaskan|uraikan)\b.*\bsop\b|\bflow\b|\bwhat (comes |is )?next\b|\brounds?\b|\bhave to do to\b|\bstart to finish\b|\b(what|how|apa saja|bagaimana)\b.*\b(from|dari)\b.+\b(to|till?|until|sampai|hingga)\b|\bfrom beginning to end\b|\b(path|route|hands)\b"
        r"|\bberikutnya\b|\bselanjutnya\b|\bngapain\b|\brangkaian\b|\bdari awal sampai|\blangkah|\btahap|\balur\b|\bprosedur|\burutan"
        r"|\bbagaimana (cara|proses|mekanisme|prosedur|mengurus|mengajukan|melakukan)|\bcara(nya)?\b|\bmekanisme",
    ),
    (
        Asked.RESPONSIBLE,
        r"\bwho('s|se|m)?\b|\bby whom\b|\bperson in charge\b|\bpic\b|\bresponsib|\baccountab|\banswerable\b|\bin charge\b"
        r"|\b(which|what) (unit|body|office|party|parties|official|officials|role|committee|department|team|bureau|leader|(\\w+ )leader|lecturer|person|people)s?\b"
        r"|\bsiapa|\bpenanggung\s?jawab|\bbertanggung\s?jawab|\b(pihak|unit|pejabat|lembaga|bagian|tim|panitia|biro) (apa|mana)"
        r"|\bverifi(er|kator)\b",
    ),
    (
        Asked.DEADLINE,
        r"^\W*(\w+\W+){0,2}when\b(?!.*,.*\b(what|which|who|whose|how)\b)|\b(by|since|until|and) when\b|\bwhen\?|\bdeadline|\btime limit|\bdue\b|\bhow (often|long|soon|far ahead|early|late|regularly|frequently)\b"
        r"|\b(at|by) (which|what) (date|time|moments?|points?)\b|\bat the latest\b|\bfrequency\b|\bhow many (days|weeks|months)\b"
        r"|\bno later than\b|\bkapan|\bpaling (lambat|telat|lama)|\bbatas (waktu|akhir)|\btenggat|\bberapa lama"
        r"|\bseberapa (sering|lama|cepat)|\bfrekuensi|\bjangka waktu|\b(setiap|tiap) berapa|\bberapa (hari|minggu|bulan) "
        r"|\bjadwal(nya)?\b|\bh-\s?berapa|\bdeadlin",
    ),
    (
        Asked.TARGET,
        r"\bhow (many|much|high|large|big)\b|\bpercent|\bwhat (share|proportion|ratio|number)|\bminimum|\bmaximum|\bmax\b|\bmin\b"
        r"|\bat least\b|\bat most\b|\btargets?\b|\bratio\b|\brate\b|%|\bsmallest number\b|\blargest number\b"
        r"|\bberapa|\bpersen|\bminimal|\bmaksimal|\bminimum|\bmaksimum|\btarget|\brasio|\bjumlah|\bpaling (sedikit|banyak|kecil)",
    ),
    (
        Asked.DEFINITION,
        r"\bdefin|\bmean(s|ing)?\b|\bstands? for\b|\babbreviation|\bwhat (is|are) (an? |the )?(?!\w+ (of|for)\b)\w+(\W+\w+){0,3}\W*$"
        r"|\bpengertian|\bdefinisi|\barti(nya)?\b|\bkepanjangan|\bsingkatan|\bmaksud(nya)?\b|\bdimaksud|\bapa itu\b|\bitu apa\b",
    ),
    (
        Asked.REQUIREMENT,
        r"\brequire|\bmust\b|\bshould\b|\bconditions?\b|\beligib|\bqualif|\bcriteria\b|\bcontain|\binclude|\bcover\b"
        r"|\bsyarat|\bharus|\bwajib|\bketentuan|\bkriteria|\bkualifikasi|\bmemuat|\bmencakup|\bmeliputi|\bboleh",
    ),
)
_PATTERNS = tuple((asked, re.compile(pattern, re.IGNORECASE)) for asked, pattern in _ASKED)
_APPROVAL = re.compile(
    r"\b(approval sheet|lembar pengesahan)\b"
    r"|\b(who|siapa)( yang)? (formulated|drafted|reviewed|approved|signed|appointed|merumuskan|mengesahkan|menyetujui"
    r"|menandatangani|menetapkan) (this |the |dokumen )?(\w+ ){0,2}(document|sop\b|standard document|dokumen)",
    re.IGNORECASE,
)
_CODE_NAMES = re.compile(
    r"\b(?:(?:SOP|S|F)-)?(?:SPMI-?)?(?:UPGRIS-)?\d+\.\d+(?:\.\d+)*\b|\b(?:SOP|S|F)-SPMI-UPGRIS\b", re.I
)
_OBJECT = re.compile(r"\bwhom\b|\bdi(perintah|tugas|instruksi|tunjuk|mint)\w*", re.IGNORECASE)
_PIC = re.compile(
    r"\b(person in charge|pic|in charge|accountab\w*|answerable|penanggung\s?jawab\w*|(ber)?tanggung\s?jawab\w*|responsible)\b",
    re.IGNORECASE,
)
_TERM = re.compile(
    r"(?:\b(?:pengertian|definisi|arti|kepanjangan|maksud|dimaksud(?: dengan)?|apa itu|definition of|meaning of|define|meant by"
    r"|what (?:is|are|does)(?: an?| the)?)\s+(?P<after>.+?)(?:\s+(?:dalam|di|pada|menurut|itu|in|under|according|mean|stand)\b"
    r"|[,?;]|$))|^\W*(?P<before>.+?)\s+(?:meaning|definition|definisi|pengertian|artinya|itu apa)\b",
    re.IGNORECASE,
)
_FIGURE = re.compile(
    r"\d|%|\b(one|two|three|four|five|six|seven|eight|nine|ten|twelve|half|once|twice|satu|dua|tiga)\b", re.I
)
_DOCUMENT_WORDS = {
    "form": re.compile(r"\bF-(SPMI|UPGRIS)|\b(evaluation )?forms?\b|\bformulir", re.IGNORECASE),
    "standard": re.compile(r"\bS-SPMI|\bstandar[d]? (document|dokumen)|\bdokumen standar", re.IGNORECASE),
    "sop": re.compile(r"\bSOP\b", re.IGNORECASE),
}
_SECTIONS: tuple[tuple[FactKind, re.Pattern[str]], ...] = tuple(
    (kind, re.compile(pattern, re.IGNORECASE))
    for kind, pattern in (
        (FactKind.STRATEGY, r"\bstrateg"),
        (FactKind.PURPOSE, r"\b(objective|purpose|aim|goal)s?\b|\btujuan"),
        (FactKind.SCOPE, r"\bscope\b|\bruang lingkup|\bberlaku (untuk|bagi)\b"),
        (FactKind.RELATED, r"\brelated documents?\b|\bdokumen terkait"),
        (
            FactKind.REFERENCE,
            r"\breferences?\b|\blegal basis\b|\bdasar hukum|\bregulations?\b|\bacuan|\brujukan|\bundang|\bperaturan",
        ),
        (FactKind.PROVISION, r"\bprovisions?\b|\bketentuan"),
        (
            FactKind.FORM_ROLE,
            r"\bforms?\b.{0,60}\b(fill|check|verif|sign)|\b(fill|check|verif|sign)\w*\b.{0,80}\bforms?\b"
            r"|\bformulir.{0,60}(isi|periksa|verifik|tanda)|(isi|periksa|verifik|tanda)\w*.{0,80}\bformulir",
        ),
        (
            FactKind.STANDARD,
            r"\bstandards? (section|of the sop)\b|\bbagian standar\b|\bstandar (dalam|pada|di) sop",
        ),
        (FactKind.RESPONSIBLE, r"\bresponsible part(y|ies)\b|\bbagian penanggung jawab\b"),
        (FactKind.TABLE, r"\brubric|\brubrik|\bcredit points?\b|\bangka kredit"),
    )
)
_SHORT = 6
"""Words up to which a question is too short for its letters to tell the language."""
_LANGUAGES: tuple[Language, ...] = ("en", "id")
_QUESTION_WORDS = frozenset(
    (
        "who whom whose what which when where how why many much often long does did can could should would "
        "according under sop document documents standard please tell know need minimum maximum least most max "
        "min percentage percent latest deadline steps step procedure stages person charge responsible "
        "accountable meaning definition defined define mean means stand stands code target frequency hey hi "
        "hello pls going ours us sop dokumen paling lambat telat batas waktu langkah tahap tahapan prosedur "
        "penanggung jawab pic minimal maksimal persen persentase arti definisi pengertian kode target kali "
        "frekuensi maksimum minimum bagaimana gimana cara urutan menurut jumlah sih ya dong bu pak kak mas "
        "mbak min pun deh nih bagi dalam isi"
    ).split()
)


@dataclass(frozen=True, slots=True)
class Question:
    """A question, read.

    ``normal`` is the text with typing errors mended and colloquial words made plain; ``groups`` are the things
    it names, to be looked for; ``term`` those of them whose definition is asked for; ``codes`` document and statement numbers; ``also`` further kinds of answer that
    its words suggest; ``roles`` the ids of the roles and units it names.
    """

    text: str
    normal: str
    language: Language
    asked: Asked
    also: frozenset[Asked]
    codes: tuple[str, ...]
    phases: frozenset[str]
    standards: frozenset[str]
    groups: tuple[Group, ...]
    term: tuple[Group, ...]
    wants_charge: bool
    document_kind: str | None
    figures: tuple[str, ...]
    roles: frozenset[str]
    asks_object: bool
    sections: frozenset[FactKind]

    @property
    def tokens(self) -> frozenset[str]:
        """All tokens by which the things that it names are looked for."""
        return frozenset(token for group in self.groups for token, _ in group.tokens)


def read_question(
    text: str, lexicon: Lexicon, speller: Speller | None = None, language: Language | None = None
) -> Question:
    """Read a question: a text of one or more words, in either language or both; ``language`` where it is known."""
    language = language or question_language(text, lexicon)
    normal = lexicon.normalise(text) or text
    if speller:
        normal = speller.mend(normal)
    asked, also = _asked(normal)
    if asked is Asked.OTHER and not words_of(_CODE_NAMES.sub(" ", normal)):
        asked = Asked.DOCUMENT
    codes = tuple(codes_in(text))
    matches = [match for match in nested_matches(normal, lexicon) if match.entry.kind is not Kind.WORD]
    phases = frozenset(str(match.entry.phase) for match in matches if match.entry.phase)
    standards = frozenset(match.entry.standard for match in matches if match.entry.standard)
    groups = tuple(_groups(_CODE_NAMES.sub(" ", normal), language, lexicon))
    kind = next((name for name, pattern in _DOCUMENT_WORDS.items() if pattern.search(normal)), None)
    return Question(
        text=text,
        normal=normal,
        language=language,
        asked=asked,
        also=also,
        codes=codes,
        phases=phases,
        standards=standards,
        groups=groups,
        term=tuple(_groups(_CODE_NAMES.sub(" ", _term(normal)), language, lexicon)),
        wants_charge=bool(_PIC.search(normal)),
        document_kind=kind,
        figures=tuple(word for word in words_of(normal) if word[0].isdigit() and word not in codes),
        roles=frozenset(match.entry.id for match in matches if match.entry.kind in {Kind.ROLE, Kind.UNIT}),
        asks_object=bool(_OBJECT.search(normal)),
        sections=frozenset(kind for kind, pattern in _SECTIONS if pattern.search(normal)),
    )


def question_language(text: str, lexicon: Lexicon) -> Language:
    """Tell a question's language: by its function words, else by words of one language alone, else by its letters.

    Short questions borrow: an Indonesian says ``deadline submit nilai``, and nobody who asks in English says
    ``nilai``. So one plainly Indonesian word among the first few makes it Indonesian.
    """
    return told_language(text, lexicon) or detect_language(text)


def told_language(text: str, lexicon: Lexicon) -> Language | None:
    """Tell a question's language by its words; None where they do not tell it (``UTS?``)."""
    words = words_of(text)
    counts = {name: sum(word in lexicon.function_words[name] for word in words) for name in _LANGUAGES}
    if counts["en"] != counts["id"]:
        return "en" if counts["en"] > counts["id"] else "id"
    if len(words) <= _SHORT and any(_plainly_indonesian(word) for word in words):
        return "id"
    return None


def asks_only(word: str) -> bool:
    """Whether a folded word asks, or says nothing, and names no subject (``siapa``, ``langkah-langkah``, ``the``)."""
    if word in _QUESTION_WORDS or any(is_stop_word(word, language) for language in _LANGUAGES):
        return True
    return any(pattern.search(word) for _, pattern in (*_PATTERNS, *_SECTIONS))


def _plainly_indonesian(word: str) -> bool:
    known = zipf_frequency(word, "id")
    return len(word) > 3 and known >= 4.0 and known - zipf_frequency(word, "en") >= 1.5


def _term(text: str) -> str:
    """Give the term whose definition is asked for, where the words around it show it; else an empty text."""
    match = _TERM.search(text)
    return (match["after"] or match["before"]).strip(" '\"“”‘’") if match else ""


def _asked(text: str) -> tuple[Asked, frozenset[Asked]]:
    """Tell the kind of answer wanted, and the other kinds whose words occur too."""
    found = [asked for asked, pattern in _PATTERNS if pattern.search(text)]
    if _APPROVAL.search(text):
        found.insert(0, Asked.APPROVAL)
    if not found:
        return Asked.OTHER, frozenset()
    first = found[0]
    if first == Asked.STEPS and _MEANING.search(text) and not _LISTED_STEPS.search(text):
        first = Asked.DEFINITION
    if first == Asked.STEPS and Asked.RESPONSIBLE in found and not _LISTED_STEPS.search(text):
        first = Asked.RESPONSIBLE
    return first, frozenset(found) - {first}


_MEANING = re.compile(
    r"\bmeant by\b|\bmeaning of\b|\bdefinition of\b|\bstands? for\b|\bpengertian\b|\bdefinisi\b|\bapa itu\b|\bdimaksud\b",
    re.IGNORECASE,
)
"""Words that ask for a meaning even beside ``procedure``, which then names the document."""
_LISTED_STEPS = re.compile(
    r"\b(what|which|list|all)\b.{0,30}\b(steps|stages|procedures?)\b|\bwalk me through\b|\bhow (do|to)\b|\bwhat happens\b"
    r"|\blangkah-?\s?langkah|\b(apa saja|bagaimana)\b.{0,20}\b(langkah|tahap|prosedur|alur)",
    re.IGNORECASE,
)
"""Words that ask for steps even beside a ``who``: who does what in each of them."""


def asks_all_steps(text: str) -> bool:
    """Whether steps are what is asked for, not merely named (``who is in charge of the first step``)."""
    return bool(
        re.search(
            r"\b(what|which|list|all)\b.{0,30}\b(steps|stages|procedures?)\b|\bhow (do|to)\b|\bwalk me through\b|\bfrom beginning to end\b|\b(path|route|hands)\b|\bwhat happens\b|\bflow\b|\bstart to finish\b|\bnext\b|\bhave to do to\b|\blangkah-?\s?langkah"
            r"|\b(apa saja|bagaimana)\b.{0,20}\b(langkah|tahap|prosedur|alur)|\bberikutnya\b|\bselanjutnya\b|\balur\b",
            text,
            re.IGNORECASE,
        )
    )


def _groups(text: str, language: Language, lexicon: Lexicon) -> Iterator[Group]:
    """Make groups of what the question names: lexicon entries first, then the words that are left."""
    covered: set[int] = set()
    for match in lexicon.find(text):
        words = words_of(match.surface)
        if match.entry.kind is Kind.WORD and len(words) < 2:
            continue
        covered.update(range(match.start, match.end))
        if match.entry.kind is Kind.WORD:
            tokens = [(stem(word, lang), 0.6) for word in words for lang in _LANGUAGES]
            yield Group(match.surface, _unique([*tokens, *_stems(match.entry)]))
            continue
        tokens = [(f"#{entry.id}", 1.0 if entry is match.entry else 0.7) for entry in match.entries]
        if len(words) == 1:
            tokens += [(stem(words[0], lang), 0.9) for lang in _LANGUAGES]
        yield Group(match.surface, _unique(tokens), 1.0)
        if len(words) > 1:
            yield from _word_groups(match.surface, language, lexicon, 0.35)
    rest = "".join(" " if place in covered else sign for place, sign in enumerate(text))
    yield from _word_groups(rest, language, lexicon, 1.0)


def _word_groups(text: str, language: Language, lexicon: Lexicon, weight: float) -> Iterator[Group]:
    seen: set[str] = set()
    for word in words_of(text):
        if word in seen or word in _QUESTION_WORDS or is_stop_word(word, language):
            continue
        seen.add(word)
        tokens = [(stem(word, language), 1.0)]
        if not word[0].isdigit():
            tokens += [(stem(word, "id" if language == "en" else "en"), 0.8)]
            tokens += list(_translations(word, language, lexicon))
        yield Group(word, _unique(tokens), weight)


def _translations(word: str, language: Language, lexicon: Lexicon) -> Iterator[tuple[str, float]]:
    """Give stems that may stand for a word: the other language's words, and those that share a meaning with it."""
    for entry in lexicon.words(word, language):
        yield from _stems(entry)


def _stems(entry: Entry) -> Iterator[tuple[str, float]]:
    """Give the stems of an entry's names in both languages; a word of a longer name counts less."""
    for target in _LANGUAGES:
        for name in entry.variants[target]:
            parts = [part for part in words_of(name) if not is_stop_word(part, target)]
            yield from ((stem(part, target), 0.85 if len(parts) == 1 else 0.4) for part in parts)


def _unique(tokens: Iterable[tuple[str, float]]) -> tuple[tuple[str, float], ...]:
    best: dict[str, float] = {}
    for token, weight in tokens:
        best[token] = max(weight, best.get(token, 0.0))
    return tuple(best.items())


def has_figure(text: str) -> bool:
    """Whether a text holds a figure, in digits or words."""
    return bool(_FIGURE.search(text))
