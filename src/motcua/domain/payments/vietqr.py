"""VietQR payloads: EMVCo merchant-presented QR after NAPAS "QR Format T&C" 1.0 (09/2021).

A payload is fields of two-digit tag, two-digit length in characters and value, closed by a checksum. All text is
ASCII. Tags: 00 format, 01 static or one use, 38 beneficiary, 53 currency, 54 amount, 58 country, 62 texts, 63 CRC.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_APPLICATION = "A000000727"
_TO_ACCOUNT = "QRIBFTTA"
_TO_CARD = "QRIBFTTC"
_VND = "704"
_LONGEST_AMOUNT = 13
_LONGEST_TEXT = 25
_BIN = re.compile(r"\d{6}", re.ASCII)
_ACCOUNT = re.compile(r"[A-Za-z0-9]{1,19}", re.ASCII)


class QRMalformed(ValueError):
    """The payload is not a VietQR; the text names the field."""


@dataclass(frozen=True, slots=True)
class VietQR:
    """What a banking app reads: `amount` in đồng (None on an open static code), `reference` is the bill number
    (62-01), `purpose` the transfer content (62-08)."""

    bin: str
    account: str
    amount: int | None = None
    reference: str = ""
    purpose: str = ""
    one_use: bool = True
    to_card: bool = False


def checksum(text: str) -> str:
    """CRC-16/CCITT-FALSE (polynomial 1021, start FFFF) as four capital hex digits."""
    crc = 0xFFFF
    for byte in text.encode("ascii"):
        crc ^= byte << 8
        for _bit in range(8):
            crc = (crc << 1 ^ 0x1021 if crc & 0x8000 else crc << 1) & 0xFFFF
    return f"{crc:04X}"


def encode(qr: VietQR) -> str:
    """The payload of `qr`. ValueError for what the format cannot carry."""
    _refuse_uncarriable(qr)
    account = _field("00", qr.bin) + _field("01", qr.account)
    service = _TO_CARD if qr.to_card else _TO_ACCOUNT
    texts = "".join(_field(tag, text) for tag, text in (("01", qr.reference), ("08", qr.purpose)) if text)
    payload = (
        _field("00", "01")
        + _field("01", "12" if qr.one_use else "11")
        + _field("38", _field("00", _APPLICATION) + _field("01", account) + _field("02", service))
        + _field("53", _VND)
        + (_field("54", str(qr.amount)) if qr.amount is not None else "")
        + _field("58", "VN")
        + (_field("62", texts) if texts else "")
        + "6304"
    )
    return payload + checksum(payload)


def decode(payload: str) -> VietQR:
    """Reads a payload, checksum first. QRMalformed if it is not a VietQR in đồng."""
    if not payload.isascii() or len(payload) < 8 or payload[-8:-4] != "6304":
        raise QRMalformed("63: no checksum at the end")
    if checksum(payload[:-4]) != payload[-4:]:
        raise QRMalformed("63: wrong checksum")
    fields = _fields(payload[:-8])
    for tag, wanted in (("00", "01"), ("53", _VND), ("58", "VN")):
        if fields.get(tag) != wanted:
            raise QRMalformed(f"{tag}: {wanted} expected")
    merchant = _fields(_needed(fields, "38"))
    account = _fields(_needed(merchant, "01"))
    texts = _fields(fields.get("62", ""))
    service = merchant.get("02")
    if merchant.get("00") != _APPLICATION or service not in (_TO_ACCOUNT, _TO_CARD):
        raise QRMalformed("38: not a NAPAS transfer")
    return VietQR(
        bin=_matching(_BIN, _needed(account, "00"), "38-01-00"),
        account=_matching(_ACCOUNT, _needed(account, "01"), "38-01-01"),
        amount=_amount(fields["54"]) if "54" in fields else None,
        reference=texts.get("01", ""),
        purpose=texts.get("08", ""),
        one_use=_one_use(_needed(fields, "01")),
        to_card=service == _TO_CARD,
    )


def _refuse_uncarriable(qr: VietQR) -> None:
    if not _BIN.fullmatch(qr.bin) or not _ACCOUNT.fullmatch(qr.account):
        raise ValueError("a BIN has six digits, an account 1 to 19 letters and digits")
    if qr.amount is not None and not 0 < qr.amount < 10**_LONGEST_AMOUNT:
        raise ValueError("the amount does not fit in 13 digits")
    for text in (qr.reference, qr.purpose):
        if len(text) > _LONGEST_TEXT or not (text.isascii() and text.isprintable()):
            raise ValueError("texts are 25 printable ASCII characters at most")


def _field(tag: str, value: str) -> str:
    return f"{tag}{len(value):02d}{value}"


def _fields(text: str) -> dict[str, str]:
    found: dict[str, str] = {}
    at = 0
    while at < len(text):
        head = text[at : at + 4]
        if not re.fullmatch(r"\d{4}", head, re.ASCII):
            raise QRMalformed(f"no field at character {at}")
        tag, length = head[:2], int(head[2:])
        value = text[at + 4 : at + 4 + length]
        if len(value) != length or tag in found:
            raise QRMalformed(f"{tag}: cut or repeated")
        found[tag] = value
        at += 4 + length
    return found


def _needed(fields: dict[str, str], tag: str) -> str:
    if tag not in fields:
        raise QRMalformed(f"{tag}: missing")
    return fields[tag]


def _matching(pattern: re.Pattern[str], value: str, tag: str) -> str:
    if not pattern.fullmatch(value):
        raise QRMalformed(f"{tag}: {value!r}")
    return value


def _amount(value: str) -> int:
    if not re.fullmatch(r"[1-9]\d{0,12}", value, re.ASCII):
        raise QRMalformed("54: not a whole amount of đồng")
    return int(value)


def _one_use(value: str) -> bool:
    if value not in ("11", "12"):
        raise QRMalformed("01: neither static nor one use")
    return value == "12"
