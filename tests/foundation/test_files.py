"""Files are kept whole, under no name but ours, and given out only if they are still what was received."""

from __future__ import annotations

import hashlib
import io
import zipfile
from collections.abc import Generator, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import FileSystemStorage, Storage, storages
from django.db import IntegrityError, transaction
from django.test import override_settings
from hypothesis import given
from hypothesis import strategies as st

from motcua.foundation import clock, files, malware, policies
from motcua.foundation.actor import Actor
from motcua.foundation.detectors import files_are_what_was_received
from motcua.foundation.errors import DomainError
from motcua.foundation.file_types import DOCX, JPEG, MACROS, PDF, PNG, TEXT, XLSX, ZIP, detect
from motcua.foundation.models import StoredFile

PERSON = Actor("person", "0190a1b2")
A_PDF = b"%PDF-1.7\n1 0 obj <<>> endobj\ntrailer <<>>\n%%EOF\n"
AN_EXE = b"MZ\x90\x00" + bytes(60) + b"PE\0\0" + bytes(200)
MEGABYTE = 1024 * 1024


def archive(*members: str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as written:
        for member in members:
            written.writestr(member, "x")
    return buffer.getvalue()


A_DOCX = archive("[Content_Types].xml", "word/document.xml")
AN_XLSX = archive("[Content_Types].xml", "xl/workbook.xml")


@pytest.fixture(autouse=True)
def folder(tmp_path: Path) -> Generator[Path]:
    backend = {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": tmp_path}}
    with override_settings(STORAGES={"default": backend}):
        yield tmp_path


@pytest.fixture
def scanners() -> Generator[dict[str, malware.Scanner]]:
    before = malware.scanners._items
    malware.scanners._items = {}
    yield malware.scanners._items
    malware.scanners._items = before


def put(content: bytes = A_PDF, name: str = "giấy khai sinh.pdf", **options: Any) -> StoredFile:
    return files.store([content[:10], content[10:]], name, uploader=PERSON, **options)


def refusal(content: bytes, name: str, **options: Any) -> DomainError:
    with pytest.raises(DomainError) as raised:
        put(content, name, **options)
    return raised.value


def kept(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


@pytest.mark.django_db
def test_a_file_is_stored_with_its_facts_and_reads_back(folder: Path) -> None:
    moment = datetime(2026, 6, 4, 3, 0, tzinfo=UTC)

    with clock.travel(moment):
        stored = put()

    stored.refresh_from_db()
    assert stored.sha256 == hashlib.sha256(A_PDF).hexdigest()
    assert (stored.size, stored.media_type, stored.original_name) == (len(A_PDF), PDF, "giấy khai sinh.pdf")
    assert (stored.uploader_kind, stored.uploader_id, stored.stored_at) == ("person", "0190a1b2", moment)
    assert files.read_verified(stored) == A_PDF
    assert kept(folder) == [folder / "2026" / "06" / "04" / stored.id.hex]
    assert files.get(stored.id) == stored


@pytest.mark.django_db
def test_one_changed_byte_refuses_the_download_and_raises_an_issue(folder: Path) -> None:
    stored, sound = put(), put()
    path = folder / stored.storage_key
    content = bytearray(path.read_bytes())
    content[20] ^= 1
    path.write_bytes(content)

    with pytest.raises(DomainError) as raised:
        files.open_verified(stored)

    assert (raised.value.code, raised.value.status) == ("INTEGRITY", 500)
    assert [subject for subject, _ in files_are_what_was_received()] == [f"tệp {stored.id}"]
    assert files.read_verified(sound) == A_PDF


@pytest.mark.django_db
@pytest.mark.parametrize("change", [lambda content: content[:-1], lambda content: content + b"x", lambda content: b""])
def test_a_cut_or_grown_file_is_refused(folder: Path, change: Any) -> None:
    stored = put()
    (folder / stored.storage_key).write_bytes(change(A_PDF))

    with pytest.raises(DomainError, match="INTEGRITY"):
        files.read_verified(stored)


@pytest.mark.django_db
def test_a_missing_file_is_said_to_be_missing(folder: Path) -> None:
    stored = put()
    (folder / stored.storage_key).unlink()

    with pytest.raises(DomainError) as raised:
        files.open_verified(stored)

    assert raised.value.code == "FILE_MISSING"
    assert len(list(files_are_what_was_received())) == 1


@pytest.mark.django_db
def test_the_first_moment_of_damage_is_kept(folder: Path) -> None:
    stored = put()
    (folder / stored.storage_key).unlink()
    moments = [datetime(2026, 6, 4, tzinfo=UTC), datetime(2026, 6, 5, tzinfo=UTC)]

    for moment in moments:
        with clock.travel(moment), pytest.raises(DomainError):
            files.open_verified(stored)

    stored.refresh_from_db()
    assert stored.damaged_at == moments[0]


@pytest.mark.django_db
def test_an_unknown_file_is_not_found() -> None:
    with pytest.raises(DomainError) as raised:
        files.get(files.uuid7())

    assert (raised.value.code, raised.value.status) == ("FILE_UNKNOWN", 404)


@pytest.mark.django_db
def test_a_file_of_20_mb_is_refused_under_a_policy_of_10_mb_without_reading_it_all(folder: Path) -> None:
    given_out = []

    def upload() -> Iterator[bytes]:
        for number in range(20):
            given_out.append(number)
            yield A_PDF + bytes(MEGABYTE - len(A_PDF))

    with pytest.raises(DomainError) as raised:
        files.store(upload(), "lớn.pdf", uploader=PERSON)

    assert (raised.value.code, raised.value.status) == ("FILE_TOO_LARGE", 413)
    assert "10 MB" in str(raised.value.message)
    assert len(given_out) == 11
    assert kept(folder) == []
    assert StoredFile.objects.count() == 0


@pytest.mark.django_db
def test_the_limit_is_exact_and_changes_with_the_policy() -> None:
    policies.set_value("files.max_megabytes", 1, actor=Actor("staff", "1"), reason="thử ngưỡng")
    exactly = A_PDF + bytes(MEGABYTE - len(A_PDF))

    assert put(exactly).size == MEGABYTE
    assert refusal(exactly + b"x", "a.pdf").code == "FILE_TOO_LARGE"
    assert put(exactly + b"x", max_bytes=2 * MEGABYTE).size == MEGABYTE + 1


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("content", "name", "media_type"),
    [
        (A_PDF, "đơn.PDF", PDF),
        (b"\xef\xbb\xbf\r\n" + A_PDF, "ký số.pdf", PDF),
        (A_PDF + b"1 0 obj <</Type /Sig /ByteRange [0 1 2 3]>> endobj\n%%EOF", "ký số.pdf", PDF),
        (b"\xff\xd8\xff\xe0\x00\x10JFIF" + bytes(300), "ảnh.jpeg", JPEG),
        (b"\x89PNG\r\n\x1a\n" + bytes(300), "ảnh.png", PNG),
        (A_DOCX, "tờ khai.docx", DOCX),
        (AN_XLSX, "danh sách.xlsx", XLSX),
        ("Kính gửi Ủy ban nhân dân\n\t1. …".encode(), "thư.txt", TEXT),
        (b"\xef\xbb\xbfa;b\r\n1;2\r\n", "bảng.csv", TEXT),
        (A_PDF, "không đuôi", PDF),
    ],
)
def test_accepted_files_are_known_by_their_content(content: bytes, name: str, media_type: str) -> None:
    assert put(content, name).media_type == media_type


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("content", "name", "code"),
    [
        (AN_EXE, "đơn.pdf", "TYPE_MISMATCH"),
        (A_PDF, "đơn.docx", "TYPE_MISMATCH"),
        (A_DOCX, "bảng.xlsx", "TYPE_MISMATCH"),
        (b"<html><script>alert(1)</script>", "đơn.pdf", "TYPE_MISMATCH"),
        (b"a\x00b", "thư.txt", "TYPE_MISMATCH"),
        (b"\xff\xfe\xfa", "thư.txt", "TYPE_MISMATCH"),
        (archive("[Content_Types].xml", "word/document.xml", "word/vbaProject.bin"), "đơn.docx", "TYPE_MISMATCH"),
        (archive("[Content_Types].xml", "word/document.xml", "word/vbaProject.bin"), "không đuôi", "TYPE_NOT_ACCEPTED"),
        (AN_EXE, "cài đặt.exe", "TYPE_NOT_ACCEPTED"),
        (AN_EXE, "không đuôi", "TYPE_NOT_ACCEPTED"),
        (b"<html><script>alert(1)</script>", "trang.html", "TYPE_NOT_ACCEPTED"),
        (archive("a.txt"), "nhiều tệp.zip", "TYPE_NOT_ACCEPTED"),
        (b"PK\x03\x04 not an archive", "đơn.docx", "TYPE_MISMATCH"),
        (b"", "đơn.pdf", "FILE_EMPTY"),
    ],
)
def test_a_file_that_is_not_what_it_says_or_not_wanted_is_refused(
    folder: Path, content: bytes, name: str, code: str
) -> None:
    error = refusal(content, name)

    assert (error.code, error.field) == (code, "file")
    assert kept(folder) == []


@pytest.mark.django_db
def test_a_component_may_accept_less() -> None:
    error = refusal(A_DOCX, "đơn.docx", accepts=[PDF])

    assert error.code == "TYPE_NOT_ACCEPTED"
    assert "pdf" in str(error.message)


@pytest.mark.parametrize(
    ("content", "media_type"),
    [
        (archive("a"), ZIP),
        (archive("[Content_Types].xml", "word/vbaProject.bin"), MACROS),
        (AN_EXE, "application/x-msdownload"),
    ],
)
def test_what_is_not_accepted_is_still_recognised(content: bytes, media_type: str) -> None:
    assert detect(io.BytesIO(content)) == media_type


@given(st.binary(max_size=300))
def test_any_bytes_can_be_judged(content: bytes) -> None:
    found = detect(io.BytesIO(content))

    if found == TEXT:
        assert b"\0" not in content
        content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("../../etc/passwd.pdf", "passwd.pdf"),
        ("C:\\Users\\An\\don.pdf", "don.pdf"),
        ("/", "tep"),
        ("..", ".."),
        ("\u202efdp.exe\u202c.pdf", "fdp.exe.pdf"),
        ("Gia\u0302\u0301y\n khai\tsinh.pdf", "Giấy khai sinh.pdf"),
        ("a\x00b.pdf", "ab.pdf"),
        ("x" * 300 + ".pdf", "x" * 251 + ".pdf"),
        ("x" * 300, "x" * 255),
        ("'; DROP TABLE x; --.pdf", "'; DROP TABLE x; --.pdf"),
    ],
)
def test_a_name_is_only_shown_and_leads_nowhere(folder: Path, name: str, shown: str) -> None:
    stored = put(name=name)

    assert stored.original_name == shown
    assert kept(folder) == [folder / stored.storage_key]


