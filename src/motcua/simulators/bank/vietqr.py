"""VietQR payloads (EMVCo merchant-presented, NAPAS QR Format T&C 1.0): this side's own encoder and reader."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

_AID: Final = "A000000727"


class QrInvalidError(ValueError):
    """The payload's structure or checksum is wrong."""


@dataclass(frozen=True)
class QrContent:
    """What a banking app reads off a QR. A static QR has no amount and may lack the texts."""

    bin: str
    account: str
    amount: int | None
    bill_number: str
    purpose: str


def checksum(text: str) -> str:
    """CRC-16/CCITT-FALSE as four capital hex digits."""
    value = 0xFFFF
    for byte in text.encode("ascii"):
        value ^= byte << 8
        for _ in range(8):
            value = (value << 1) ^ 0x1021 if value & 0x8000 else value << 1
        value &= 0xFFFF
    return f"{value:04X}"


def _field(tag: str, value: str) -> str:
    return f"{tag}{len(value):02d}{value}"


def encode(content: QrContent) -> str:
    """The payload of a one-use QR to an account."""
    beneficiary = _field("00", content.bin) + _field("01", content.account)
    merchant = _field("00", _AID) + _field("01", beneficiary) + _field("02", "QRIBFTTA")
    texts = _field("01", content.bill_number) + _field("08", content.purpose)
    body = (
        _field("00", "01")
        + _field("01", "12")
        + _field("38", merchant)
        + _field("53", "704")
        + _field("54", str(content.amount))
        + _field("58", "VN")
        + _field("62", texts)
        + "6304"
    )
    return body + checksum(body)


def _fields(text: str) -> dict[str, str]:
    values: dict[str, str] = {}
    position = 0
    while position < len(text):
        tag, length = text[position : position + 2], text[position + 2 : position + 4]
        if not (tag.isdecimal() and length.isdecimal()):
            raise QrInvalidError(f"no field at {position}")
        end = position + 4 + int(length)
        if end > len(text):
            raise QrInvalidError(f"field {tag} is cut")
        values[tag] = text[position + 4 : end]
        position = end
    return values


def read(payload: str) -> QrContent:
    """What a payload says. Raises QrInvalidError."""
    if not payload.isascii() or payload[-8:-4] != "6304" or checksum(payload[:-4]) != payload[-4:]:
        raise QrInvalidError("checksum")
    fields = _fields(payload)
    try:
        merchant = _fields(fields["38"])
        beneficiary = _fields(merchant["01"])
        amount = int(fields["54"]) if "54" in fields else None
        if fields["00"] != "01" or fields["53"] != "704" or fields["58"] != "VN" or merchant["00"] != _AID:
            raise QrInvalidError("not a VietQR")
        texts = _fields(fields.get("62", ""))
        return QrContent(beneficiary["00"], beneficiary["01"], amount, texts.get("01", ""), texts.get("08", ""))
    except KeyError as missing:
        raise QrInvalidError(f"field {missing} is missing") from None
    except ValueError as error:
        raise QrInvalidError(str(error)) from None
