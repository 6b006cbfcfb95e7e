"""What a browser would send of a rendered form, whatever the person looks at."""

from __future__ import annotations

from html.parser import HTMLParser


class _Controls(HTMLParser):
    """Successful controls as HTML defines them: ticked boxes, chosen options, text."""

    def __init__(self) -> None:
        super().__init__()
        self.sent: dict[str, str] = {}
        self._select = ""
        self._textarea = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        name = given.get("name", "")
        if tag == "input" and name:
            if given.get("type") not in {"checkbox", "radio"} or "checked" in given:
                self.sent[name] = given.get("value", "on")
        elif tag == "select":
            self._select = name
        elif tag == "option" and self._select:
            if "selected" in given or self._select not in self.sent:
                self.sent[self._select] = given.get("value", "")
        elif tag == "textarea":
            self._textarea, self.sent[name] = name, ""

    def handle_endtag(self, tag: str) -> None:
        if tag == "select":
            self._select = ""
        elif tag == "textarea":
            # HTML drops the line break that opens a textarea
            self.sent[self._textarea] = self.sent[self._textarea].removeprefix("\n")
            self._textarea = ""

    def handle_data(self, data: str) -> None:
        if self._textarea:
            self.sent[self._textarea] += data


def controls(html: str) -> dict[str, str]:
    """Name → value of every successful control in `html`."""
    parser = _Controls()
    parser.feed(html)
    parser.close()
    return parser.sent
