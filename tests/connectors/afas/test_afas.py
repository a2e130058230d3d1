"""The AFAS connector over real HTTP: paging, drift, bad rows and increments."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Protocol
from urllib.parse import parse_qs

import pytest
from pydantic import JsonValue

from connectors.afas import Afas, AfasFields
from connectors.errors import Misconfigured, Permanent, Transient
from sandboxes.afas import SandboxAfas, SandboxEmployment

START = date(2020, 1, 1)
NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
EVERYONE = [f"{number:06}" for number in range(1, 8)]


class Clock(Protocol):
    now: datetime


def somebody(number: int, employment_id: int = 1) -> SandboxEmployment:
    return SandboxEmployment(f"{number:06}", "A", "B", START, employment_id=employment_id)


def numbers(afas: Afas) -> list[str]:
    return [employee.employee_id for employee in afas.scan().employees]


@pytest.mark.parametrize("take", [2, 3, 4, 6, 7, 8, 1000])
def test_pages_of_any_size_give_everyone_once(
    sandbox: SandboxAfas, connect: Callable[..., Afas], take: int
) -> None:
    assert numbers(connect(take)) == EVERYONE
    assert all("orderbyfieldids=EmployeeId%2CEmploymentId" in query for query in sandbox.queries)


def once(action: Callable[[], None]) -> Callable[[], None]:
    waiting = [action]

    def run() -> None:
        while waiting:
            waiting.pop()()

    return run


def test_a_person_added_before_the_cursor_starts_the_walk_again(
    sandbox: SandboxAfas, connect: Callable[..., Afas]
) -> None:
    sandbox.after_page = once(lambda: sandbox.employments.add(somebody(0)))
    assert numbers(connect()) == ["000000", *EVERYONE]


def test_a_person_removed_before_the_cursor_makes_nobody_else_disappear(
    sandbox: SandboxAfas, connect: Callable[..., Afas]
) -> None:
    sandbox.after_page = once(lambda: sandbox.employments.remove("000001"))
    assert numbers(connect()) == EVERYONE[1:]


def test_a_list_that_shrinks_to_the_edge_of_a_page_is_read_again(
    sandbox: SandboxAfas, connect: Callable[..., Afas]
) -> None:
    def shrink() -> None:
        for number in EVERYONE[2:]:
            sandbox.employments.remove(number)

    sandbox.after_page = once(shrink)
    assert numbers(connect()) == EVERYONE[:2]


def test_a_list_that_never_stands_still_is_transient(
    sandbox: SandboxAfas, connect: Callable[..., Afas]
) -> None:
    new = iter(range(100, 0, -1))
    sandbox.after_page = lambda: sandbox.employments.add(
        SandboxEmployment(f"-{next(new):05}", "A", "B", START)
    )
    with pytest.raises(Transient, match="changed during each of 3 readings"):
        connect().scan()


def test_the_same_row_on_two_pages_is_not_taken_for_two_people(
    sandbox: SandboxAfas, connect: Callable[..., Afas]
) -> None:
    for _ in range(4):
        sandbox.employments.add(somebody(3))
    assert numbers(connect()).count("000003") == 1


def bad_row(**values: JsonValue) -> dict[str, JsonValue]:
    return {**somebody(500).row(NOW), **values}


@pytest.mark.parametrize(
    ("field", "value", "reason"),
    [
        ("EmployeeId", None, "is empty"),
        ("EmployeeId", "  ", "is empty"),
        ("EmployeeId", 500, "lost its leading zeros"),
        ("EmployeeId", "5;6", "comma or semicolon"),
        ("LastName", None, "is empty"),
        ("EmailWork", 12, "is not text"),
        ("EmploymentEndDate", "31/12", "is not a date"),
        ("EmploymentEndDate", "2026-12-31T08:30:00", "a time other than midnight"),
        ("EmploymentEndDate", "2019-12-31T00:00:00Z", "before the start"),
        ("EmploymentId", True, "is not text"),
        ("HoursPerWeek", "veel", "is not a number"),
        ("HoursPerWeek", -1, "is negative"),
        ("HoursPerWeek", 1e300, "10000 or more"),
        ("FTE", float("nan"), "is negative"),
        ("FTE", True, "is not a number"),
        ("ModifiedDate", "yesterday", "is not a moment"),
    ],
)
def test_a_bad_value_is_reported_by_place_and_the_others_are_read(
    sandbox: SandboxAfas,
    connect: Callable[..., Afas],
    field: str,
    value: JsonValue,
    reason: str,
) -> None:
    sandbox.employments.add_raw(bad_row(**{field: value}))
    scan = connect(take=1000).scan()
    (fault,) = scan.rejected
    assert (fault.field, reason in fault.reason) == (field, True)
    assert fault.where.startswith("page 1, row ")
    assert len(scan.employees) == 7


def test_a_person_with_one_unreadable_employment_is_withheld_as_a_whole(
    sandbox: SandboxAfas, connect: Callable[..., Afas]
) -> None:
    sandbox.set_employment_end("000003", date(2026, 1, 1))
    sandbox.employments.add_raw({**somebody(3, 2).row(NOW), "EmploymentStartDate": 7})
    afas = connect()
    assert "000003" not in numbers(afas)
    with pytest.raises(Permanent, match="Employee 000003 cannot be read: page 1, row 2"):
        afas.employee("000003")


def test_two_rows_that_differ_about_one_employment_are_not_chosen_between(
    sandbox: SandboxAfas, connect: Callable[..., Afas]
) -> None:
    other = {**somebody(3).row(NOW - timedelta(days=100)), "Department": "Elsewhere"}
    sandbox.employments.add_raw(other)
    scan = connect(take=1000).scan()
    (fault,) = scan.rejected
    assert (fault.field, fault.where) == ("EmploymentId", "page 1, row 4 (employee 000003)")
    assert len(scan.employees) == 6


def test_an_increment_reads_from_a_day_before_the_moment(
    sandbox: SandboxAfas, connect: Callable[..., Afas], clock: Clock
) -> None:
    clock.now = NOW - timedelta(hours=23)
    sandbox.set_employment_end("000002", date(2026, 12, 31))
    clock.now = NOW - timedelta(hours=25)
    sandbox.set_employment_end("000004", date(2026, 12, 31))
    scan = connect().scan(changed_since=NOW)
    assert [one.employee_id for one in scan.employees] == ["000002"]
    assert not scan.complete


def test_many_changed_people_are_asked_for_in_queries_short_enough(
    sandbox: SandboxAfas, connect: Callable[..., Afas], clock: Clock
) -> None:
    clock.now = NOW
    sandbox.employments.add(*(somebody(number) for number in range(1000, 1200)))
    scan = connect(take=1000).scan(changed_since=NOW)
    assert len(scan.employees) == 200
    assert max(len(query) for query in sandbox.queries) <= 2048
    assert len(sandbox.queries) < 12


def test_a_nameless_row_among_the_changes_is_reported(
    sandbox: SandboxAfas, connect: Callable[..., Afas]
) -> None:
    sandbox.employments.add_raw(bad_row(EmployeeId=None))
    scan = connect().scan(changed_since=NOW)
    assert [fault.field for fault in scan.rejected] == ["EmployeeId"]


def test_without_a_field_for_changes_every_scan_is_complete(connect: Callable[..., Afas]) -> None:
    scan = connect(fields=AfasFields(modified=None)).scan(changed_since=NOW)
    assert scan.complete
    assert len(scan.employees) == 7


def test_one_person_is_asked_for_by_equality(
    sandbox: SandboxAfas, connect: Callable[..., Afas]
) -> None:
    connect().employee("000005")
    query = parse_qs(sandbox.queries[-1])
    asked = [query[name] for name in ("filterfieldids", "filtervalues", "operatortypes")]
    assert asked == [["EmployeeId"], ["000005"], ["1"]]


def test_a_query_too_long_for_afas_is_not_sent(
    sandbox: SandboxAfas, connect: Callable[..., Afas]
) -> None:
    with pytest.raises(Misconfigured, match="longer than AFAS accepts"):
        connect().employee("9" * 2100)
    assert sandbox.queries == []
