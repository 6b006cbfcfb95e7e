"""Digital signatures on PDFs: PAdES with the installation's own key, and their verification (POR-15).

The key and certificate are PEM files named in the environment; a demonstration makes its own pair
once in the data folder. Remote signing through a trust service comes with its own room.
"""

from __future__ import annotations

import asyncio
import datetime as datetime_module
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from enum import StrEnum
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from typing import TypeVar

from asn1crypto import pem as asn1_pem
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID
from django.conf import settings
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign import fields, signers
from pyhanko.sign.validation import SignatureCoverageLevel, validate_pdf_signature
from pyhanko_certvalidator import ValidationContext

from motcua.foundation import clock

Outcome = TypeVar("Outcome")

_YEARS = 5


class Signature(StrEnum):
    """What a verification found."""

    SIGNED = "SIGNED"
    UNSIGNED = "UNSIGNED"
    REFUSED = "REFUSED"


def sign(pdf: bytes, *, reason: str, place: str) -> bytes:
    """The PDF with one PAdES signature of this installation; the earlier bytes stay a prefix of the result."""
    writer = IncrementalPdfFileWriter(BytesIO(pdf))
    metadata = signers.PdfSignatureMetadata(
        field_name="ChuKySo",
        md_algorithm="sha256",
        reason=reason,
        location=place,
        subfilter=fields.SigSeedSubFilter.PADES,
    )
    output = BytesIO()
    _with_its_own_loop(
        lambda: signers.sign_pdf(writer, metadata, signer=_signer(), output=output, timestamper=None),
    )
    return output.getvalue()


def verify(pdf: bytes) -> Signature:
    """SIGNED if our signature covers the whole file and holds; REFUSED if there is one and it does not."""
    try:
        signatures = PdfFileReader(BytesIO(pdf)).embedded_signatures
        if not signatures:
            return Signature.UNSIGNED
        context = ValidationContext(trust_roots=[_certificate()], moment=clock.now(), allow_fetching=False)
        status = _with_its_own_loop(
            lambda: validate_pdf_signature(signatures[-1], signer_validation_context=context),
        )
    except Exception:
        return Signature.REFUSED  # a file that cannot be read as signed is not signed by us
    whole = status.coverage is SignatureCoverageLevel.ENTIRE_FILE
    return Signature.SIGNED if status.bottom_line and whole else Signature.REFUSED


def _with_its_own_loop(work: Callable[[], Outcome]) -> Outcome:
    """What pyHanko does runs an event loop of its own, which a thread that already runs one refuses."""
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return work()
    with ThreadPoolExecutor(max_workers=1) as thread:
        return thread.submit(work).result()


def _paths() -> tuple[Path, Path]:
    return Path(settings.SIGNING_KEY), Path(settings.SIGNING_CERTIFICATE)


@lru_cache(maxsize=1)
def _signer() -> signers.SimpleSigner:
    key, certificate = _paths()
    if not key.exists():
        if not settings.DEMONSTRATION:
            raise RuntimeError("the signing key named in MOTCUA_SIGNING_KEY does not exist")
        _make_demonstration_pair(key, certificate)
    signer = signers.SimpleSigner.load(str(key), str(certificate), signature_mechanism=None)
    if signer is None:
        raise RuntimeError("the signing key or certificate cannot be read")
    return signer


def _certificate() -> asn1_x509.Certificate:
    _signer()
    content = _paths()[1].read_bytes()
    _kind, _headers, der = asn1_pem.unarmor(content)
    return asn1_x509.Certificate.load(der)


def _make_demonstration_pair(key_path: Path, certificate_path: Path) -> None:
    """A self-signed pair whose name says that it is for demonstration."""
    key_path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    key = rsa.generate_private_key(public_exponent=65537, key_size=3072)
    name = x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "VN"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Hệ thống trình diễn motcua"),
            x509.NameAttribute(NameOID.COMMON_NAME, "Chữ ký số trình diễn, không có giá trị pháp lý"),
        ]
    )
    now = clock.now()
    usage = x509.KeyUsage(
        digital_signature=True, content_commitment=True, key_encipherment=False, data_encipherment=False,
        key_agreement=False, key_cert_sign=True, crl_sign=False, encipher_only=False, decipher_only=False,
    )  # fmt: skip
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime_module.timedelta(days=365 * _YEARS))  # replayed days lie in the past
        .not_valid_after(now + datetime_module.timedelta(days=365 * _YEARS))
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(usage, critical=True)
        .sign(key, hashes.SHA256())
    )
    encoding, no_password = serialization.Encoding.PEM, serialization.NoEncryption()
    certificate_path.write_bytes(certificate.public_bytes(encoding))
    key_path.touch(mode=0o600)
    key_path.write_bytes(key.private_bytes(encoding, serialization.PrivateFormat.PKCS8, no_password))
