"""One option of a list, and the names of the kinds of identity document."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from motcua.foundation.identifiers import IdentityKind


@dataclass(frozen=True)
class Choice:
    """One option of a list as the page shows it."""

    value: str
    title: str
    chosen: bool


IDENTITY_NAMES = {
    IdentityKind.CITIZEN_ID: _("Căn cước (số định danh cá nhân)"),
    IdentityKind.PASSPORT: _("Hộ chiếu"),
    IdentityKind.RESIDENCE_CARD: _("Thẻ thường trú, thẻ tạm trú"),
    IdentityKind.ORGANISATION: _("Mã số thuế, mã số doanh nghiệp"),
}
