"""Events of one course that wait together share one reading of it. What comes of them is what would
have come of each alone, and none fails or is blamed for another."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import NoReturn

import pytest
from sqlalchemy import Connection, select
from sqlalchemy.exc import OperationalError

from adapter.doors.intake import enrolment_events, process, process_lms
from adapter.doors.intake.process import process_next
from adapter.doors.intake.process_lms import sharing_with
from adapter.ground.store.tables.courses import EnrolmentRow
from adapter.programs.worker import work_once
from adapter.queues.inbox import Channel, StoredEvent
from adapter.register.enforcement_switch import BRAKE, pause_in_force
from adapter.subjects.enrolments.enforce import Enforcement
from adapter.subjects.enrolments.evaluate import Within, evaluate_each
from connectors.errors import Transient
from connectors.ports import EnrolmentReading, Lms, LmsCourse, LmsUser
from policy.parameters import Policy
from sandboxes.moodle.faults import Fault
from sandboxes.moodle.plugin import PolicySettings
from sandboxes.moodle.state import User
from tests.fixtures.lms_events import tell
from tests.fixtures.workbench import EXCEL, LEADERSHIP, MARCH_2027, Workbench

CREATED, UPDATED = "user_enrolment_created", "user_enrolment_updated"
CLASS = range(100, 112)
USERS, COURSES = "core_user_get_users_by_field", "core_course_get_courses_by_field"
FILTER, REPORT = "core_reportbuilder_set_filters", "core_reportbuilder_retrieve_report"
PLUGIN = "local_learningpolicy_get_enrolments"


@pytest.fixture
def bench(workbench: Workbench) -> Workbench:
    return with_class(workbench)


def with_class(bench: Workbench) -> Workbench:
    """Twelve employees more, and what an LMS is asked once in a while is asked."""
    for number in CLASS:
        name, employee_id = f"pupil{number}", f"20{number}"
        profile = {"personeelsnummer": employee_id}
        bench.moodle.state.add_user(
            User(number, name, "A", "B", f"{name}@example.org", profile=profile)
        )
        bench.hire(employee_id)
    lms_of(bench).service_user_id()
    lms_of(bench).suspendable()
    return bench


def lms_of(bench: Workbench) -> Lms:
    assert bench.parts.lms is not None
    return bench.parts.lms


def enrol(bench: Workbench, user: int, course: int = EXCEL) -> str:
    """And the event of it, in the order in which they are made."""
    made = bench.enrol(course, user)
    bench.clock.advance(seconds=1)
    return tell(bench, CREATED, user, course, method="manual", object_id=made.id)


def asked_while_processing(bench: Workbench, *, expected: int) -> Counter[str]:
    before = len(bench.moodle.asked)
    assert process_next(bench.parts) == expected
    return Counter(bench.moodle.asked[before:])


def states(bench: Workbench) -> dict[str, tuple[str, int]]:
    """State and attempts of each event of the LMS."""
    return {row.id: (row.state, row.attempts) for row in bench.events() if row.channel == "lms"}


def held(bench: Workbench) -> list[str]:
    return sorted(hold.employee_id for hold in bench.held())


def settle(bench: Workbench) -> None:
    for _ in range(4):
        while work_once(bench.parts):
            bench.clock.advance(seconds=1)
        bench.clock.advance(seconds=10)


def test_the_course_is_read_once_for_all_of_them(bench: Workbench) -> None:
    for user in CLASS:
        enrol(bench, user)
    asked = asked_while_processing(bench, expected=len(CLASS))
    assert asked == {USERS: 1, COURSES: 1, FILTER: 2, REPORT: 2}
    assert set(states(bench).values()) == {("processed", 1)}
    assert held(bench) == [f"20{number}" for number in CLASS]
    assert Counter(row.employee_id for row in bench.decided()) == dict.fromkeys(held(bench), 1)


def test_with_our_plugin_it_is_read_in_one_call(workbench: Workbench) -> None:
    workbench.moodle.install_plugin(PolicySettings("http://127.0.0.1:9", "none", "none"))
    bench = with_class(workbench)
    for user in CLASS:
        enrol(bench, user)
    asked = asked_while_processing(bench, expected=len(CLASS))
    assert asked == {USERS: 1, COURSES: 1, PLUGIN: 1}
    assert held(bench) == [f"20{number}" for number in CLASS]


def test_each_has_the_decision_and_the_hold_that_it_has_alone(bench: Workbench) -> None:
    bench.grant("20100", "OPL-003")
    events = {enrol(bench, user): f"20{user}" for user in CLASS[:3]}
    enrol_alone = enrol(bench, CLASS[3], LEADERSHIP)
    settle(bench)
    assert states(bench) == dict.fromkeys([*events, enrol_alone], ("processed", 1))
    assert held(bench) == ["20101", "20102", "20103"]
    kept = {row.employee_id: row.enrolment_id for row in bench.held()}
    shown = {f"20{one.userid}": str(one.id) for one in bench.moodle.state.enrolments.values()}
    assert kept == {number: shown[number] for number in kept}
    assert {hold.state for hold in bench.held()} == {"held"}


def test_what_comes_while_the_course_is_read_has_a_reading_of_its_own(
    bench: Workbench, monkeypatch: pytest.MonkeyPatch
) -> None:
    enrol(bench, CLASS[0])
    enrol(bench, CLASS[1])
    lms = lms_of(bench)
    read = lms.enrolments_in
    late: list[str] = []

    def slowly(course: LmsCourse, users: list[LmsUser]) -> dict[str, EnrolmentReading]:
        shown = read(course, users)
        monkeypatch.undo()
        late.append(enrol(bench, CLASS[2]))
        return shown

    monkeypatch.setattr(lms, "enrolments_in", slowly)
    assert process_next(bench.parts) == 2
    assert states(bench)[late[0]] == ("received", 0)
    settle(bench)
    assert held(bench) == ["20100", "20101", "20102"]


def test_who_is_not_shown_waits_alone(bench: Workbench) -> None:
    shown = [enrol(bench, user) for user in CLASS[:3]]
    missing = tell(bench, CREATED, CLASS[5], EXCEL, method="self", object_id=900)
    bench.clock.advance(seconds=1)
    shown.append(enrol(bench, CLASS[4]))
    assert process_next(bench.parts) == 5
    assert states(bench) == dict.fromkeys(shown, ("processed", 1)) | {missing: ("failed", 1)}
    assert held(bench) == ["20100", "20101", "20102", "20104"]


def test_who_is_no_employee_is_ignored_with_the_reason(bench: Workbench) -> None:
    bench.moodle.state.add_user(User(300, "guest", "A", "B", "guest@example.org"))
    employee, guest = enrol(bench, CLASS[0]), enrol(bench, 300)
    enrol(bench, CLASS[1])
    gone = tell(bench, CREATED, 987, EXCEL, method="manual", object_id=901)
    assert process_next(bench.parts) == 4
    reasons = {row.id: row.reason for row in bench.events()}
    assert reasons[guest] == {"code": "no_employee_number", "user": "300"}
    assert reasons[gone] == {"code": "user_gone", "user": "987"}
    assert states(bench)[employee] == ("processed", 1)
    assert held(bench) == ["20100", "20101"]


def test_when_the_lms_fails_one_event_has_an_attempt_less_and_no_other(bench: Workbench) -> None:
    first, *others = [enrol(bench, user) for user in CLASS]
    bench.moodle.switches.fail_next(Fault.BAD_GATEWAY, times=2)
    assert process_next(bench.parts) == 1
    assert states(bench) == {first: ("failed", 1)} | dict.fromkeys(others, ("received", 0))
    leased = [row.locked_until for row in bench.events() if row.channel == "lms"]
    assert leased == [None] * len(CLASS)
    settle(bench)
    assert states(bench) == {first: ("processed", 2)} | dict.fromkeys(others, ("processed", 1))
    assert held(bench) == [f"20{number}" for number in CLASS]


def test_when_only_the_reading_of_the_whole_course_fails_each_is_read_alone(
    bench: Workbench, monkeypatch: pytest.MonkeyPatch
) -> None:
    for user in CLASS[:4]:
        enrol(bench, user)
    lms = lms_of(bench)
    read = lms.enrolments_in

    def one_only(course: LmsCourse, users: list[LmsUser]) -> dict[str, EnrolmentReading]:
        if len(users) > 1:
            raise Transient("the report changed while it was read", code="report_disturbed")
        return read(course, users)

    monkeypatch.setattr(lms, "enrolments_in", one_only)
    assert process_next(bench.parts) == 4
    assert set(states(bench).values()) == {("processed", 1)}
    assert held(bench) == ["20100", "20101", "20102", "20103"]


def test_a_fault_in_deciding_on_one_keeps_nothing_of_the_others_and_each_is_tried_alone(
    bench: Workbench, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In the midst of the transaction, when accounts and enrolments are written already."""
    events = {user: enrol(bench, user) for user in CLASS[:4]}

    def stumbling(
        connection: Connection,
        rows: Sequence[str],
        policy: Policy,
        enforcement: Enforcement,
        within: Within,
    ) -> dict[str, str]:
        decisions = evaluate_each(connection, rows, policy, enforcement, within)
        about = select(EnrolmentRow.user_id).where(EnrolmentRow.id.in_(rows))
        if "102" in connection.execute(about).scalars().all():
            raise ZeroDivisionError
        return decisions

    monkeypatch.setattr(f"{enrolment_events.__name__}.evaluate_each", stumbling)
    assert process_next(bench.parts) == 4
    stumbled = events.pop(102)
    well = dict.fromkeys(events.values(), ("processed", 1))
    assert states(bench) == well | {stumbled: ("failed", 1)}
    assert held(bench) == ["20100", "20101", "20103"]


