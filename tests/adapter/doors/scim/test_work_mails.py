"""An identity provider tells the work e-mail where the HRIS tells none."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask.testing import FlaskClient

from adapter.ground.parts import Parts
from adapter.register.keys import Role
from adapter.register.people import keep_employee
from adapter.subjects.accounts.people import read_desired_accounts
from connectors.ports import Employee, Employment
from tests.adapter.doors.web.conftest import key_headers

CORE = "urn:ietf:params:scim:schemas:core:2.0:User"
ENTERPRISE = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"


def _known(parts: Parts, employee_id: str, email: str | None = None) -> None:
    terms = (Employment("1", date(2020, 1, 1), None),)
    shown = Employee(employee_id, "Daan", "de", "Vries", email, None, None, terms)
    with parts.register.write() as connection:
        keep_employee(connection, shown, "urn:hris:test:1", parts.clock.now())


def _provisioned(
    parts: Parts, client: FlaskClient, name: str, number: str | None, **other: Any
) -> None:
    body = {
        "schemas": [CORE, ENTERPRISE],
        "userName": name,
        "emails": [{"type": "work", "value": f"{name}@example.org"}],
        ENTERPRISE: {"employeeNumber": number},
    }
    headers = key_headers(parts, Role.HRIS)
    assert client.post("/scim/v2/Users", json=body | other, headers=headers).status_code == 201


def _mails(parts: Parts) -> dict[str, str]:
    with parts.register.read() as connection:
        wanted = read_desired_accounts(connection, date(2027, 3, 1))
    return {one.employee_id: one.email for one in wanted}


def test_it_is_taken_where_the_hris_has_none_and_nowhere_else(
    either_client: FlaskClient, either_parts: Parts
) -> None:
    for number, email in (("1001", None), ("1002", " "), ("1003", "own@example.org")):
        _known(either_parts, number, email)
        _provisioned(either_parts, either_client, f"Daan.{number}", number)
    assert _mails(either_parts) == {
        "1001": "Daan.1001@example.org",
        "1002": "Daan.1002@example.org",
        "1003": "own@example.org",
    }


def test_an_account_that_is_off_or_private_or_one_of_two_tells_none(
    either_client: FlaskClient, either_parts: Parts
) -> None:
    for number in ("1001", "1002", "1003", "1004"):
        _known(either_parts, number)
    _provisioned(either_parts, either_client, "off", "1001", active=False)
    home = [{"type": "home", "value": "private@example.org"}]
    _provisioned(either_parts, either_client, "home", "1002", emails=home)
    _provisioned(either_parts, either_client, "one", "1003")
    _provisioned(either_parts, either_client, "two", "1003")
    _provisioned(either_parts, either_client, "nobody", None)
    assert set(_mails(either_parts).values()) == {""}
