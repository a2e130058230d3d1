"""Who may call what. The table is compared with the policy's roles here, so that a row changed by
mistake shows."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from flask.testing import FlaskClient
from flask_openapi3.openapi import OpenAPI
from sqlalchemy import update
from structlog.testing import capture_logs

from adapter.doors.web import access
from adapter.doors.web import app as application
from adapter.doors.web.access import ROUTES, UnguardedRoute
from adapter.doors.web.app import create_app
from adapter.ground.parts import Parts
from adapter.ground.store.tables.work import ApiKeyRow
from adapter.register.keys import Role
from tests.adapter.doors.web.bodies import problem
from tests.adapter.doors.web.conftest import Headers, key_headers

ROWS = sorted(ROUTES)
GUARDED = [row for row in ROWS if ROUTES[row].roles is not None]


def _call(client: FlaskClient, row: str, headers: Headers | None = None) -> int:
    method, rule = row.split(" ")
    # The keys belong to this employee: what is refused here is the role, not the person.
    own = rule.replace("/employees/<id>", "/employees/10001")
    path = own.replace("<", "").replace(">", "")
    body: dict[str, object] | None = {} if method == "POST" else None
    return client.open(path, method=method, json=body, headers=headers or {}).status_code


def test_every_route_has_a_row_and_every_row_a_route(app: OpenAPI) -> None:
    served = {
        access.key_of(rule.rule, method)
        for rule in app.url_map.iter_rules()
        for method in rule.methods or ()
    }
    assert served == ROUTES.keys()


def test_a_route_without_a_row_stops_the_start(
    parts: Parts, monkeypatch: pytest.MonkeyPatch
) -> None:
    without = {row: route for row, route in ROUTES.items() if row != "GET /v1/tranches"}
    monkeypatch.setattr(access, "ROUTES", without)
    with pytest.raises(UnguardedRoute, match="GET /v1/tranches"):
        create_app(parts)


def test_a_row_without_a_route_stops_the_start(
    parts: Parts, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(application, "APIS", ())
    with pytest.raises(UnguardedRoute, match="GET /v1/tranches"):
        create_app(parts)


@pytest.mark.parametrize("row", ROWS)
def test_only_open_routes_answer_without_a_key(client: FlaskClient, row: str) -> None:
    status = _call(client, row)
    assert (status == 401) == (ROUTES[row].roles is not None)


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("row", GUARDED)
def test_a_role_is_let_in_as_the_table_says(
    client: FlaskClient, keys: dict[Role, Headers], row: str, role: Role
) -> None:
    roles = ROUTES[row].roles
    assert roles is not None
    assert (_call(client, row, keys[role]) == 403) == (role not in roles)


@pytest.mark.parametrize(
    ("row", "roles"),
    [
        ("GET /v1/tranches", set(Role)),
        ("GET /v1/tranches/<name>", {Role.HR, Role.MANAGEMENT_TEAM}),
        ("POST /v1/enrolment-checks", {Role.LMS, Role.HR, Role.MANAGER}),
        ("POST /v1/repayment-calculations", {Role.HR}),
        ("POST /v1/hours-projections", {Role.HR, Role.MANAGER}),
        ("GET /v1/policy-parameters", set(Role)),
        ("GET /v1/openapi.json", None),
    ],
)
def test_the_table_gives_the_documented_roles(row: str, roles: set[Role] | None) -> None:
    assert ROUTES[row].roles == roles


def test_a_role_that_may_not_is_told_which_roles_may(
    client: FlaskClient, keys: dict[Role, Headers]
) -> None:
    answer = client.post("/v1/hours-projections", json={}, headers=keys[Role.EMPLOYEE])
    body = problem(answer)
    assert body["type"] == "urn:odwh:problem:forbidden"
    assert "hr, manager" in body["detail"]


@pytest.mark.parametrize(
    "authorization",
    [
        "",
        "Bearer",
        "Bearer ",
        "Basic aHI6aHI=",
        "Bearer odwh_0000000000000000_" + "A" * 43,
        "Bearer \xe9",
        "Bearer odwh_' OR 1=1 --",
    ],
)
def test_without_a_right_key_the_answer_names_the_scheme(
    client: FlaskClient, authorization: str
) -> None:
    answer = client.get("/v1/tranches", headers={"Authorization": authorization})
    assert problem(answer)["status"] == 401
    assert answer.headers["WWW-Authenticate"] == "Bearer"


def test_a_key_stops_working_the_moment_it_is_revoked(
    either_client: FlaskClient, either_parts: Parts
) -> None:
    headers = key_headers(either_parts, Role.HR)
    assert either_client.get("/v1/tranches", headers=headers).status_code == 200
    with either_parts.register.write() as connection:
        connection.execute(update(ApiKeyRow).values(revoked_at=datetime(2027, 1, 1, tzinfo=UTC)))
    assert either_client.get("/v1/tranches", headers=headers).status_code == 401


def test_the_scheme_may_be_written_in_any_case(client: FlaskClient, hr: Headers) -> None:
    lower = {"Authorization": hr["Authorization"].replace("Bearer", "bearer")}
    assert client.get("/v1/tranches", headers=lower).status_code == 200


def test_the_log_tells_route_status_and_key_but_nothing_that_was_sent(
    client: FlaskClient, hr: Headers
) -> None:
    secret = hr["Authorization"].split("_", 2)[2]
    with capture_logs() as lines:
        client.get("/v1/tranches?submittedAt=jan@example.org", headers=hr)
        client.get("/v1/tranches/jan", headers=hr)
        client.get("/jan", headers=hr)
        client.post("/v1/repayment-calculations", json={"exitDate": "jan"}, headers=hr)
        client.get("/v1/tranches", headers={"Authorization": "Bearer jan"})
    lines = [line for line in lines if line["event"] == "request"]
    assert [(line["method"], line["route"], line["status"]) for line in lines] == [
        ("GET", "/v1/tranches", 400),
        ("GET", "/v1/tranches/<name>", 404),
        ("GET", "(unknown)", 404),
        ("POST", "/v1/repayment-calculations", 400),
        ("GET", "/v1/tranches", 401),
    ]
    assert lines[0]["key_id"] == hr["Authorization"].split("_")[1]
    assert lines[4]["key_id"] is None
    assert secret not in str(lines)
    assert "jan" not in str(lines)
