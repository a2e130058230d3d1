"""Offboarding looks ahead: what is open of a leaver, training held, and the leaver's own team."""

from __future__ import annotations

import dataclasses
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import insert, select

from adapter.ground.store.tables.exits import ExitRow
from adapter.ground.store.tables.procedure import TrainingRequestRow
from adapter.programs.worker import work_once
from adapter.queues.outbox import ActionKind
from adapter.register.keys import Principal, Role, create_key
from adapter.subjects.requests.acts import looking
from adapter.subjects.sync.employees import sync_employees
from adapter.subjects.sync.poll import poll_courses, poll_enrolments
from adapter.views.tasks.task import Task, TaskKind
from adapter.views.tasks.work_list import list_tasks
from config.settings import MailSettings
from connectors.ports import Employment
from sandboxes.moodle.state import SUSPENDED
from tests.fixtures.web import client_of
from tests.fixtures.workbench import EXCEL, LEADERSHIP, PIET, Workbench

LEAVER, MANAGER = "10005", "10009"
JUNE = date(2027, 6, 30)
SEPTEMBER = int(datetime(2027, 9, 1, tzinfo=UTC).timestamp())
HR = Principal("k", "hr", Role.HR, None)


def work(bench: Workbench) -> None:
    while work_once(bench.parts):
        bench.clock.advance(seconds=1)


def leave(bench: Workbench, employee_id: str, last_day: date | None) -> None:
    """The HRIS shows another last day, and the next scan sees it."""
    person = bench.staff.people[employee_id]
    bench.staff.people[employee_id] = dataclasses.replace(
        person, employments=(Employment("1", date(2019, 9, 1), last_day),)
    )
    bench.clock.advance(hours=1)
    sync_employees(bench.parts, full=True, dry_run=False)
    work(bench)


def report_to(bench: Workbench, employee_id: str, manager_id: str) -> None:
    person = bench.staff.people[employee_id]
    bench.staff.people[employee_id] = dataclasses.replace(person, manager_id=manager_id)


def ask(bench: Workbench, title: str, state: str, ends_on: date | None) -> None:
    row: dict[str, Any] = {
        "id": title,
        "title": title,
        "trajectory_id": title,
        "course_ids": [],
        "employee_ids": ["10003", LEAVER],
        "collective": 0,
        "ground": "team",
        "mandatory_by_law": "no",
        "costs": {},
        "costs_cents": 0,
        "hours": Decimal("8.00"),
        "work_time_share": Decimal("1.00"),
        "ends_on": ends_on,
        "state": state,
        "submitted_by": MANAGER,
        "created_at": bench.clock.now(),
        "version": 1,
    }
    with bench.register.write() as connection:
        connection.execute(insert(TrainingRequestRow).values(row))


def tasks(bench: Workbench, *kinds: TaskKind) -> list[Task]:
    with looking(bench.parts, HR) as act:
        return [one.task for one in list_tasks(act) if one.task.kind in kinds]


def ahead(bench: Workbench) -> dict[str, Any]:
    key = create_key(bench.register, bench.clock, "hr", Role.HR)
    client = client_of(bench.parts)
    client.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {key}"
    (one,) = client.get("/v1/exits").get_json()["items"]
    found: dict[str, Any] = client.get(f"/v1/exits/{one['id']}").get_json()["ahead"]
    return found


@pytest.fixture
def bench(workbench: Workbench) -> Workbench:
    mail = MailSettings(host="127.0.0.1", port=9, sender="a@example.org", hr_address="hr@x.example")
    workbench.parts = dataclasses.replace(
        workbench.parts, settings=workbench.parts.settings.model_copy(update={"mail": mail})
    )
    for employee_id in (LEAVER, "10003"):
        report_to(workbench, employee_id, MANAGER)
    report_to(workbench, MANAGER, "10099")
    sync_employees(workbench.parts, full=True, dry_run=False)
    return workbench


def test_a_trajectory_in_parts_goes_by_the_part_and_the_agreement_that_hold(
    bench: Workbench,
) -> None:
    """The first part runs, the second begins after the last day; the agreement for the whole is
    newer and unsigned, so the leaver goes by that of the first part."""
    first = bench.grant(
        LEAVER, "OPL-003", trajectory_id="T", starts_on=date(2027, 2, 1), ends_on=date(2027, 5, 1)
    )
    second = bench.grant(LEAVER, "OPL-002", trajectory_id="T", starts_on=date(2027, 9, 1))
    bench.agree(first, LEAVER, "T", "employee", "manager")
    bench.clock.advance(minutes=1)
    bench.agree(second, LEAVER, "T")
    bench.enrol(EXCEL, PIET)
    bench.enrol(LEADERSHIP, PIET)
    poll_courses(bench.parts)
    poll_enrolments(bench.parts)
    leave(bench, LEAVER, JUNE)
    found = ahead(bench)
    assert [one["signedByEmployeeDate"] for one in found["agreements"]] == ["2027-03-01"]
    assert [(one["courseId"], one["startDate"]) for one in found["futureEnrolments"]] == [
        ("OPL-002", "2027-09-01")
    ]


