"""The OpenAPI document: valid, complete, and equal to what is served."""

from __future__ import annotations

import gc
import json
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest
from flask.testing import FlaskClient
from openapi_spec_validator import validate
from pydantic import BaseModel

from adapter.doors.messages.media_types import JSON
from adapter.doors.web.access import ROUTES
from adapter.doors.web.document import SharedName, refuse_shared_names
from adapter.register.keys import Role
from tests.adapter.doors.web.conftest import Headers

Json = dict[str, Any]
Example = tuple[tuple[str, ...], Any]


@pytest.fixture
def found(client: FlaskClient) -> Json:
    answer = client.get("/v1/openapi.json")
    assert answer.mimetype == "application/json"
    document: Json = answer.get_json()
    return document


def _operations(found: Json) -> Iterator[tuple[str, Json]]:
    for path, operations in found["paths"].items():
        for method, operation in operations.items():
            yield f"{method.upper()} /v1{path.replace('{', '<').replace('}', '>')}", operation


def test_the_document_is_valid_openapi(found: Json) -> None:
    validate(found)


def test_it_is_printed_the_same_without_a_service(found: Json) -> None:
    command = [sys.executable, "-m", "adapter.doors.web.openapi"]
    printed = subprocess.run(command, capture_output=True, check=True, timeout=60)
    assert json.loads(printed.stdout) == found


def test_it_describes_every_resource_and_no_other(found: Json) -> None:
    resources = {row for row in ROUTES if " /v1/" in row} - {"GET /v1/openapi.json"}
    assert {row for row, _ in _operations(found)} == resources


def test_its_version_is_that_of_every_answer(client: FlaskClient, found: Json) -> None:
    assert found["info"]["version"] == client.get("/health/live").headers["API-Version"]
    assert found["servers"] == [{"url": "/v1"}]
    assert found["info"]["contact"].keys() == {"name", "url", "email"}


def test_every_operation_is_told_in_words_with_the_roles_that_may(found: Json) -> None:
    for row, operation in _operations(found):
        roles = ROUTES[row].roles
        assert operation["summary"]
        assert roles is not None
        assert all(role in operation["description"] for role in roles)


def test_every_answer_is_described_with_its_headers_and_media_type(found: Json) -> None:
    for row, operation in _operations(found):
        for status, answer in operation["responses"].items():
            if status < "400":
                assert "API-Version" in answer["headers"], row
                continue
            name = answer["$ref"].rpartition("/")[2]
            described = found["components"]["responses"][name]
            assert described["content"].keys() == {"application/problem+json"}


def test_input_can_always_be_invalid(found: Json) -> None:
    for row, operation in _operations(found):
        takes_input = "parameters" in operation or "requestBody" in operation
        assert ("400" in operation["responses"]) == takes_input, row


def test_a_date_that_may_be_unknown_keeps_its_format(found: Json) -> None:
    completion = found["components"]["schemas"]["TrajectoryIn"]["properties"]["completionDate"]
    assert (completion["type"], completion["format"]) == (["string", "null"], "date")


def test_decimals_are_texts_with_a_pattern(found: Json) -> None:
    schemas = found["components"]["schemas"]
    for schema, member in (("TrajectoryIn", "agreedCostsEur"), ("ActivityIn", "hours")):
        described = schemas[schema]["properties"][member]
        assert described["type"] == "string"
        assert described["pattern"] == r"^[0-9]{1,9}\.[0-9]{2}$"


def test_members_that_are_unknown_are_documented_as_refused(found: Json) -> None:
    for name in ("RepaymentCalculationIn", "HoursProjectionIn", "EnrolmentCheckIn", "SessionIn"):
        assert found["components"]["schemas"][name]["additionalProperties"] is False


def test_a_version_is_required_where_the_service_requires_it(found: Json) -> None:
    required = {
        row
        for row, operation in _operations(found)
        for parameter in operation.get("parameters", [])
        if parameter["name"] == "If-Match" and parameter["required"]
    }
    assert required == {row for row, route in ROUTES.items() if route.versioned}


def test_the_agreement_that_is_drawn_up_is_described_as_itself(found: Json) -> None:
    schemas = found["components"]["schemas"]
    body = found["paths"]["/agreements"]["post"]["requestBody"]["content"]["application/json"]
    name = body["schema"]["$ref"].rpartition("/")[2]
    assert "employeeId" in schemas[name]["properties"]
    assert "signedByEmployeeDate" in schemas["TrajectoryAgreementIn"]["properties"]


def test_two_schemas_with_one_name_stop_the_service() -> None:
    twin = type("AgreementIn", (BaseModel,), {"__module__": "adapter.doors.messages.elsewhere"})
    with pytest.raises(SharedName, match=r"AgreementIn.*elsewhere"):
        refuse_shared_names()
    del twin
    gc.collect()
    refuse_shared_names()


def _examples(schema: Json, schemas: Json, above: tuple[str, ...] = ()) -> Iterator[Example]:
    """Every value of a body that the document gives as an example, with where it stands."""
    if len(above) > 4:
        return
    if "$ref" in schema:
        schema = schemas[schema["$ref"].rpartition("/")[2]]
    if "example" in schema:
        yield above, schema["example"]
    for option in (*schema.get("anyOf", []), *schema.get("allOf", [])):
        yield from _examples(option, schemas, above)
    for name, part in schema.get("properties", {}).items():
        yield from _examples(part, schemas, (*above, name))
    if "items" in schema:
        yield from _examples(schema["items"], schemas, (*above, "0"))


def _body(place: tuple[str, ...], value: Any) -> Any:
    """The example where it stands, with nothing beside it."""
    if not place:
        return value
    first, *rest = place
    inner = _body(tuple(rest), value)
    return [inner] if first == "0" else {first: inner}


def test_every_example_of_a_body_is_accepted_where_it_stands(
    client: FlaskClient, keys: dict[Role, Headers], found: Json
) -> None:
    schemas, tried, refused = found["components"]["schemas"], 0, []
    for row, operation in _operations(found):
        content = operation.get("requestBody", {}).get("content", {})
        for place, example in _examples(content.get(JSON, {}).get("schema", {}), schemas):
            method, rule = row.split(" ")
            role = sorted(ROUTES[row].roles or ())[0]
            path = rule.replace("<", "").replace(">", "")
            headers = keys[role] | {"If-Match": '"1"'}
            answer = client.open(path, method=method, json=_body(place, example), headers=headers)
            wrong = {one["pointer"] for one in (answer.get_json() or {}).get("errors", [])}
            tried += 1
            if answer.status_code >= 500 or f"/{'/'.join(place)}" in wrong:
                refused.append((row, place, example))
    assert refused == []
    assert tried > 50


def test_every_example_of_a_parameter_is_accepted(
    client: FlaskClient, keys: dict[Role, Headers], found: Json
) -> None:
    tried = 0
    for row, operation in _operations(found):
        for parameter in operation.get("parameters", []):
            if "example" not in parameter["schema"] or parameter["in"] == "header":
                continue
            method, rule = row.split(" ")
            name, example = parameter["name"], parameter["schema"]["example"]
            path = rule.replace(f"<{name}>", str(example)).replace("<", "").replace(">", "")
            query = {name: example} if parameter["in"] == "query" else {}
            headers = keys[sorted(ROUTES[row].roles or ())[0]]
            answer = client.open(path, method=method, query_string=query, headers=headers)
            body = answer.get_json() if answer.is_json else {}
            assert f"/{name}" not in {one["pointer"] for one in body.get("errors", [])}, row
            tried += 1
    assert tried
