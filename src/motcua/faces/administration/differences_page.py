"""Differing identity data: the report to the register's authority, narrowed, paged, and as a spreadsheet (IDN-11)."""

from __future__ import annotations

from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from motcua.domain.organisations.queries import unit_by_code
from motcua.domain.people.differences import queries
from motcua.domain.people.differences.queries import EXPORT_ROWS, Sieve
from motcua.domain.people.differences.rules import FIELD_NAMES, REGISTER_NAMES, ComparedField, Register
from motcua.domain.people.differences.services import note_export
from motcua.faces.administration.guard import administrators
from motcua.faces.identity_words import in_words
from motcua.faces.signing_in import SignedInRequest
from motcua.faces.spreadsheets import send_table
from motcua.foundation import clock
from motcua.foundation.date_words import short_moment
from motcua.foundation.errors import Invalid

STATES: dict[str, bool | None] = {"chua-xu-ly": True, "da-xu-ly": False, "tat-ca": None}


def _sieve(request: HttpRequest) -> Sieve:
    given = request.GET
    fact, register, unit = given.get("truong", ""), given.get("nguon", ""), given.get("don-vi", "").strip()
    return Sieve(
        compared=ComparedField(fact) if fact in set(ComparedField) else None,
        register=Register(register) if register in set(Register) else None,
        unit_id=unit_by_code(unit).pk if unit else None,
        is_open=STATES.get(given.get("tinh-trang", ""), True),
    )


def _after(request: HttpRequest) -> int | None:
    given = request.GET.get("sau", "")
    if given and not (given.isdecimal() and len(given) < 19):
        raise Invalid("CURSOR", _("Vị trí trang trong danh sách không đúng"))
    return int(given) if given else None


@require_safe
@administrators("identity_difference.view")
def differences(request: SignedInRequest) -> HttpResponse:
    """The differences of the reader's units, newest first, with how many are open of each fact."""
    page = queries.report(request.principal, _sieve(request), after=_after(request))
    kept = {name: value for name, value in request.GET.items() if name != "sau"}
    counted = queries.open_by_fact(request.principal)
    context = {
        "rows": in_words(page.rows),
        "typed": request.GET,
        "facts": FIELD_NAMES.items(),
        "registers": REGISTER_NAMES.items(),
        "counted": [(FIELD_NAMES[fact], number) for fact, number in counted.items() if number],
        "query": urlencode(kept),
        "first": f"{request.path}?{urlencode(kept)}" if request.GET.get("sau") else "",
        "following": f"{request.path}?{urlencode(kept | {'sau': str(page.following)})}" if page.following else "",
    }
    return render(request, "administration/differences.html", context)


@require_safe
@administrators("identity_difference.view")
def export(request: SignedInRequest) -> HttpResponse:
    """The same differences as a spreadsheet for the register's authority, the newest 5,000 at most; audited."""
    page = queries.report(request.principal, _sieve(request), size=EXPORT_ROWS)
    note_export(request.principal, len(page.rows))
    heads = [
        _("Mã hồ sơ"), _("Đơn vị tiếp nhận"), _("Thông tin"), _("Người nộp khai"), _("Nguồn đối chiếu"),
        _("Dữ liệu của nguồn"), _("Phát hiện lúc"), _("Xử lý lúc"), _("Cách xử lý"), _("Căn cứ đính chính"),
    ]  # fmt: skip
    lines = [
        [
            item.row.subject_code,
            item.row.unit.name,
            item.fact,
            item.stated,
            item.register,
            item.known,
            short_moment(item.row.found_at),
            short_moment(item.row.resolved_at) if item.row.resolved_at else "",
            item.ending,
            item.row.evidence,
        ]
        for item in in_words(page.rows)
    ]
    return send_table(
        f"sai-khac-dinh-danh-{clock.today():%Y-%m-%d}.xlsx", _("Sai khác dữ liệu định danh"), heads, lines
    )
