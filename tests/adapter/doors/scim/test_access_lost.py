"""Who loses access is looked up in the HRIS; nothing else follows from it."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from adapter.doors.scim import lenience
from adapter.ground.parts import Parts
from adapter.ground.store.reading import rows_of
from adapter.ground.store.tables.scim import ScimUserRow
from adapter.ground.store.tables.work import InboxEventRow
from adapter.register.keys import Role
from adapter.register.people import keep_employee
from connectors.ports import Employee, Employment
from tests.adapter.doors.web.conftest import Headers, key_headers

CORE = "urn:ietf:params:scim:schemas:core:2.0:User"
ENTERPRISE = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"
PATCH = "urn:ietf:params:scim:api:messages:2.0:PatchOp"
DISABLE = {"op": "Replace", "path": "active", "value": "False"}
ENABLE = {"op": "Replace", "path": "active", "value": "True"}


@pytest.fixture
def provider(either_parts: Parts) -> Headers:
    return key_headers(either_parts, Role.HRIS)


@pytest.fixture
def daan(either_client: FlaskClient, either_parts: Parts, provider: Headers) -> str:
    """The id of the account of employee 1003, whom the HRIS has shown."""
    _known(either_parts, "1003", "daan@example.org")
    return _made(either_client, provider, "daan@example.org", {"employeeNumber": "1003"})


def _known(parts: Parts, employee_id: str, email: str) -> None:
    person = Employee(
        employee_id,
        "Daan",
        "de",
        "Vries",
        email,
        None,
        None,
        (Employment("1", date(2020, 1, 1), None),),
    )
    with parts.register.write() as connection:
        keep_employee(connection, person, "urn:hris:test:1", parts.clock.now())


def _made(
    client: FlaskClient, headers: Headers, name: str, enterprise: dict[str, Any] | None = None
) -> str:
    body = {
        "schemas": [CORE, ENTERPRISE],
        "userName": name,
        "active": True,
        "password": "not-to-be-kept",
        "phoneNumbers": [{"type": "mobile", "value": "0612345678"}],
        "emails": [
            {"type": "home", "value": "private@example.org"},
            {"type": "work", "value": name},
        ],
    }
    if enterprise is not None:
        body[ENTERPRISE] = enterprise
    answer = client.post("/scim/v2/Users", json=body, headers=headers)
    assert answer.status_code == 201, answer.text
    user_id: str = answer.get_json(force=True)["id"]
    return user_id


def _patch(client: FlaskClient, headers: Headers, user_id: str, *operations: object) -> None:
    body = {"schemas": [PATCH], "Operations": list(operations)}
    answer = client.patch(f"/scim/v2/Users/{user_id}", json=body, headers=headers)
    assert answer.status_code == 204, answer.text


def _hints(parts: Parts) -> list[tuple[str, str]]:
    with parts.register.read() as connection:
        rows = rows_of(connection, select(InboxEventRow).where(InboxEventRow.channel == "hris"))
    return [(row.kind, row.body["data"]["employee"]["employee_id"]) for row in rows]


@pytest.mark.parametrize(
    "operation",
    [
        DISABLE,
        {"op": "replace", "path": "active", "value": False},
        {"op": "replace", "value": {"active": False}},
        {"op": "Replace", "value": {"active": "False"}},
    ],
    ids=["entra", "standard", "okta", "entra without path"],
)
def test_an_account_that_is_switched_off_is_told_once_whatever_the_form(
    either_client: FlaskClient,
    either_parts: Parts,
    provider: Headers,
    daan: str,
    operation: dict[str, object],
) -> None:
    _patch(either_client, provider, daan, operation)
    _patch(either_client, provider, daan, operation)
    assert _hints(either_parts) == [("access.disabled", "1003")]


def test_a_removed_account_is_told_unless_it_was_switched_off_before(
    either_client: FlaskClient, either_parts: Parts, provider: Headers, daan: str
) -> None:
    _patch(either_client, provider, daan, DISABLE)
    assert either_client.delete(f"/scim/v2/Users/{daan}", headers=provider).status_code == 204
    assert len(_hints(either_parts)) == 1
    again = _made(either_client, provider, "daan@example.org", {"employeeNumber": "1003"})
    assert either_client.delete(f"/scim/v2/Users/{again}", headers=provider).status_code == 204
    assert _hints(either_parts) == [("access.disabled", "1003")] * 2


def test_an_account_that_was_used_again_in_between_is_told_twice(
    either_client: FlaskClient, either_parts: Parts, provider: Headers, daan: str
) -> None:
    moments = iter(range(1, 60))
    for operation in (DISABLE, ENABLE, DISABLE):
        _later(either_parts, next(moments))
        _patch(either_client, provider, daan, operation)
    assert len(_hints(either_parts)) == 2


def _later(parts: Parts, minute: int) -> None:
    clock: Any = parts.clock
    clock.moment = clock.moment.replace(minute=minute)


@pytest.mark.parametrize(
    ("others", "told"),
    [((), ["1003"]), (("1004",), [])],
    ids=["one employee has it", "two employees share it"],
)
def test_without_a_number_the_work_address_tells_who_it_is_if_one_employee_has_it(
    either_client: FlaskClient,
    either_parts: Parts,
    provider: Headers,
    others: tuple[str, ...],
    told: list[str],
) -> None:
    for number in ("1003", *others):
        _known(either_parts, number, "Daan@example.org")
    user_id = _made(either_client, provider, "daan@example.org")
    _patch(either_client, provider, user_id, DISABLE)
    assert [number for _, number in _hints(either_parts)] == told


def test_a_number_that_the_hris_never_showed_tells_nothing(
    either_client: FlaskClient, either_parts: Parts, provider: Headers, daan: str
) -> None:
    stranger = _made(either_client, provider, "x@example.org", {"employeeNumber": "9"})
    _patch(either_client, provider, stranger, DISABLE)
    assert _hints(either_parts) == []


def test_what_says_nothing_about_who_somebody_is_is_not_kept(
    either_client: FlaskClient, either_parts: Parts, provider: Headers, daan: str
) -> None:
    mobile = {"op": "Add", "path": 'phoneNumbers[type eq "mobile"].value', "value": "0687654321"}
    _patch(either_client, provider, daan, mobile)
    with either_parts.register.read() as connection:
        kept = str(connection.execute(select(ScimUserRow)).one())
    assert "daan@example.org" in kept
    assert not any(part in kept for part in ("not-to-be-kept", "0612345678", "0687654321"))


def test_an_address_that_is_not_there_yet_is_added(
    either_client: FlaskClient, provider: Headers, daan: str
) -> None:
    other = {"op": "Add", "path": 'emails[type eq "other"].value', "value": "d@example.org"}
    _patch(either_client, provider, daan, other)
    shown = either_client.get(f"/scim/v2/Users/{daan}", headers=provider).get_json(force=True)
    assert {"type": "other", "value": "d@example.org"} in shown["emails"]


def test_a_patch_of_which_one_operation_is_wrong_changes_nothing(
    either_client: FlaskClient, either_parts: Parts, provider: Headers, daan: str
) -> None:
    name = {"op": "replace", "path": "displayName", "value": "Daan"}
    wrong = {"op": "replace", "path": "userName", "value": 7}
    body = {"schemas": [PATCH], "Operations": [name, wrong]}
    answer = either_client.patch(f"/scim/v2/Users/{daan}", json=body, headers=provider)
    assert answer.status_code == 400
    assert answer.get_json(force=True)["scimType"] == "invalidValue"
    shown = either_client.get(f"/scim/v2/Users/{daan}", headers=provider).get_json(force=True)
    assert "displayName" not in shown
    assert _hints(either_parts) == []


OTHERS = "urn:ietf:params:scim:schemas:extension:gemeente:2.0:User"


@pytest.mark.parametrize(
    "beside",
    [
        {"op": "Replace", "path": f"{OTHERS}:kostenplaats", "value": "410"},
        {"op": "Replace", "path": f"{ENTERPRISE}:kostenplaats", "value": "410"},
        {"op": "Replace", "path": "employmentEnd", "value": "2026-12-31"},
        {"op": "Add", "path": 'addresses[type eq "work"].kamer', "value": "12"},
        {"op": "Add", "path": "name.roepnaam", "value": "Daan"},
        {"op": "Remove", "path": "schoenmaat"},
        {"op": "Replace", "value": {"schoenmaat": "43", f"{OTHERS}:afdeling": "x"}},
        {"op": "Replace", "path": "locale", "value": 5},
        {"op": "Replace", "path": "userName", "value": 7},
        {"op": "Replace", "path": "userName", "value": "other@example.org"},
    ],
    ids=str,
)
def test_losing_access_is_told_whatever_the_company_sends_beside_it(
    either_client: FlaskClient,
    either_parts: Parts,
    provider: Headers,
    daan: str,
    beside: dict[str, object],
) -> None:
    _made(either_client, provider, "other@example.org", None)
    _patch(either_client, provider, daan, DISABLE, beside)
    assert _hints(either_parts) == [("access.disabled", "1003")]


@pytest.mark.parametrize("value", ["False", "false", 0, [{"value": "False"}], {"value": False}])
def test_no_is_read_however_a_provider_writes_it(
    either_client: FlaskClient, either_parts: Parts, provider: Headers, daan: str, value: object
) -> None:
    _patch(either_client, provider, daan, {"op": "replace", "path": "Active", "value": value})
    assert _hints(either_parts) == [("access.disabled", "1003")]


def test_a_patch_of_what_we_do_not_keep_is_taken_and_changes_nothing(
    either_client: FlaskClient, provider: Headers, daan: str, capsys: pytest.CaptureFixture[str]
) -> None:
    lenience._named.clear()
    other = {"op": "Add", "path": f"{OTHERS}:kostenplaats", "value": "geheim-410"}
    _patch(either_client, provider, daan, other)
    _patch(either_client, provider, daan, other)
    said = capsys.readouterr()
    assert (said.out + said.err).count("kostenplaats") == 1
    assert "geheim-410" not in said.out + said.err
    body = {"schemas": [PATCH], "Operations": [other]}
    answer = either_client.patch("/scim/v2/Users/nobody", json=body, headers=provider)
    assert answer.status_code == 404


def test_a_user_with_what_only_its_company_knows_is_made(
    either_client: FlaskClient, provider: Headers
) -> None:
    body = {
        "schemas": [CORE, OTHERS],
        "userName": "x@example.org",
        "active": "True",
        "schoenmaat": 43,
        "phoneNumbers": "none",
        "name": {"familyName": "Jansen", "roepnaam": "Jan"},
        OTHERS: {"kostenplaats": "410"},
    }
    answer = either_client.post("/scim/v2/Users", json=body, headers=provider)
    assert answer.status_code == 201, answer.text
    made = answer.get_json(force=True)
    assert (made["active"], made["name"]) == (True, {"familyName": "Jansen"})
    whole = body | {"active": "False"}
    answer = either_client.put(f"/scim/v2/Users/{made['id']}", json=whole, headers=provider)
    assert (answer.status_code, answer.get_json(force=True)["active"]) == (200, False)


@pytest.mark.parametrize("path", ["/scim/v2//Users", "/scim/v2/Users/", "//scim/v2/Users//"])
def test_a_slash_too_many_is_the_same_address(
    either_client: FlaskClient, provider: Headers, daan: str, path: str
) -> None:
    right = either_client.get("/scim/v2/Users", headers=provider)
    forgiven = either_client.get("", headers=provider, environ_overrides={"PATH_INFO": path})
    assert forgiven.status_code == 200
    assert forgiven.get_json(force=True) == right.get_json(force=True)
    body = {"schemas": [PATCH], "Operations": [DISABLE]}
    answer = either_client.patch(f"/scim/v2/Users/{daan}/", json=body, headers=provider)
    assert answer.status_code == 204
    strict = either_client.get("", environ_overrides={"PATH_INFO": "/v1//tranches"})
    assert strict.status_code == 404


@pytest.mark.parametrize("manager", ["26118915", {"value": "26118915"}])
def test_a_manager_in_a_looser_form_does_not_keep_a_whole_user_from_being_taken(
    either_client: FlaskClient, either_parts: Parts, provider: Headers, daan: str, manager: object
) -> None:
    """A user that is refused for it could not be switched off by who sends whole users."""
    enterprise = {"employeeNumber": "1003", "manager": manager}
    _made(either_client, provider, "other@example.org", enterprise)
    whole = {
        "schemas": [CORE, ENTERPRISE],
        "userName": "daan@example.org",
        "active": False,
        ENTERPRISE: enterprise,
    }
    answer = either_client.put(f"/scim/v2/Users/{daan}", json=whole, headers=provider)
    assert answer.status_code == 200, answer.text
    assert answer.get_json(force=True)[ENTERPRISE]["manager"]["value"] == "26118915"
    assert _hints(either_parts) == [("access.disabled", "1003")]
