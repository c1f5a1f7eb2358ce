"""Files that people sent and have not decided about: kept whole, so that a long list outlives a restart.

Each person has one at most: another file takes the place of the one before. Nothing stays longer than a day or two.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from store.database import Database, JSONObject, StoreError, from_json, to_json

KEPT = dt.timedelta(days=1)
"""How long a file waits at least for a decision."""


class UploadGoneError(StoreError):
    """The file was dealt with, or another one came after it, or it waited too long."""

    def __init__(self) -> None:
        super().__init__("This file was dealt with already, or left: send it again.")


@dataclass(frozen=True)
class Upload:
    """A file with its name as it was sent; ``data`` is what was understood of it so far."""

    id: int
    name: str
    content: bytes
    data: JSONObject


class Uploads:
    """Keeps the files that wait."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def keep(self, person_id: int, name: str, content: bytes, data: JSONObject | None = None) -> int:
        """Keep a file instead of the person's one before; returns its id."""
        with self._database.transaction():
            self._database.write("DELETE FROM uploads WHERE person_id = ?", [person_id])
            return self._database.insert(
                "INSERT INTO uploads (person_id, name, content, data, sent_at) VALUES (?, ?, ?, ?, ?)",
                [person_id, name, content, to_json(data or {}), self._database.now()],
            )

    def get(self, upload_id: int, person_id: int) -> Upload:
        """Return somebody's file; raises `UploadGoneError`."""
        row = self._database.row("SELECT * FROM uploads WHERE id = ? AND person_id = ?", [upload_id, person_id])
        if row is None:
            raise UploadGoneError
        return Upload(row["id"], row["name"], row["content"], from_json(row["data"]))

    def note(self, upload_id: int, data: JSONObject) -> None:
        """Keep what was understood of a file."""
        self._database.write("UPDATE uploads SET data = ? WHERE id = ?", [to_json(data), upload_id])

    def drop(self, upload_id: int) -> None:
        """Forget a file that was decided about."""
        self._database.write("DELETE FROM uploads WHERE id = ?", [upload_id])

    def forget_old(self) -> int:
        """Forget the files that nobody decided about in time; returns how many."""
        before = self._database.now(self._database.clock() - KEPT)
        return self._database.write("DELETE FROM uploads WHERE sent_at < ?", [before])
