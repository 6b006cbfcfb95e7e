"""One dossier from search to satisfaction by API only, with the real simulators over HTTP (issue item 6, POR-01)."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import pypdf
import pytest

from motcua.domain.catalogue.rules import fees_due, required_components
from motcua.domain.dossiers.models import Dossier
from motcua.domain.people.tokens import issue_token
from motcua.faces.api import health
from motcua.foundation import events, policies, signing
from motcua.foundation.actor import Actor
from motcua.foundation.functions import SWITCHES, Function
from motcua.foundation.models import AuditEntry
from motcua.foundation.signing import Signature
from tests.domain.catalogue.form_samples import answers
from tests.domain.dossiers.world import ASSESSED, CHARGED, World, findings, pdf, small_world
from tests.domain.payments.factories import configure
from tests.journeys_api.product import Api, Partners, background, signed_on, wait_until

pytestmark = pytest.mark.django_db(transaction=True)
REASON = {"reason_code": "INVALID_COMPONENT", "reason_text": "Bản chụp giấy tờ bị mờ, không đọc được số"}


@pytest.fixture
def world(partners: Partners) -> World:
    made = small_world(CHARGED, ASSESSED)
    configure(made.province)
    return made


class Office:
    """The officers of the commune, each with a token."""

    def __init__(self, partners: Partners, world: World) -> None:
        people = ("reception", "processor", "approver", "returner", "stranger")
        self._api = {name: Api(partners, issue_token(getattr(world, name), label="máy trạm").secret) for name in people}

    def __getattr__(self, name: str) -> Api:
        return self._api[name]


def _application(world: World, citizen: Api, procedure: str) -> dict[str, Any]:
    """Answers that owe a fee at submission where the service has one, with every required file uploaded."""
    definition = world.definitions[procedure]
    for seed in range(200):
        form = answers(definition, seed)
        owed = sum(line.amount or 0 for line in fees_due(definition, form, "before"))
        if owed or procedure == ASSESSED:
            break
    components = [
        {"component": item.code, "files": [citizen.upload(f"Giấy tờ {n}.pdf", pdf(item.code))]}
        for n, item in enumerate(required_components(definition, form))
    ]
    locality = world.commune.code
    return {"service": world.service(procedure), "locality": locality, "form": form, "components": components}


def _submit(world: World, citizen: Api, procedure: str) -> dict[str, Any]:
    body = _application(world, citizen, procedure)
    first = citizen.post("/dossiers", body, 201, Idempotency_Key="khoa-hanh-trinh-1")
    again = citizen.post("/dossiers", body, 200, Idempotency_Key="khoa-hanh-trinh-1")
    assert first["code"] == again["code"]
    return first


def _pay(partners: Partners, citizen: Api, dossier_id: str) -> dict[str, Any]:
    """Pays the one open obligation by QR; returns it with its receipt issued."""
    owed = next(item for item in citizen.get(f"/dossiers/{dossier_id}/obligations") if item["state"] == "UNPAID")
    assert owed["pay"] == "START"
    bank = citizen.get("/payments/banks")[0]["code"]
    started = citizen.post(f"/obligations/{owed['id']}/payments", {"bank": bank}, 201)
    assert started["amount"] == owed["amount"]
    again = citizen.post(f"/obligations/{owed['id']}/payments", {"bank": bank}, 201)
    assert again["reference"] == started["reference"]
    partners.scan(started["qr_payload"])

    def paid() -> bool:
        now = _obligation(citizen, dossier_id, owed["id"])
        return now["state"] == "PAID" and now["receipt"] is not None and now["receipt"]["is_issued"]

    wait_until(paid)
    assert citizen.get(f"/payments/{started['reference']}")["payment"]["state"] == "SUCCESS"
    return _obligation(citizen, dossier_id, owed["id"])


def _obligation(citizen: Api, dossier_id: str, obligation_id: str) -> dict[str, Any]:
    found = citizen.get(f"/dossiers/{dossier_id}/obligations")
    return next(item for item in found if item["id"] == obligation_id)


def _said(content: bytes) -> str:
    return " ".join(" ".join(page.extract_text() for page in pypdf.PdfReader(BytesIO(content)).pages).split())


def _finish(citizen: Api, office: Office, dossier: dict[str, Any]) -> None:
    """From processing to the rating."""
    path = f"/dossiers/{dossier['id']}"
    office.processor.post(f"{path}/propose")
    office.approver.post(f"{path}/approve", {"conclusion": "Đủ điều kiện giải quyết"})
    shown = citizen.get(path)
    assert (shown["state"], shown["result"]["signature"]) == ("RESOLVED", "SIGNED")
    result = citizen.get(f"{path}/files/{shown['result']['file']['id']}")
    assert signing.verify(result) is Signature.SIGNED
    assert [row["code"] for row in office.returner.get("/worklist", tab="to_return")["rows"]] == [dossier["code"]]
    office.returner.post(f"{path}/return", {"method": "ONLINE"})
    citizen.post(f"{path}/rating", {"score": 5, "comment": "Nhanh, rõ ràng"}, 201)
    background()


def _ends_well(partners: Partners, dossier: dict[str, Any], told: int) -> None:
    """Every step left its event, its audit row and its SMS, and no detector finds anything."""
    stored = Dossier.objects.get(pk=dossier["id"])
    own = [item for item in events.of_dossier(stored.pk) if item.aggregate_id == stored.pk]
    assert stored.version == len(own)
    assert all(item.occurred_at for item in own)
    acts = AuditEntry.objects.filter(subject_id=str(stored.pk), action__startswith="dossier.", outcome="done")
    assert acts.count() >= len([item for item in own if item.body.type_name != "dossier.payment_complete"])
    wait_until(lambda: len(partners.inbox(stored.contact_phone)) >= told)
    assert findings() == []


def _from_search_to_reception(partners: Partners, world: World, words: str, procedure: str) -> Any:
    anybody = Api(partners)
    found = anybody.get("/services", q=words)
    assert procedure in [item["code"] for item in found]
    assert anybody.get(f"/services/{world.service(procedure)}")["takes_submissions"]
    citizen, office = signed_on(partners, "nguyen-van-an"), Office(partners, world)
    dossier = _submit(world, citizen, procedure)
    assert anybody.get(f"/lookup/{dossier['code']}")["state"] == "SUBMITTED"
    assert dossier["code"] in _said(citizen.get(f"/dossiers/{dossier['id']}/papers/acknowledgement"))
    assert office.stranger.get("/worklist")["rows"] == []
    assert [row["code"] for row in office.reception.get("/worklist")["rows"]] == [dossier["code"]]
    office.reception.post(f"/dossiers/{dossier['id']}/receive", {"expected_version": 1})
    assert "Lê Thị Tiếp" in _said(citizen.get(f"/dossiers/{dossier['id']}/papers/slip"))
    return citizen, office, dossier


@pytest.mark.requirement("POR-01")
def test_a_service_with_its_fee_at_submission_goes_through_all_seven_functions(partners: Partners, world: World):
    health.forget()
    assert Api(partners).get("/health")["status"] == "ok"
    citizen, office, dossier = _from_search_to_reception(partners, world, "bản sao trích lục khai sinh", CHARGED)
    path = f"/dossiers/{dossier['id']}"
    paid = _pay(partners, citizen, dossier["id"])
    receipt = _said(citizen.get(f"/receipts/{paid['receipt']['id']}"))
    assert f"{paid['amount']:,}".replace(",", ".") in receipt
    office.stranger.get(f"/receipts/{paid['receipt']['id']}", 404)
    office.processor.post(f"{path}/start")
    _finish(citizen, office, dossier)

    trace = [item["type"] for item in citizen.get(f"{path}/trace")]
    for step in ("submitted", "received", "processing_started", "resolved", "returned", "rated"):
        assert f"dossier.{step}" in trace
    assert {"payment.obligation_created", "payment.obligation_paid", "payment.receipt_issued"} <= set(trace)
    shown = citizen.get(path)
    assert shown["times"]["running"] is False
    assert all(task["closed_at"] for task in shown["tasks"])
    assert AuditEntry.objects.filter(action__startswith="session").exists()
    _ends_well(partners, dossier, told=4)
    _each_function_alone_is_named_when_off(partners)


def _each_function_alone_is_named_when_off(partners: Partners) -> None:
    for function in Function:
        for enabled in (False, True):
            policies.set_value(SWITCHES[function].key, enabled, actor=Actor.job("test"), reason="thử tắt chức năng")
            health.forget()
            answer = Api(partners).get("/health", 200 if enabled else 503)
            failed = [item["function"] for item in answer["functions"] if not item["works"]]
            assert failed == ([] if enabled else [function.value])


def test_a_service_with_its_fee_assessed_later_and_a_supplement(partners: Partners, world: World):
    citizen, office, dossier = _from_search_to_reception(partners, world, "chuyển nhượng quyền sử dụng đất", ASSESSED)
    path = f"/dossiers/{dossier['id']}"
    asked = world.definitions[ASSESSED].components[1].code
    office.processor.post(f"{path}/start")
    office.processor.post(f"{path}/ask-supplement", {**REASON, "items": [{"component": asked, "what": "Chụp lại"}]})
    waiting = citizen.get(path)
    assert (waiting["state"], waiting["reason_text"]) == ("WAIT_SUPPLEMENT", REASON["reason_text"])
    assert [item["component"] for item in waiting["supplement_requests"][0]["items"]] == [asked]
    fresh = citizen.upload("Hợp đồng chụp lại.pdf", pdf("rõ"))
    citizen.post(f"{path}/supplement", {"components": [{"component": asked, "files": [fresh]}]})

    fee = next(item.code for item in world.definitions[ASSESSED].fees if item.moment.value == "after")
    why = "Nộp phí thẩm định theo thông báo của Văn phòng đăng ký đất đai"
    office.processor.post(f"{path}/ask-payment", {"fees": [{"code": fee, "amount": 650_000}], "reason_text": why})
    assert citizen.get(path)["state"] == "WAIT_PAYMENT"
    before = citizen.get(path)["due_at"]
    paid = _pay(partners, citizen, dossier["id"])
    assert paid["amount"] == 650_000
    resumed = citizen.get(path)
    assert resumed["state"] == "IN_PROCESS"
    assert resumed["due_at"] >= before
    _finish(citizen, office, dossier)

    versions = [item["version"] for item in citizen.get(path)["attachments"] if item["component"] == asked]
    assert versions == [1, 2]
    _ends_well(partners, dossier, told=6)
