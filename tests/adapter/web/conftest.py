"""A running application on a fixed moment, with a key per role."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

import pytest
from flask.testing import FlaskClient
from flask_openapi3.openapi import OpenAPI

from adapter.keys import Role, create_key
from adapter.parts import Parts
from adapter.store.register import Register
from adapter.web.app import create_app
from config.policy_files import load_policy
from config.settings import Settings

Headers = Mapping[str, str]


class FixedClock:
    def __init__(self, moment: datetime) -> None:
        self.moment = moment

    def now(self) -> datetime:
        return self.moment


@pytest.fixture
def parts(register: Register, database_url: str) -> Parts:
    clock = FixedClock(datetime(2026, 11, 23, 11, 0, tzinfo=UTC))
    return Parts(register, load_policy(), clock, Settings(database_url=database_url))


@pytest.fixture
def app(parts: Parts) -> OpenAPI:
    return create_app(parts)


@pytest.fixture
def client(app: OpenAPI) -> FlaskClient:
    return app.test_client()


@pytest.fixture
def bearer(parts: Parts) -> dict[Role, dict[str, str]]:
    """The headers of a key per role; manager and employee are 10001."""
    return {role: key_headers(parts, role) for role in Role}


@pytest.fixture
def hr(parts: Parts) -> dict[str, str]:
    return key_headers(parts, Role.HR)


def key_headers(parts: Parts, role: Role, employee_id: str | None = "10001") -> dict[str, str]:
    key = create_key(parts.register, parts.clock, f"test {role}", role, employee_id)
    return {"Authorization": f"Bearer {key}"}
