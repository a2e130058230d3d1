"""Events in: what the senders really send is stored once, and nothing else ever is a 5xx."""

from __future__ import annotations

import copy
import dataclasses
import json
from collections.abc import Sequence
from typing import Any

import pytest
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import SecretStr
from sqlalchemy import select, update

from adapter.doors.web.app import create_app
from adapter.ground.parts import Parts
from adapter.ground.store.reading import rows_of
from adapter.ground.store.register import Register
from adapter.ground.store.tables.work import InboxEventRow
from adapter.queues import inbox
from adapter.queues.inbox import EventState
from adapter.register.keys import Role, create_key
from config.settings import Settings
from tests.adapter.doors.web.bodies import pointers, problem
from tests.adapter.doors.web.conftest import Headers, key_headers
from tests.adapter.doors.web.test_fuzz import VALUES, _places
from tests.fixtures.recorded_events import RecordedWebhook, canonical_events, recorded_webhooks
from tests.fixtures.web import client_of

LMS, HRIS = "/v1/lms-events", "/v1/hris-events"
JSON = {"Content-Type": "application/json"}
EVENT: dict[str, Any] = {
    "eventid": "7",
    "eventname": "\\core\\event\\user_enrolment_created",
    "objectid": "48",
    "userid": "3",
    "relateduserid": "8",
    "courseid": "4",
    "timecreated": "1795437889",
    "other_enrol": "manual",
}
EXIT: dict[str, Any] = canonical_events()[0]
webhooks = pytest.mark.parametrize("sent", recorded_webhooks(), ids=lambda sent: sent.name)


def _as_set_up_for_local_webhooks(parts: Parts) -> Parts:
    return dataclasses.replace(parts, settings=Settings(webhook_token=SecretStr("TOKEN")))


@pytest.fixture
def listening(parts: Parts, sqlite_register: Register) -> Parts:
    """An empty service of this test alone, which takes what local_webhooks sends."""
    return dataclasses.replace(_as_set_up_for_local_webhooks(parts), register=sqlite_register)


@pytest.fixture
def either(either_parts: Parts) -> Parts:
    """The same, on both engines."""
    return _as_set_up_for_local_webhooks(either_parts)


@pytest.fixture
def sender(listening: Parts) -> FlaskClient:
    return client_of(listening)


@pytest.fixture
def lms(keys: dict[Role, Headers]) -> Headers:
    return keys[Role.LMS] | JSON


@pytest.fixture
def hris(keys: dict[Role, Headers]) -> Headers:
    return keys[Role.HRIS] | JSON


def _stored(parts: Parts) -> Sequence[InboxEventRow]:
    with parts.register.read() as connection:
        return rows_of(connection, select(InboxEventRow))


def _post(client: FlaskClient, url: str, body: Any, headers: Headers) -> Any:
    return client.post(url, data=json.dumps(body), headers=headers)


def test_every_recorded_webhook_is_stored_once_and_a_repeat_gets_the_same_id(
    either: Parts,
) -> None:
    client = create_app(either).test_client()
    ids: list[str] = []
    for sent in recorded_webhooks():
        answers = [client.post(LMS, data=sent.body, headers=sent.headers) for _ in range(3)]
        assert [answer.status_code for answer in answers] == [200, 200, 200], sent.name
        assert answers[0].get_json() == answers[1].get_json() == answers[2].get_json()
        ids.append(answers[0].get_json()["id"])
    rows = {row.id: row for row in _stored(either)}
    assert len(ids) == len(set(ids)) == len(rows) == 20
    assert {(row.duplicates, row.state) for row in rows.values()} == {(2, "received")}
    kinds = [sent.name.split("/")[1].split(".")[0] for sent in recorded_webhooks()]
    assert [rows[event_id].kind for event_id in ids] == kinds


@webhooks
def test_of_a_recorded_webhook_only_identifiers_are_kept(
    listening: Parts, sender: FlaskClient, sent: RecordedWebhook
) -> None:
    sender.post(LMS, data=sent.body, headers=sent.headers)
    [row] = _stored(listening)
    kept = json.dumps(row.body)
    assert "TOKEN" not in kept
    assert "example.org" not in kept
    for member in ("user_username", "user_fullname", "user_idnumber", "user_email"):
        value = sent.members.get(member)
        assert not value or value not in kept
    assert row.body["user_id"] == _id(sent.members["relateduserid"])
    assert row.body["course_id"] == _id(sent.members["courseid"])


