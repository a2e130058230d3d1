"""The documented answers of AFAS, as the connector reads them."""

from __future__ import annotations

import base64
from datetime import UTC, date, datetime
from typing import Any

import httpx
import pytest
import respx

from connectors.afas import Afas, AfasConfig, AfasFields
from connectors.afas.answers import (
    ConnectorDescription,
    ContentError,
    Environment,
    Maintenance,
)
from connectors.afas.refusals import classify
from connectors.errors import Misconfigured, Permanent, Transient
from connectors.http import HttpClient
from connectors.their_codes import reference_of
from tests.connectors.afas.documented import shape

TOKEN = "<token><version>1</version><data>0123456789ABCDEF</data></token>"
BASE = "https://12345.rest.afas.online"
PAGE = f"{BASE}/ProfitRestServices/connectors/LMS_Medewerkers"

# The connector of the documentation has few fields.
FIELDS = AfasFields(
    given_name=None,
    prefix=None,
    family_name="PersonId",
    department=None,
    manager_id=None,
    employment_id=None,
    hours_per_week=None,
    fte=None,
)


DESCRIPTION = f"{BASE}/ProfitRestServices/metainfo/get/LMS_Medewerkers"
# Only what speaks to the GetConnector asks first which fields it has.
pytestmark = pytest.mark.respx(assert_all_called=False)


@pytest.fixture(autouse=True)
def _described(respx_mock: respx.MockRouter) -> None:
    described = shape("metainfo of one connector")["response"]
    pattern = described["fields"][0]
    fields = [pattern | {"id": name} for name in FIELDS.expected()]
    respx_mock.get(DESCRIPTION).respond(json=described | {"fields": fields})


def afas(sleeps: list[float] | None = None) -> Afas:
    config = AfasConfig(BASE, "12345", TOKEN, fields=FIELDS, take=500)
    waits: list[float] = [] if sleeps is None else sleeps
    http = HttpClient(
        config.root,
        headers={"Authorization": config.authorization},
        secrets=lambda: config.secrets,
        classify=classify,
        sleep=waits.append,
    )
    return Afas(config, http)


def answer_of(recorded: dict[str, Any]) -> httpx.Response:
    body = recorded["response"]
    return (
        httpx.Response(recorded["http_status"], json=body)
        if body
        else httpx.Response(recorded["http_status"])
    )


def test_a_documented_page_becomes_people(respx_mock: respx.MockRouter) -> None:
    route = respx_mock.get(PAGE).mock(return_value=answer_of(shape("GetConnector page")))
    scan = afas().scan()
    first, second = scan.employees
    assert (first.employee_id, first.email) == ("000001005", "medewerker005@example.org")
    assert first.employments[0].end is None
    assert (second.email, second.employments[0].end) == (None, date(2026, 12, 31))
    assert second.modified_at == datetime(2026, 11, 23, 10, 2, 10, tzinfo=UTC)
    sent = route.calls.last.request
    assert sent.headers["Authorization"] == f"AfasToken {base64.b64encode(TOKEN.encode()).decode()}"
    assert sent.url.params["orderbyfieldids"] == "EmployeeId,EmploymentStartDate"


def test_what_changed_is_asked_as_documented_in_local_time_with_a_day_of_overlap(
    respx_mock: respx.MockRouter,
) -> None:
    recorded = shape("changed since")
    route = respx_mock.get(PAGE).mock(return_value=answer_of(recorded))
    since = datetime(2026, 11, 22, 23, 0, tzinfo=UTC)  # midnight in Amsterdam
    scan = afas().scan(changed_since=since)
    assert (scan.employees, scan.complete) == ((), False)
    sent = route.calls.last.request.url.params
    for name in ("filterfieldids", "filtervalues", "operatortypes"):
        assert sent[name] == recorded["query"][name]


@pytest.mark.parametrize(
    ("words", "kind", "told"),
    [
        (
            "content error",
            Permanent,
            "something that was named does not exist there .AFAS log without a number",
        ),
        ("bad token", Misconfigured, "renew the token"),
        ("IP address", Misconfigured, "add the address of this service"),
        ("query string over", Misconfigured, "ask for less at once"),
        ("maintenance", Transient, "maintenance for 7200 seconds"),
    ],
)
def test_each_documented_refusal_says_what_happened_and_whether_to_try_again(
    respx_mock: respx.MockRouter, words: str, kind: type[Exception], told: str
) -> None:
    route = respx_mock.get(PAGE).mock(return_value=answer_of(shape(words)))
    with pytest.raises(kind, match=told):
        afas().scan()
    assert route.call_count == 1


