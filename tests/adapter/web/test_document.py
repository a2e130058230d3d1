"""The OpenAPI document: valid, complete, and equal to what is served."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest
from flask.testing import FlaskClient
from openapi_spec_validator import validate

from adapter.web.access import ROUTES

Json = dict[str, Any]


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
    command = [sys.executable, "-m", "adapter.web.openapi"]
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
