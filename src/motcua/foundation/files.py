"""Received files: stored once, whole, checked; read only if still the same bytes (SUB-07).

The name a person gave is for display. In the storage a file lies under a key of ours, so no name can lead anywhere;
what it is, its content says.
"""

from __future__ import annotations

import hashlib
import logging
import os
import tempfile
from collections.abc import Collection, Generator, Iterable
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import BinaryIO, cast
from urllib.parse import quote
from uuid import UUID

from django.core.files import File
from django.core.files.storage import FileSystemStorage, Storage, storages
from django.utils.translation import gettext_lazy as _
from uuid_utils.compat import uuid7

from motcua.foundation import clock, malware
from motcua.foundation.actor import Actor
from motcua.foundation.errors import DomainError, Invalid, NotFound
from motcua.foundation.file_types import BY_EXTENSION, COMMON, detect, extension_of
from motcua.foundation.models import StoredFile
from motcua.foundation.policies import Policy
from motcua.foundation.text import normalise_line, to_ascii

logger = logging.getLogger("motcua.files")

MAX_MEGABYTES = Policy(
    "files.max_megabytes", 10, description="Dung lượng tối đa của một tệp tải lên", unit="MB", minimum=1, maximum=60
)
_CHUNK = 1024 * 1024
_NAME_LENGTH = 255


def store(
    chunks: Iterable[bytes],
    name: str,
    *,
    uploader: Actor,
    accepts: Collection[str] = COMMON,
    max_bytes: int | None = None,
) -> StoredFile:
    """Receives a file and keeps it; returns its row.

    - Reads no further than `max_bytes` (default: the policy): Invalid FILE_TOO_LARGE (413), with the limit in words.
    - FILE_EMPTY; TYPE_MISMATCH where the content is not what the extension says; TYPE_NOT_ACCEPTED.
    - MALWARE, SCAN_UNAVAILABLE as `malware.scan` says.
    - The bytes reach the storage whole or not at all, and before the row: a row never lacks its file. A row lost with
      its transaction leaves bytes that nothing refers to.
    """
    shown = display_name(name)
    storage = _storage()
    with _workplace(storage) as path:
        received = _receive(path, chunks, MAX_MEGABYTES.get() * _CHUNK if max_bytes is None else max_bytes)
        with path.open("rb") as file:
            media_type = _judge_type(file, shown, accepts)
            scanned_by = malware.scan(file)
        identifier, now = uuid7(), clock.now()
        key = storage_key(identifier, now)
        _place(storage, path, key)
    return StoredFile.objects.create(
        id=identifier,
        storage_key=key,
        original_name=shown,
        media_type=media_type,
        size=received.size,
        sha256=received.sha256,
        uploader_kind=uploader.kind,
        uploader_id=uploader.id,
        stored_at=now,
        scanned_by=" ".join(scanned_by),
    )


def open_verified(stored: StoredFile) -> BinaryIO:
    """The file at its start, after its whole content was found to be what was received. The caller closes it.

    DomainError FILE_MISSING or INTEGRITY (500); the row then keeps the moment as `damaged_at`, for the detector.
    """
    try:
        file = cast(BinaryIO, _storage().open(stored.storage_key, "rb"))
    except FileNotFoundError:
        raise _damaged(stored, "FILE_MISSING") from None
    digest, size = hashlib.sha256(), 0
    while piece := file.read(_CHUNK):
        digest.update(piece)
        size += len(piece)
    if size != stored.size or digest.hexdigest() != stored.sha256:
        file.close()
        raise _damaged(stored, "INTEGRITY")
    file.seek(0)
    return file


def read_verified(stored: StoredFile) -> bytes:
    """The whole content, verified as by `open_verified`."""
    with open_verified(stored) as file:
        return file.read()


def get(identifier: UUID) -> StoredFile:
    """The row of a file. NotFound FILE_UNKNOWN. Who may read it is the calling room's rule."""
    try:
        return StoredFile.objects.get(id=identifier)
    except StoredFile.DoesNotExist:
        raise NotFound("FILE_UNKNOWN", _("Không có tệp này.")) from None


def display_name(name: str) -> str:
    """The last part of a name as a person may see it: NFC, one line, no path, at most 255 characters."""
    last = normalise_line(normalise_line(name).replace("\\", "/").rpartition("/")[2])
    stem, dot, extension = last.rpartition(".")
    if len(last) > _NAME_LENGTH and stem and len(extension) < 20:
        return stem[: _NAME_LENGTH - len(extension) - 1] + dot + extension
    return last[:_NAME_LENGTH] or "tep"


