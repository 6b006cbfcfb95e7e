"""What a file is, by its content; the name only has to agree."""

from __future__ import annotations

import codecs
import unicodedata
import zipfile
from pathlib import PurePosixPath
from typing import BinaryIO

import filetype

PDF = "application/pdf"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
TEXT = "text/plain"
JPEG = "image/jpeg"
PNG = "image/png"
ZIP = "application/zip"
MACROS = "application/vnd.ms-office.macro-enabled"
"""An office document that carries macros, whatever it calls itself."""

COMMON = frozenset({PDF, DOCX, XLSX, TEXT, JPEG, PNG})
"""What people attach to dossiers unless a component asks for less."""

BY_EXTENSION = {
    "pdf": PDF,
    "docx": DOCX,
    "xlsx": XLSX,
    "txt": TEXT,
    "csv": TEXT,
    "jpg": JPEG,
    "jpeg": JPEG,
    "png": PNG,
    "webp": "image/webp",
    "heic": "image/heic",
    "tif": "image/tiff",
    "tiff": "image/tiff",
    "mp4": "video/mp4",
    "zip": ZIP,
}

_HEAD = 8192
_PDF_HEADER_WITHIN = 1024  # readers accept a header that signing or mail software pushed down by some lines


def extension_of(name: str) -> str:
    """The extension of a file name in small letters without its dot; empty if it has none."""
    return PurePosixPath(name).suffix.removeprefix(".").lower()


def detect(file: BinaryIO) -> str | None:
    """The media type of the content, None if it is none that we know. Reads `file` from its start."""
    file.seek(0)
    head = file.read(_HEAD)
    kind = filetype.guess(head)
    if zipfile.is_zipfile(file) and head.startswith(b"PK"):
        return _detect_zip(file)
    if kind is not None:
        return str(kind.mime)
    if b"%PDF-" in head[:_PDF_HEADER_WITHIN]:
        return PDF
    return TEXT if _is_text(file) else None


def _detect_zip(file: BinaryIO) -> str | None:
    """Office documents are archives; only the list of their members is read, nothing is unpacked."""
    file.seek(0)
    try:
        with zipfile.ZipFile(file) as archive:
            members = set(archive.namelist())
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError):
        return None
    if "[Content_Types].xml" not in members:
        return ZIP
    if any(member.lower().endswith("vbaproject.bin") for member in members):
        return MACROS
    if "word/document.xml" in members:
        return DOCX
    return XLSX if "xl/workbook.xml" in members else ZIP


def _is_text(file: BinaryIO) -> bool:
    """UTF-8 throughout, without control characters other than tab, line and page breaks."""
    decoder = codecs.getincrementaldecoder("utf-8-sig")()
    file.seek(0)
    try:
        while piece := file.read(65536):
            if not _is_plain(decoder.decode(piece)):
                return False
        return _is_plain(decoder.decode(b"", final=True))
    except UnicodeDecodeError:
        return False


def _is_plain(text: str) -> bool:
    return text.isprintable() or not any(unicodedata.category(char) == "Cc" and char not in "\t\n\r\f" for char in text)
