"""What is stored about one person: all of it to take along, and all of it gone.

`HOLDINGS` names every table with a column that names a person; a test walks over the tables and fails for one
that is missing. Foreign keys hold the rest: a person with rows left cannot be deleted.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from store.database import Database, Row, from_json
from store.interviews import EMPTIED

JSON_COLUMNS = frozenset(
    {
        "citations",
        "clause",
        "correction",
        "data",
        "details",
        "documents",
        "facts",
        "parameters",
        "payload",
        "sheets",
        "title",
        "value",
    }
)
OWN_GRADUATES = "SELECT id FROM graduates WHERE person_id = :id"
OWN_INTERVIEWS = (
    f"SELECT id FROM interviews WHERE person_id = :id OR (respondent = 'graduate' AND graduate_id IN ({OWN_GRADUATES}))"
)
"""A person's interviews: those they answered, and those about them that were taken by telephone or imported."""


@dataclass(frozen=True)
class Holding:
    """What a table holds about people: the columns that name one, how to read it, how to erase it.

    Where a person only touched what is another's (decided a request, settled a question), the export says so
    without the other's data, and erasing takes the name off. ``:id`` is the person, ``:now`` the time.
    """

    table: str
    columns: tuple[str, ...]
    export: tuple[str, ...]
    erase: tuple[str, ...]


