"""Employees read from a real AFAS sandbox over HTTP: differences, exits and the brake."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import event as sqlalchemy_event

from adapter.ground.parts import Parts
from adapter.ground.store.register import Register
from adapter.ground.store.tables.exits import ExitRow
from adapter.ground.store.tables.people import EmployeeRow, EmploymentRow, ScanRow
from adapter.ground.store.tables.work import InboxEventRow
from adapter.queues.minimised import digest_of
from adapter.subjects.sync.employees import EmployeeSync, sync_employees
from adapter.subjects.sync.hris_events import process
from adapter.subjects.sync.scan_brake import BrakeCode
from connectors.afas import Afas, AfasConfig
from connectors.errors import Misconfigured
from connectors.ports import Employment
from sandboxes.afas import SandboxAfas, SandboxEmployment
from tests.fixtures.leavers import PeopleInMemory, SetClock, parts_of, person, rows, stored_events

DECEMBER = date(2027, 12, 31)
LEAVER = "000001006"


def agency(size: int = 40) -> list[SandboxEmployment]:
    numbers = (f"{1000 + n:09}" for n in range(size))
    return [SandboxEmployment(n, "A", "B", date(2019, 9, 1)) for n in numbers]


@pytest.fixture
def clock() -> SetClock:
    return SetClock()


@pytest.fixture
def sandbox(clock: SetClock) -> Iterator[SandboxAfas]:
    with SandboxAfas(agency(), clock=clock.now) as running:
        yield running


@pytest.fixture
def parts(register: Register, sandbox: SandboxAfas, clock: SetClock) -> Iterator[Parts]:
    afas = Afas(AfasConfig(sandbox.url, "12345", sandbox.token, take=25), now=clock.now)
    yield parts_of(register, afas, clock)
    afas.close()


def sync(
    parts: Parts, *, full: bool = True, dry_run: bool = False, confirm: bool = False
) -> EmployeeSync:
    result = sync_employees(parts, full=full, dry_run=dry_run, confirm=confirm)
    assert isinstance(parts.clock, SetClock)
    parts.clock.moment += timedelta(hours=1)
    return result


def work(parts: Parts) -> list[str]:
    """Process what the sync stored, as the worker does; the kinds."""
    waiting = [e for e in stored_events(parts.register) if e.channel == "hris"]
    for event in waiting:
        process(parts, event)
    return [event.kind for event in waiting]


def states(parts: Parts) -> list[tuple[str, str, date | None]]:
    found = rows(parts.register, ExitRow)
    return sorted((r["employee_id"], r["state"], r["last_day"]) for r in found)


def test_the_first_sync_keeps_everyone_and_announces_nobody(parts: Parts) -> None:
    result = sync(parts)
    assert (result.applied, result.headcount, len(result.new), result.events) == (True, 40, 40, 0)
    assert len(rows(parts.register, EmployeeRow)) == len(rows(parts.register, EmploymentRow)) == 40


def test_a_second_sync_finds_nothing_and_writes_no_person(parts: Parts) -> None:
    sync(parts)
    before = rows(parts.register, EmployeeRow)
    result = sync(parts)
    assert (result.new, result.changed, result.missing, result.events) == ((), (), (), 0)
    assert rows(parts.register, EmployeeRow) == before


def test_an_end_announced_moved_and_withdrawn_takes_the_road_of_every_event(
    parts: Parts, sandbox: SandboxAfas
) -> None:
    sync(parts)
    expected = [
        (DECEMBER, "offboarding.announced", "announced"),
        (date(2028, 1, 31), "offboarding.changed", "announced"),
        (None, "offboarding.withdrawn", "withdrawn"),
    ]
    for end, kind, state in expected:
        sandbox.set_employment_end(LEAVER, end)
        result = sync(parts, full=False)
        assert result.changed == (LEAVER,)
        assert work(parts) == [kind]
        assert states(parts) == [(LEAVER, state, end)]
        assert rows(parts.register, ExitRow)[0]["verified"] == 1


def test_the_events_have_the_documented_identity(parts: Parts, sandbox: SandboxAfas) -> None:
    sync(parts)
    sandbox.set_employment_end(LEAVER, DECEMBER)
    moment = parts.clock.now().isoformat()
    sync(parts)
    (event,) = [row for row in rows(parts.register, InboxEventRow) if row["channel"] == "hris"]
    identity = f"afas:12345:{LEAVER}:1:2027-12-31:announced:{moment}"
    assert event["delivery_id"] == digest_of(identity)
    assert event["source"] == "urn:hris:afas:12345"
    assert event["body"]["data"]["method"] == "poll"


def test_a_dry_run_shows_the_difference_and_leaves_no_trace(
    parts: Parts, sandbox: SandboxAfas
) -> None:
    sync(parts)
    sandbox.set_employment_end(LEAVER, DECEMBER)
    result = sync(parts, dry_run=True)
    assert (result.scan_id, result.applied, result.ended) == (None, False, (LEAVER,))
    assert len(rows(parts.register, ScanRow)) == 1
    assert rows(parts.register, InboxEventRow) == []
    assert sync(parts).ended == (LEAVER,)


def test_an_empty_answer_changes_nothing_even_when_confirmed(
    parts: Parts, sandbox: SandboxAfas
) -> None:
    sync(parts)
    for employment in agency():
        sandbox.employments.remove(employment.employee_id)
    result = sync(parts, confirm=True)
    assert [reason.code for reason in result.brake] == [BrakeCode.EMPTY]
    assert not result.applied
    assert {r["missing_scans"] for r in rows(parts.register, EmployeeRow)} == {0}
    assert [r["applied"] for r in rows(parts.register, ScanRow)] == [1, 0]


def test_a_wave_of_leavers_waits_for_a_person_who_confirms(
    parts: Parts, sandbox: SandboxAfas
) -> None:
    sync(parts)
    for employment in agency()[:6]:
        sandbox.set_employment_end(employment.employee_id, DECEMBER)
    assert [reason.code for reason in sync(parts).brake] == [BrakeCode.TOO_MANY_ENDING]
    assert rows(parts.register, InboxEventRow) == []
    result = sync(parts, confirm=True)
    assert result.applied
    assert result.events == 6


def test_somebody_missing_in_two_complete_scans_is_suspected_once(
    parts: Parts, sandbox: SandboxAfas
) -> None:
    sync(parts)
    sandbox.employments.remove(LEAVER)
    assert sync(parts).events == 0
    assert sync(parts).missing == (LEAVER,)
    assert work(parts) == ["offboarding.suspected"]
    assert states(parts) == [(LEAVER, "suspected", None)]
    assert rows(parts.register, ExitRow)[0]["verified"] == 0
    assert sync(parts).events == 0


def test_somebody_missing_once_and_back_is_nothing(parts: Parts, sandbox: SandboxAfas) -> None:
    sync(parts)
    sandbox.employments.remove(LEAVER)
    sync(parts)
    sandbox.employments.add(agency()[6])
    assert sync(parts).events == 0
    assert {r["missing_scans"] for r in rows(parts.register, EmployeeRow)} == {0}


def test_a_suspicion_ends_when_the_person_is_shown_again(
    parts: Parts, sandbox: SandboxAfas
) -> None:
    sync(parts)
    sandbox.employments.remove(LEAVER)
    sync(parts)
    sync(parts)
    work(parts)
    sandbox.employments.add(agency()[6])
    sync(parts)
    work(parts)
    assert states(parts) == [(LEAVER, "withdrawn", None)]


def test_an_unreadable_row_makes_nobody_missing(parts: Parts, sandbox: SandboxAfas) -> None:
    sync(parts)
    sandbox.employments.remove(LEAVER)
    broken = agency()[6].row(parts.clock.now()) | {"EmploymentStartDate": "soon"}
    sandbox.employments.add_raw(broken)
    result = sync(parts)
    assert result.applied
    assert (len(result.rejected), result.missing) == (1, ())


def test_another_employment_ending_is_told_and_is_no_exit(
    parts: Parts, sandbox: SandboxAfas
) -> None:
    sandbox.employments.add(replace(agency()[6], employment_id=2, start=date(2024, 1, 1)))
    sync(parts)
    sandbox.set_employment_end(LEAVER, DECEMBER, employment_id=1)
    sync(parts)
    assert work(parts) == ["employment.ended_other_remains"]
    assert states(parts) == []


def test_a_contract_renewed_from_the_next_day_withdraws_the_exit(
    parts: Parts, sandbox: SandboxAfas
) -> None:
    sync(parts)
    sandbox.set_employment_end(LEAVER, DECEMBER)
    sync(parts)
    work(parts)
    successor = replace(agency()[6], employment_id=2, start=date(2028, 1, 1), end=date(2029, 1, 1))
    sandbox.employments.add(successor)
    sync(parts)
    assert work(parts) == ["employment.renewed"]
    assert states(parts) == [(LEAVER, "withdrawn", DECEMBER)]


def test_an_end_and_its_renewal_that_are_seen_at_once_are_no_exit(
    parts: Parts, sandbox: SandboxAfas
) -> None:
    """Both came during an outage."""
    sync(parts)
    sandbox.set_employment_end(LEAVER, DECEMBER)
    successor = replace(agency()[6], employment_id=2, start=date(2028, 1, 1), end=date(2029, 12, 1))
    sandbox.employments.add(successor)
    sync(parts)
    assert "employment.renewed" in work(parts)
    assert states(parts) == []


def test_a_leaver_who_comes_back_is_rehired(
    parts: Parts, sandbox: SandboxAfas, clock: SetClock
) -> None:
    sync(parts)
    sandbox.set_employment_end(LEAVER, DECEMBER)
    sync(parts)
    work(parts)
    clock.moment = datetime(2028, 1, 10, tzinfo=UTC)
    sandbox.set_employment_end(LEAVER, None)
    sync(parts)
    assert work(parts) == ["employee.rehired"]
    assert states(parts) == [(LEAVER, "rehired", None)]


def test_a_fixed_term_is_announced_when_its_end_comes_near(
    parts: Parts, sandbox: SandboxAfas, clock: SetClock
) -> None:
    sandbox.employments.add(
        SandboxEmployment("000002000", "A", "B", date(2027, 1, 1), date(2028, 12, 31))
    )
    sync(parts)
    assert sync(parts).events == 0
    clock.moment = datetime(2028, 7, 10, tzinfo=UTC)
    assert sync(parts).events == 1
    work(parts)
    assert states(parts) == [("000002000", "announced", date(2028, 12, 31))]
    assert sync(parts).events == 0


def test_somebody_read_back_during_the_scan_is_left_to_the_newer_reading(
    register: Register,
) -> None:
    clock = SetClock()
    hris = PeopleInMemory()
    hris.show()
    parts = parts_of(register, hris, clock)
    sync(parts)
    stale = PeopleInMemory({LEAVER: person(Employment("1", date(2019, 9, 1), DECEMBER))})
    earlier = SetClock(clock.moment - timedelta(hours=2))
    assert sync(parts_of(register, stale, earlier)).events == 0


def test_without_an_hris_the_sync_says_what_to_set(register: Register) -> None:
    with pytest.raises(Misconfigured, match="ODWH_HORILLA_"):
        sync_employees(parts_of(register), full=True, dry_run=False)


def test_ten_thousand_employees_cost_seconds_at_first_and_a_few_statements_after(
    register: Register,
) -> None:
    numbers = [f"{n:06}" for n in range(10_000)]
    hris = PeopleInMemory({n: person(employee_id=n) for n in numbers})
    parts = parts_of(register, hris)
    began = time.monotonic()
    sync(parts)
    first = time.monotonic() - began
    statements: list[str] = []

    def count(*arguments: object) -> None:
        statements.append(str(arguments[2]))

    sqlalchemy_event.listen(register.engine, "before_cursor_execute", count)
    hris.show(Employment("1", date(2019, 9, 1), DECEMBER), employee_id=numbers[5])
    result = sync(parts)
    assert result.changed == (numbers[5],)
    assert len(statements) < 15
    assert first < 30