def test_maintenance_tells_when_to_come_back(respx_mock: respx.MockRouter) -> None:
    respx_mock.get(PAGE).mock(return_value=answer_of(shape("maintenance")))
    with pytest.raises(Transient) as caught:
        afas().scan()
    assert caught.value.retry_after == 7200


LOG_REFERENCE = "0123456789ABCDEF" * 2


def refused_with(words: str) -> httpx.Response:
    body = {"externalMessage": words, "errorNumber": 1, "profitLogReference": LOG_REFERENCE}
    return httpx.Response(500, json=body)


def test_a_blocked_connector_is_a_matter_for_people(respx_mock: respx.MockRouter) -> None:
    blocked = refused_with("This GetConnector (definition) is blocked.")
    respx_mock.get(PAGE).mock(return_value=blocked)
    with pytest.raises(Misconfigured, match=r"AFAS log [0-9A-F]{32}\).*block lifted"):
        afas().scan()


@pytest.mark.parametrize("told", ["999912345", "10001", "Ade-Abbe", "-" * 32])
def test_a_number_or_name_is_no_reference_to_a_log(told: str) -> None:
    assert reference_of(told) == "without a number"


def test_a_lock_passes_and_is_tried_again(respx_mock: respx.MockRouter) -> None:
    good = answer_of(shape("GetConnector page"))
    answers = [refused_with("Transaction was chosen as deadlock victim."), good]
    respx_mock.get(PAGE).mock(side_effect=answers)
    waits: list[float] = []
    assert len(afas(waits).scan().employees) == 2
    assert len(waits) == 1


@pytest.mark.parametrize(
    "answer", [httpx.Response(503, text="<html>"), httpx.Response(502), httpx.ReadTimeout("slow")]
)
def test_an_outage_without_explanation_is_tried_four_times_and_then_transient(
    respx_mock: respx.MockRouter, answer: httpx.Response | Exception
) -> None:
    route = respx_mock.get(PAGE).mock(side_effect=[answer] * 4)
    with pytest.raises(Transient):
        afas().scan()
    assert route.call_count == 4


@pytest.mark.parametrize(
    "answer",
    [
        httpx.Response(500),
        httpx.Response(500, text="<html>"),
        httpx.Response(500, json={"message": "An error has occurred."}),
        refused_with("Out of memory."),
        refused_with("An unexpected error has occurred."),
    ],
    ids=["bare", "a page", "another body", "no room", "unexpected"],
)
def test_a_failure_that_is_not_documented_as_final_is_tried_again(
    respx_mock: respx.MockRouter, answer: httpx.Response
) -> None:
    """An exit event that asks for one person must not be dead at its first attempt."""
    route = respx_mock.get(PAGE).mock(return_value=answer)
    with pytest.raises(Transient):
        afas([]).employee("000001")
    assert route.call_count == 4


@pytest.mark.parametrize(
    "body",
    [b"<html>sign in</html>", b'{"rows": []}', b'{"skip":"0","take":500,"rows":[{"A":"b"}]}'],
)
def test_another_shape_than_documented_is_told_without_repeating_values(
    respx_mock: respx.MockRouter, body: bytes
) -> None:
    respx_mock.get(PAGE).mock(return_value=httpx.Response(200, content=body))
    with pytest.raises(Misconfigured, match="did not answer as AFAS does") as caught:
        afas().scan()
    assert "sign in" not in str(caught.value)


def test_a_page_cut_shorter_than_asked_is_not_taken_for_the_last(
    respx_mock: respx.MockRouter,
) -> None:
    cut = httpx.Response(200, json={"skip": 0, "take": 100, "rows": []})
    respx_mock.get(PAGE).mock(return_value=cut)
    with pytest.raises(Misconfigured, match="0/100 where 0/500"):
        afas().scan()


def test_our_models_have_exactly_the_documented_members() -> None:
    for words, model in (
        ("environment metainfo", Environment),
        ("metainfo of one connector", ConnectorDescription),
        ("maintenance", Maintenance),
        ("content error", ContentError),
    ):
        documented = shape(words)["response"]
        assert model.model_validate(documented).model_dump() == documented
