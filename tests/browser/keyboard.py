"""Walks through a page with the keyboard only (WCAG 2.2, criteria 2.1.1, 2.1.2, 2.4.3, 2.4.7 and
2.4.11): Tab reaches all that can be used, in the order of the page and for eyes to see, opens what
is closed, fills every field and sends every form. What is sent is caught on its way, so that one
walk tries all forms of a page and changes nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from playwright.sync_api import Error, Page, Request, Route

MOST_TABS = 900
_FIND = """() => {
  const all = "a[href], button, input:not([type=hidden]), select, textarea, summary, "
    + "[tabindex='0']";
  const group = (one) => [...document.getElementsByName(one.name)].filter(
    (other) => other.type === "radio" && other.form === one.form);
  window.reachable = () => [...document.querySelectorAll(all)].filter((one) =>
    one.checkVisibility() && !one.disabled && one.tabIndex >= 0
    && !(one.type === "radio" && group(one).some((other) => other.dataset.walked)));
}"""
_SEE = """() => {
  const one = document.activeElement;
  if (!one || one === document.body) return null;
  const before = window.walkedLast, same = before === one, again = "walked" in one.dataset;
  const follows = !before || same
    || Boolean(before.compareDocumentPosition(one) & Node.DOCUMENT_POSITION_FOLLOWING);
  one.dataset.walked = "yes";
  window.walkedLast = one;
  const style = getComputedStyle(one), box = one.getClientRects()[0];
  const at = document.elementFromPoint(
    Math.min(Math.max(box.x + box.width / 2, 0), innerWidth - 1),
    Math.min(Math.max(box.y + Math.min(box.height, innerHeight) / 2, 0), innerHeight - 1));
  return {
    what: one.outerHTML.slice(0, 120),
    kind: one.tagName === "INPUT" ? one.type : one.tagName.toLowerCase(),
    same, again, follows,
    outlined: style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2,
    uncovered: Boolean(at) && (one.contains(at) || at.contains(one)),
    empty: "value" in one && !one.value,
    checked: Boolean(one.checked),
    closed: one.tagName === "SUMMARY" && !one.parentElement.open,
    sends: one.type === "submit" && Boolean(one.form),
  };
}"""
_BEFORE_SENDING = """() => {
  const button = document.activeElement, form = button.form, fields = [...form.elements];
  form.dataset.walked = "yes";
  delete form.dataset.sent;
  return fields.slice(0, fields.indexOf(button))
    .filter((one) => one.required && one.type !== "file" && one.type !== "radio" && !one.value)
    .map((one) => one.name);
}"""
_LEFT = """() => [
  ...window.reachable().filter((one) => !("walked" in one.dataset)),
  ...[...document.forms].filter((one) => one.checkVisibility() && !("walked" in one.dataset)),
].map((one) => one.outerHTML.slice(0, 120))"""
_TYPED = {"text": "1", "search": "1", "textarea": "1", "date": "01022027"}


class KeyboardWalk:
    """Through pages of one browser; `faults` says what a keyboard cannot do there."""

    def __init__(self) -> None:
        self.faults: list[str] = []
        self.sent = 0
        self.tabs = 0

    def through(self, page: Page, name: str) -> None:
        """The page that is open now; its focus stands at the beginning."""
        page.evaluate(_FIND)
        with _caught(page):
            for _ in range(MOST_TABS):
                page.keyboard.press("Tab")
                seen = page.evaluate(_SEE)
                if seen is None or (seen["again"] and not seen["same"]):
                    break
                self.tabs += 1
                if not seen["same"]:
                    self._look_at(name, seen)
                    self._use(page, name, seen)
            else:
                self.faults.append(f"{name}: Tab does not come to an end")
            self.faults += [f"{name}: not reached: {one}" for one in page.evaluate(_LEFT)]

    def _look_at(self, name: str, seen: dict[str, Any]) -> None:
        for holds, told in (
            (seen["follows"], "comes before what had the focus"),
            (seen["outlined"], "does not show that it has the focus"),
            (seen["uncovered"], "has the focus where it cannot be seen"),
        ):
            if not holds:
                self.faults.append(f"{name}: {told}: {seen['what']}")

    def _use(self, page: Page, name: str, seen: dict[str, Any]) -> None:
        kind = seen["kind"]
        if seen["sends"]:
            self._send(page, name, seen["what"])
        elif seen["closed"]:
            page.keyboard.press("Enter")
        elif kind in _TYPED and seen["empty"]:
            page.keyboard.type(_TYPED[kind])
        elif kind == "select" and seen["empty"]:
            page.keyboard.press("ArrowDown")
        elif kind in ("checkbox", "radio") and not seen["checked"]:
            page.keyboard.press("Space")

    def _send(self, page: Page, name: str, what: str) -> None:
        empty = page.evaluate(_BEFORE_SENDING)
        if empty:
            self.faults.append(f"{name}: cannot be filled in: {', '.join(empty)}")
        try:
            with page.expect_request(_navigates, timeout=5_000):
                page.keyboard.press("Enter")
        except Error:
            self.faults.append(f"{name}: is not sent by Enter: {what}")
            return
        self.sent += 1


@contextmanager
def _caught(page: Page) -> Iterator[None]:
    """What would lead to another page gets no answer, so that the browser stays where it is."""

    def catch(route: Route) -> None:
        if _navigates(route.request):
            route.fulfill(status=204)
        else:
            route.continue_()

    page.route("**/*", catch)
    yield
    page.unroute("**/*", catch)


def _navigates(request: Request) -> bool:
    return request.is_navigation_request()
