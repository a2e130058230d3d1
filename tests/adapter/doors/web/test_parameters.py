from __future__ import annotations

from typing import Any

from flask.testing import FlaskClient

from adapter.ground.parts import Parts
from tests.adapter.doors.web.bodies import pointers
from tests.adapter.doors.web.conftest import Headers

URL = "/v1/policy-parameters"


def _values(body: Any) -> dict[str, Any]:
    return {item["name"]: item for item in body["items"]}


def test_values_come_with_unit_source_and_status(
    client: FlaskClient, hr: Headers, parts: Parts
) -> None:
    body = client.get(f"{URL}?on=2026-03-01", headers=hr).get_json()
    assert (body["on"], body["policyVersion"]) == ("2026-03-01", parts.policy.version)
    assert body["adoptedOn"] is None
    norm = _values(body)["hours.norm"]
    assert norm["value"] == "80.00"
    assert (norm["unit"], norm["clause"], norm["validFrom"]) == ("hours", "Visie §8", "2026-01-01")
    assert _values(body)["regime.general"]["assumption"] == "A11"


def test_the_regime_is_that_of_the_day_asked_for(client: FlaskClient, hr: Headers) -> None:
    regimes = [
        _values(client.get(f"{URL}?on={day}", headers=hr).get_json())["regime.general"]["value"]
        for day in ("2026-12-31", "2027-01-01")
    ]
    assert regimes == ["advise", "enforce"]


def test_without_a_day_the_values_are_those_of_today(client: FlaskClient, hr: Headers) -> None:
    assert client.get(URL, headers=hr).get_json()["on"] == "2026-11-23"


def test_before_the_policy_there_are_no_values(client: FlaskClient, hr: Headers) -> None:
    assert client.get(f"{URL}?on=2025-12-31", headers=hr).get_json()["items"] == []


def test_what_is_no_day_is_refused_by_name(client: FlaskClient, hr: Headers) -> None:
    for wrong in ("2026-02-30", "today", "2026-01-01T00:00:00Z", ""):
        answer = client.get(URL, query_string={"on": wrong}, headers=hr)
        assert answer.status_code == 400
        assert pointers(answer) == ["/on"]
