"""Sending a browser off to an LMS or identity provider, which sends it back with an answer."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlencode

from flask import Response, redirect

from adapter.doors.pages.sign_in import cookies
from adapter.doors.web import current
from adapter.register.sign_in.attempts import Asked, Begun, begin_attempt


def send_off(asked: Asked, endpoint: str, parameters: Mapping[str, str]) -> Response:
    """`parameters` are those beside what every request to sign in has."""
    parts = current.parts()
    with parts.register.write() as connection:
        begun = begin_attempt(connection, asked, parts.clock.now())
    response = redirect(_address(asked, begun, endpoint, parameters), 303)
    assert isinstance(response, Response)
    cookies.bind_attempt(response, begun.state, begun.browser)
    return response


def _address(asked: Asked, begun: Begun, endpoint: str, parameters: Mapping[str, str]) -> str:
    query = urlencode(
        {
            "client_id": asked.client_id,
            "state": begun.state,
            "nonce": begun.nonce,
            **parameters,
        }
    )
    return f"{endpoint}{'&' if '?' in endpoint else '?'}{query}"
