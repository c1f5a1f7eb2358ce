"""A document is really replaced: which rulings stay, which rules return to the coordinator, what runs keep."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.rulebook import rulebook_of
from corpus.lexicon import Lexicon
from corpus.library import Library
from corpus.wording import load_wordings
from index.browse import Browser
from index.built import browsable
from reminders.actors import load_actors
from reminders.almanac import Almanac
from reminders.planning import Planner
from reminders.rulebook import Rule, Rulebook
from reminders.ruled import RuledRules
from reminders.schedule import Notice
from reminders.telling import telling_of
from store.roles import Role
from store.rulings import Verdict
from store.runs import RunState
from store.store import Store

NOW = dt.datetime(2026, 11, 21, 3, tzinfo=dt.UTC)
RATNA = 11
CODE = "SOP-SPMI-UPGRIS-9.9.9"
TEXT = """# Ujian Laboratorium

Kode: SOP-SPMI-UPGRIS-9.9.9

## Prosedur

1. Dosen menyerahkan soal ujian paling lambat {days} hari sebelum tanggal ujian.
2. Kepala laboratorium melaporkan hasil praktikum setiap semester.
3. Mahasiswa mendaftar ujian paling lambat 14 hari sebelum tanggal ujian.
"""


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store(tmp_path / "store.db", clock=lambda: NOW) as opened:
        opened.people.seen(RATNA, "Ratna", None, "id")
        opened.people.grant(RATNA, Role.COORDINATOR)
        yield opened


def file(folder: Path, days: int) -> Path:
    path = folder / f"ujian-{days}.md"
    path.write_text(TEXT.format(days=days), encoding="utf-8")
    return path


def almanac_over(library: Library, document: str, store: Store, lexicon: Lexicon) -> Almanac:
    documents = [one for one in library.documents() if one.id == document]
    rulebook = rulebook_of(Browser(browsable(documents, load_wordings()), lexicon))
    return Almanac(store, rulebook, load_actors(lexicon), "Asia/Jakarta")


def with_words(rulebook: Rulebook, words: str) -> Rule:
    (rule,) = (rule for rule in rulebook.rules if words in rule.clause.text.id)
    return rule


def test_a_replaced_document_returns_its_changed_rules_alone(tmp_path: Path, store: Store, lexicon: Lexicon) -> None:
    library = Library(tmp_path)
    (document,) = library.add(file(tmp_path, 3), language="id")
    before = almanac_over(library, document.id, store, lexicon)
    telling_of(before).take_up()
    assert store.rulings.changed() == frozenset()
    questions, reports = with_words(before.rulebook, "soal ujian"), with_words(before.rulebook, "setiap semester")
    rules = RuledRules(before)
    rules.correct(questions.key, RATNA, 0, {"anchor": "course_exam"}, "It is the exam of the course")
    rules.confirm(reports.key, RATNA, 0)
    store.events.add("course_exam", dt.date(2026, 12, 14), dt.date(2026, 12, 14), RATNA)
    run = Planner(before).draft(document.id, None, RATNA)
    assert run is not None
    assert store.runs.begin(run.id)

    library.replace(document.id, file(tmp_path, 5))
    after = almanac_over(library, document.id, store, lexicon)
    telling_of(after).take_up()

    changed = with_words(after.rulebook, "soal ujian")
    assert (changed.limit.offset, with_words(after.rulebook, "setiap semester").key) == ("-P5D", reports.key)
    known = {ruled.rule.key: ruled for ruled in RuledRules(after).all()}
    assert [key for key, ruled in known.items() if ruled.is_changed] == [changed.key]
    assert known[changed.key].verdict is Verdict.OPEN
    assert known[reports.key].verdict is Verdict.CONFIRMED
    (thing,) = (thing for thing in store.due.take(NOW, 10) if thing.kind == Notice.RULES)
    assert (thing.payload["new"], thing.payload["gone"], thing.payload["ruled"]) == (1, 1, 1)

    assert store.runs.get(run.id).state is RunState.RUNNING
    step = next(step for step in store.runs.steps(run.id) if step.rule_key == questions.key)
    assert step.time_limit is not None
    assert (step.time_limit["offset"], step.due_on) == ("-P3D", dt.date(2026, 12, 11))

    RuledRules(after).confirm(changed.key, RATNA, 0)
    assert store.rulings.changed() == frozenset()


def test_what_is_put_back_has_its_ruling_again(tmp_path: Path, store: Store, lexicon: Lexicon) -> None:
    library = Library(tmp_path)
    (document,) = library.add(file(tmp_path, 3), language="id")
    before = almanac_over(library, document.id, store, lexicon)
    telling_of(before).take_up()
    rule = with_words(before.rulebook, "soal ujian")
    RuledRules(before).switch_off(rule.key, RATNA, 0, "Not here")
    for days in (5, 3):
        path = tmp_path / f"again-{days}.md"
        path.write_text(TEXT.format(days=days) + f"\nEdisi {days}.\n", encoding="utf-8")
        library.replace(document.id, path)
        almanac = almanac_over(library, document.id, store, lexicon)
        telling_of(almanac).take_up()
    known = RuledRules(almanac).get(rule.key)
    assert (known.verdict, known.is_changed) == (Verdict.OFF, False)
    assert store.rulings.changed() == frozenset()
