"""The forms of a page with what their fields hold, as a browser would send them."""

from __future__ import annotations

from html.parser import HTMLParser
from typing import Any


class _Forms(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, list[str]]]] = []
        self._field = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        name = given.get("name", "")
        if tag == "form":
            self.found.append((given.get("action", ""), {}))
        elif tag == "input" and name and self.found:
            ticked = "checked" in given or given.get("type") not in ("checkbox", "radio")
            if ticked:
                self.found[-1][1].setdefault(name, []).append(given.get("value", ""))
        elif tag in ("textarea", "select") and self.found:
            self._field = name
            self.found[-1][1][name] = [""]
        elif tag == "option" and "selected" in given and self._field:
            self.found[-1][1][self._field] = [given.get("value", "")]

    def handle_data(self, data: str) -> None:
        if self._field and self.get_starttag_text() is not None:
            started = str(self.get_starttag_text())
            if started.startswith("<textarea"):
                self.found[-1][1][self._field][0] += data

    def handle_endtag(self, tag: str) -> None:
        if tag in ("textarea", "select"):
            self._field = ""


def form_of(page: str, action: str, **holding: str) -> dict[str, Any]:
    """What the form with this action would send if nobody filled anything in, a list where a name
    stands more than once; `holding` tells which, where several go there."""
    reader = _Forms()
    reader.feed(page)
    forms = [
        fields
        for to, fields in reader.found
        if to == action and all(fields.get(name) == [value] for name, value in holding.items())
    ]
    assert len(forms) == 1, f"{len(forms)} forms go to {action}"
    return {name: one[0] if len(one) == 1 else one for name, one in forms[0].items()}