HOLDINGS = (
    Holding(
        "topics",
        ("person_id", "chat_id"),
        ("SELECT * FROM topics WHERE person_id = :id",),
        ("DELETE FROM topics WHERE :id IN (person_id, chat_id)",),
    ),
    Holding(
        "dialogues",
        ("person_id", "chat_id"),
        ("SELECT * FROM dialogues WHERE person_id = :id",),
        ("DELETE FROM dialogues WHERE :id IN (person_id, chat_id)",),
    ),
    Holding(
        "asking",
        ("person_id",),
        ("SELECT asked_at FROM asking WHERE person_id = :id ORDER BY id",),
        ("DELETE FROM asking WHERE person_id = :id",),
    ),
    Holding(
        "feedback",
        ("person_id",),
        ("SELECT * FROM feedback WHERE person_id = :id ORDER BY question_id",),
        ("DELETE FROM feedback WHERE person_id = :id",),
    ),
    Holding(
        "curated",
        ("written_by", "withdrawn_by"),
        (
            "SELECT id, question, answer, language, author, author_role, written_at, withdrawn_at FROM curated"
            " WHERE written_by = :id ORDER BY id",
            "SELECT id, withdrawn_at, withdrawn_by FROM curated WHERE withdrawn_by = :id ORDER BY id",
        ),
        (
            "UPDATE curated SET written_by = NULL, author = '' WHERE written_by = :id",
            "UPDATE curated SET withdrawn_by = NULL WHERE withdrawn_by = :id",
        ),
    ),
    Holding(
        "questions",
        ("person_id", "chat_id", "settled_by"),
        (
            "SELECT id, person_id, chat_id, message_id, asked_at, language, text, kind, answered, citations,"
            " settled_at, curated_id FROM questions WHERE person_id = :id ORDER BY id",
            "SELECT id, settled_at, settled_by FROM questions WHERE settled_by = :id AND person_id != :id ORDER BY id",
        ),
        (
            "DELETE FROM questions WHERE :id IN (person_id, chat_id)",
            "UPDATE questions SET settled_by = NULL WHERE settled_by = :id",
        ),
    ),
    Holding(
        "role_requests",
        ("person_id", "decided_by"),
        (
            "SELECT id, person_id, role, unit_id, state, made_at, decided_at FROM role_requests"
            " WHERE person_id = :id ORDER BY id",
            "SELECT id, decided_at, decided_by FROM role_requests WHERE decided_by = :id ORDER BY id",
        ),
        (
            "DELETE FROM role_requests WHERE person_id = :id",
            "UPDATE role_requests SET decided_by = NULL WHERE decided_by = :id",
        ),
    ),
    Holding(
        "redemptions",
        ("person_id",),
        ("SELECT * FROM redemptions WHERE person_id = :id ORDER BY invitation_id",),
        ("DELETE FROM redemptions WHERE person_id = :id",),
    ),
    Holding(
        "invitations",
        ("made_by",),
        ("SELECT * FROM invitations WHERE made_by = :id ORDER BY id",),
        ("UPDATE invitations SET made_by = NULL WHERE made_by = :id",),
    ),
    # The list is the institution's: a row that is imported again comes back, without the person.
    Holding(
        "staff",
        ("person_id",),
        ("SELECT * FROM staff WHERE person_id = :id ORDER BY id",),
        ("DELETE FROM staff WHERE person_id = :id",),
    ),
    Holding(
        "due",
        ("person_id",),
        ("SELECT * FROM due WHERE person_id = :id ORDER BY id",),
        ("DELETE FROM due WHERE person_id = :id",),
    ),
    Holding(
        "own_reminders",
        ("person_id",),
        ("SELECT * FROM own_reminders WHERE person_id = :id ORDER BY id",),
        ("DELETE FROM own_reminders WHERE person_id = :id",),
    ),
    Holding(
        "reminder_wishes",
        ("person_id",),
        ("SELECT * FROM reminder_wishes WHERE person_id = :id",),
        ("DELETE FROM reminder_wishes WHERE person_id = :id",),
    ),
    Holding(
        "holders",
        ("person_id",),
        ("SELECT * FROM holders WHERE person_id = :id ORDER BY actor",),
        ("DELETE FROM holders WHERE person_id = :id",),
    ),
    # That a step was done stays; the coordinator hears that nobody has those that are left.
    Holding(
        "assignments",
        ("person_id",),
        ("SELECT * FROM assignments WHERE person_id = :id ORDER BY id",),
        ("UPDATE assignments SET person_id = NULL WHERE person_id = :id",),
    ),
    # The trail is what an auditor goes by: the role stays, and a pseudonym that is one person's throughout.
    Holding(
        "trail",
        ("done_by", "told_by"),
        (
            "SELECT id, at, act, run_id, step_id, done_by, name, role, details FROM trail WHERE done_by = :id"
            " ORDER BY id",
            "SELECT id, at, act, run_id, step_id, told_by, told_name FROM trail WHERE told_by = :id AND"
            " coalesce(done_by, 0) != :id ORDER BY id",
        ),
        (
            "UPDATE trail SET name = CASE done_by WHEN :id THEN 'P' || seen.first ELSE name END,"
            " told_name = CASE told_by WHEN :id THEN 'P' || seen.first ELSE told_name END,"
            " done_by = CASE done_by WHEN :id THEN NULL ELSE done_by END,"
            " told_by = CASE told_by WHEN :id THEN NULL ELSE told_by END"
            " FROM (SELECT min(id) AS first FROM trail WHERE :id IN (done_by, told_by)) AS seen"
            " WHERE :id IN (done_by, told_by)",
        ),
    ),
    Holding(
        "rulings",
        ("made_by",),
        ("SELECT * FROM rulings WHERE made_by = :id ORDER BY id",),
        ("UPDATE rulings SET made_by = NULL, author = '' WHERE made_by = :id",),
    ),
    Holding(
        "runs",
        ("coordinator_id",),
        ("SELECT * FROM runs WHERE coordinator_id = :id ORDER BY id",),
        ("UPDATE runs SET coordinator_id = NULL WHERE coordinator_id = :id",),
    ),
    Holding(
        "events",
        ("made_by",),
        ("SELECT * FROM events WHERE made_by = :id ORDER BY id",),
        ("UPDATE events SET made_by = NULL WHERE made_by = :id",),
    ),
    Holding(
        "uploads",
        ("person_id",),
        ("SELECT name, data, sent_at FROM uploads WHERE person_id = :id",),
        ("DELETE FROM uploads WHERE person_id = :id",),
    ),
    Holding(
        "survey_reminders",
        ("person_id",),
        ("SELECT campaign_id, number, told_at FROM survey_reminders WHERE person_id = :id ORDER BY told_at",),
        ("DELETE FROM survey_reminders WHERE person_id = :id",),
    ),
    # The coordinator who took answers by telephone leaves them; the respondent's own go.
    Holding(
        "answers",
        (),
        (f"SELECT name, value, answered_at, set_aside FROM answers WHERE interview_id IN ({OWN_INTERVIEWS})",),
        (f"DELETE FROM answers WHERE interview_id IN ({OWN_INTERVIEWS})",),
    ),
    # The count of the campaign stays: programme, level, cohort, day of sending. What an employer said of the person
    # is the employer's, and stays without saying of whom.
    Holding(
        "interviews",
        ("person_id", "taken_by"),
        (
            f"SELECT * FROM interviews WHERE id IN ({OWN_INTERVIEWS}) ORDER BY id",
            "SELECT id, campaign_id, taken_by FROM interviews WHERE taken_by = :id ORDER BY id",
        ),
        (
            f"UPDATE interviews SET state = 'erased', {EMPTIED} WHERE id IN ({OWN_INTERVIEWS})",
            f"UPDATE interviews SET graduate_id = NULL WHERE graduate_id IN ({OWN_GRADUATES})",
            "UPDATE interviews SET taken_by = NULL WHERE taken_by = :id",
        ),
    ),
    Holding(
        "survey_links",
        (),
        (f"SELECT * FROM survey_links WHERE graduate_id IN ({OWN_GRADUATES}) ORDER BY id",),
        (f"DELETE FROM survey_links WHERE graduate_id IN ({OWN_GRADUATES})",),
    ),
    Holding(
        "identities",
        (),
        (f"SELECT * FROM identities WHERE graduate_id IN ({OWN_GRADUATES})",),
        (f"DELETE FROM identities WHERE graduate_id IN ({OWN_GRADUATES})",),
    ),
    # Who is erased and comes again would otherwise guess anew: how often a graduate was guessed at stays.
    Holding(
        "identity_guesses",
        ("person_id",),
        ("SELECT guessed_at FROM identity_guesses WHERE person_id = :id ORDER BY id",),
        ("UPDATE identity_guesses SET person_id = NULL WHERE person_id = :id",),
    ),
    # One of the population stays, with nothing that names them; the digest knows them in the next list.
    Holding(
        "graduates",
        ("person_id",),
        (
            "SELECT nim, name, programme_code, programme_name, level, cohort, graduated_on, born_on, phone, email,"
            " no_contact_at FROM graduates WHERE person_id = :id ORDER BY id",
        ),
        (
            "UPDATE graduates SET nim = NULL, name = '', graduated_on = NULL, born_on = NULL, phone = NULL,"
            " email = NULL, person_id = NULL, no_contact_at = coalesce(no_contact_at, :now), erased_at = :now"
            " WHERE person_id = :id",
        ),
    ),
    Holding(
        "campaigns",
        ("made_by",),
        (
            "SELECT id, kind, title AS called, opens, closes, made_at, made_by FROM campaigns WHERE made_by = :id"
            " ORDER BY id",
        ),
        ("UPDATE campaigns SET made_by = NULL WHERE made_by = :id",),
    ),
    Holding(
        "own_forms",
        ("made_by",),
        ("SELECT * FROM own_forms WHERE made_by = :id ORDER BY id",),
        ("UPDATE own_forms SET made_by = NULL WHERE made_by = :id",),
    ),
    Holding(
        "inbox",
        ("person_id", "chat_id"),
        ("SELECT * FROM inbox WHERE :id IN (person_id, chat_id) OR key = CAST(:id AS TEXT) ORDER BY id",),
        # The update ids stay, so that one that comes again is known; a claim on it may still say `done`.
        (
            "UPDATE inbox SET person_id = NULL, chat_id = NULL, key = 'erased:' || update_id, payload = '{}',"
            " error = NULL, finished_at = coalesce(finished_at, :now),"
            " state = CASE state WHEN 'failed' THEN 'failed' ELSE 'done' END"
            " WHERE :id IN (person_id, chat_id) OR key = CAST(:id AS TEXT)",
        ),
    ),
    Holding(
        "outbox",
        ("person_id", "chat_id"),
        ("SELECT * FROM outbox WHERE :id IN (person_id, chat_id) ORDER BY id",),
        ("DELETE FROM outbox WHERE :id IN (person_id, chat_id)",),
    ),
    Holding(
        "people",
        ("id",),
        ("SELECT * FROM people WHERE id = :id",),
        ("DELETE FROM people WHERE id = :id",),
    ),
)
"""In the order in which they are erased: what refers to a person goes before the person."""


