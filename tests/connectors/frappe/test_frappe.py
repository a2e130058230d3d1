"""What is particular to Frappe HR: its paging, its hidden rows, its local time and its statuses."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from adapter.subjects.sync.scan_brake import BrakeLimits, reasons_to_stop
from connectors.errors import Misconfigured, Permanent
from connectors.frappe import FrappeConfig, FrappeFields, FrappeHr
from connectors.ports import CheckState
from sandboxes.frappe import SandboxFrappe

NOON = datetime(2026, 7, 1, 12, 0)  # noqa: DTZ001 -- the site's own local time has no zone


@pytest.fixture
def site() -> Iterator[SandboxFrappe]:
    with SandboxFrappe(lambda: NOON) as sandbox:
        for number in range(1, 8):
            sandbox.save(_document(number))
        yield sandbox


def _document(number: int) -> dict[str, object]:
    return {
        "name": f"HR-EMP-{number:05}",
        "first_name": "Daan",
        "middle_name": "van der",
        "last_name": "O'Neill",
        "status": "Active",
        "date_of_joining": "2020-02-01",
    }


def _hris(site: SandboxFrappe, employee_id: str = "name") -> FrappeHr:
    fields = FrappeFields(employee_id=employee_id)
    config = FrappeConfig(site.url, "odwh", site.api_key, site.api_secret, fields, page_size=3)
    return FrappeHr(config)


def test_nobody_is_missed_or_shown_twice_while_the_list_changes(site: SandboxFrappe) -> None:
    changes: list[Callable[[], None]] = [
        lambda: site.save(_document(5) | {"first_name": "Aa"}),
        lambda: site.save(_document(0)),
        lambda: site.delete("HR-EMP-00002"),
    ]
    site.after_page = lambda: changes.pop()() if changes else None
    numbers = [one.employee_id for one in _hris(site).scan().employees]
    assert len(numbers) == len(set(numbers))
    # Who was there from the first page to the last is there.
    assert {f"HR-EMP-{number:05}" for number in (1, 3, 4, 5, 6, 7)} <= set(numbers)


def test_employees_that_user_permissions_hide_are_announced_all_the_same(
    site: SandboxFrappe,
) -> None:
    site.hidden = {"HR-EMP-00003", "HR-EMP-00004"}
    hris = _hris(site)
    scan = hris.scan()
    assert (len(scan.employees), scan.announced) == (5, 7)
    warned = [line for line in hris.check() if line.state is CheckState.WARNING]
    assert [line.seen for line in warned] == ["5 people of 7"]
    assert "user permissions" in warned[0].remedy


@pytest.mark.parametrize(
    ("status", "active"), [("Active", True), ("Suspended", True), ("Inactive", False)]
)
def test_a_status_tells_whether_somebody_is_still_there(
    site: SandboxFrappe, status: str, active: bool
) -> None:
    site.save({"name": "HR-EMP-00001", "status": status})
    person = _hris(site).employee("HR-EMP-00001")
    assert person is not None
    assert person.active is active
    assert person.employments[0].end is None


def test_a_status_that_frappe_does_not_have_is_reported_not_guessed(site: SandboxFrappe) -> None:
    site.save({"name": "HR-EMP-00001", "status": "Op reis"})
    scan = _hris(site).scan()
    assert [(row.where, row.field) for row in scan.rejected] == [
        ("document HR-EMP-00001", "status")
    ]
    assert "HR-EMP-00001" not in {one.employee_id for one in scan.employees}


@pytest.mark.parametrize("field", ["name", "employee_number"])
def test_one_document_that_cannot_be_read_does_not_stop_the_reading_of_all_others(
    site: SandboxFrappe, field: str
) -> None:
    for number in range(1, 8):
        site.save({"name": f"HR-EMP-{number:05}", "employee_number": f"{number:04}"})
    site.save({"name": "HR-EMP-00001", "relieving_date": "2026-02-30"})
    hris = _hris(site, field)
    assert reasons_to_stop(hris.scan(), 7, limits=BrakeLimits(drop_percent=Decimal(20))) == ()
    warned = [line.name for line in hris.check() if line.state is CheckState.WARNING]
    assert warned == ["hris.frappe.rows"]


def test_the_moment_of_change_is_the_sites_local_time(site: SandboxFrappe) -> None:
    person = _hris(site).employee("HR-EMP-00001")
    assert person is not None
    assert person.modified_at == datetime(2026, 7, 1, 10, 0, tzinfo=UTC)


@pytest.mark.parametrize(("hour", "shown"), [(9, 7), (11, 0)])
def test_an_incremental_reading_asks_in_the_sites_local_time(
    site: SandboxFrappe, hour: int, shown: int
) -> None:
    """Changed at 12:00 in Amsterdam, which is 10:00 UTC; a day of overlap is asked on top."""
    since = datetime(2026, 7, 2, hour, 0, tzinfo=UTC)
    scan = _hris(site).scan(since)
    assert not scan.complete
    assert len(scan.employees) == shown


def test_a_manager_is_named_by_number_even_if_his_own_document_did_not_change(
    site: SandboxFrappe,
) -> None:
    for number in (1, 2):
        site.save({"name": f"HR-EMP-0000{number}", "employee_number": f"0{number}"})
    site.save({"name": "HR-EMP-00002", "reports_to": "HR-EMP-00001"})
    person = _hris(site, "employee_number").employee("02")
    assert person is not None
    assert person.manager_id == "01"


def test_who_was_hired_again_is_one_person_with_two_employments(site: SandboxFrappe) -> None:
    number = {"employee_number": "0042"}
    site.save(_document(1) | number | {"status": "Left", "relieving_date": "2025-12-31"})
    site.save(_document(2) | number | {"date_of_joining": "2026-05-01"})
    for name in [name for name in site.documents if name > "HR-EMP-00002"]:
        site.delete(name)
    (person,) = _hris(site, "employee_number").scan().employees
    assert [one.end for one in person.employments] == [date(2025, 12, 31), None]
    assert person.active is True


def test_a_wrong_key_says_what_to_do_and_never_shows_itself(site: SandboxFrappe) -> None:
    hris = FrappeHr(FrappeConfig(site.url, "odwh", "other-key", "other-secret"))
    with pytest.raises(Misconfigured, match="make a new API key") as raised:
        hris.scan()
    assert "other-secret" not in str(raised.value)
    (line,) = hris.check()
    assert line.state is CheckState.FAILED


def test_a_day_that_the_calendar_does_not_have_is_reported_for_the_one_person(
    site: SandboxFrappe,
) -> None:
    site.save({"name": "HR-EMP-00001", "relieving_date": "2026-02-30"})
    with pytest.raises(Permanent, match="relieving_date: is a day that the calendar does not have"):
        _hris(site).employee("HR-EMP-00001")
    assert len(_hris(site).scan().employees) == 6


def test_the_key_never_travels_without_tls() -> None:
    with pytest.raises(Misconfigured, match="https"):
        FrappeConfig("http://hr.example.org", "odwh", "key", "secret")
