"""The sandbox answers as AFAS is documented to, so that what works on it may work on AFAS."""

from __future__ import annotations

import base64
import json
import urllib.error
import urllib.request
from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any
from urllib.parse import urlencode

import pytest

from connectors.afas.answers import ContentError
from sandboxes.afas import SandboxAfas, SandboxEmployment
from tests.connectors.afas.documented import shape


@pytest.fixture
def sandbox() -> Iterator[SandboxAfas]:
    people = [
        SandboxEmployment("000001005", "Sam", "Bakker", date(2012, 3, 1)),
        SandboxEmployment("000001006", "Daan", "Vries", date(2019, 9, 1), date(2026, 12, 31)),
        SandboxEmployment("000001007", "Noor", "Jansen", date(2015, 1, 1), date(2026, 11, 30)),
    ]
    changed = datetime(2026, 11, 20, 15, 57, 43, tzinfo=UTC)
    with SandboxAfas(people, clock=lambda: changed) as running:
        yield running


def ask(sandbox: SandboxAfas, path: str, **query: str) -> tuple[int, Any]:
    """One GET as any client would send it."""
    authorization = f"AfasToken {base64.b64encode(sandbox.token.encode()).decode()}"
    address = f"{sandbox.url}/ProfitRestServices{path}?{urlencode(query)}"
    request = urllib.request.Request(address, headers={"Authorization": authorization})  # noqa: S310 -- loopback
    try:
        with urllib.request.urlopen(request) as answer:  # noqa: S310 -- loopback
            return answer.status, json.loads(answer.read())
    except urllib.error.HTTPError as error:
        with error:
            body = error.read()
        return error.code, json.loads(body) if body else None


def ids(answer: Any) -> list[str]:
    return [row["EmployeeId"] for row in answer["rows"]]


def types_of(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: types_of(one) for name, one in value.items()}
    if isinstance(value, list):
        return [types_of(value[0])] if value else []
    return type(value)


def test_the_sandbox_gives_rows_with_the_documented_members_and_types(
    sandbox: SandboxAfas,
) -> None:
    recorded = shape("GetConnector page")
    status, answer = ask(sandbox, "/connectors/LMS_Medewerkers", **recorded["query"])
    assert status == 200
    documented, given = recorded["response"], answer
    assert given.keys() == documented.keys()
    assert given["take"] == documented["take"]
    leaver, given_leaver = documented["rows"][1], given["rows"][1]
    shared = {name: given_leaver[name] for name in leaver}
    assert types_of(shared) == types_of(leaver)
    assert shared["EmploymentEndDate"] == leaver["EmploymentEndDate"]
    assert given_leaver["ModifiedDate"] == "2026-11-20T16:57:43Z"


def test_the_sandbox_answers_the_documented_leaver_filter(sandbox: SandboxAfas) -> None:
    query = shape("left before a date")["query"]
    _, answer = ask(sandbox, "/connectors/LMS_Medewerkers", **query)
    assert ids(answer) == ["000001007"]


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("/metainfo", "environment metainfo"),
        ("/metainfo/get/LMS_Medewerkers", "metainfo of one connector"),
    ],
)
def test_the_sandbox_gives_the_documented_metainfo(
    sandbox: SandboxAfas, path: str, words: str
) -> None:
    documented = shape(words)["response"]
    status, given = ask(sandbox, path)
    assert status == 200
    assert types_of(given) == types_of(documented)


@pytest.mark.parametrize(
    ("field", "value", "operator", "expected"),
    [
        ("EmployeeId", "000001006", "1", ["000001006"]),
        ("EmploymentStartDate", "2015-01-01T00:00:00", "2", ["000001006", "000001007"]),
        ("EmploymentStartDate", "2015-01-01T00:00:00", "3", ["000001005", "000001007"]),
        ("EmploymentStartDate", "2015-01-01T00:00:00", "4", ["000001006"]),
        ("EmploymentEndDate", "2026-12-31T00:00:00", "5", ["000001007"]),
        ("LastName", "ans", "6", ["000001007"]),
        ("EmployeeId", "000001006", "7", ["000001005", "000001007"]),
        ("EmploymentEndDate", "[is leeg]", "8", ["000001005"]),
        ("EmploymentEndDate", "[is leeg]", "9", ["000001006", "000001007"]),
        ("EmployeeId;EmployeeId", "000001005;000001007", "1;1", ["000001005", "000001007"]),
        ("EmploymentEndDate,LastName", "[is leeg],Vries", "9,1", ["000001006"]),
        ("HoursPerWeek", "36", "2", ["000001005", "000001006", "000001007"]),
    ],
)
def test_the_sandbox_filters_by_operator_with_and_and_or(
    sandbox: SandboxAfas, field: str, value: str, operator: str, expected: list[str]
) -> None:
    _, answer = ask(
        sandbox,
        "/connectors/LMS_Medewerkers",
        filterfieldids=field,
        filtervalues=value,
        operatortypes=operator,
        orderbyfieldids="EmployeeId",
    )
    assert ids(answer) == expected


def test_the_sandbox_orders_backwards_and_gives_everything_on_request(
    sandbox: SandboxAfas,
) -> None:
    path = "/connectors/LMS_Medewerkers"
    _, answer = ask(sandbox, path, skip="-1", take="-1", orderbyfieldids="-EmployeeId")
    assert ids(answer) == ["000001007", "000001006", "000001005"]
    _, beyond = ask(sandbox, path, skip="3", take="2", orderbyfieldids="EmployeeId")
    assert beyond == {"skip": 3, "take": 2, "rows": []}


@pytest.mark.parametrize(
    "query",
    [
        {"skip": "2", "take": "-1"},
        {"skip": "one"},
        {"filterfieldids": "Salary", "filtervalues": "1", "operatortypes": "1"},
        {"filterfieldids": "LastName", "filtervalues": "a,b", "operatortypes": "1"},
        {"filterfieldids": "LastName", "filtervalues": "a;b", "operatortypes": "1"},
        {"filterfieldids": "LastName", "filtervalues": "a", "operatortypes": "99"},
    ],
)
def test_the_sandbox_refuses_a_wrong_query_as_documented(
    sandbox: SandboxAfas, query: dict[str, str]
) -> None:
    status, body = ask(sandbox, "/connectors/LMS_Medewerkers", **query)
    assert status == 500
    assert body.keys() == shape("invalid skip/take")["response"].keys()
    ContentError.model_validate(body)


def test_the_sandbox_has_the_documented_faults(sandbox: SandboxAfas) -> None:
    path = "/connectors/LMS_Medewerkers"
    assert ask(sandbox, path, filterfieldids="x" * 2100) == (404, None)
    assert ask(sandbox, "/connectors/Other") == (401, None)
    assert ask(sandbox, "/nowhere") == (404, None)
    sandbox.ip_refused = True
    assert ask(sandbox, path) == (403, None)
    sandbox.maintenance_seconds = 7200
    assert ask(sandbox, path) == (503, shape("maintenance")["response"])