def _id(value: Any) -> str | None:
    return None if str(value) in ("0", "", "None") or str(value).startswith("{") else str(value)


def test_the_token_in_the_body_may_be_an_api_key(listening: Parts, sender: FlaskClient) -> None:
    key = create_key(listening.register, listening.clock, "moodle", Role.LMS, None)
    assert _post(sender, LMS, EVENT | {"token": key}, JSON).status_code == 200
    assert key not in str(_stored(listening))


@pytest.mark.parametrize("token", ["WRONG", "", None, 5, ["TOKEN"], "TOKEN "])
def test_a_wrong_token_in_the_body_is_refused(
    listening: Parts, sender: FlaskClient, token: object
) -> None:
    assert problem(_post(sender, LMS, EVENT | {"token": token}, JSON))["status"] == 401
    assert _stored(listening) == []


def test_a_header_goes_before_the_token_in_the_body(sender: FlaskClient) -> None:
    headers = JSON | {"Authorization": "Bearer WRONG"}
    assert problem(_post(sender, LMS, EVENT | {"token": "TOKEN"}, headers))["status"] == 401


def test_the_webhook_token_opens_nothing_else(sender: FlaskClient) -> None:
    headers = JSON | {"Authorization": "Bearer TOKEN"}
    assert problem(_post(sender, HRIS, EXIT, headers))["status"] == 401
    assert problem(sender.get("/v1/events/x", headers=headers))["status"] == 401


def test_hris_events_take_no_token_from_the_body(sender: FlaskClient, listening: Parts) -> None:
    key = create_key(listening.register, listening.clock, "afas", Role.HRIS, None)
    assert problem(_post(sender, HRIS, EXIT | {"token": key}, JSON))["status"] == 401


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.LMS}))
def test_another_role_than_lms_is_forbidden(
    client: FlaskClient, keys: dict[Role, Headers], role: Role
) -> None:
    assert problem(_post(client, LMS, EVENT, keys[role] | JSON))["status"] == 403


@pytest.mark.parametrize(
    ("change", "wrong"),
    [
        ({"eventname": None}, ["/eventname"]),
        ({"eventname": "a b"}, ["/eventname"]),
        ({"eventname": "x" * 201}, ["/eventname"]),
        ({"eventname": 5, "timecreated": "soon"}, ["/eventname", "/timecreated"]),
        ({"timecreated": -1}, ["/timecreated"]),
        ({"timecreated": "-1"}, ["/timecreated"]),
        ({"timecreated": 2**63}, ["/timecreated"]),
        ({"timecreated": 253_402_300_799}, ["/timecreated"]),
        ({"timecreated": 1.5}, ["/timecreated"]),
        ({"timecreated": True}, ["/timecreated"]),
        ({"objectid": [1], "courseid": {}}, ["/objectid", "/courseid"]),
        ({"relateduserid": True}, ["/relateduserid"]),
        ({"relateduserid": "8; drop table"}, ["/relateduserid"]),
        ({"relateduserid": 10**150}, ["/relateduserid"]),
        ({"eventid": "x" * 101}, ["/eventid"]),
    ],
)
def test_an_lms_event_with_wrong_members_is_a_400_that_names_each(
    client: FlaskClient, lms: Headers, change: dict[str, object], wrong: list[str]
) -> None:
    answer = _post(client, LMS, EVENT | change, lms)
    assert answer.status_code == 400
    assert pointers(answer) == wrong


@pytest.mark.parametrize("member", ["eventname", "timecreated"])
def test_an_lms_event_without_a_needed_member_is_a_400(
    client: FlaskClient, lms: Headers, member: str
) -> None:
    body = {name: value for name, value in EVENT.items() if name != member}
    answer = _post(client, LMS, body, lms)
    assert answer.status_code == 400
    assert pointers(answer) == [f"/{member}"]


@pytest.mark.parametrize("raw", [b"", b"{", b"[]", b'"x"', b"\xff", b"{} {}", b'{"a":1,"a":2}'])
@pytest.mark.parametrize("url", [LMS, HRIS])
def test_a_body_that_is_no_json_object_is_a_400(
    client: FlaskClient, keys: dict[Role, Headers], url: str, raw: bytes
) -> None:
    role = Role.LMS if url == LMS else Role.HRIS
    answer = client.post(url, data=raw, headers=keys[role] | JSON)
    assert problem(answer)["status"] == 400


