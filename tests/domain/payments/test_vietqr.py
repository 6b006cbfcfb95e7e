"""VietQR payloads: the published vectors, every round trip, and refusal of anything damaged."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from motcua.domain.payments import vietqr
from motcua.domain.payments.vietqr import QRMalformed, VietQR

VECTORS = [
    (
        "00020101021238570010A00000072701270006970403011300110123456780208QRIBFTTA530370454061800005802VN"
        "62340107NPS68690819thanh toan don hang63042E2E",
        VietQR("970403", "0011012345678", 180000, "NPS6869", "thanh toan don hang"),
    ),
    (
        "00020101021138600010A00000072701300006970403011697040311012345670208QRIBFTTC53037045802VN63044F52",
        VietQR("970403", "9704031101234567", None, one_use=False, to_card=True),
    ),
    (
        "00020101021238570010A00000072701270006970415011300110019324180208QRIBFTTA530370454061200005802VN"
        "62170813ung ho lu lut6304C15C",
        VietQR("970415", "0011001932418", 120000, "", "ung ho lu lut"),
    ),
    (
        "00020101021138570010A00000072701270006970403011300110123456780208QRIBFTTA53037045802VN63049E6F",
        VietQR("970403", "0011012345678", None, one_use=False),
    ),
]
TEXT = st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=25)
CODES = st.builds(
    VietQR,
    bin=st.from_regex(r"[0-9]{6}", fullmatch=True),
    account=st.from_regex(r"[A-Za-z0-9]{1,19}", fullmatch=True),
    amount=st.none() | st.integers(1, 10**13 - 1),
    reference=TEXT,
    purpose=TEXT,
    one_use=st.booleans(),
    to_card=st.booleans(),
)


def test_the_checksum_is_crc16_ccitt_false():
    assert vietqr.checksum("123456789") == "29B1"


@pytest.mark.parametrize(("payload", "content"), VECTORS)
def test_published_vectors_are_read_and_written(payload: str, content: VietQR):
    assert vietqr.decode(payload) == content
    assert vietqr.encode(content) == payload


@given(CODES)
def test_what_is_written_is_read_back(content: VietQR):
    assert vietqr.decode(vietqr.encode(content)) == content


@given(CODES, st.data())
def test_one_changed_character_is_always_noticed(content: VietQR, data: st.DataObject):
    payload = vietqr.encode(content)
    at = data.draw(st.integers(0, len(payload) - 1))
    other = data.draw(st.characters(min_codepoint=32, max_codepoint=126).filter(lambda char: char != payload[at]))

    with pytest.raises(QRMalformed):
        vietqr.decode(payload[:at] + other + payload[at + 1 :])


@given(st.text(max_size=200))
def test_noise_is_refused_and_never_crashes(noise: str):
    with pytest.raises(QRMalformed):
        vietqr.decode(noise)


def resealed(body: str) -> str:
    return f"{body}6304{vietqr.checksum(body + '6304')}"


@pytest.mark.parametrize(
    "body",
    [
        "000201010212530370454061800005802VN",  # no beneficiary
        "00020101021238570010A00000072701270006970403011300110123456780208QRIBFTTA530384054061800005802VN",  # dollars
        "00020101021238570010A00000072701270006970403011300110123456780208QRIBFTTA5303704540512.505802VN",  # a fraction
        "00020101021238570010A00000072701270006970403011300110123456780208QRIBFTTA53037045401 5802VN",
        "00020101021238570010A00000072701270006970403011300110123456780208QRIBFTTA530370454010" + "5802VN",
        "00020101021238570010A00000000001270006970403011300110123456780208QRIBFTTA530370454061800005802VN",
    ],
)
def test_a_right_checksum_does_not_excuse_wrong_content(body: str):
    with pytest.raises(QRMalformed):
        vietqr.decode(resealed(body))


@pytest.mark.parametrize(
    "content",
    [
        VietQR("97043", "1", 1),
        VietQR("970403", "", 1),
        VietQR("970403", "1", 0),
        VietQR("970403", "1", 10**13),
        VietQR("970403", "1", 1, "lệ phí"),
        VietQR("970403", "1", 1, "", "x" * 26),
    ],
)
def test_what_the_format_cannot_carry_is_not_written(content: VietQR):
    with pytest.raises(ValueError):
        vietqr.encode(content)
