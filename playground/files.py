"""Files that were sent: kept in memory, with Telegram's limits for bots ("Sending files", getFile)."""

from __future__ import annotations

import itertools
import mimetypes
from dataclasses import dataclass
from typing import Any

from playground import images
from playground.errors import ApiError, bad_request

MEGABYTE = 1024 * 1024
UPLOAD = 50 * MEGABYTE
DOWNLOAD = 20 * MEGABYTE
PHOTO = 10 * MEGABYTE
PHOTO_SIDES = 10_000
"""Width and height of a photo together, in pixels."""
PHOTO_RATIO = 20
OCTETS = "application/octet-stream"


@dataclass(frozen=True)
class File:
    """A file with its name, content and what Telegram says about it; `size` is None unless it is a photo."""

    id: str
    name: str
    content: bytes
    size: tuple[int, int] | None = None

    @property
    def path(self) -> str:
        """Where a bot downloads it, behind the token."""
        folder = "documents" if self.size is None else "photos"
        return f"{folder}/{self.id}"

    @property
    def media_type(self) -> str:
        """What kind of file it is, by its bytes for a photo, else by its name."""
        if self.size is not None:
            return images.type_of(self.content)
        return mimetypes.guess_type(self.name)[0] or OCTETS

    def content_wire(self) -> dict[str, Any]:
        """Return the field of a message that holds the file."""
        base = {"file_id": self.id, "file_unique_id": f"u{self.id}", "file_size": len(self.content)}
        if self.size is not None:
            return {"photo": [{**base, "width": self.size[0], "height": self.size[1]}]}
        return {"document": {**base, "file_name": self.name, "mime_type": self.media_type}}


class Files:
    """All files by their identifiers."""

    def __init__(self) -> None:
        self._files: dict[str, File] = {}
        self._numbers = itertools.count(1)

    def add_document(self, name: str, content: bytes) -> File:
        """Keep a document; refused if it is empty."""
        return self._add("BQAC", name, content, None)

    def add_photo(self, name: str, content: bytes) -> File:
        """Keep a photo; refused if it is no picture, or too large."""
        if len(content) > PHOTO:
            raise bad_request(f'file "{name}" of size {len(content)} bytes is too big for a photo')
        size = images.size_of(content)
        if content and size is None:
            raise bad_request("IMAGE_PROCESS_FAILED")
        if size is not None and (min(size) < 1 or sum(size) > PHOTO_SIDES or max(size) > PHOTO_RATIO * min(size)):
            raise bad_request("PHOTO_INVALID_DIMENSIONS")
        return self._add("AgAC", name, content, size)

    def get(self, file_id: str) -> File | None:
        """Return a file by its identifier."""
        return self._files.get(file_id)

    def for_download(self, file_id: str) -> File:
        """Return a file that a bot may download."""
        file = self._files.get(file_id)
        if file is None:
            raise bad_request("wrong file_id or the file is temporarily unavailable")
        if len(file.content) > DOWNLOAD:
            raise bad_request("file is too big")
        return file

    def _add(self, prefix: str, name: str, content: bytes, size: tuple[int, int] | None) -> File:
        if not content:
            raise bad_request("file must be non-empty")
        if len(content) > UPLOAD:
            raise ApiError(413, "Request Entity Too Large")
        file = File(f"{prefix}{next(self._numbers):012d}", name, content, size)
        self._files[file.id] = file
        return file
