"""Who is inactive in the HRIS without a last day (archived in Horilla) is suspected of an exit."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest

from adapter.ground.parts import Parts
from adapter.ground.store.register import Register
from adapter.ground.store.tables.exits import ExitRow, RepaymentStatementRow
from adapter.subjects.sync.employees import EmployeeSync, sync_employees
from adapter.subjects.sync.hris_events import process
from adapter.subjects.sync.scan_brake import BrakeCode
from tests.fixtures.leavers import (
    LEAVER,
    PeopleInMemory,
    SetClock,
    employment,
    happen,
    parts_of,
    rows,
    stored_events,
    told,
    trained,
)

DECEMBER = date(2027, 12, 31)
Scan = Callable[[], list[str]]


@pytest.fixture
def hris() -> PeopleInMemory:
    hris = PeopleInMemory()
    for number in range(9):
        hris.show(employee_id=f"E{number}", active=True)
    hris.show(active=True)
    return hris


@pytest.fixture
def parts(register: Register, hris: PeopleInMemory) -> Parts:
    return parts_of(register, hris, SetClock())


@pytest.fixture
def scan(parts: Parts) -> Scan:
    """One nightly scan and the work that follows from it; the kinds of the events."""

    def run() -> list[str]:
        one_scan(parts)
        waiting = [e for e in stored_events(parts.register) if e.channel == "hris"]
        for event in waiting:
            process(parts, event)
        return [event.kind for event in waiting]

    return run


def one_scan(parts: Parts) -> EmployeeSync:
    result = sync_employees(parts, full=True, dry_run=False)
    assert isinstance(parts.clock, SetClock)
    parts.clock.moment += timedelta(days=1)
    return result


def states(register: Register) -> list[tuple[str, str, date | None]]:
    return [(r["employee_id"], r["state"], r["last_day"]) for r in rows(register, ExitRow)]


def test_who_becomes_inactive_without_a_date_is_suspected_once_and_not_calculated(
    register: Register, hris: PeopleInMemory, scan: Scan
) -> None:
    trained(register, datetime(2027, 3, 31, tzinfo=UTC))
    scan()
    hris.show(active=False)
    assert scan() == ["offboarding.suspected"]
    assert scan() == []
    assert states(register) == [(LEAVER, "suspected", None)]
    assert rows(register, RepaymentStatementRow) == []


def test_a_suspicion_ends_when_the_person_is_active_again(
    register: Register, hris: PeopleInMemory, scan: Scan
) -> None:
    scan()
    hris.show(active=False)
    scan()
    hris.show(active=True)
    assert scan() == ["offboarding.withdrawn"]
    assert states(register) == [(LEAVER, "withdrawn", None)]


def test_the_last_day_that_hr_enters_for_somebody_inactive_is_what_counts(
    register: Register, hris: PeopleInMemory, scan: Scan
) -> None:
    scan()
    hris.show(active=False)
    scan()
    hris.show(employment(DECEMBER), active=False)
    assert scan() == ["offboarding.announced"]
    assert states(register) == [(LEAVER, "announced", DECEMBER)]


def test_a_last_day_that_is_taken_away_from_somebody_inactive_is_a_suspicion_again(
    register: Register, hris: PeopleInMemory, scan: Scan
) -> None:
    scan()
    hris.show(employment(DECEMBER), active=False)
    scan()
    hris.show(active=False)
    assert scan() == ["offboarding.suspected"]
    assert states(register) == [(LEAVER, "suspected", None)]


def test_active_beside_a_last_day_does_not_undo_the_exit(
    register: Register, hris: PeopleInMemory, scan: Scan
) -> None:
    scan()
    hris.show(employment(DECEMBER), active=True)
    scan()
    assert states(register) == [(LEAVER, "announced", DECEMBER)]


def test_active_again_after_the_last_day_is_a_return_though_the_old_day_stands(
    register: Register, hris: PeopleInMemory, parts: Parts, scan: Scan
) -> None:
    scan()
    hris.show(employment(DECEMBER), active=False)
    scan()
    assert isinstance(parts.clock, SetClock)
    parts.clock.moment = datetime(2028, 3, 1, tzinfo=UTC)
    hris.show(employment(DECEMBER), active=True)
    assert scan() == ["employee.rehired"]
    assert scan() == []
    assert states(register) == [(LEAVER, "rehired", DECEMBER)]


def test_who_was_inactive_before_the_register_knew_them_is_no_news(
    register: Register, hris: PeopleInMemory, scan: Scan
) -> None:
    hris.show(employee_id="OLD", active=False)
    assert scan() == []
    assert states(register) == []


def test_an_event_of_any_kind_finds_that_the_person_is_inactive(
    register: Register, hris: PeopleInMemory, parts: Parts, scan: Scan
) -> None:
    scan()
    hris.show(active=False)
    happen(parts, [told("offboarding.changed", parts.clock.now(), DECEMBER)])
    assert states(register) == [(LEAVER, "suspected", None)]
    assert scan() == []


def test_many_who_become_inactive_at_once_are_not_believed(
    hris: PeopleInMemory, parts: Parts, scan: Scan
) -> None:
    scan()
    for number in range(4):
        hris.show(employee_id=f"E{number}", active=False)
    result = one_scan(parts)
    assert [reason.code for reason in result.brake] == [BrakeCode.TOO_MANY_ENDING]
    assert not result.applied


def test_the_inactive_of_before_do_not_brake_later_scans(
    hris: PeopleInMemory, parts: Parts
) -> None:
    for number in range(9):
        hris.show(employee_id=f"E{number}", active=False)
    one_scan(parts)
    assert one_scan(parts).brake == ()
