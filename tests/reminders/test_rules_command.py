"""``tanyamutu rules``: the list of rules on the command line."""

from __future__ import annotations

import datetime as dt
import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from bot.cli import main
from bot.ruling import WHY
from reminders.rulebook import Rulebook
from store.roles import Role
from store.rulings import Verdict
from store.store import Store

Run = Callable[..., tuple[int, str, str]]
RATNA = 11


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Run:
    monkeypatch.setenv("TANYAMUTU_DATA", str(tmp_path))

    def call(*arguments: str) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["tanyamutu", "rules", *arguments])
        with pytest.raises(SystemExit) as ended:
            main()
        printed = capsys.readouterr()
        return int(ended.value.code or 0), printed.out, printed.err

    return call


def test_rules_are_listed_with_their_clause_and_counted(run: Run) -> None:
    code, printed, _ = run("--document", "1.8.8")
    assert code == 0
    assert "SOP-SPMI-UPGRIS-1.8.8:7682" in printed
    assert "Work Unit" in printed
    assert "nobody is named for it" in printed
    assert "the words give no number" in printed
    assert printed.splitlines()[-1] == "3 of 5 numeric rules are usable (60.0%)"


def test_rules_of_one_state_are_listed_and_all_are_counted(run: Run) -> None:
    _, printed, _ = run("--document", "1.8.8", "--state", "needs-actor")
    assert "7683" in printed
    assert "7682" not in printed
    assert printed.splitlines()[-1] == "3 of 5 numeric rules are usable (60.0%)"


def test_a_document_without_rules_has_no_share(run: Run) -> None:
    code, printed, _ = run("--document", "1.2.1")
    assert code == 0
    assert printed.splitlines()[-1] == "0 of 0 numeric rules are usable"


def test_rules_are_given_as_json(run: Run) -> None:
    code, printed, _ = run("--document", "1.2.8", "--json")
    assert code == 0
    rules = json.loads(printed)
    last = rules[-1]
    assert {rule["state"] for rule in rules} == {"usable"}
    assert (last["anchor"], last["offset"], last["actor"], last["role"]) == (
        "course_exam",
        "P7D",
        "course-lecturer",
        "lecturer",
    )
    assert last["text"]["id"]


@pytest.mark.parametrize(
    ("arguments", "said"), [(("--document", "9.9.9"), "There is no document '9.9.9'"), (("--state", "good"), "good")]
)
def test_what_does_not_exist_is_refused(run: Run, arguments: tuple[str, ...], said: str) -> None:
    code, printed, complained = run(*arguments)
    assert code == 2
    assert said in complained
    assert not printed


def test_every_reason_has_its_words(rulebook: Rulebook) -> None:
    assert {rule.why for rule in rulebook.rules} <= set(WHY)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """The store of the data folder, with somebody who rules."""
    clock = dt.datetime(2026, 11, 20, 20, tzinfo=dt.UTC)  # the next day in Jakarta
    with Store(tmp_path / "tanyamutu.db", clock=lambda: clock) as opened:
        opened.people.seen(RATNA, "Ratna", None, "id")
        opened.people.grant(RATNA, Role.COORDINATOR)
        yield opened


def test_rulings_count_and_are_shown(run: Run, store: Store) -> None:
    _, printed, _ = run("--document", "1.8.8", "--json")
    rules = json.loads(printed)
    assert {rule["ruling"] for rule in rules} == {None}
    usable, *_ = (rule for rule in rules if rule["state"] == "usable")
    nobody, *_ = (rule for rule in rules if rule["state"] == "needs-actor")
    vague, *_ = (rule for rule in rules if rule["state"] == "not-numeric")
    sop = usable["document"]
    store.rulings.rule(usable["key"], sop, Verdict.OFF, RATNA, reason="Not [here]")
    store.rulings.rule(nobody["key"], sop, Verdict.CORRECTED, RATNA, reason="So", correction={"actor": "dean"})
    store.rulings.rule(vague["key"], sop, Verdict.CONFIRMED, RATNA, correction={"leads": [3]})
    code, printed, _ = run("--document", "1.8.8")
    assert code == 0
    assert "off by coordinator on 2026-11-21: Not [here]" in " ".join(printed.split())
    assert printed.splitlines()[-2:] == [
        "With the rulings, 3 of 4 numeric rules are usable (75.0%)",
        "As read, 3 of 5 numeric rules are usable (60.0%)",
    ]
    _, printed, _ = run("--document", "1.8.8", "--json", "--state", "off")
    (off,) = json.loads(printed)
    assert (off["key"], off["ruling"]["verdict"], off["ruling"]["role"]) == (usable["key"], "off", "coordinator")
    _, printed, _ = run("--document", "1.8.8", "--json")
    changed = next(rule for rule in json.loads(printed) if rule["key"] == nobody["key"])
    assert (changed["state"], changed["actor"], changed["why"]) == ("usable", "dean", "")


def test_without_a_store_none_is_made(run: Run, tmp_path: Path) -> None:
    _, printed, _ = run("--document", "1.8.8", "--json")
    assert all("ruling" not in rule for rule in json.loads(printed))
    assert not (tmp_path / "tanyamutu.db").exists()