@pytest.mark.parametrize("url", [LMS, HRIS])
def test_a_body_over_the_limit_is_a_413(
    parts: Parts, client: FlaskClient, keys: dict[Role, Headers], url: str
) -> None:
    role = Role.LMS if url == LMS else Role.HRIS
    body = EVENT | {"note": "x" * parts.settings.max_body_bytes}
    assert problem(_post(client, url, body, keys[role] | JSON))["status"] == 413


def test_a_body_over_the_limit_with_its_token_inside_is_a_413(sender: FlaskClient) -> None:
    body = EVENT | {"token": "TOKEN", "note": "x" * 300_000}
    assert problem(_post(sender, LMS, body, JSON))["status"] == 413


FUZZED = {LMS: EVENT | {"other": {"enrol": "manual"}}, HRIS: EXIT}


@st.composite
def damaged(draw: st.DrawFn) -> tuple[str, object]:
    url = draw(st.sampled_from(sorted(FUZZED)))
    body: Any = [copy.deepcopy(FUZZED[url])]
    for _ in range(draw(st.integers(1, 4))):
        place = draw(st.sampled_from(_places(body)[1:]))
        target = body
        for step in place[:-1]:
            target = target[step]
        target[place[-1]] = draw(VALUES)
    return url, body[0]


@settings(max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(damaged())
def test_no_event_breaks_the_service(
    client: FlaskClient, keys: dict[Role, Headers], event: tuple[str, object]
) -> None:
    url, body = event
    headers = keys[Role.LMS if url == LMS else Role.HRIS]
    answer = _post(client, url, body, headers | JSON)
    assert answer.status_code in (200, 202, 400)
    if answer.status_code == 400:
        assert problem(answer)["errors"]


NAMES = st.sampled_from(["specversion", "id", "source", "type", "time", "x"])


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.sampled_from([LMS, HRIS]),
    st.dictionaries(NAMES, st.text(st.characters(min_codepoint=32, max_codepoint=126))),
)
def test_no_cloudevent_header_breaks_the_service(
    client: FlaskClient, keys: dict[Role, Headers], url: str, attributes: dict[str, str]
) -> None:
    headers = keys[Role.LMS if url == LMS else Role.HRIS] | JSON
    headers |= {f"ce-{name}": value for name, value in attributes.items()}
    answer = _post(client, url, EVENT if url == LMS else EXIT["data"], headers)
    assert answer.status_code in (200, 202, 400)


def test_an_lms_cloudevent_is_known_by_source_and_id(listening: Parts) -> None:
    client = create_app(listening).test_client()
    lms = key_headers(listening, Role.LMS) | JSON
    cloud = {"specversion": "1.0", "id": "1", "source": "urn:moodle:1", "type": "x", "data": EVENT}
    structured = lms | {"Content-Type": "application/cloudevents+json"}
    first = _post(client, LMS, cloud, structured)
    again = _post(client, LMS, cloud | {"data": EVENT | {"timecreated": 5}}, structured)
    binary = lms | {
        "ce-specversion": "1.0",
        "ce-id": "1",
        "ce-source": "urn:moodle:1",
        "ce-type": "x",
    }
    third = _post(client, LMS, EVENT, binary)
    other = _post(client, LMS, EVENT, binary | {"ce-source": "urn:moodle:2"})
    assert [one.status_code for one in (first, again, third, other)] == [200] * 4
    assert first.get_json() == again.get_json() == third.get_json() != other.get_json()
    assert len(_stored(listening)) == 2


def test_an_lms_cannot_use_up_the_id_of_an_hris_event(listening: Parts) -> None:
    client = create_app(listening).test_client()
    lms, hris = key_headers(listening, Role.LMS) | JSON, key_headers(listening, Role.HRIS) | JSON
    cloud = {"specversion": "1.0", "id": EXIT["id"], "source": EXIT["source"], "data": EVENT}
    first = _post(client, LMS, cloud, lms)
    second = _post(client, HRIS, EXIT, hris)
    assert (first.status_code, second.status_code) == (200, 202)
    assert first.get_json() != second.get_json()
    assert sorted(row.channel for row in _stored(listening)) == ["hris", "lms"]


