"""Answers of graduates for the tests, written from the national questionnaire's own table, not from our YAML."""

from datetime import date

from hypothesis import strategies as st

RATINGS = range(1, 6)
MONTHS = st.integers(0, 60)
TEXT = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Zs", "Zl", "Zp")), min_size=1, max_size=30)
IDENTITY = {
    "kdptimsmh": "061031",
    "kdpstmsmh": "86206",
    "nimhsmsmh": "17120001",
    "nmmhsmsmh": "Siti Rahmawati",
    "telpomsmh": "081234567890",
    "emailmsmh": "siti@example.ac.id",
    "tahun_lulus": 2023,
}
ALWAYS = {
    "f1201": st.integers(1, 7),
    **{f"f{code}": st.sampled_from(RATINGS) for code in range(1761, 1775, 2)},
    **{f"f2{way}": st.sampled_from(RATINGS) for way in range(1, 8)},
}
AT_WORK = {
    "f502": MONTHS,
    "f505": st.integers(0, 50_000_000),
    "f5a1": st.just("Jawa Tengah"),
    "f5a2": st.just("Kota Semarang"),
    "f5b": TEXT,
    "f5d": st.integers(1, 3),
    "f14": st.integers(1, 5),
    "f15": st.integers(1, 4),
    **{f"f{code}": st.sampled_from(RATINGS) for code in range(1762, 1776, 2)},
}
STUDYING = {
    "f18a": st.integers(1, 2),
    "f18b": TEXT,
    "f18c": TEXT,
    "f18d": st.dates(date(2015, 1, 1), date(2026, 12, 31)),
}
WAYS = [f"f{code}" for code in range(401, 416)]
REASONS = [f"f{code}" for code in range(1601, 1614)]


@st.composite
def path_answers(draw, f8=None, f1101=None, f301=None, f1001=None):
    """Draw the answers of one graduate on a path; what is not asked on it is absent, ticks are 1 or absent."""
    answers = dict(IDENTITY)
    answers["f8"] = f8 or draw(st.integers(1, 5))
    answers |= draw(st.fixed_dictionaries(ALWAYS))
    if answers["f8"] in (1, 3):
        answers |= draw(st.fixed_dictionaries(AT_WORK))
        answers["f1101"] = f1101 or draw(st.integers(1, 7))
        answers |= dict.fromkeys(draw(st.sets(st.sampled_from(REASONS))), 1)
    if answers["f8"] == 3:
        answers["f5c"] = draw(st.integers(1, 4))
    if answers["f8"] == 4:
        answers |= draw(st.fixed_dictionaries(STUDYING))
    answers["f301"] = f301 or draw(st.integers(1, 3))
    answers |= draw(search(answers["f301"]))
    answers["f1001"] = f1001 or draw(st.integers(1, 5))
    others = {"f1102": ("f1101", 5), "f1202": ("f1201", 7), "f416": ("f415", 1), "f1002": ("f1001", 5)}
    others["f1614"] = ("f1613", 1)
    return answers | {code: draw(TEXT) for code, (asked, value) in others.items() if answers.get(asked) == value}


@st.composite
def search(draw, f301):
    """Draw the answers about the search for work, which those who did not look are not asked."""
    if f301 == 3:
        return {}
    counts = sorted(draw(st.tuples(*[st.integers(0, 300)] * 3)))
    ticked = dict.fromkeys(draw(st.sets(st.sampled_from(WAYS))), 1)
    return {
        "f302" if f301 == 1 else "f303": draw(MONTHS),
        **dict(zip(("f7a", "f7", "f6"), counts, strict=True)),
        **ticked,
    }


def asked_columns(answers):
    """Return the columns that hold a value for these answers: the answered ones, and each box of an asked list."""
    lists = [*(REASONS if answers["f8"] in (1, 3) else []), *(WAYS if answers["f301"] in (1, 2) else [])]
    return set(answers) | set(lists)


def worker(**changed):
    """Return the answers of a complete employed graduate, with ``changed`` (None removes an answer)."""
    answers = {
        **IDENTITY,
        "f8": 1,
        "f502": 2,
        "f505": 4_500_000,
        "f5a1": "Jawa Tengah",
        "f5a2": "Kota Semarang",
        "f1101": 3,
        "f5b": "SMP Negeri 1",
        "f5d": 1,
        "f1201": 1,
        "f14": 1,
        "f15": 2,
        **{f"f{code}": 4 for code in range(1761, 1775)},
        **{f"f2{way}": 2 for way in range(1, 8)},
        "f301": 2,
        "f303": 1,
        "f404": 1,
        "f6": 5,
        "f7": 3,
        "f7a": 2,
        "f1001": 1,
        "f1601": 1,
    }
    return {code: value for code, value in (answers | changed).items() if value is not None}