class OwnData:
    """Exports and erases what is stored about a person."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def export(self, person_id: int) -> dict[str, list[dict[str, Any]]]:
        """Return everything stored about somebody by table, as JSON can hold it; tables without a row left out."""
        about = {"id": person_id}
        with self._database.transaction():  # all tables at one moment
            found = {
                holding.table: [_readable(row) for sql in holding.export for row in self._database.rows(sql, about)]
                for holding in HOLDINGS
            }
        return {table: rows for table, rows in found.items() if rows}

    def erase(self, person_id: int) -> dict[str, int]:
        """Delete everything personal, or take the identity off it; returns how many rows of which tables.

        In one transaction. Updates of the person that wait are erased too, and messages to them: enqueue the
        last word afterwards. Curated answers stay with date and role, without the name. Outside of another
        transaction the write-ahead log is emptied as well; backups made before are another matter.
        """
        about = {"id": person_id, "now": self._database.now()}
        with self._database.transaction():
            touched = {
                holding.table: sum(self._database.write(sql, _used(sql, about)) for sql in holding.erase)
                for holding in HOLDINGS
            }
        if not self._database.connection.conn.in_transaction:
            self._database.rows("PRAGMA wal_checkpoint(TRUNCATE)")
        return {table: many for table, many in touched.items() if many}


def _used(sql: str, parameters: Row) -> Row:
    """Return the parameters that a statement names."""
    return {name: value for name, value in parameters.items() if f":{name}" in sql}


def _readable(row: Row) -> Row:
    return {
        column: from_json(value) if column in JSON_COLUMNS and isinstance(value, str) else value
        for column, value in row.items()
    }