def test_a_reading_that_became_too_old_is_of_no_use(
    bench: Workbench, monkeypatch: pytest.MonkeyPatch
) -> None:
    for user in CLASS[:3]:
        enrol(bench, user)
    monkeypatch.setattr(enrolment_events, "READING_SERVES_SECONDS", -1.0)
    asked = asked_while_processing(bench, expected=3)
    assert asked[USERS] == 4
    assert set(states(bench).values()) == {("processed", 1)}


def test_of_a_course_with_many_more_people_each_is_read_alone(
    bench: Workbench, monkeypatch: pytest.MonkeyPatch
) -> None:
    for user in CLASS[:8]:
        enrol(bench, user)
    process_next(bench.parts)
    monkeypatch.setattr(enrolment_events, "ROWS_FOR_A_CALL", 3)
    for user in CLASS[8:10]:
        enrol(bench, user)
    asked = asked_while_processing(bench, expected=2)
    assert asked == {USERS: 1, COURSES: 1, FILTER: 2, REPORT: 2}
    rows = len(held(bench))
    assert rows == 10


def test_two_events_of_one_person_have_one_decision(bench: Workbench) -> None:
    made = bench.enrol(EXCEL, CLASS[0])
    first = tell(bench, CREATED, CLASS[0], EXCEL, method="manual", object_id=made.id)
    bench.clock.advance(seconds=1)
    other = enrol(bench, CLASS[1])
    again = tell(bench, UPDATED, CLASS[0], EXCEL, method="manual", object_id=made.id)
    assert process_next(bench.parts) == 3
    assert states(bench) == dict.fromkeys((first, other, again), ("processed", 1))
    assert [row.employee_id for row in bench.decided()].count("20100") == 1


