"""Importing by page: upload, dry run with row numbers, commit; somebody else's file is nobody's business."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from motcua.domain.organisations.models import Account
from motcua.domain.organisations.spreadsheets.account_check import COLUMNS
from tests.domain.organisations import factories as make
from tests.domain.organisations.sheets import sheet
from tests.domain.organisations.test_account_files import line
from tests.faces.administration.officers import browser_of

pytestmark = pytest.mark.django_db
HOME = "/can-bo/quan-tri/tep/tai-khoan"


@pytest.fixture(autouse=True)
def own_file_store(settings: Any, tmp_path: Any) -> None:
    disk = {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": tmp_path}}
    settings.STORAGES = {**settings.STORAGES, "default": disk}


def upload(*rows: dict[str, Any], name: str = "can-bo.xlsx") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, sheet(COLUMNS, rows).getvalue())


def test_a_dry_run_lists_the_bad_rows_and_the_good_ones_are_written_when_said_so() -> None:
    commune = make.commune()
    admin = make.holder("UNIT_ADMIN", commune)
    browser = browser_of(admin)
    rows = [line("an", commune), line("binh", commune), line("chi", commune, **{"Mã vai trò": "SYSADMIN"})]
    rows[0]["Tên đăng nhập"] = "can-bo-an"

    dry = browser.post(f"{HOME}/nhap", {"file": upload(*rows)})
    page = dry.content.decode()
    file = re.search(r'name="file" value="([0-9a-f-]{36})"', page)
    assert file is not None
    assert re.search(r">4</td>.*Mã vai trò.*hai người quản trị", page, re.DOTALL)
    assert not Account.objects.filter(username__isnull=False).exists()
    whole = browser.post(f"{HOME}/ghi", {"file": file[1], "mode": "all"})
    assert whole.status_code == 422
    assert not Account.objects.filter(username__isnull=False).exists()
    valid = browser.post(f"{HOME}/ghi", {"file": file[1], "mode": "valid"})

    assert valid.status_code == 302
    assert set(Account.objects.filter(username__isnull=False).values_list("username", flat=True)) == {
        "can-bo-an",
        "binh",
    }


def test_another_administrator_does_not_commit_my_file() -> None:
    commune = make.commune()
    first, second = make.holder("UNIT_ADMIN", commune), make.holder("UNIT_ADMIN", commune)
    page = browser_of(first).post(f"{HOME}/nhap", {"file": upload(line("binh", commune))}).content.decode()
    file = re.search(r'name="file" value="([0-9a-f-]{36})"', page)
    assert file is not None

    answers = [
        browser_of(second).post(f"{HOME}/ghi", {"file": file[1], "mode": "all"}),
        browser_of(second).post(f"{HOME}/ghi", {"file": "x"}),
    ]

    assert [answer.status_code for answer in answers] == [404, 404]
    assert not Account.objects.filter(username="binh").exists()


def test_what_is_no_spreadsheet_is_refused_in_words() -> None:
    commune = make.commune()
    browser = browser_of(make.holder("UNIT_ADMIN", commune))

    disguised = browser.post(f"{HOME}/nhap", {"file": SimpleUploadedFile("a.xlsx", b"MZ\x90\x00 khong phai")})
    nothing = browser.post(f"{HOME}/nhap", {})
    other = browser.get("/can-bo/quan-tri/tep/vui-ve/nhap")

    assert (disguised.status_code, nothing.status_code, other.status_code) == (422, 422, 404)
    assert 'role="alert"' in disguised.content.decode()


def test_the_export_and_the_empty_file_are_spreadsheets() -> None:
    commune = make.commune()
    browser = browser_of(make.holder("UNIT_ADMIN", commune))

    for path in (f"{HOME}/ket-xuat", f"{HOME}/mau", "/can-bo/quan-tri/tep/don-vi/ket-xuat"):
        answer = browser.get(path)
        assert answer.status_code == 200
        assert answer.content[:2] == b"PK"
        assert "attachment" in answer["Content-Disposition"]