@given(st.text())
def test_any_name_can_be_shown_and_sent_in_a_header(name: str) -> None:
    shown, header = files.display_name(name), files.content_disposition(name)

    assert 1 <= len(shown) <= 255
    assert files.display_name(shown) == shown
    assert header.isascii()
    assert header.isprintable()
    assert header.count('"') == 2


def test_downloads_carry_both_names() -> None:
    assert files.content_disposition('Giấy "gốc".pdf', inline=True) == (
        "inline; filename=\"Giay _goc_.pdf\"; filename*=UTF-8''Gi%E1%BA%A5y%20%22g%E1%BB%91c%22.pdf"
    )


@pytest.mark.django_db
def test_a_key_that_is_not_ours_cannot_be_written() -> None:
    stored = put()

    for key in ("../../etc/passwd", "2026/06/04/" + "g" * 32, ""):
        with pytest.raises(IntegrityError), transaction.atomic():
            StoredFile.objects.filter(id=stored.id).update(storage_key=key)


@pytest.mark.django_db
def test_an_upload_that_breaks_off_leaves_nothing(folder: Path) -> None:
    def upload() -> Iterator[bytes]:
        yield A_PDF
        raise ConnectionResetError

    with pytest.raises(ConnectionResetError):
        files.store(upload(), "đơn.pdf", uploader=PERSON)

    assert kept(folder) == []


