"""“Ingatkan saya …”: words that ask for a reminder of one's own, as people write them in Indonesian and English.

What asks something stays a question, also where it speaks of reminding: “siapa yang mengingatkan dosen?”,
“remind me who approves the curriculum?”. What a wish leaves out is not filled in.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass

from reminders.dates import LONGEST, FullDate, PartialDate, beside_date, read_date, read_time


@dataclass(frozen=True, slots=True)
class Wish:
    """What to be reminded of (empty where the words do not say), and when.

    ``time`` is that of the date, or one that stands alone.
    """

    text: str
    date: FullDate | PartialDate | None
    time: dt.time | None = None


_POLITE = (
    r"(?:halo|hai|hi|hey|hello|bot|tanya\s?mutu|pak|bu|bapak|ibu|min|kak|mohon|minta|bisa|bisakah|boleh|dapat|apakah"
    r"|tolong|tlg|tlng|tolongin|toloong|coba|kamu|anda|kau|please|pls|plz|kindly|can|could|would|will|you|jangan|jgn"
    r"|lupa|don'?t|dont|do|not|forget|to|saya\s+(?:ingin|mau|minta)|aku\s+(?:ingin|mau|minta)|i\s+want|ya|yah|dong|dulu)"
)
_VERB = r"(?:di)?ing[ae]t\s?k[ae]?n|ing[ae]tin|remind(?!er)"
_NOUN = r"(?:(?:buat|buatkan|bikin|bikinkan|pasang|set|add|create|make)\s+)?(?:an?\s+)?(?:pengingat|reminder|alarm)"
_WHOM = r"(?:lah|ya|dong)?\s*(?:saya|sy|sya|aku|ak|gue|gw|me|us|kami|kita)\b"
_START = re.compile(
    rf"[\W_]*(?:{_POLITE}\b[\W_]*)*?(?:(?P<verb>{_VERB})(?P<whom>{_WHOM}|(?:ku|lah)\b|\b)|(?P<noun>{_NOUN})\b)"
    r"(?P<colon>\s*:)?",
    re.IGNORECASE,
)
_OPENING = re.compile(
    r"(?:[\s,:;.–-]|(?:untuk|utk|buat|bahwa|kalau|kalo|klo|agar|supaya|tentang|to|that|about|of|for"
    r"|ya|dong|saya|aku|me)\b)+",
    re.IGNORECASE,
)
_ASKING = re.compile(
    r"(?:siapa|siapakah|apa|apakah|apa\s?saja|kapan|kpn|berapa|brp|bagaimana|gimana|gmn|mana|di\s?mana|kemana|kenapa"
    r"|mengapa|knp|who|whom|whose|what|when|where|which|why|how|whether|if)\b",
    re.IGNORECASE,
)
_AT = "\0"
_PLACE = re.compile(
    rf"(?P<keep>\b(?:sebelum|sblm|paling\s+lambat|selambat-?lambatnya|sampai|hingga|before|by|until|no\s+later\s+than)"
    rf"(?:\s+(?:hari|tanggal|tgl\.?))?\s*)?"
    rf"(?:\b(?:pada|di|hari|tanggal|tgl\.?|tiap|mulai|on|at|the|for)\s+)*[(]?{_AT}[)]?(?:[\s,]*{_AT})*(?:\s+(?:pagi|siang|sore|petang|malam|morning)\b)?(?:\s*,)?",
    re.IGNORECASE,
)


def read_wish(text: str, today: dt.date) -> Wish | None:
    """Return the reminder that words ask for, None for all other words.

    ``today`` is the day in the writer's time zone. Raise DateError for a date that does not exist or several.
    """
    start = _START.match(text[:LONGEST])
    if start is None:
        return None
    rest = text[start.end() :]
    opening = _OPENING.match(rest)
    about = rest[opening.end() :] if opening else rest
    if _is_question(about, is_noun=start["noun"] is not None, is_for_me=bool(start["whom"] or start["colon"])):
        return None
    wish = what_and_when(about, today)
    is_bare = start["noun"] is not None and not start["colon"] and wish.date is None and wish.time is None
    return None if is_bare and wish.text else wish


def what_and_when(text: str, today: dt.date) -> Wish:
    """Return what words say beside their date and time, and these. Raise DateError."""
    date = read_date(text, today)
    time = date.time if date is not None else read_time(text)
    return Wish(_beside(text, today), date, time)


def _is_question(about: str, *, is_noun: bool, is_for_me: bool) -> bool:
    """Whether what follows the word for reminding asks something instead of naming a thing to do."""
    if _ASKING.match(about):
        return True
    return about.rstrip().endswith("?") and (is_noun or not is_for_me)


def _beside(text: str, today: dt.date) -> str:
    """Return a text without its date and time; a limit (“sebelum 3 Desember”) keeps its day, to say what it says."""
    marked = beside_date(text.replace(_AT, " "), today, _AT)
    if (found := _PLACE.search(marked)) and found["keep"]:
        return " ".join(text.split())
    rest = " ".join(_PLACE.sub(" ", marked).replace(_AT, " ").split())
    opening = _OPENING.match(rest)
    return (rest[opening.end() :] if opening and marked.lstrip().startswith(_AT) else rest).strip(" ,;.:-–?")
