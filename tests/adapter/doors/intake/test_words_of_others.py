"""What a sender or an LMS writes about people goes nowhere: not to the register, log or API."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select
from structlog.testing import capture_logs

from adapter.deliveries.deliver import deliver_due
from adapter.doors.intake.process import process_due
from adapter.doors.web.app import create_app
from adapter.ground.parts import Parts
from adapter.ground.store.metadata import METADATA
from adapter.ground.store.register import Register
from adapter.programs.jobs import jobs_of
from adapter.queues.outbox import Action, ActionKind, put
from adapter.queues.schedule import run_due
from adapter.register.keys import Role
from adapter.views.service.part_checks import check_part, part_checks
from connectors.moodle.config import MoodleConfig
from connectors.moodle.lms import Moodle
from sandboxes.loopback import LoopbackServer, Request, Response
from tests.adapter.doors.web.conftest import key_headers
from tests.fixtures.recorded_events import canonical_events
from tests.fixtures.workbench import Workbench

NAME, ILLNESS, NUMBER, ADDRESS = "Zeldenrust", "burn-out", "999912345", "wim@thuis.example"
WORDS = (NAME, ILLNESS, NUMBER, ADDRESS)
ECHO = f"{NAME}, {ADDRESS}, {NUMBER}: {ILLNESS}"
ANSWERS = {
    "refusal": {"exception": "moodle_exception", "errorcode": "invalidrecord", "message": ECHO},
    "no code": {"exception": ECHO, "errorcode": ECHO, "message": ECHO, "debuginfo": ECHO},
    "name": {"exception": "e", "errorcode": NAME.lower(), "message": ECHO},
    "number": {"exception": "e", "errorcode": NUMBER, "message": ECHO},
    "another shape": {"users": ECHO, ECHO: [ECHO]},
    "warnings": {
        "warnings": [{"warningcode": ECHO, "message": ECHO, "item": ECHO, "itemid": ECHO}]
    },
    "transient": {"exception": "e", "errorcode": "dmlreadexception", "message": ECHO},
}
LMS_EVENT = {
    "eventid": "7",
    "eventname": "\\core\\event\\user_enrolment_created",
    "objectid": "48",
    "userid": "3",
    "relateduserid": "8",
    "courseid": "4",
    "timecreated": "1795437889",
    "other_enrol": "manual",
}


def everything_in(register: Register) -> str:
    """The whole register as one text."""
    with register.read() as connection:
        rows = [
            [table.name, *row]
            for table in METADATA.sorted_tables
            for row in connection.execute(select(table))
        ]
    return json.dumps(rows, default=str, ensure_ascii=False)


def assert_nowhere(text: str) -> None:
    assert [word for word in WORDS if word.lower() in text.lower()] == []


def _hris_events() -> Iterator[dict[str, Any]]:
    """Of every kind of ours and of one that is not, with such words wherever there is room."""
    example = canonical_events()[0]
    kinds = {event["type"] for event in canonical_events()} | {"nl.hris.leave.started"}
    for number, kind in enumerate(sorted(kinds)):
        data = example["data"] | {"reason": ECHO, "method": ECHO, "note": ECHO}
        data["employee"] = {"employee_id": "10005", "full_name": NAME, "email": ADDRESS}
        yield example | {"id": f"{number} {ECHO}", "type": kind, "data": data, "subject": ECHO}


def test_what_senders_write_about_people_is_not_kept(workbench: Workbench) -> None:
    parts = workbench.parts
    client = create_app(parts).test_client()
    hris = key_headers(parts, Role.HRIS, None) | {"Content-Type": "application/json"}
    lms = key_headers(parts, Role.LMS, None) | {"Content-Type": "application/json"}
    named = NAME.lower()
    lms_events = [
        LMS_EVENT | {"user_fullname": NAME, "other": {"enrol": "manual", "note": ECHO}},
        LMS_EVENT | {"eventid": f"{named}.{NUMBER}", "other_enrol": named},
        LMS_EVENT | {"eventid": None, "relateduserid": named, "objectid": named},
        LMS_EVENT | {"eventid": "8", "userid": named, "courseid": named},
    ]
    with capture_logs() as lines:
        sent = [client.post("/v1/hris-events", json=one, headers=hris) for one in _hris_events()]
        sent += [client.post("/v1/lms-events", json=one, headers=lms) for one in lms_events]
        assert {answer.status_code for answer in sent} <= {200, 202}
        process_due(parts, limit=50)
    reader = key_headers(parts, Role.AUDITOR, None)
    shown = [
        client.get(f"/v1/events/{answer.get_json()['id']}", headers=reader).get_data(as_text=True)
        for answer in sent
    ]
    assert_nowhere(everything_in(parts.register) + json.dumps(lines, default=str) + "".join(shown))


def test_a_reason_that_is_one_of_our_words_is_kept(workbench: Workbench) -> None:
    client = create_app(workbench.parts).test_client()
    headers = key_headers(workbench.parts, Role.HRIS, None)
    told = canonical_events()[0]
    told = told | {"data": told["data"] | {"reason": "Resignation"}}
    client.post("/v1/hris-events", json=told, headers=headers)
    (event,) = workbench.events()
    assert event.body["data"]["reason"] == "resignation"


@pytest.fixture(params=sorted(ANSWERS))
def echoing(request: pytest.FixtureRequest, workbench: Workbench) -> Iterator[Parts]:
    """An LMS that answers everything with what is known of somebody."""

    def answer(_: Request) -> Response:
        return Response(json.dumps(ANSWERS[request.param]), content_type="application/json")

    with LoopbackServer(answer) as server:
        config = MoodleConfig(
            url=server.url, token="t", known_user="p.bakker", known_course="OPL-003", attempts=1
        )
        lms = Moodle(config, now=workbench.clock.now)
        yield replace(workbench.parts, lms=lms)
        lms.close()


def test_what_an_lms_says_of_people_in_its_errors_goes_nowhere(echoing: Parts) -> None:
    client = create_app(echoing).test_client()
    with capture_logs() as lines:
        headers = key_headers(echoing, Role.LMS, None)
        event = client.post("/v1/lms-events", json=LMS_EVENT, headers=headers).get_json()["id"]
        with echoing.register.write() as connection:
            key, about = "k", {"user_id": "8", "courses": ["OPL-003"]}
            put(connection, [Action(key, ActionKind.COHORT_ADD, "s", about)], echoing.clock.now())
        process_due(echoing)
        deliver_due(echoing)
        jobs = tuple(job for job in jobs_of(echoing) if str(job.lane) == "lms")
        assert run_due(echoing, jobs)
        look = part_checks(echoing)["lms"]
        assert look is not None
        check_part(echoing, "lms", look)
    admin = key_headers(echoing, Role.ADMIN, None)
    shown = [
        client.get(address, headers=admin).get_data(as_text=True)
        for address in (f"/v1/events/{event}", "/health/ready", "/metrics")
    ]
    kept = everything_in(echoing.register)
    assert "Moodle" in kept
    assert_nowhere(kept + json.dumps(lines, default=str) + "".join(shown))
