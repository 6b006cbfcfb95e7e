"""The result of a dossier as a signed PDF, made before the approval and issued by it (POR-15)."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from motcua.domain.dossiers import queries
from motcua.domain.dossiers.documents.typesetting import Paper, typeset
from motcua.domain.dossiers.models import Dossier
from motcua.domain.dossiers.queries import Detail
from motcua.domain.dossiers.submitted_files import own_files
from motcua.domain.dossiers.transition import allowed_edge
from motcua.domain.organisations import access
from motcua.domain.organisations.access import Acting
from motcua.foundation import clock, files, signing
from motcua.foundation.errors import Invalid, NotFound
from motcua.foundation.signing import Signature
from motcua.foundation.text import normalise, normalise_line


@dataclass(frozen=True)
class IssuedFile:
    """The file to issue, the document's number and its signature status as verified."""

    file_id: UUID
    number: str
    signature: str


def result_file(
    acting: Acting, dossier_id: UUID, *, file_id: UUID | None, number: str = "", conclusion: str = ""
) -> IssuedFile:
    """The given file with its signature verified, or a paper made from the dossier and signed.

    Runs outside the approving transaction: it reads and writes files. Raises AccessDenied and Conflict
    ILLEGAL_TRANSITION before anything is made, Invalid RESULT_SIGNATURE for a file whose signature does not hold.
    """
    dossier = Dossier.objects.filter(pk=dossier_id).first()
    if dossier is None:
        raise NotFound("DOSSIER_NOT_FOUND", _("Không tìm thấy hồ sơ"))
    access.require(acting, "dossier.approve", dossier)  # before anything is read, as for every other act
    allowed_edge(dossier, "approve")
    detail = queries.detail(acting, dossier_id)
    chosen = normalise_line(number) or f"{detail.dossier.code}/KQ"
    if file_id is not None:
        stored = own_files(acting, [file_id])[file_id]
        signature = signing.verify(files.read_verified(stored))
        if signature is Signature.REFUSED:
            raise Invalid("RESULT_SIGNATURE", _("Chữ ký số trên tệp kết quả không hợp lệ"), field="file")
        return IssuedFile(stored.pk, chosen, signature.value)
    signed = signing.sign(
        typeset(_paper(detail, chosen, normalise(conclusion).strip(), acting)),
        reason=f"Ban hành kết quả {chosen}",
        place=detail.dossier.holding_unit.name,
    )
    stored = files.store([signed], f"{detail.definition.result.name}.pdf", uploader=acting.actor())
    return IssuedFile(stored.pk, chosen, signing.verify(signed).value)


def _paper(detail: Detail, number: str, conclusion: str, acting: Acting) -> Paper:
    dossier: Dossier = detail.dossier
    return Paper(
        unit=dossier.holding_unit.name,
        title=detail.definition.result.name,
        code=dossier.code,
        day=clock.today(),
        place=dossier.locality.name,
        number=number,
        facts=(
            ("Cấp cho", dossier.owner_name),
            ("Theo hồ sơ", dossier.code),
            ("Thủ tục", detail.definition.name),
        ),
        paragraphs=(conclusion,) if conclusion else ("Hồ sơ đủ điều kiện, được giải quyết theo quy định.",),
        right_signature="Người có thẩm quyền",
        footer="Văn bản điện tử có chữ ký số. Kiểm tra tại Cổng Dịch vụ công quốc gia.",
    )
