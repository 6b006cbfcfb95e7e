"""The JSON API v1: one OpenAPI document for partner systems, clients and our own tests."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError

from motcua.faces.api.authentication import either
from motcua.faces.problems import problem_response
from motcua.faces.refusals import note_refusal
from motcua.foundation.errors import DomainError, FieldError, Invalid, Unauthenticated

api = NinjaAPI(
    title="motcua",
    version="1.0.0",
    description="Cổng Dịch vụ công quốc gia và Hệ thống điều phối giải quyết TTHC",
    urls_namespace="api:api-v1",
    auth=either,
    docs_url=None,  # its page needs scripts of a foreign host; the description itself is openapi.json
    openapi_extra={"info": {"license": {"name": "Apache-2.0"}}},
)


@api.exception_handler(DomainError)
def domain_error(request: HttpRequest, error: DomainError) -> HttpResponse:
    """A refusal of a service as RFC 9457 problem document."""
    note_refusal(request, error)
    return problem_response(error)


@api.exception_handler(AuthenticationError)
def not_signed_in(request: HttpRequest, error: AuthenticationError) -> HttpResponse:
    """No credential, or one that is not valid any more."""
    return problem_response(Unauthenticated("NOT_SIGNED_IN", _("Cần đăng nhập hoặc mã truy cập còn hiệu lực")))


@api.exception_handler(HttpError)
def http_error(request: HttpRequest, error: HttpError) -> HttpResponse:
    """What the framework itself refuses, e.g. a body that is no JSON."""
    return problem_response(DomainError("BAD_REQUEST", _("Yêu cầu không đọc được"), status=error.status_code))


@api.exception_handler(ValidationError)
def wrong_shape(request: HttpRequest, error: ValidationError) -> HttpResponse:
    """A request that does not fit the operation's schema: every error at once, with its place."""
    errors = [
        FieldError("/" + "/".join(str(part) for part in item["loc"]), str(item["type"]).upper(), _wrong(item))
        for item in error.errors
    ]
    return problem_response(Invalid("REQUEST_SHAPE", _("Yêu cầu không đúng cấu trúc"), errors=errors))


def _wrong(item: dict[str, Any]) -> str:
    missing = item["type"] == "missing"
    return str(_("Thiếu trường bắt buộc")) if missing else str(_("Giá trị không đúng kiểu hoặc giới hạn"))
