"""Browser journeys run on Debian's Chromium; screenshots are kept as artefacts."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, ConsoleMessage, Page

ARTEFACTS = Path(os.environ.get("MOTCUA_ARTEFACTS", "artefacts"))
PHONE, DESKTOP = 360, 1280
WCAG = {
    "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa"]},
    "rules": {"target-size": {"enabled": True}},  # WCAG 2.2; off in axe unless asked for
    "resultTypes": ["violations"],
}


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """Debian's Chromium, quiet and without network of its own."""
    flags = ["--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]
    flags += ["--disable-component-update", "--disable-sync"]
    if os.geteuid() == 0:
        flags.append("--no-sandbox")  # Chromium's sandbox refuses to run as root
    return {**browser_type_launch_args, "executable_path": "/usr/bin/chromium", "args": flags}


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args: dict[str, Any]) -> dict[str, Any]:
    """A Vietnamese person's browser."""
    return {**browser_context_args, "locale": "vi-VN", "timezone_id": "Asia/Ho_Chi_Minh"}


class Walk:
    """Looks at a page as three kinds of people do: on a phone, at a desk, with assistive technology."""

    def __init__(self, page: Page, address: str) -> None:
        self.page = page
        self.address = address
        self.complaints: list[str] = []
        page.on("console", self._on_console)
        page.on("pageerror", lambda error: self.complaints.append(f"script error: {error}"))

    def _on_console(self, message: ConsoleMessage) -> None:
        refused_page = "status of 4" in message.text and "/static/" not in message.location.get("url", "")
        if message.type == "error" and not refused_page:  # a page's own 4xx is asserted where it is expected
            self.complaints.append(f"{self.page.url}: {message.text}")

    def visit(self, path: str, name: str = "", *, status: int = 200) -> Page:
        """Opens `path`, demands `status`, and looks if the page has a `name`."""
        response = self.page.goto(f"{self.address}{path}")
        assert response is not None
        assert response.status == status, f"{path} answered {response.status}"
        if name:
            self.look(name)
        return self.page

    def look(self, name: str) -> None:
        """At 360 and 1280 pixels: no sideways scrolling, no axe violation; screenshots kept; the console is quiet."""
        for width, height in ((PHONE, 780), (DESKTOP, 900)):
            self.page.set_viewport_size({"width": width, "height": height})
            self._screenshot(f"{name}-{width}")
            overflow = self.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
            assert overflow <= 0, f"{name} scrolls sideways by {overflow} px at {width}"
            results = Axe().run(self.page, options=WCAG)
            assert results.violations_count == 0, f"{name} at {width}: {results.generate_report()}"
        assert self.page.title().strip(), f"{name} has no title"
        self.quiet()

    def quiet(self) -> None:
        """No script error, no breach of the content security policy so far."""
        assert not self.complaints, self.complaints

    def _screenshot(self, name: str) -> None:
        folder = ARTEFACTS / "screenshots"
        folder.mkdir(parents=True, exist_ok=True)
        self.page.screenshot(path=folder / f"{name}.png", full_page=True)


@pytest.fixture
def walk(page: Page, live_server: Any) -> Walk:
    """A walk through the product with scripts on."""
    return Walk(page, live_server.url)


@pytest.fixture
def page_without_script(browser: Any, browser_context_args: dict[str, Any]) -> Iterator[Page]:
    """A browser in which no script runs."""
    context: BrowserContext = browser.new_context(**browser_context_args, java_script_enabled=False)
    yield context.new_page()
    context.close()
