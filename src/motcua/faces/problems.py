"""DomainError → RFC 9457 problem+json for machines, a plain page for people (POR-13)."""

from __future__ import annotations

import json
import logging
import re
import sys
from typing import Any

from django.core.exceptions import DisallowedHost, SuspiciousOperation
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from motcua.faces.context import HOTLINE
from motcua.faces.failure_words import failure_words
from motcua.faces.guides import CAPACITY_ERRORS, guides_for
from motcua.faces.lacking_rights import lacking_right
from motcua.faces.refusals import note_refusal
from motcua.foundation import security
from motcua.foundation.correlation import current_correlation_id
from motcua.foundation.errors import DomainError
from motcua.foundation.security_kinds import SecurityKind

logger = logging.getLogger("motcua.problem")
_PROBE = re.compile(r"\.\.|\x00|[<>\\\\'\"]|/\.(env|git|ssh|aws)|wp-|cgi-bin|etc/passwd|\.(php|asp|jsp|sql|bak)$", re.I)


def document(error: DomainError) -> dict[str, Any]:
    """The problem document: every error at once, with the support reference."""
    problem: dict[str, Any] = {
        "type": f"urn:motcua:problem:{error.code.lower()}",
        "title": str(error.message),
        "status": error.status,
        "code": error.code,
        "reference": current_correlation_id(),
    }
    if error.what_next:
        problem["detail"] = str(error.what_next)
    if error.field:
        problem["field"] = error.field
    if error.errors:
        problem["errors"] = [
            {"pointer": item.field, "code": item.code, "detail": str(item.message)} for item in error.errors
        ]
    if error.details:
        problem["details"] = dict(error.details)
    return problem


def problem_response(error: DomainError) -> HttpResponse:
    """The API's answer to a DomainError."""
    body = json.dumps(document(error), ensure_ascii=False, default=str)
    return HttpResponse(body, status=error.status, content_type="application/problem+json; charset=utf-8")


def note(request: HttpRequest, error: DomainError) -> str | None:
    """Writes the technical line that the support reference finds, and returns the reference.

    A page that tells an error itself calls this; `answer` does so for all others.
    """
    level = logging.WARNING if error.status >= 500 else logging.INFO
    logger.log(level, "%s %s %s", error.status, error.code, repr(error.__cause__) if error.__cause__ else "")
    note_refusal(request, error)
    return current_correlation_id()


def answer(request: HttpRequest, error: DomainError) -> HttpResponse:
    """The answer for whoever asked: the API gets the document, a person the page."""
    note(request, error)
    if request.path.startswith("/api/"):
        return problem_response(error)
    return error_page(request, error)


def error_page(request: HttpRequest, error: DomainError) -> HttpResponse:
    """A page that says what happened, what to do next, and the reference that finds the log line."""
    context = {
        "error": error,
        "reference": current_correlation_id(),
        "title": str(error.message),
        "lacking": lacking_right(request, error),
        "guides": guides_for([error.code, *(item.code for item in error.errors)]),
        "change_capacity": error.code in CAPACITY_ERRORS,
    }
    return render(request, "problem.html", context, status=error.status)


def _unexpected(request: HttpRequest, code: str, message: str, status: int) -> HttpResponse:
    next_step = _("Ông/Bà vui lòng thử lại sau ít phút hoặc gọi tổng đài 1800.1096 và đọc mã hỗ trợ dưới đây.")
    return answer(request, DomainError(code, message, status=status, what_next=next_step))


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """No such page; an address that only a scanner asks for is counted."""
    if _PROBE.search(request.path):
        security.note(SecurityKind.PROBE, "address")
    return _unexpected(request, "NOT_FOUND", _("Không tìm thấy trang Ông/Bà yêu cầu"), 404)


def server_error(request: HttpRequest) -> HttpResponse:
    """What somebody reads while the product itself fails: in the words of what they were doing (POR-13).

    Django logs the exception with the same reference. Without its database the product cannot make the usual page, so
    then, and where that page fails too, it makes one that asks nothing of anybody.
    """
    words = failure_words(request)
    error = DomainError("INTERNAL_ERROR", words.what, status=500, what_next=words.what_next)
    if not isinstance(sys.exc_info()[1], OperationalError | InterfaceError):
        try:
            return answer(request, error)
        except Exception:
            logger.exception("the page about a failure failed too")
    return problem_response(error) if request.path.startswith("/api/") else _page_without_database(error)


def _page_without_database(error: DomainError) -> HttpResponse:
    context = {
        "error": error,
        "reference": current_correlation_id(),
        "title": str(error.message),
        "hotline": HOTLINE,
        "page_language": get_language(),
    }
    return HttpResponse(render_to_string("problem_without_database.html", context), status=error.status)


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _unexpected(request, "FORBIDDEN", _("Ông/Bà không có quyền thực hiện thao tác này"), 403)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """What the framework does not let in: a foreign host name, too many fields, a forbidden file name."""
    if isinstance(exception, SuspiciousOperation):
        foreign = isinstance(exception, DisallowedHost)
        security.note(SecurityKind.HOST if foreign else SecurityKind.SUSPICIOUS, type(exception).__name__)
    return _unexpected(request, "BAD_REQUEST", _("Yêu cầu không hợp lệ"), 400)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form that is not the page's own, or of a page that was open too long."""
    security.note(SecurityKind.CSRF, "form")
    return _unexpected(request, "CSRF_FAILED", _("Trang đã mở quá lâu, vui lòng tải lại rồi gửi lại"), 403)
