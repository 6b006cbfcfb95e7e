"""The population register keeps to docs/protocols/population-register.md."""

from __future__ import annotations

import hashlib
import hmac
import json
import time
from typing import Any
from uuid import uuid4

import httpx
import pytest

from tests.simulators.conftest import SECRET

AN = "001085999001"
PATH = "/v1/queries"


def question(**changes: Any) -> dict[str, Any]:
    usual = {
        "MaYeuCau": str(uuid4()),
        "MaCanBo": "can-bo-1",
        "MaDonVi": "H26.900.004",
        "MaHoSo": "H26.900.004-261122-010001",
        "MaDVC": "1.004873.01",
        "MucDich": "XAC_THUC_NHAN_THAN",
        "SoDinhDanh": AN,
        "HoVaTen": "NGUYENVANAN",
        "Nam": "1985",
        "TruongThongTin": ["HoVaTen", "NgayCap"],
    }
    return {name: value for name, value in {**usual, **changes}.items() if value is not None}


def hashed(text: str, secret: str = SECRET) -> str:
    return hmac.new(secret.encode(), text.encode(), hashlib.sha256).hexdigest()


def ask(population: httpx.Client, asked: Any, *, timeout: float = 10, **headers: str) -> httpx.Response:
    body = asked if isinstance(asked, bytes) else json.dumps(asked).encode()
    sent = {"X-Client": "motcua", "X-Timestamp": str(int(time.time())), "X-Nonce": uuid4().hex, **headers}
    digest = hashlib.sha256(body).hexdigest()
    text = "\n".join((sent["X-Client"], sent["X-Timestamp"], sent["X-Nonce"], "POST", PATH, digest))
    return population.post(PATH, content=body, headers={"X-Signature": hashed(text), **sent}, timeout=timeout)


def test_it_tells_what_was_asked_and_no_more_and_signs_its_answer(population: httpx.Client) -> None:
    asked = question()
    answer = ask(population, asked, **{"X-Nonce": "nonce-0123456789abcdef"})

    assert answer.json() == {
        "MaYeuCau": asked["MaYeuCau"],
        "KetQua": "1",
        "ThongTin": {"HoVaTen": "Nguyễn Văn An", "NgayCap": "10/05/2021"},
    }
    digest = hashlib.sha256(answer.content).hexdigest()
    assert answer.headers["X-Signature"] == hashed(f"nonce-0123456789abcdef\n{digest}")
    [kept] = population.get("/_control/queries").json()["queries"]
    assert (kept["MaYeuCau"], kept["MaCanBo"], kept["found"]) == (asked["MaYeuCau"], "can-bo-1", True)


@pytest.mark.parametrize(
    "changes", [{"SoDinhDanh": "001085999002"}, {"HoVaTen": "NGUYENVANBE"}, {"Nam": "1986"}], ids=str
)
def test_another_number_name_or_year_is_not_found_without_saying_which(
    population: httpx.Client, changes: dict[str, Any]
) -> None:
    asked = question(**changes)
    assert ask(population, asked).json() == {"MaYeuCau": asked["MaYeuCau"], "KetQua": "0"}


def test_a_year_may_be_left_out(population: httpx.Client) -> None:
    assert ask(population, question(Nam=None)).json()["KetQua"] == "1"


@pytest.mark.parametrize(
    ("headers", "code"),
    [
        ({"X-Signature": "0" * 64}, "SIGNATURE_INVALID"),
        ({"X-Client": "another"}, "SIGNATURE_INVALID"),
        ({"X-Nonce": "short"}, "SIGNATURE_INVALID"),
        ({"X-Timestamp": "1700000000"}, "TIMESTAMP_OUT_OF_RANGE"),
        ({"X-Timestamp": "now"}, "TIMESTAMP_OUT_OF_RANGE"),
    ],
)
def test_a_question_that_is_not_ours_or_not_of_now_is_refused(
    population: httpx.Client, headers: dict[str, str], code: str
) -> None:
    answer = ask(population, question(), **headers)

    assert (answer.status_code, answer.json()["code"]) == (401, code)
    assert population.get("/_control/queries").json()["queries"] == []


def test_a_nonce_is_for_one_question_and_the_same_question_is_answered_again(population: httpx.Client) -> None:
    nonce, asked = {"X-Nonce": "nonce-of-one-question"}, question()

    first, again = ask(population, asked, **nonce), ask(population, asked, **nonce)
    other = ask(population, question(), **nonce)

    assert first.content == again.content
    assert (other.status_code, other.json()["code"]) == (401, "NONCE_USED")
    assert len(population.get("/_control/queries").json()["queries"]) == 1


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"TruongThongTin": ["HoVaTen", "ThuongTru"]}, 403),
        ({"MucDich": "KIEM_TRA_CU_TRU", "TruongThongTin": ["NgayCap"]}, 403),
        ({"TruongThongTin": ["SoDienThoai"]}, 403),
        ({"TruongThongTin": []}, 422),
        ({"TruongThongTin": ["HoVaTen", "HoVaTen"]}, 422),
        ({"MucDich": "TO_MO"}, 422),
        ({"MaCanBo": None}, 422),
        ({"SoDinhDanh": "C1234567"}, 422),
        ({"HoVaTen": "Nguyễn Văn An"}, 422),
        ({"Nam": "85"}, 422),
    ],
    ids=str,
)
def test_fields_outside_the_purpose_and_incomplete_questions_are_refused(
    population: httpx.Client, changes: dict[str, Any], status: int
) -> None:
    assert ask(population, question(**changes)).status_code == status


@pytest.mark.parametrize("body", [b"", b"[]", b"{", b"\xff"])
def test_a_body_that_is_no_object_is_refused(population: httpx.Client, body: bytes) -> None:
    assert ask(population, body).status_code == 422


def test_an_officer_who_asks_too_much_is_slowed_down_and_others_are_not(population: httpx.Client) -> None:
    answers = [ask(population, question()).status_code for _ in range(61)]

    assert answers == [200] * 60 + [429]
    assert ask(population, question(MaCanBo="can-bo-2")).status_code == 200


def test_its_faults(population: httpx.Client) -> None:
    def with_fault(name: str, **parameters: Any) -> httpx.Response:
        switched = population.post("/_control/faults", json={"fault": name, "times": 1, **parameters})
        assert switched.status_code == 201, switched.text
        return ask(population, question())

    assert with_fault("unavailable").status_code == 503
    assert with_fault("not_found").json()["KetQua"] == "0"
    assert with_fault("other_values", values={"NgayCap": "11/05/2021"}).json()["ThongTin"]["NgayCap"] == "11/05/2021"
    assert "NoiCap" in with_fault("too_much").json()["ThongTin"]
    with pytest.raises(ValueError, match="Expecting value"):
        with_fault("garbled").json()
    forged = with_fault("wrong_signature")
    assert forged.headers["X-Signature"] != hashed(f"x\n{hashlib.sha256(forged.content).hexdigest()}")
    population.post("/_control/faults", json={"fault": "slow", "times": 1, "seconds": 1})
    with pytest.raises(httpx.ReadTimeout):
        ask(population, question(), timeout=0.3)


def test_its_residents_are_well_formed(population: httpx.Client) -> None:
    residents = population.get("/_control/residents").json()["residents"]

    assert len({one["SoDinhDanh"] for one in residents}) == len(residents) >= 8
    assert all(len(one["SoDinhDanh"]) == 12 and one["SoDinhDanh"].isdecimal() for one in residents)