@pytest.mark.parametrize("wrong", ["", 5, "x" * 301])
def test_a_cloudevent_with_an_unusable_id_is_a_400(
    client: FlaskClient, lms: Headers, wrong: object
) -> None:
    cloud = {"specversion": "1.0", "id": wrong, "source": "urn:x", "data": EVENT}
    assert problem(_post(client, LMS, cloud, lms))["status"] == 400


def test_the_queue_of_tool_trigger_is_known_by_event_id_and_moment(
    listening: Parts, sender: FlaskClient
) -> None:
    headers = JSON | {"Authorization": "Bearer TOKEN"}
    changes: list[dict[str, str]] = [
        {},
        {"objectid": "49"},
        {"eventid": "8"},
        {"timecreated": "1795437890"},
    ]
    ids = [_post(sender, LMS, EVENT | change, headers).get_json()["id"] for change in changes]
    assert ids[0] == ids[1]
    assert len(set(ids)) == 3


@pytest.mark.parametrize(
    ("change", "same"),
    [
        ({}, True),
        ({"userid": "99", "extra": 1}, True),
        ({"objectid": "49"}, False),
        ({"relateduserid": "9"}, False),
        ({"courseid": "5"}, False),
        ({"timecreated": "1795437890"}, False),
        ({"eventname": "\\core\\event\\user_enrolment_updated"}, False),
    ],
)
def test_an_event_without_an_id_is_known_by_what_it_is_about(
    sender: FlaskClient, change: dict[str, object], same: bool
) -> None:
    headers = JSON | {"Authorization": "Bearer TOKEN"}
    bare = {name: value for name, value in EVENT.items() if name != "eventid"}
    first = _post(sender, LMS, bare, headers).get_json()["id"]
    assert (_post(sender, LMS, bare | change, headers).get_json()["id"] == first) is same


def test_two_senders_with_the_same_event_are_two_events(listening: Parts) -> None:
    client = create_app(listening).test_client()
    key = create_key(listening.register, listening.clock, "second site", Role.LMS, None)
    one = _post(client, LMS, EVENT, JSON | {"Authorization": "Bearer TOKEN"})
    two = _post(client, LMS, EVENT, JSON | {"Authorization": f"Bearer {key}"})
    assert one.get_json() != two.get_json()


# --- the HRIS ---------------------------------------------------------------------------------


def test_every_canonical_event_is_a_202_and_the_same_for_a_repeat(either: Parts) -> None:
    client = create_app(either).test_client()
    headers = key_headers(either, Role.HRIS) | JSON
    for event in canonical_events():
        first, again = (_post(client, HRIS, event, headers) for _ in range(2))
        assert (first.status_code, again.status_code) == (202, 202)
        assert first.get_json() == again.get_json()
    rows = _stored(either)
    assert len(rows) == len({(event["source"], event["id"]) for event in canonical_events()})
    kept = json.dumps([row.body for row in rows])
    for event in canonical_events():
        employee = event["data"]["employee"]
        for member in ("email", "family_name", "given_name", "department"):
            assert employee.get(member) is None or employee[member] not in kept


def test_an_hris_event_in_headers_is_the_same_event(listening: Parts) -> None:
    client = create_app(listening).test_client()
    headers = key_headers(listening, Role.HRIS) | JSON
    structured = _post(client, HRIS, EXIT, headers)
    attributes = {f"ce-{name}": EXIT[name] for name in ("specversion", "id", "source", "type")}
    binary = _post(client, HRIS, EXIT["data"], headers | attributes | {"ce-time": EXIT["time"]})
    assert binary.status_code == 202
    assert structured.get_json() == binary.get_json()


def _exit_with(place: str, value: object) -> dict[str, Any]:
    body = copy.deepcopy(EXIT)
    target: Any = body
    *above, last = place.strip("/").split("/")
    for step in above:
        target = target[step]
    target[last] = value
    return body


