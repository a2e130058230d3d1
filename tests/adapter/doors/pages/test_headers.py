"""Every answer of the pages carries the headers that keep a browser safe, whatever it answers."""

from __future__ import annotations

import pytest

from adapter.doors.pages.access import PAGES
from tests.adapter.doors.pages.conftest import pages_of
from tests.adapter.subjects.requests.conftest import Office

ALWAYS = {
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Referrer-Policy": "same-origin",
    "Strict-Transport-Security": "max-age=31536000",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
FOR_THE_LMS = {"GET /aanmelden/lms/registreren/<token>", "GET /aanmelden/lms/sleutels"}
"""The LMS may open them in a frame of its own."""


@pytest.mark.parametrize("row", [*sorted(PAGES.keys() - FOR_THE_LMS), "GET /nergens"])
def test_whatever_a_stranger_asks_the_headers_are_there(office: Office, row: str) -> None:
    method, rule = row.split(" ")
    path = rule.replace("<int:version>", "1").replace("<", "").replace(">", "")
    answer = pages_of(office.parts).test_client().open(path, method=method)
    headers = dict(answer.headers)
    assert ALWAYS.items() <= headers.items()
    assert "Server" not in headers
    policy = headers["Content-Security-Policy"]
    for part in ("default-src 'none'", "frame-ancestors 'none'", "base-uri 'none'"):
        assert part in policy
    assert "unsafe" not in policy


@pytest.mark.parametrize("name", ["pages.css", "pages.js"])
def test_what_a_page_is_made_of_carries_them_too(office: Office, name: str) -> None:
    answer = pages_of(office.parts).test_client().get(f"/assets/{name}")
    assert answer.status_code == 200
    assert ALWAYS.items() <= dict(answer.headers).items()
