"""A running application on a fixed moment.

Most tests ask nothing of the database but the key, so they share one on SQLite. The tests that do
take `either_parts` and `either_client`, and run on both engines.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from flask_openapi3.openapi import OpenAPI

from adapter.doors.web.app import create_app
from adapter.ground.parts import Parts
from adapter.ground.store.register import Register, open_register
from adapter.register.keys import Role, create_key
from config.settings import Settings
from tests.fixtures.web import client_of
from tests.fixtures.workbench import POLICY

Headers = dict[str, str]


class FixedClock:
    def __init__(self, moment: datetime) -> None:
        self.moment = moment

    def now(self) -> datetime:
        return self.moment


def key_headers(parts: Parts, role: Role, employee_id: str | None = None) -> Headers:
    key = create_key(parts.register, parts.clock, f"test {role}", role, employee_id)
    return {"Authorization": f"Bearer {key}"}


def _parts(register: Register) -> Parts:
    clock = FixedClock(datetime(2026, 11, 23, 11, 0, tzinfo=UTC))
    return Parts(register, POLICY, clock, Settings())


@pytest.fixture(scope="session")
def parts(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Parts]:
    file = tmp_path_factory.mktemp("web") / "register.sqlite3"
    shutil.copy(sqlite_template, file)
    register = open_register(f"sqlite:///{file}")
    yield _parts(register)
    register.close()


@pytest.fixture(scope="session")
def app(parts: Parts) -> OpenAPI:
    return create_app(parts)


@pytest.fixture
def client(app: OpenAPI) -> FlaskClient:
    return app.test_client()


@pytest.fixture(scope="session")
def keys(parts: Parts) -> dict[Role, Headers]:
    """The headers of a key per role; each belongs to employee 10001."""
    return {role: key_headers(parts, role, "10001") for role in Role}


@pytest.fixture(scope="session")
def hr(keys: dict[Role, Headers]) -> Headers:
    return keys[Role.HR]


@pytest.fixture
def either_parts(register: Register) -> Parts:
    return _parts(register)


@pytest.fixture
def either_client(either_parts: Parts) -> FlaskClient:
    return client_of(either_parts)
