"""The HTTP binding of CloudEvents 1.0, whole: in whichever way it is sent, one event is one."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest

from adapter.doors.web.app import create_app
from adapter.ground.parts import Parts
from adapter.register.keys import Role
from tests.adapter.doors.web.bodies import pointers, problem
from tests.adapter.doors.web.conftest import Headers, key_headers
from tests.adapter.doors.web.test_events_in import EVENT, EXIT, HRIS, LMS, _stored, listening
from tests.fixtures.web import client_of

__all__ = ["listening"]

STRUCTURED = {"Content-Type": "application/cloudevents+json"}
BATCH = {"Content-Type": "application/cloudevents-batch+json"}
CLOUD = {
    "specversion": "1.0",
    "id": 'één 100% "nieuw"',
    "source": "urn:moodle:1",
    "type": "x",
    "data": EVENT,
}


class Door:
    def __init__(self, parts: Parts, url: str, role: Role) -> None:
        self.parts = parts
        self._url = url
        self._client = client_of(parts)
        self._key = key_headers(parts, role)

    def send(self, body: Any, headers: Headers) -> Any:
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        return self._client.post(self._url, data=raw, headers=self._key | headers)


@pytest.fixture
def lms(listening: Parts) -> Door:
    return Door(listening, LMS, Role.LMS)


@pytest.fixture
def hris(listening: Parts) -> Door:
    return Door(listening, HRIS, Role.HRIS)


def binary(**attributes: str) -> Headers:
    known = {"specversion": "1.0", "source": "urn:moodle:1", "type": "x"} | attributes
    return {f"ce-{name}": value for name, value in known.items()}


@pytest.mark.parametrize(
    "written",
    [
        "%C3%A9%C3%A9n 100%25 %22nieuw%22",
        "%c3%a9%c3%a9n%20100%25%20%22nieuw%22",
        '"%C3%A9%C3%A9n 100%25 \\"nieuw\\""',
    ],
)
def test_a_binary_event_is_decoded_as_the_binding_says(lms: Door, written: str) -> None:
    structured = lms.send(CLOUD, STRUCTURED)
    encoded = lms.send(EVENT, binary(id=written) | {"Content-Type": "application/json"})
    assert (structured.status_code, encoded.status_code) == (200, 200)
    assert structured.get_json() == encoded.get_json()
    assert len(_stored(lms.parts)) == 1


def test_it_is_decoded_once(lms: Door) -> None:
    structured = lms.send(CLOUD | {"id": "a%20b"}, STRUCTURED)
    assert lms.send(EVENT, binary(id="a%2520b")).get_json() == structured.get_json()
    assert lms.send(EVENT, binary(id="a%20b")).get_json() != structured.get_json()


@pytest.mark.parametrize("wrong", ["%ff", "%00", "%"])
def test_a_header_that_nobody_can_store_is_a_400(lms: Door, wrong: str) -> None:
    answer = lms.send(EVENT, binary(id=wrong))
    assert answer.status_code == (200 if wrong == "%" else 400)


@pytest.mark.parametrize(
    "kind", [{}, {"Content-Type": ""}, {"Content-Type": "application/vnd.moodle+json"}]
)
def test_data_without_a_type_or_with_a_json_type_is_json(lms: Door, kind: Headers) -> None:
    assert lms.send(EVENT, binary(id="1") | kind).status_code == 200


def test_a_bare_event_without_a_type_is_json(lms: Door, hris: Door) -> None:
    assert lms.send(EVENT, {}).status_code == 200
    assert hris.send(EXIT, {}).status_code == 202


@pytest.mark.parametrize("kind", ["text/plain", "application/cloudevents+avro"])
def test_another_type_is_refused(lms: Door, kind: str) -> None:
    assert lms.send(EVENT, binary(id="1") | {"Content-Type": kind}).status_code == 415


def test_what_says_to_be_structured_is_read_so_whatever_headers_stand_beside_it(lms: Door) -> None:
    first = lms.send(CLOUD, STRUCTURED)
    assert lms.send(CLOUD, STRUCTURED | binary(id="other")).get_json() == first.get_json()


def test_data_as_bytes_is_the_same_data(lms: Door, hris: Door) -> None:
    encoded = base64.b64encode(json.dumps(EVENT).encode()).decode()
    bare = {name: value for name, value in CLOUD.items() if name != "data"}
    first = lms.send(bare | {"data_base64": encoded}, STRUCTURED)
    assert first.get_json() == lms.send(CLOUD, STRUCTURED).get_json()
    encoded = base64.b64encode(json.dumps(EXIT["data"]).encode()).decode()
    bare = {name: value for name, value in EXIT.items() if name != "data"}
    second = hris.send(bare | {"data_base64": encoded}, STRUCTURED)
    assert second.get_json() == hris.send(EXIT, STRUCTURED).get_json()


@pytest.mark.parametrize("encoded", ["%%%", 5, "bm8ganNvbg==", base64.b64encode(b"[]").decode()])
def test_bytes_that_are_no_event_are_a_400(lms: Door, encoded: object) -> None:
    bare = {name: value for name, value in CLOUD.items() if name != "data"}
    assert lms.send(bare | {"data_base64": encoded}, STRUCTURED).status_code == 400
    both = lms.send(CLOUD | {"data_base64": "e30="}, STRUCTURED)
    assert pointers(both) == ["/data_base64"]


def test_a_batch_is_its_events(lms: Door, hris: Door) -> None:
    two = [CLOUD, CLOUD | {"id": "2"}]
    batch = lms.send(two, BATCH)
    assert batch.status_code == 200
    single = [lms.send(one, STRUCTURED).get_json() for one in two]
    assert batch.get_json() == {"items": single}
    answer = hris.send([EXIT, EXIT], BATCH)
    assert answer.status_code == 202
    assert len({one["id"] for one in answer.get_json()["items"]}) == 1
    assert hris.send([], BATCH).get_json() == {"items": []}


def test_a_batch_is_stored_as_a_whole_or_not_at_all(hris: Door) -> None:
    wrong = EXIT | {"id": "2", "time": "tomorrow"}
    answer = hris.send([EXIT, wrong], BATCH)
    assert answer.status_code == 400
    assert pointers(answer) == ["/1/time"]
    assert _stored(hris.parts) == []
    assert hris.send(EXIT, BATCH).status_code == 400
    assert hris.send(b"[", BATCH).status_code == 400


def test_a_batch_needs_its_key_as_any_other(listening: Parts) -> None:
    client = create_app(listening).test_client()
    assert client.post(LMS, data=b"[]", headers=BATCH).status_code == 401


@pytest.mark.parametrize("accept", ["text/html", "nonsense", "application/json;q=0", "", "image/*"])
def test_an_event_is_never_refused_for_the_answer_it_asks_for(
    lms: Door, hris: Door, accept: str
) -> None:
    assert lms.send(EVENT, {"Accept": accept}).status_code == 200
    assert hris.send(EXIT, {"Accept": accept}).status_code == 202


def test_a_wrong_secret_names_the_setting_of_its_own_sender(listening: Parts) -> None:
    client = create_app(listening).test_client()
    of_frappe = client.post(HRIS, json=EXIT, headers={"X-Frappe-Webhook-Signature": "bm8="})
    assert "ODWH_FRAPPE_WEBHOOK_SECRET" in problem(of_frappe)["detail"]
    of_plugin = client.post(LMS, json=EVENT, headers={"webhook-signature": "v1,bm8="})
    assert "ODWH_MOODLE_PLUGIN_SECRET" in problem(of_plugin)["detail"]
    of_webhooks = client.post(LMS, json=EVENT | {"token": "WRONG"})
    assert "ODWH_WEBHOOK_TOKEN" in problem(of_webhooks)["detail"]
    of_a_key = client.post(LMS, json=EVENT, headers={"Authorization": "Bearer WRONG"})
    details = [problem(one)["detail"] for one in (of_frappe, of_plugin, of_webhooks, of_a_key)]
    named = [[word for word in detail.split() if word.startswith("ODWH_")] for detail in details]
    assert [len(one) for one in named] == [1, 1, 1, 0]
