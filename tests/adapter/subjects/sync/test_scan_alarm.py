"""An HRIS that is not read as a whole for a day, or whose reading was stopped, is told about."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from adapter.deliveries.notices import written
from adapter.ground.parts import Parts
from adapter.ground.store.register import Register
from adapter.ground.store.tables.people import ScanRow
from adapter.ground.store.tables.work import OutboxActionRow
from adapter.queues.outbox import ActionKind, PendingAction
from adapter.queues.schedule import Daily
from adapter.subjects.sync.employees import sync_employees
from adapter.subjects.sync.scan_alarm import is_overdue, watch_full_scan
from adapter.subjects.sync.scan_brake import BrakeCode
from config.catalogue import Language
from config.settings import MailSettings, Settings
from connectors.ports import EmployeeScan, RejectedRow
from tests.fixtures.leavers import PeopleInMemory, SetClock, employment, parts_of, rows
from tests.fixtures.web import client_of

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
NIGHTLY = Daily(3)
MAIL = MailSettings(
    host="127.0.0.1",
    port=9,
    sender="adapter@example.org",
    hr_address="hr@example.org",
    admin_address="beheer@example.org",
)


def amsterdam(written: str) -> datetime:
    return datetime.fromisoformat(written).replace(tzinfo=AMSTERDAM).astimezone(UTC)


@pytest.mark.parametrize(
    ("began", "now", "overdue"),
    [
        ("2027-03-02 03:00:04", "2027-03-03 02:59:59", False),
        ("2027-03-02 03:00:04", "2027-03-03 03:00:03", False),
        # Tonight's scan is being made.
        ("2027-03-02 03:00:04", "2027-03-03 03:40:00", False),
        ("2027-03-02 03:00:04", "2027-03-03 04:00:00", True),
        # Tonight's began late and is there.
        ("2027-03-03 03:50:00", "2027-03-04 03:20:00", False),
        # Read by hand, and then nothing any more.
        ("2027-03-02 09:00:00", "2027-03-03 09:00:01", True),
        # Missed the night before: no patience with tonight's.
        ("2027-03-01 03:00:04", "2027-03-02 03:30:00", False),
        ("2027-03-01 03:00:04", "2027-03-03 03:30:00", True),
        # The night of 25 hours, and that of 23.
        ("2027-10-30 03:00:04", "2027-10-31 02:59:00", False),
        ("2027-10-30 03:00:04", "2027-10-31 03:30:00", False),
        ("2027-10-30 03:00:04", "2027-10-31 04:00:00", True),
        ("2027-03-27 03:00:04", "2027-03-28 04:30:00", True),
    ],
)
def test_a_day_without_a_full_scan_is_too_long_but_a_nightly_one_never_flaps(
    began: str, now: str, overdue: bool
) -> None:
    assert is_overdue(amsterdam(began), amsterdam(now), NIGHTLY) is overdue


def test_an_hris_that_was_never_read_is_overdue() -> None:
    assert is_overdue(None, amsterdam("2027-03-02 09:00:00"), NIGHTLY)


@pytest.fixture
def hris() -> PeopleInMemory:
    hris = PeopleInMemory()
    for number in range(20):
        hris.show(employee_id=f"E{number}")
    return hris


@pytest.fixture
def parts(register: Register, hris: PeopleInMemory) -> Parts:
    return replace(parts_of(register, hris, SetClock()), settings=Settings(mail=MAIL))


def later(parts: Parts, **duration: float) -> None:
    assert isinstance(parts.clock, SetClock)
    parts.clock.moment += timedelta(**duration)


def seen(parts: Parts) -> tuple[str, str]:
    """The state in the health page and the gauge for Prometheus."""
    client = client_of(parts)
    state = client.get("/health/ready").get_json()["parts"]["hris_full_scan"]
    gauges = client.get("/metrics").text.splitlines()
    return state, next(one for one in gauges if one.startswith("odwh_hris_full_scan_overdue"))


def mails(parts: Parts) -> list[dict[str, Any]]:
    """The oldest first, and of one moment that to HR before that to the administrator."""
    by_kind = sorted(
        rows(parts.register, OutboxActionRow), key=lambda one: one["kind"], reverse=True
    )
    return sorted(by_kind, key=lambda one: one["created_at"])


def text_of(parts: Parts, row: dict[str, Any], language: Language) -> str:
    told = replace(parts, settings=parts.settings.model_copy(update={"language": language}))
    action = PendingAction(row["id"], row["kind"], row["subject"], row["payload"], None, 1)
    return "\n".join(written(told, action))


def test_the_alarm_is_in_health_metrics_and_one_mail_a_day_until_a_full_scan_is_kept(
    parts: Parts,
) -> None:
    sync_employees(parts, full=True, dry_run=False)
    later(parts, hours=23)
    sync_employees(parts, full=False, dry_run=False)
    watch_full_scan(parts)
    assert seen(parts) == ("ok", "odwh_hris_full_scan_overdue 0.0")
    assert mails(parts) == []

    later(parts, hours=2)
    watch_full_scan(parts)
    watch_full_scan(parts)
    assert seen(parts) == ("failing", "odwh_hris_full_scan_overdue 1.0")
    assert {one["kind"] for one in mails(parts)} == {ActionKind.MAIL_HR, ActionKind.MAIL_ADMIN}
    assert len(mails(parts)) == 2
    assert "23 november 2027 13:00" in text_of(parts, mails(parts)[0], Language.NL)
    assert "every day until" in text_of(parts, mails(parts)[0], Language.EN)

    later(parts, days=1)
    watch_full_scan(parts)
    assert len(mails(parts)) == 4
    sync_employees(parts, full=True, dry_run=False)
    watch_full_scan(parts)
    assert seen(parts) == ("ok", "odwh_hris_full_scan_overdue 0.0")
    assert len(mails(parts)) == 4


def test_a_scan_that_the_brake_stops_is_mailed_once_a_day_and_does_not_end_the_alarm(
    parts: Parts, hris: PeopleInMemory
) -> None:
    sync_employees(parts, full=True, dry_run=False)
    for number in range(8):
        hris.show(employment(date(2027, 12, 31)), employee_id=f"E{number}")
    later(parts, days=2)
    for _ in range(3):
        sync_employees(parts, full=True, dry_run=False)
        later(parts, minutes=15)
    assert seen(parts)[0] == "failing"
    assert len(mails(parts)) == 2
    assert "Bij 8 van de 20 mensen" in text_of(parts, mails(parts)[0], Language.NL)
    assert "--confirm" in text_of(parts, mails(parts)[1], Language.EN)
    sync_employees(parts, full=True, dry_run=False, confirm=True)
    assert seen(parts)[0] == "ok"


def test_records_that_cannot_be_read_are_mailed_once_a_day(parts: Parts) -> None:
    class Faulty(PeopleInMemory):
        def scan(self, changed_since: datetime | None = None) -> EmployeeScan:
            fault = RejectedRow("document HR-EMP-00042", "relieving_date", "is not a date")
            return replace(super().scan(changed_since), rejected=(fault,))

    hris = Faulty()
    hris.show(employment())
    faulty = replace(parts, hris=hris)
    for _ in range(2):
        assert sync_employees(faulty, full=True, dry_run=False).applied
        later(parts, minutes=15)
    assert len(mails(parts)) == 2
    for language in (Language.NL, Language.EN):
        told = text_of(parts, mails(parts)[0], language)
        assert "document HR-EMP-00042: relieving_date" in told


def test_an_empty_list_is_believed_only_when_it_was_stopped_and_told_before(
    parts: Parts, hris: PeopleInMemory
) -> None:
    sync_employees(parts, full=True, dry_run=False)
    hris.people.clear()
    outcomes = []
    for _ in range(2):
        later(parts, hours=1)
        result = sync_employees(parts, full=True, dry_run=False, confirm=True)
        outcomes.append((result.applied, [reason.code for reason in result.brake]))
    assert outcomes == [(False, [BrakeCode.EMPTY]), (True, [BrakeCode.EMPTY])]


def test_what_went_wrong_after_the_look_is_not_confirmed_with_the_rest(
    parts: Parts, hris: PeopleInMemory
) -> None:
    sync_employees(parts, full=True, dry_run=False)
    for number in range(5):
        del hris.people[f"E{number}"]
    later(parts, hours=1)
    stopped = sync_employees(parts, full=True, dry_run=False)
    assert [reason.code for reason in stopped.brake] == [BrakeCode.HEADCOUNT_DROP]
    hris.people.clear()
    later(parts, hours=1)
    assert not sync_employees(parts, full=True, dry_run=False, confirm=True).applied
    assert [row["applied"] for row in rows(parts.register, ScanRow)] == [1, 0, 0]


def test_without_an_address_nobody_is_mailed_and_nothing_waits(
    register: Register, hris: PeopleInMemory
) -> None:
    parts = parts_of(register, hris)
    watch_full_scan(parts)
    assert mails(parts) == []