def content_disposition(name: str, *, inline: bool = False) -> str:
    """The HTTP header value: an ASCII name for old clients, the true one after RFC 5987."""
    shown = display_name(name)
    fallback = "".join("_" if char in '"\\%?' else char for char in to_ascii(shown))
    kind = "inline" if inline else "attachment"
    return f"{kind}; filename=\"{fallback}\"; filename*=UTF-8''{quote(shown, safe='')}"


def storage_key(identifier: UUID, stored_at: datetime) -> str:
    """`2026/06/04/<uuid>`: by day of receipt (UTC), so that no folder grows without end."""
    return f"{stored_at:%Y/%m/%d}/{identifier.hex}"


@dataclass(frozen=True)
class _Received:
    size: int
    sha256: str


def _storage() -> Storage:
    return storages["default"]


@contextmanager
def _workplace(storage: Storage) -> Generator[Path]:
    """A temporary file beside its final place, so that it can be moved there in one step; gone at the end."""
    folder = None
    if isinstance(storage, FileSystemStorage):
        folder = Path(storage.base_location) / ".incoming"
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=folder)
    os.close(handle)
    path = Path(name)
    try:
        yield path
    finally:
        path.unlink(missing_ok=True)


def _receive(path: Path, chunks: Iterable[bytes], max_bytes: int) -> _Received:
    digest, size = hashlib.sha256(), 0
    with path.open("wb") as file:
        for piece in chunks:
            size += len(piece)
            if size > max_bytes:
                raise DomainError(
                    "FILE_TOO_LARGE",
                    _("Tệp vượt quá dung lượng cho phép là %(limit)s MB.") % {"limit": _megabytes(max_bytes)},
                    status=413,
                    field="file",
                    details={"max_bytes": max_bytes},
                    what_next=_("Ông/Bà giảm dung lượng tệp, hoặc chia thành nhiều tệp."),
                )
            digest.update(piece)
            file.write(piece)
        file.flush()
        os.fsync(file.fileno())
    if size == 0:
        raise Invalid("FILE_EMPTY", _("Tệp không có nội dung."), field="file")
    return _Received(size, digest.hexdigest())


def _judge_type(file: BinaryIO, name: str, accepts: Collection[str]) -> str:
    found = detect(file)
    extension = extension_of(name)
    expected = BY_EXTENSION.get(extension)
    if expected is not None and found != expected:
        raise Invalid(
            "TYPE_MISMATCH",
            _("Nội dung tệp không phải là .%(extension)s như tên tệp.") % {"extension": extension},
            field="file",
            details={"found": found or ""},
        )
    if found is None or found not in accepts or (extension and expected is None):
        names = sorted(known for known, media_type in BY_EXTENSION.items() if media_type in accepts)
        raise Invalid(
            "TYPE_NOT_ACCEPTED",
            _("Loại tệp này không được tiếp nhận. Các loại được tiếp nhận: %(types)s.") % {"types": ", ".join(names)},
            field="file",
            details={"found": found or "", "accepted": sorted(accepts)},
        )
    return found


def _place(storage: Storage, path: Path, key: str) -> None:
    if isinstance(storage, FileSystemStorage):
        target = Path(storage.path(key))
        target.parent.mkdir(parents=True, exist_ok=True)
        path.replace(target)
        _sync_folder(target.parent)
        return
    with path.open("rb") as file:
        if storage.save(key, File(file)) != key:
            raise RuntimeError(f"the storage did not take the key {key}")


def _sync_folder(folder: Path) -> None:
    """Makes the new entry of the folder itself survive a power cut."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _damaged(stored: StoredFile, code: str) -> DomainError:
    logger.error("%s: stored file %s", code, stored.id)
    StoredFile.objects.filter(id=stored.id, damaged_at__isnull=True).update(damaged_at=clock.now())
    message = (
        _("Tệp không còn trong kho.")
        if code == "FILE_MISSING"
        else _("Tệp trong kho không còn nguyên vẹn nên không được tải về.")
    )
    return DomainError(
        code,
        message,
        status=500,
        details={"file": str(stored.id)},
        what_next=_("Sự cố đã được ghi nhận. Ông/Bà liên hệ tổng đài hỗ trợ và đọc mã tham chiếu."),
    )


def _megabytes(size: int) -> str:
    return f"{size / _CHUNK:.1f}".replace(".", ",").removesuffix(",0")
