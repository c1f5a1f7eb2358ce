"""How large a picture is, read from its first bytes: PNG, GIF and JPEG."""

from __future__ import annotations

import struct

PNG = b"\x89PNG\r\n\x1a\n"
GIF = (b"GIF87a", b"GIF89a")
JPEG = b"\xff\xd8"
JPEG_FRAMES = frozenset({*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC})
"""Markers of the frame header (ITU T.81, table B.1), which holds the size."""


def size_of(content: bytes) -> tuple[int, int] | None:
    """Return width and height in pixels, or None for what is no such picture."""
    try:
        if content.startswith(PNG):
            width, height = struct.unpack(">II", content[16:24])
        elif content.startswith(GIF):
            width, height = struct.unpack("<HH", content[6:10])
        elif content.startswith(JPEG):
            return _jpeg_size(content)
        else:
            return None
    except struct.error:
        return None
    return width, height


def type_of(content: bytes) -> str:
    """Return the media type of a picture that `size_of` can read."""
    if content.startswith(PNG):
        return "image/png"
    return "image/gif" if content.startswith(GIF) else "image/jpeg"


def _jpeg_size(content: bytes) -> tuple[int, int] | None:
    """Walk from segment to segment up to the frame header; raises `struct.error` where the data end."""
    at = len(JPEG)
    while True:
        marker, length = struct.unpack(">HH", content[at : at + 4])
        if marker >> 8 != 0xFF:
            return None
        if marker & 0xFF in JPEG_FRAMES:
            height, width = struct.unpack(">HH", content[at + 5 : at + 9])
            return width, height
        at += 2 + length
