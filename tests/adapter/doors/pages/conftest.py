"""Pages as people open them: a browser that keeps its cookie, signed in by a link."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from adapter.doors.pages.app import create_pages
from adapter.doors.web import current
from adapter.ground.parts import Parts
from adapter.register.given_roles import give_role
from adapter.register.keys import Role
from adapter.register.sign_in.links import make_link
from tests.adapter.doors.pages.rendered import form_of
from tests.adapter.subjects.requests.conftest import Office, office

__all__ = ["office"]

_TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')
_shared: list[Flask] = []


def pages_of(parts: Parts) -> Flask:
    """Making it takes longer than most tests; the secret of its forms stays that of the first."""
    if not _shared:
        _shared.append(create_pages(parts))
    current.serve_with(_shared[0], parts)
    return _shared[0]


@dataclass
class Browser:
    """`employee_id` is who is signed in."""

    parts: Parts
    client: FlaskClient
    employee_id: str

    def get(self, path: str, **more: Any) -> TestResponse:
        return self.client.get(path, **more)

    def page(self, path: str) -> str:
        """The text of a page that must be there."""
        answer = self.get(path)
        assert answer.status_code == 200, (path, answer.status_code, answer.text)
        assert 'value="-1"' not in answer.text, f"{path} has a form with a version of no record"
        return answer.text

    def token(self, path: str = "/") -> str:
        match = _TOKEN.search(self.page(path))
        assert match is not None, f"{path} has no form"
        return match[1]

    def send(self, path: str, action: str, **typed: Any) -> TestResponse:
        """The form of a page that goes to `action`, with all that it holds and what was typed."""
        return self.client.post(action, data=form_of(self.page(path), action) | typed)

    def post(self, path: str, form: dict[str, Any] | None = None, **more: Any) -> TestResponse:
        """A form that was made by hand: to try what ours does not send."""
        return self.client.post(path, data={"csrf_token": self.token(), **(form or {})}, **more)


def signed_in(parts: Parts, employee_id: str, *roles: Role) -> Browser:
    """Somebody with these roles beside those of the HRIS."""
    now = parts.clock.now()
    with parts.register.write() as connection:
        for role in roles:
            give_role(connection, employee_id, role, by="test", now=now)
        token = make_link(connection, employee_id, "test", now)
    client = pages_of(parts).test_client()
    answer = client.post("/aanmelden/link", data={"token": token})
    assert answer.status_code == 303, answer.text
    return Browser(parts, client, employee_id)


@pytest.fixture
def sign_in(office: Office) -> Callable[..., Browser]:
    """`sign_in("10005", Role.HR)`, in the small agency of the procedure."""
    return partial(signed_in, office.parts)
