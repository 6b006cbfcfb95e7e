"""Uploads judged by content, downloads byte for byte (SUB-07, SUB-15, POR-09)."""

from __future__ import annotations

import hashlib
from io import BytesIO
from urllib.parse import quote
from zipfile import ZipFile

import pytest
from django.core.files.storage import storages
from PIL import Image

from motcua.domain.dossiers.models import Dossier
from motcua.foundation import malware, signing
from motcua.foundation.errors import Invalid
from motcua.foundation.models import StoredFile
from tests.domain.dossiers.world import FREE, PDF, World, findings, pdf
from tests.faces.api.client import ApiClient

EXE = b"MZ\x90\x00\x03\x00\x00\x00\x04\x00\x00\x00\xff\xff\x00\x00\xb8" + b"\x00" * 400
NAME = "Đơn đề nghị (bản 2) – 'ký'.pdf"
TRAVERSAL = ["../../etc/passwd.pdf", "..\\..\\windows.pdf", "/etc/cron.d/x.pdf", "a/../../b.pdf", "%2e%2e%2fx.pdf"]


def _jpeg() -> bytes:
    content = BytesIO()
    Image.new("RGB", (8, 8), "white").save(content, "JPEG")
    return content.getvalue()


def _docx() -> bytes:
    content = BytesIO()
    with ZipFile(content, "w") as archive:
        archive.writestr(
            "[Content_Types].xml",
            '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
            '<Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.'
            'wordprocessingml.document.main+xml"/></Types>',
        )
        archive.writestr("word/document.xml", "<w:document/>")
    return content.getvalue()


KINDS = {
    "Giấy khai sinh.pdf": (pdf("giấy"), "application/pdf"),
    "Ảnh thẻ.jpg": (_jpeg(), "image/jpeg"),
    "Văn bản đã ký.pdf": (None, "application/pdf"),
    "Đơn xin.docx": (_docx(), "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
}


@pytest.mark.requirement("SUB-15")
def test_a_file_is_judged_by_its_content_stored_safely_and_shown_under_its_own_name(world: World, tmp_path):
    client = ApiClient(world.citizen)

    for name in ("hồ sơ.pdf", "hồ sơ.PDF", "ảnh.jpg", "đơn.docx"):
        refused = client.upload(name, EXE)
        assert (refused.status_code, refused.json()["code"]) == (422, "TYPE_MISMATCH"), name
    assert client.upload("ảnh.jpg", PDF).json()["code"] == "TYPE_MISMATCH"
    assert client.upload("chương trình.exe", EXE).json()["code"] == "TYPE_NOT_ACCEPTED"
    kept = client.upload(NAME, PDF)
    assert (kept.status_code, kept.json()["name"]) == (201, NAME)
    for name in TRAVERSAL:
        stored = client.upload(name, PDF)
        assert stored.status_code == 201, (name, stored.content)
        assert not set("/\\") & set(stored.json()["name"])
    for row in StoredFile.objects.all():
        assert (tmp_path / row.storage_key).resolve().is_relative_to(tmp_path)
        assert (tmp_path / row.storage_key).read_bytes() == PDF
        assert (row.uploader_id, row.size, row.media_type) == (
            str(world.citizen.account_id), len(PDF), "application/pdf",
        )  # fmt: skip
    assert StoredFile.objects.count() == 1 + len(TRAVERSAL)


def test_a_scanner_that_finds_something_stops_the_file(world: World, monkeypatch):
    def scan(_file: object) -> list[str]:
        raise Invalid("MALWARE", "Tệp chứa mã độc", field="file")

    monkeypatch.setattr(malware, "scan", scan)

    assert ApiClient(world.citizen).upload("a.pdf", PDF).json()["code"] == "MALWARE"
    assert StoredFile.objects.count() == 0


@pytest.mark.parametrize(("megabytes", "status"), [(9, 201), (10, 413), (20, 413)])
def test_a_file_above_the_policy_is_refused_with_the_limit_in_words(world: World, megabytes: int, status: int):
    answer = ApiClient(world.citizen).upload("lớn.pdf", PDF + b"\x00" * (megabytes * 1024 * 1024))

    assert answer.status_code == status
    if status == 413:
        assert answer.json()["code"] == "FILE_TOO_LARGE"
        assert "10 MB" in answer.json()["title"]
        assert StoredFile.objects.count() == 0


@pytest.mark.parametrize("content", [b"", b"\x00", b"plain words"])
def test_a_file_without_recognisable_content_is_refused(world: World, content: bytes):
    assert ApiClient(world.citizen).upload("a.pdf", content).status_code == 422


def test_an_upload_without_file_or_credential_is_refused(world: World):
    assert ApiClient(None).upload("a.pdf", PDF).status_code == 401
    assert ApiClient(world.citizen).post("/files", {}).status_code in {400, 422}


def _submitted_with(world: World, name: str, content: bytes) -> tuple[Dossier, str]:
    client = ApiClient(world.citizen)
    kept = client.upload(name, content)
    assert kept.status_code == 201, kept.content
    component = next(item.code for item in world.definitions[FREE].components if not item.required)
    prepared = world.submission(FREE)
    components = [{"component": code, "files": [str(file_id)]} for code, file_id in prepared.files]
    body = {
        "service": world.service(FREE),
        "locality": world.commune.code,
        "form": prepared.form,
        "components": [*components, {"component": component, "files": [kept.json()["id"]]}],
    }
    answer = client.post("/dossiers", body, Idempotency_Key=f"khoa-{kept.json()['id']}")
    assert answer.status_code == 201, answer.content
    return Dossier.objects.get(pk=answer.json()["id"]), kept.json()["id"]


@pytest.mark.parametrize("name", KINDS)
def test_every_kind_of_file_comes_back_byte_for_byte_to_the_entitled_and_nobody_else(world: World, name: str):
    content, media_type = KINDS[name]
    content = content or signing.sign(pdf("ký"), reason="Ký thử", place="Hà Nội")
    dossier, file_id = _submitted_with(world, name, content)

    for someone in (world.citizen, world.reception, world.monitor):
        answer = ApiClient(someone).get(f"/dossiers/{dossier.pk}/files/{file_id}")
        got = b"".join(answer.streaming_content)
        assert answer.status_code == 200
        assert hashlib.sha256(got).hexdigest() == hashlib.sha256(content).hexdigest()
        assert answer["Content-Type"] == media_type
        assert quote(name, safe="") in answer["Content-Disposition"]
    for stranger in (world.neighbour, world.stranger):
        assert ApiClient(stranger).get(f"/dossiers/{dossier.pk}/files/{file_id}").status_code in {403, 404}
    other, _file = _submitted_with(world, name, content)
    assert ApiClient(world.citizen).get(f"/dossiers/{other.pk}/files/{file_id}").status_code == 404


@pytest.mark.parametrize(("damage", "code"), [("change", "INTEGRITY"), ("remove", "FILE_MISSING")])
def test_a_damaged_file_is_refused_and_found_by_the_detector(world: World, damage: str, code: str):
    dossier, file_id = _submitted_with(world, "a.pdf", PDF)
    row = StoredFile.objects.get(pk=file_id)
    path = storages["default"].path(row.storage_key)
    if damage == "change":
        with open(path, "r+b") as stored:
            stored.seek(20)
            stored.write(b"\x01")
    else:
        storages["default"].delete(row.storage_key)

    answer = ApiClient(world.citizen).get(f"/dossiers/{dossier.pk}/files/{file_id}")

    assert (answer.status_code, answer.json()["code"]) == (500, code)
    assert answer.json()["reference"]
    assert [item.detector for item in findings()] == ["files.integrity"]
