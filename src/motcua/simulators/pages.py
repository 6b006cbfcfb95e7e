"""The frame of the simulators' few pages: plain accessible Vietnamese HTML, strict CSP, no script."""

from __future__ import annotations

from typing import Final
from urllib.parse import urlsplit

from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

_STYLE: Final = """
*{box-sizing:border-box}
body{margin:0;font:16px/1.5 "Be Vietnam Pro",system-ui,sans-serif;color:#1f1b16;background:#f6f3ef}
header{background:#1f3a5f;color:#fff;padding:12px 16px}
header p{margin:0 auto;max-width:640px}
main{max-width:640px;margin:0 auto;padding:16px}
h1{font-size:24px;line-height:1.25;margin:16px 0}
h2{font-size:18px;margin:24px 0 8px}
.note{background:#fff7db;border-left:4px solid #8a6400;padding:12px 16px;margin:16px 0}
button,.button{display:block;width:100%;min-height:48px;margin:8px 0;padding:12px 16px;border:2px solid #1f3a5f;
border-radius:8px;background:#fff;color:#1f3a5f;font:inherit;font-weight:600;text-align:left;cursor:pointer;text-decoration:none}
button small{display:block;font-weight:400;font-size:16px;color:#4d463d}
button.primary{background:#1f3a5f;color:#fff;text-align:center}
button.plain{border-color:#6b6257;color:#4d463d;text-align:center}
:focus-visible{outline:3px solid #f2b705;outline-offset:2px}
dl{margin:16px 0}dt{color:#4d463d}dd{margin:0 0 8px;font-weight:600;overflow-wrap:anywhere}
img.qr{display:block;width:240px;height:240px;background:#fff;padding:8px}
ul.messages{list-style:none;padding:0}
ul.messages li{background:#fff;border-radius:8px;padding:12px 16px;margin:8px 0;overflow-wrap:anywhere}
a{color:#1f3a5f}
"""

_FRAME: Final = Markup(
    """<!doctype html>
<html lang="vi">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<link rel="stylesheet" href="/style.css">
</head>
<body>
<header><p>{system} – bản mô phỏng, không phải hệ thống thật</p></header>
<main>
<h1>{title}</h1>
{body}
</main>
</body>
</html>
"""
)


def origin(url: str) -> str:
    """Scheme, host and port of an address, as a CSP source."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


def page(system: str, title: str, body: Markup, *, status: int = 200, form_target: str | None = None) -> HTMLResponse:
    """A whole page. `form_target`: where a form's answer may redirect, as browsers apply `form-action` to that too."""
    form_action = "'self'" if form_target is None else f"'self' {origin(form_target)}"
    policy = (
        "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; frame-ancestors 'none'; "
        f"form-action {form_action}"
    )
    headers = {
        "Content-Security-Policy": policy,
        "Cache-Control": "no-store",
        "Referrer-Policy": "no-referrer",
        "X-Content-Type-Options": "nosniff",
    }
    content = _FRAME.format(title=title, system=system, body=body)
    return HTMLResponse(str(content), status_code=status, headers=headers)


def page_routes() -> list[Route]:
    """The style sheet that `page` links to, and an empty favicon."""

    async def style(_: Request) -> Response:
        return Response(_STYLE, media_type="text/css", headers={"Cache-Control": "public, max-age=3600"})

    async def favicon(_: Request) -> Response:
        return Response(status_code=204)

    return [Route("/style.css", style), Route("/favicon.ico", favicon)]
