"""Stops an upload that is larger than any file may be before it fills the disk (SUB-05's outer limit)."""

from __future__ import annotations

from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler, SkipFile

OUTER_LIMIT_BYTES = 64 * 1024 * 1024


class PolicyLimitUploadHandler(FileUploadHandler):
    """Cuts a file that passes the outer limit; the service then refuses it by policy with a clear message."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self._received = 0

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        self._received += len(raw_data)
        if self._received > OUTER_LIMIT_BYTES:
            raise SkipFile
        return raw_data

    def file_complete(self, file_size: int) -> UploadedFile | None:
        return None
