"""One receipt per payment, saying what the ledger says, numbered without gaps."""

from __future__ import annotations

import io
import random
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from uuid import UUID

import pypdf
import pytest
from django.db import DatabaseError, connection, transaction

from motcua.domain.payments import obligations, queries, receipt_content, receipt_file, services
from motcua.domain.payments.models import (
    LedgerTransaction,
    Obligation,
    Receipt,
    ReceiptCounter,
    ReceiptSeries,
)
from motcua.domain.payments.obligations import Birth
from motcua.foundation import clock, files
from motcua.foundation.errors import Conflict, DomainError, NotFound
from motcua.foundation.money import amount_in_words, format_dong
from tests.domain.payments.bank import Bank, Clocks
from tests.domain.payments.callbacks import at_once, credited, deliver
from tests.domain.payments.factories import APPLICANT, Office, configure, dossier, fee, office, owed
from tests.domain.payments.paying import findings, fresh, start, work

pytestmark = pytest.mark.django_db(transaction=True)
RECEIPTS_COMPARED = 1_000
FILES_COMPARED = 25
NAMES = ["Nguyễn Thị Hoà", "Đặng Thùy Trâm", "Ỷ Lan", "Y Bih Alêô", "Vừ A Dính", "Lê Thị <b>Hồng</b> #Gấm $x$", "Ân"]
WORDS = {
    1: "Một đồng",
    5: "Năm đồng",
    10: "Mười đồng",
    15: "Mười lăm đồng",
    21: "Hai mươi mốt đồng",
    1_000_005: "Một triệu không trăm linh năm đồng",
}


def at_desk(place: Office, debt: Obligation | UUID) -> None:
    pk = debt.pk if isinstance(debt, Obligation) else debt
    services.record_offline(pk, method="CASH", document_number="PT-1", paid_at=None, acting=place.world.reception)


def text_of(receipt: Receipt) -> str:
    assert receipt.file is not None
    pages = pypdf.PdfReader(io.BytesIO(files.read_verified(receipt.file))).pages
    assert len(pages) == 1
    return " ".join(pages[0].extract_text().split())


def broken(*_args: object, **_kwargs: object) -> bytes:
    raise OSError("the receipt service is down")


@pytest.mark.requirement("RCP-01")
def test_each_payment_has_one_receipt_at_once_and_its_absence_alarms(
    place: Office, bank: Bank, clocks: Clocks, monkeypatch
):
    debts = [owed(place) for _ in range(6)]
    deliver(credited(start(debts[0])))
    work()
    receipt = Receipt.objects.get()
    assert receipt.issued_at - receipt.created_at < timedelta(minutes=1)
    for who in (place.world.citizen, place.world.reception):
        assert queries.receipt_to_download(who, receipt.pk)[1].media_type == "application/pdf"

    with monkeypatch.context() as ill:
        ill.setattr(receipt_file, "render", broken)
        for debt in debts[1:]:
            deliver(credited(start(debt)))
        work()
        assert {fresh(debt).state for debt in debts} == {"PAID"}
        assert Receipt.objects.filter(state="PENDING", tries=1).count() == 5
        waiting = queries.obligations_of(place.world.citizen, debts[1].dossier_id)[0].receipt
        assert (waiting.number, waiting.is_issued) == ("00000002", False)
        with pytest.raises(Conflict, match="RECEIPT_PENDING"):
            queries.receipt_to_download(place.world.citizen, waiting.id)
        assert not [item for item in findings() if item.fault == "F-33"]
        clocks.advance(6 * 60)
        work()
        alarms = [item for item in findings() if item.fault == "F-33"]
        assert {item.subject for item in alarms} == {debt.dossier.code for debt in debts[1:]}
        assert Receipt.objects.filter(tries=2).count() == 5

    clocks.advance(60)
    work()
    successes = LedgerTransaction.objects.filter(kind="COLLECTION").count()
    assert successes == Receipt.objects.filter(state="ISSUED").count() == 6
    assert not findings()


@pytest.mark.fault("F-33")
def test_ten_minutes_without_receipts_leave_none_missing_and_no_number_twice(
    place: Office, bank: Bank, clocks: Clocks, monkeypatch
):
    made = dossier(place)
    with monkeypatch.context() as ill:
        ill.setattr(receipt_file, "render", broken)
        for _ in range(10):
            deliver(credited(start(owed(of=made))))
            at_desk(place, owed(of=made))
            work()
            clocks.advance(60)
        assert not Receipt.objects.filter(state="ISSUED").exists()

    clocks.advance(11 * 60)
    at_once([partial(services.issue_due, 5)] * 8)
    work()
    paid = Obligation.objects.filter(state__in=["PAID", "PAID_OFFLINE"]).count()
    assert paid == Receipt.objects.filter(state="ISSUED", file__isnull=False).count() == 20
    assert sorted(Receipt.objects.values_list("number", flat=True)) == list(range(1, 21))
    assert not findings()