def test_requests_agreements_and_training_to_come_are_told_with_the_exit(bench: Workbench) -> None:
    for title, state, ends_on in (
        ("concept", "draft", None),
        ("toegekend", "granted", date(2027, 12, 1)),
        ("voorbij", "granted", JUNE),
        ("afgewezen", "rejected", None),
    ):
        ask(bench, title, state, ends_on)
    grant = bench.grant(LEAVER, "OPL-003", starts_on=date(2027, 9, 1))
    bench.agree(grant, LEAVER, "OPL-003", "employee")
    bench.enrol(EXCEL, PIET)
    bench.enrol(LEADERSHIP, PIET)
    poll_courses(bench.parts)
    poll_enrolments(bench.parts)
    leave(bench, LEAVER, JUNE)

    found = ahead(bench)
    assert [one["title"] for one in found["trainingRequests"]] == ["concept", "toegekend"]
    (agreement,) = found["agreements"]
    assert agreement["signedByEmployeeDate"] == "2027-03-01"
    assert agreement["signedByManagerDate"] is None
    assert found["futureEnrolments"] == [
        {"courseId": "OPL-003", "startDate": "2027-09-01", "held": True}
    ]
    assert found["teamEmployeeIds"] == []

    (task,) = tasks(bench, TaskKind.EXIT_OPEN_MATTERS)
    assert task.numbers["requests"] == "concept, toegekend"
    assert task.numbers["training"] == "OPL-003"
    (mail,) = [one for one in bench.actions() if one.kind == ActionKind.MAIL_HR]
    with bench.register.read() as connection:
        exit_id = connection.execute(select(ExitRow.id)).scalar_one()
    assert mail.payload == {"text": "exit_ahead", "numbers": {"exit": exit_id}}


def test_an_enrolment_that_begins_after_the_last_day_is_held_and_released_when_it_is_withdrawn(
    bench: Workbench,
) -> None:
    """The course itself is open all year; the enrolment names its own first day."""
    bench.grant(LEAVER, "OPL-003")
    bench.enrol(EXCEL, PIET, timestart=SEPTEMBER)
    poll_courses(bench.parts)
    poll_enrolments(bench.parts)
    work(bench)
    assert bench.held() == []
    leave(bench, LEAVER, JUNE)
    assert [status for _, status, _, _ in bench.statuses(EXCEL, PIET)] == [SUSPENDED]
    leave(bench, LEAVER, None)
    assert ahead(bench)["futureEnrolments"] == []
    assert [status for _, status, _, _ in bench.statuses(EXCEL, PIET)] == [0]
    assert tasks(bench, TaskKind.EXIT_OPEN_MATTERS) == []


def test_a_leaving_manager_asks_for_a_successor_until_everyone_has_another_manager(
    bench: Workbench,
) -> None:
    leave(bench, MANAGER, JUNE)
    (task,) = tasks(bench, TaskKind.MANAGER_SUCCESSOR)
    assert task.employee_ids == (MANAGER, "10003", LEAVER)
    assert ahead(bench)["teamEmployeeIds"] == ["10003", LEAVER]
    report_to(bench, LEAVER, "10098")
    leave(bench, MANAGER, JUNE)
    assert [one.id for one in tasks(bench, TaskKind.MANAGER_SUCCESSOR)] == [task.id]
    report_to(bench, "10003", "10098")
    leave(bench, MANAGER, JUNE)
    assert tasks(bench, TaskKind.MANAGER_SUCCESSOR) == []


def test_who_left_or_is_inactive_needs_no_successor(bench: Workbench) -> None:
    leave(bench, "10003", date(2027, 2, 1))
    inactive = dataclasses.replace(bench.staff.people[LEAVER], active=False)
    bench.staff.people[LEAVER] = inactive
    leave(bench, MANAGER, JUNE)
    assert tasks(bench, TaskKind.MANAGER_SUCCESSOR) == []


def test_hr_is_mailed_once_for_each_last_day(bench: Workbench) -> None:
    ask(bench, "concept", "draft", None)
    for last_day in (JUNE, date(2027, 7, 31), JUNE):
        leave(bench, LEAVER, last_day)
    mails = [one for one in bench.actions() if one.kind == ActionKind.MAIL_HR]
    assert [one.action_key.rpartition(":")[2] for one in mails] == ["2027-06-30", "2027-07-31"]