def test_who_is_enrolled_in_two_ways_is_decided_on_for_each(bench: Workbench) -> None:
    enrol(bench, CLASS[0], LEADERSHIP)
    bench.enrol(LEADERSHIP, CLASS[0], "self")
    enrol(bench, CLASS[1], LEADERSHIP)
    assert process_next(bench.parts) == 2
    assert sorted((hold.employee_id, hold.method) for hold in bench.held()) == [
        ("20100", "manual"),
        ("20100", "self"),
        ("20101", "manual"),
    ]


def test_two_accounts_of_one_employee_are_decided_on_one_after_the_other(bench: Workbench) -> None:
    profile = {"personeelsnummer": "20100"}
    bench.moodle.state.add_user(User(400, "second", "A", "B", "s@example.org", profile=profile))
    events = [enrol(bench, user) for user in (CLASS[0], CLASS[1], 400)]
    assert process_next(bench.parts) == 3
    assert states(bench) == dict.fromkeys(events, ("processed", 1))
    assert held(bench) == ["20100", "20100", "20101"]


def test_the_brake_stops_writing_in_the_midst_of_a_class(bench: Workbench) -> None:
    """It allows five holds an hour here."""
    for user in CLASS:
        enrol(bench, user)
    process_next(bench.parts)
    with bench.register.read() as connection:
        pause = pause_in_force(connection)
    assert pause is not None
    assert pause.by == BRAKE