def random_amount() -> int:
    return random.choice([*WORDS, random.randint(1, 999), random.randint(1_000, 10**6), random.randint(10**6, 10**12)])


@pytest.mark.requirement("RCP-02")
@pytest.mark.fault("F-34")
def test_receipts_say_what_the_ledger_says(place: Office, bank: Bank):
    paid_online = owed(of=dossier(place, owner=NAMES[0]), amount=1_000_005)
    deliver(credited(start(paid_online), bank_id="FT-1000005"))
    work()
    with transaction.atomic():  # one commit for all of them
        for _ in range(RECEIPTS_COMPARED // 20):
            of = dossier(place, owner=random.choice(NAMES))
            births = [Birth(of.pk, of.code, fee(random_amount())) for _number in range(20)]
            for pk in obligations.create(births, actor=APPLICANT):
                at_desk(place, pk)

    receipts = Receipt.objects.select_related(
        "obligation__dossier__service_revision",
        "obligation__unit",
        "obligation__offline_payment",
        "collection__credit__attempt",
        "series__unit",
    ).prefetch_related("collection__entries")
    for receipt in receipts:
        assert said(receipt) == booked(receipt)
    assert receipts.count() == RECEIPTS_COMPARED + 1
    for amount, words in WORDS.items():
        assert amount_in_words(amount) == words
    assert amount_in_words(0) == "Không đồng"
    assert not findings()

    chosen = [*random.sample(list(receipts), FILES_COMPARED), receipts.get(obligation=paid_online)]
    others = Receipt.objects.filter(state="PENDING").exclude(pk__in=[item.pk for item in chosen])
    others.update(render_at=clock.now() + timedelta(days=1))
    work()
    for receipt in chosen:
        receipt.refresh_from_db()
        text, content = text_of(receipt), receipt_content.from_json(receipt.content)
        for wanted in printed(content):
            assert " ".join(wanted.split()) in text


def said(receipt: Receipt) -> dict[str, object]:
    """What the stored content says."""
    content = receipt_content.from_json(receipt.content)
    return {name: getattr(content, name) for name in content.__struct_fields__}


def booked(receipt: Receipt) -> dict[str, object]:
    """The same fields read from ledger, obligation and configuration."""
    owed_by, moved, series = receipt.obligation, receipt.collection, receipt.series
    amount = sum(entry.amount for entry in moved.entries.all() if entry.amount > 0)
    offline = getattr(owed_by, "offline_payment", None)
    attempt = moved.credit.attempt if moved.credit else None
    return {
        "form_symbol": "EBL01",
        "symbol": f"{clock.today():%y}TAA",
        "number": f"{receipt.number:08d}",
        "issuer_name": series.unit.name,
        "issuer_tax_code": "0100109106",
        "collecting_unit_code": owed_by.unit.code,
        "collecting_unit": owed_by.unit.name,
        "payer_name": owed_by.dossier.owner_name,
        "dossier_code": owed_by.dossier.code,
        "procedure_code": "2.000635",
        "service_code": "2.000635.01",
        "service_name": owed_by.dossier.service_revision.name,
        "fee_code": owed_by.fee_code,
        "fee_name": owed_by.fee_name,
        "fee_kind": owed_by.fee_kind,
        "amount": amount,
        "amount_words": amount_in_words(amount),
        "beneficiary_bin": owed_by.beneficiary_bin,
        "beneficiary_account": owed_by.beneficiary_account,
        "beneficiary_name": owed_by.beneficiary_name,
        "treasury_code": owed_by.treasury_code,
        "method": offline.method if offline else "ONLINE",
        "transaction_code": offline.document_number if offline else attempt.reference,
        "bank_transaction_id": moved.credit.bank_transaction_id if moved.credit else "",
        "paid_at": moved.occurred_at,
    }


def printed(content: receipt_content.ReceiptContent) -> list[str]:
    """What must be readable on the page."""
    return [
        content.symbol,
        content.number,
        content.issuer_tax_code,
        content.payer_name,
        content.dossier_code,
        content.service_code,
        content.fee_code,
        format_dong(content.amount),
        content.amount_words,
        content.collecting_unit,
        content.beneficiary_account,
        content.transaction_code,
        content.bank_transaction_id,
        f"{clock.to_local(content.paid_at):%H:%M:%S ngày %d/%m/%Y}",
    ]


@pytest.mark.requirement("RCP-03")
def test_numbers_are_unique_consecutive_and_configured_before_payment(place: Office, bank: Bank):
    made = dossier(place)
    debts = [owed(of=made) for _ in range(50)]
    acts: list[Callable[[], None]] = [partial(at_desk, place, debt) for debt in debts]

    at_once(acts, threads=16)

    numbers = sorted(Receipt.objects.values_list("number", flat=True))
    assert numbers == list(range(1, 51))
    assert ReceiptCounter.objects.get().last_number == 50
    assert not [item for item in findings() if item.fault == "RCP-03"]
    ReceiptSeries.objects.update(is_active=False)
    with pytest.raises(DomainError) as refusal:
        start(owed(place))
    assert refusal.value.details["missing"] == ["RECEIPT_SERIES"]
    assert "mã biên lai" in str(refusal.value.message)
    ReceiptSeries.objects.update(is_active=True)
    ReceiptCounter.objects.update(last_number=49)  # as if somebody had turned the counter back
    with pytest.raises(DatabaseError, match="no_receipt_number_twice"):
        at_desk(place, owed(place))


def test_a_payment_that_rolls_back_gives_its_number_back(place: Office):
    first, second = owed(place), owed(place)

    def killed() -> None:
        at_desk(place, first)
        raise SystemError

    with pytest.raises(SystemError):
        transaction.atomic(killed)()
    at_desk(place, second)

    assert Receipt.objects.get().number == 1


def test_numbers_start_again_with_the_year_under_a_new_symbol(place: Office):
    def receipt_of(moment: datetime) -> tuple[str, str]:
        with clock.travel(moment):
            debt = owed(place)
            at_desk(place, debt)
        content = Receipt.objects.get(obligation=debt).content
        return content["symbol"], content["number"]

    seen = [receipt_of(clock.local(2026, 12, 31, 23, 59)), receipt_of(clock.local(2027, 1, 1, 0, 0))]

    assert seen == [("26TAA", "00000001"), ("27TAA", "00000001")]


def test_each_fee_is_numbered_in_its_own_series(place: Office):
    ReceiptSeries.objects.create(unit=place.desk, fee_code="LP-LLTP", letters="BB", tax_code="0100109106")
    ReceiptSeries.objects.create(unit=place.desk, fee_code="OTHER", letters="CC", tax_code="0100109106")

    at_desk(place, owed(place))

    assert Receipt.objects.get().content["symbol"].endswith("TBB")


def test_money_that_comes_before_the_series_gets_its_number_later(db, bank: Bank, clocks: Clocks):
    bare = office(configured=False)
    debt = owed(bare)

    at_desk(bare, debt)
    work()
    assert fresh(debt).state == "PAID_OFFLINE"
    assert Receipt.objects.get().number is None
    assert "SeriesMissing" in Receipt.objects.get().last_error

    configure(bare.province)
    clocks.advance(60)
    work()
    assert (Receipt.objects.get().state, Receipt.objects.get().number) == ("ISSUED", 1)


@pytest.mark.parametrize("change", ["number = 7", "content = '{}'", "series_id = NULL, year = NULL, number = NULL"])
def test_a_numbered_receipt_cannot_be_rewritten_or_removed(place: Office, change: str):
    at_desk(place, owed(place))

    for statement in (f"UPDATE payments_receipt SET {change}", "DELETE FROM payments_receipt"):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
    assert Receipt.objects.get().number == 1


def test_a_receipt_is_given_to_its_payer_and_its_units_officers_only(place: Office):
    at_desk(place, owed(place))
    work()
    receipt, world = Receipt.objects.get(), place.world

    for allowed in (world.citizen, world.reception):
        assert queries.receipt_to_download(allowed, receipt.pk)[0] == receipt
        assert queries.receipt_details(allowed, receipt.pk).number == "00000001"
    for denied in (world.neighbour, world.stranger, None):
        with pytest.raises(NotFound, match="RECEIPT_UNKNOWN"):
            queries.receipt_to_download(denied, receipt.pk)
        with pytest.raises(NotFound, match="RECEIPT_UNKNOWN"):
            queries.receipt_details(denied, receipt.pk)


def test_two_workers_issue_a_receipt_once(place: Office):
    at_desk(place, owed(place))

    at_once([services.issue_due] * 6)
    Receipt.objects.filter(state="PENDING").update(render_at=clock.now())
    work()

    assert Receipt.objects.get().state == "ISSUED"


def test_a_gap_in_the_numbers_is_found(place: Office):
    at_desk(place, owed(place))
    ReceiptCounter.objects.update(last_number=2)

    assert [item.fault for item in findings()] == ["RCP-03"]
