"""What the sandbox does beyond single recorded answers: its traps, its switches, its events."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Iterator, Mapping
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest

from connectors.errors import Transient
from connectors.moodle import Moodle, MoodleConfig
from sandboxes.moodle import Fault
from sandboxes.moodle.databases import Database, DataField
from sandboxes.moodle.state import SUSPENDED
from tests.connectors.moodle.lab import (
    EMPLOYEE_TOKEN,
    RECORDINGS,
    TOKEN,
    Lab,
    manual,
    open_self_enrolment,
    person,
)
from tests.connectors.moodle.lab_cases import enrol
from tests.connectors.moodle.lab_requests import CUT_BEFORE_SUSPEND, CUT_BETWEEN, OVERSIZED

ENROL = "enrol_manual_enrol_users"
ENROLLED = manual("8", "p.bakker", "4", "OPL-003")


@pytest.fixture
def lab() -> Iterator[Lab]:
    lab = Lab()
    lab.state.add_token(EMPLOYEE_TOKEN, 6)
    with lab.moodle:
        yield lab


def _lms(lab: Lab, **changes: Any) -> Moodle:
    options = {
        "url": lab.moodle.url,
        "token": TOKEN,
        "known_user": "j.devries",
        "known_course": "OPL-001",
        "enrolment_report_id": 1,
        **changes,
    }
    return Moodle(MoodleConfig(**options), sleep=lambda _: None)


def _row(userid: int, courseid: int, **more: int) -> dict[str, int]:
    fields = {"roleid": 5, "userid": userid, "courseid": courseid, **more}
    return {f"enrolments[0][{name}]": value for name, value in fields.items()}


# --- traps -----------------------------------------------------------------------------------


def test_suspending_a_self_enrolled_user_adds_a_second_enrolment(lab: Lab) -> None:
    open_self_enrolment(lab.state)
    enrol(3, 5, method="self")(lab)
    lab.call(ENROL, _row(5, 3, suspend=1))
    assert sorted(row.status for _, row in lab.state.enrolments_in(3)) == [0, SUSPENDED]
    assert lab.state.is_active(3, 5)


def test_a_repeat_without_dates_resets_them(lab: Lab) -> None:
    lab.call(ENROL, _row(5, 2, timestart=1767600000, timeend=1799136000))
    lab.call(ENROL, _row(5, 2))
    ((_, row),) = lab.state.enrolments_in(2)
    assert (row.timestart, row.timeend) == (0, 0)


def test_a_batch_of_enrolments_is_all_or_nothing(lab: Lab) -> None:
    second = {name.replace("[0]", "[1]"): value for name, value in _row(9, 99999).items()}
    lab.call(ENROL, _row(9, 2) | second)
    assert lab.state.enrolments == {}


@pytest.mark.parametrize(("case", "found"), [(CUT_BETWEEN, []), (CUT_BEFORE_SUSPEND, [0])])
def test_what_is_above_the_limit_is_dropped_without_a_word(
    lab: Lab, case: str, found: list[int]
) -> None:
    lab.call(ENROL, OVERSIZED[case])
    assert [row.status for row in lab.state.enrolments.values() if row.userid == 9] == found


# --- switches --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "fault",
    [
        Fault.MAINTENANCE,
        Fault.BAD_GATEWAY,
        Fault.GATEWAY_TIMEOUT,
        Fault.FATAL,
        Fault.DATABASE_DOWN,
        Fault.WRITE_FAILED,
    ],
)
def test_one_fault_is_overcome_by_trying_again(lab: Lab, fault: Fault) -> None:
    lab.moodle.switches.fail_next(fault)
    assert _lms(lab).service_user_id() == "3"


def test_no_answer_is_transient(lab: Lab) -> None:
    lab.moodle.switches.fail_next(Fault.NO_ANSWER)
    with pytest.raises(Transient, match="no answer in time"):
        _lms(lab, timeout=0.2, attempts=1).service_user_id()


def test_an_enrolment_whose_answer_was_lost_is_made_once(lab: Lab) -> None:
    lab.moodle.switches.fail_next(Fault.LOST_ANSWER, function=ENROL)
    _lms(lab, timeout=2.0).set_suspended(ENROLLED, suspended=False)
    assert len(lab.state.enrolments) == 1


def test_a_message_whose_answer_was_lost_is_not_sent_twice(lab: Lab) -> None:
    function = "core_message_send_instant_messages"
    lab.moodle.switches.fail_next(Fault.LOST_ANSWER, function=function)
    with pytest.raises(Transient):
        _lms(lab, timeout=0.3).send_message("8", "Hallo")
    assert len(lab.state.messages) == 1


def test_an_enrolment_that_did_not_become_as_asked_is_not_called_done(lab: Lab) -> None:
    """Another process suspends at the same moment: its write is the one that stays."""

    def suspend_again(headers: Mapping[str, str], body: bytes) -> int:
        for row in lab.state.enrolments.values():
            row.status = SUSPENDED
        return 200

    lab.moodle.webhooks.local_webhooks = [suspend_again]
    with pytest.raises(Transient, match="the report shows suspended"):
        _lms(lab).set_suspended(ENROLLED, suspended=False)


# --- employees by profile field --------------------------------------------------------------


def test_employees_are_found_by_their_profile_field(lab: Lab) -> None:
    lab.state.add_user(person(20, "p.bakker2", "Piet", "Bakker", "P10005-2"))
    lab.state.users[20].profile = {"personeelsnummer": "10005"}
    found = _lms(lab).users_by_employee(["10005", "10001", "0"])
    assert {number: len(users) for number, users in found.items()} == {
        "10005": 2,
        "10001": 1,
        "0": 0,
    }


def test_an_account_that_lost_its_number_is_not_given_from_memory(lab: Lab) -> None:
    lms = _lms(lab)
    assert len(lms.users_by_employee(["10005"])["10005"]) == 1
    lab.state.users[8].profile = {}
    assert lms.users_by_employee(["10005"]) == {"10005": ()}


# --- events ----------------------------------------------------------------------------------

MOMENTS = frozenset({"timecreated", "host", "objectid", "eventid", "contextid"})


class Inbox:
    """A collector that remembers what it got and answers as told."""

    def __init__(self, status: int = 200) -> None:
        self.status = status
        self.headers: list[Mapping[str, str]] = []
        self.bodies: list[dict[str, Any]] = []

    def __call__(self, headers: Mapping[str, str], body: bytes) -> int:
        self.headers.append(headers)
        self.bodies.append(json.loads(body))
        return self.status


def _happen(lab: Lab) -> None:
    """The recorded events, in their order, with the recorded people."""
    open_self_enrolment(lab.state)
    lab.state.add_user(person(15, "weg", "Weg", "Was", "W1"))
    lab.call(ENROL, _row(8, 4))
    lab.call("enrol_self_enrol_user", {"courseid": 3}, EMPLOYEE_TOKEN)
    lab.call(ENROL, _row(8, 4, suspend=1))
    lab.call(
        "enrol_manual_unenrol_users", {"enrolments[0][userid]": 8, "enrolments[0][courseid]": 4}
    )
    for cmid in (20, 21):
        function = "core_completion_update_activity_completion_status_manually"
        lab.call(function, {"cmid": cmid, "completed": 1}, EMPLOYEE_TOKEN)
    lab.call("core_user_update_users", {"users[0][id]": 7, "users[0][suspended]": 1})
    lab.call("core_user_delete_users", {"userids[0]": 15})


EVENTS = (
    "user_enrolment_created",
    "user_enrolment_created.self",
    "user_enrolment_updated",
    "user_enrolment_deleted",
    "course_completed",
    "user_updated",
    "user_deleted",
)


def _recorded_event(plugin: str, name: str) -> dict[str, Any]:
    path = RECORDINGS / "webhooks" / plugin / f"{name}.json"
    body: dict[str, Any] = json.loads(path.read_text("utf-8"))["body"]
    return body


def _kinds(body: Mapping[str, Any]) -> dict[str, Any]:
    """Which members there are, and of which type."""
    return {name: type(value).__name__ for name, value in body.items()}


def test_local_webhooks_sends_at_once_what_was_recorded(lab: Lab) -> None:
    inbox = Inbox()
    lab.moodle.webhooks.local_webhooks = [inbox]
    _happen(lab)
    for name, seen in zip(EVENTS, inbox.bodies, strict=True):
        expected = _recorded_event("local_webhooks", name)
        assert _kinds(seen) == _kinds(expected), name
        for member in ("eventname", "action", "target", "objecttable", "crud", "courseid"):
            if name != "user_updated":
                assert str(seen[member]) == str(expected[member]), (name, member)
    assert inbox.bodies[3]["other"]["userenrolment"]["lastenrol"] is True


def test_tool_trigger_sends_on_cron_what_was_recorded(lab: Lab) -> None:
    inbox = Inbox()
    lab.moodle.webhooks.tool_trigger = [inbox]
    _happen(lab)
    assert inbox.bodies == []
    assert lab.moodle.run_cron() == len(EVENTS)
    for name, seen in zip(EVENTS[:-1], inbox.bodies, strict=False):
        expected = _recorded_event("tool_trigger", name)
        assert _kinds(seen) == _kinds(expected), name
    first, expected = inbox.bodies[0], _recorded_event("tool_trigger", EVENTS[0])
    aside = MOMENTS
    assert {k: v for k, v in first.items() if k not in aside} == {
        k: v for k, v in expected.items() if k not in aside
    }
    assert re.fullmatch(r"weg@example\.org\.\d+", inbox.bodies[-1]["user_username"])
    assert inbox.headers[0]["Authorization"] == "Bearer TOKEN"


def test_entries_of_a_database_make_the_recorded_events(lab: Lab) -> None:
    at_once, on_cron = Inbox(), Inbox()
    lab.moodle.webhooks.local_webhooks = [at_once]
    lab.moodle.webhooks.tool_trigger = [on_cron]
    lab.state.add_database(Database(1, 5, "Opleidingsaanvragen", 24, (DataField(1, "Opleiding"),)))
    lab.state.add_token("author", 6)
    value = {"data[0][fieldid]": 1, "data[0][value]": '"Excel"'}
    lab.call("mod_data_add_entry", {"databaseid": 1, **value}, "author")
    lab.call("mod_data_update_entry", {"entryid": 1, **value}, "author")
    assert lab.moodle.run_cron() == 2
    for plugin, inbox in (("local_webhooks", at_once), ("tool_trigger", on_cron)):
        for name, seen in zip(("record_created", "record_updated"), inbox.bodies, strict=True):
            expected = _recorded_event(plugin, name)
            assert _kinds(seen) == _kinds(expected)
            aside = MOMENTS | {"user_personeelsnummer"}
            assert {k: v for k, v in seen.items() if k not in aside} == {
                k: v for k, v in expected.items() if k not in aside
            }


def test_an_event_refused_six_times_is_given_up(lab: Lab) -> None:
    inbox = Inbox(status=202)
    lab.moodle.webhooks.tool_trigger = [inbox]
    lab.call(ENROL, _row(8, 4))
    assert [lab.moodle.run_cron() for _ in range(8)] == [0] * 8
    assert len(inbox.bodies) == 6


def test_a_rolled_back_batch_makes_a_phantom_event_in_one_plugin_only(lab: Lab) -> None:
    at_once, on_cron = Inbox(), Inbox()
    lab.moodle.webhooks.local_webhooks = [at_once]
    lab.moodle.webhooks.tool_trigger = [on_cron]
    second = {name.replace("[0]", "[1]"): value for name, value in _row(9, 99999).items()}
    lab.call(ENROL, _row(9, 2) | second)
    assert lab.moodle.run_cron() == 0
    assert (len(at_once.bodies), len(on_cron.bodies)) == (1, 0)


def test_an_identical_enrolment_makes_no_event(lab: Lab) -> None:
    inbox = Inbox()
    lab.moodle.webhooks.local_webhooks = [inbox]
    lab.call(ENROL, _row(8, 4))
    lab.call(ENROL, _row(8, 4))
    assert len(inbox.bodies) == 1


def test_events_go_to_an_address_too(lab: Lab) -> None:
    got: list[bytes] = []

    class Collector(BaseHTTPRequestHandler):
        def do_POST(self) -> None:  # the standard library's name
            got.append(self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Quiet."""

    with HTTPServer(("127.0.0.1", 0), Collector) as server:
        thread = threading.Thread(target=server.handle_request)
        thread.start()
        lab.moodle.webhooks.tool_trigger = [f"http://127.0.0.1:{server.server_port}/"]
        lab.call(ENROL, _row(8, 4))
        assert lab.moodle.run_cron() == 1
        thread.join()
    assert json.loads(got[0])["user_idnumber"] == "P10005"
