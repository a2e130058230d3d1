"""Opens pages in headless Chromium at desktop and phone width: nothing may stick out sideways.

    python tests/browser/reflow.py PAGE.html ...

Speaks the DevTools protocol over a pipe (messages end in a NUL byte), so that it needs no package.
320 CSS pixels is the width of WCAG 2.2, criterion 1.4.10. Pictures are left beside the page.
"""

from __future__ import annotations

import base64
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

WIDTHS = (1280, 320)
FLAGS = (
    "--headless",
    "--remote-debugging-pipe",
    "--no-sandbox",  # root has no other choice
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
# What sticks out, but for what lies in a box that scrolls by itself (a wide table may).
STICKS_OUT = """
(() => {
  const scrolling = ["auto", "scroll"];
  const scrolls = e =>
    e && (scrolling.includes(getComputedStyle(e).overflowX) || scrolls(e.parentElement));
  const width = document.documentElement.clientWidth;
  const wide = [...document.body.querySelectorAll("*")]
    .filter(e => e.getBoundingClientRect().right > width + 1 && !scrolls(e))
    .map(e => `${e.tagName.toLowerCase()} "${e.textContent.trim().slice(0, 40)}"`);
  const text = document.body.innerText.length;
  return {page: document.documentElement.scrollWidth, text, wide};
})()
"""


class Browser:
    def __init__(self, to: int, answers: int) -> None:
        self._to = os.fdopen(to, "wb", buffering=0)
        self._answers = os.fdopen(answers, "rb", buffering=0)
        self._left = b""
        self._last = 0

    def send(self, method: str, session: str | None = None, **params: Any) -> dict[str, Any]:
        self._last += 1
        message = {"id": self._last, "method": method, "params": params}
        if session is not None:
            message["sessionId"] = session
        self._to.write(json.dumps(message).encode() + b"\0")
        answer = self._until("id", self._last)
        if "error" in answer:
            raise SystemExit(f"{method}: {answer['error']['message']}")
        result: dict[str, Any] = answer["result"]
        return result

    def wait_for(self, event: str) -> None:
        self._until("method", event)

    def _until(self, member: str, value: object) -> dict[str, Any]:
        while True:
            message = self._next()
            if message.get(member) == value:
                return message

    def _next(self) -> dict[str, Any]:
        while b"\0" not in self._left:
            read = self._answers.read(65_536)
            if not read:
                raise SystemExit("the browser ended; start it by hand to see why")
            self._left += read
        first, _, self._left = self._left.partition(b"\0")
        message: dict[str, Any] = json.loads(first)
        return message


@contextmanager
def browser() -> Iterator[Browser]:
    commands, to = os.pipe()
    answers, events = os.pipe()
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        # The browser reads commands from descriptor 3 and answers on 4, whatever ours are called.
        start = f'exec chromium "$@" 3<&{commands} 4>&{events}'
        process = subprocess.Popen(
            ["bash", "-c", start, "-", *FLAGS, f"--user-data-dir={profile}", "about:blank"],
            pass_fds=(commands, events),
            stderr=subprocess.DEVNULL,
        )
        os.close(commands)
        os.close(events)
        try:
            yield Browser(to, answers)
        finally:
            process.terminate()
            process.wait(10)


def look(chromium: Browser, page: Path, width: int) -> dict[str, Any]:
    """How wide the page is at a width, and which elements stick out."""
    target = chromium.send("Target.createTarget", url="about:blank")["targetId"]
    attached = chromium.send("Target.attachToTarget", targetId=target, flatten=True)
    session = attached["sessionId"]
    size = {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": False}
    chromium.send("Emulation.setDeviceMetricsOverride", session, **size)
    chromium.send("Page.enable", session)
    chromium.send("Page.navigate", session, url=page.resolve().as_uri())
    chromium.wait_for("Page.loadEventFired")
    found = chromium.send("Runtime.evaluate", session, expression=STICKS_OUT, returnByValue=True)
    picture = chromium.send("Page.captureScreenshot", session, captureBeyondViewport=True)
    page.with_suffix(f".{width}.png").write_bytes(base64.b64decode(picture["data"]))
    chromium.send("Target.closeTarget", targetId=target)
    seen: dict[str, Any] = found["result"]["value"]
    return seen


def main(pages: list[Path]) -> int:
    faults = 0 if pages else 1
    with browser() as chromium:
        for page in pages:
            for width in WIDTHS:
                seen = look(chromium, page, width)
                fits = seen["page"] <= width and not seen["wide"] and seen["text"] > 0
                faults += not fits
                said = (
                    "fits" if fits else f"sticks out to {seen['page']}: {'; '.join(seen['wide'])}"
                )
                print(f"{page.name} at {width}: {said}")  # noqa: T201 - a check says what it saw
    return min(faults, 1)


if __name__ == "__main__":
    sys.exit(main([Path(name) for name in sys.argv[1:]]))