def test_what_failed_before_is_processed_alone(bench: Workbench) -> None:
    missing = tell(bench, CREATED, CLASS[5], EXCEL, method="self", object_id=900)
    assert process_next(bench.parts) == 1
    others = [enrol(bench, user) for user in CLASS[:2]]
    bench.clock.advance(minutes=1)
    assert process_next(bench.parts) == 1
    assert states(bench) == {missing: ("failed", 2)} | dict.fromkeys(others, ("received", 0))


def test_a_worker_that_stops_hands_back_what_it_has_not_begun(
    bench: Workbench, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, *others = [enrol(bench, user) for user in CLASS[:3]]
    monkeypatch.setattr(enrolment_events, "READING_SERVES_SECONDS", -1.0)
    assert process_next(bench.parts, stops=lambda: True) == 1
    assert states(bench) == {first: ("processed", 1)} | dict.fromkeys(others, ("received", 0))


def test_what_a_database_that_went_away_kept_from_being_begun_is_handed_back_when_it_is_there(
    bench: Workbench, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, *others = [enrol(bench, user) for user in CLASS[:4]]
    away = OperationalError("SELECT 1", {}, Exception("the connection is closed"))

    def goes_away(*_: object) -> set[str]:
        monkeypatch.setattr(process, "_failed", raising(away))
        monkeypatch.setattr(process, "_PROCESSES", {Channel.LMS: raising(away)})
        raise away

    monkeypatch.setattr(process_lms, "process_sharing", goes_away)
    with pytest.raises(OperationalError):
        process_next(bench.parts)
    assert states(bench) == dict.fromkeys([first, *others], ("received", 1))
    monkeypatch.undo()
    assert process_next(bench.parts) == 3
    assert states(bench) == {first: ("received", 1)} | dict.fromkeys(others, ("processed", 1))
    bench.clock.advance(minutes=6)
    settle(bench)
    assert states(bench)[first] == ("processed", 2)


def raising(error: Exception) -> Callable[..., NoReturn]:
    def fail(*_: object, **__: object) -> NoReturn:
        raise error

    return fail


def event_of(user: int, course: int) -> StoredEvent:
    body = {"user_id": str(user), "course_id": str(course)}
    return StoredEvent("0", "lms:test", Channel.LMS, CREATED, body, MARCH_2027, 1)


def waiting(*places: tuple[int | None, int | None]) -> list[tuple[str, dict[str, str | None]]]:
    return [
        (str(number), {"user_id": _id(user), "course_id": _id(course)})
        for number, (user, course) in enumerate(places, 1)
    ]


def _id(number: int | None) -> str | None:
    return None if number is None else str(number)


def test_only_events_of_the_same_course_share_its_reading() -> None:
    others = waiting((6, EXCEL), (7, LEADERSHIP), (None, EXCEL), (9, None), (10, EXCEL))
    assert sharing_with(event_of(5, EXCEL), others, 50) == ["1", "5"]
    assert sharing_with(event_of(5, EXCEL), others, 1) == ["1"]


def test_an_event_does_not_overtake_an_earlier_one_of_the_same_person() -> None:
    """What is decided first is let in first: of two courses that exceed the norm together the
    second is held."""
    others = waiting((6, LEADERSHIP), (6, EXCEL), (7, EXCEL), (7, LEADERSHIP))
    assert sharing_with(event_of(5, EXCEL), others, 50) == ["3"]
    assert sharing_with(replace(event_of(6, EXCEL), kind="user_updated"), others, 50) == []


def test_a_person_first_in_one_course_and_then_in_another_is_decided_in_that_order(
    bench: Workbench,
) -> None:
    enrol(bench, CLASS[1])
    enrol(bench, CLASS[0], LEADERSHIP)
    later = enrol(bench, CLASS[0])
    assert process_next(bench.parts) == 1
    assert states(bench)[later] == ("received", 0)
    for course in ("OPL-002", "OPL-003"):
        bench.clock.advance(seconds=1)
        assert process_next(bench.parts) == 1
        assert bench.decided()[-1].course_id == course