@pytest.mark.parametrize(
    ("place", "value"),
    [
        ("/time", "2026-11-23T12:15:00"),
        ("/time", 1795437889),
        ("/time", "yesterday"),
        ("/time", "9999-12-31T23:59:59-05:00"),
        ("/time", "0001-01-01T00:00:00+05:00"),
        ("/source", "afas"),
        ("/source", "urn:has a space"),
        ("/type", "nl.hris.Offboarding"),
        ("/type", "com.example.offboarding.announced"),
        ("/specversion", "0.3"),
        ("/id", ""),
        ("/id", 7),
        ("/data/employee/employee_id", ""),
        ("/data/employee/employee_id", 1006),
        ("/data/employee", None),
        ("/data/employment/end_date", "2018-12-31"),
        ("/data/employment/end_date", "2027-02-29"),
        ("/data/employment/end_date", 20271231),
        ("/data/employment/start_date", "0001-01-01"),
        ("/data", []),
    ],
)
def test_a_wrong_hris_event_is_a_400_that_names_the_member(
    client: FlaskClient, hris: Headers, place: str, value: object
) -> None:
    answer = _post(client, HRIS, _exit_with(place, value), hris)
    assert answer.status_code == 400
    assert pointers(answer) == [place]


@pytest.mark.parametrize("place", ["/data/employment/end_date", "/data/previous_end_date"])
@pytest.mark.parametrize("no_end", ["9999-12-31", "2999-12-31", "2099-12-31"])
def test_an_end_by_which_a_system_says_no_end_is_taken(
    client: FlaskClient, hris: Headers, place: str, no_end: str
) -> None:
    assert _post(client, HRIS, _exit_with(place, no_end), hris).status_code == 202


def test_a_naive_time_is_told_as_such_in_both_languages(client: FlaskClient, hris: Headers) -> None:
    body = _exit_with("/time", "2026-11-23T12:15:00")
    dutch = problem(_post(client, HRIS, body, hris | {"Accept-Language": "nl"}))
    english = problem(_post(client, HRIS, body, hris | {"Accept-Language": "en"}))
    assert "tijdzone" in dutch["errors"][0]["detail"]
    assert "time zone" in english["errors"][0]["detail"]


def test_every_wrong_member_of_an_hris_event_is_named(client: FlaskClient, hris: Headers) -> None:
    body = _exit_with("/time", "2026-11-23T12:15:00") | {"source": "x", "type": 5}
    body["data"]["employee"] = {}
    assert sorted(pointers(_post(client, HRIS, body, hris))) == [
        "/data/employee/employee_id",
        "/source",
        "/time",
        "/type",
    ]


# --- what became of it ------------------------------------------------------------------------


@pytest.fixture
def event_id(sender: FlaskClient) -> str:
    stored: str = _post(sender, LMS, EVENT | {"token": "TOKEN"}, JSON).get_json()["id"]
    return stored


def test_an_event_tells_its_state_and_reason_in_dutch_and_english(
    listening: Parts, sender: FlaskClient, event_id: str
) -> None:
    hr = key_headers(listening, Role.HR)
    received = sender.get(f"/v1/events/{event_id}", headers=hr).get_json()
    assert (received["state"], received["reason"], received["attempts"]) == ("received", None, 0)
    with listening.register.write() as connection:
        event = inbox.lease_event(connection, listening.clock.now())
        assert event is not None
        reason: inbox.Reason = {"code": "employee_unknown", "employee": "99999"}
        inbox.fail(connection, event, reason, listening.clock.now())
    dutch = sender.get(f"/v1/events/{event_id}", headers=hr | {"Accept-Language": "nl"}).get_json()
    english = sender.get(
        f"/v1/events/{event_id}", headers=hr | {"Accept-Language": "en"}
    ).get_json()
    assert dutch["state"] == english["state"] == "failed"
    assert "Medewerker 99999" in dutch["reason"]
    assert "99999" in english["reason"]
    assert dutch["reason"] != english["reason"]
    assert dutch["attempts"] == 1


@pytest.mark.parametrize("state", sorted(EventState))
def test_every_state_can_be_read(
    listening: Parts, sender: FlaskClient, event_id: str, state: EventState
) -> None:
    with listening.register.write() as connection:
        connection.execute(
            update(InboxEventRow).values(state=state, processed_at=listening.clock.now())
        )
    for role in (Role.HR, Role.AUDITOR):
        shown = sender.get(f"/v1/events/{event_id}", headers=key_headers(listening, role))
        assert shown.get_json()["state"] == state


def test_an_unknown_event_is_not_found(client: FlaskClient, hr: Headers) -> None:
    assert problem(client.get("/v1/events/nope", headers=hr))["status"] == 404
