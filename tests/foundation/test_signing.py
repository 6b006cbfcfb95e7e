"""Signatures on PDFs: ours hold, a changed byte breaks them, and any thread may make and read them."""

from __future__ import annotations

import asyncio

from motcua.foundation import signing
from motcua.foundation.signing import Signature
from tests.samples import pdf

WORDS = {"reason": "Ban hành kết quả", "place": "Hà Nội"}


def test_a_signed_file_is_told_from_an_unsigned_and_from_a_changed_one():
    signed = signing.sign(pdf("Kết quả"), **WORDS)

    changed = signed.replace(b"/Count 1", b"/Count 2", 1)
    assert changed != signed
    assert signing.verify(signed) is Signature.SIGNED
    assert signing.verify(pdf("Kết quả")) is Signature.UNSIGNED
    assert signing.verify(changed) is Signature.REFUSED
    assert signing.verify(signed + "\n% thêm vào sau".encode()) is Signature.REFUSED


def test_a_thread_with_an_event_loop_of_its_own_signs_and_verifies_too():
    async def in_a_loop() -> Signature:
        return signing.verify(signing.sign(pdf("Kết quả"), **WORDS))

    assert asyncio.run(in_a_loop()) is Signature.SIGNED
