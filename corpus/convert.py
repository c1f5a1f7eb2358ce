"""Turning a file that a person has (text, Markdown, DOCX, PDF) into the lines that the readers take."""

from __future__ import annotations

import codecs
import re
import zipfile
from pathlib import Path

LARGEST_FILE = 20 * 1024 * 1024
"""Bytes; a regulation of a thousand pages is far below it."""
LARGEST_UNPACKED = 200 * 1024 * 1024
"""Bytes that a DOCX, which is a ZIP, may unpack to: more is a trap, not a document."""
TEXT_SUFFIXES = frozenset({".txt", ".md", ".markdown"})
SUFFIXES = TEXT_SUFFIXES | {".docx", ".pdf"}

_PICTURE = re.compile(r"!\[[^\]]*\]\(data:[^)]*\)")
_ESCAPED = re.compile(r"\\([_\\])")


class ConversionError(Exception):
    """A file that cannot be read; the message is one sentence that says what to do."""


def to_text(path: Path) -> str:
    r"""Return a file's text, line ends as ``\n``, the page breaks of a PDF as blank lines.

    ``path`` is a ``.txt``, ``.md``, ``.docx`` or ``.pdf`` file. Plain text keeps every line as it is, so that
    line numbers are those of the file; DOCX and PDF become Markdown. Raises ConversionError.
    """
    content = _content(path)
    suffix = path.suffix.casefold()
    if suffix in TEXT_SUFFIXES:
        text = _decoded(path, content)
    elif suffix == ".docx":
        text = _docx(path)
    else:
        text = re.sub(r"\n?\f", "\n\n", _markdown(path))
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if not text.strip():
        raise ConversionError(_without_text(path))
    return text


def _content(path: Path) -> bytes:
    """Read a file after asking what can be asked beforehand."""
    if path.is_dir():
        raise ConversionError(f"{path} is a folder: name one file in it.")
    if not path.exists():
        raise ConversionError(f"{path} does not exist: check the name and the folder.")
    if path.suffix.casefold() not in SUFFIXES:
        kind = f"a {path.suffix} file" if path.suffix else "of no known type"
        raise ConversionError(f"{path.name} is {kind}: save it as .docx, .pdf, .md or .txt first.")
    try:
        size = path.stat().st_size
        if size > LARGEST_FILE:
            raise ConversionError(
                f"{path.name} has {size / 1024 / 1024:.0f} MB, more than {LARGEST_FILE // 1024 // 1024}: "
                "split it, or save it without pictures."
            )
        content = path.read_bytes()
    except OSError as error:
        reason = error.strerror or error
        raise ConversionError(f"{path} cannot be read ({reason}): check who may read it.") from error
    if not content:
        raise ConversionError(f"{path.name} is empty: choose the file that has the text.")
    return content


def _decoded(path: Path, content: bytes) -> str:
    """Decode a text file: UTF-8 with or without its mark, UTF-16 with its mark, else as Windows wrote it."""
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return content.decode("utf-16", errors="replace")
    if b"\0" in content:
        raise ConversionError(f"{path.name} is no text (it has NUL bytes): save it as text, .docx or .pdf.")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace")


def _docx(path: Path) -> str:
    _check_archive(path)
    return _ESCAPED.sub(r"\1", _PICTURE.sub("", _markdown(path)))


def _check_archive(path: Path) -> None:
    try:
        with zipfile.ZipFile(path) as archive:
            size = sum(member.file_size for member in archive.infolist())
    except zipfile.BadZipFile as error:
        raise ConversionError(
            f"{path.name} is no readable DOCX (damaged, or protected by a password): "
            "open it in a word processor and save it again as .docx without a password."
        ) from error
    if size > LARGEST_UNPACKED:
        raise ConversionError(f"{path.name} unpacks to {size >> 20} MB: save it again without pictures.")


def _markdown(path: Path) -> str:
    """Convert by markitdown, whose errors are many and mostly those of the libraries below it."""
    # Imported here because it takes 0.2 to 0.4 s, which every command would pay and only `add` needs.
    from markitdown import DocumentConverter, StreamInfo
    from markitdown.converters import DocxConverter, PdfConverter
    from pdfminer.pdfdocument import PDFEncryptionError, PDFPasswordIncorrect

    suffix = path.suffix.casefold()
    converters: dict[str, type[DocumentConverter]] = {".pdf": PdfConverter, ".docx": DocxConverter}
    try:
        with path.open("rb") as stream:
            return converters[suffix]().convert(stream, StreamInfo(extension=suffix)).markdown
    except (PDFPasswordIncorrect, PDFEncryptionError) as error:
        raise ConversionError(
            f"{path.name} is protected by a password: save a copy without one (print it to PDF)."
        ) from error
    except Exception as error:
        kind = suffix[1:].upper()
        raise ConversionError(
            f"{path.name} cannot be read as {kind}, it seems damaged: open it and save it again."
        ) from error


def _without_text(path: Path) -> str:
    if path.suffix.casefold() == ".pdf":
        return f"{path.name} has no text, it seems a scan: run it through OCR first, then add the result."
    return f"{path.name} holds no text: choose the file that has it."
