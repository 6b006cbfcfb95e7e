"""Adapter of the protocol `population-register/1` (docs/protocols/population-register.md)."""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from django.conf import settings

from motcua.domain.people.policies import POPULATION
from motcua.domain.people.population.rules import PopulationField, Purpose, QueryOutcome
from motcua.domain.people.rules import Sex
from motcua.foundation import clock
from motcua.foundation.outbound import Answer, Cause, Outcome, Partner, Request, Result, call
from motcua.foundation.text import normalise_line, to_ascii

PARTNER: Final = "population-register"
SEXES: Final[Mapping[str, Sex]] = {"1": Sex.MALE, "2": Sex.FEMALE, "3": Sex.OTHER}
_PATH: Final = "/v1/queries"
_PURPOSES: Final = {
    Purpose.VERIFY_IDENTITY: "XAC_THUC_NHAN_THAN",
    Purpose.VERIFY_RESIDENCE: "KIEM_TRA_CU_TRU",
    Purpose.VERIFY_MARITAL_STATUS: "TINH_TRANG_HON_NHAN",
    Purpose.SETTLE_DIFFERENCE: "DOI_CHIEU_SAI_KHAC",
}
NAMES: Final = {
    PopulationField.FULL_NAME: "HoVaTen",
    PopulationField.BIRTH_DATE: "NgayThangNamSinh",
    PopulationField.SEX: "GioiTinh",
    PopulationField.ISSUED_ON: "NgayCap",
    PopulationField.ISSUED_BY: "NoiCap",
    PopulationField.PERMANENT_ADDRESS: "ThuongTru",
    PopulationField.CURRENT_ADDRESS: "NoiOHienNay",
    PopulationField.HOUSEHOLD_HEAD: "ChuHo",
    PopulationField.MARITAL_STATUS: "TinhTrangHonNhan",
}


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked, of whom, by whom and for what; `birth_year` None where it is not known."""

    id: UUID
    officer: str
    unit: str
    dossier: str
    service: str
    purpose: Purpose
    citizen_id: str
    full_name: str
    birth_year: int | None
    fields: Collection[PopulationField]


@dataclass(frozen=True, slots=True)
class Told:
    """What came of a question; `values` are the asked facts that the register holds, and no others."""

    outcome: QueryOutcome
    values: Mapping[PopulationField, str]


def ask(question: Question) -> Told:
    """Asks the register. RuntimeError inside a database transaction.

    An answer that the register did not sign for this question is none: UNAVAILABLE. Facts that were not asked for are
    dropped unread.
    """
    body = json.dumps(_content(question), ensure_ascii=False).encode()
    nonce = secrets.token_urlsafe(24)
    request = Request(
        "POST", _PATH, "population.query", ("population_query", str(question.id)), True, body, _headers(nonce, body)
    )

    def judge(answer: Answer) -> Outcome:
        return _judged(answer, nonce, str(question.id))

    result = call(Partner(PARTNER, settings.POPULATION_REGISTER_URL, POPULATION.limits()), request, judge)
    return _told(result, question)


def _content(question: Question) -> dict[str, object]:
    content: dict[str, object] = {
        "MaYeuCau": str(question.id),
        "MaCanBo": question.officer,
        "MaDonVi": question.unit,
        "MaHoSo": question.dossier,
        "MaDVC": question.service,
        "MucDich": _PURPOSES[question.purpose],
        "SoDinhDanh": question.citizen_id,
        "HoVaTen": "".join(letter for letter in to_ascii(question.full_name).upper() if letter.isalpha()),
        "TruongThongTin": [NAMES[field] for field in PopulationField if field in question.fields],
    }
    return content | ({"Nam": str(question.birth_year)} if question.birth_year else {})


def _headers(nonce: str, body: bytes) -> dict[str, str]:
    client, timestamp = settings.POPULATION_REGISTER_CLIENT, str(int(clock.now().timestamp()))
    text = "\n".join((client, timestamp, nonce, "POST", _PATH, hashlib.sha256(body).hexdigest()))
    return {
        "Content-Type": "application/json; charset=utf-8",
        "X-Client": client,
        "X-Timestamp": timestamp,
        "X-Nonce": nonce,
        "X-Signature": _hmac(text),
    }


def _hmac(text: str) -> str:
    return hmac.new(settings.POPULATION_REGISTER_SECRET.encode(), text.encode(), hashlib.sha256).hexdigest()


def _judged(answer: Answer, nonce: str, question_id: str) -> Outcome:
    """DONE for an answer that the register signed for this question; ValueError for any other 200."""
    if answer.status != 200:
        return Outcome.UNKNOWN if answer.status >= 500 and answer.status != 503 else Outcome.FAILED
    expected = _hmac(f"{nonce}\n{hashlib.sha256(answer.body).hexdigest()}")
    given = next((value for name, value in answer.headers.items() if name.lower() == "x-signature"), "")
    if not hmac.compare_digest(expected.encode(), given.encode()):
        raise ValueError("the answer is not the register's")
    content = answer.json()
    if content["MaYeuCau"] != question_id or content["KetQua"] not in {"0", "1"}:
        raise ValueError("the answer is to another question")
    if content["KetQua"] == "1" and not isinstance(content["ThongTin"], dict):
        raise ValueError("the answer has no facts")
    return Outcome.DONE


def _told(result: Result, question: Question) -> Told:
    if result.outcome is not Outcome.DONE or result.answer is None:
        refused = result.cause is Cause.RESPONSE and result.status in {401, 403, 422, 429}
        return Told(QueryOutcome.REFUSED if refused else QueryOutcome.UNAVAILABLE, {})
    content = result.answer.json()
    if content["KetQua"] == "0":
        return Told(QueryOutcome.NOT_FOUND, {})
    facts = content["ThongTin"]
    asked = {field: facts.get(NAMES[field]) for field in PopulationField if field in question.fields}
    values = {field: normalise_line(value) for field, value in asked.items() if isinstance(value, str) and value}
    return Told(QueryOutcome.FOUND, values)
