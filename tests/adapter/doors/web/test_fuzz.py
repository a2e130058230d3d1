"""Whatever JSON is sent to the what-if resources, the answer is 200 or a 400 that says where."""

from __future__ import annotations

import copy
import json
from typing import Any

from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.adapter.doors.web.bodies import CHECK, PROJECTION, REPAYMENT, problem
from tests.adapter.doors.web.conftest import Headers

BODIES = {
    "/v1/repayment-calculations": REPAYMENT,
    "/v1/hours-projections": PROJECTION,
    "/v1/enrolment-checks": CHECK,
}
NEAR_MISSES: st.SearchStrategy[object] = st.sampled_from(
    [
        *("0.00", "0.01", "999999999.99", "1.00", "-0.00", "", "\x00", "\ud800", "é"),
        *("0001-01-01", "1900-01-01", "2000-02-29", "2100-02-29", "2999-12-31", "9999-12-31"),
        *("granted", "yes", 0, -1, 2027, 2**63, 1e308, True, None, [], {}, [{}]),
    ]
)
VALUES = NEAR_MISSES | st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


def _places(value: object, place: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    below: list[tuple[str | int, object]] = []
    if isinstance(value, dict):
        below = list(value.items())
    elif isinstance(value, list):
        below = list(enumerate(value))
    return [place] + [found for key, part in below for found in _places(part, (*place, key))]


@st.composite
def questions(draw: st.DrawFn) -> tuple[str, object]:
    """A documented body in which up to four values, anywhere, were replaced."""
    url = draw(st.sampled_from(sorted(BODIES)))
    body: Any = [copy.deepcopy(BODIES[url])]
    for _ in range(draw(st.integers(1, 4))):
        place = draw(st.sampled_from(_places(body)[1:]))
        target = body
        for step in place[:-1]:
            target = target[step]
        target[place[-1]] = draw(VALUES)
    return url, body[0]


@settings(max_examples=400, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(questions())
def test_no_question_breaks_the_service(
    client: FlaskClient, hr: Headers, question: tuple[str, object]
) -> None:
    url, body = question
    headers = hr | {"Content-Type": "application/json"}
    answer = client.post(url, data=json.dumps(body), headers=headers)
    assert answer.status_code in (200, 400)
    if answer.status_code == 400:
        assert problem(answer)["errors"]


@settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.sampled_from(sorted(BODIES)), st.binary(max_size=200))
def test_no_bytes_break_the_service(
    client: FlaskClient, hr: Headers, url: str, body: bytes
) -> None:
    headers = hr | {"Content-Type": "application/json"}
    answer = client.post(url, data=body, headers=headers)
    assert problem(answer)["status"] == 400


@settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.sampled_from(["submittedAt", "on", "x"]), st.text(st.characters(exclude_categories=["Cs"]))
)
def test_no_parameter_breaks_the_service(
    client: FlaskClient, hr: Headers, name: str, value: str
) -> None:
    for url in ("/v1/tranches", "/v1/policy-parameters"):
        answer = client.get(url, query_string={name: value}, headers=hr)
        assert answer.status_code in (200, 400, 404)