@pytest.mark.django_db
def test_two_equal_files_are_two_files() -> None:
    one, other = put(), put()

    assert one.id != other.id
    assert one.sha256 == other.sha256
    assert one.storage_key != other.storage_key


@pytest.mark.django_db
def test_scanners_read_every_file_from_its_start(scanners: dict[str, malware.Scanner]) -> None:
    seen: list[bytes] = []
    scanners["one"] = scanners["two"] = lambda file: seen.append(file.read()) or None

    assert put().scanned_by == "one two"
    assert seen == [A_PDF, A_PDF]


@pytest.mark.django_db
def test_a_file_with_malware_is_refused_and_not_kept(folder: Path, scanners: dict[str, malware.Scanner]) -> None:
    scanners["one"] = lambda file: "Eicar-Test-Signature"

    assert refusal(A_PDF, "đơn.pdf").code == "MALWARE"
    assert kept(folder) == []


@pytest.mark.django_db
def test_a_scanner_that_cannot_be_asked_refuses_rather_than_waves_through(
    folder: Path, scanners: dict[str, malware.Scanner]
) -> None:
    scanners["clamav"] = malware.clamav(str(folder / "no.socket"))

    error = refusal(A_PDF, "đơn.pdf")

    assert (error.code, error.status) == ("SCAN_UNAVAILABLE", 503)
    assert kept(folder) == []


class ObjectStorage(Storage):
    """A store without a file system, such as S3."""

    def __init__(self, location: Path) -> None:
        self._inner = FileSystemStorage(location / "objects")

    def _open(self, name: str, mode: str = "rb") -> Any:
        return self._inner.open(name, mode)

    def _save(self, name: str, content: Any) -> str:
        return self._inner.save(name, content)

    def exists(self, name: str) -> bool:
        return self._inner.exists(name)


@pytest.mark.django_db
def test_an_object_store_serves_as_well(folder: Path) -> None:
    backend = {"BACKEND": f"{__name__}.ObjectStorage", "OPTIONS": {"location": folder}}
    with override_settings(STORAGES={"default": backend}):
        assert isinstance(storages["default"], ObjectStorage)
        stored = put()

        assert files.read_verified(stored) == A_PDF
        assert kept(folder) == [folder / "objects" / stored.storage_key]
